# The texts stand here as people read them.

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from bot.core.model.identifiers import AgentStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.text.sanitize import clean
from bot.rendering.epic_view import LogText, epic_view
from bot.rendering.messages import message_comment
from bot.rendering.progress_comment import MAX_CHARACTERS, log_block
from tests.rendering.facts import FAILED, at, epic
from tests.rendering.log import Line, line

_LOG = (
    line(1, "agent launched", 1),
    line(9, "agent launched", 2),
    line(10, "throttled"),
    line(11, "``` @octocat", 2),
)
_GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_HOSTILE = st.text("`~|@#<>a1\n\\ -") | st.text()


def _logs(task: int | None, prompt: str | None = None, log: tuple[Line, ...] = _LOG) -> str:
    message = Message(kind=MessageKind.LOGS, task=task)
    return message_comment(message, epic_view(epic(), at(20), log), "p", prompt=prompt)


def test_logs_of_the_epic() -> None:
    assert _logs(None) == snapshot("""\
<!-- orchestra:p:7 -->
````text
21 Nov 12:05:00 UTC  task 1: agent launched
21 Nov 12:13:00 UTC  task 2: agent launched
21 Nov 12:14:00 UTC  throttled
21 Nov 12:15:00 UTC  task 2: ``` @octocat
````
""")


def test_logs_of_a_task_show_the_prompt() -> None:
    assert _logs(2, "Do this:\n```\n@octocat\n```") == snapshot("""\
<!-- orchestra:p:7 -->
````text
21 Nov 12:13:00 UTC  task 2: agent launched
21 Nov 12:15:00 UTC  task 2: ``` @octocat
````

The agent's latest prompt:

<details><summary>Prompt</summary>

````text
Do this:
```
@octocat
```
````

</details>
""")


def test_logs_of_a_failed_task_show_its_agents_last_words() -> None:
    said = "I could not find the module `prices`.\nAsk @octocat."
    run = replace(FAILED.runs[0], status=AgentStatus.FAILED, summary=said)
    failed = replace(FAILED, runs=(run,))
    message = Message(kind=MessageKind.LOGS, task=failed.number)
    shown = message_comment(message, epic_view(epic(failed), at(20)), "p")
    assert "The agent's last words:\n\n> I could not find the module" in shown
    assert "@octocat" not in shown


def test_logs_of_a_task_that_has_not_begun() -> None:
    assert _logs(3) == snapshot("""\
<!-- orchestra:p:7 -->
Task 3 has no log yet.

No agent has been given a prompt yet.
""")


def test_logs_of_an_epic_that_has_not_begun() -> None:
    assert _logs(None, log=()).endswith("\nThe log is empty.\n")


def test_of_a_long_log_the_end_is_shown() -> None:
    log = tuple(line(n, f"{n} " + "x" * 290, 2) for n in range(200))
    text = _logs(2, "p" * 100_000, log)
    assert " 199 xx" in text
    assert " 1 xx" not in text
    assert len(text) <= MAX_CHARACTERS
    assert "p" * 40_000 in text


@given(_HOSTILE)
def test_a_prompt_stays_in_its_block(prompt: str) -> None:
    tokens = _GITHUB.parse(_logs(3, prompt))
    [fence] = [token for token in tokens if token.type == "fence"]
    assert fence.content == clean(prompt) + "\n"
    assert tokens[-1].content.strip() == "</details>"


@pytest.mark.parametrize("prompt", ["`" * 100_000, "&<|" * 40_000, "\n" * 100_000])
def test_the_longest_prompt_fits(prompt: str) -> None:
    assert len(_logs(2, prompt)) <= MAX_CHARACTERS


@pytest.mark.parametrize(
    ("year", "time"), [(2026, "31 Dec 23:59:00 UTC"), (2025, "31 Dec 2025 23:59:00 UTC")]
)
def test_a_line_of_another_year_says_so(year: int, time: str) -> None:
    entry = LogText(at=datetime(year, 12, 31, 23, 59, tzinfo=UTC), task=None, text="started")
    now = datetime(2026, 12, 31, 23, 59, 30, tzinfo=UTC)
    assert f"{time}  started" in log_block([entry], now)
