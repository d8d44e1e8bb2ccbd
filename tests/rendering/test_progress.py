# The texts stand here as people read them.
# ruff: noqa: E501

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from bot.core.epic import FINAL_PULL_REQUEST, Epic, Task
from bot.core.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.settings import EpicSettings, MergeWhen, OnFailure, Priority
from bot.rendering.comments import MAX_CHARACTERS, marker, progress_comment
from bot.rendering.status import LogText, standing
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending

_COMMANDS = "\n\n<details><summary>Commands</summary>"


def _shown(facts: Epic, *log: LogText) -> str:
    """The comment without the folded commands at its end."""
    text, commands, _ = progress_comment(standing(facts, at(10), log)).partition(_COMMANDS)
    assert commands
    return text


def test_a_running_epic() -> None:
    log = [
        LogText(at=at(1), task=1, text="agent launched"),
        LogText(at=at(9.5), task=None, text="``` @octocat\nend"),
    ]
    assert _shown(epic(), *log) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · running

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done
Started by octocat · into `main` · since 21 Nov 12:04 UTC · done about 12:31 UTC

**Waiting for** task 2: check “test” to finish; `/orchestra skip 2` leaves it out

| # | Task | State | Agent | Pull request | Took | Base |
|--:|:--|:--|:--|:--|--:|:--|
| 1 | Add the model | ✅ merged | [agent](https://cursor.com/agents?id=bc-1) | #12 | 9 min | `aaaaaaa` |
| 2 | Serve `/price` as JSON | 🟣 pull request open | [agent](https://cursor.com/agents?id=bc-2) | #13 | – | `bbbbbbb` |
| 3 | Write the docs | ⚪ waits its turn | – | – | – | – |

<details><summary>Log</summary>

````text
21 Nov 12:05:00  task 1: agent launched
21 Nov 12:13:30  ``` @octocat end
````

</details>\
""")


def test_before_the_start() -> None:
    assert _shown(pending()) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · ready to start

I understood 2 tasks, and would have agents do what is open one after another, each in a pull request to `main`. A pull request is merged when its checks have passed and GitHub's rules are met.

**Waiting for** `/orchestra start` from somebody with write permission

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_before_the_start_on_an_unguarded_base() -> None:
    assert _shown(pending(unguarded_base=True)) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · ready to start

I understood 2 tasks, and would have agents do what is open one after another, each in a pull request to `main`. A pull request is merged when its checks have passed and GitHub's rules are met.

> [!WARNING]
> `main` has neither checks nor review rules: pull requests will be merged unreviewed after 90 s; `/orchestra set merge=approved` changes that.

**Waiting for** `/orchestra start` from somebody with write permission

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_a_checklist_with_mistakes() -> None:
    facts = pending(mistakes=("line 3: The task has no title.", "more | @octocat"))
    assert _shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a correction

Nothing starts until the checklist is right:

- Line 3: The task has no title.
- More &#124; @\u200boctocat

**Waiting for** a corrected checklist, then `/orchestra start`

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_settings_with_mistakes() -> None:
    facts = pending(settings_mistakes=("line 3: `merge.when` is not “@octocat | x”.",))
    assert _shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a correction

Nothing starts until `.github/orchestra.yml` is right:

- Line 3: `merge.when` is not “@\u200boctocat &#124; x”.

**Waiting for** a corrected `.github/orchestra.yml`, then `/orchestra start`

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_both_with_mistakes() -> None:
    facts = pending(mistakes=("line 1: No.",), settings_mistakes=("line 3: No.",))
    assert _shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a correction

Nothing starts until the checklist is right:

- Line 1: No.

Nothing starts until `.github/orchestra.yml` is right:

- Line 3: No.

**Waiting for** a corrected checklist and a corrected `.github/orchestra.yml`, then `/orchestra start`

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_a_start_at_a_time() -> None:
    assert _shown(pending(start_at=at(24 * 60))) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · starts at 22 Nov 12:04 UTC

I understood 2 tasks, and would have agents do what is open one after another, each in a pull request to `main`. A pull request is merged when its checks have passed and GitHub's rules are met.

**Waiting for** 22 Nov 12:04 UTC; `/orchestra start` begins at once, `/orchestra cancel` calls it off

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_before_the_start_of_an_epic_with_a_branch_of_its_own() -> None:
    settings = EpicSettings(merge_when=MergeWhen.APPROVED, on_failure=OnFailure.STOP, model="o3")
    facts = pending(base_branch="epic/3", has_epic_branch=True, settings=settings)
    assert _shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · ready to start

I understood 2 tasks, and would have agents do what is open one after another, each in a pull request to `epic/3`. A pull request is merged when its checks have passed, somebody has approved it and GitHub's rules are met. When all are done, one pull request takes `epic/3` into `main`.

Settings: model `o3` · merge `approved` · on_failure `stop`

**Waiting for** `/orchestra start` from somebody with write permission

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_the_final_pull_request() -> None:
    final = replace(
        OPEN,
        number=FINAL_PULL_REQUEST,
        title="Build a little shop",
        waiting_for="an approving review",
        pull_request_number=15,
        base_sha=None,
        runs=(),
        retries_used=0,
    )
    facts = epic(final, MERGED, base_branch="epic/3", has_epic_branch=True)
    assert _shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · running

`████████████████████` **100%** · 1 of 1 task done
Started by octocat · into `epic/3` · since 21 Nov 12:04 UTC

**Waiting for** final pull request: an approving review; `/orchestra cancel` ends the epic and leaves it open

| # | Task | State | Agent | Pull request | Took | Base |
|--:|:--|:--|:--|:--|--:|:--|
| 1 | Add the model | ✅ merged | [agent](https://cursor.com/agents?id=bc-1) | #12 | 9 min | `aaaaaaa` |
| ↪ | Final pull request to `main` | 🟣 pull request open | – | #15 | – | – |\
""")


def test_no_checklist() -> None:
    assert _shown(pending(body="Please build a shop.")) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a checklist

The issue has no checklist yet: each `- [ ] item` in its text becomes a task.

**Waiting for** a checklist, then `/orchestra start`\
""")


def test_paused_by_a_failure() -> None:
    assert _shown(paused()) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · paused

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done
Started by octocat · into `main` · since 21 Nov 12:04 UTC

**Waiting for** a person (task 2 failed: check “test” failed); `/orchestra retry 2` or `/orchestra skip 2` or `/orchestra resume` goes on, `/orchestra cancel` ends it

| # | Task | State | Agent | Pull request | Took | Base |
|--:|:--|:--|:--|:--|--:|:--|
| 1 | Add the model | ✅ merged | [agent](https://cursor.com/agents?id=bc-1) | #12 | 9 min | `aaaaaaa` |
| 2 | Serve `/price` as JSON | ❌ failed | [agent](https://cursor.com/agents?id=bc-2) | #13 | 6 min | `bbbbbbb` |
| 3 | Write the docs | ⚪ waits its turn | – | – | – | – |\
""")


def test_an_ended_epic() -> None:
    skipped = replace(LATER, status=TaskStatus.SKIPPED, failure="removed from the checklist")
    facts = epic(MERGED, FAILED, skipped, status=EpicStatus.PARTIAL_COMPLETED, ended_at=at(75))
    assert _shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · done in part

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done
Started by octocat · into `main` · since 21 Nov 12:04 UTC · ended 13:19 UTC · took 1 h 15 min

- **Task 2:** check “test” failed
- **Task 3:** removed from the checklist

| # | Task | State | Agent | Pull request | Took | Base |
|--:|:--|:--|:--|:--|--:|:--|
| 1 | Add the model | ✅ merged | [agent](https://cursor.com/agents?id=bc-1) | #12 | 9 min | `aaaaaaa` |
| 2 | Serve `/price` as JSON | ❌ failed | [agent](https://cursor.com/agents?id=bc-2) | #13 | 6 min | `bbbbbbb` |
| 3 | Write the docs | ⚫ skipped | – | – | – | – |\
""")


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (epic(title=""), "### Epic 3 · running"),
        (epic(title="Ask @octocat"), "### Ask @\u200boctocat · running"),
        (epic(pausing=True), "### Build a little shop · pausing once the work at hand is done"),
        (epic(status=EpicStatus.CANCELLED), "### Build a little shop · cancelled"),
        (
            epic(edit_not_used_by="mallory"),
            "> The edit by mallory is not used. The next `/orchestra start` or `/orchestra resume`"
            " takes over the issue's text as it then is.",
        ),
        (
            epic(mistakes=("line 1: No.",)),
            "The edited checklist is not followed until it is right:",
        ),
        (
            epic(settings_mistakes=("line 1: No.",)),
            "The edited `.github/orchestra.yml` is not followed until it is right:",
        ),
        (
            epic(settings=EpicSettings(priority=Priority.QUALITY, merge_when=MergeWhen.MANUAL)),
            "Settings: merge `manual` · priority `quality`",
        ),
        (epic(settings=EpicSettings(model="@o3")), "Settings: model <code>@\u200bo3</code>"),
        (
            pending(settings=EpicSettings(merge_when=MergeWhen.IMMEDIATELY), unguarded_base=True),
            "> `main` has neither checks nor review rules: pull requests will be merged unreviewed;"
            " `/orchestra set merge=approved` changes that.",
        ),
        (
            epic(replace(OPEN, number=0, status=TaskStatus.FAILED, failure="closed by @a"), MERGED),
            "- **Final pull request:** closed by @\u200ba",
        ),
        (
            epic(replace(OPEN, position=1), replace(LATER, position=0)),
            "| 3 | Write the docs | ⚪ waits its turn | – | – | – | – |",
        ),
        (
            epic(replace(OPEN, retry_at=at(12), status=TaskStatus.PROCESSING)),
            "| 2 | Serve `/price` as JSON | 🟡 again at 21 Nov 12:16 UTC |"
            " [agent](https://cursor.com/agents?id=bc-2) | #13 | – | `bbbbbbb` |",
        ),
        (
            epic(replace(LATER, status=TaskStatus.COMPLETED, ended_at=at(1))),
            "| 3 | Write the docs | ✅ done by hand | – | – | – | – |",
        ),
        (
            epic(replace(OPEN, runs=(replace(OPEN.runs[0], url="https://x/|](@a"),))),
            "| 2 | Serve `/price` as JSON | 🟣 pull request open | – | #13 | – | `bbbbbbb` |",
        ),
        (
            pending(settings=EpicSettings(merge_when=MergeWhen.MANUAL), unguarded_base=True),
            "I understood 2 tasks, and would have agents do what is open one after another, each in"
            " a pull request to `main`. A person merges each pull request.",
        ),
    ],
)
def test_single_lines(facts: Epic, line: str) -> None:
    assert line in _shown(facts).split("\n")


@pytest.mark.parametrize("when", [MergeWhen.MANUAL, MergeWhen.APPROVED])
def test_no_warning_where_people_look(when: MergeWhen) -> None:
    settings = EpicSettings(merge_when=when)
    assert "WARNING" not in _shown(pending(settings=settings, unguarded_base=True))


def test_usual_settings_are_not_shown() -> None:
    assert "Settings" not in _shown(epic(settings=EpicSettings(model="default")))


def test_rows_are_in_the_order_of_the_work() -> None:
    facts = epic(replace(OPEN, position=1), replace(LATER, position=0))
    assert _shown(facts).index("| 3 | Write") < _shown(facts).index("| 2 | Serve")


def _many(title: str, **changes: Any) -> tuple[Task, ...]:
    return tuple(replace(OPEN, number=number, title=title, **changes) for number in range(1, 51))


def test_the_log_goes_before_rows_do() -> None:
    log = [LogText(at=at(1), task=1, text="x" * 300)] * 300
    text = progress_comment(standing(epic(*_many("a task")), at(10), log))
    assert "_The log is left out: this comment would be too long._" in text
    assert "| 50 | a task |" in text
    assert len(text) <= MAX_CHARACTERS


def test_rows_that_do_not_fit_are_counted() -> None:
    tasks = _many("&" * 200, status=TaskStatus.FAILED, failure="<" * 150)
    text = progress_comment(standing(epic(*tasks), at(10)))
    shown = text.count("| ❌ failed |")
    assert f"_… and {50 - shown} tasks more._" in text
    assert 0 < shown < 50
    assert len(text) <= MAX_CHARACTERS


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_people_write_the_comment_holds(a: str, b: str, c: str, d: str) -> None:
    tasks = (replace(FAILED, title=a, failure=b), replace(LATER, title=c))
    facts = paused(title=d, tasks=tasks, pause_reason=b, settings_mistakes=(c, d))
    text = progress_comment(standing(facts, at(10), [LogText(at=at(1), task=1, text=a)]))
    rows = [line for line in text.split("\n") if line.startswith(("| 2 |", "| 3 |"))]
    assert [row.count(" | ") for row in rows] == [6, 6]
    assert text.count("<details>") == text.count("</details>") == 2


@given(st.text("`|@#<>a1\n\\ ") | st.text())
def test_a_mistake_that_quotes_anything_is_one_inert_item(quoted: str) -> None:
    text = _shown(pending(settings_mistakes=(quoted, "second")))
    items = text.partition("is right:\n\n")[2].partition("\n\n")[0]
    tokens = MarkdownIt("commonmark").enable("table").parse(items)
    assert [token.type for token in tokens].count("list_item_open") == 2
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline"),
        *("bullet_list_close", "list_item_close", "paragraph_close"),
    }
    assert not re.search(r"@[\w-]", items)


def test_enormous_texts_still_fit() -> None:
    tasks = _many("&" * 9_000, status=TaskStatus.FAILED, failure="&" * 9_000)
    mistakes = ("&" * 9_000,) * 50
    facts = epic(*tasks, title="&" * 9_000, mistakes=mistakes, settings_mistakes=mistakes)
    assert len(progress_comment(standing(facts, at(10)))) <= MAX_CHARACTERS


def test_a_marker_is_one_comment() -> None:
    assert marker(7, "answer:1--2") == "<!-- orchestra:answer:1-2:7 -->"


def test_a_base_is_shortened() -> None:
    assert f"| `{'d' * 7}` |" in _shown(epic(replace(OPEN, base_sha=CommitSha("d" * 40))))
