"""Column types that carry the core's values unchanged to SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from bot.core.text.storable import storable

_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the one validator for `kind`, a dataclass or a core type; made once, as it is slow."""
    return _ADAPTERS.get(kind) or _ADAPTERS.setdefault(kind, TypeAdapter(kind))


class UtcTime(TypeDecorator[datetime]):
    """A timezone-aware UTC time, to the microsecond; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Load in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Name(TypeDecorator[str]):
    """A text of at most `length` characters, cut where somebody else's is longer.

    It is cut alike where it is looked for.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store what the database takes of it."""
        del dialect
        return None if value is None else storable(value)[: self.length]


class Prose(TypeDecorator[str]):
    """A text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store what the database takes of it."""
        del dialect
        return None if value is None else storable(value)


class Word(TypeDecorator[StrEnum]):
    """One of a StrEnum's words, as text."""

    impl = String(32)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Store the word."""
        del dialect
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Load the enum's member."""
        del dialect
        return None if value is None else self.enum(value)


class Value(TypeDecorator[Any]):
    """A plain dataclass or tuple of the core as JSON text, validated when loaded."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store as JSON."""
        del dialect
        return None if value is None else adapter(self.kind).dump_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Load the value; raises pydantic.ValidationError when the text does not fit."""
        del dialect
        return None if value is None else adapter(self.kind).validate_json(value)
