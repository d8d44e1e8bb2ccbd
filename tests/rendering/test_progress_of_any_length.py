import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.model.identifiers import TaskStatus
from bot.core.model.mistakes import (
    ChecklistMistake,
    ChecklistMistakeKind,
    SettingsMistake,
    SettingsMistakeKind,
)
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind
from bot.core.model.task import Task
from bot.rendering.epic_view import epic_view
from bot.rendering.progress_comment import MAX_CHARACTERS, progress_comment
from tests.rendering.facts import FAILED, LATER, OPEN, at, epic, paused, pending
from tests.rendering.log import line
from tests.rendering.progress import shown


def _failure(words: str) -> Failure:
    checks = (words,) * 20
    return Failure(kind=FailureKind.CHECKS_FAILED, quote=words, checks=checks)


def _mistake(words: str) -> SettingsMistake:
    return SettingsMistake(kind=SettingsMistakeKind.LEGACY, quote=words)


def _many(title: str, **changes: Any) -> tuple[Task, ...]:
    return tuple(replace(OPEN, number=number, title=title, **changes) for number in range(1, 51))


def test_the_log_goes_before_rows_do() -> None:
    log = [line(1, "x" * 300, 1)] * 300
    text = progress_comment(epic_view(epic(*_many("a task")), at(10), log))
    assert "_The log is left out because this comment would be too long._" in text
    assert "| 50 | a task |" in text
    assert len(text) <= MAX_CHARACTERS


def test_rows_that_do_not_fit_are_counted() -> None:
    tasks = _many("&" * 200, status=TaskStatus.FAILED, failure=_failure("<" * 150))
    text = progress_comment(epic_view(epic(*tasks), at(10)))
    shown = text.count("| ❌ failed #13 ")
    assert f"_… and {50 - shown} tasks more._" in text
    assert 0 < shown < 50
    assert len(text) <= MAX_CHARACTERS


def test_enormous_texts_still_fit() -> None:
    tasks = _many("&" * 9_000, status=TaskStatus.FAILED, failure=_failure("&" * 9_000))
    words = "&" * 9_000
    mistakes = (ChecklistMistake(kind=ChecklistMistakeKind.LEGACY, quote=words),) * 50
    facts = epic(*tasks, title=words, mistakes=mistakes, settings_mistakes=(_mistake(words),) * 50)
    assert len(progress_comment(epic_view(facts, at(10)))) <= MAX_CHARACTERS


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_people_write_the_comment_holds(a: str, b: str, c: str, d: str) -> None:
    runs = (replace(FAILED.runs[0], summary=c),)
    failed = replace(FAILED, title=a, failure=_failure(b), runs=runs)
    pause = Pause(kind=PauseKind.TASK_FAILED, task=2, failure=_failure(b))
    facts = paused(
        title=d,
        tasks=(failed, replace(LATER, title=c)),
        pause=pause,
        settings_mistakes=(_mistake(c), _mistake(d)),
    )
    text = progress_comment(epic_view(facts, at(10), [line(1, a, 1)]))
    rows = [row for row in text.split("\n") if row.startswith(("| 2 |", "| 3 |"))]
    assert [row.count(" | ") for row in rows] == [3, 3, 2]
    assert text.count("<details>") == text.count("</details>") == 3


@given(st.text("`|@#<>a1\n\\ ") | st.text())
def test_a_mistake_that_quotes_anything_is_one_inert_item(quoted: str) -> None:
    text = shown(pending(settings_mistakes=(_mistake(quoted), _mistake("second"))))
    alert = text.partition("is correct:\n>\n")[2].partition("\n\n")[0]
    items = alert.replace("> ", "")
    tokens = MarkdownIt("commonmark").enable("table").parse(items)
    assert [token.type for token in tokens].count("list_item_open") == 2
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline"),
        *("bullet_list_close", "list_item_close", "paragraph_close"),
    }
    assert not re.search(r"@[\w-]", items)
