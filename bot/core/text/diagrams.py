"""Diagrams in Mermaid's language: what of their source is drawn (https://mermaid.js.org)."""

import re
from collections.abc import Iterator, Sequence

_KIND = re.compile(
    r"(?P<kind>flowchart|graph|sequenceDiagram|classDiagram|erDiagram|stateDiagram|pie)"
    r"(?:-v2)?(?=[\s;]|$)"
)
_COMMENT = re.compile(r"%%.*")
# What only a pointer or a screen reader finds, or what only gives a style.
_NOT_IN_FLOWS = re.compile(r"(?:click|href|class|accTitle|accDescr)\b")
_NOT_IN_SEQUENCES = re.compile(r"(?:links?|properties|details|accTitle|accDescr)\b")
_NOT_IN_OTHERS = re.compile(r"(?:click|href|callback|link|accTitle|accDescr)\b")
# Where it chooses its own colours or sizes, words may be there that nobody can read; nor is told
# how far a text for screen readers goes that has several lines.
_DOUBTFUL = re.compile(
    r"%%[ \t]*\{|:::|@\{|^[ \t]*(?:---|(?:style|classDef|linkStyle|cssClass|rect|box)\b"
    r"|accDescr[ \t]*\{)",
    re.MULTILINE,
)
# Mermaid takes HTML in its texts. `<<interface>>` and a line break are none that hides anything.
_HARMLESS = re.compile(r"<<[\w -]{1,40}>>|<br\s?/?>", re.IGNORECASE)
_HTML = re.compile(r"<[a-zA-Z!?/]")
_NAME = r"\b\w++(?:[.-]\w++){0,5}+"
# Where a name gives way to a text that is drawn in its place.
_LABELLED_IN_FLOWS = re.compile(rf"({_NAME})(?=[\[({{]|>[\"\w])")
_LABELLED_IN_SEQUENCES = re.compile(
    rf"\b(?:participant|actor)[ \t]{{1,20}}({_NAME})[ \t]{{1,20}}as\s"
)
_LABELLED_IN_STATES = re.compile(
    rf"\bas[ \t]{{1,20}}({_NAME})|^[ \t]{{0,40}}({_NAME})[ \t]{{0,20}}:", re.MULTILINE
)
_LABELLED_IN_OTHERS = re.compile(rf"({_NAME})(?=\[)")
# Texts, which stay as they are, and names outside of them.
_TEXT = r"\"[^\"\n]*+\"|\[[^\[\]\n]*+\]|\([^()\n]*+\)|\{[^{}\n]*+\}|\|[^|\n]*+\||:[^\n]*+"
_TEXT_OR_NAME = re.compile(rf"{_TEXT}|(?P<name>{_NAME})")
_IN_SEQUENCE = re.compile(rf"{_TEXT}|\bas\s[^\n]*+|(?P<name>{_NAME})")
_FLOWS = frozenset({"flowchart", "graph"})
_SEQUENCE = "sequenceDiagram"
_SHORT = 2


def drawn_lines(lines: Sequence[str]) -> Sequence[str]:
    """Return what is drawn of each line of a diagram, "" for nothing.

    Names that give way to a text become `n1`, `n2` and so on.
    """
    nothing = [""] * len(lines)
    text = "\n".join(lines)
    kind = _KIND.match(_COMMENT.sub("", text).lstrip())
    if kind is None or _DOUBTFUL.search(text) or _HTML.search(_HARMLESS.sub("", text)):
        return nothing
    shown = "\n".join(_statements(line, kind["kind"]) for line in lines)
    return _renamed(shown, kind["kind"]).split("\n")


def _statements(line: str, kind: str) -> str:
    line = _COMMENT.sub("", line)
    parts = line.split(";") if kind in _FLOWS else [line]
    return ";".join(one for one in parts if _is_drawn(one.lstrip(), kind)).rstrip()


def _is_drawn(statement: str, kind: str) -> bool:
    if kind in _FLOWS:
        return _NOT_IN_FLOWS.match(statement) is None
    if kind == _SEQUENCE:
        return _NOT_IN_SEQUENCES.match(statement) is None
    return _NOT_IN_OTHERS.match(statement) is None


def _renamed(text: str, kind: str) -> str:
    names: dict[str, str] = {}
    for name in _labelled(text, kind):
        if len(name) > _SHORT:
            names.setdefault(name, f"n{len(names) + 1}")

    def short(found: re.Match[str]) -> str:
        name = found["name"]
        return names.get(name, name) if name else found[0]

    if not names:
        return text
    return _IN_SEQUENCE.sub(short, text) if kind == _SEQUENCE else _TEXT_OR_NAME.sub(short, text)


def _labelled(text: str, kind: str) -> Iterator[str]:
    """Yield the names that are not drawn themselves."""
    if kind in _FLOWS:
        found = _LABELLED_IN_FLOWS.finditer(text)
    elif kind == _SEQUENCE:
        found = _LABELLED_IN_SEQUENCES.finditer(text)
    elif kind == "stateDiagram":
        found = _LABELLED_IN_STATES.finditer(text)
    else:
        found = _LABELLED_IN_OTHERS.finditer(text)
    for one in found:
        yield from filter(None, one.groups())
