"""What is read for an event: who is behind it, and the text and branch that it takes over."""

from dataclasses import replace

from bot.core.commands import Doctor, Resume, Start, parse_line
from bot.core.events import BodyEdited, CommandGiven, Reading
from bot.core.model.settings import EpicSettings
from bot.core.permissions import (
    APPROVAL,
    is_bot,
    is_listed,
    may_command,
    teams_to_ask,
    verb_of,
)
from bot.core.transitions.epic.settings import base_for
from jobs.enrich.doctor import Patient, examine
from jobs.enrich.lookup import Question
from jobs.enrich.settings import settings_of
from jobs.handlers.rules import rules_of
from storage import ingest


def matters(question: Question) -> bool:
    """Whether anything has to be asked: the rest is decided without, and means nothing.

    Raises a ClientError. A bot is heard only where the settings list it.
    """
    event = question.event
    if isinstance(event, BodyEdited):
        return question.epic.follows_its_text
    if not isinstance(event, CommandGiven) or not is_bot(event.by):
        return True
    if not question.services.serves(question.epic.repository.owner):
        return False
    settings = settings_of(question).settings or question.epic.settings
    return is_listed(event.by, settings.permissions)


def read(question: Question) -> Reading:
    """Ask everything that the event's decision needs; raises a ClientError."""
    event = question.event
    if not question.services.serves(question.epic.repository.owner):
        return Reading(served=False)
    if isinstance(event, BodyEdited):
        return _with_standing(question, APPROVAL, Reading(), question.epic.settings)
    stored = settings_of(question)
    reading = Reading(
        eyes_id=question.eyes_id, settings=stored.settings, settings_mistakes=stored.mistakes
    )
    settings = stored.settings or question.epic.settings
    if isinstance(event, CommandGiven):
        return _for_command(question, event, reading, settings)
    if event.label.lower() != settings.label.lower():
        return reading
    reading = _with_standing(question, APPROVAL, reading, settings)
    if _may(question, APPROVAL, reading, settings):
        return _with_text(question, reading, settings)
    return reading


def _for_command(
    question: Question, event: CommandGiven, reading: Reading, settings: EpicSettings
) -> Reading:
    command, verb = parse_line(event.text), verb_of(event.text)
    reading = _with_standing(question, verb, reading, settings)
    if not _may(question, verb, reading, settings):
        return reading
    if isinstance(command, Doctor):
        return replace(reading, findings=examine(_patient(question, reading, settings)))
    if isinstance(command, Start | Resume):
        asked = command.base if isinstance(command, Start) else None
        return _with_text(question, reading, settings, asked)
    return reading


def _may(question: Question, verb: str, reading: Reading, settings: EpicSettings) -> bool:
    assert reading.permission is not None
    by, permissions = question.event.by, settings.permissions
    return may_command(verb, by, reading.permission, reading.teams, permissions)


def _with_standing(
    question: Question, verb: str, reading: Reading, settings: EpicSettings
) -> Reading:
    """Teams are asked for only where nothing else lets the person command.

    A bot has no role in a repository.
    """
    by, permissions = question.event.by, settings.permissions
    permission = "none" if is_bot(by) else question.github.permission_of(by)
    teams = teams_to_ask(verb, by, permission, permissions)
    member_of = tuple(team for team in teams if question.github.is_team_member(team, by))
    return replace(reading, permission=permission, teams=member_of)


def _patient(question: Question, reading: Reading, settings: EpicSettings) -> Patient:
    epic = question.epic
    settings = epic.overrides.over(settings)
    return Patient(
        services=question.services,
        github=question.github,
        epic=replace(epic, settings=settings),
        settings=settings,
        mistakes=reading.settings_mistakes,
    )


def _with_text(
    question: Question, reading: Reading, settings: EpicSettings, asked: str | None = None
) -> Reading:
    """The issue as it stands, and the branch that its tasks would go into."""
    epic = question.epic
    issue = question.github.issue(epic.issue_number)
    labels = {label.lower() for label in issue.labels}
    with question.services.database.read() as connection:
        others = ingest.other_active_issues(connection, question.repository_id, epic.id)
    return _with_base(
        question,
        replace(
            reading,
            title=issue.title,
            body=issue.body,
            is_labelled=settings.label.lower() in labels,
            other_epics=tuple(others),
        ),
        base_for(replace(epic, settings=epic.overrides.over(settings)), asked),
    )


def _with_base(question: Question, reading: Reading, base: tuple[str, bool]) -> Reading:
    """An epic's own branch that is not there yet will be what the default branch is now."""
    epic = question.epic
    branch, is_own = base
    if is_own and not (epic.started_at and epic.base_is_ready):
        branch = epic.default_branch
    seen = question.github.base_branch(branch)
    if seen.sha is None and is_own:
        branch = epic.default_branch
        seen = question.github.base_branch(branch)
    if seen.sha is None:
        return replace(reading, base_missing=branch)
    rules = rules_of(question.services, question.github, epic.repository, branch)
    return replace(reading, base=seen, base_rules=rules)
