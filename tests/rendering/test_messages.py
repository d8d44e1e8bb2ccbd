# The texts stand here as people read them.
# ruff: noqa: E501

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.kept_branch import KeptBranch
from bot.core.model.messages import Message, MessageKind
from bot.core.model.money import Bill, Micros
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import EpicSettings
from bot.core.model.terms import Terms
from bot.rendering.epic_view import epic_view
from bot.rendering.help import help_text
from bot.rendering.messages import message_comment
from tests.rendering.facts import (
    CHECKS_FAILED,
    FAILED,
    LATER,
    MERGED,
    OPEN,
    at,
    epic,
    paused,
    pending,
)

_TO = Login("octocat")
_REVIEW = Wait(kind=WaitKind.REVIEW, people=("ada",), sha=CommitSha("c" * 40), merge_allowed=True)
_REMOVED = Failure(kind=FailureKind.REMOVED)
_ENDED = Message(kind=MessageKind.COMPLETED, to=_TO)


def _said(message: Message, facts: Epic | None = None) -> str:
    view = epic_view(facts or paused(), at(20))
    first, _, text = message_comment(message, view, "p").partition("\n")
    assert first == "<!-- orchestra:p:7 -->"
    return text.removesuffix("\n")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            Message(
                kind=MessageKind.REPLY,
                to=_TO,
                command="/orchestra start",
                notice=Notice(kind=NoticeKind.ALREADY_RUNNING),
            ),
            "> /orchestra start\n\nThis epic is already running.",
        ),
        (
            Message(
                kind=MessageKind.REPLY,
                to=_TO,
                command="/orchestra plan @ada | #1",
                refusal=Refusal(kind=RefusalKind.NO_TASK_FAILED),
            ),
            "> /orchestra plan @\u200bada &#124; #\u200b1\n\nNo task has failed, so there is nothing"
            " to retry.",
        ),
        (Message(kind=MessageKind.HELP, to=_TO), help_text()),
        (
            Message(
                kind=MessageKind.LATE_MERGE,
                task=1,
                notice=Notice(kind=NoticeKind.MERGED, task=1, sha="b" * 40),
            ),
            "Task 1 “Add the model” (#12) was merged as bbbbbbb. The merge was already on its way"
            " when the task was ended.",
        ),
        (
            Message(kind=MessageKind.SKIPPED, task=2),
            "Task 2 was skipped, so Orchestra no longer manages this pull request. Merge or close"
            " it as you like.",
        ),
        (
            Message(kind=MessageKind.SKIPPED, task=0),
            "The final pull request was skipped, so Orchestra no longer manages this pull request."
            " Merge or close it as you like.",
        ),
        (
            Message(kind=MessageKind.RESTARTED, to=_TO, task=2),
            "Task 2 was restarted with a new agent on a new branch, so this pull request is"
            " closed.",
        ),
        (
            Message(kind=MessageKind.NEEDS_PERSON, to=_TO, checks=("lint", "test")),
            "@octocat **Needs you:** Checks “lint” and “test” are failing on `main`. Work continues"
            " by itself once they pass.",
        ),
        (
            Message(
                kind=MessageKind.NEEDS_PERSON,
                to=_TO,
                task=1,
                checks=("test",),
                notice=Notice(kind=NoticeKind.REVERT_OPENED, task=1, pull_request=14),
            ),
            "@octocat **Needs you:** Check “test” is failing on `main`. Work continues by itself"
            " once it passes.\n\nTask 1 “Add the model” (#12) was merged right before. Merge #14 to"
            " revert it, or push a fix.",
        ),
    ],
)
def test_messages(message: Message, text: str) -> None:
    assert _said(message) == text


def test_a_task_needs_a_person() -> None:
    task = replace(OPEN, wait=_REVIEW, needs_person=True)
    message = Message(kind=MessageKind.NEEDS_PERSON, to=_TO, wait=_REVIEW, task=2)
    assert _said(message, epic(MERGED, task, LATER)) == snapshot("""\
@octocat **Needs you:** #13 (task 2 “Serve `/price` as JSON”) needs an approving review of ccccccc, requested from @\u200bada.

- `/orchestra restart 2` — start over with a new agent and a new branch
- `/orchestra skip 2` — leave this task out
- `/orchestra merge 2` — merge it now, without waiting\
""")


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind is not MessageKind.REPLY])
def test_nobody_is_mentioned_where_the_settings_say_so(kind: MessageKind) -> None:
    pause = Pause(kind=PauseKind.PERSON, by=Login("ada"))
    message = Message(kind=kind, to=_TO, task=2, pause=pause, checks=("@octocat",))
    settings = EpicSettings(mention=False)
    ended = epic(MERGED, FAILED, settings=settings, status=EpicStatus.PARTIAL_COMPLETED)
    facts = ended if kind is MessageKind.COMPLETED else paused(settings=settings)
    assert "@octocat" not in message_comment(message, epic_view(facts, at(20)), "p")


