"""The rows that the table of settings must have, made from the models."""

import json
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.core.commands.parsing import COMMANDS
from bot.core.model.mistakes import ValueType
from bot.rendering.mistakes import accepted_words
from bot.settings_file.model import SettingsFile, accepted_at, section_at

VERBS = {command.verb for command in COMMANDS}
TYPES = {
    ValueType.CHOICE: "choice",
    ValueType.DURATION: "duration",
    ValueType.NUMBER: "number",
    ValueType.YES_NO: "yes or no",
    ValueType.LABEL: "text",
    ValueType.BRANCH: "text",
    ValueType.MODEL: "text",
    ValueType.AMOUNT: "amount",
    ValueType.CHECKS: "list",
    ValueType.PATHS: "list",
    ValueType.LOGINS: "list",
    ValueType.RULE: "choice or list",
}
HEADER = "| Key | Type | Default | Accepted | What it does |"


def default(field: FieldInfo) -> str:
    """The default as a file has it; a dash where a file cannot say it."""
    extra = field.json_schema_extra
    written = extra.get("default") if isinstance(extra, dict) else None
    value = field.default if written is None else written
    if value is None:
        return "–"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def row(path: tuple[str, ...], field: FieldInfo) -> str:
    accepted = accepted_at(path)
    assert accepted is not None
    key, does = ".".join(path), field.description
    kind, words = TYPES[accepted.accepted.type], accepted_words(accepted.accepted)
    return f"| `{key}` | {kind} | {default(field)} | {words} | {does} |"


def expected_rows(path: tuple[str, ...] = (), model: type[BaseModel] = SettingsFile) -> list[str]:
    """A row per key; the verbs under `permissions` share one."""
    return list(dict.fromkeys(_rows(path, model)))


def _rows(path: tuple[str, ...], model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if section := section_at((*path, name)):
            yield from _rows((*path, name), section)
        elif path == ("permissions",) and name in VERBS:
            yield (
                row((*path, name), field)
                .replace(f"`permissions.{name}`", "`permissions.VERB`", 1)
                .replace(f"`{name}`", "`VERB`")
            )
        else:
            yield row((*path, name), field)
