# The texts stand here as people read them.
# ruff: noqa: E501

import pytest
from inline_snapshot import snapshot

from bot.core.model.settings import EpicSettings, MergeWhen, OnFailure
from tests.rendering.facts import at, pending
from tests.rendering.progress import shown


def test_before_the_start() -> None:
    assert shown(pending()) == snapshot("""\
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
    assert shown(pending(unprotected_base=True)) == snapshot("""\
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

I understood 2 tasks, and would have agents do what is open one after another, each in a pull request to `epic/3`. A pull request is merged when its checks have passed, somebody has approved it and GitHub's rules are met. When all are done, one pull request takes `epic/3` into `main`.

Settings: model `o3` · merge `approved` · on_failure `stop`

**Waiting for** `/orchestra start` from somebody with write permission

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_a_start_at_a_time() -> None:
    assert shown(pending(start_at=at(24 * 60))) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · starts at 22 Nov 12:04 UTC

I understood 2 tasks, and would have agents do what is open one after another, each in a pull request to `main`. A pull request is merged when its checks have passed and GitHub's rules are met.

**Waiting for** 22 Nov 12:04 UTC; `/orchestra start` begins at once, `/orchestra cancel` calls it off

| # | Task | |
|--:|:--|:--|
| 1 | Add the model |  |
| 2 | Choose a name | ✅ already done |\
""")


def test_no_checklist() -> None:
    assert shown(pending(body="Please build a shop.")) == snapshot("""\
<!-- orchestra:progress:7 -->
### Build a little shop · needs a checklist

The issue has no checklist yet: each `- [ ] item` in its text becomes a task.

**Waiting for** a checklist, then `/orchestra start`\
""")


def test_a_checklist_with_mistakes() -> None:
    facts = pending(mistakes=("line 3: The task has no title.", "more | @octocat"))
    assert shown(facts) == snapshot("""\
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
    assert shown(facts) == snapshot("""\
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
    assert shown(facts) == snapshot("""\
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
