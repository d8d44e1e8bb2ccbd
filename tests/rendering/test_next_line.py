from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import PREFIX
from bot.core.model.epic import FINAL_PULL_REQUEST, Epic, PauseCause, PullRequest
from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.settings import EpicSettings, Level, OnFailure, Permissions, Rule
from bot.rendering.escape import inline
from bot.rendering.next_line import waiting_for
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending

_BY_ITSELF = "it goes on by itself, `/orchestra pause` holds it"
_START = "`/orchestra start` from somebody"
_STUCK = replace(FAILED, pull_request_number=None)
_BY_PERSON: dict[str, object] = {"pause_cause": PauseCause.PERSON}
_CONTINUE = EpicSettings(on_failure=OnFailure.CONTINUE)
_QUEUED = replace(
    OPEN,
    status=TaskStatus.MERGING,
    pull_request=PullRequest(number=13, url="", head_sha=CommitSha("c" * 40), is_queued=True),
)
_FINAL = replace(OPEN, number=FINAL_PULL_REQUEST, waiting_for=None)


def _may_start(rule: Rule) -> Epic:
    permissions = Permissions(verbs=(("start", rule),))
    return pending(settings=EpicSettings(permissions=permissions))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (epic(), "task 2: check “test” to finish; `/orchestra skip 2` leaves it out"),
        (
            epic(replace(OPEN, waiting_for="a review; `/orchestra merge 2` merges it now")),
            "task 2: a review; `/orchestra merge 2` merges it now",
        ),
        (
            epic(replace(OPEN, waiting_for=None)),
            "task 2: its pull request; `/orchestra skip 2` leaves it out",
        ),
        (
            epic(replace(OPEN, status=TaskStatus.PROCESSING, waiting_for=None)),
            "task 2: its agent; `/orchestra restart 2` begins it anew, `/orchestra skip 2` leaves"
            " it out",
        ),
        (
            epic(replace(OPEN, status=TaskStatus.MERGING, waiting_for="GitHub to merge it.")),
            "task 2: GitHub to merge it; `/orchestra pause` holds what comes after",
        ),
        (
            epic(replace(_QUEUED, waiting_for="the merge queue")),
            "task 2: the merge queue; `/orchestra pause` takes it out",
        ),
        (
            epic(_FINAL, MERGED),
            "final pull request: its pull request; `/orchestra cancel` ends the epic and leaves"
            " it open",
        ),
        (epic(MERGED, LATER), f"task 3: its launch; {_BY_ITSELF}"),
        (
            epic(replace(LATER, position=2), replace(LATER, number=4, position=1)),
            f"task 4: its launch; {_BY_ITSELF}",
        ),
        (
            epic(replace(LATER, retry_at=at(12))),
            f"task 3: tried again at 21 Nov 12:16 UTC; {_BY_ITSELF}",
        ),
        (
            epic(MERGED, LATER, base_red="“test”"),
            "task 3: `main` to be green again (check “test” fails there); a fix or a re-run of the"
            " check gets past it, then it goes on by itself",
        ),
        (
            epic(MERGED, LATER, base_red="“lint”, “test”"),
            "task 3: `main` to be green again (checks “lint”, “test” fail there); a fix or a re-run"
            " of the check gets past it, then it goes on by itself",
        ),
        (
            epic(LATER, base_branch="epic/3", base_is_ready=False),
            "the branch `epic/3` to be made; nothing to do: it goes on by itself",
        ),
        (
            epic(MERGED),
            "the last of its work to be recorded; nothing to do: it goes on by itself",
        ),
        (
            epic(throttled_by="Cursor", throttled_until=at(20)),
            f"Cursor, throttled until 21 Nov 12:24 UTC; nothing to do: {_BY_ITSELF}",
        ),
        (
            epic(throttled_by="Cursor", throttled_until=at(5)),
            "task 2: check “test” to finish; `/orchestra skip 2` leaves it out",
        ),
        (pending(), f"{_START} with write permission"),
        (
            _may_start(Rule(level=Level.ADMIN, people=(Login("ada"),))),
            f"{_START} with admin permission or listed in `.github/orchestra.yml`",
        ),
        (_may_start(Rule(teams=("acme/a",))), f"{_START} listed in `.github/orchestra.yml`"),
        (pending(mistakes=("no",)), "a corrected checklist, then `/orchestra start`"),
        (
            pending(settings_mistakes=("no",)),
            "a corrected `.github/orchestra.yml`, then `/orchestra start`",
        ),
        (
            pending(mistakes=("no",), settings_mistakes=("no",)),
            "a corrected checklist and a corrected `.github/orchestra.yml`, then"
            " `/orchestra start`",
        ),
        (pending(body=""), "a checklist, then `/orchestra start`"),
        (
            pending(start_at=at(24 * 60)),
            "22 Nov 12:04 UTC; `/orchestra start` begins at once, `/orchestra cancel` calls it off",
        ),
        (
            pending(start_at=at(24 * 60), mistakes=("no",)),
            "a corrected checklist, then 22 Nov 12:04 UTC; `/orchestra start` begins at once,"
            " `/orchestra cancel` calls it off",
        ),
        (
            paused(),
            "a person (task 2 failed: check “test” failed); `/orchestra retry 2` or"
            " `/orchestra skip 2` or `/orchestra resume` goes on, `/orchestra cancel` ends it",
        ),
        (
            paused(tasks=(replace(FAILED, pull_request_number=None),), pause_reason=None),
            "a person; `/orchestra retry 2` or `/orchestra skip 2` goes on, `/orchestra cancel`"
            " ends it",
        ),
        (
            paused(tasks=(_STUCK,), pause_reason=None, **_BY_PERSON),
            "a person; `/orchestra retry 2` or `/orchestra skip 2`, then `/orchestra resume`, goes"
            " on, `/orchestra cancel` ends it",
        ),
        (
            paused(tasks=(_STUCK, replace(_STUCK, number=3)), pause_reason=None, **_BY_PERSON),
            "a person; `/orchestra retry all`, then `/orchestra resume`, goes on,"
            " `/orchestra cancel` ends it",
        ),
        (
            paused(pause_reason=None, **_BY_PERSON),
            "a person; `/orchestra resume` goes on, `/orchestra cancel` ends it",
        ),
        (
            paused(tasks=(_STUCK,), pause_reason=None, settings=_CONTINUE, **_BY_PERSON),
            "a person; `/orchestra resume` goes on, `/orchestra cancel` ends it",
        ),
        (
            paused(tasks=(replace(_FINAL, status=TaskStatus.FAILED),), pause_reason="closed"),
            "a person (closed); `/orchestra resume` goes on, `/orchestra cancel` ends it",
        ),
        (
            paused(tasks=(OPEN,), pause_reason="paused by @octocat"),
            "a person (paused by @octocat); `/orchestra resume` goes on, `/orchestra cancel`"
            " ends it",
        ),
    ],
)
def test_waiting_for(facts: Epic, words: str) -> None:
    assert waiting_for(facts, at(10)) == words


