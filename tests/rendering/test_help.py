"""The help, and the page about the commands, which says more of the same."""

import re
from pathlib import Path

import pytest

from bot.core.commands.parsing import COMMANDS, Command, parse_line
from bot.core.commands.set import Set
from bot.core.model.settings import MergeWhen, OnFailure, Priority
from bot.core.text.prefix import PREFIX
from bot.rendering.help import help_text

_PAGE = (Path(__file__).parents[2] / "docs/commands.md").read_text()
_SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", _PAGE, re.M))
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.verb)


def _table(section: str) -> list[list[str]]:
    """The code spans of each row, beginning with rows that begin with one."""
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [re.findall(r"`([^`]+)`", line) for line in lines]


def _examples(section: str) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", section, re.M | re.S)
    return "".join(blocks).splitlines()


def test_one_row_for_each_command() -> None:
    header, rule, *rows, empty, last = help_text().split("\n")
    assert (header, rule, empty) == ("| Command | What it does |", "|:--|:--|", "")
    assert last.startswith("Write each command on a line of its own")
    assert [re.split(r"(?<!\\)\|", row)[1] for row in rows] == [
        f" `{PREFIX} {command.usage}` ".replace("|", "\\|") for command in COMMANDS
    ]


def test_the_page_begins_with_the_helps_table() -> None:
    table = help_text().partition("\n\n")[0]
    assert f"\n\n{table}\n\n" in _PAGE.partition("\n## ")[0]


@each_command
def test_the_page_has_a_section_with_examples_for_each_command(command: type[Command]) -> None:
    [section] = [
        text
        for heading, text in _SECTIONS.items()
        if command.verb in re.split(r", | and ", heading)
    ]
    assert any(isinstance(parse_line(example), command) for example in _examples(section))


def test_every_example_is_understood() -> None:
    examples = _examples(_PAGE)
    assert len(examples) > len(COMMANDS)
    for example in examples:
        assert example.startswith(f"{PREFIX} ")
        assert isinstance(parse_line(example), COMMANDS), example


def test_the_page_says_what_each_command_does_in_each_state() -> None:
    table = _table(_SECTIONS["What they do in each state"])
    assert [row[0] for row in table] == [command.verb for command in COMMANDS]


def test_the_page_names_what_can_be_set() -> None:
    table = {row[0]: row[1:] for row in _table(_SECTIONS["set"])}
    assert table == {
        "model": ["default"],
        "priority": list(Priority),
        "merge": list(MergeWhen),
        "on_failure": list(OnFailure),
        "max_parallel": [],
    }
    for key, values in table.items():
        for value in values:
            assert isinstance(parse_line(f"{PREFIX} set {key}={value}"), Set)
