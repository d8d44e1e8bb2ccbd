"""docs/settings.md says of every key what the models say."""

import re

import pytest
import yaml

from bot.rendering.mistakes import settings_words
from bot.settings_file import parse_settings
from bot.settings_file.model import SettingsFile, section_at
from tests.settings_file.example import PAGE, example
from tests.settings_file.table import HEADER, expected_rows

ANSWER = re.compile(r"^\| `([^`]+)` \| line (\d+), `([^`]+)`: (.+) \|$", re.M)


def test_the_table_of_settings_is_the_models_own() -> None:
    lines = PAGE.read_text().splitlines()
    start = lines.index(HEADER) + 2
    end = lines.index("", start)
    assert lines[start:end] == expected_rows()


def test_the_example_shows_every_key_but_the_verbs() -> None:
    shown = yaml.safe_load(example())
    assert list(shown) == list(SettingsFile.model_fields)
    for name in shown.keys() - {"permissions"}:
        if section := section_at((name,)):
            assert list(shown[name]) == list(section.model_fields)


@pytest.mark.parametrize("row", ANSWER.findall(PAGE.read_text()), ids=lambda row: row[2])
def test_the_mistakes_shown_are_answered_so(row: tuple[str, str, str, str]) -> None:
    text, line, key, message = row
    found = parse_settings(text)
    assert isinstance(found, tuple)
    assert [(str(one.line), one.key, settings_words(one)) for one in found] == [
        (line, key, message)
    ]


def test_there_are_mistakes_shown() -> None:
    assert len(ANSWER.findall(PAGE.read_text())) == 3
