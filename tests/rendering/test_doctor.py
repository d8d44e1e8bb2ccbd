"""What `doctor` found, as a table in a comment and as lines in a terminal."""

from datetime import UTC, datetime

import pytest

from bot.core.model.findings import Finding, FindingKind, Topic
from bot.core.model.money import DOLLAR, Micros
from bot.core.model.settings import Level, Rule
from bot.rendering.doctor import doctor_lines, doctor_text
from bot.rendering.findings import WORDS

GRANTED = Finding(kind=FindingKind.PERMISSIONS_GRANTED, topic=Topic.INSTALLATION)
COST = (Micros(40 * DOLLAR), Micros(25 * DOLLAR))
AT = datetime(2026, 11, 28, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("kind", FindingKind)
def test_every_finding_has_words_and_each_of_its_facts(kind: FindingKind) -> None:
    finding = Finding(
        kind=kind,
        topic=Topic.BASE,
        names=("test",),
        branch="main",
        word="squash",
        count=1,
        total=2,
        rule=Rule(level=Level.WRITE),
        service="GitHub",
        quote="no",
        instead="o3",
        pull_request=7,
        amounts=COST,
        at=AT,
    )
    [line, _] = doctor_lines([finding])
    assert "{" not in line
    assert "None" not in line.replace("None of", "").replace("None.", "")
    assert line.endswith((".", "”.")) or kind in (
        FindingKind.SETTINGS_MISTAKE,
        FindingKind.CHECKLIST_MISTAKE,
    )


def test_words_are_for_findings_that_there_are() -> None:
    assert set(WORDS) == set(FindingKind)


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (GRANTED, "ok      Permissions: All permissions granted."),
        (
            Finding(
                kind=FindingKind.COST_ABOVE_BUDGET,
                topic=Topic.COST,
                count=10,
                total=20,
                amounts=COST,
            ),
            "warning Cost: About $40.00 for 10 tasks, at some 20 minutes each, but the epic's"
            " budget has only $25.00 left. It would pause. `budget +N` raises it.",
        ),
        (
            Finding(
                kind=FindingKind.WEBHOOKS_FAIL,
                topic=Topic.WEBHOOKS,
                count=3,
                total=4,
                quote="Unauthorized",
                at=AT,
            ),
            "fault   Deliveries: The newest webhook did not arrive, at 28 Nov 2026, 08:30 UTC:"
            " “Unauthorized”. 3 of the last 4 did. Check the App's Webhook URL and secret, and that"
            " this server runs.",
        ),
        (
            Finding(kind=FindingKind.MODEL_NOT_OFFERED, topic=Topic.AGENTS, word="abacus"),
            "warning Model: Cursor doesn't offer “abacus”. Cursor chooses instead. It offers"
            " nothing.",
        ),
        (
            Finding(
                kind=FindingKind.UNAVAILABLE,
                topic=Topic.AGENTS,
                service="Cursor",
                quote="Invalid key.",
            ),
            "fault   Agents: Could not look: Cursor answered “Invalid key”. The operator of this"
            " server can check `CURSOR_API_KEY` and `CURSOR_API_URL`.",
        ),
    ],
)
def test_lines_for_a_terminal(finding: Finding, line: str) -> None:
    assert next(iter(doctor_lines([finding]))) == line


def test_what_others_wrote_moves_no_cursor_and_ends_no_cell() -> None:
    hostile = "\x1b[2J|@ada\n# x"
    taken = Finding(kind=FindingKind.NAME_TAKEN, topic=Topic.BRANCHES, branch=hostile)
    [line, _] = doctor_lines([taken])
    assert "\x1b" not in line
    assert "\n" not in line
    row = doctor_text([taken]).splitlines()[2]
    assert row.count("|") == 4
    assert "@ada" not in row


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        ((), "Ready to start."),
        ((FindingKind.NOT_HTTPS,), "Ready to start, with 1 warning."),
        ((FindingKind.NO_TASKS,), "Not ready: fix 1 problem before `/orchestra start`."),
        (
            (FindingKind.NO_TASKS, FindingKind.SUSPENDED, FindingKind.NOT_HTTPS),
            "Not ready: fix 2 problems before `/orchestra start`.",
        ),
    ],
)
def test_the_last_line_is_the_verdict(kinds: tuple[FindingKind, ...], verdict: str) -> None:
    found = [GRANTED, *(Finding(kind=kind, topic=Topic.BASE) for kind in kinds)]
    assert [*doctor_lines(found)][-1] == verdict
    assert doctor_text(found).endswith(f"\n\n{verdict}")
