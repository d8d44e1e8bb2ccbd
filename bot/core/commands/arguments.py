"""What the commands' parsers share: words made into values, or into a refusal."""

import difflib
import re
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.core.events import CommandGiven
from bot.core.model.refusals import Refusal, RefusalKind

MAX_TASK_NUMBER = 9999
_MAX_WORD = 60
_MAX_MODELS = 20
# Enough for a slip or two; less would take any word for a command.
_LIKENESS = 0.65
# “unskip” is no mistyped “skip”, nor “remove” a “resume”.
_OPPOSITES = ("un", "dis", "non", "rem", "de")
_TASK_NUMBER = re.compile(r"#?([1-9][0-9]{0,3})[.:),;]?")
_MARK = re.compile(r"[=:]")
_DIGITS = re.compile(r"[0-9]+")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII | re.IGNORECASE
)
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_NOT_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|//|@\{")


def shortened(text: str) -> str:
    """Return the person's words cut to 60 characters."""
    return text if len(text) <= _MAX_WORD else text[: _MAX_WORD - 1] + "…"


def nearest_of(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one most likely meant; never its opposite."""
    word = word.lower()[:_MAX_WORD]
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=_LIKENESS)
    return matches[0] if matches and not _negates(word, matches[0]) else None


def _negates(word: str, known: str) -> bool:
    """Return whether the word says what it does not want, as “unskip”, “nostop”, “dont-start”."""
    opposite = any(word.startswith(one) and not known.startswith(one) for one in _OPPOSITES)
    return opposite or (word.endswith(known) and len(word) > len(known) + 1)


def unexpected(words: Sequence[str], usage: str) -> Refusal | None:
    """Return the refusal of words where none belong."""
    if not words:
        return None
    return Refusal(
        kind=RefusalKind.UNEXPECTED_WORDS,
        verb=verb_in(usage),
        word=shortened(" ".join(words)),
        usage=usage,
    )


def verb_in(usage: str) -> str:
    """Return the verb that the usage begins with."""
    return usage.split(maxsplit=1)[0]


def task_number(word: str) -> int | None:
    """Return the task number 1..9999 that the word is (`2`, `#2`, `2.`), if it is one."""
    found = _TASK_NUMBER.fullmatch(word)
    return int(found[1]) if found else None


def without_task_word(words: Sequence[str]) -> Sequence[str]:
    """Return the words without the `task` that somebody wrote before a task's number."""
    named = len(words) > 1 and words[0].lower() == "task" and task_number(words[1])
    return words[1:] if named else words


def not_a_number(
    word: str, usage: str, kind: RefusalKind = RefusalKind.NOT_A_TASK_NUMBER
) -> Refusal:
    """Return the refusal of a word where a task's number belongs."""
    return Refusal(kind=kind, word=shortened(word), limit=MAX_TASK_NUMBER, usage=usage)


def optional_task(words: Sequence[str], usage: str) -> int | Refusal | None:
    """Read the number of a task that may be left out, as the only word there is."""
    words = without_task_word(words)
    if not words:
        return None
    if refusal := unexpected(words[1:], usage):
        return refusal
    return task_number(words[0]) or not_a_number(words[0], usage)


def is_digits(word: str) -> bool:
    """Return whether the word was meant as a number, a task's or not."""
    return _DIGITS.fullmatch(word) is not None


def moment(text: str) -> datetime | None:
    """Return the moment, in UTC, that an ISO 8601 date and time stands for, if it is one.

    Without an offset it is in UTC. A date alone is none.
    """
    if not _MOMENT.fullmatch(text):
        return None
    try:
        read = datetime.fromisoformat(text.upper())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def key_values(words: Sequence[str], keys: Sequence[str], usage: str) -> dict[str, str] | Refusal:
    """Read `key=value` words; keys are case-insensitive, each may be given once.

    `key value`, `key: value` and `key = value` are taken as meant.
    """
    words = _with_equals(words, keys)
    values: dict[str, str] = {}
    for place, word in enumerate(words):
        key, equals, value = word.partition("=")
        key, value = key.lower(), value.strip("`")
        if key not in keys:
            return _unknown_key(words, place, keys, usage)
        if not equals or not value:
            return Refusal(kind=RefusalKind.NO_VALUE, key=key, usage=usage)
        if key in values:
            return Refusal(kind=RefusalKind.DUPLICATE_KEY, key=key, usage=usage)
        values[key] = value
    return values


def _with_equals(words: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Return the words with each known key and its value made one word."""
    found: list[str] = []
    rest = deque(words)
    while rest:
        word = rest.popleft()
        key, mark, value = _pair(word)
        if key.lower() not in keys:
            found.append(word)
            continue
        if not mark and rest and rest[0].startswith(("=", ":")):
            _, mark, value = _pair(rest.popleft())
        if not value and rest and _may_be_value(rest[0], keys, marked=bool(mark)):
            value = rest.popleft()
        found.append(f"{key}={value}" if value or mark else word)
    return found


def _may_be_value(word: str, keys: Sequence[str], *, marked: bool) -> bool:
    key, mark, _ = _pair(word)
    return not (mark and key.lower() in keys) if marked else "=" not in word


def _pair(word: str) -> tuple[str, str, str]:
    """Split the word at its first `=` or `:`."""
    found = _MARK.search(word)
    return (word[: found.start()], found[0], word[found.end() :]) if found else (word, "", "")


def is_branch_name(name: str) -> bool:
    """Return whether git takes `name` for a branch (git-check-ref-format, `--branch`)."""
    if not name or len(name.encode(errors="replace")) > 244 or _NOT_IN_BRANCH.search(name):
        return False
    if name.startswith(("-", "/")) or name.endswith(("/", ".")) or name in {"@", "HEAD"}:
        return False
    return not any(p.startswith(".") or p.endswith(".lock") for p in name.split("/"))


def is_model_name(name: str) -> bool:
    """Return whether `name` can be a model's name; only the agents' provider knows if it exists."""
    return _MODEL.fullmatch(name) is not None


def unknown_model(event: CommandGiven, usage: str) -> Refusal | None:
    """Refuse a model that the agents' provider does not offer."""
    enrichment = event.enrichment
    if enrichment is None or enrichment.unknown_model is None:
        return None
    word = enrichment.unknown_model
    near = nearest_of(word, enrichment.models)
    return Refusal(
        kind=RefusalKind.UNKNOWN_MODEL,
        word=shortened(word),
        nearest=f"{verb_in(usage)} model={near}" if near else None,
        accepted=enrichment.models[:_MAX_MODELS],
        usage=usage,
    )


def _unknown_key(words: Sequence[str], place: int, keys: Sequence[str], usage: str) -> Refusal:
    key, equals, value = words[place].partition("=")
    near, verb = nearest_of(key, keys), verb_in(usage)
    line = [verb, *words[:place], f"{near}={value}", *words[place + 1 :]]
    return Refusal(
        kind=RefusalKind.UNKNOWN_KEY,
        verb=verb,
        word=shortened(key if equals else words[place]),
        accepted=tuple(keys),
        nearest=" ".join(line) if near and value else None,
        usage=usage,
    )
