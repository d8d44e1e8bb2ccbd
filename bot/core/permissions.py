"""Who may command."""

from collections.abc import Iterable

from bot.core.events import CommandGiven, Enrichment, EpicLabelled
from bot.core.model.epic import Epic
from bot.core.model.identifiers import Login
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import Level, Permissions, Rule

# Labelling an issue and editing its text say what agents are given, as `start` does.
APPROVAL = "start"

# GitHub's roles of a repository, weakest first ("Repository roles for an organization").
_ROLES = ("none", "read", "triage", "write", "maintain", "admin")


ADMINS_ONLY = Permissions(command=Rule(level=Level.ADMIN))


def permissions_for(enrichment: Enrichment, epic: Epic) -> Permissions:
    """Return the rules that hold: those of the last settings file without mistakes.

    While there has been none, but one with mistakes, only admins may command: nobody knows what it
    was meant to say.
    """
    if enrichment.settings is not None:
        return enrichment.settings.permissions
    known = epic.settings.permissions
    has_mistakes = enrichment.settings_mistakes or epic.settings_mistakes
    return ADMINS_ONLY if has_mistakes and known == Permissions() else known


def authorize(verb: str, by: Login, enrichment: Enrichment, epic: Epic) -> Refusal | None:
    """Return why that person may not give that command, however they give it; None if they may."""
    if not enrichment.served:
        return Refusal(kind=RefusalKind.ACCOUNT_NOT_SERVED, account=epic.repository.owner)
    if enrichment.permission is None and enrichment.failed:
        return Refusal(kind=RefusalKind.INTERNAL_ERROR, by=by)
    if enrichment.permission is None:
        return Refusal(kind=RefusalKind.COULD_NOT_ASK, by=by, quote=enrichment.refusal)
    permissions = permissions_for(enrichment, epic)
    if may_command(verb, by, enrichment.permission, enrichment.teams, permissions):
        return None
    rule = permissions.rule_for(verb)
    return Refusal(
        kind=RefusalKind.NOT_ALLOWED,
        by=by,
        verb=verb if verb in dict(permissions.verbs) else None,
        level=rule.level,
        people=(*rule.people, *rule.teams),
    )


def authorize_all(
    verbs: Iterable[str], by: Login, enrichment: Enrichment, epic: Epic
) -> Refusal | None:
    """Return why that person may not give a command that is judged as all of these."""
    refusals = (authorize(verb, by, enrichment, epic) for verb in verbs)
    return next((refusal for refusal in refusals if refusal is not None), None)


def may_command(
    verb: str, login: Login, permission: str, teams: Iterable[str], permissions: Permissions
) -> bool:
    """Return whether that person may give that command; an unknown role counts as none.

    `permission` is the person's role in the repository, `teams` those of the rules' teams that
    the person is in. A bot has to be listed by name.
    """
    rule = permissions.rule_for(verb)
    if login.lower() in rule.people:
        return True
    if is_bot(login):
        return False
    return passes(permission, rule) or any(team.lower() in rule.teams for team in teams)


def teams_to_ask(
    verb: str, login: Login, permission: str, permissions: Permissions
) -> tuple[str, ...]:
    """Return the teams whose membership decides: none where it is decided without them."""
    teams = permissions.rule_for(verb).teams
    decided = may_command(verb, login, permission, (), permissions)
    # A bot is in no team.
    return () if decided or is_bot(login) else teams


def is_bot(login: Login) -> bool:
    """Return whether it is an App's account: GitHub gives no other a name with brackets."""
    return login.endswith("[bot]")


def is_listed(login: Login, permissions: Permissions) -> bool:
    """Return whether any rule lists that login among its people."""
    rules = (permissions.command, *(rule for _, rule in permissions.verbs))
    return any(login.lower() in rule.people for rule in rules)


def is_unheard(event: CommandGiven | EpicLabelled, permissions: Permissions) -> bool:
    """Return whether a bot did it that no rule lists: it gets no answer."""
    return (event.by_app or is_bot(event.by)) and not is_listed(event.by, permissions)


def passes(permission: str, rule: Rule) -> bool:
    """Return whether the role alone is enough."""
    if rule.level is None or permission not in _ROLES:
        return False
    return _ROLES.index(permission) >= _ROLES.index(rule.level)
