"""The issue's text: taken over when somebody who may approves it, followed while it runs."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.core.effects import AddLabel, RestoreEdit
from bot.core.events import (
    BodyEdited,
    BodyWritten,
    BoxNotFound,
    Enrichment,
    EpicLabelled,
    LineNotAdded,
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
from bot.core.transitions.transition import Transition

# A title, and how often it stands further up.
_Line = tuple[str, int]


@dataclass(frozen=True)
class Unusable:
    """The text cannot be started from, and why."""

    reason: str


def labelled(transition: Transition, event: EpicLabelled) -> None:
    """Answer the label with what was understood; nothing starts by itself."""
    enrichment = event.enrichment
    assert enrichment is not None
    settings = enrichment.settings or transition.epic.settings
    if transition.epic.activated or event.label.lower() != settings.label.lower():
        return
    if not enrichment.served:
        transition.comment(Message(kind=MessageKind.STRANGER, to=event.by), "stranger")
    elif enrichment.permission is None:
        kind, text = MessageKind.COULD_NOT_ASK, enrichment.refusal or ""
        transition.comment(Message(kind=kind, to=event.by, text=text), "could-not-ask")
    elif not may_command(
        "start", event.by, enrichment.permission, enrichment.teams, settings.permissions
    ):
        text = who_may("start", settings.permissions)
        message = Message(kind=MessageKind.NOT_ALLOWED, to=event.by, text=text)
        transition.comment(message, "label-not-allowed")
    else:
        activate_epic(transition, enrichment)
        transition.log(f"labelled by @{event.by}")


def activate_epic(transition: Transition, enrichment: Enrichment) -> Checklist:
    """Make the issue an epic, with its text and the repository's settings as they now stand."""
    transition.update_epic(activated=True, unprotected_base=enrichment.unprotected_base)
    take_over_settings(transition, enrichment)
    if transition.epic.started_at is None and transition.epic.start_at is None:
        base, own_branch = base_for(transition.epic, None)
        transition.update_epic(base_branch=base, has_epic_branch=own_branch)
    if not enrichment.is_labelled:
        transition.emit(AddLabel(label=transition.epic.settings.label))
    return approve(transition, enrichment)


def approve(transition: Transition, enrichment: Enrichment) -> Checklist:
    """Take over the text as it stands: this is what agents will be given."""
    body = enrichment.body or ""
    checklist = parse_checklist(body)
    mistakes = tuple(
        f"line {mistake.line}: {mistake.message}" if mistake.line else mistake.message
        for mistake in checklist.mistakes
    )
    transition.update_epic(
        title=enrichment.title or "",
        body=body,
        goal=checklist.goal,
        mistakes=mistakes,
        edit_not_used_by=None,
    )
    return checklist


def take_over(transition: Transition, enrichment: Enrichment) -> Unusable | None:
    """Approve the text and make its items the epic's tasks, known ones keeping their numbers."""
    checklist = activate_epic(transition, enrichment)
    if transition.epic.settings_mistakes:
        return Unusable(
            "The settings have mistakes: " + "; ".join(transition.epic.settings_mistakes)
        )
    if transition.epic.mistakes:
        return Unusable("The checklist has mistakes: " + "; ".join(transition.epic.mistakes))
    if not checklist.items and not transition.epic.tasks:
        return Unusable("There is no checklist in the issue. Add lines like `- [ ] First task`.")
    follow(transition, checklist.items)
    return None


def follow(transition: Transition, items: tuple[Item, ...]) -> None:
    """Bring the tasks in line with the checklist's items."""
    known = [
        (task.number, task.title, task.status is TaskStatus.PENDING)
        for task in transition.epic.tasks
        if not task.is_final_pull_request
    ]
    matching = match_items(known, items)
    for number, item in matching.pairs:
        _follow_item(transition, transition.epic.task(number), item)
        if (task := transition.epic.task(number)) is not None:
            transition.update(task, position=items.index(item))
    for number in matching.removed:
        task = transition.epic.task(number)
        if task is not None and task.status is TaskStatus.PENDING:
            transition.update(task, status=TaskStatus.SKIPPED, failure="removed from the checklist")
            transition.log("removed from the checklist", number)
    for item in matching.added:
        _add(transition, item, items.index(item))
    _count_titles(transition, items)


def _follow_item(transition: Transition, task: Task | None, item: Item) -> None:
    """Only what has not been started follows its line."""
    if task is None or task.status is not TaskStatus.PENDING:
        return
    task = transition.update(task, title=item.title, description=item.description)
    if item.done:
        transition.update(task, status=TaskStatus.COMPLETED, ended_at=transition.now)
        transition.log("ticked by hand", task.number)


def _add(transition: Transition, item: Item, position: int) -> None:
    number = max((task.number for task in transition.epic.tasks), default=0) + 1
    task = Task(
        number=number,
        position=position,
        title=item.title,
        description=item.description,
        status=TaskStatus.COMPLETED if item.done else TaskStatus.PENDING,
    )
    transition.update_epic(tasks=(*transition.epic.tasks, task))


