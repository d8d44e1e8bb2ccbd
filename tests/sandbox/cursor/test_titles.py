"""What an agent calls its pull request."""

from dataclasses import replace

import pytest

from bot.core.prompts.task_prompt import task_prompt
from sandbox.cursor.life import asked_title
from tests.rendering import facts


@pytest.mark.parametrize(
    "title", ["Give widgets a colour", "Use ``` in the docs", "`code` first", "Größe (#2)"]
)
@pytest.mark.parametrize("description", ["", "It is titled well.\n\n```\nNot me\n```\n"])
def test_the_products_prompt_asks_for_the_tasks_title(title: str, description: str) -> None:
    epic = facts.epic(facts.MERGED, replace(facts.LATER, title=title, description=description))
    assert asked_title(task_prompt(epic, epic.tasks[-1], 7200)) == title


@pytest.mark.parametrize("prompt", ["", "Fix the cache test", "```\nA fence\n```\nDo this."])
def test_a_prompt_that_asks_for_no_title_has_none(prompt: str) -> None:
    assert asked_title(prompt) == ""
