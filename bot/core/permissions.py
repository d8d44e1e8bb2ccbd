"""Who may command."""

from collections.abc import Iterable

from bot.core.commands import CommandMistake, Start, parse_line
from bot.core.model.identifiers import Login
from bot.core.model.settings import Permissions, Rule

# Labelling an issue and editing its text say what agents are given, as `start` does.
APPROVAL = Start.verb

# GitHub's roles of a repository, weakest first ("Repository roles for an organization").
_ROLES = ("none", "read", "triage", "write", "maintain", "admin")


def verb_of(text: str) -> str:
    """The verb that a `/orchestra` line is judged by, empty for one that is no command."""
    command = parse_line(text)
    return "" if isinstance(command, CommandMistake) else command.verb


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
    if is_bot(login):
        return False
    return passes(permission, rule) or any(team.lower() in rule.teams for team in teams)


def teams_to_ask(
    verb: str, login: Login, permission: str, permissions: Permissions
) -> tuple[str, ...]:
    """The teams whose membership decides: none where it is decided without them."""
    teams = permissions.rule_for(verb).teams
    decided = may_command(verb, login, permission, (), permissions)
    # A bot is in no team.
    return () if decided or is_bot(login) else teams


def is_bot(login: Login) -> bool:
    """True for an App's account: GitHub gives no other a name with brackets."""
    return login.endswith("[bot]")


def is_listed(login: Login, permissions: Permissions) -> bool:
    """True when any rule lists that login among its people."""
    rules = (permissions.command, *(rule for _, rule in permissions.verbs))
    return any(login.lower() in rule.people for rule in rules)


def passes(permission: str, rule: Rule) -> bool:
    """True when the role alone is enough."""
    if rule.level is None or permission not in _ROLES:
        return False
    return _ROLES.index(permission) >= _ROLES.index(rule.level)


def who_may(verb: str, permissions: Permissions) -> str:
    """In words: whom that command is for."""
    rule = permissions.rule_for(verb)
    named = [*(f"@{person}" for person in rule.people), *(f"@{team}" for team in rule.teams)]
    if rule.level is not None:
        named.insert(0, f"people with {rule.level} permission on this repository")
    what = f"`{verb}` is" if verb in dict(permissions.verbs) else "commands are"
    return f"{what} for {' or '.join(named) or 'nobody'}"
