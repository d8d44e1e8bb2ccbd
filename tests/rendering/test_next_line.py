# The texts stand here as people read them.

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.mistakes import (
    ChecklistMistake,
    ChecklistMistakeKind,
    SettingsMistake,
    SettingsMistakeKind,
)
from bot.core.model.options import TaskOptions
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.settings import EpicSettings, Level, Permissions, Rule
from bot.core.model.task import FINAL_PULL_REQUEST
from bot.core.text.prefix import PREFIX
from bot.rendering.epic_view import EpicView, epic_view
from bot.rendering.next_line import needs, next_line
from bot.rendering.progress_comment import next_steps
from bot.rendering.ways import way_text
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending
from tests.rendering.harmless import check_answer

_NEXT = "**Next:** "
_MISTAKES = (ChecklistMistake(kind=ChecklistMistakeKind.NO_TITLE, line=1),)
_WRONG_SETTINGS = (SettingsMistake(kind=SettingsMistakeKind.NOT_TEXT),)
_FINAL = replace(OPEN, number=FINAL_PULL_REQUEST, wait=None)
_BY_ADA = Pause(kind=PauseKind.PERSON, by=Login("ada"))
_REVIEW = Wait(kind=WaitKind.REVIEW, sha=CommitSha("c" * 40), merge_allowed=True)
_AT_WORK = replace(
    OPEN, status=TaskStatus.PROCESSING, wait=Wait(kind=WaitKind.AGENT), pull_request_number=None
)


def _may_start(rule: Rule) -> Epic:
    permissions = Permissions(verbs=(("start", rule),))
    return pending(settings=EpicSettings(permissions=permissions))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (epic(), "Waiting for check “test” to finish on #13 (task 2)."),
        (epic(_AT_WORK), "Waiting for the agent on task 2 (started 12:13 UTC)."),
        (epic(replace(OPEN, wait=None)), "Checking the state of #13 (task 2)."),
        (
            epic(replace(OPEN, status=TaskStatus.PROCESSING, wait=None)),
            "Waiting for the agent on task 2 (#13).",
        ),
        (
            epic(replace(OPEN, status=TaskStatus.MERGING, wait=None)),
            "Waiting for GitHub to merge #13 (task 2).",
        ),
        (epic(_FINAL, MERGED), "Checking the state of the final pull request (#13)."),
        (epic(MERGED, LATER), "Launching an agent for task 3."),
        (
            epic(replace(LATER, position=2), replace(LATER, number=4, position=1)),
            "Launching an agent for task 4.",
        ),
        (epic(replace(LATER, retry_at=at(12))), "Task 3 is retried at 12:16 UTC."),
        (epic(MERGED, LATER, base_red=("test",)), None),
        (epic(replace(OPEN, needs_person=True)), None),
        (epic(LATER, base_branch="epic/3", base_is_ready=False), "Creating the branch `epic/3`."),
        (epic(MERGED), "Finishing up."),
        (
            epic(throttled_by="Cursor", throttled_until=at(20)),
            "Cursor limits requests until 12:24 UTC. Work continues by itself then.",
        ),
        (
            epic(throttled_by="Cursor", throttled_until=at(5)),
            "Waiting for check “test” to finish on #13 (task 2).",
        ),
        (pending(), f"{_NEXT}someone with write access comments `/orchestra start`."),
        (
            _may_start(Rule(level=Level.ADMIN, people=(Login("ada"),))),
            f"{_NEXT}someone with admin access or listed in `.github/orchestra.yml` comments"
            " `/orchestra start`.",
        ),
        (
            _may_start(Rule(teams=("acme/a",))),
            f"{_NEXT}someone listed in `.github/orchestra.yml` comments `/orchestra start`.",
        ),
        (
            pending(mistakes=_MISTAKES),
            f"{_NEXT}correct the checklist. Then comment `/orchestra start`.",
        ),
        (
            pending(mistakes=_MISTAKES, settings_mistakes=_WRONG_SETTINGS),
            f"{_NEXT}correct the checklist and correct `.github/orchestra.yml`. Then comment"
            " `/orchestra start`.",
        ),
        (
            pending(body=""),
            f"{_NEXT}add a checklist to this issue. Then comment `/orchestra start`.",
        ),
        (pending(start_at=at(24 * 60)), "Scheduled for 22 Nov 12:04 UTC."),
        (pending(start_at=at(60 * 24 * 60)), "Scheduled for 20 Jan 2027, 12:04 UTC."),
        (pending(start_at=at(5)), "Checking `main` before the first task starts."),
        (
            pending(start_at=at(24 * 60), mistakes=_MISTAKES),
            f"{_NEXT}correct the checklist. Then the epic starts at 22 Nov 12:04 UTC.",
        ),
        (
            epic(status=EpicStatus.GENERATING_SPEC),
            "Writing a plan for this issue, which takes a minute or two.",
        ),
        (paused(), None),
        (epic(status=EpicStatus.COMPLETED), None),
    ],
)
def test_next_line(facts: Epic, words: str | None) -> None:
    assert next_line(epic_view(facts, at(10))) == words


