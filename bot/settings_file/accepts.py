"""What a key accepts: by type and bounds, as JSON Schema for editors, and how it is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from bot.core.commands.arguments import is_branch_name, is_model_name
from bot.core.model.identifiers import Login
from bot.core.model.mistakes import Accepted, ValueType
from bot.core.model.money import MAX_DOLLARS, Micros, dollars
from bot.core.model.settings import Level, Rule
from bot.settings_file.reader import Raw

NUMBER = "{number}"
MAX_ENTRIES = 100
_MAX_LABEL = 50
_MAX_CHECK = 255
_MAX_PATH = 255
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off")
_UNITS = {"h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?=.)(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s?)?")
# An account's name; an enterprise's have an underscore, those of Apps end in [bot].
_LOGIN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?"
_TEAM = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9_][A-Za-z0-9_-]{0,99}"


class RefusedError(ValueError):
    """A value is not accepted; `entries` are the places in a list of those that are not."""

    def __init__(self, *entries: int) -> None:
        super().__init__("not accepted")
        self.entries = entries


@dataclass(frozen=True)
class Accepts:
    """Stands in a model's annotation; `read` raises RefusedError."""

    accepted: Accepted
    schema: JsonSchemaValue
    read: Callable[[Raw], Any]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.schema)


def one_of(words: type[StrEnum]) -> Accepts:
    """Return what takes one of the words, exactly as written."""
    choices = tuple(word.value for word in words)

    def read(raw: Raw) -> StrEnum:
        if raw not in choices:
            raise RefusedError
        return words(raw)

    accepted = Accepted(type=ValueType.CHOICE, choices=choices)
    return Accepts(accepted, {"enum": list(choices)}, read)


def duration(low: int, high: int) -> Accepts:
    """Return what takes from `low` to `high` seconds."""

    def read(raw: Raw) -> int:
        match = _DURATION.fullmatch(raw) if isinstance(raw, str) else None
        if match is None or not low <= (seconds := _seconds(match)) <= high:
            raise RefusedError
        return seconds

    pattern = r"^(?=.)([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s?)?$"
    whole = {"type": "integer", "minimum": low, "maximum": high}
    schema = {"anyOf": [{"type": "string", "pattern": pattern}, whole]}
    return Accepts(Accepted(type=ValueType.DURATION, low=low, high=high), schema, read)


def in_units(seconds: int) -> str:
    """Return the duration in the largest unit that divides it, as in `90s` or `2h`."""
    fitting = (unit for unit, length in _UNITS.items() if seconds % length == 0 and seconds)
    unit = next(fitting, "s")
    return f"{seconds // _UNITS[unit]}{unit}"


def whole_number(high: int, low: int = 0) -> Accepts:
    """Return what takes `low` to `high`."""

    def read(raw: Raw) -> int:
        if not isinstance(raw, str) or not re.fullmatch("[0-9]{1,4}", raw):
            raise RefusedError
        if not low <= int(raw) <= high:
            raise RefusedError
        return int(raw)

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Accepts(Accepted(type=ValueType.NUMBER, low=low, high=high), schema, read)


def _seconds(match: re.Match[str]) -> int:
    return sum(
        int(part or 0) * length
        for part, length in zip(match.groups(), _UNITS.values(), strict=True)
    )


def _read_yes_no(raw: Raw) -> bool:
    word = raw.lower() if isinstance(raw, str) else ""
    if word not in _YES + _NO:
        raise RefusedError
    return word in _YES


def _read_label(raw: Raw) -> str:
    return _name(raw, _MAX_LABEL)


def _read_branch(raw: Raw) -> str:
    filled = raw.replace(NUMBER, "1") if isinstance(raw, str) else ""
    if not is_branch_name(filled) or set("{}") & set(filled):
        raise RefusedError
    return str(raw)


def _read_model(raw: Raw) -> str | None:
    if not isinstance(raw, str) or not is_model_name(raw):
        raise RefusedError
    return None if raw == "default" else raw


def _read_amount(raw: Raw) -> Micros:
    amount = dollars(raw) if isinstance(raw, str) else None
    if amount is None:
        raise RefusedError
    return amount


def _read_checks(raw: Raw) -> tuple[str, ...]:
    entries = _entries(raw)
    _refuse_entries(entries, lambda entry: _is_name(entry, _MAX_CHECK))
    return tuple(dict.fromkeys(str(entry).strip() for entry in entries))


def _read_paths(raw: Raw) -> tuple[str, ...]:
    entries = _entries(raw)
    _refuse_entries(entries, _is_path)
    return tuple(dict.fromkeys(str(entry).strip() for entry in entries))


