"""Tasks whose text stands in other issues: what a line refers to, and what is taken from there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.model.identifiers import RepositoryName
from bot.core.model.mistakes import ChecklistMistake
from bot.core.model.mistakes import ChecklistMistakeKind as Kind
from bot.core.model.options import TaskOptions
from bot.core.model.reference import Reference, Referenced, ReferencedIssue, ReferenceProblem
from bot.core.text.checklist import (
    MAX_DESCRIPTION,
    MAX_LINES,
    MAX_TASKS,
    Checklist,
    Item,
    cut_title,
    parse_checklist,
    split_lines,
)
from bot.core.text.sanitize import one_line
from bot.core.text.visible import visible

_REFERENCE = re.compile(
    r"(?:https?://(?P<host>[^/\s@]+)/)?"
    r"(?:(?P<repository>[^\s/#]+/[^\s/#]+)(?:#|/issues/|/pull/)|#)(?P<number>[1-9][0-9]{0,8})/?"
)
_PROBLEMS = {
    ReferenceProblem.UNREADABLE: Kind.REFERENCE_UNREADABLE,
    ReferenceProblem.PULL_REQUEST: Kind.REFERENCE_PULL_REQUEST,
    ReferenceProblem.THIS_EPIC: Kind.REFERENCE_THIS_EPIC,
    ReferenceProblem.OTHER_EPIC: Kind.REFERENCE_OTHER_EPIC,
    ReferenceProblem.TOO_LONG: Kind.REFERENCE_TOO_LONG,
    ReferenceProblem.EDITED: Kind.REFERENCE_EDITED,
    ReferenceProblem.ADDED: Kind.REFERENCE_ADDED,
}


@dataclass(frozen=True, kw_only=True)
class TaskText:
    """What a task is about.

    `listed_title` is the title of its line where that is another one than the task's.
    """

    title: str
    description: str
    options: TaskOptions
    reference: Reference | None = None
    listed_title: str | None = None


def reference_of(title: str, home: RepositoryName) -> Reference | None:
    """Return the issue that a title refers to, if it says nothing else; `#12` is one of `home`.

    None too where no repository can have the name that stands there.
    """
    match = _REFERENCE.fullmatch(title)
    if match is None or (match["host"] and not match["repository"]):
        return None
    name = match["repository"]
    try:
        repository = RepositoryName.parse(name) if name else home
    except ValueError:
        return None
    return Reference(repository=repository, number=int(match["number"]), host=match["host"])


def open_references(body: str, home: RepositoryName) -> tuple[Reference, ...]:
    """Return the issues that open items refer to, each once."""
    items = parse_checklist(body).items
    found = (reference_of(item.title, home) for item in items if not item.done)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def shown_of_issue(body: str) -> str | None:
    """Return what the page shows of an issue's text; None where that is more than is taken."""
    if len(split_lines(body)) > MAX_LINES:
        return None
    text = visible(body).strip()
    return text if len(text) <= MAX_DESCRIPTION else None


def listed_tasks(body: str, referenced: Referenced, home: RepositoryName) -> Checklist:
    """Return an epic's tasks as they are listed: the checklist of its text, or its sub-issues."""
    if referenced.are_tasks:
        return _sub_issues(body, referenced.issues, home)
    checklist = parse_checklist(body)
    wrong = [one for item in checklist.items for one in _mistakes(item, referenced, home)]
    wrong += _named_twice(checklist.items, home)
    if not wrong:
        return checklist
    in_order = sorted((*checklist.mistakes, *wrong), key=lambda one: one.line or 0)
    return replace(checklist, mistakes=tuple(in_order))


def text_of(item: Item, referenced: Referenced, home: RepositoryName) -> TaskText:
    """Return what the item's task is about: of a reference, what the issue says.

    An issue that cannot be used now gives the text that it had when it last could.
    """
    reference = reference_of(item.title, home)
    issue = referenced.find(reference) if reference is not None else None
    if issue is None or not issue.title:
        return TaskText(
            title=item.title,
            description=item.description,
            options=item.options,
            reference=reference,
        )
    whole = one_line(issue.title)
    title = cut_title(whole) or item.title
    parts = (whole if title != whole else "", issue.description, item.description)
    return TaskText(
        title=title,
        description="\n\n".join(part for part in parts if part),
        options=item.options,
        reference=reference,
        listed_title=item.title,
    )