def test_status() -> None:
    assert _said(Message(kind=MessageKind.STATUS, to=_TO)) == snapshot("""\
**Build a little shop** · paused

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done

> [!IMPORTANT]
> **Needs you:** Task 2 “Serve `/price` as JSON” (#13): check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.
>
> - `/orchestra retry 2` — try again
> - `/orchestra skip 2` — leave this task out
> - `/orchestra resume` — continue, once you have fixed it
> - `/orchestra cancel` — end the epic; open pull requests stay open\
""")


def test_status_of_a_running_epic() -> None:
    assert _said(Message(kind=MessageKind.STATUS, to=_TO), epic()) == snapshot("""\
**Build a little shop** · running

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done

Waiting for check “test” to finish on #13 (task 2).\
""")


def test_paused_by_a_failure() -> None:
    failure = replace(CHECKS_FAILED, log_tail="1 failed\n@octocat ```")
    run = replace(OPEN.runs[0], summary="I could not run the tests.\n\n@octocat, see #4.")
    pause = Pause(kind=PauseKind.TASK_FAILED, task=2, failure=failure)
    facts = paused(tasks=(MERGED, replace(FAILED, failure=failure, runs=(run,)), LATER))
    message = Message(kind=MessageKind.PAUSED, to=_TO, pause=pause, task=2)
    assert _said(message, facts) == snapshot("""\
@octocat **Build a little shop** is paused. Task 2 “Serve `/price` as JSON” (#13): check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.

The agent's last words:

> I could not run the tests.
>
> @\u200boctocat, see #\u200b4.

<details><summary>End of the log</summary>

````text
1 failed
@octocat ```
````

</details>

- `/orchestra retry 2` — try again
- `/orchestra skip 2` — leave this task out
- `/orchestra resume` — continue, once you have fixed it
- `/orchestra cancel` — end the epic; open pull requests stay open\
""")


def test_paused_by_a_failure_without_a_pull_request() -> None:
    failure = Failure(kind=FailureKind.AGENT_ERROR, attempts=4)
    failed = replace(FAILED, failure=failure, pull_request=None, pull_request_number=None)
    pause = Pause(kind=PauseKind.TASK_FAILED, task=2, failure=failure)
    facts = paused(tasks=(MERGED, failed, LATER), pause=pause)
    message = Message(kind=MessageKind.PAUSED, to=_TO, pause=pause, task=2)
    assert _said(message, facts) == snapshot("""\
@octocat **Build a little shop** is paused. Task 2 “Serve `/price` as JSON”: the agent failed. Tried 4 times.

- `/orchestra retry 2` — try again
- `/orchestra skip 2` — leave this task out
- `/orchestra cancel` — end the epic; open pull requests stay open\
""")


@pytest.mark.parametrize(
    ("by", "begins"),
    [
        ("octocat", "@\u200boctocat paused **Build a little shop**.\n\n- `/orchestra resume`"),
        ("ada", "@octocat @\u200bada paused **Build a little shop**.\n\n- `/orchestra resume`"),
    ],
)
def test_nobody_is_mentioned_for_their_own_pause(by: str, begins: str) -> None:
    pause = Pause(kind=PauseKind.PERSON, by=Login(by))
    message = Message(kind=MessageKind.PAUSED, to=_TO, pause=pause)
    assert _said(message, paused(pause=pause, tasks=(MERGED, OPEN))).startswith(begins)


def test_final_report() -> None:
    done = replace(
        OPEN, status=TaskStatus.COMPLETED, merge_sha=CommitSha("d" * 40), ended_at=at(70)
    )
    by_hand = replace(LATER, status=TaskStatus.COMPLETED, ended_at=at(0))
    facts = epic(MERGED, done, by_hand, status=EpicStatus.COMPLETED, ended_at=at(71))
    assert _said(_ENDED, facts) == snapshot("""\
@octocat **Build a little shop** is done with 3 of 3 tasks.

| # | Task | Result | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 | 9 min |
| 2 | Serve `/price` as JSON | ✅ merged #13 | 1 h 1 min |
| 3 | Write the docs | ✅ already done | – |

Took 1 h 11 min · 2 pull requests merged · 1 retry\
""")


def test_final_report_with_the_final_pull_request() -> None:
    final = replace(MERGED, number=0, title="Build a little shop", pull_request_number=15)
    facts = epic(final, MERGED, status=EpicStatus.COMPLETED, ended_at=at(30))
    assert _said(_ENDED, facts) == snapshot("""\
@octocat **Build a little shop** is done with 1 of 1 task.

| # | Task | Result | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 | 9 min |
| ↪ | Final pull request to `main` | ✅ merged #15 | 9 min |

Took 30 min · 2 pull requests merged\
""")


