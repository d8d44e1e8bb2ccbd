"""What the commands' parsers share: the mistake, and words made into values."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_TASK_NUMBER = 9999
_QUOTED_CHARACTERS = 60
# Enough for a slip or two; less would take any word for a command.
_LIKENESS = 0.65
_TASK_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
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


def surplus(words: Sequence[str], usage: str) -> CommandMistake | None:
    """Return the mistake of words where none belong."""
    if not words:
        return None
    verb = usage.split(maxsplit=1)[0]
    return CommandMistake(f"{quoted(' '.join(words))} does not belong after {verb}.", usage=usage)


def task_number(word: str) -> int | None:
    """Return the task number 1..9999 that the word is, if it is one."""
    return int(word) if _TASK_NUMBER.fullmatch(word) else None


def key_values(
    words: Sequence[str], keys: Sequence[str], usage: str
) -> dict[str, str] | CommandMistake:
    """Read `key=value` words; keys are case-insensitive, each may be given once."""
    values: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        key, value = key.lower(), value.strip("`")
        if key not in keys:
            return _unknown_key(word, keys, usage)
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


def _unknown_key(word: str, keys: Sequence[str], usage: str) -> CommandMistake:
    key, equals, value = word.partition("=")
    near = nearest_of(key, keys)
    verb = usage.split(maxsplit=1)[0]
    return CommandMistake(
        f"{verb} does not know {quoted(key if equals else word)}.",
        nearest=f"{verb} {near}={value[:_QUOTED_CHARACTERS]}" if near and value else None,
        usage=usage,
    )
