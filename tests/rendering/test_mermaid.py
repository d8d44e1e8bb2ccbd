# The texts stand here as people read them.

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.options import TaskOptions
from bot.core.model.task import Task
from bot.rendering.epic_view import epic_view
from bot.rendering.mermaid import MAX_CHARACTERS, label, picture
from bot.rendering.progress_comment import MAX_CHARACTERS as MAX_COMMENT
from bot.rendering.progress_comment import progress_comment
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, RUNNING, at, epic, pending

_NODE = re.compile(r'  t\d+\["[⚪🔵🟣🟠✅❌⚫] \d+ · [\w .,\-…#;]*"\]:::[a-z]+')
_BAR = re.compile(r"  Task \d+ :((done|crit|active), )?t\d+, [\d -]+ [\d:]+, [\d -]+ [\d:]+")
_HOSTILE = (
    '@octocat #1 https://evil.example `x` "] --> t9; click t1 href %%{init: {}}%%\n```\nend $$x$$'
)


def _after(task: Task, *numbers: int, **changes: Any) -> Task:
    return replace(task, options=TaskOptions(after=numbers), **changes)


def _drawn(facts: Epic) -> str:
    return picture(epic_view(facts, at(20)))


def test_the_order_of_tasks_in_the_colours_of_their_states() -> None:
    needed = replace(OPEN, wait=RUNNING, needs_person=True)
    failed = replace(FAILED, number=4, title='Write "docs"')
    facts = epic(MERGED, _after(needed, 1), _after(LATER, 1, 2), _after(failed, 9))
    assert _drawn(facts) == snapshot("""\
<details><summary>Order of the tasks</summary>

```mermaid
flowchart TD
  t1["✅ 1 · Add the model"]:::merged
  t2["🟠 2 · Serve #96;#47;price#96; as JSON"]:::waiting
  t3["⚪ 3 · Write the docs"]:::queued
  t4["❌ 4 · Write #34;docs#34;"]:::failed
  t1 --> t2
  t1 --> t3
  t2 --> t3
  classDef merged fill:#dafbe1,stroke:#1a7f37,color:#1f2328
  classDef waiting fill:#fff1e5,stroke:#bc4c00,color:#1f2328
  classDef queued fill:#f6f8fa,stroke:#59636e,color:#1f2328
  classDef failed fill:#ffebe9,stroke:#cf222e,color:#1f2328
```

</details>\
""")


def test_a_timeline_of_what_happened_where_nothing_waits_for_anything() -> None:
    final = replace(OPEN, number=0, started_at=at(18))
    facts = epic(final, MERGED, FAILED, replace(LATER, started_at=at(15)))
    assert _drawn(facts) == snapshot("""\
<details><summary>What happened when (UTC)</summary>

```mermaid
gantt
  dateFormat YYYY-MM-DD HH:mm:ss
  axisFormat %H:%M
  tickInterval 5minute
  todayMarker off
  Task 1 :done, t1, 2026-11-21 12:04:00, 2026-11-21 12:13:00
  Task 2 :crit, t2, 2026-11-21 12:13:00, 2026-11-21 12:19:00
  Task 3 :t3, 2026-11-21 12:19:00, 2026-11-21 12:24:00
  Final pull request :active, t0, 2026-11-21 12:22:00, 2026-11-21 12:24:00
```

</details>\
""")


def test_a_timeline_of_several_days_has_dates() -> None:
    late = replace(MERGED, number=2, started_at=at(0), ended_at=at(3_000))
    assert "axisFormat %d %b %H:%M" in _drawn(epic(MERGED, late))


def test_the_order_is_drawn_before_the_start() -> None:
    assert "t1 --> t2" in _drawn(pending(body="- [ ] One\n- [ ] Two `after: 1`\n"))


@pytest.mark.parametrize(
    "facts",
    [
        epic(MERGED),
        epic(MERGED, LATER),
        epic(LATER),
        epic(_after(LATER, 3)),
        pending(),
        epic(*(replace(MERGED, number=number) for number in range(1, 102))),
        epic(*(_after(LATER, *range(1, number), number=number) for number in range(1, 51))),
    ],
    ids=["one", "one begun", "none begun", "itself", "before", "too many", "too many links"],
)
def test_nothing_is_drawn(facts: Epic) -> None:
    assert _drawn(facts) == ""


@given(st.text() | st.text('`"[](){}<>#;:@%$-=|&\\\n '))
def test_whatever_a_title_says_it_is_one_label(title: str) -> None:
    for first in (replace(MERGED, title=title), _after(LATER, 2, number=1, title=title)):
        text = _drawn(epic(first, replace(OPEN, title=title)))
        (fence,) = [one for one in MarkdownIt().parse(text) if one.type == "fence"]
        kind, *lines = fence.content.splitlines()
        own = [line for line in lines if line.startswith(("  t1[", "  t2[", "  Task "))]
        assert len(own) == 2
        pattern = _NODE if kind == "flowchart TD" else _BAR
        assert all(pattern.fullmatch(line) for line in own), own


def test_a_hostile_title_is_shown_as_it_is_and_mentions_nobody() -> None:
    text = label(_HOSTILE)
    assert re.fullmatch(r"(?:[\w .,-]|#\d+;)+", text)
    shown = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), text)
    assert shown == '@octocat #1 https://evil.example `x` "]…'


def test_the_largest_picture_is_within_what_github_draws() -> None:
    tasks = [_after(OPEN, *range(1, n), number=n, title="𝕏" * 99) for n in range(1, 32)]
    rest = [_after(OPEN, 1, number=n, title="🎉" * 99) for n in range(32, 51)]
    text = _drawn(epic(*tasks, *rest))
    assert text.count("-->") == 484
    assert len(text) < MAX_CHARACTERS


@pytest.mark.parametrize(("mark", "is_drawn"), [("x", True), ("&", False)])
def test_the_picture_goes_first_where_the_comment_is_too_long(mark: str, is_drawn: bool) -> None:
    tasks = [_after(MERGED, n - 1, number=n, title=mark * 200) for n in range(1, 46)]
    text = progress_comment(epic_view(epic(*tasks), at(10)))
    assert ("```mermaid" in text) is is_drawn
    assert "| 45 |" in text
    assert len(text) <= MAX_COMMENT


def test_an_ended_epic_s_bars_end_with_it() -> None:
    left = replace(OPEN, status=TaskStatus.CANCELLED, ended_at=None)
    facts = epic(MERGED, left, status=EpicStatus.CANCELLED, ended_at=at(12))
    assert "Task 2 :t2, 2026-11-21 12:13:00, 2026-11-21 12:16:00" in (_drawn(facts))
