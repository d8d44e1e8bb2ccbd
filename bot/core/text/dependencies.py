"""Which tasks wait for which: what is wrong with what a checklist says of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.text.checklist import Item

_MAX_NAMED = 10


def dependency_mistakes(
    numbered: Sequence[tuple[int, Item]], known: Collection[int] = ()
) -> tuple[ChecklistMistake, ...]:
    """Name each task that is to wait for one that there is not, and tasks that wait in a circle.

    `numbered` are the items with their tasks' numbers, `known` the numbers of further tasks.
    """
    numbers = {number for number, _ in numbered} | set(known)
    unknown = [
        ChecklistMistake(kind=Kind.UNKNOWN_TASK, line=item.line, tasks=missing)
        for _, item in numbered
        if not item.done and (missing := tuple(sorted({*item.options.after} - numbers)))
    ]
    after = {number: item.options.after for number, item in numbered if not item.done}
    lines = {number: item.line for number, item in numbered}
    if (circle := find_circle(after)) is not None:
        unknown.append(
            ChecklistMistake(
                kind=Kind.CIRCLE, line=lines[circle[0]], tasks=tuple(circle[:_MAX_NAMED])
            )
        )
    return tuple(sorted(unknown, key=lambda one: one.line or 0))


def find_circle(after: Mapping[int, Collection[int]]) -> list[int] | None:
    """Return tasks each of which waits for the next, and the last for the first; None without."""
    finished: set[int] = set()
    for start in sorted(after):
        path: list[int] = []
        for number, is_leaving in _walk(start, after, finished):
            if is_leaving:
                finished.add(path.pop())
            elif number in path:
                return path[path.index(number) :]
            else:
                path.append(number)
    return None


def _walk(
    start: int, after: Mapping[int, Collection[int]], finished: set[int]
) -> Iterator[tuple[int, bool]]:
    """Yield each task on the way down from `start`, and again, True, once all below it is done."""
    stack = [(start, False)]
    while stack:
        number, is_leaving = stack.pop()
        if not is_leaving and number in finished:
            continue
        yield number, is_leaving
        if not is_leaving:
            stack.append((number, True))
            stack += [(one, False) for one in sorted(after.get(number, ()), reverse=True)]