@pytest.mark.parametrize(
    ("facts", "text", "commands"),
    [
        (
            epic(replace(OPEN, wait=_REVIEW, needs_person=True)),
            "#13 (task 2 “Serve `/price` as JSON”) needs an approving review of ccccccc.",
            ["restart 2", "skip 2", "merge 2"],
        ),
        (
            epic(MERGED, LATER, base_red=("lint", "test")),
            "Checks “lint” and “test” are failing on `main`. Work continues by itself once they"
            " pass.",
            ["skip 3"],
        ),
        (
            paused(),
            "Task 2 “Serve `/price` as JSON” (#13): check"
            " [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent"
            " back twice.",
            ["retry 2", "skip 2", "resume", "cancel"],
        ),
        (
            paused(tasks=(OPEN,), pause=_BY_ADA),
            "@\u200bada paused the epic.",
            ["resume", "cancel"],
        ),
        (
            paused(
                tasks=(OPEN,),
                pause=Pause(
                    kind=PauseKind.INTERRUPTED, by=Login("ada"), interruption=Interruption.CLOSED
                ),
            ),
            "@\u200bada closed the issue.",
            ["resume", "cancel"],
        ),
        (paused(tasks=(OPEN,), pause=None), "The epic is paused.", ["resume", "cancel"]),
    ],
)
def test_needs(facts: Epic, text: str, commands: list[str]) -> None:
    [need] = needs(epic_view(facts, at(10)))
    assert need.text == text
    assert [way_text(way) for way in need.ways] == [f"{PREFIX} {line}" for line in commands]


def test_a_red_base_that_a_task_waits_for_is_named_once() -> None:
    wait = Wait(kind=WaitKind.BASE_RED, branch="main", checks=("test",), merge_allowed=True)
    facts = epic(replace(OPEN, wait=wait, needs_person=True), base_red=("test",))
    [need] = needs(epic_view(facts, at(10)))
    assert need.text.startswith("Check “test” is failing on `main`.")
    assert way_text(need.ways[-1]) == "/orchestra merge 2"


_FACTS: tuple[dict[str, object], ...] = (
    {},
    {"mistakes": _MISTAKES},
    {"settings_mistakes": _WRONG_SETTINGS},
    {"body": ""},
    {"start_at": at(60)},
    {"pausing": True},
    {"pause": _BY_ADA},
    {"throttled_until": at(20)},
    {"base_red": ("test",)},
    {"base_is_ready": False, "has_epic_branch": True, "base_branch": "epic/3"},
    {"tasks": ()},
)
_TASKS = [
    replace(OPEN, number=number, status=status, wait=wait, needs_person=needs_person)
    for number, status, wait, needs_person in product(
        (2, FINAL_PULL_REQUEST), TaskStatus, (None, _REVIEW), (False, True)
    )
]


@pytest.mark.parametrize("status", EpicStatus)
@pytest.mark.parametrize("facts", _FACTS, ids=lambda facts: " ".join(facts) or "plain")
def test_every_state_that_is_not_final_says_what_is_next(
    status: EpicStatus, facts: dict[str, object]
) -> None:
    for task in _TASKS:
        view = epic_view(replace(epic(task), status=status, **facts), at(10))  # type: ignore[arg-type]
        said = _all_said(view)
        assert status.is_final or said
        assert f"{PREFIX} retry {FINAL_PULL_REQUEST}" not in said
        assert f"{PREFIX} skip {FINAL_PULL_REQUEST}" not in said


def _all_said(view: EpicView) -> str:
    needed = [f"{need.text} {' '.join(map(way_text, need.ways))}" for need in needs(view)]
    return " ".join([*needed, *next_steps(view)])


@given(st.text("`a@#1/|[]()<") | st.text())
def test_no_title_or_quote_spoils_a_need(words: str) -> None:
    failure = Failure(kind=FailureKind.AGENT_ERROR, quote=words)
    pause = Pause(kind=PauseKind.TASK_FAILED, task=2, failure=failure)
    failed = replace(FAILED, title=words, failure=failure, pull_request_number=None)
    [need] = needs(epic_view(paused(tasks=(failed,), pause=pause), at(10)))
    check_answer(f"<!-- x -->\n{need.text}")


def test_the_next_task_is_the_first_that_waits_for_none() -> None:
    first = replace(LATER, options=TaskOptions(after=(LATER.number + 1,)))
    ready = replace(LATER, number=LATER.number + 1, position=LATER.position + 1, title="Do it now")
    view = epic_view(epic(MERGED, first, ready), at(20))
    assert next_line(view) == f"Launching an agent for task {ready.number}."
    [need] = needs(epic_view(epic(MERGED, first, ready, base_red=("test",)), at(20)))
    assert {way.task for way in need.ways if way.verb == "skip"} == {ready.number}
