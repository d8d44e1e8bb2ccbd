# The texts stand here as people read them.
# ruff: noqa: E501

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.settings import EpicSettings
from bot.rendering.epic_view import epic_view
from bot.rendering.help import help_text
from bot.rendering.messages import message_comment
from tests.rendering.facts import LATER, MERGED, OPEN, at, epic, paused

_TO = Login("octocat")


def _said(message: Message) -> str:
    first, _, text = message_comment(message, epic_view(paused(), at(20)), "p").partition("\n")
    assert first == "<!-- orchestra:p:7 -->"
    return text.removesuffix("\n")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            Message(kind=MessageKind.REPLY, to=_TO, text="Running already, `/orchestra status`."),
            "Running already, `/orchestra status`.",
        ),
        (
            Message(kind=MessageKind.REPLY, to=_TO, text="There is no task @octocat | #1."),
            "There is no task @\u200boctocat &#124; #\u200b1.",
        ),
        (
            Message(
                kind=MessageKind.MISTAKE, to=_TO, text="No.", nearest="start", usage="start [a|b]"
            ),
            "No. Did you mean `/orchestra start`?\n\nUsage: `/orchestra start [a|b]`",
        ),
        (
            Message(kind=MessageKind.MISTAKE, to=_TO, text="No.", nearest="start base=`@a`"),
            "No. Did you mean <code>/orchestra start base=\\`@\u200ba\\`</code>?",
        ),
        (
            Message(kind=MessageKind.MISTAKE, to=_TO, text="No.", usage="help"),
            "No.\n\n`/orchestra help` lists the commands.",
        ),
        (
            Message(kind=MessageKind.NOT_ALLOWED, to=_TO),
            "Sorry, octocat: commands are for people with write permission on this repository."
            " Nothing was done.",
        ),
        (
            Message(
                kind=MessageKind.NOT_ALLOWED, to=_TO, text="`set` is for admins and @acme/leads."
            ),
            "Sorry, octocat: `set` is for admins and @\u200bacme/leads. Nothing was done.",
        ),
        (
            Message(kind=MessageKind.COULD_NOT_ASK, to=_TO),
            "I could not ask GitHub who may give commands here, so nothing was done."
            " Please repeat the command.",
        ),
        (
            Message(kind=MessageKind.STRANGER, to=_TO),
            "This Orchestra does not work for acme, so nothing is launched here."
            " Whoever runs it can change that with `ALLOWED_ACCOUNTS`.",
        ),
        (Message(kind=MessageKind.HELP, to=_TO), help_text()),
        (
            Message(kind=MessageKind.LATE_MERGE, text="The merge of task 1 was on its way."),
            "The merge of task 1 was on its way.",
        ),
        (
            Message(
                kind=MessageKind.NEEDS_PERSON, to=_TO, text="Task 2 has been waiting too long."
            ),
            "@octocat **Build a little shop** needs a person. Task 2 has been waiting too long.",
        ),
        (
            Message(kind=MessageKind.SKIPPED, text="Task 2 was skipped.", task=2),
            "Task 2 was skipped. This pull request stays open, and is no longer looked after by"
            " me.",
        ),
        (
            Message(kind=MessageKind.RESTARTED, to=_TO, task=2),
            "Task 2 begins anew, with a new agent on a new branch. This pull request is not wanted"
            " any more.",
        ),
    ],
)
def test_messages(message: Message, text: str) -> None:
    assert _said(message) == text


@pytest.mark.parametrize("kind", MessageKind)
def test_nobody_is_mentioned_where_the_settings_say_so(kind: MessageKind) -> None:
    message = Message(kind=kind, to=_TO, text="It was @octocat.", task=2)
    facts = paused(settings=EpicSettings(mention=False))
    assert "@octocat" not in message_comment(message, epic_view(facts, at(20)), "p")


