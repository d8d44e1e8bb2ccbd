"""Where a line of Markdown holds something that GitHub's page does not show as it is written."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, entity, html_inline, image, link

from bot.core.text.sanitize import readable

# Start and end in the text, and what is given in its place.
Span = tuple[int, int, str]

_BOX = re.compile(r"\[[xX]\](?=\s|$)")
_TAG = re.compile(r"</?(?P<name>[a-zA-Z][^\s/>]*)")
# What GitHub's page keeps of HTML; the name of any other tag is not shown either.
_TAGS = re.compile(
    r"a|abbr|b|bdo|blockquote|br|caption|cite|code|dd|del|details|dfn|div|dl|dt|em|figcaption"
    r"|figure|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|picture|pre|q|rp|rt|ruby|s|samp|small|source"
    r"|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|ul|var|wbr",
    re.IGNORECASE,
)
_URL = re.compile(r"(?!javascript:|data:|vbscript:)[^\s()<>\"'`\[\]]{1,300}", re.IGNORECASE)
# What only decides how text looks, and where a link leads by itself, cuts nothing out.
_OTHER_RULES = ["emphasis", "newline", "linkify", "strikethrough"]


@dataclass(frozen=True)
class _Mark:
    """Something found at `start`; of a link, `label` says where its text ends."""

    start: int
    end: int
    text: str
    label: int | None = None


def tag_name(tag: str) -> str:
    """Return a tag without its attributes; nothing for a comment, an unknown tag and the like."""
    found = _TAG.match(tag)
    return f"{found[0]}>" if found and _TAGS.fullmatch(found["name"]) else ""


def spans_of(content: str, env: dict[str, Any]) -> Sequence[Span]:
    """Return what has to be replaced in a paragraph's text so that only what is shown is left.

    `env` is that of the whole text's parsing, which knows its link references.
    """
    marks: list[_Mark] = []
    env = {**env, "marks": marks, "length": len(content)}
    MARKDOWN.inline.parse(content, MARKDOWN, env, [])
    box = _BOX.match(content)
    found = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    return tuple(_spans(content, [one for one in found if not (box and one.start == 0)]))


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
            yield mark.start, mark.end, ""
        else:
            yield from within
            yield mark.label, mark.end, mark.text


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
    return href if _URL.fullmatch(href) else ""


def _markdown() -> MarkdownIt:
    """Return a parser that finds links as GitHub's does, whatever they lead to."""
    made = MarkdownIt("commonmark").enable("table")
    rules: dict[str, Callable[[StateInline, bool], bool]] = {
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