_FACTS: tuple[dict[str, object], ...] = (
    {},
    {"mistakes": ("no",)},
    {"settings_mistakes": ("no",)},
    {"body": ""},
    {"start_at": at(60)},
    {"pausing": True},
    {"pause_reason": "paused by @octocat"},
    {"throttled_until": at(20)},
    {"base_red": "“test”"},
    {"base_is_ready": False, "has_epic_branch": True, "base_branch": "epic/3"},
    {"tasks": ()},
)
_TASKS = [
    replace(OPEN, number=number, status=status, waiting_for=reason, needs_person=needs_person)
    for number, status, reason, needs_person in product(
        (2, FINAL_PULL_REQUEST), TaskStatus, (None, "check “test” to finish"), (False, True)
    )
]


@pytest.mark.parametrize("status", EpicStatus)
@pytest.mark.parametrize("facts", _FACTS, ids=lambda facts: " ".join(facts) or "plain")
def test_every_state_that_is_not_final_has_a_way_out(
    status: EpicStatus, facts: dict[str, object]
) -> None:
    for task in _TASKS:
        line = waiting_for(replace(epic(task), status=status, **facts), at(10))  # type: ignore[arg-type]
        assert (line is None) == status.is_final
        if line is not None:
            assert f"`{PREFIX} " in line or "it goes on by itself" in line
            assert f"{PREFIX} retry {FINAL_PULL_REQUEST}" not in line
            assert f"{PREFIX} skip {FINAL_PULL_REQUEST}" not in line


@given(st.text("`a@/|") | st.text())
def test_no_reason_spoils_the_commands_after_it(reason: str) -> None:
    line = waiting_for(paused(pause_reason=reason), at(10)) or ""
    assert inline(line, 2_000).endswith("goes on, `/orchestra cancel` ends it")
    line = waiting_for(epic(replace(OPEN, waiting_for=reason)), at(10)) or ""
    assert inline(line, 2_000).endswith("; `/orchestra skip 2` leaves it out")


def test_a_long_reason_leaves_room_for_the_way_out() -> None:
    line = waiting_for(epic(replace(OPEN, waiting_for="x" * 5_000)), at(10)) or ""
    assert line.endswith("x…; `/orchestra skip 2` leaves it out")
    assert len(line) < 600
