# The texts stand here as people read them.
# ruff: noqa: E501

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.mistakes import (
    ChecklistMistake,
    ChecklistMistakeKind,
    SettingsMistake,
    SettingsMistakeKind,
)
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.settings import EpicSettings, MergeWhen, Priority
from bot.core.model.task import FINAL_PULL_REQUEST
from bot.rendering.progress_comment import marker
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending
from tests.rendering.log import line
from tests.rendering.progress import shown


def test_a_running_epic() -> None:
    log = [
        line(1, "agent launched", 1),
        line(9.5, "``` @octocat\nend"),
    ]
    assert shown(epic(), *log) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · running

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done
Started by octocat · since 21 Nov 12:04 UTC · done about 12:31 UTC

Waiting for check “test” to finish on #13 (task 2).

| # | Task | State | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 · [agent](https://cursor.com/agents?id=bc-1) | 9 min |
| 2 | Serve `/price` as JSON | 🟣 open #13 · [agent](https://cursor.com/agents?id=bc-2) | since 12:13 UTC |
| 3 | Write the docs | ⚪ queued | – |

<details><summary>Log</summary>

````text
21 Nov 12:05:00 UTC  task 1: agent launched
21 Nov 12:13:30 UTC  ``` @octocat end
````

</details>

<details><summary>Details</summary>

Tasks are merged into `main`.

| # | Base | Merged as |
|--:|:--|:--|
| 1 | aaaaaaa | bbbbbbb |
| 2 | bbbbbbb | – |

</details>\
""")


def test_the_final_pull_request() -> None:
    final = replace(
        OPEN,
        number=FINAL_PULL_REQUEST,
        title="Build a little shop",
        wait=Wait(kind=WaitKind.REVIEW, sha=CommitSha("c" * 40), merge_allowed=True),
        needs_person=True,
        pull_request_number=15,
        base_sha=None,
        runs=(),
        retries_used=0,
    )
    facts = epic(final, MERGED, base_branch="epic/3", has_epic_branch=True)
    assert shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · running

> [!IMPORTANT]
> **Needs you:** The final pull request (#15) needs an approving review of ccccccc.
>
> - `/orchestra merge` — merge it now, without waiting

`████████████████████` **100%** · 1 of 1 task done
Started by octocat · since 21 Nov 12:04 UTC

| # | Task | State | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 · [agent](https://cursor.com/agents?id=bc-1) | 9 min |
| ↪ | Final pull request to `main` | 🟠 needs you #15 | since 12:13 UTC |

<details><summary>Details</summary>

Tasks are merged into `epic/3`.

| # | Base | Merged as |
|--:|:--|:--|
| 1 | aaaaaaa | bbbbbbb |

</details>\
""")


def test_paused_by_a_failure() -> None:
    assert shown(paused()) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · paused

> [!IMPORTANT]
> **Needs you:** Task 2 “Serve `/price` as JSON” (#13): check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.
>
> - `/orchestra retry 2` — try again
> - `/orchestra skip 2` — leave this task out
> - `/orchestra resume` — continue, once you have fixed it
> - `/orchestra cancel` — end the epic; open pull requests stay open

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done
Started by octocat · since 21 Nov 12:04 UTC

| # | Task | State | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 · [agent](https://cursor.com/agents?id=bc-1) | 9 min |
| 2 | Serve `/price` as JSON | ❌ failed #13 · [agent](https://cursor.com/agents?id=bc-2) | 6 min |
| 3 | Write the docs | ⚪ queued | – |

<details><summary>Details</summary>

Tasks are merged into `main`.

| # | Base | Merged as |
|--:|:--|:--|
| 1 | aaaaaaa | bbbbbbb |
| 2 | bbbbbbb | – |

</details>\
""")


def test_an_ended_epic() -> None:
    skipped = replace(LATER, status=TaskStatus.SKIPPED, failure=Failure(kind=FailureKind.REMOVED))
    facts = epic(MERGED, FAILED, skipped, status=EpicStatus.PARTIAL_COMPLETED, ended_at=at(75))
    assert shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · partly done

`██████░░░░░░░░░░░░░░` **33%** · 1 of 3 tasks done
Started by octocat · since 21 Nov 12:04 UTC · ended 13:19 UTC · took 1 h 15 min

- **Task 2:** Check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.
- **Task 3:** The task was removed from the checklist.

`/orchestra start` — continue with what is left

| # | Task | State | Time |
|--:|:--|:--|--:|
| 1 | Add the model | ✅ merged #12 · [agent](https://cursor.com/agents?id=bc-1) | 9 min |
| 2 | Serve `/price` as JSON | ❌ failed #13 · [agent](https://cursor.com/agents?id=bc-2) | 6 min |
| 3 | Write the docs | ⚫ skipped | – |

<details><summary>Details</summary>

Tasks are merged into `main`.

| # | Base | Merged as |
|--:|:--|:--|
| 1 | aaaaaaa | bbbbbbb |
| 2 | bbbbbbb | – |

</details>\
""")


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (epic(title=""), "### Epic 3 · running"),
        (epic(title="Ask @octocat"), "### Ask @\u200boctocat · running"),
        (epic(pausing=True), "### Build a little shop · pausing after the running task"),
        (epic(status=EpicStatus.CANCELLED), "### Build a little shop · cancelled"),
        (
            epic(status=EpicStatus.CANCELLED, ended_at=at(60 * 24 * 60)),
            "Started by octocat · since 21 Nov 12:04 UTC · ended 20 Jan 2027, 12:04 UTC · took 1440 h 0 min",
        ),
        (
            epic(edit_not_used_by=Login("mallory")),
            "> The edit by mallory isn't used. The next `/orchestra start` or `/orchestra resume`"
            " on this issue uses its text as it is then.",
        ),
        (
            epic(mistakes=(ChecklistMistake(kind=ChecklistMistakeKind.NO_TITLE, line=1),)),
            "> The edit of the checklist isn't used until it is correct:",
        ),
        (
            epic(settings_mistakes=(SettingsMistake(kind=SettingsMistakeKind.NOT_TEXT),)),
            "> The edit of `.github/orchestra.yml` isn't used until it is correct:",
        ),
        (
            epic(settings=EpicSettings(priority=Priority.QUALITY, merge_when=MergeWhen.MANUAL)),
            "Settings: merge `manual` · priority `quality`",
        ),
        (epic(settings=EpicSettings(model="@o3")), "Settings: model <code>@\u200bo3</code>"),
        (
            pending(settings=EpicSettings(merge_when=MergeWhen.IMMEDIATELY), unprotected_base=True),
            "> `main` has neither checks nor review rules, so pull requests are merged unreviewed.",
        ),
        (
            epic(
                replace(
                    OPEN,
                    number=0,
                    status=TaskStatus.FAILED,
                    failure=Failure(kind=FailureKind.PULL_REQUEST_CLOSED, by=Login("a")),
                ),
                MERGED,
            ),
            "- **Final pull request:** @\u200ba closed its pull request without merging it.",
        ),
        (
            epic(replace(OPEN, retry_at=at(12), status=TaskStatus.PROCESSING)),
            "| 2 | Serve `/price` as JSON | 🟡 retry at 12:16 UTC #13 ·"
            " [agent](https://cursor.com/agents?id=bc-2) | since 12:13 UTC |",
        ),
        (
            epic(replace(LATER, status=TaskStatus.COMPLETED, ended_at=at(1))),
            "| 3 | Write the docs | ✅ already done | – |",
        ),
        (
            epic(replace(OPEN, runs=(replace(OPEN.runs[0], url="https://x/|](@a"),))),
            "| 2 | Serve `/price` as JSON | 🟣 open #13 | since 12:13 UTC |",
        ),
        (
            epic(replace(OPEN, needs_person=True, runs=())),
            "| 2 | Serve `/price` as JSON | 🟠 needs you #13 | since 12:13 UTC |",
        ),
        (
            pending(settings=EpicSettings(merge_when=MergeWhen.MANUAL), unprotected_base=True),
            "I found 2 tasks, 1 already done. On `/orchestra start`, a Cursor agent does the other"
            " one in its own pull request to `main`. A person merges each pull request.",
        ),
    ],
)
def test_single_lines(facts: Epic, text: str) -> None:
    assert text in shown(facts).split("\n")


@pytest.mark.parametrize(
    ("status", "words"),
    [(AgentStatus.STOPPED, "⚪ agent stopped"), (AgentStatus.RUNNING, "🔵 agent at work")],
)
def test_a_pause_shows_whether_the_agent_was_stopped(status: AgentStatus, words: str) -> None:
    run = replace(OPEN.runs[0], status=status, url=None)
    task = replace(OPEN, status=TaskStatus.PROCESSING, runs=(run,), pull_request_number=None)
    facts = paused(tasks=(task,), pause=Pause(kind=PauseKind.PERSON, by=Login("octocat")))
    assert f"| 2 | Serve `/price` as JSON | {words} | since 12:13 UTC |" in shown(facts)


def test_usual_settings_are_not_shown() -> None:
    assert "Settings" not in shown(epic(settings=EpicSettings(model="default")))


def test_rows_are_in_the_order_of_the_work() -> None:
    facts = epic(replace(OPEN, position=1), replace(LATER, position=0))
    assert shown(facts).index("| 3 | Write") < shown(facts).index("| 2 | Serve")


def test_a_marker_is_one_comment() -> None:
    assert marker(7, "answer:1--2") == "<!-- orchestra:answer:1-2:7 -->"


def test_a_base_is_shortened() -> None:
    assert f"| {'d' * 7} |" in shown(epic(replace(OPEN, base_sha=CommitSha("d" * 40))))
