"""The lines of a comment's Markdown that are commands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.text.prefix import PREFIX
from bot.core.text.sanitize import clean, readable, without_invisible
from bot.core.text.visible import visible_lines

MAX_COMMANDS = 10
# A hostile comment of this many lines takes 35 ms to parse; people write far shorter ones.
MAX_LINES = 300
# Some write a colon. What nobody sees is pasted along, and is taken out before.
_FIRST = rf"[^\S\n]{{0,100}}{PREFIX}(?::(?=[A-Za-z\s]|$)|(?=\s|$))"
_COMMAND = re.compile(_FIRST, re.IGNORECASE)
_ANY_COMMAND = re.compile(rf"^{_FIRST}", re.IGNORECASE | re.MULTILINE)
_INLINE = re.compile(r"\\.|(?P<ticks>`+)|(?P<comment><!--)")
_LINE_END = re.compile(r"\r\n?|\n")
_TICKS = re.compile(r"`+")
# Blocks are all that matters, and inline rules are what takes long on hostile text.
_BLOCKS = MarkdownIt("commonmark").disable("inline")


@dataclass(frozen=True)
class CommandLine:
    """One command line of a comment; `line` counts from 1.

    `refusal` is set where the line is not even read, because of the comment that it stands in.
    """

    line: int
    text: str
    refusal: Refusal | None = None


def may_command(body: str) -> bool:
    """Tell cheaply whether a comment can hold a command at all."""
    return _ANY_COMMAND.search(_seen(body)) is not None


def _seen(text: str) -> str:
    return without_invisible(text).replace("\r", "\n")


def parse_comment(body: str) -> tuple[CommandLine, ...]:
    """Return the command lines of a comment, in order; nothing is raised.

    A command is a line of a paragraph, outside quotes, code and HTML comments, that starts with
    `/orchestra`. Up to ten are accepted; for those beyond there is one line with a refusal.
    """
    seen = _seen(body)
    first = _ANY_COMMAND.search(seen)
    if first is None:
        return ()
    if len(re.split(_LINE_END, body)) > MAX_LINES:
        line = seen.count("\n", 0, first.start()) + 1
        too_long = Refusal(kind=RefusalKind.COMMENT_TOO_LONG, limit=MAX_LINES)
        return (CommandLine(line, PREFIX, too_long),)
    found: list[CommandLine] = []
    for line, text in _command_lines(body):
        if len(found) == MAX_COMMANDS:
            too_many = Refusal(kind=RefusalKind.TOO_MANY_COMMANDS, limit=MAX_COMMANDS)
            return (*found, CommandLine(line, PREFIX, too_many))
        found.append(CommandLine(line, text))
    return tuple(found)


def _command_lines(body: str) -> Iterator[tuple[int, str]]:
    lines = re.split(_LINE_END, body)
    quotes = 0
    for token in _BLOCKS.parse(body):
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        if token.type != "inline" or quotes or token.map is None:
            continue
        texts = token.content.split("\n")
        shown = _without_code(token.content).split("\n")
        for number, (text, seen) in enumerate(zip(texts, shown, strict=True), token.map[0] + 1):
            if _COMMAND.match(_seen(seen)) and _COMMAND.match(_seen(lines[number - 1])):
                whole = readable(visible_lines(body)[number - 1]).strip()
                yield number, whole if _COMMAND.match(whole) else clean(text).strip()


def _without_code(text: str) -> str:
    """Blank out inline code and HTML comments, line ends kept, in time linear in the text."""
    closers: dict[int, list[int]] = {}
    for run in reversed(list(_TICKS.finditer(text))):
        closers.setdefault(len(run[0]), []).append(run.start())
    last_comment_end = text.rfind("-->")
    parts: list[str] = []
    done = position = 0
    while found := _INLINE.search(text, position):
        end = position = found.end()
        if found["ticks"]:
            end = _code_end(closers.get(len(found["ticks"]), []), found)
        elif found["comment"] and found.start() < last_comment_end:
            end = text.find("-->", found.start() + 2) + 3
        if end > found.end():
            parts += text[done : found.start()], re.sub(r"[^\n]", "\0", text[found.start() : end])
            done = position = end
    return "".join([*parts, text[done:]])


def _code_end(closers: list[int], opener: re.Match[str]) -> int:
    """Return where the code span ends that these ticks open; they stand for themselves if none."""
    while closers and closers[-1] < opener.end():
        closers.pop()
    return closers[-1] + len(opener[0]) if closers else opener.end()
