"""Any comment is read, quickly, and answered without harm: a million of them, by hand.

`python -m tests.core.text.fuzz_comments 1000000 [SEED]`
"""

import random
import sys
from datetime import UTC, datetime

from bot.core.commands.add import Add
from bot.core.commands.fix import Fix
from bot.core.commands.parsing import COMMANDS, Command, parse_line
from bot.core.model.identifiers import Login
from bot.core.model.messages import Message, MessageKind
from bot.core.model.refusals import Refusal
from bot.core.text.comment_parser import MAX_COMMANDS, CommandLine, may_command, parse_comment
from bot.core.text.prefix import PREFIX
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from bot.rendering.refusals import refusal_text
from tests.fuzzing import read_in_time, run
from tests.rendering.facts import paused
from tests.rendering.harmless import check_answer, check_cell

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
_USAGES = {command.usage: command for command in COMMANDS}
_EPIC = epic_view(paused(), datetime(2026, 11, 21, 13, tzinfo=UTC))


def check(body: str) -> None:
    """Fail on anything that reading the comment or answering it must never do."""
    commands = read_in_time(parse_comment, body)
    assert len(commands) <= MAX_COMMANDS + 1
    for number, found in enumerate(commands):
        assert may_command(body)
        assert found.refusal is None or number in (0, MAX_COMMANDS)
        _check_line(found)


def _check_line(found: CommandLine) -> None:
    parsed = parse_line(found.text)
    if found.refusal is not None:
        _check_refusal(found.refusal)
    if isinstance(parsed, Refusal):
        _check_refusal(parsed)
    elif isinstance(parsed, Add):
        check_cell(parsed.title)
    elif isinstance(parsed, Fix):
        check_cell(parsed.text)


def _check_refusal(refusal: Refusal) -> None:
    usual: type[Command] | None = _USAGES[refusal.usage] if refusal.usage else None
    if refusal.nearest is not None:
        assert usual is not None
        assert isinstance(parse_line(f"{PREFIX} {refusal.nearest}"), usual)
    assert len(refusal_text(refusal)) < 2_000
    message = Message(kind=MessageKind.REPLY, to=Login("octocat"), refusal=refusal)
    check_answer(message_comment(message, _EPIC, "answer"))
    check_cell(refusal.word or "")


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


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    sys.exit(run(int(sys.argv[1]), seed, comment, parse_comment, check))
