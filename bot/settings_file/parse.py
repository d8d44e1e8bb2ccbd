"""The file's text made into settings, or into everything that is wrong with it."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from bot.core.commands.arguments import nearest_of
from bot.core.model.mistakes import SettingsMistake, ValueShape
from bot.core.model.mistakes import SettingsMistakeKind as Kind
from bot.core.model.settings import EpicSettings
from bot.settings_file.accepts import RefusedError
from bot.settings_file.mistakes import MAX_MISTAKES, dotted, in_order, shortened
from bot.settings_file.model import SettingsFile, accepted_at, section_at
from bot.settings_file.reader import Document, Path, read_yaml


def parse_settings(text: str) -> EpicSettings | tuple[SettingsMistake, ...]:
    """Read `.github/orchestra.yml`: the settings, or its mistakes in the order of their lines.

    Raises nothing, whatever the text; an empty one is the defaults. More than 50 mistakes are
    only counted.
    """
    document = read_yaml(text)
    try:
        file = SettingsFile.model_validate(document.value)
    except ValidationError as error:
        refused = _refused(error.errors(include_url=False), document)
        return in_order([*document.mistakes, *refused])
    return in_order(document.mistakes) or file.settings()


def _refused(errors: Iterable[Any], document: Document) -> Iterator[SettingsMistake]:
    """List each refused key and value; past the limit, only that it is there."""
    for count, error in enumerate(_entries(errors)):
        path, value, unknown = error
        line = document.line_of(path)
        if count > MAX_MISTAKES:
            yield SettingsMistake(kind=Kind.MORE, line=line)
        elif unknown:
            yield _unknown_key(line, path)
        else:
            yield _refused_value(line, path, value)


def _entries(errors: Iterable[Any]) -> Iterator[tuple[Path, Any, bool]]:
    """Path, value and whether the key is unknown; a list's refused entries one by one."""
    for error in errors:
        path, value = error["loc"], error["input"]
        cause = error.get("ctx", {}).get("error")
        if isinstance(cause, RefusedError) and cause.entries:
            yield from (((*path, place), value[place], False) for place in cause.entries)
        else:
            yield path, value, error["type"] == "extra_forbidden"


def _unknown_key(line: int | None, path: Path) -> SettingsMistake:
    section = section_at(path[:-1])
    known = tuple(section.model_fields) if section else ()
    near = nearest_of(str(path[-1]), known)
    key = dotted(path)
    return SettingsMistake(kind=Kind.UNKNOWN_KEY, line=line, key=key, keys=known, nearest=near)


def _refused_value(line: int | None, path: Path, value: object) -> SettingsMistake:
    key, word = dotted(path), shortened(value) if isinstance(value, str) else None
    if section := section_at(path):
        return SettingsMistake(
            kind=Kind.NOT_A_SECTION,
            line=line,
            key=key,
            word=word,
            shape=_shape(value),
            keys=tuple(section.model_fields),
        )
    accepted = accepted_at(tuple(part for part in path if isinstance(part, str)))
    choices = accepted.accepted.choices if accepted else ()
    return SettingsMistake(
        kind=Kind.NOT_ACCEPTED,
        line=line,
        key=key,
        word=word,
        shape=_shape(value),
        accepted=accepted.accepted if accepted else None,
        nearest=nearest_of(value, choices) if isinstance(value, str) else None,
    )


def _shape(value: object) -> ValueShape:
    match value:
        case str():
            return ValueShape.TEXT
        case list():
            return ValueShape.LIST
        case dict():
            return ValueShape.SECTION
        case _:
            return ValueShape.EMPTY