def _count_titles(transition: Transition, items: tuple[Item, ...]) -> None:
    seen: dict[str, int] = {}
    for task in sorted(transition.epic.tasks, key=lambda task: (task.position, task.number)):
        if any(item.title == task.title for item in items):
            transition.update(task, same_title_before=seen.get(task.title, 0))
            seen[task.title] = seen.get(task.title, 0) + 1


def edited(transition: Transition, event: BodyEdited) -> None:
    """Use an edit by somebody who may; say that another's is not used."""
    assert event.enrichment is not None
    epic = transition.epic
    body = epic.body if event.before is None else _with_lines_to_come(epic, event)
    enrichment = replace(event.enrichment, title=event.title, body=body)
    if not epic.follows_its_text or _same_text(epic, enrichment):
        return
    permissions = epic.settings.permissions
    if enrichment.permission is None or not may_command(
        "start", event.by, enrichment.permission, enrichment.teams, permissions
    ):
        transition.update_epic(edit_not_used_by=Login(event.by))
        transition.log(f"edit by @{event.by} not used")
        return
    if event.before is None:
        # Whoever wrote the body that stands there: this edit has not touched it.
        transition.update_epic(title=event.title)
        transition.log(f"took over the title by @{event.by}")
        return
    ticked = ticked_between(event.before, event.body)
    if epic.edit_not_used_by is not None and ticked is not None:
        # A tick approves nothing that somebody else has written meanwhile.
        _tick(transition, ticked)
    else:
        _use_edit(transition, event.by, enrichment)


def _with_lines_to_come(epic: Epic, event: BodyEdited) -> str:
    """The edited text, with the lines that `add` has asked for and the edit could not know of."""
    if epic.edit_not_used_by is not None:
        return event.body
    known = _lines_of(event.before or "")
    to_come = [line for line in _lines_of(epic.body) if line not in known]
    return _with_lines(event.body, epic.body, to_come)


def _tick(transition: Transition, ticked: tuple[tuple[str, int], ...]) -> None:
    """Take over ticks alone."""
    for title, same_title_before in ticked:
        transition.update_epic(
            body=tick(transition.epic.body, title, same_title_before) or transition.epic.body
        )
        for task in transition.epic.tasks:
            if (task.title, task.same_title_before) != (title, same_title_before):
                continue
            if task.status is TaskStatus.PENDING:
                transition.update(task, status=TaskStatus.COMPLETED, ended_at=transition.now)
                transition.log("ticked by hand", task.number)


def _use_edit(transition: Transition, by: Login, enrichment: Enrichment) -> None:
    started = transition.epic.started_at is not None or transition.epic.start_at is not None
    before = transition.epic.tasks
    checklist = approve(transition, enrichment)
    if started and not transition.epic.mistakes:
        follow(transition, checklist.items)
    if transition.epic.tasks != before or not started:
        transition.log(f"took over the edit by @{by}")
    if is_due(transition):
        time_has_come(transition)


def written(transition: Transition, event: BodyWritten) -> None:
    """Bring a person's edit back that our write overwrote: GitHub has no way to write only if."""
    own = transition.epic.body_written == event.before
    transition.update_epic(body_written=event.after)
    # A line more that the approved text has too is one that `add` asked for.
    ticked, approved = _with_our_ticks(transition.epic, event), _lines_of(transition.epic.body)
    expected = _with_lines(ticked, event.after, approved)
    if not own and expected != event.after and transition.epic.activated:
        transition.emit(RestoreEdit(written=event.after, body=expected))


def _with_our_ticks(epic: Epic, event: BodyWritten) -> str:
    body = event.before
    for task in epic.tasks:
        if tick(event.after, task.title, task.same_title_before) == event.after:
            body = tick(body, task.title, task.same_title_before) or body
    return body


def _with_lines(body: str, source: str, queued_instruction: Collection[_Line]) -> str:
    """With those of the wanted lines that it lacks, each where `source` has it."""
    epic_view, previous = _lines_of(body), None
    for line in _lines_of(source):
        if line in queued_instruction and line not in epic_view:
            place, nth = previous or (None, 0)
            body = add_line(body, line[0], place, nth) or body
        previous = line
    return body


def _lines_of(body: str) -> list[_Line]:
    titles = [item.title for item in parse_checklist(body).items]
    return [(title, titles[:index].count(title)) for index, title in enumerate(titles)]


def _same_text(epic: Epic, enrichment: Enrichment) -> bool:
    return epic.body == (enrichment.body or "") and epic.title == (enrichment.title or "")


def line_not_added(transition: Transition, event: LineNotAdded) -> None:
    """The task is done all the same; only its line is missing."""
    transition.log(
        f"its line could not be added to the checklist: {event.reason}", event.task or None
    )


def box_not_found(transition: Transition, event: BoxNotFound) -> None:
    """Said in the log; nothing is written."""
    transition.log("its line is no longer in the checklist, so no box was ticked", event.task)
