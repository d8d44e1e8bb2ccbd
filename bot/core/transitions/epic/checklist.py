"""The issue's text: taken over when somebody who may approves it, followed while it runs."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.core.effects import AddLabel, RestoreEdit
from bot.core.events import (
    BodyEdited,
    BodyWritten,
    BoxNotFound,
    EpicLabelled,
    LineNotAdded,
    Reading,
)
from bot.core.model.epic import Epic, Task
from bot.core.model.identifiers import Login, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.permissions import may_command, who_may
from bot.core.text.checklist import (
    Checklist,
    Item,
    add_line,
    match_items,
    parse_checklist,
    tick,
    ticked_between,
)
from bot.core.transitions.epic.settings import base_for, take_over_settings
from bot.core.transitions.epic.start import is_due, time_has_come
from bot.core.transitions.transition import Turn

# A title, and how often it stands further up.
_Line = tuple[str, int]


@dataclass(frozen=True)
class Unusable:
    """The text cannot be started from, and why."""

    reason: str


def labelled(turn: Turn, event: EpicLabelled) -> None:
    """Answer the label with what was understood; nothing starts by itself."""
    reading = event.reading
    assert reading is not None
    settings = reading.settings or turn.epic.settings
    if turn.epic.recognised or event.label.lower() != settings.label.lower():
        return
    if not reading.served:
        turn.say(Message(kind=MessageKind.STRANGER, to=event.by), "stranger")
    elif reading.permission is None:
        kind, text = MessageKind.COULD_NOT_ASK, reading.refusal or ""
        turn.say(Message(kind=kind, to=event.by, text=text), "could-not-ask")
    elif not may_command(
        "start", event.by, reading.permission, reading.teams, settings.permissions
    ):
        text = who_may("start", settings.permissions)
        message = Message(kind=MessageKind.NOT_ALLOWED, to=event.by, text=text)
        turn.say(message, "label-not-allowed")
    else:
        recognise(turn, reading)
        turn.log(f"labelled by @{event.by}")


def recognise(turn: Turn, reading: Reading) -> Checklist:
    """Make the issue an epic, with its text and the repository's settings as they now stand."""
    turn.change(recognised=True, unguarded_base=reading.unguarded_base)
    take_over_settings(turn, reading)
    if turn.epic.started_at is None and turn.epic.start_at is None:
        base, own_branch = base_for(turn.epic, None)
        turn.change(base_branch=base, has_epic_branch=own_branch)
    if not reading.is_labelled:
        turn.ask(AddLabel(label=turn.epic.settings.label))
    return approve(turn, reading)


def approve(turn: Turn, reading: Reading) -> Checklist:
    """Take over the text as it stands: this is what agents will be given."""
    body = reading.body or ""
    checklist = parse_checklist(body)
    mistakes = tuple(
        f"line {mistake.line}: {mistake.message}" if mistake.line else mistake.message
        for mistake in checklist.mistakes
    )
    turn.change(
        title=reading.title or "",
        body=body,
        goal=checklist.goal,
        mistakes=mistakes,
        edit_not_used_by=None,
    )
    return checklist


def take_over(turn: Turn, reading: Reading) -> Unusable | None:
    """Approve the text and make its items the epic's tasks, known ones keeping their numbers."""
    checklist = recognise(turn, reading)
    if turn.epic.settings_mistakes:
        return Unusable("The settings have mistakes: " + "; ".join(turn.epic.settings_mistakes))
    if turn.epic.mistakes:
        return Unusable("The checklist has mistakes: " + "; ".join(turn.epic.mistakes))
    if not checklist.items and not turn.epic.tasks:
        return Unusable("There is no checklist in the issue. Add lines like `- [ ] First task`.")
    follow(turn, checklist.items)
    return None


def follow(turn: Turn, items: tuple[Item, ...]) -> None:
    """Bring the tasks in line with the checklist's items."""
    known = [
        (task.number, task.title, task.status is TaskStatus.PENDING)
        for task in turn.epic.tasks
        if not task.is_final_pull_request
    ]
    matching = match_items(known, items)
    for number, item in matching.pairs:
        _follow_item(turn, turn.epic.task(number), item)
        if (task := turn.epic.task(number)) is not None:
            turn.put(task, position=items.index(item))
    for number in matching.removed:
        task = turn.epic.task(number)
        if task is not None and task.status is TaskStatus.PENDING:
            turn.put(task, status=TaskStatus.SKIPPED, failure="removed from the checklist")
            turn.log("removed from the checklist", number)
    for item in matching.added:
        _add(turn, item, items.index(item))
    _count_titles(turn, items)


def _follow_item(turn: Turn, task: Task | None, item: Item) -> None:
    """Only what has not been started follows its line."""
    if task is None or task.status is not TaskStatus.PENDING:
        return
    task = turn.put(task, title=item.title, description=item.description)
    if item.done:
        turn.put(task, status=TaskStatus.COMPLETED, ended_at=turn.now)
        turn.log("ticked by hand", task.number)


