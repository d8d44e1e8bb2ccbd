"""What the commands' parsers share: the mistake, and words made into values."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_TASK_NUMBER = 9999
_QUOTED_CHARACTERS = 60
# Enough for a slip or two; less would take any word for a command.
_LIKENESS = 0.65
_TASK_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_DIGITS = re.compile(r"[0-9]+")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII | re.IGNORECASE
)
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_NOT_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|//|@\{")


@dataclass(frozen=True)
class CommandMistake:
    """Why a command cannot be run, as plain text.

    `nearest` and `usage` are what would follow `/orchestra` on a right line.
    """

    message: str
    nearest: str | None = None
    usage: str | None = None


def quoted(text: str) -> str:
    """Return the person's words in quotation marks, cut to 60 characters."""
    if len(text) > _QUOTED_CHARACTERS:
        text = text[: _QUOTED_CHARACTERS - 1] + "…"
    return f"“{text}”"


def nearest_of(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one most likely meant."""
    word = word.lower()[:_QUOTED_CHARACTERS]
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=_LIKENESS)
    return matches[0] if matches else None


def listed(words: Iterable[str], last: str) -> str:
    """Return the words as in “a, b and c”; `last` is the word before the last one."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


def surplus(words: Sequence[str], usage: str) -> CommandMistake | None:
    """Return the mistake of words where none belong."""
    if not words:
        return None
    verb = usage.split(maxsplit=1)[0]
    return CommandMistake(f"{quoted(' '.join(words))} does not belong after {verb}.", usage=usage)


def task_number(word: str) -> int | None:
    """Return the task number 1..9999 that the word is, if it is one."""
    return int(word) if _TASK_NUMBER.fullmatch(word) else None


def number_mistake(word: str, usage: str) -> CommandMistake:
    """Return the mistake of a word where a task's number belongs."""
    message = f"{quoted(word)} is not a task's number (1 to {MAX_TASK_NUMBER})."
    return CommandMistake(message, usage=usage)


def optional_task(words: Sequence[str], usage: str) -> int | CommandMistake | None:
    """Read the number of a task that may be left out, as the only word there is."""
    if not words:
        return None
    if mistake := surplus(words[1:], usage):
        return mistake
    return task_number(words[0]) or number_mistake(words[0], usage)


def has_digits_alone(word: str) -> bool:
    """Tell whether the word was meant as a number, be it a task's or not."""
    return _DIGITS.fullmatch(word) is not None


def moment(text: str) -> datetime | None:
    """Return the moment, in UTC, that an ISO 8601 date and time stands for, if it is one.

    Without an offset it is UTC's. A date alone is none.
    """
    if not _MOMENT.fullmatch(text):
        return None
    try:
        read = datetime.fromisoformat(text.upper())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def key_values(
    words: Sequence[str], keys: Sequence[str], usage: str
) -> dict[str, str] | CommandMistake:
    """Read `key=value` words; keys are case-insensitive, each may be given once."""
    values: dict[str, str] = {}
    for place, word in enumerate(words):
        key, equals, value = word.partition("=")
        key, value = key.lower(), value.strip("`")
        if key not in keys:
            return _unknown_key(words, place, keys, usage)
        if not equals or not value:
            return CommandMistake(f"{key} needs a value, as in {key}=…", usage=usage)
        if key in values:
            return CommandMistake(f"{key} is given twice.", usage=usage)
        values[key] = value
    return values


def is_branch_name(name: str) -> bool:
    """Tell whether git takes `name` for a branch (git-check-ref-format, `--branch`)."""
    if not name or len(name.encode(errors="replace")) > 244 or _NOT_IN_BRANCH.search(name):
        return False
    if name.startswith(("-", "/")) or name.endswith(("/", ".")) or name in {"@", "HEAD"}:
        return False
    return not any(p.startswith(".") or p.endswith(".lock") for p in name.split("/"))


def is_model_name(name: str) -> bool:
    """Tell whether `name` can be a model's name; whether it exists only Cursor knows."""
    return _MODEL.fullmatch(name) is not None


def _unknown_key(
    words: Sequence[str], place: int, keys: Sequence[str], usage: str
) -> CommandMistake:
    key, equals, value = words[place].partition("=")
    near = nearest_of(key, keys)
    verb = usage.split(maxsplit=1)[0]
    message = f"{verb} does not know {quoted(key if equals else words[place])}"
    line = [verb, *words[:place], f"{near}={value}", *words[place + 1 :]]
    return CommandMistake(
        f"{message}; it takes {listed(keys, 'and')}.",
        nearest=" ".join(line) if near and value else None,
        usage=usage,
    )
