"""What is fetched for an event: who is behind it, and the text and branch it takes over."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from bot.clients.errors import ClientError, NotFound
from bot.core.commands.add import Add
from bot.core.commands.doctor import Doctor
from bot.core.commands.parsing import parse_line, verbs_of
from bot.core.commands.plan import Plan
from bot.core.commands.resume import Resume
from bot.core.commands.set import Set
from bot.core.commands.start import Start
from bot.core.events import BodyEdited, CommandGiven, Enrichment, EpicLabelled, IssueEdit
from bot.core.model.identifiers import Login
from bot.core.model.reference import Referenced
from bot.core.model.settings import DEFAULT_MODEL, EpicSettings, TaskSource
from bot.core.permissions import (
    APPROVAL,
    authorize_all,
    is_bot,
    is_listed,
    may_command,
    permissions_for,
    teams_to_ask,
)
from bot.core.text.branches import in_the_way_of
from bot.core.text.checklist import parse_checklist
from bot.core.transitions.epic.approved_text import edits_to_ask_about, is_approved
from bot.core.transitions.epic.settings import base_for
from jobs.enrich.doctor import Subject, examine
from jobs.enrich.lookup import Asking, Lookup
from jobs.enrich.references import new_references, references, sub_issues
from jobs.enrich.settings import settings_of
from jobs.handlers.registry import is_repository_missing
from jobs.handlers.rules import rules_of
from jobs.models import offered_models
from storage import ingest

# Of so many people it is asked whether they may command; further ones count as those who may not.
MAX_EDITORS = 5
# Somebody who may not command is not asked about again for so long.
STRANGERS = ("none", "read", "triage")
STRANGER_FOR = timedelta(seconds=60)
MAX_STRANGERS = 1_000


def matters(lookup: Lookup) -> bool:
    """Whether anything has to be asked: the rest is decided without, and means nothing.

    Raises a ClientError. A bot is heard only where the settings list it.
    """
    event = lookup.event
    if isinstance(event, BodyEdited):
        return lookup.epic.follows_its_text
    if not _is_app(event):
        return True
    if not lookup.services.serves(lookup.epic.repository.owner):
        return False
    settings = settings_of(lookup).settings or lookup.epic.settings
    return is_listed(event.by, settings.permissions)


def fetch_permission(lookup: Lookup) -> Enrichment:
    """Fetch who is behind the event, and what they may; raises a ClientError."""
    event = lookup.event
    if not lookup.services.serves(lookup.epic.repository.owner):
        return Enrichment(served=False)
    if isinstance(event, BodyEdited):
        return _with_teams(lookup, (APPROVAL,), Enrichment(permission=_role(lookup)))
    # Who may not write costs no request for the settings within the same minute.
    role = None if isinstance(event, EpicLabelled) else _role(lookup)
    stored = settings_of(lookup, at_once=_approves(event) and role not in STRANGERS)
    enrichment = Enrichment(settings=stored.settings, settings_mistakes=stored.mistakes)
    settings = _settings(lookup, enrichment)
    if isinstance(event, EpicLabelled) and event.label.lower() != settings.label.lower():
        return enrichment
    enrichment = replace(enrichment, permission=role or _role(lookup))
    return _with_teams(lookup, _verbs(lookup), enrichment)


def _approves(event: Asking) -> bool:
    """Whether agents may work by the settings as they are now: those are asked for at once."""
    if not isinstance(event, CommandGiven):
        return True
    return isinstance(parse_line(event.text), Start | Resume | Plan)


def is_permitted(lookup: Lookup, enrichment: Enrichment) -> bool:
    """Tell whether the sender may do it, so that it is worth further requests."""
    return authorize_all(_verbs(lookup), lookup.event.by, enrichment, lookup.epic) is None


def fetch_rest(lookup: Lookup, enrichment: Enrichment) -> Enrichment:
    """Fetch everything else that the event's decision needs; raises a ClientError."""
    event, settings = lookup.event, _settings(lookup, enrichment)
    if isinstance(event, BodyEdited):
        # Parsed with no lock held: the decision finds it done.
        parse_checklist(event.body)
        known = event.before is None or is_approved(lookup.epic, event.before)
        if not known:
            enrichment = replace(enrichment, edits=_edits(lookup, settings))
        found = new_references(lookup, event.body, _approver(lookup, settings))
        return replace(enrichment, referenced=found)
    if isinstance(event, EpicLabelled):
        return _with_text(lookup, enrichment, settings)
    if event.superseded is not None:
        return enrichment
    return _for_command(lookup, enrichment, settings, parse_line(event.text))