def _add(turn: Turn, item: Item, position: int) -> None:
    number = max((task.number for task in turn.epic.tasks), default=0) + 1
    task = Task(
        number=number,
        position=position,
        title=item.title,
        description=item.description,
        status=TaskStatus.COMPLETED if item.done else TaskStatus.PENDING,
    )
    turn.change(tasks=(*turn.epic.tasks, task))


def _count_titles(turn: Turn, items: tuple[Item, ...]) -> None:
    seen: dict[str, int] = {}
    for task in sorted(turn.epic.tasks, key=lambda task: (task.position, task.number)):
        if any(item.title == task.title for item in items):
            turn.put(task, same_title_before=seen.get(task.title, 0))
            seen[task.title] = seen.get(task.title, 0) + 1


def edited(turn: Turn, event: BodyEdited) -> None:
    """Use an edit by somebody who may; say that another's is not used."""
    assert event.reading is not None
    epic = turn.epic
    body = epic.body if event.before is None else _with_lines_to_come(epic, event)
    reading = replace(event.reading, title=event.title, body=body)
    if not epic.follows_its_text or _same_text(epic, reading):
        return
    permissions = epic.settings.permissions
    if reading.permission is None or not may_command(
        "start", event.by, reading.permission, reading.teams, permissions
    ):
        turn.change(edit_not_used_by=Login(event.by))
        turn.log(f"edit by @{event.by} not used")
        return
    if event.before is None:
        # Whoever wrote the body that stands there: this edit has not touched it.
        turn.change(title=event.title)
        turn.log(f"took over the title by @{event.by}")
        return
    ticked = ticked_between(event.before, event.body)
    if epic.edit_not_used_by is not None and ticked is not None:
        # A tick approves nothing that somebody else has written meanwhile.
        _tick(turn, ticked)
    else:
        _use_edit(turn, event.by, reading)


def _with_lines_to_come(epic: Epic, event: BodyEdited) -> str:
    """The edited text, with the lines that `add` has asked for and the edit could not know of."""
    if epic.edit_not_used_by is not None:
        return event.body
    known = _lines_of(event.before or "")
    to_come = [line for line in _lines_of(epic.body) if line not in known]
    return _with_lines(event.body, epic.body, to_come)


def _tick(turn: Turn, ticked: tuple[tuple[str, int], ...]) -> None:
    """Take over ticks alone."""
    for title, same_title_before in ticked:
        turn.change(body=tick(turn.epic.body, title, same_title_before) or turn.epic.body)
        for task in turn.epic.tasks:
            if (task.title, task.same_title_before) != (title, same_title_before):
                continue
            if task.status is TaskStatus.PENDING:
                turn.put(task, status=TaskStatus.COMPLETED, ended_at=turn.now)
                turn.log("ticked by hand", task.number)


def _use_edit(turn: Turn, by: Login, reading: Reading) -> None:
    started = turn.epic.started_at is not None or turn.epic.start_at is not None
    before = turn.epic.tasks
    checklist = approve(turn, reading)
    if started and not turn.epic.mistakes:
        follow(turn, checklist.items)
    if turn.epic.tasks != before or not started:
        turn.log(f"took over the edit by @{by}")
    if is_due(turn):
        time_has_come(turn)


def written(turn: Turn, event: BodyWritten) -> None:
    """Bring a person's edit back that our write overwrote: GitHub has no way to write only if."""
    own = turn.epic.body_written == event.before
    turn.change(body_written=event.after)
    # A line more that the approved text has too is one that `add` asked for.
    ticked, approved = _with_our_ticks(turn.epic, event), _lines_of(turn.epic.body)
    expected = _with_lines(ticked, event.after, approved)
    if not own and expected != event.after and turn.epic.recognised:
        turn.ask(RestoreEdit(written=event.after, body=expected))


def _with_our_ticks(epic: Epic, event: BodyWritten) -> str:
    body = event.before
    for task in epic.tasks:
        if tick(event.after, task.title, task.same_title_before) == event.after:
            body = tick(body, task.title, task.same_title_before) or body
    return body


def _with_lines(body: str, source: str, wanted: Collection[_Line]) -> str:
    """With those of the wanted lines that it lacks, each where `source` has it."""
    standing, previous = _lines_of(body), None
    for line in _lines_of(source):
        if line in wanted and line not in standing:
            place, nth = previous or (None, 0)
            body = add_line(body, line[0], place, nth) or body
        previous = line
    return body


def _lines_of(body: str) -> list[_Line]:
    titles = [item.title for item in parse_checklist(body).items]
    return [(title, titles[:index].count(title)) for index, title in enumerate(titles)]


def _same_text(epic: Epic, reading: Reading) -> bool:
    return epic.body == (reading.body or "") and epic.title == (reading.title or "")


def line_not_added(turn: Turn, event: LineNotAdded) -> None:
    """The task is done all the same; only its line is missing."""
    turn.log(f"its line could not be added to the checklist: {event.reason}", event.task or None)


def box_not_found(turn: Turn, event: BoxNotFound) -> None:
    """Said in the log; nothing is written."""
    turn.log("its line is no longer in the checklist, so no box was ticked", event.task)