def test_status() -> None:
    assert _said(Message(kind=MessageKind.STATUS, to=_TO)) == snapshot("""\
**Build a little shop** · paused

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done

**Waiting for** a person (task 2 failed: check “test” failed); `/orchestra retry 2` or `/orchestra skip 2` or `/orchestra resume` goes on, `/orchestra cancel` ends it\
""")


def test_paused_by_a_failure() -> None:
    text = "Task 2 failed: check “@octocat” failed"
    message = Message(kind=MessageKind.PAUSED, to=_TO, text=text, task=2)
    assert _said(message) == snapshot("""\
@octocat **Build a little shop** is paused. Task 2 failed: check “@\u200boctocat” failed

- `/orchestra retry 2` tries task 2 again
- `/orchestra restart 2` does it from scratch
- `/orchestra skip 2` leaves it out
- `/orchestra resume` goes on from the state as it then is
- `/orchestra cancel` ends the epic\
""")


def test_paused_for_another_reason() -> None:
    assert _said(Message(kind=MessageKind.PAUSED, to=_TO)) == snapshot("""\
@octocat **Build a little shop** is paused.

- `/orchestra resume` goes on from the state as it then is
- `/orchestra cancel` ends the epic\
""")


def test_final_report() -> None:
    done = replace(
        OPEN, status=TaskStatus.COMPLETED, merge_sha=CommitSha("d" * 40), ended_at=at(70)
    )
    by_hand = replace(LATER, status=TaskStatus.COMPLETED, ended_at=at(0))
    facts = epic(MERGED, done, by_hand, status=EpicStatus.COMPLETED, ended_at=at(71))
    message = Message(kind=MessageKind.COMPLETED, to=_TO)
    assert message_comment(message, epic_view(facts, at(80)), "ended") == snapshot("""\
<!-- orchestra:ended:7 -->
@octocat **Build a little shop** is done.

3 of 3 tasks done · 1 retry · took 1 h 11 min

| # | Task | Result | Took |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged in #12 | 9 min |
| 2 | Serve `/price` as JSON | ✅ merged in #13 | 1 h 1 min |
| 3 | Write the docs | ✅ done by hand | – |
""")


def test_final_report_with_the_final_pull_request() -> None:
    final = replace(MERGED, number=0, title="Build a little shop", pull_request_number=15)
    facts = epic(final, MERGED, status=EpicStatus.COMPLETED, ended_at=at(30))
    message = Message(kind=MessageKind.COMPLETED, to=_TO)
    assert message_comment(message, epic_view(facts, at(80)), "ended") == snapshot("""\
<!-- orchestra:ended:7 -->
@octocat **Build a little shop** is done.

1 of 1 task done · took 30 min

| # | Task | Result | Took |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged in #12 | 9 min |
| ↪ | Final pull request to `main` | ✅ merged in #15 | 9 min |
""")


def test_final_report_of_what_was_left() -> None:
    skipped = replace(LATER, status=TaskStatus.SKIPPED, failure="removed from the checklist")
    facts = epic(MERGED, skipped, status=EpicStatus.PARTIAL_COMPLETED, ended_at=at(30))
    message = Message(kind=MessageKind.COMPLETED, to=_TO)
    assert message_comment(message, epic_view(facts, at(80)), "ended") == snapshot("""\
<!-- orchestra:ended:7 -->
@octocat **Build a little shop** has ended, done in part.

1 of 2 tasks done · 1 skipped · took 30 min

| # | Task | Result | Took |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged in #12 | 9 min |
| 3 | Write the docs | ⚫ skipped: removed from the checklist | – |
""")


def test_the_longest_report_fits() -> None:
    task = replace(OPEN, title="|" * 900, failure="`|`" * 300, status=TaskStatus.FAILED)
    facts = epic(*[replace(task, number=n) for n in range(1, 51)], title="|" * 900)
    message = Message(kind=MessageKind.COMPLETED, to=_TO)
    assert len(message_comment(message, epic_view(facts, at(80)), "ended")) < 60_000