def _for_command(
    lookup: Lookup, enrichment: Enrichment, settings: EpicSettings, command: object
) -> Enrichment:
    if isinstance(command, Doctor):
        return replace(enrichment, findings=examine(_subject(lookup, enrichment, settings)))
    if isinstance(command, Start | Set) and command.model is not None:
        enrichment = _with_models(lookup, enrichment, command.model)
    if isinstance(command, Add):
        found = new_references(lookup, f"- [ ] {command.title}", _approver(lookup, settings))
        return replace(enrichment, referenced=found)
    if isinstance(command, Start | Resume):
        asked = command.base if isinstance(command, Start) else None
        names = in_the_way_of(lookup.epic.issue_number)
        enrichment = replace(enrichment, name_taken=lookup.github.first_branch_of(names))
        return _with_text(lookup, enrichment, settings, asked)
    return enrichment


def _with_models(lookup: Lookup, enrichment: Enrichment, wanted: str) -> Enrichment:
    """Add what is offered where the model is not; a provider that does not answer refuses none."""
    if wanted == DEFAULT_MODEL:
        return enrichment
    try:
        offered = offered_models(lookup.services, lookup.epic)
    except ClientError:
        return enrichment
    if lookup.services.agents.of(lookup.epic).catalogue.knows(wanted, offered):
        return enrichment
    return replace(enrichment, unknown_model=wanted, models=offered)


def _settings(lookup: Lookup, enrichment: Enrichment) -> EpicSettings:
    return enrichment.settings or lookup.epic.settings


def _verbs(lookup: Lookup) -> tuple[str, ...]:
    event = lookup.event
    return verbs_of(parse_line(event.text)) if isinstance(event, CommandGiven) else (APPROVAL,)


def _with_teams(lookup: Lookup, verbs: Iterable[str], enrichment: Enrichment) -> Enrichment:
    """Teams are asked for only where nothing else lets the person command; no App is in one."""
    if _is_app(lookup.event):
        return enrichment
    by, permissions = lookup.event.by, permissions_for(enrichment, lookup.epic)
    role = enrichment.permission or "none"
    asked = (team for verb in verbs for team in teams_to_ask(verb, by, role, permissions))
    teams = dict.fromkeys(asked)
    member_of = tuple(team for team in teams if lookup.github.is_team_member(team, by))
    return replace(enrichment, teams=member_of)


def _role(lookup: Lookup) -> str:
    """Return the role of whoever asks; a bot has none in a repository."""
    return "none" if _is_app(lookup.event) else _permission(lookup, lookup.event.by)


def _is_app(event: Asking) -> bool:
    return is_bot(event.by) or event.by_app


def _permission(lookup: Lookup, login: str) -> str:
    """Return what the person may; an account that GitHub keeps not knowing may nothing.

    Asked once for all lines of a comment, and once a minute for somebody who may not write.
    """
    earlier = lookup.earlier.permission if lookup.earlier is not None else None
    if earlier is not None and login == lookup.event.by:
        return earlier
    known, key = lookup.services.strangers, (lookup.repository_id, login.lower())
    at, role = known.get(key, (None, ""))
    if at is not None and timedelta() <= lookup.now - at <= STRANGER_FOR:
        return role
    role = _asked(lookup, login)
    if role in STRANGERS:
        if len(known) >= MAX_STRANGERS:
            known.clear()
        known[key] = (lookup.now, role)
    return role


def _asked(lookup: Lookup, login: str) -> str:
    try:
        return lookup.github.permission_of(login)
    except NotFound as error:
        if lookup.doubts or is_repository_missing(lookup.github, error):
            raise
        return "none"


