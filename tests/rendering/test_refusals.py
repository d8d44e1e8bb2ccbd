"""What a person reads whose command was refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.commands.parsing import COMMANDS
from bot.core.model.identifiers import Login
from bot.core.model.mistakes import (
    ChecklistMistake,
    ChecklistMistakeKind,
    SettingsMistake,
    SettingsMistakeKind,
)
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind
from bot.core.model.settings import Level
from bot.core.model.ways import Way
from bot.rendering.refusals import refusal_text

_HELP = "\n\n`/orchestra help` lists the commands."
_SET = "\n\nUsage: `/orchestra set KEY=VALUE [KEY=VALUE…]`"
_SET_USAGE = "set KEY=VALUE [KEY=VALUE…]"
_KEYS = ("model", "priority", "merge", "on_failure")
_WHEN = ("green", "approved", "immediately", "manual")
_AT, _NOW = datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        (
            Kind.ACCOUNT_NOT_SERVED,
            {"account": "stranger"},
            "This Orchestra server isn't enabled for stranger. Its operator can add the account to"
            " `ALLOWED_ACCOUNTS`.",
        ),
        (
            Kind.COULD_NOT_ASK,
            {},
            "I couldn't ask GitHub who can give commands here, so nothing was done. Please repeat"
            " the command.",
        ),
        (
            Kind.COULD_NOT_ASK,
            {"quote": "Resource not accessible by integration"},
            "GitHub refused to say who can give commands here: “Resource not accessible by"
            " integration”. Nothing was done. An owner of the account can check under Settings,"
            " GitHub Apps, Configure whether the App has access to this repository and asks for a"
            " permission.",
        ),
        (
            Kind.NOT_ALLOWED,
            {"by": Login("mallory"), "level": Level.WRITE},
            "Sorry @\u200bmallory, only people with write access to this repository can give"
            " commands.",
        ),
        (
            Kind.NOT_ALLOWED,
            {
                "by": Login("mallory"),
                "verb": "merge",
                "level": Level.ADMIN,
                "people": ("ada", "acme/leads"),
            },
            "Sorry @\u200bmallory, only people with admin access to this repository, @\u200bada or"
            " @\u200bacme/leads can use `merge`.",
        ),
        (Kind.NOT_ALLOWED, {}, "Sorry, nobody can give commands."),
        (Kind.NO_COMMAND, {"usage": "help"}, f"There is no command after `/orchestra`.{_HELP}"),
        (
            Kind.UNKNOWN_COMMAND,
            {"word": "@plan", "usage": "help"},
            f"There is no command “@\u200bplan”.{_HELP}",
        ),
        (
            Kind.UNKNOWN_COMMAND,
            {"word": "paus", "nearest": "pause", "usage": "pause [after]"},
            "There is no command “paus”. Did you mean `/orchestra pause`?\n\nUsage: `/orchestra"
            " pause [after]`",
        ),
        (
            Kind.UNEXPECTED_WORDS,
            {"verb": "status", "word": "now", "usage": "status"},
            "`status` takes no arguments.\n\nUsage: `/orchestra status`",
        ),
        (
            Kind.UNEXPECTED_WORDS,
            {"verb": "pause", "word": "later", "usage": "pause [after]"},
            "I don't understand “later” after `pause`.\n\nUsage: `/orchestra pause [after]`",
        ),
        (
            Kind.UNKNOWN_KEY,
            {"verb": "set", "word": "a|b", "accepted": _KEYS, "usage": _SET_USAGE},
            "`set` has no setting “a&#124;b”. It accepts `model`, `priority`, `merge` and"
            f" `on_failure`.{_SET}",
        ),
        (
            Kind.UNKNOWN_VALUE,
            {"key": "merge", "word": "aproved", "accepted": _WHEN, "usage": _SET_USAGE},
            "`merge` can be `green`, `approved`, `immediately` or `manual`; “aproved” isn't one of"
            f" them.{_SET}",
        ),
        (
            Kind.NOT_A_TIME,
            {"word": "tomorrow"},
            "I can't read “tomorrow” as a time. Use ISO 8601, for example"
            " `at=2026-11-22T08:00+01:00` (UTC if no offset).",
        ),
        (
            Kind.TITLE_TOO_LONG,
            {"count": 1201, "limit": 200},
            "This title has 1,201 characters. A title can have up to 200.",
        ),
        (
            Kind.NOT_AN_EPIC,
            {"label": "orchestra", "ways": (Way(verb="start"),)},
            "This issue isn't an epic yet. Label it `orchestra`, or comment:\n\n"
            "- `/orchestra start` — start",
        ),
        (
            Kind.TIME_PASSED,
            {"at": _AT, "now": _NOW},
            "22 Nov 2026, 08:00 UTC has already passed. It is 09:30 UTC now.",
        ),
        (
            Kind.SETTINGS_MISTAKES,
            {
                "settings_mistakes": (
                    SettingsMistake(kind=SettingsMistakeKind.TOO_DEEP, line=3, key="merge"),
                )
            },
            "The settings file has mistakes:\n\n- .github/orchestra.yml line 3: merge: This is"
            " nested too deeply.\n\nCorrect them, then comment the command again.",
        ),
        (
            Kind.CHECKLIST_MISTAKES,
            {"mistakes": (ChecklistMistake(kind=ChecklistMistakeKind.NO_TITLE, line=4),)},
            "The checklist has mistakes:\n\n- Line 4: This task has no title.\n\nCorrect them, then"
            " comment the command again.",
        ),
        (
            Kind.WHICH_TASK,
            {"verb": "skip", "task": 1, "title": "Add a currency field"},
            "Which task? For example `/orchestra skip 1` (Add a currency field).",
        ),
        (Kind.WHICH_TASK, {"verb": "skip"}, "Which task? Put its number after `skip`."),
        (
            Kind.NO_SUCH_TASK,
            {"word": "9", "limit": 3},
            "There is no task 9. The last one is task 3.",
        ),
        (
            Kind.TASK_FAILED,
            {
                "task": 1,
                "failure": Failure(kind=FailureKind.NOTHING_CHANGED),
                "ways": (Way(verb="retry", task=1), Way(verb="skip", task=1)),
            },
            "Task 1 failed: the agent finished without changing anything.\n\nDecide about it"
            " first:\n\n- `/orchestra retry 1` — try again\n- `/orchestra skip 1` — leave this task"
            " out",
        ),
        (
            Kind.TASK_MERGED,
            {"task": 2, "pull_request": 4, "ways": (Way(verb="add", argument="TITLE"),)},
            "Task 2 is already merged (#4).\n\n- `/orchestra add TITLE` — add a task",
        ),
        (Kind.NO_AGENT, {"task": 0}, "The final pull request has no agent."),
        (Kind.NO_AGENT, {"task": 3}, "Task 3 has no agent and no open pull request yet."),
    ],
)
def test_texts(kind: Kind, facts: dict[str, Any], text: str) -> None:
    assert refusal_text(Refusal(kind=kind, **facts)) == text


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words(kind: Kind) -> None:
    refusal = Refusal(kind=kind, count=2, limit=1, quote="quoted")
    assert refusal_text(refusal).strip()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.verb)
def test_the_usage_of_each_command_is_code(command: Any) -> None:
    text = refusal_text(Refusal(kind=Kind.NO_VALUE, key="at", usage=command.usage))
    expected = f"`/orchestra {command.usage}`"
    assert text.endswith(expected) or expected in text
