"""Any comment is read, quickly, and answered without harm: a million of them, by hand.

`python -m tests.core.fuzz_comments 1000000 [SEED]`
"""

import random
import re
import sys
import time
from datetime import UTC, datetime

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.commands import COMMANDS, PREFIX, Add, Command, CommandMistake, Fix, parse_line
from bot.core.comment_parser import MAX_COMMANDS, CommandLine, may_command, parse_comment
from bot.core.identifiers import Login
from bot.core.messages import Message, MessageKind
from bot.rendering.escape import cell
from bot.rendering.messages import message_comment
from bot.rendering.status import standing
from tests.rendering.facts import paused

LIMIT = 0.050
"""Seconds of processor time that reading one comment may take."""

LINES = [
    *(f"{PREFIX} {command.example}" for command in COMMANDS),
    f"{PREFIX} start base=develop model=o3 at=2026-11-22T08:00+01:00",
    f"{PREFIX} set model=o3 priority=quality merge=manual on_failure=stop",
    f'{PREFIX} add "Ask @octocat | #12" after 2',
    f"{PREFIX} fix 2 `a|b` <!-- c --> https://x.y @octocat",
    f"{PREFIX} retry all",
    PREFIX,
]
WORDS = [
    *(f"{command.verb} " for command in COMMANDS),
    *("base=", "model=", "at=", "merge=", "priority=", "on_failure=", "max_parallel=", "plan "),
    *("approved", "sped", "all", "after ", "2", "0", "99999", "2026-11-22T08:00", '"', "“"),
    *("@octocat", "@acme/team", "#12", "GH-3", "https://evil.example", "www.x.y", "&#64;octocat"),
    *("|", "\\|", "\\", "`", "``", "*", "_", "~~", "[a](b)", "![", "<b>", "</code>", "&", "$$"),
    *("<!--", "-->", "\0", "\u200b", "\u2028", "\x85", "\ud800", "\U0001f600", "٣", " ", "\t", "="),
]
BLOCKS = [
    *("\n", "\n\n", "\r", "\r\n", "> ", "- ", "1. ", "    ", "# ", "---\n", "===\n", "\n|-|-|\n"),
    *("```\n", "~~~\n", "<pre>\n", "</pre>\n", "<!--\n", "-->\n", "[x]: /url\n", "| a | b |\n"),
]
_GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_LIVE = re.compile(r"@[\w-]|#\d|gh-\d|://|www\.", re.IGNORECASE)
_USAGES = {command.usage: command for command in COMMANDS}
_EPIC = standing(paused(), datetime(2026, 11, 21, 13, tzinfo=UTC))
_AS_TEXT = {"text": "{}", "text_special": "{}", "code_inline": "\n{}\n"}


def check(body: str) -> float:
    """Fail on anything that reading the comment or answering it must never do.

    Return the seconds of processor time that reading took.
    """
    began = time.process_time()
    commands = parse_comment(body)
    taken = time.process_time() - began
    assert len(commands) <= MAX_COMMANDS + 1
    for number, found in enumerate(commands):
        assert may_command(body)
        assert not found.is_refused or number in (0, MAX_COMMANDS)
        _check_line(found)
    return taken


def _check_line(found: CommandLine) -> None:
    assert (found.command is None) != (found.mistake is None)
    if not found.is_refused:
        assert parse_line(found.text) == (found.command or found.mistake)
    if found.mistake is not None:
        _check_mistake(found.mistake)
    elif isinstance(found.command, Add):
        _check_cell(found.command.title)
    elif isinstance(found.command, Fix):
        _check_cell(found.command.text)


def _check_mistake(mistake: CommandMistake) -> None:
    assert len(mistake.message) < 300
    usual: type[Command] | None = _USAGES[mistake.usage] if mistake.usage else None
    if mistake.nearest is not None:
        assert usual is not None
        assert isinstance(parse_line(f"{PREFIX} {mistake.nearest}"), usual)
    message = Message(
        kind=MessageKind.MISTAKE,
        to=Login("octocat"),
        text=mistake.message,
        nearest=mistake.nearest,
        usage=mistake.usage,
    )
    _check_comment(message_comment(message, _EPIC, "answer"))
    _check_cell(mistake.message)


def _check_comment(text: str) -> None:
    """A marker and paragraphs of nothing but text and code, in which GitHub finds nobody."""
    tokens = _GITHUB.parse(text)
    kinds = [token.type for token in tokens if token.nesting >= 0]
    assert kinds in (["html_block", *["paragraph_open", "inline"] * n] for n in (1, 2)), kinds
    assert not any(_LIVE.search(_seen(token.children)) for token in tokens if token.children)


def _check_cell(text: str) -> None:
    tokens = _GITHUB.parse(f"| a | b |\n|---|---|\n| {cell(text)} | end |")
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    assert len(inlines) == 4
    assert not _LIVE.search(_seen(inlines[2]))
    assert _seen(inlines[3]) == "end"


def _seen(children: list[Token]) -> str:
    """The visible text; an element's border stands as a line's end, for no link goes across it."""
    for token in children:
        assert token.type in _AS_TEXT or token.content in {"<code>", "</code>"}, token
    return "".join(_AS_TEXT.get(token.type, "\n").format(token.content) for token in children)


def spliced(line: str, start: int, length: int, piece: str) -> str:
    """Put `piece` in the place of `length` characters of the line."""
    return f"{line[:start]}{piece}{line[start + length :]}"


def comment(chance: random.Random) -> str:
    """Make a comment up: lines, mistyped, between and inside of blocks of Markdown."""
    parts: list[str] = []
    for _ in range(chance.randint(1, 6)):
        line = chance.choice(LINES)
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            start = chance.randrange(len(line) + 1)
            line = spliced(line, start, chance.choice((0, 0, 1, 2)), _piece(chance))
        before = "".join(chance.choices(BLOCKS, k=chance.choice((0, 0, 1, 3))))
        parts += before, line, chance.choice(("\n", "\n\n", *BLOCKS))
    if chance.random() < 0.02:
        parts.insert(0, chance.choice(BLOCKS + WORDS) * chance.randint(1, 300))
    return "".join(parts)


def _piece(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chr(chance.choice((chance.randrange(0x20, 0x7F), chance.randrange(0x11_0000))))
    return chance.choice(WORDS)


def main(count: int, seed: int) -> int:
    """Check that many comments; 0 if all is well, 1 if one took too long."""
    chance = random.Random(seed)
    slowest, culprit = 0.0, ""
    for _ in range(count):
        body = comment(chance)
        taken = check(body)
        if taken > slowest:
            # The best of three: a collection of garbage is not the comment's fault.
            slowest, culprit = max((slowest, culprit), (min(taken, check(body), check(body)), body))
    print(f"{count:,} comments, seed {seed}, none read or answered wrongly")
    print(f"slowest: {slowest * 1000:.1f} ms for {len(culprit):,} characters: {culprit[:80]!r}")
    return int(slowest > LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
