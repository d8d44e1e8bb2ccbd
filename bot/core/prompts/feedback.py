"""The words with which an agent is sent back to its pull request."""

from collections.abc import Iterable, Iterator, Sequence

from bot.core.model.observations import CheckFailure, ReviewText, ReviewThread
from bot.core.text.sanitize import clean, one_line
from bot.core.text.visible import visible

_MAX_TEXT = 12_000


def failures_text(failures: Sequence[CheckFailure]) -> str:
    """Return the failed checks with their annotations and the ends of their logs."""
    return _cut("\n\n".join("\n".join(_failure(one)) for one in failures))


def _failure(failure: CheckFailure) -> Iterator[str]:
    name = one_line(visible(failure.name))
    yield f"The check “{name}” failed ({failure.conclusion or 'failure'})."
    if failure.summary:
        yield visible(failure.summary).strip()
    if failure.annotations:
        yield "What it points at:"
        yield from (f"- {one_line(visible(annotation))}" for annotation in failure.annotations)
    if failure.log_tail:
        yield "The end of its log:"
        yield clean(failure.log_tail).strip()


def reviews_text(reviews: Iterable[ReviewText]) -> str:
    """Return the reviewers' own words, and their comments with the lines they stand at."""
    return _cut("\n\n".join("\n".join(_review(one)) for one in reviews))


def _review(review: ReviewText) -> Iterator[str]:
    yield f"{review.by} asks for changes:"
    if visible(review.body).strip():
        yield visible(review.body).strip()
    for thread in review.threads:
        if not thread.is_resolved:
            yield from _thread(thread)


def _thread(thread: ReviewThread) -> Iterator[str]:
    where = f"{thread.path}:{thread.line}" if thread.line else thread.path
    yield f"- {where}{' (the line has changed since)' if thread.is_outdated else ''}"
    yield from (f"  {one.by}: {visible(one.body).strip()}" for one in thread.comments)


def conflict_text(base: str) -> str:
    """Return what to do about a conflict that GitHub cannot resolve."""
    return (
        f"Your branch conflicts with `{base}`. Merge the newest `{base}` into your branch, resolve"
        " the conflicts so that both sides' intent is kept, and push. Do not rebase."
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"
