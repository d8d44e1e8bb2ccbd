"""A language model's answer, read: tasks, or what is wrong with it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.core.model.options import TaskOptions
from bot.core.model.plan import PlannedTask, Wrong
from bot.core.model.plan import WrongKind as Kind
from bot.core.model.settings import Complexity
from bot.core.text.attributes import read_attributes
from bot.core.text.checklist import MAX_DESCRIPTION, MAX_TITLE
from bot.core.text.issue_body import NewItem, is_read_as_written, item_lines
from bot.core.text.likeness import Likeness
from bot.core.text.sanitize import one_line
from bot.core.text.storable import storable
from bot.core.text.visible import visible

MAX_ANSWER = 200_000
MAX_CRITERIA = 12
# Two titles that are so much alike mean the same.
SAME = 0.85
# A comment shows all of it, and has room for 60,000 characters.
MAX_PLAN = 45_000
_FENCE = "```"
_MIN_WORDS = 2


class WrongAnswerError(Exception):
    """The answer cannot be used; `wrong` says why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.kind)
        self.wrong = wrong


def read_plan(answer: str, existing: Sequence[str], most: int) -> tuple[PlannedTask, ...]:
    """Return the tasks that an answer proposes; those that the checklist has already are marked.

    What `after` says are places in what is returned, from 1. Raises WrongAnswerError.
    """
    if len(answer) > MAX_ANSWER:
        raise _wrong(Kind.TOO_LONG, count=len(answer), limit=MAX_ANSWER)
    raw = _objects(answer)
    if not raw:
        raise _wrong(Kind.NO_TASKS)
    if len(raw) > most:
        raise _wrong(Kind.TOO_MANY_TASKS, count=len(raw), limit=most)
    tasks = [_task(number, one) for number, one in enumerate(raw, 1)]
    _expect_no_doubles(tasks)
    plan = tuple(replace(task, is_listed=not is_new(task, existing)) for task in tasks)
    if (size := sum(_size(task) for task in plan if not task.is_listed)) > MAX_PLAN:
        raise _wrong(Kind.TOO_LONG, count=size, limit=MAX_PLAN)
    return plan


def is_new(task: PlannedTask, existing: Sequence[str]) -> bool:
    """Return whether no title of those that are there means the same."""
    return same_as(task, existing) is None


def same_as(task: PlannedTask, titles: Sequence[str]) -> int | None:
    """Return which of the titles (from 0) means the same as the task, None where none does."""
    likeness = Likeness()
    found = [(likeness(task.title, title), -place) for place, title in enumerate(titles)]
    best, place = max(found, default=(0, 0))
    return -place if best >= SAME else None


def _size(task: PlannedTask) -> int:
    """Return how many characters it takes to show the task, line by line."""
    item = NewItem(title=task.title, description=task.description, options=task.options)
    return sum(len(line) + 2 for line in item_lines(item))


def _wrong(kind: Kind, **facts: int) -> WrongAnswerError:
    return WrongAnswerError(Wrong(kind=kind, **facts))


def _objects(answer: str) -> list[Any]:
    try:
        read = json.loads(_without_fence(answer))
    except (ValueError, RecursionError):
        raise _wrong(Kind.NO_JSON) from None
    tasks = read.get("tasks") if isinstance(read, dict) else None
    if not isinstance(tasks, list):
        raise _wrong(Kind.NO_TASKS)
    return tasks


def _without_fence(answer: str) -> str:
    """Return the answer without the fence that models put around it."""
    text = answer.strip()
    if not (text.startswith(_FENCE) and text.endswith(_FENCE)):
        return text
    _, _, rest = text.partition("\n")
    return rest.removesuffix(_FENCE)


def _task(number: int, raw: Any) -> PlannedTask:
    if not isinstance(raw, dict):
        raise _wrong(Kind.NOT_AN_OBJECT, task=number)
    options = TaskOptions(complexity=_complexity(number, raw.get("complexity")))
    title = _title(number, raw.get("title"))
    description = _description(number, raw)
    # Where Markdown reads the text otherwise below an item, it is given in one line, or not at all.
    for text in (description, one_line(description), ""):
        if is_read_as_written(NewItem(title=title, description=text, options=options)):
            after = _after(number, raw.get("after"))
            return PlannedTask(title=title, description=text, options=replace(options, after=after))
    raise _wrong(Kind.TITLE, task=number, limit=MAX_TITLE)


def _title(number: int, raw: Any) -> str:
    """Return the title: an order, so of several words, which no reference or address is."""
    title = one_line(visible(storable(raw))) if isinstance(raw, str) else ""
    before = None
    while title != before:
        before, title = title, read_attributes(title.rstrip(". ")).text
    if len(title.split()) < _MIN_WORDS or len(title) > MAX_TITLE:
        raise _wrong(Kind.TITLE, task=number, limit=MAX_TITLE)
    return title


def _description(number: int, raw: dict[str, Any]) -> str:
    text, criteria = raw.get("description") or "", raw.get("acceptance")
    if not isinstance(text, str):
        raise _wrong(Kind.DESCRIPTION, task=number)
    if not isinstance(criteria, list) or not 1 <= len(criteria) <= MAX_CRITERIA:
        raise _wrong(Kind.ACCEPTANCE, task=number, limit=MAX_CRITERIA)
    if not all(isinstance(one, str) for one in criteria):
        raise _wrong(Kind.ACCEPTANCE, task=number, limit=MAX_CRITERIA)
    lines = [line for one in criteria if (line := one_line(visible(storable(one))))]
    if not lines:
        raise _wrong(Kind.ACCEPTANCE, task=number, limit=MAX_CRITERIA)
    done_when = "\n".join(["Done when:", "", *(f"- {line}" for line in lines)])
    parts = (visible(storable(text)).strip(), done_when)
    whole = "\n\n".join(part for part in parts if part)
    whole = "\n".join(line.rstrip() for line in whole.split("\n"))
    if len(whole) > MAX_DESCRIPTION:
        raise _wrong(
            Kind.DESCRIPTION_TOO_LONG, task=number, count=len(whole), limit=MAX_DESCRIPTION
        )
    return whole


def _complexity(number: int, raw: Any) -> Complexity | None:
    if raw is None:
        return None
    known = {one.value: one for one in Complexity}
    if not isinstance(raw, str) or raw not in known:
        raise _wrong(Kind.COMPLEXITY, task=number)
    return known[raw]


def _after(number: int, raw: Any) -> tuple[int, ...]:
    after = raw or []
    if not isinstance(after, list) or not all(type(one) is int for one in after):
        raise _wrong(Kind.AFTER, task=number)
    if any(not 1 <= one < number for one in after):
        raise _wrong(Kind.AFTER_LATER, task=number)
    return tuple(sorted(set(after)))


def _expect_no_doubles(tasks: Sequence[PlannedTask]) -> None:
    likeness = Likeness()
    for number, task in enumerate(tasks, 1):
        for earlier, other in enumerate(tasks[: number - 1], 1):
            if likeness(task.title, other.title) >= SAME:
                raise _wrong(Kind.SAME, task=earlier, other=number)