def _is_path(entry: Raw) -> bool:
    return isinstance(entry, str) and _is_name(entry, _MAX_PATH) and bool(entry.strip("/ "))


def _read_logins(raw: Raw) -> tuple[Login, ...]:
    entries = _entries(raw)
    _refuse_entries(entries, _is_login)
    return tuple(dict.fromkeys(Login(str(entry).lower()) for entry in entries))


def _is_login(entry: Raw) -> bool:
    return isinstance(entry, str) and re.fullmatch(_LOGIN, entry) is not None


def _read_rule(raw: Raw) -> Rule:
    if isinstance(raw, str):
        if raw not in _LEVELS:
            raise RefusedError
        return Rule(level=Level(raw))
    entries = _entries(raw)
    _refuse_entries(entries, _may_be_listed)
    names = list(dict.fromkeys(str(entry).lower() for entry in entries))
    levels = [name for name in names if name in _LEVELS]
    if not names or len(levels) > 1:
        raise RefusedError
    people = tuple(Login(name) for name in names if "/" not in name and name not in _LEVELS)
    teams = tuple(name for name in names if "/" in name)
    return Rule(level=Level(levels[0]) if levels else None, people=people, teams=teams)


def _entries(raw: Raw) -> list[Raw]:
    if not isinstance(raw, list) or len(raw) > MAX_ENTRIES:
        raise RefusedError
    return raw


def _refuse_entries(entries: list[Raw], accepted: Callable[[Raw], bool]) -> None:
    refused = [place for place, entry in enumerate(entries) if not accepted(entry)]
    if refused:
        raise RefusedError(*refused)


def _name(raw: Raw, longest: int) -> str:
    if not isinstance(raw, str) or not _is_name(raw, longest):
        raise RefusedError
    return raw.strip()


def _is_name(raw: Raw, longest: int) -> bool:
    return isinstance(raw, str) and 0 < len(raw.strip()) <= longest and raw.isprintable()


def _may_be_listed(raw: Raw) -> bool:
    return isinstance(raw, str) and re.fullmatch(f"{_LOGIN}|{_TEAM}", raw) is not None


_LEVELS = tuple(level.value for level in Level)
_TEXT: JsonSchemaValue = {"type": "string"}

YES_NO = Accepts(
    Accepted(type=ValueType.YES_NO),
    {"enum": [True, False, "yes", "no", "on", "off"]},
    _read_yes_no,
)
LABEL = Accepts(
    Accepted(type=ValueType.LABEL, low=1, high=_MAX_LABEL),
    _TEXT | {"minLength": 1, "maxLength": _MAX_LABEL},
    _read_label,
)
BRANCH = Accepts(
    Accepted(type=ValueType.BRANCH),
    _TEXT | {"minLength": 1, "pattern": r"^([^{}]|\{number\})+$"},
    _read_branch,
)
MODEL = Accepts(
    Accepted(type=ValueType.MODEL),
    _TEXT | {"pattern": "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$"},
    _read_model,
)
AMOUNT = Accepts(
    Accepted(type=ValueType.AMOUNT, high=MAX_DOLLARS),
    {
        "anyOf": [
            {"type": "number", "minimum": 0, "maximum": MAX_DOLLARS},
            _TEXT | {"pattern": r"^\$?[0-9]{1,6}(\.[0-9]{1,6})?$"},
        ]
    },
    _read_amount,
)
PATHS = Accepts(
    Accepted(type=ValueType.PATHS, high=MAX_ENTRIES),
    {
        "type": "array",
        "maxItems": MAX_ENTRIES,
        "items": _TEXT | {"pattern": "[^/ ]", "maxLength": _MAX_PATH},
    },
    _read_paths,
)
LOGINS = Accepts(
    Accepted(type=ValueType.LOGINS, high=MAX_ENTRIES),
    {
        "type": "array",
        "maxItems": MAX_ENTRIES,
        "items": _TEXT | {"pattern": f"^{_LOGIN}$"},
    },
    _read_logins,
)
CHECKS = Accepts(
    Accepted(type=ValueType.CHECKS, high=MAX_ENTRIES),
    {
        "type": "array",
        "maxItems": MAX_ENTRIES,
        "items": _TEXT | {"minLength": 1, "maxLength": _MAX_CHECK},
    },
    _read_checks,
)
RULE = Accepts(
    Accepted(type=ValueType.RULE, choices=_LEVELS, low=1, high=MAX_ENTRIES),
    {
        "anyOf": [
            {"enum": list(_LEVELS)},
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_ENTRIES,
                "items": _TEXT | {"pattern": f"^({_LOGIN}|{_TEAM})$"},
            },
        ]
    },
    _read_rule,
)