def listed_titles(body: str, referenced: Referenced, home: RepositoryName) -> list[str]:
    """Return what the tasks are called: of a reference, the issue's own title, in one line."""
    items = listed_tasks(body, referenced, home).items
    return [text_of(item, referenced, home).title for item in items]


def with_blockers(
    numbered: Sequence[tuple[int, Item]], referenced: Referenced, home: RepositoryName
) -> tuple[tuple[int, Item], ...]:
    """Have each item wait for the tasks whose issues block its own, by GitHub's word."""
    keys = {
        reference.key: number
        for number, item in numbered
        if (reference := reference_of(item.title, home)) is not None
    }
    return tuple((number, _blocked(item, keys, referenced, home)) for number, item in numbered)


def _blocked(
    item: Item, numbers: Mapping[str, int], referenced: Referenced, home: RepositoryName
) -> Item:
    reference = reference_of(item.title, home)
    issue = referenced.find(reference) if reference is not None else None
    if issue is None or not issue.blocked_by:
        return item
    blockers = {numbers[one.key] for one in issue.blocked_by if one.key in numbers}
    after = tuple(sorted({*item.options.after, *blockers}))
    return replace(item, options=replace(item.options, after=after))


def _mistakes(
    item: Item, referenced: Referenced, home: RepositoryName
) -> Iterator[ChecklistMistake]:
    """Yield why the item's text cannot be taken from the issue that it refers to."""
    reference = reference_of(item.title, home)
    issue = referenced.find(reference) if reference is not None else None
    if item.done or issue is None:
        return
    if issue.problem is not None:
        yield _mistake(issue, item.line, item.title)
    elif len(issue.description) + len(item.description) > MAX_DESCRIPTION:
        yield ChecklistMistake(
            kind=Kind.DESCRIPTION_TOO_LONG,
            line=item.line,
            count=len(issue.description) + len(item.description),
            limit=MAX_DESCRIPTION,
        )


def _named_twice(items: Sequence[Item], home: RepositoryName) -> Iterator[ChecklistMistake]:
    """Yield each open item that is about the issue of an earlier one, whatever they call it."""
    lines: dict[str, int] = {}
    for item in items:
        reference = None if item.done else reference_of(item.title, home)
        if reference is None:
            continue
        first = lines.setdefault(reference.key, item.line)
        if first != item.line:
            yield ChecklistMistake(
                kind=Kind.REFERENCE_TWICE, line=item.line, quote=item.title, other_line=first
            )


def _mistake(issue: ReferencedIssue, line: int | None, quote: str) -> ChecklistMistake:
    assert issue.problem is not None
    return ChecklistMistake(
        kind=_PROBLEMS[issue.problem],
        line=line,
        quote=quote,
        limit=MAX_DESCRIPTION,
        by=issue.edited_by,
    )


def _sub_issues(body: str, issues: Sequence[ReferencedIssue], home: RepositoryName) -> Checklist:
    """Return the sub-issues as items, closed ones done; the whole text is the goal."""
    items = tuple(
        Item(_name(one.reference, home), "", not one.is_open, place)
        for place, one in enumerate(issues, 1)
    )
    mistakes = [
        _mistake(issue, None, item.title)
        for item, issue in zip(items, issues, strict=True)
        if issue.problem is not None and issue.is_open
    ]
    count = sum(one.is_open for one in issues)
    if count > MAX_TASKS:
        mistakes.append(ChecklistMistake(kind=Kind.TOO_MANY_TASKS, count=count, limit=MAX_TASKS))
    lines = len(split_lines(body))
    if lines > MAX_LINES:
        too_many = ChecklistMistake(kind=Kind.TOO_MANY_LINES, count=lines, limit=MAX_LINES)
        return Checklist((), (too_many,), "")
    return Checklist(items, tuple(mistakes), visible(body).strip())


def _name(reference: Reference, home: RepositoryName) -> str:
    """Return how an item refers to the issue."""
    own = str(reference.repository).lower() == str(home).lower()
    return f"#{reference.number}" if own else f"{reference.repository}#{reference.number}"
