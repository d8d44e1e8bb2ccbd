# The texts stand here as people read them.
# ruff: noqa: E501

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.core.model.epic import FINAL_PULL_REQUEST, Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.settings import EpicSettings, MergeWhen, Priority
from bot.rendering.epic_view import LogText
from bot.rendering.progress_comment import marker
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending
from tests.rendering.progress import shown


def test_a_running_epic() -> None:
    log = [
        LogText(at=at(1), task=1, text="agent launched"),
        LogText(at=at(9.5), task=None, text="``` @octocat\nend"),
    ]
    assert shown(epic(), *log) == snapshot("""\
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
    assert shown(facts) == snapshot("""\
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


def test_paused_by_a_failure() -> None:
    assert shown(paused()) == snapshot("""\
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
    assert shown(facts) == snapshot("""\
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
            pending(settings=EpicSettings(merge_when=MergeWhen.IMMEDIATELY), unprotected_base=True),
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
            pending(settings=EpicSettings(merge_when=MergeWhen.MANUAL), unprotected_base=True),
            "I understood 2 tasks, and would have agents do what is open one after another, each in"
            " a pull request to `main`. A person merges each pull request.",
        ),
    ],
)
def test_single_lines(facts: Epic, line: str) -> None:
    assert line in shown(facts).split("\n")


def test_usual_settings_are_notshown() -> None:
    assert "Settings" not in shown(epic(settings=EpicSettings(model="default")))


def test_rows_are_in_the_order_of_the_work() -> None:
    facts = epic(replace(OPEN, position=1), replace(LATER, position=0))
    assert shown(facts).index("| 3 | Write") < shown(facts).index("| 2 | Serve")


def test_a_marker_is_one_comment() -> None:
    assert marker(7, "answer:1--2") == "<!-- orchestra:answer:1-2:7 -->"


def test_a_base_is_shortened() -> None:
    assert f"| `{'d' * 7}` |" in shown(epic(replace(OPEN, base_sha=CommitSha("d" * 40))))
