# The texts stand here as people read them.

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from bot.core.model.messages import Finding, Health, Message, MessageKind
from bot.core.text.sanitize import clean
from bot.rendering.epic_view import LogText, epic_view
from bot.rendering.messages import message_comment
from bot.rendering.progress_comment import MAX_CHARACTERS
from tests.rendering.facts import at, epic

_LOG = (
    LogText(at=at(1), task=1, text="agent launched"),
    LogText(at=at(9), task=2, text="agent launched"),
    LogText(at=at(10), task=None, text="throttled"),
    LogText(at=at(11), task=2, text="``` @octocat"),
)
_GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_HOSTILE = st.text("`~|@#<>a1\n\\ -") | st.text()


def _logs(task: int | None, prompt: str | None = None, log: tuple[LogText, ...] = _LOG) -> str:
    message = Message(kind=MessageKind.LOGS, task=task)
    return message_comment(message, epic_view(epic(), at(20), log), "p", prompt=prompt)


def _doctor(*findings: Finding) -> str:
    message = Message(kind=MessageKind.DOCTOR, findings=findings)
    return message_comment(message, epic_view(epic(), at(20)), "p")


def _finding(health: Health) -> Finding:
    return Finding(what="Checks", health=health, text="One is there.")


def test_logs_of_the_epic() -> None:
    assert _logs(None) == snapshot("""\
<!-- orchestra:p:7 -->
````text
21 Nov 12:05:00  task 1: agent launched
21 Nov 12:13:00  task 2: agent launched
21 Nov 12:14:00  throttled
21 Nov 12:15:00  task 2: ``` @octocat
````
""")


def test_logs_of_a_task_show_the_prompt() -> None:
    assert _logs(2, "Do this:\n```\n@octocat\n```") == snapshot("""\
<!-- orchestra:p:7 -->
````text
21 Nov 12:13:00  task 2: agent launched
21 Nov 12:15:00  task 2: ``` @octocat
````

The agent was given exactly this:

<details><summary>Prompt</summary>

````text
Do this:
```
@octocat
```
````

</details>
""")


def test_logs_of_a_task_that_has_not_begun() -> None:
    assert _logs(3) == snapshot("""\
<!-- orchestra:p:7 -->
Nothing has happened to task 3 yet.

No agent was given anything yet.
""")


def test_logs_of_an_epic_that_has_not_begun() -> None:
    assert _logs(None, log=()).endswith("\nNothing has happened yet.\n")


def test_of_a_long_log_the_end_is_shown() -> None:
    log = tuple(LogText(at=at(n), task=2, text=f"{n} " + "x" * 290) for n in range(200))
    text = _logs(2, "p" * 100_000, log)
    assert " 199 xx" in text
    assert " 1 xx" not in text
    assert len(text) <= MAX_CHARACTERS
    assert "p" * 40_000 in text


def test_doctor() -> None:
    assert _doctor(
        Finding(what="Permissions", health=Health.GOOD, text="All of `app.yml` are granted."),
        Finding(what="Rules of `main`", health=Health.WARNING, text="None ask for a review."),
        Finding(what="Cursor's key", health=Health.BAD, text="Refused: “@octocat | no”."),
    ) == snapshot("""\
<!-- orchestra:p:7 -->
| | What | |
|:--|:--|:--|
| ✅ | Permissions | All of `app.yml` are granted. |
| ⚠️ | Rules of `main` | None ask for a review. |
| ❌ | Cursor's key | Refused: “@\u200boctocat &#124; no”. |

1 thing needs attention before `/orchestra start`.
""")


@pytest.mark.parametrize(
    ("healths", "verdict"),
    [
        ([Health.GOOD], "Ready: nothing stands in the way."),
        ([Health.WARNING], "Ready: nothing stands in the way; 1 warning is worth a look."),
        ([Health.WARNING] * 2, "Ready: nothing stands in the way; 2 warnings are worth a look."),
        ([Health.BAD, Health.WARNING], "1 thing needs attention before `/orchestra start`."),
        ([Health.BAD] * 2, "2 things need attention before `/orchestra start`."),
    ],
)
def test_verdicts(healths: list[Health], verdict: str) -> None:
    assert _doctor(*map(_finding, healths)).split("\n")[-2] == verdict


@given(_HOSTILE, _HOSTILE)
def test_no_finding_breaks_the_table_or_mentions_anybody(what: str, text: str) -> None:
    shown = _doctor(Finding(what=what, health=Health.BAD, text=text), _finding(Health.GOOD))
    tokens = [token.type for token in _GITHUB.parse(shown)]
    assert tokens.count("tr_open") == 3
    assert tokens.count("td_open") == 6
    assert tokens[-3:] == ["paragraph_open", "inline", "paragraph_close"]
    assert not any(f"@{letter}" in shown for letter in "a1-")


@given(_HOSTILE)
def test_a_prompt_stays_in_its_block(prompt: str) -> None:
    tokens = _GITHUB.parse(_logs(3, prompt))
    [fence] = [token for token in tokens if token.type == "fence"]
    assert fence.content == clean(prompt) + "\n"
    assert tokens[-1].content.strip() == "</details>"


@pytest.mark.parametrize("prompt", ["`" * 100_000, "&<|" * 40_000, "\n" * 100_000])
def test_the_longest_prompt_fits(prompt: str) -> None:
    assert len(_logs(2, prompt)) <= MAX_CHARACTERS
