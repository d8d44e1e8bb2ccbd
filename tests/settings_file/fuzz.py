"""Random settings files by the million: `python -m tests.settings_file.fuzz 1000000 [SEED]`.

None raises or takes long, and what is said about one mentions nobody whom it names.
"""

import random
import re
import sys
from dataclasses import replace
from functools import cache, partial

from bot.core.model.identifiers import Login
from bot.core.model.messages import Message, MessageKind
from bot.core.model.mistakes import SettingsMistake, SettingsMistakeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import EpicSettings
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from bot.rendering.mistakes import settings_words
from bot.rendering.progress_comment import progress_comment
from bot.settings_file import parse_settings
from tests.fuzzing import read_in_time, run
from tests.rendering.facts import at, pending
from tests.rendering.harmless import check_like
from tests.settings_file.example import example

CHARACTERS = "ab0 :-,#'\"[]{}&*!|>%@`?~\\\t\n\r\u00e9\u2028\ufeff\x00\U0001f600"
SNIPPETS = (
    *("&a ", "*a", "!!python/object:os ", "!x ", "<<: ", "---\n", "...\n", "%YAML 1.1\n", "? "),
    *("\n  ", "\n", ": ", "- ", "[", "]", "{", "}", "'", '"', "|\n", ">-\n", "#", "\t", "\x00"),
    *("off", "yes", "null", ".nan", "-1", "1e999", "9" * 400, "1h30m", "{number}", "write"),
    *("'@octocat'", "@octocat", "acme/@team", "'#12'", "gh-12", "https://evil.example", "www.x.y"),
    *("|", "' | a | '", "`", "'`a|b`'", "'``'", "<b>", "<!--", "-->", "[x](y)", "**", "\\"),
)
KEYS = (
    *("label", "base_branch", "merge", "agents", "fixes", "on_failure", "permissions", "notify"),
    *("when", "grace", "ci", "command", "start", "model", "complex", "mention", "x", "wehn"),
)


def noise(chance: random.Random) -> str:
    """Characters in any order."""
    return "".join(chance.choices(CHARACTERS, k=chance.randrange(60)))


def mutated(chance: random.Random, text: str) -> str:
    """The text, with pieces put in, taken out or doubled."""
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = start + chance.choice((0, 0, 1, 5, 40))
        piece = chance.choice((*SNIPPETS, text[start:end] * 2, ""))
        text = text[:start] + piece + text[end:]
    return text


def structure(chance: random.Random, depth: int = 0) -> str:
    """Flow YAML with known and unknown keys at any place."""
    shape = chance.randrange(6 if depth < 5 else 2)
    if shape < 2:
        return chance.choice(SNIPPETS) if shape else chance.choice(("3", "green", "90s", "a"))
    parts = [structure(chance, depth + 1) for _ in range(chance.randrange(4))]
    if shape == 2:
        return f"[{', '.join(parts)}]"
    return f"{{{', '.join(f'{chance.choice(KEYS)}: {part}' for part in parts)}}}"


def random_file(chance: random.Random, valid: str) -> str:
    """One of the three."""
    kind = chance.randrange(3)
    if kind == 0:
        return noise(chance)
    return mutated(chance, valid) if kind == 1 else structure(chance)


def check(text: str, *, show: bool = True) -> None:
    """Fail on anything that reading the file must never do, or (`show`) telling its mistakes."""
    found = read_in_time(parse_settings, text)
    if isinstance(found, EpicSettings):
        return
    assert found
    lines = len(re.split(r"\r\n?|\n", text))
    for mistake in found:
        words = settings_words(mistake)
        assert words
        assert len(words) < 400
        assert "\n" not in words + mistake.key
        assert mistake.line is None or 1 <= mistake.line <= lines
    if show:
        _check_shown(found)


_EPIC = epic_view(pending(), at(1))


def _check_shown(mistakes: tuple[SettingsMistake, ...]) -> None:
    """What the progress comment and the answer to `start` show of them does nothing."""
    check_like(_progress(mistakes), _harmless(len(mistakes)))
    check_like(_answer(mistakes), _harmless_answer(len(mistakes)))


def _answer(mistakes: tuple[SettingsMistake, ...]) -> str:
    refusal = Refusal(kind=RefusalKind.SETTINGS_MISTAKES, settings_mistakes=mistakes)
    message = Message(kind=MessageKind.REPLY, to=Login("octocat"), refusal=refusal)
    return message_comment(message, _EPIC, "answer")


def _progress(mistakes: tuple[SettingsMistake, ...]) -> str:
    """The progress comment, without the commands that are folded away at its end."""
    comment = progress_comment(replace(_EPIC, settings_mistakes=mistakes))
    shown, _, folded = comment.rpartition("<details>")
    assert folded == _commands()
    return shown


_PLAIN = SettingsMistake(kind=SettingsMistakeKind.LEGACY, quote="No.")


@cache
def _harmless(count: int) -> str:
    return _progress((_PLAIN,) * count)


@cache
def _harmless_answer(count: int) -> str:
    return _answer((_PLAIN,) * count)


@cache
def _commands() -> str:
    return progress_comment(_EPIC).rpartition("<details>")[2]


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    make = partial(random_file, valid=example())
    sys.exit(run(int(sys.argv[1]), seed, make, parse_settings, check))
