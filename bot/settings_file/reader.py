"""YAML made into texts, lists and mappings, each with its line.

Values stay texts until their key says what they are: `off` is what was written, not YAML 1.1's
False, and the branch `1.10` is not the number 1.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml import events

from bot.core.model.mistakes import SettingsMistake
from bot.core.model.mistakes import SettingsMistakeKind as Kind
from bot.settings_file.mistakes import dotted, shortened

Raw: TypeAlias = "str | list[Raw] | dict[str, Raw] | None"
Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 64 * 1024
# No sensible file comes near; together they bound the time that any text takes.
MAX_VALUES = 1000
_MAX_DEPTH = 6
_EMPTY = {"", "~", "null", "Null", "NULL"}
# Outside YAML's printable characters, or a line break to YAML but to no editor.
_ODD = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TAGGED = (events.ScalarEvent, events.SequenceStartEvent, events.MappingStartEvent)
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


@dataclass
class Document:
    """What a file says: its value, the line of each part of it, and what could not be read."""

    value: Raw = None
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[SettingsMistake] = field(default_factory=list)

    def line_of(self, path: Path) -> int | None:
        """Return the line, from 1, of the value at that path or of the nearest around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _UnreadableError(Exception):
    def __init__(self, mistake: SettingsMistake) -> None:
        super().__init__(mistake.kind)
        self.mistake = mistake


class _LeftOutError(Exception):
    """A value that is a mistake in itself, already listed."""


def read_yaml(text: str) -> Document:
    """Read the text of one YAML document; mistakes are listed, never raised."""
    document = Document()
    try:
        _refuse_unreadable(text)
        _Reader(text, document).read()
    except _UnreadableError as unreadable:
        document.mistakes.append(unreadable.mistake)
    except yaml.YAMLError as error:
        document.mistakes.append(_syntax_mistake(error, text))
    return document


def _refuse_unreadable(text: str) -> None:
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise _UnreadableError(SettingsMistake(kind=Kind.TOO_LARGE, limit=MAX_BYTES))
    if odd := _ODD.search(text.removeprefix("\ufeff")):
        line, code = _line_at(text, odd.start()), f"U+{ord(odd[0]):04X}"
        raise _UnreadableError(SettingsMistake(kind=Kind.CHARACTER, line=line, word=code))
    if directive := _DIRECTIVE.search(text):
        line = _line_at(text, directive.start())
        raise _UnreadableError(SettingsMistake(kind=Kind.DIRECTIVE, line=line))


def _line_at(text: str, position: int) -> int:
    return len(re.findall(r"\r\n?|\n", text[:position])) + 1


def _syntax_mistake(error: yaml.YAMLError, text: str) -> SettingsMistake:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else None
    # What is missing at the end is missed in a line after the last.
    line = min(mark.line + 1, _line_at(text, len(text.rstrip()))) if mark else None
    return SettingsMistake(kind=Kind.NOT_YAML, line=line, quote=problem)


class _Reader:
    """Puts the parser's events together; asks for no more of them once the text is refused."""

    def __init__(self, text: str, document: Document) -> None:
        self._events: Iterator[events.Event] = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        self._document = document
        self._values = 0

    def read(self) -> None:
        """Read the whole stream, which may hold one document."""
        next(self._events)
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                if self._values:
                    raise _unreadable(Kind.SEVERAL_DOCUMENTS, event)
                self._document.value = self._root()

    def _root(self) -> Raw:
        event = next(self._events)
        self._document.lines[()] = _line(event)
        try:
            return self._value(event, ())
        except _LeftOutError:
            return None

    def _value(self, event: events.Event, path: Path) -> Raw:
        self._values += 1
        if self._values > MAX_VALUES:
            raise _unreadable(Kind.TOO_MANY_VALUES, event, limit=MAX_VALUES)
        if len(path) > _MAX_DEPTH:
            raise _unreadable(Kind.TOO_DEEP, event, path)
        if isinstance(event, events.AliasEvent):
            self._leave(event, path, Kind.ALIAS, shortened(event.anchor or ""))
        value = self._untagged(event, path)
        if isinstance(event, _TAGGED) and event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._leave(event, path, Kind.TAG, shortened(tag))
        return value

    def _untagged(self, event: events.Event, path: Path) -> Raw:
        if isinstance(event, events.SequenceStartEvent):
            return self._list(path)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(path)
        assert isinstance(event, events.ScalarEvent)
        is_plain = event.implicit[0]
        return None if is_plain and event.value in _EMPTY else str(event.value)

    def _list(self, path: Path) -> Raw:
        values: list[Raw] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            place = (*path, len(values))
            self._document.lines.setdefault(place, _line(event))
            try:
                values.append(self._value(event, place))
            except _LeftOutError:
                continue
        return values

    def _mapping(self, path: Path) -> Raw:
        values: dict[str, Raw] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            key, line = self._key(event, path), _line(event)
            place = (*path, key)
            self._document.lines.setdefault(place, line)
            if key in lines:
                self._list_mistake(Kind.DUPLICATE_KEY, line, place, other_line=lines[key])
            lines.setdefault(key, line)
            try:
                values.setdefault(key, self._value(next(self._events), place))
            except _LeftOutError:
                continue
        return values

    def _key(self, event: events.Event, path: Path) -> str:
        if not isinstance(event, events.ScalarEvent) or event.tag is not None:
            raise _unreadable(Kind.KEY_NOT_A_WORD, event, path)
        return str(event.value)

    def _leave(self, event: events.Event, path: Path, kind: Kind, word: str) -> None:
        self._list_mistake(kind, _line(event), path, word=word)
        raise _LeftOutError

    def _list_mistake(self, kind: Kind, line: int, path: Path, **parameters: Any) -> None:
        mistake = SettingsMistake(kind=kind, line=line, key=dotted(path), **parameters)
        self._document.mistakes.append(mistake)


def _unreadable(
    kind: Kind, event: events.Event, path: Path = (), limit: int | None = None
) -> _UnreadableError:
    mistake = SettingsMistake(kind=kind, line=_line(event), key=dotted(path), limit=limit)
    return _UnreadableError(mistake)


def _line(event: events.Event) -> int:
    assert event.start_mark is not None
    return int(event.start_mark.line) + 1
