import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.model.epic import Task
from bot.core.model.identifiers import TaskStatus
from bot.rendering.epic_view import LogText, epic_view
from bot.rendering.progress_comment import MAX_CHARACTERS, progress_comment
from tests.rendering.facts import FAILED, LATER, OPEN, at, epic, paused, pending
from tests.rendering.progress import shown


def _many(title: str, **changes: Any) -> tuple[Task, ...]:
    return tuple(replace(OPEN, number=number, title=title, **changes) for number in range(1, 51))


def test_the_log_goes_before_rows_do() -> None:
    log = [LogText(at=at(1), task=1, text="x" * 300)] * 300
    text = progress_comment(epic_view(epic(*_many("a task")), at(10), log))
    assert "_The log is left out: this comment would be too long._" in text
    assert "| 50 | a task |" in text
    assert len(text) <= MAX_CHARACTERS


def test_rows_that_do_not_fit_are_counted() -> None:
    tasks = _many("&" * 200, status=TaskStatus.FAILED, failure="<" * 150)
    text = progress_comment(epic_view(epic(*tasks), at(10)))
    shown = text.count("| ❌ failed |")
    assert f"_… and {50 - shown} tasks more._" in text
    assert 0 < shown < 50
    assert len(text) <= MAX_CHARACTERS


def test_enormous_texts_still_fit() -> None:
    tasks = _many("&" * 9_000, status=TaskStatus.FAILED, failure="&" * 9_000)
    mistakes = ("&" * 9_000,) * 50
    facts = epic(*tasks, title="&" * 9_000, mistakes=mistakes, settings_mistakes=mistakes)
    assert len(progress_comment(epic_view(facts, at(10)))) <= MAX_CHARACTERS


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_people_write_the_comment_holds(a: str, b: str, c: str, d: str) -> None:
    tasks = (replace(FAILED, title=a, failure=b), replace(LATER, title=c))
    facts = paused(title=d, tasks=tasks, pause_reason=b, settings_mistakes=(c, d))
    text = progress_comment(epic_view(facts, at(10), [LogText(at=at(1), task=1, text=a)]))
    rows = [line for line in text.split("\n") if line.startswith(("| 2 |", "| 3 |"))]
    assert [row.count(" | ") for row in rows] == [6, 6]
    assert text.count("<details>") == text.count("</details>") == 2


@given(st.text("`|@#<>a1\n\\ ") | st.text())
def test_a_mistake_that_quotes_anything_is_one_inert_item(quoted: str) -> None:
    text = shown(pending(settings_mistakes=(quoted, "second")))
    items = text.partition("is right:\n\n")[2].partition("\n\n")[0]
    tokens = MarkdownIt("commonmark").enable("table").parse(items)
    assert [token.type for token in tokens].count("list_item_open") == 2
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline"),
        *("bullet_list_close", "list_item_close", "paragraph_close"),
    }
    assert not re.search(r"@[\w-]", items)