def test_final_report_of_an_epic_that_was_started_again() -> None:
    text = _said(_ENDED, epic(MERGED, LATER, status=EpicStatus.ACTIVE))
    assert text.startswith("@octocat **Build a little shop** ended with 1 of 2 tasks.")


def test_final_report_of_what_was_left() -> None:
    skipped = replace(LATER, status=TaskStatus.SKIPPED, failure=_REMOVED)
    facts = epic(MERGED, skipped, status=EpicStatus.PARTIAL_COMPLETED, ended_at=at(30))
    assert _said(_ENDED, facts) == snapshot("""\
@octocat **Build a little shop** finished with 1 of 2 tasks; 1 was skipped.

- **Task 3:** The task was removed from the checklist.

`/orchestra start` — continue with what is left

| # | Task | Result | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 | 9 min |
| 3 | Write the docs | ⚫ skipped | – |

Took 30 min · 1 pull request merged\
""")


def test_final_report_of_a_failure() -> None:
    left = replace(LATER, status=TaskStatus.CANCELLED)
    facts = epic(MERGED, FAILED, left, status=EpicStatus.FAILED, ended_at=at(30))
    assert _said(_ENDED, facts) == snapshot("""\
@octocat **Build a little shop** failed with 1 of 3 tasks; 1 failed and 1 was cancelled.

- **Task 2:** Check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.

`/orchestra start` — continue with what is left

| # | Task | Result | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 | 9 min |
| 2 | Serve `/price` as JSON | ❌ failed #13 | 6 min |
| 3 | Write the docs | ⚫ cancelled | – |

Took 30 min · 1 pull request merged · 1 retry\
""")


def test_the_longest_report_fits() -> None:
    failure = Failure(kind=FailureKind.MERGE_REFUSED, quote="`|`" * 300)
    task = replace(FAILED, title="|" * 900, failure=failure)
    tasks = [replace(task, number=n) for n in range(1, 51)]
    facts = epic(*tasks, title="|" * 900, status=EpicStatus.FAILED)
    assert len(message_comment(_ENDED, epic_view(facts, at(80)), "ended")) < 60_000


_BILLED = replace(
    MERGED, runs=(replace(MERGED.runs[0], bill=Bill(spent=Micros(1_250_000))),), retries_used=2
)


def test_final_report_of_what_was_skipped_and_what_it_cost() -> None:
    by_command = replace(LATER, status=TaskStatus.SKIPPED)
    after_failure = replace(FAILED, status=TaskStatus.SKIPPED)
    needs_it = Failure(kind=FailureKind.DEPENDENCY, tasks=(2,))
    left_out = replace(LATER, number=4, status=TaskStatus.SKIPPED, failure=needs_it)
    facts = epic(
        _BILLED,
        after_failure,
        by_command,
        left_out,
        status=EpicStatus.PARTIAL_COMPLETED,
        ended_at=at(30),
        kept_branches=(KeptBranch(branch="orchestra/x", pull_requests=(4,)),),
    )
    assert _said(_ENDED, facts) == snapshot("""\
@octocat **Build a little shop** finished with 1 of 4 tasks; 3 were skipped.

- **Task 4:** It needs task 2, which isn't done.

- **Task 2:** Left out by `/orchestra skip` after it had failed: check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.
- **Task 3:** Left out by `/orchestra skip`.

`/orchestra start` — continue with what is left

| # | Task | Result | Time · cost |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 | 9 min · $1.25 |
| 2 | Serve `/price` as JSON | ⚫ skipped #13 | 6 min |
| 3 | Write the docs | ⚫ skipped | – |
| 4 | Write the docs | ⚫ skipped | – |

Took 30 min · 1 pull request merged · 3 retries · $1.25 of $25.00 spent

- The branch `orchestra/x` was kept: #4 still needs it.\
""")


def test_status_tells_of_money() -> None:
    terms = Terms(prices={"o3": Micros(50_000)})
    view = epic_view(epic(_BILLED, OPEN, LATER), at(20), terms=terms)
    text = message_comment(Message(kind=MessageKind.STATUS, to=_TO), view, "p")
    assert "\n$1.25 of $25.00 spent · about $1.00 to come.\n" in text


def test_status_before_the_start_tells_what_it_may_cost() -> None:
    view = epic_view(pending(), at(20), terms=Terms(prices={"o3": Micros(50_000)}))
    text = message_comment(Message(kind=MessageKind.STATUS, to=_TO), view, "p")
    assert "That may cost about $1.00. It pauses before its agents cost more than $25.00." in text
