import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.settings_file import parse_settings
from bot.settings_file.schema import editor_schema
from tests.settings_file.example import PAGE, example

CHECKED_IN = PAGE.parent / "orchestra.schema.json"
SCHEMA: dict[str, Any] = json.loads(editor_schema())
VALIDATOR = Draft7Validator(SCHEMA)


def test_the_schema_that_is_checked_in_is_the_models_own() -> None:
    """Made anew by `python -m bot.settings_file.schema > docs/orchestra.schema.json`."""
    assert CHECKED_IN.read_text() == editor_schema()


def test_it_is_a_schema_that_names_nobodys_host() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == CHECKED_IN.name


def test_every_key_says_what_it_does_and_no_other_is_let_through() -> None:
    for section in (SCHEMA, *SCHEMA["$defs"].values()):
        assert section["additionalProperties"] is False
        assert section["description"]
        for key in section["properties"].values():
            assert "$ref" in key or key["description"]


def test_the_defaults_and_examples_of_every_key_are_accepted_by_it() -> None:
    for section in (SCHEMA, *SCHEMA["$defs"].values()):
        for key in section["properties"].values():
            given = [key["default"]] if "default" in key else []
            for value in [*given, *key.get("examples", [])]:
                Draft7Validator(key).validate(value)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "merge:",
        "merge: {delete_branch: yes, up_to_date: 'off', grace: 0}",
        "base_branch: epic/{number}",
        "permissions: {start: [write, alice, acme/core]}",
        "label: ''",
        "lable: x",
        "base_branch: '{numbr}'",
        "merge: {when: gren}",
        "merge: {grace: 3601}",
        "merge: {grace: h}",
        "merge: {ignore_checks: lint}",
        "agents: {retries: -1}",
        "agents: {model_by_complexity: {simple: o3}}",
        "permissions: {start: []}",
        "permissions: {command: wirte}",
        "permissions: {start: ['a b']}",
        "- a",
    ],
)
def test_editor_and_bot_agree(text: str) -> None:
    accepted = not isinstance(parse_settings(text), tuple)
    assert VALIDATOR.is_valid(yaml.safe_load(text)) == accepted


def test_the_example_of_the_documentation_passes() -> None:
    VALIDATOR.validate(yaml.safe_load(example()))
