"""Who may command."""

from collections.abc import Iterable

from bot.core.identifiers import Login
from bot.core.settings import Permissions, Rule

# GitHub's roles of a repository, weakest first ("Repository roles for an organization").
_ROLES = ("none", "read", "triage", "write", "maintain", "admin")


def may_command(
    verb: str, login: Login, permission: str, teams: Iterable[str], permissions: Permissions
) -> bool:
    """True when that person may give that command; an unknown role counts as none.

    `permission` is the person's role in the repository, `teams` those of the rules' teams that
    the person is in. A bot has to be listed by name.
    """
    rule = permissions.rule_for(verb)
    if login.lower() in rule.people:
        return True
    if login.endswith("[bot]"):
        return False
    return passes(permission, rule) or any(team.lower() in rule.teams for team in teams)


def passes(permission: str, rule: Rule) -> bool:
    """True when the role alone is enough."""
    if rule.level is None or permission not in _ROLES:
        return False
    return _ROLES.index(permission) >= _ROLES.index(rule.level)


def who_may(verb: str, permissions: Permissions) -> str:
    """In words: who may give that command."""
    rule = permissions.rule_for(verb)
    named = [*(f"@{person}" for person in rule.people), *(f"@{team}" for team in rule.teams)]
    if rule.level is not None:
        named.insert(0, f"people with {rule.level} permission on this repository")
    return " or ".join(named)
