# The texts stand here as people read them.
# ruff: noqa: E501

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.core.model.mistakes import (
    Accepted,
    ChecklistMistake,
    ChecklistMistakeKind,
    SettingsMistake,
    SettingsMistakeKind,
    ValueType,
)
from bot.core.model.settings import EpicSettings, MergeWhen, OnFailure
from tests.rendering.facts import at, pending
from tests.rendering.progress import shown

_UNTITLED = ChecklistMistake(kind=ChecklistMistakeKind.NO_TITLE, line=3)
_WRONG_VALUE = SettingsMistake(
    kind=SettingsMistakeKind.NOT_ACCEPTED,
    line=3,
    key="merge.when",
    word="@octocat | x",
    accepted=Accepted(type=ValueType.CHOICE, choices=("green", "manual")),
)


def test_before_the_start() -> None:
    assert shown(pending()) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · ready to start

I found 2 tasks, 1 already done. On `/orchestra start`, a Cursor agent does the other one in its own pull request to `main`. Each pull request is merged automatically once its checks pass and the branch rules are satisfied.

**Next:** someone with write access comments `/orchestra start`.

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("- [ ] a\n  - [ ] b\n", "I take 1 box under another box as part of its task."),
        (
            "- [ ] a\n  - [ ] b\n  - [x] c\n",
            "I take 2 boxes under another box as part of its task.",
        ),
        (
            "- [ ] a\n\n## DoD\n- [ ] b\n",
            "I don't count 1 box under a heading for acceptance criteria",
        ),
    ],
)
def test_boxes_that_are_no_tasks_are_told(body: str, told: str) -> None:
    assert told in shown(pending(body=body))
    assert told not in shown(pending(body="- [ ] a\n"))


def test_before_the_start_on_an_unguarded_base() -> None:
    assert shown(pending(unprotected_base=True)) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · ready to start

I found 2 tasks, 1 already done. On `/orchestra start`, a Cursor agent does the other one in its own pull request to `main`. Each pull request is merged automatically once its checks pass and the branch rules are satisfied.

> [!WARNING]
> `main` has neither checks nor review rules, so pull requests are merged unreviewed after 90 s.
>
> - `/orchestra set merge=approved` — require an approving review

**Next:** someone with write access comments `/orchestra start`.

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


@pytest.mark.parametrize("when", [MergeWhen.MANUAL, MergeWhen.APPROVED])
def test_no_warning_where_people_look(when: MergeWhen) -> None:
    settings = EpicSettings(merge_when=when)
    assert "WARNING" not in shown(pending(settings=settings, unprotected_base=True))


def test_before_the_start_of_an_epic_with_a_branch_of_its_own() -> None:
    settings = EpicSettings(merge_when=MergeWhen.APPROVED, on_failure=OnFailure.STOP, model="o3")
    facts = pending(base_branch="epic/3", has_epic_branch=True, settings=settings)
    assert shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · ready to start

I found 2 tasks, 1 already done. On `/orchestra start`, a Cursor agent does the other one in its own pull request to `epic/3`. Each pull request is merged automatically once its checks pass, someone approves it and the branch rules are satisfied. When all are done, one pull request merges `epic/3` into `main`.

Settings: model `o3` · merge `approved` · on_failure `stop`

**Next:** someone with write access comments `/orchestra start`.

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_a_start_at_a_time() -> None:
    assert shown(pending(start_at=at(24 * 60))) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · starts 22 Nov 12:04 UTC

I found 2 tasks, 1 already done. On `/orchestra start`, a Cursor agent does the other one in its own pull request to `main`. Each pull request is merged automatically once its checks pass and the branch rules are satisfied.

Scheduled for 22 Nov 12:04 UTC.

- `/orchestra start` — start now
- `/orchestra cancel` — cancel the schedule

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("- [ ] a", "I found 1 task. On `/orchestra start`, a Cursor agent does it in its own"),
        (
            "- [ ] a\n- [ ] b",
            "I found 2 tasks. On `/orchestra start`, Cursor agents do them one at a time, each in",
        ),
        (
            "- [ ] a\n- [ ] b\n- [x] c",
            "I found 3 tasks, 1 already done. On `/orchestra start`, Cursor agents do the other 2",
        ),
        (
            "- [x] a",
            "I found 1 task, 1 already done.\n\n**Next:** add an open task to the checklist. Then",
        ),
    ],
)
def test_what_was_found(body: str, words: str) -> None:
    assert f"\n\n{words} " in shown(pending(body=body))


def test_no_checklist() -> None:
    assert shown(pending(body="Please build a shop.")) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a checklist

This issue has no checklist yet. Each `- [ ] item` in its text becomes a task.

**Next:** add a checklist to this issue. Then comment `/orchestra start`.\
""")


def test_a_checklist_with_mistakes() -> None:
    facts = pending(
        mistakes=(
            _UNTITLED,
            replace(_UNTITLED, kind=ChecklistMistakeKind.LEGACY, quote="more | @octocat"),
        )
    )
    assert shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a correction

> [!IMPORTANT]
> Nothing starts until the checklist is correct:
>
> - Line 3: This task has no title.
> - Line 3: more &#124; @\u200boctocat

**Next:** correct the checklist. Then comment `/orchestra start`.

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_settings_with_mistakes() -> None:
    facts = pending(settings_mistakes=(_WRONG_VALUE,))
    assert shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a correction

> [!IMPORTANT]
> Nothing starts until `.github/orchestra.yml` is correct:
>
> - .github/orchestra.yml line 3: merge.when: “@\u200boctocat &#124; x” isn't accepted. Accepted: green or manual.

**Next:** correct `.github/orchestra.yml`. Then comment `/orchestra start`.

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_both_with_mistakes() -> None:
    facts = pending(mistakes=(_UNTITLED,), settings_mistakes=(_WRONG_VALUE,))
    assert shown(facts) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a correction

> [!IMPORTANT]
> Nothing starts until the checklist is correct:
>
> - Line 3: This task has no title.

> [!IMPORTANT]
> Nothing starts until `.github/orchestra.yml` is correct:
>
> - .github/orchestra.yml line 3: merge.when: “@\u200boctocat &#124; x” isn't accepted. Accepted: green or manual.

**Next:** correct the checklist and correct `.github/orchestra.yml`. Then comment `/orchestra start`.

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")
