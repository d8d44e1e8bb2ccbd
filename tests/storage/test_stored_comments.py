"""Comments that the release before had not posted yet say the same in the new shape."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.interruptions import Interruption
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from storage import migrate
from storage.columns import adapter
from storage.database import Database
from storage.migrations.second_shape import messages, waits
from storage.tables import effects
from tests.core.transitions import scenes
from tests.storage.first_schema import effect, first_schema, put, put_epic

ADA = Login("ada")
SHA = "0123456789" * 4
PAUSED = "The branch `epic/1` could not be made: Reference already exists."


def legacy(quote: str, **facts: Any) -> Refusal:
    return Refusal(kind=RefusalKind.LEGACY, quote=quote, **facts)


def old(kind: str, text: str = "", **fields: Any) -> dict[str, Any]:
    blank: dict[str, Any] = {"nearest": None, "usage": None, "task": None, "findings": []}
    return {"kind": kind, "to": "ada", "text": text, **blank, **fields}


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (old("help"), {}),
        (old("status"), {}),
        (old("completed"), {}),
        (old("logs", task=1), {"task": 1}),
        (old("restarted", task=1), {"task": 1}),
        (old("skipped", "Task 1 was skipped.", task=1), {"task": 1}),
        (old("reply", "There is no task 7."), {"refusal": legacy("There is no task 7.")}),
        (
            old("mistake", "No such command.", nearest="status", usage="help"),
            {"refusal": legacy("No such command.", nearest="status", usage="help")},
        ),
        (
            old("not_allowed", "`set` is for @grace"),
            {"refusal": legacy("Sorry, `set` is for @grace. Nothing was done.")},
        ),
        (
            old("could_not_ask", "Resource not accessible"),
            {"refusal": Refusal(kind=RefusalKind.COULD_NOT_ASK, quote="Resource not accessible")},
        ),
        (old("could_not_ask"), {"refusal": Refusal(kind=RefusalKind.COULD_NOT_ASK)}),
        (old("stranger"), {"refusal": legacy(messages.NOT_SERVED)}),
        (
            old("doctor", findings=[{"what": "App", "health": "good", "text": "Fine."}]),
            {"refusal": legacy(messages.REPEAT_DOCTOR)},
        ),
        (
            old("late_merge", f"The merge of task 1 was already on its way, merged at {SHA}."),
            {"notice": Notice(kind=NoticeKind.MERGED, sha=SHA)},
        ),
        (
            old("paused", "Task 1 failed: merge conflict", task=1),
            {
                "task": 1,
                "pause": Pause(
                    kind=PauseKind.TASK_FAILED,
                    task=1,
                    failure=Failure(kind=FailureKind.MERGE_CONFLICT),
                ),
            },
        ),
        (old("paused", "@ada paused it."), {"pause": Pause(kind=PauseKind.PERSON, by=ADA)}),
        (
            old("paused", "The running task has come to its end, as asked."),
            {"pause": Pause(kind=PauseKind.AFTER_TASK)},
        ),
        (
            old("paused", "The issue was closed by @ada."),
            {"pause": Pause(kind=PauseKind.INTERRUPTED, interruption=Interruption.CLOSED, by=ADA)},
        ),
        (
            old("paused", PAUSED),
            {
                "pause": Pause(
                    kind=PauseKind.NO_BASE_BRANCH,
                    branch="epic/1",
                    quote="Reference already exists",
                )
            },
        ),
        (
            old("needs_person", "`main` is red (checks “a”, “b” fail), and nothing is merged."),
            {"checks": ("a", "b")},
        ),
        (
            old(
                "needs_person",
                "`main` is red since task 1 was merged (check “a” fails). Merge #5 to take it back,"
                " or mend `main`. I go on by myself once it is green.",
                task=1,
            ),
            {
                "task": 1,
                "checks": ("a",),
                "notice": Notice(kind=NoticeKind.REVERT_OPENED, task=1, pull_request=5),
            },
        ),
        (
            old(
                "needs_person",
                "Task 1 waits for a person to merge it; `/orchestra merge 1` merges it now.",
                task=1,
            ),
            {"task": 1, "wait": Wait(kind=WaitKind.MANUAL_MERGE, merge_allowed=True)},
        ),
    ],
)
def test_comments_are_converted_and_can_be_rendered(
    stored: dict[str, Any], expected: dict[str, Any]
) -> None:
    message = adapter(Message).validate_python(messages.message(stored))
    kind = MessageKind.REPLY if "refusal" in expected else MessageKind(stored["kind"])
    assert message == Message(kind=kind, to=ADA, **expected)
    text = message_comment(message, epic_view(scenes.epic(), scenes.NOW), "purpose")
    assert "None" not in text
    if message.refusal and message.refusal.quote:
        assert message.refusal.quote.split("`")[0] in text


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("a person to mark the draft ready", Wait(kind=WaitKind.DRAFT)),
        (
            "its branch to be brought up to date with `main`",
            Wait(kind=WaitKind.BRANCH_UPDATE_BY_PERSON, branch="main"),
        ),
        (
            "its branch to be brought up to date with `main` (GitHub was asked to, and did not do"
            " it)",
            Wait(kind=WaitKind.BRANCH_UPDATE_BY_PERSON, branch="main"),
        ),
        (
            "its branch to be brought up to date with `main` (No)",
            Wait(kind=WaitKind.BRANCH_UPDATE_BY_PERSON, branch="main", quote="No"),
        ),
        (
            "a person to merge it: it changes `.github/workflows/a.yml`, and this App may not merge"
            " changes of workflow files",
            Wait(kind=WaitKind.WORKFLOW_FILES, path=".github/workflows/a.yml"),
        ),
        ("a person to merge it: No", Wait(kind=WaitKind.MERGE_FORBIDDEN, quote="No")),
        ("GitHub's rules (`a`, `b`) to be met", Wait(kind=WaitKind.RULES, rules=("a", "b"))),
        (
            "GitHub's rules to be met (No; 2 conversations not resolved)",
            Wait(kind=WaitKind.RULES, quote="No", count=2),
        ),
        (
            "GitHub's rules (`a`) to be met (auto-merge is refused: No)",
            Wait(kind=WaitKind.RULES, rules=("a",), quote="No"),
        ),
        (
            "GitHub's rules to be met (the merge queue took it out)",
            Wait(kind=WaitKind.RULES),
        ),
        (
            "the changes that @ada and @grace requested",
            Wait(kind=WaitKind.CHANGES_REQUESTED, people=("ada", "grace")),
        ),
        (
            "@ada to look at the changes again",
            Wait(kind=WaitKind.REVIEW_AFTER_CHANGES, people=("ada",)),
        ),
        (
            "a person, as @ada requested changes and the agent pushed nothing; `/orchestra fix 1"
            " TEXT` sends it back",
            Wait(kind=WaitKind.CHANGES_NOT_MADE, people=("ada",)),
        ),
        (
            "an approving review, which GitHub's rules ask for (asked: @ada, @acme/core)",
            Wait(kind=WaitKind.REQUIRED_REVIEW, people=("ada", "acme/core")),
        ),
        ("an approving review of `0123456`", Wait(kind=WaitKind.REVIEW, sha=CommitSha(SHA[:7]))),
        ("2 conversations to be resolved", Wait(kind=WaitKind.CONVERSATIONS, count=2)),
        (
            "required checks “b”, “a” to start",
            Wait(kind=WaitKind.CHECKS_TO_START, checks=("a", "b")),
        ),
        (
            "a check to start, as the base branch has some",
            Wait(kind=WaitKind.CHECKS_EXPECTED),
        ),
        (
            "`main` to be green again, where check “a” fails; a fix or a re-run of the check gets"
            " past it",
            Wait(kind=WaitKind.BASE_RED, branch="main", checks=("a",)),
        ),
        ("anything else", Wait(kind=WaitKind.LEGACY, quote="anything else")),
    ],
)
def test_what_a_person_was_asked_for_is_recognised(sentence: str, expected: Wait) -> None:
    assert adapter(Wait).validate_python(waits.wait(sentence)) == expected


def test_one_question_in_other_words_is_the_same_one(database: Database) -> None:
    """Two sentences of the release before may be one question now: only one gets its key."""
    first_schema(database)
    asked = "Task 1 waits for its branch to be brought up to date with `{}`."
    rows = [
        effect(
            number,
            "PostComment",
            f"comment:5:ask:1:{SHA}:{number}",
            {
                "issue": 5,
                "purpose": f"ask:1:{SHA}:{number}",
                "message": old("needs_person", asked.format(branch), task=1),
            },
        )
        for number, branch in enumerate(("main", "next"), 1)
    ]
    with database.write() as connection:
        put_epic(connection)
        put(connection, "effects", *rows)
    migrate.migrate(database)
    with database.read() as connection:
        keys = connection.execute(select(effects.c.key).order_by(effects.c.id)).scalars().all()
    assert len(set(keys)) == len(rows)
    assert keys[1] == f"PostComment:5:ask:1:{SHA}:2"
