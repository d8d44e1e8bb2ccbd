"""What is wrong with what people wrote: a kind, its place and its parameters, never a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class ChecklistMistakeKind(StrEnum):
    """What is wrong with a line of the checklist."""

    TOO_MANY_TASKS = "too_many_tasks"
    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    DESCRIPTION_TOO_LONG = "description_too_long"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class ChecklistMistake:
    """One mistake of the checklist; `line` counts from 1, None for the checklist as a whole."""

    kind: ChecklistMistakeKind
    line: int | None = None
    count: int | None = None
    limit: int | None = None
    quote: str | None = None


class SettingsMistakeKind(StrEnum):
    """What is wrong with the settings file."""

    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class SettingsMistake:
    """One mistake of the settings file; `line` counts from 1, `key` is dotted (`merge.when`)."""

    kind: SettingsMistakeKind
    line: int | None = None
    key: str = ""
    quote: str | None = None
