from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import is_digits, not_a_number, task_number
from bot.core.commands.targets import no_such_task
from bot.core.effects import AddLine
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.options import TaskOptions
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.text.attributes import read_attributes, written
from bot.core.text.checklist import MAX_TASKS, MAX_TITLE, Item, parse_checklist
from bot.core.text.issue_body import add_line
from bot.core.text.references import listed_tasks
from bot.core.text.sanitize import one_line
from bot.core.text.visible import visible
from bot.core.transitions.epic.approval import take_over_references
from bot.core.transitions.epic.approved_issues import with_read_texts
from bot.core.transitions.epic.checklist import follow, wrong_order
from bot.core.transitions.transition import Transition

_QUOTES = ('""', "''", "“”", "„“", "«»")
# A title, and how many lines with the same title stand above it.
_Line = tuple[str | None, int]


@dataclass(frozen=True)
class Add:
    """Append a task to the checklist; with `after`, one that waits for that task."""

    verb: ClassVar[str] = "add"
    usage: ClassVar[str] = "add TITLE [after N]"
    example: ClassVar[str] = "add Describe the new endpoints after 2"

    title: str
    after: int | None = None
    options: TaskOptions = field(default_factory=TaskOptions)

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb; the title is one that a checklist takes as it is.

        Attributes may stand before or behind `after N`.
        """
        line = read_attributes(one_line(visible(" ".join(words))))
        found = cls._read(line.text.split())
        if isinstance(found, Refusal):
            return found
        if line.options == TaskOptions() and not line.mistakes:
            line = read_attributes(found.title)
            found = replace(found, title=_unquoted(line.text))
        if line.mistakes:
            kind = RefusalKind.WRONG_ATTRIBUTES
            return Refusal(kind=kind, mistakes=line.mistakes, usage=cls.usage)
        return replace(found, options=line.options)

    @classmethod
    def _read(cls, words: Sequence[str]) -> Self | Refusal:
        after = None
        if [word.lower() for word in words[-3:-1]] == ["after", "task"]:
            words = [*words[:-2], words[-1].removeprefix("#")]
        # "after #2" may be an issue's number, which belongs to the title.
        named = words[-1].rstrip(".") if len(words) > 1 and words[-2].lower() == "after" else ""
        if is_digits(named):
            after = task_number(words[-1])
            if after is None:
                return not_a_number(words[-1], cls.usage)
            words = words[:-2]
        title = _unquoted(" ".join(words))
        if not title:
            return Refusal(kind=RefusalKind.NO_TITLE, usage=cls.usage)
        if len(title) > MAX_TITLE:
            kind = RefusalKind.TITLE_TOO_LONG
            return Refusal(kind=kind, count=len(title), limit=MAX_TITLE, usage=cls.usage)
        return cls(title, after)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Append a task to the checklist, or put it after another one."""
        epic = transition.epic
        items = parse_checklist(epic.body).items
        place = cannot_add(epic) or self._place(epic, items)
        if isinstance(place, Refusal):
            return place
        options = self._options()
        body = add_line(epic.body, written(self.title, options), *place)
        if body is None:
            return Refusal(kind=RefusalKind.NO_PLACE_IN_CHECKLIST)
        read = event.enrichment.referenced if event.enrichment else None
        read = with_read_texts(epic, read, event.at or transition.now)
        take_over_references(transition, body, read)
        checklist = listed_tasks(body, transition.epic.referenced, epic.repository)
        if mistakes := checklist.mistakes or wrong_order(transition.epic, checklist):
            transition.update_epic(referenced=epic.referenced)
            return Refusal(kind=RefusalKind.WRONG_ATTRIBUTES, mistakes=mistakes, usage=self.usage)
        transition.update_epic(body=body)
        if epic.tasks:
            follow(transition, checklist.items)
        known = {task.number for task in epic.tasks}
        added = next((task for task in transition.epic.tasks if task.number not in known), None)
        same = sum(item.title == self.title for item in items)
        replace(self, options=options)._write(transition, event, place, added, same)
        return _answer(transition, event, self.title, added)

    def _options(self) -> TaskOptions:
        """Return the attributes: the place alone means nothing once tasks run side by side."""
        if self.after is None:
            return self.options
        return replace(self.options, after=tuple(sorted({*self.options.after, self.after})))

    def _place(self, epic: Epic, items: tuple[Item, ...]) -> _Line | Refusal:
        """Return the line that the new one follows; (None, 0) is the end of the checklist."""
        if self.after is None:
            return None, 0
        if epic.tasks:
            task = epic.task(self.after)
            if task is None:
                return no_such_task(epic, self.after)
            return task.line_title, task.same_title_before
        # Before the start the progress comment numbers the lines as they stand.
        if self.after > len(items):
            kind, word = RefusalKind.NO_SUCH_TASK, str(self.after)
            return Refusal(kind=kind, word=word, limit=len(items))
        title = items[self.after - 1].title
        return title, sum(item.title == title for item in items[: self.after - 1])

    def _write(
        self,
        transition: Transition,
        event: CommandGiven,
        place: _Line,
        added: Task | None,
        same: int,
    ) -> None:
        transition.emit(
            AddLine(
                given=f"{event.comment_id or transition.now.isoformat()}:{event.line}",
                task=added.number if added else 0,
                title=self.title,
                same_title_before=added.same_title_before if added else same,
                after=place[0],
                after_same_title_before=place[1],
                options=self.options,
            )
        )


def _answer(
    transition: Transition, event: CommandGiven, title: str, added: Task | None
) -> Notice | None:
    """Log the new task, and say its number or, in an ended epic, how it is started."""
    ended = transition.epic.status.is_final
    number = added.number if added else None
    notice = Notice(
        kind=NoticeKind.TASK_ADDED_AFTER_END if ended else NoticeKind.TASK_ADDED,
        by=event.by,
        task=number,
        quote=title,
    )
    transition.log(notice, number)
    return notice if ended or number else None


def cannot_add(epic: Epic) -> Refusal | None:
    """Refuse where there is no checklist, or one that has mistakes, or no room."""
    if epic.referenced.are_tasks:
        return Refusal(kind=RefusalKind.TASKS_ARE_SUB_ISSUES)
    if epic.mistakes:
        return Refusal(kind=RefusalKind.CHECKLIST_MISTAKES, mistakes=epic.mistakes)
    if parse_checklist(epic.body).open_count >= MAX_TASKS:
        return Refusal(kind=RefusalKind.CHECKLIST_FULL, limit=MAX_TASKS)
    return None


def _unquoted(title: str) -> str:
    """Take away the quotation marks around all of the title, and only those."""
    marks, within = title[:1] + title[-1:], title[1:-1]
    if len(title) > 1 and marks in _QUOTES and not set(marks) & set(within):
        return within.strip()
    return title
