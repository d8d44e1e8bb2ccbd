"""What is wrong with what people wrote: a kind, its place and its parameters, never a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.model.identifiers import Login


class ChecklistMistakeKind(StrEnum):
    """What is wrong with a line of the checklist."""

    TOO_MANY_TASKS = "too_many_tasks"
    TOO_MANY_LINES = "too_many_lines"
    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    DESCRIPTION_TOO_LONG = "description_too_long"
    NEAR_BOX = "near_box"
    PLACEHOLDER = "placeholder"
    ATTRIBUTE = "attribute"
    ATTRIBUTE_VALUE = "attribute_value"
    ATTRIBUTE_TWICE = "attribute_twice"
    UNKNOWN_TASK = "unknown_task"
    CIRCLE = "circle"
    REFERENCE_UNREADABLE = "reference_unreadable"
    REFERENCE_PULL_REQUEST = "reference_pull_request"
    REFERENCE_THIS_EPIC = "reference_this_epic"
    REFERENCE_OTHER_EPIC = "reference_other_epic"
    REFERENCE_TOO_LONG = "reference_too_long"
    REFERENCE_EDITED = "reference_edited"
    REFERENCE_ADDED = "reference_added"
    REFERENCE_TWICE = "reference_twice"
    LEGACY = "legacy"


class ValueType(StrEnum):
    """What a key of the settings file, or an attribute, accepts."""

    CHOICE = "choice"
    DURATION = "duration"
    NUMBER = "number"
    YES_NO = "yes_no"
    LABEL = "label"
    BRANCH = "branch"
    MODEL = "model"
    CHECKS = "checks"
    PATHS = "paths"
    LOGINS = "logins"
    RULE = "rule"
    TASKS = "tasks"
    AMOUNT = "amount"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What a key accepts: `choices`, or from `low` to `high` seconds, characters or entries."""

    type: ValueType
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


@dataclass(frozen=True, kw_only=True)
class ChecklistMistake:
    """One mistake of the checklist; `line` counts from 1, None for the checklist as a whole.

    `quote` is what stands there. Of an attribute, `key` is its name, `accepted` what it takes and
    `nearest` the one most likely meant; `tasks` are the numbers of the tasks that it is about, `by`
    is who edited the issue that the line refers to, `other_line` the first line about that issue.
    """

    kind: ChecklistMistakeKind
    line: int | None = None
    count: int | None = None
    limit: int | None = None
    quote: str | None = None
    key: str | None = None
    accepted: Accepted | None = None
    nearest: str | None = None
    tasks: tuple[int, ...] = ()
    by: Login | None = None
    other_line: int | None = None


class ValueShape(StrEnum):
    """What stands where something else is accepted."""

    TEXT = "text"
    LIST = "list"
    SECTION = "section"
    EMPTY = "empty"


class SettingsMistakeKind(StrEnum):
    """What is wrong with the settings file."""

    # The file.
    NOT_A_FILE = "not_a_file"
    NOT_TEXT = "not_text"
    NOT_READABLE = "not_readable"
    TOO_LARGE = "too_large"
    NOT_YAML = "not_yaml"
    CHARACTER = "character"
    DIRECTIVE = "directive"
    SEVERAL_DOCUMENTS = "several_documents"
    TOO_MANY_VALUES = "too_many_values"
    TOO_DEEP = "too_deep"
    MORE = "more"
    # One key, and its value.
    ALIAS = "alias"
    TAG = "tag"
    KEY_NOT_A_WORD = "key_not_a_word"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_KEY = "unknown_key"
    NOT_A_SECTION = "not_a_section"
    NOT_ACCEPTED = "not_accepted"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class SettingsMistake:
    """One mistake of the settings file; texts are the file's own: escape them before showing them.

    `line` counts from 1, `key` is dotted (`merge.when`); a mistake of the file as a whole has
    neither. `word` is what stands there, of the form `shape`; `accepted` what the key takes, `keys`
    the keys that are known there, `nearest` the one most likely meant.
    """

    kind: SettingsMistakeKind
    line: int | None = None
    key: str = ""
    word: str | None = None
    shape: ValueShape = ValueShape.TEXT
    accepted: Accepted | None = None
    keys: tuple[str, ...] = ()
    nearest: str | None = None
    other_line: int | None = None
    count: int | None = None
    limit: int | None = None
    quote: str | None = None
