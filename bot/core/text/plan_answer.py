"""A language model's answer, read: tasks, or what is wrong with it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.core.model.plan import PlannedTask
from bot.core.model.settings import Complexity
from bot.core.text.attributes import read_attributes
from bot.core.text.checklist import MAX_DESCRIPTION, MAX_TITLE
from bot.core.text.likeness import Likeness
from bot.core.text.sanitize import one_line
from bot.core.text.storable import storable
from bot.core.text.visible import visible

MAX_ANSWER = 200_000
MAX_CRITERIA = 12
# Two titles that are so much alike mean the same.
SAME = 0.85
_FENCED = re.compile(r"\A\s*```[a-z]*\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)


class WrongAnswerError(Exception):
    """The answer cannot be used; its text says why, to the model and to people."""


def read_plan(answer: str, existing: Sequence[str], most: int) -> tuple[PlannedTask, ...]:
    """Return the tasks that an answer proposes, without those that the checklist has already.

    Raises WrongAnswerError.
    """
    if len(answer) > MAX_ANSWER:
        raise WrongAnswerError("It is too long.")
    raw = _objects(answer)
    if not raw:
        raise WrongAnswerError("It proposes no tasks.")
    if len(raw) > most:
        raise WrongAnswerError(f"It proposes {len(raw)} tasks. There may be {most}.")
    tasks = [_task(number, one) for number, one in enumerate(raw, 1)]
    _expect_no_doubles(tasks)
    return _without_existing(tasks, existing)


def _objects(answer: str) -> list[Any]:
    found = _FENCED.match(answer)
    try:
        read = json.loads(found[1] if found else answer)
    except (ValueError, RecursionError):
        raise WrongAnswerError("It is not JSON.") from None
    tasks = read.get("tasks") if isinstance(read, dict) else None
    if not isinstance(tasks, list):
        raise WrongAnswerError("It is no object with a list called tasks.")
    return tasks


def _task(number: int, raw: Any) -> PlannedTask:
    if not isinstance(raw, dict):
        raise WrongAnswerError(f"Task {number} is no object.")
    title = _title(number, raw.get("title"))
    description = _text(number, raw, "description")
    criteria = raw.get("acceptance") or []
    if not isinstance(criteria, list) or len(criteria) > MAX_CRITERIA:
        raise WrongAnswerError(f"Task {number}: acceptance is no list of up to {MAX_CRITERIA}.")
    lines = [one_line(visible(storable(one))) for one in criteria if isinstance(one, str)]
    if kept := [line for line in lines if line]:
        description = "\n\n".join(
            filter(None, [description, "Done when:\n\n" + "\n".join(f"- {one}" for one in kept)])
        )
    if len(description) > MAX_DESCRIPTION:
        raise WrongAnswerError(f"Task {number}: the description is too long.")
    word = raw.get("complexity")
    known = {one.value for one in Complexity}
    return PlannedTask(
        title=title,
        description=description,
        complexity=Complexity(word) if word in known else None,
        after=_after(number, raw.get("after")),
    )


def _title(number: int, raw: Any) -> str:
    title = one_line(visible(storable(raw))) if isinstance(raw, str) else ""
    title = read_attributes(title).text.rstrip(".")
    if not title or len(title) > MAX_TITLE:
        raise WrongAnswerError(f"Task {number}: the title has not 1 to {MAX_TITLE} characters.")
    return title


def _text(number: int, raw: dict[str, Any], name: str) -> str:
    text = raw.get(name) or ""
    if not isinstance(text, str):
        raise WrongAnswerError(f"Task {number}: {name} is no text.")
    return visible(storable(text)).strip()


def _after(number: int, raw: Any) -> tuple[int, ...]:
    after = raw or []
    if not isinstance(after, list) or not all(type(one) is int for one in after):
        raise WrongAnswerError(f"Task {number}: after is no list of numbers.")
    if any(not 1 <= one < number for one in after):
        raise WrongAnswerError(f"Task {number}: after names a task that does not come before it.")
    return tuple(sorted(set(after)))


def _expect_no_doubles(tasks: Sequence[PlannedTask]) -> None:
    likeness = Likeness()
    for number, task in enumerate(tasks):
        for earlier, other in enumerate(tasks[:number], 1):
            if likeness(task.title, other.title) >= SAME:
                raise WrongAnswerError(f"Tasks {earlier} and {number + 1} are the same.")


def _without_existing(
    tasks: Sequence[PlannedTask], existing: Sequence[str]
) -> tuple[PlannedTask, ...]:
    """Leave out what the checklist has; places in `after` follow."""
    likeness = Likeness()
    kept = [
        number
        for number, task in enumerate(tasks, 1)
        if not any(likeness(task.title, title) >= SAME for title in existing)
    ]
    places = {number: place for place, number in enumerate(kept, 1)}
    return tuple(
        PlannedTask(
            title=tasks[number - 1].title,
            description=tasks[number - 1].description,
            complexity=tasks[number - 1].complexity,
            after=tuple(places[one] for one in tasks[number - 1].after if one in places),
        )
        for number in kept
    )
