"""The file's text made into settings, or into everything that is wrong with it."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from bot.core.commands.arguments import nearest_of, quoted
from bot.core.model.settings import EpicSettings
from bot.settings_file.accepts import RefusedError
from bot.settings_file.mistakes import MAX_MISTAKES, Mistake, dotted, in_order, shortened
from bot.settings_file.model import SettingsFile, accepted_at, section_at
from bot.settings_file.reader import Document, Path, read_yaml


def parse_settings(text: str) -> EpicSettings | tuple[Mistake, ...]:
    """Read `.github/orchestra.yml`: the settings, or its mistakes in the order of their lines.

    Raises nothing, whatever the text; an empty one is the defaults. More than 50 mistakes are
    counted, not told.
    """
    document = read_yaml(text)
    try:
        file = SettingsFile.model_validate(document.value)
    except ValidationError as error:
        refused = _refused(error.errors(include_url=False), document)
        return in_order([*document.mistakes, *refused])
    return in_order(document.mistakes) or file.settings()


def _refused(errors: Iterable[Any], document: Document) -> Iterator[Mistake]:
    """Tell each refused key and value; past the limit only that there is one, as words cost."""
    for count, error in enumerate(_entries(errors)):
        path, value, unknown = error
        line = document.line_of(path)
        if count > MAX_MISTAKES:
            yield Mistake(line, "", "")
        elif unknown:
            yield Mistake(line, dotted(path), _unknown_key(path))
        else:
            yield Mistake(line, dotted(path), _refused_value(path, value))


def _entries(errors: Iterable[Any]) -> Iterator[tuple[Path, Any, bool]]:
    """Path, value and whether the key is unknown; a list's refused entries one by one."""
    for error in errors:
        path, value = error["loc"], error["input"]
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, RefusedError) and cause.entries:
            yield from (((*path, place), value[place], False) for place in cause.entries)
        else:
            yield path, value, error["type"] == "extra_forbidden"


def _unknown_key(path: Path) -> str:
    section = section_at(path[:-1])
    known = list(section.model_fields) if section else []
    near = nearest_of(str(path[-1]), known)
    hint = f" Did you mean {near}?" if near else ""
    return f"There is no such key. Accepted: {', '.join(known)}.{hint}"


def _refused_value(path: Path, value: object) -> str:
    if section := section_at(path):
        keys = ", ".join(section.model_fields)
        return f"{_shown(value)} is not accepted. Accepted: keys with values: {keys}."
    named = tuple(part for part in path if isinstance(part, str))
    accepted = accepted_at(named)
    words = accepted.words if accepted else ""
    near = nearest_of(value, accepted.choices) if accepted and isinstance(value, str) else None
    hint = f" Did you mean {near}?" if near else ""
    return f"{_shown(value)} is not accepted. Accepted: {words}.{hint}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return quoted(shortened(value))
    if isinstance(value, list):
        return "This list"
    return "A section of keys" if isinstance(value, dict) else "An empty value"