def _subject(lookup: Lookup, enrichment: Enrichment, settings: EpicSettings) -> Subject:
    epic = lookup.epic
    settings = epic.overrides.over(settings)
    return Subject(
        services=lookup.services,
        github=lookup.github,
        repository=epic.repository,
        default_branch=epic.default_branch,
        settings=settings,
        mistakes=enrichment.settings_mistakes,
        epic=replace(epic, settings=settings),
        repository_id=lookup.repository_id,
    )


def _with_text(
    lookup: Lookup, enrichment: Enrichment, settings: EpicSettings, asked: str | None = None
) -> Enrichment:
    """Add the issue as it stands, and the branch that its tasks would go into."""
    epic = lookup.epic
    issue = lookup.github.issue(epic.issue_number)
    parse_checklist(issue.body)  # with no lock held, as above
    labels = {label.lower() for label in issue.labels}
    with lookup.services.database.read() as connection:
        others = ingest.other_active_issues(connection, lookup.repository_id, epic.id)
    return _with_base(
        lookup,
        replace(
            enrichment,
            title=issue.title,
            body=issue.body,
            edits=_edits(lookup, settings),
            referenced=_referenced(lookup, issue.body, settings),
            is_labelled=settings.label.lower() in labels,
            other_epics=tuple(others),
        ),
        base_for(replace(epic, settings=epic.overrides.over(settings)), asked),
    )


def _referenced(lookup: Lookup, body: str, settings: EpicSettings) -> Referenced | None:
    """Read the issues that the epic's tasks are about, by what is approved and by what there is."""
    event = lookup.event
    assert isinstance(event, CommandGiven | EpicLabelled)
    if isinstance(event, CommandGiven) and event.pull_request is not None:
        return None
    may_approve = _approver(lookup, settings)
    if settings.task_source is TaskSource.SUB_ISSUES:
        return sub_issues(lookup, may_approve)
    texts = {body, event.issue.body if event.issue is not None else body}
    return references(lookup, texts, may_approve)


def _approver(lookup: Lookup, settings: EpicSettings) -> Callable[[Login], bool]:
    """Return how it is asked whether somebody's edit of an issue counts; few people's may."""
    may = {lookup.event.by: True}

    def may_approve(login: Login) -> bool:
        if login not in may and len(may) <= MAX_EDITORS:
            may[login] = _may_approve(lookup, login, settings)
        return may.get(login, False)

    return may_approve


def _edits(lookup: Lookup, settings: EpicSettings) -> tuple[IssueEdit, ...]:
    """Edits of the body that it matters of, by whom they are; few people edit one issue."""
    event, may_approve = lookup.event, _approver(lookup, settings)
    if isinstance(event, CommandGiven) and event.pull_request is not None:
        return ()
    edits = edits_to_ask_about(
        lookup.epic, lookup.github.issue_edits(lookup.epic.issue_number), event.at
    )
    newest_first = sorted(edits, key=lambda edit: edit.at, reverse=True)
    may = {edit: may_approve(edit.by) for edit in newest_first}
    return tuple(replace(edit, may_command=may[edit]) for edit in edits)


def _may_approve(lookup: Lookup, login: Login, settings: EpicSettings) -> bool:
    permission = "none" if is_bot(login) else _permission(lookup, login)
    teams = teams_to_ask(APPROVAL, login, permission, settings.permissions)
    member_of = [team for team in teams if lookup.github.is_team_member(team, login)]
    return may_command(APPROVAL, login, permission, member_of, settings.permissions)


def _with_base(lookup: Lookup, enrichment: Enrichment, base: tuple[str, bool]) -> Enrichment:
    """Add the base; an epic's own branch not there yet will be what the default branch is now."""
    epic = lookup.epic
    branch, is_own = base
    if is_own and not (epic.started_at and epic.base_is_ready):
        branch = epic.default_branch
    seen = lookup.github.base_branch(branch)
    if seen.sha is None and is_own:
        branch = epic.default_branch
        seen = lookup.github.base_branch(branch)
    if seen.sha is None:
        return replace(enrichment, base_missing=branch)
    rules = rules_of(lookup.services, lookup.github, epic.repository, branch)
    return replace(enrichment, base=seen, base_rules=rules)
