"""Where Markdown has a table, as GitHub's reader of tables tells (cmark-gfm, extensions/table.c).

It takes tables of one column without any border, and leaves out the cells of a row beyond those of
the head. The parser's own rule knows fewer tables, so words would be taken for text that the page
leaves out.
"""

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_RE
from markdown_it.rules_block import StateBlock

MAX_CELLS = 4_000  # of all tables of a text

_SPACE = " \t\v\f"
_RULER_CELL = r"[ \t\v\f]*+:?-++:?[ \t\v\f]*+"
_RULER = re.compile(rf"\|?{_RULER_CELL}(?:\|{_RULER_CELL})*+\|?[ \t\v\f]*+")
# It underlines a heading.
_UNDERLINE = re.compile(r"-+[ \t]*")
_BORDER = re.compile(r"(?<!\\)\|")
# GitHub shows a footnote only where it is referred to; none is taken.
FOOTNOTE = re.compile(r"[ \t]{0,3}(?:\[[ xX]\][ \t]{1,3})?\[\^[^\]\s]{1,200}\]:")
_CODE_INDENT = 4


def read_tables(parser: MarkdownIt) -> None:
    """Make the parser read tables as GitHub does; its own rule for them goes."""
    parser.block.ruler.disable("table")
    # A line that begins another block is no table's head.
    parser.block.ruler.after("heading", "own_table", _table, {"alt": ["paragraph", "reference"]})


def is_doubtful(lines: Sequence[str]) -> bool:
    """Tell whether a paragraph's lines, read by another reader, could be a table's."""
    return any(
        number and _is_ruler(line) and len(_cells(lines[number - 1])) == len(_cells(line))
        for number, line in enumerate(lines)
    )


def _is_ruler(line: str) -> bool:
    text = line.strip(" \t")
    return _RULER.fullmatch(text) is not None and not _UNDERLINE.fullmatch(text)


def _cells(line: str) -> list[str]:
    """Return a row's cells; a border with a backslash before it stands for itself."""
    text = line.strip(_SPACE)
    cells = _BORDER.split(text)
    if text.startswith("|"):
        cells = cells[1:]
    if cells and not cells[-1].strip(_SPACE):
        cells = cells[:-1]
    return [cell.strip(_SPACE).replace("\\|", "|") for cell in cells]


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table whose head is line `start`: a rule of markdown-it, which sets its names."""
    ruler = start + 1
    if ruler >= end or _is_outside(state, ruler) or not _is_ruler(_line(state, ruler)):
        return False
    head = _cells(_line(state, start))
    if FOOTNOTE.match(_line(state, start)) or len(head) != len(_cells(_line(state, ruler))):
        return False
    if not silent:
        _read(state, start, end, head)
    return True


def _read(state: StateBlock, start: int, end: int, head: list[str]) -> None:
    room = (MAX_CELLS - state.env.get("cells", 0)) // len(head)
    rows, after = [head], start + 2
    while after < end and len(rows) <= room and not _ends(state, after, end):
        rows.append(_cells(_line(state, after))[: len(head)])
        after += 1
    if len(rows) > room or _follows_ruler(state, start):
        # Nothing of it is taken, nor is it read any further.
        while after < end and not state.isEmpty(after):
            after += 1
    else:
        _push(state, start, after, rows)
    state.env["cells"] = state.env.get("cells", 0) + len(head) * len(rows)
    state.env["after_table"] = state.line = after


def _follows_ruler(state: StateBlock, start: int) -> bool:
    """Tell whether the paragraph before has what looks like a table: some readers take but one."""
    number = start - 1
    while number >= state.env.get("after_table", 0) and not state.isEmpty(number):
        if _is_ruler(_line(state, number)):
            return True
        number -= 1
    return False


def _push(state: StateBlock, start: int, end: int, rows: Sequence[Sequence[str]]) -> None:
    state.push("table_open", "table", 1).map = [start, end]
    for index, row in enumerate(rows):
        # Between head and rows there is the ruler.
        number = start + index + (index > 0)
        state.push("tr_open", "tr", 1).map = [number, number + 1]
        for column in range(len(rows[0])):
            state.push("td_open", "td", 1)
            cell = state.push("inline", "", 0)
            cell.map, cell.children = [number, number + 1], []
            cell.content = row[column] if column < len(row) else ""
            state.push("td_close", "td", -1)
        state.push("tr_close", "tr", -1)
    state.push("table_close", "table", -1)


def _ends(state: StateBlock, number: int, end: int) -> bool:
    """Tell whether the line is no row: another block begins with it, or it has no cell."""
    if state.isEmpty(number) or _is_outside(state, number):
        return True
    line = _line(state, number)
    tag = HTML_OPEN_CLOSE_TAG_RE.match(line)
    if (tag and not line[tag.end() :].strip()) or FOOTNOTE.match(line) or not _cells(line):
        return True
    kind, state.parentType = state.parentType, "table"
    rules: Sequence[Callable[[StateBlock, int, int, bool], bool]]
    rules = state.md.block.ruler.getRules("blockquote")
    found = any(rule(state, number, end, True) for rule in rules)
    state.parentType = kind
    return found


def _is_outside(state: StateBlock, number: int) -> bool:
    indent = state.sCount[number] - state.blkIndent
    return indent < 0 or indent >= _CODE_INDENT


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
