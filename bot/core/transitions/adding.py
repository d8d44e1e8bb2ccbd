"""What `add` does: one more line in the checklist, and its task."""

from bot.core.commands import Add
from bot.core.commands.answers import Answer, refuse, reply
from bot.core.effects import AddLine
from bot.core.events import CommandGiven
from bot.core.text.checklist import MAX_TASKS, Item, add_line, parse_checklist
from bot.core.transitions.epic.checklist import follow
from bot.core.transitions.tasks import no_task
from bot.core.transitions.transition import Transition


def add(transition: Transition, command: Add, event: CommandGiven) -> Answer | None:
    """Append a task to the checklist, or put it after another one."""
    epic, items = transition.epic, parse_checklist(transition.epic.body).items
    if epic.mistakes:
        return refuse("The checklist has mistakes: correct it first, then add to it.")
    after = _line_after(transition, command.after, items)
    if isinstance(after, Answer):
        return after
    if len(items) >= MAX_TASKS:
        return refuse(f"The checklist is full: {MAX_TASKS} tasks are the most.")
    body = add_line(epic.body, command.title, *after)
    if body is None:
        return refuse("The checklist as it stands takes no further line.")
    known = {task.number for task in epic.tasks}
    transition.update_epic(body=body)
    if epic.tasks:
        follow(transition, parse_checklist(body).items)
    added = next((task for task in transition.epic.tasks if task.number not in known), None)
    same = sum(item.title == command.title for item in items)
    number = added.number if added else 0
    transition.emit(
        AddLine(
            given=f"{event.comment_id or transition.now.isoformat()}:{event.line}",
            task=number,
            title=command.title,
            same_title_before=added.same_title_before if added else same,
            after=after[0],
            after_same_title_before=after[1],
        )
    )
    transition.log(f"@{event.by} added “{command.title}”", number or None)
    if epic.status.is_final:
        return reply("Added. `/orchestra start` goes on with it.")
    return reply(f"Added as task {number}.") if number else None


def _line_after(
    transition: Transition, number: int | None, items: tuple[Item, ...]
) -> tuple[str | None, int] | Answer:
    """The title that the new line follows, and how often it stands further up."""
    if number is None:
        return None, 0
    if transition.epic.tasks:
        task = transition.epic.task(number)
        return (task.title, task.same_title_before) if task else no_task(transition, number)
    # Before the start the progress comment numbers the lines as they stand.
    if number > len(items):
        return refuse(f"There is no task {number}; the last one is {len(items)}.")
    title = items[number - 1].title
    return title, sum(item.title == title for item in items[: number - 1])
