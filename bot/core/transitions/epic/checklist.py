"""The checklist's items made into the epic's tasks, and what became of writing to it."""

from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from bot.core.events import BoxNotFound, LineNotAdded
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.task import Task
from bot.core.text.checklist import MAX_TASKS, Checklist, Item
from bot.core.text.dependencies import dependency_mistakes
from bot.core.text.issue_body import item_keys
from bot.core.text.item_matching import Fate, Known, Matching, match_items
from bot.core.text.references import listed_tasks, text_of, with_blockers
from bot.core.transitions.transition import Transition

_DONE = (TaskStatus.COMPLETED, TaskStatus.CANCELLED)


def follow(transition: Transition, items: tuple[Item, ...]) -> None:
    """Bring the tasks in line with the checklist's items."""
    matching = _match(transition.epic, items)
    numbered = dict(_numbered(transition.epic, matching))
    for number, item in matching.pairs:
        _follow_item(transition, transition.epic.task(number), numbered[number])
        task, position = transition.epic.task(number), items.index(item)
        if task is not None and task.position != position:
            transition.update(task, position=position)
    for number in matching.removed:
        task = transition.epic.task(number)
        if task is not None and task.status is TaskStatus.PENDING:
            removed = Failure(kind=FailureKind.REMOVED)
            transition.update(task, status=TaskStatus.SKIPPED, failure=removed)
            transition.log(Notice(kind=NoticeKind.REMOVED), number)
    for item in matching.added:
        number = next_number(transition.epic)
        _add(transition, numbered[number], number, items.index(item))
    _count_titles(transition, items, matching.removed)


def take_approved_text(transition: Transition, task: Task) -> Task:
    """Give the task the text that its line has by now: its next attempt begins with that.

    While the approved text has mistakes, the task keeps its own.
    """
    epic = transition.epic
    if epic.mistakes:
        return task
    checklist = listed_tasks(epic.body, epic.referenced, epic.repository)
    lines = dict(zip(item_keys(checklist), checklist.items, strict=True))
    item = lines.get((task.line_title, task.same_title_before))
    if item is None:
        return task
    numbered = _numbered(epic, _match(epic, checklist.items))
    return transition.update(task, **_text(epic, dict(numbered).get(task.number, item)))


def _text(epic: Epic, item: Item) -> dict[str, Any]:
    """Return the facts of a task that its item gives."""
    return vars(text_of(item, epic.referenced, epic.repository))


def _numbered(epic: Epic, matching: Matching) -> tuple[tuple[int, Item], ...]:
    """Return each item with the number of its task, and with what GitHub says that it waits for."""
    numbered = (*matching.pairs, *enumerate(matching.added, next_number(epic)))
    return with_blockers(numbered, epic.referenced, epic.repository)


def _match(epic: Epic, items: tuple[Item, ...]) -> Matching:
    # In the order of their lines: an added task may stand between older ones.
    tasks = sorted(epic.checklist_tasks, key=lambda task: (task.position, task.number))
    return _matched(tuple((task.number, task.line_title, _fate(task)) for task in tasks), items)


@lru_cache(maxsize=8)  # one decision asks for the same again
def _matched(known: tuple[Known, ...], items: tuple[Item, ...]) -> Matching:
    return match_items(known, items)


def wrong_order(epic: Epic, checklist: Checklist) -> tuple[ChecklistMistake, ...]:
    """Return what is wrong with which task waits for which, by the numbers they would have."""
    numbered = _numbered(epic, _match(epic, checklist.items))
    return dependency_mistakes(numbered, [task.number for task in epic.checklist_tasks])


def numbers_by_line(epic: Epic, items: tuple[Item, ...]) -> dict[int, int]:
    """Return which task's number each item has, or would have as a new one, by the item's line."""
    return {item.line: number for number, item in _numbered(epic, _match(epic, items))}


def next_number(epic: Epic) -> int:
    """Return the number of the task that is added next."""
    return max((task.number for task in epic.tasks), default=0) + 1


def _follow_item(transition: Transition, task: Task | None, item: Item) -> None:
    """Follow the line; what is under way keeps the text it was started with."""
    if task is None:
        return
    if _is_back(task, item):
        task = transition.update(task, status=TaskStatus.PENDING, failure=None, ended_at=None)
    if task.status in _DONE:
        return
    if task.status.is_under_way:
        _reworded(transition, task, item)
        return
    # What failed or was skipped takes the text at its next attempt.
    task = transition.update(task, **_text(transition.epic, item))
    if item.done and task.status is TaskStatus.PENDING:
        transition.update(task, status=TaskStatus.COMPLETED, ended_at=transition.now)
        transition.log(Notice(kind=NoticeKind.TICKED), task.number)


def _reworded(transition: Transition, task: Task, item: Item) -> None:
    if task.line_title == item.title:
        return
    listed = item.title if item.title != task.title else None
    transition.update(task, listed_title=listed)
    notice = Notice(kind=NoticeKind.REWORDED, count=item.line)
    transition.log(notice, task.number)


def _is_back(task: Task, item: Item) -> bool:
    """Return whether its line was removed and stands there again, or its box was unticked."""
    was_begun = task.started_at is not None or task.merge_sha is not None
    by_hand = task.status is TaskStatus.COMPLETED and not was_begun
    return _is_removed(task) or (by_hand and not item.done)


def _is_removed(task: Task) -> bool:
    is_removed = task.failure is not None and task.failure.kind is FailureKind.REMOVED
    return task.status is TaskStatus.SKIPPED and is_removed


def _fate(task: Task) -> Fate:
    is_skipped = task.status is TaskStatus.SKIPPED and not _is_removed(task)
    never_begun = is_skipped and task.started_at is None
    waits = task.status is TaskStatus.PENDING and task.started_at is None
    if waits or never_begun:
        return Fate.PENDING
    started = task.started_at is not None and task.status not in _DONE
    return Fate.STARTED if started else Fate.DONE


def _add(transition: Transition, item: Item, number: int, position: int) -> None:
    task = Task(
        number=number,
        position=position,
        **_text(transition.epic, item),
        status=TaskStatus.COMPLETED if item.done else TaskStatus.PENDING,
    )
    transition.update_epic(tasks=(*transition.epic.tasks, task))


def _count_titles(transition: Transition, items: tuple[Item, ...], lost: Collection[int]) -> None:
    """Count the tasks of one title as their lines stand; those without a line come last."""
    titles, seen = {item.title for item in items}, Counter[str]()
    in_order = sorted(
        transition.epic.tasks, key=lambda task: (task.number in lost, task.position, task.number)
    )
    for task in in_order:
        title = task.line_title
        if title in titles:
            if task.same_title_before != seen[title]:
                transition.update(task, same_title_before=seen[title])
            seen[title] += 1


def line_not_added(transition: Transition, event: LineNotAdded) -> None:
    """Log that the line is missing; the task is done all the same."""
    limit = MAX_TASKS if event.full else None
    notice = Notice(kind=NoticeKind.LINE_NOT_ADDED, quote=event.reason, limit=limit)
    transition.log(notice, event.task or None)


def box_not_found(transition: Transition, event: BoxNotFound) -> None:
    """Log that no box was ticked; nothing was written."""
    transition.log(Notice(kind=NoticeKind.BOX_NOT_FOUND), event.task)
