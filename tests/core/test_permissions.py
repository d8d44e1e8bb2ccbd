import pytest

from bot.core.events import Enrichment
from bot.core.model.identifiers import Login
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import EpicSettings, Level, Permissions, Rule
from bot.core.permissions import authorize, is_listed, may_command, teams_to_ask
from tests.core.transitions import scenes

ADA, BOT = Login("Ada"), Login("renovate[bot]")
EPIC = scenes.epic()


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


def test_who_is_listed_for_anything() -> None:
    permissions = Permissions(verbs=(("status", Rule(people=(BOT,))),))
    assert is_listed(Login("Renovate[bot]"), permissions)
    assert not is_listed(ADA, permissions)


@pytest.mark.parametrize(
    ("enrichment", "refusal"),
    [
        (
            Enrichment(permission="admin", served=False),
            Refusal(kind=RefusalKind.ACCOUNT_NOT_SERVED, account="acme"),
        ),
        (Enrichment(), Refusal(kind=RefusalKind.COULD_NOT_ASK, by=ADA)),
        (
            Enrichment(failed=True),
            Refusal(kind=RefusalKind.INTERNAL_ERROR, by=ADA),
        ),
        (
            Enrichment(refusal="Not accessible"),
            Refusal(kind=RefusalKind.COULD_NOT_ASK, by=ADA, quote="Not accessible"),
        ),
        (
            Enrichment(permission="triage"),
            Refusal(kind=RefusalKind.NOT_ALLOWED, by=ADA, level=Level.WRITE),
        ),
        (Enrichment(permission="write"), None),
    ],
)
def test_why_somebody_may_not(enrichment: Enrichment, refusal: Refusal | None) -> None:
    assert authorize("start", ADA, enrichment, EPIC) == refusal


def test_who_may_is_named() -> None:
    rule = Rule(level=Level.ADMIN, people=(Login("grace"),), teams=("acme/core",))
    settings = EpicSettings(permissions=Permissions(verbs=(("merge", rule),)))
    enrichment = Enrichment(permission="write", settings=settings)
    assert authorize("start", ADA, enrichment, EPIC) is None
    assert authorize("merge", ADA, enrichment, EPIC) == Refusal(
        kind=RefusalKind.NOT_ALLOWED,
        by=ADA,
        verb="merge",
        level=Level.ADMIN,
        people=("grace", "acme/core"),
    )
