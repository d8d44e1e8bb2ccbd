import pytest

from bot.core.model.identifiers import Login
from bot.core.model.settings import Level, Permissions, Rule
from bot.core.permissions import is_listed, may_command, teams_to_ask, verb_of, who_may

ADA, BOT = Login("Ada"), Login("renovate[bot]")


def listing(*people: str, teams: tuple[str, ...] = (), level: Level | None = None) -> Permissions:
    rule = Rule(level=level, people=tuple(map(Login, people)), teams=teams)
    return Permissions(command=rule)


@pytest.mark.parametrize(
    ("role", "least"),
    [
        ("admin", {Level.WRITE, Level.MAINTAIN, Level.ADMIN}),
        ("maintain", {Level.WRITE, Level.MAINTAIN}),
        ("write", {Level.WRITE}),
        ("triage", set()),
        ("read", set()),
        ("none", set()),
        ("", set()),
        ("owner", set()),
        ("ADMIN", set()),
    ],
)
def test_a_role_includes_those_below_it(role: str, least: set[Level]) -> None:
    for level in Level:
        allowed = may_command("start", ADA, role, (), listing(level=level))
        assert allowed is (level in least)


def test_write_permission_is_what_it_takes_by_default() -> None:
    assert may_command("cancel", ADA, "write", (), Permissions())
    assert not may_command("cancel", ADA, "triage", (), Permissions())


@pytest.mark.parametrize(
    ("permissions", "role", "teams", "allowed"),
    [
        (listing("ada"), "none", (), True),
        (listing("adam"), "admin", (), False),
        (listing(teams=("acme/core",)), "read", ("ACME/core",), True),
        (listing(teams=("acme/core",)), "admin", (), False),
        (listing(teams=("acme/core",)), "admin", ("globex/core",), False),
        (listing("bob", level=Level.ADMIN), "admin", (), True),
        (listing(), "admin", (), False),
    ],
)
def test_the_listed_may_whatever_their_role(
    permissions: Permissions, role: str, teams: tuple[str, ...], allowed: bool
) -> None:
    assert may_command("start", ADA, role, teams, permissions) is allowed


def test_a_verb_may_have_a_rule_of_its_own() -> None:
    only_admins = Permissions(verbs=(("merge", Rule(level=Level.ADMIN)),))
    assert not may_command("merge", ADA, "write", (), only_admins)
    assert may_command("pause", ADA, "write", (), only_admins)


def test_bots_never_unless_listed() -> None:
    permissions = listing(teams=("acme/core",), level=Level.WRITE)
    assert not may_command("start", BOT, "admin", ("acme/core",), permissions)
    assert may_command("start", BOT, "none", (), listing(BOT))


@pytest.mark.parametrize(
    ("permissions", "login", "role", "asked"),
    [
        (listing(teams=("acme/core", "acme/ops")), ADA, "admin", ("acme/core", "acme/ops")),
        (listing(teams=("acme/core",), level=Level.WRITE), ADA, "write", ()),
        (listing(teams=("acme/core",), level=Level.WRITE), ADA, "read", ("acme/core",)),
        (listing("ada", teams=("acme/core",)), ADA, "none", ()),
        (listing(teams=("acme/core",)), BOT, "none", ()),
        (listing(level=Level.ADMIN), ADA, "read", ()),
    ],
)
def test_teams_are_asked_for_only_where_they_decide(
    permissions: Permissions, login: Login, role: str, asked: tuple[str, ...]
) -> None:
    assert teams_to_ask("start", login, role, permissions) == asked


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("/orchestra START base=x", "start"),
        ("/orchestra help", "help"),
        ("/orchestra frobnicate", ""),
        ("/orchestra skip x", ""),
        ("/orchestra", ""),
    ],
)
def test_what_a_line_is_judged_by(text: str, verb: str) -> None:
    assert verb_of(text) == verb


def test_who_is_listed_for_anything() -> None:
    permissions = Permissions(verbs=(("status", Rule(people=(BOT,))),))
    assert is_listed(Login("Renovate[bot]"), permissions)
    assert not is_listed(ADA, permissions)


@pytest.mark.parametrize(
    ("permissions", "words"),
    [
        (listing(), "commands are for nobody"),
        (Permissions(), "commands are for people with write permission on this repository"),
        (
            listing("ada", teams=("acme/core",), level=Level.ADMIN),
            "commands are for people with admin permission on this repository"
            " or @ada or @acme/core",
        ),
    ],
)
def test_in_words(permissions: Permissions, words: str) -> None:
    assert who_may("start", permissions) == words
