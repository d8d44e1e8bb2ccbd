"""Where a line of Markdown holds something that GitHub's page does not show as it is written."""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, backtick, entity, html_inline, image, link

from bot.core.text.formulas import blanked, hidden_in_formulas
from bot.core.text.html_text import Elements, Span, tag_name
from bot.core.text.sanitize import readable
from bot.core.text.tables import read_tables

_MAY_HIDE = re.compile(r"[\[<&$]|github\.com/", re.IGNORECASE)
_BOX = re.compile(r"\[[xX]\](?=\s|$)")
# GitHub links to nothing else; with anything before the host, it could be another.
_ADDRESS = re.compile(
    r"(?P<shown>(?:https?://[^\s/?#@()<>\"'`\[\]\\]{1,100}(?=[/?#]|$)|mailto:"
    r"|(?![a-zA-Z][\w+.-]{0,50}:|//))[^\s?#()<>\"'`\[\]]{0,200})(?P<rest>[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
# GitHub shortens addresses of its own; what it says of their ends is said in these forms.
_OWN_ADDRESS = re.compile(
    r"https?://(?:www\.)?github\.com/[^\s?#<>()\[\]`]{1,300}(?P<rest>[?#][^\s<>()\[\]`]{1,2000})",
    re.IGNORECASE,
)
_OWN_PLACE = re.compile(
    r"#(?:issuecomment-|discussion_r|pullrequestreview-|discussioncomment-)\d{1,20}"
    r"|#L\d{1,9}(?:-L\d{1,9})?"
)
# What only decides how text looks, and where a link leads by itself, cuts nothing out.
_OTHER_RULES = ["emphasis", "newline", "linkify", "strikethrough"]


@dataclass(frozen=True)
class _Mark:
    """Something found at `start`; of a link, `label` says where its text ends."""

    start: int
    end: int
    text: str
    label: int | None = None


def may_hide(content: str) -> bool:
    """Tell cheaply whether a paragraph may hold anything that `spans_of` finds."""
    return _MAY_HIDE.search(content) is not None


def spans_of(
    content: str, env: dict[str, Any], elements: Elements | None = None
) -> tuple[Sequence[Span], bool]:
    """Return what has to be replaced in a paragraph's text so that only what is shown is left.

    `env` is that of the whole text's parsing, which knows its link references; `elements` those of
    the page, where its tags have not been read yet. True where nothing after is shown either.
    """
    marks, code = _marks_of(content, env)
    box = _BOX.match(content)
    found = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    spans = tuple(_spans(content, [one for one in found if not (box and one.start == 0)]))
    shown, is_open = elements.unseen(content, spans) if elements else (spans, False)
    hidden = (*hidden_in_formulas(content, code), *_ends_of_own_addresses(content, code))
    return _merged(shown, hidden), is_open


def untouched_of(content: str, env: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    """Return where a paragraph has code, and where it says what links and pictures lead to."""
    marks, code = _marks_of(content, env)
    links = [(one.label, one.end) for one in marks if one.label is not None]
    pictures = [(one.start, one.end) for one in marks if content.startswith("![", one.start)]
    return tuple(sorted((*code, *links, *pictures)))


def _marks_of(content: str, env: dict[str, Any]) -> tuple[list[_Mark], list[tuple[int, int]]]:
    """Return what is found in a paragraph, and where its code spans are."""
    marks: list[_Mark] = []
    code: list[tuple[int, int]] = []
    env = {**env, "marks": marks, "code": code, "length": len(content)}
    MARKDOWN.inline.parse(content, MARKDOWN, env, [])
    return marks, code


def _ends_of_own_addresses(content: str, code: Sequence[tuple[int, int]]) -> Iterator[Span]:
    for found in _OWN_ADDRESS.finditer(blanked(content, code)):
        if not _OWN_PLACE.fullmatch(found["rest"]):
            yield *found.span("rest"), ""


def _merged(spans: Iterable[Span], hidden: Sequence[Span]) -> Sequence[Span]:
    """Return the spans with those that nothing is shown of; where two overlap, nothing is shown."""
    if not hidden:
        return tuple(spans)
    merged: list[Span] = []
    for start, end, text in sorted((*spans, *hidden)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), "")
        else:
            merged.append((start, end, text))
    return merged


def _spans(content: str, marks: Sequence[_Mark]) -> Iterator[Span]:
    """Yield those of a link's text between its own two ends."""
    index = 0
    while index < len(marks):
        mark = marks[index]
        index += 1
        if mark.label is None:
            yield mark.start, mark.end, mark.text
            continue
        inner = []
        while index < len(marks) and marks[index].start < mark.label:
            inner.append(marks[index])
            index += 1
        within = list(_spans(content, inner))
        if _is_empty(content, mark, within):
            yield from _nothing_of(mark, within)
        else:
            yield from within
            yield mark.label, mark.end, mark.text


def _nothing_of(mark: _Mark, within: Sequence[Span]) -> Iterator[Span]:
    """Yield a link in parts, for its tags count although nothing of them is shown."""
    done = mark.start
    for start, end, _ in (*within, (mark.end, mark.end, "")):
        if start > done:
            yield done, start, ""
        if end > start:
            yield start, end, ""
        done = end


def _is_empty(content: str, mark: _Mark, within: Sequence[Span]) -> bool:
    assert mark.label is not None
    shown, done = "", mark.start + 1
    for start, end, text in within:
        shown += content[done:start] + ("" if text.startswith("<") else text)
        done = end
    return not readable(shown + content[done : mark.label]).strip(" \t\n*_~")


def _link(state: StateInline, silent: bool) -> bool:
    if silent or not _is_marked(state):
        return link(state, silent)
    start, known = state.pos, len(state.tokens)
    if not link(state, silent):
        return False
    label: int = state.md.helpers.parseLinkLabel(state, start, True)
    if state.src[start + 1] == "^" and state.src[label + 1 : label + 2] != "(":
        # A footnote's number.
        return True
    opened = next(one for one in state.tokens[known:] if one.type == "link_open")
    url = _url(str(opened.attrs.get("href", "")))
    _note(state, _Mark(start, state.pos, f"]({url})" if url else "]", label))
    return True


def _image(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not image(state, silent):
        return False
    if not silent:
        url = _url(str(state.tokens[-1].attrs.get("src", "")))
        _note(state, _Mark(start, state.pos, f"![]({url})" if url else ""))
    return True


def _html(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not html_inline(state, silent):
        return False
    if not silent:
        _note(state, _Mark(start, state.pos, tag_name(state.src[start : state.pos])))
    return True


def _code(state: StateInline, silent: bool) -> bool:
    start, known = state.pos, len(state.tokens)
    found = backtick(state, silent)
    if not silent and len(state.tokens) > known and _is_marked(state):
        state.env["code"].append((start, state.pos))
    return found


def _entity(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not entity(state, silent):
        return False
    if not silent and not readable(html.unescape(state.src[start : state.pos])):
        _note(state, _Mark(start, state.pos, ""))
    return True


def _is_marked(state: StateInline) -> bool:
    """Tell whether marks are kept here: a picture's own text is parsed apart, and is not shown."""
    return "marks" in state.env and len(state.src) == state.env["length"]


def _note(state: StateInline, mark: _Mark) -> None:
    if _is_marked(state):
        state.env["marks"].append(mark)


def _url(href: str) -> str:
    """Return an address as far as its path; that there was more is said, but not what."""
    found = _ADDRESS.fullmatch(href)
    if found is None or not found["shown"]:
        return ""
    return f"{found['shown']}{found['rest'][0]}…" if found["rest"] else found["shown"]


def _markdown() -> MarkdownIt:
    """Return a parser that finds links as GitHub's does, whatever they lead to."""
    made = MarkdownIt("commonmark")
    read_tables(made)
    rules: dict[str, Callable[[StateInline, bool], bool]] = {
        "backticks": _code,
        "link": _link,
        "image": _image,
        "html_inline": _html,
        "entity": _entity,
    }
    for name, rule in rules.items():
        made.inline.ruler.at(name, rule)
    made.inline.ruler.disable(_OTHER_RULES)
    made.inline.ruler2.disable(["balance_pairs", "strikethrough", "emphasis"])
    setattr(made, "validateLink", lambda _: True)  # noqa: B010 # mypy takes no assignment to a method
    return made


MARKDOWN = _markdown()
BLOCKS = _markdown().disable("inline")
