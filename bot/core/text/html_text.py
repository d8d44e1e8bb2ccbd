"""What GitHub's page shows of HTML: tags without attributes, and nothing of some elements."""

import html
import re
from collections.abc import Sequence

from bot.core.text.sanitize import readable
from bot.core.text.word_set import word_set

# Start and end in the text, and what is given in its place.
Span = tuple[int, int, str]

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*)")
# What GitHub's page keeps of HTML; the name of any other tag is not shown either.
_KEPT = re.compile(
    r"a|abbr|b|blockquote|br|caption|cite|code|dd|del|details|dfn|div|dl|dt|em|figcaption"
    r"|figure|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|picture|pre|q|rt|ruby|s|samp|small|source"
    r"|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|ul|var|wbr",
    re.IGNORECASE,
)
# GitHub Flavored Markdown, "Disallowed Raw HTML (extension)": the tags are shown as text, but who
# reads them as tags may show nothing of what stands between two of them.
_SHOWN_AS_TEXT = word_set("iframe|noembed|noframes|plaintext|script|style|textarea|title|xmp")
# HTML, "Rendering": what stands in these is not shown, or as another thing, or the wrong way round.
_UNSEEN = word_set(
    "applet|audio|bdo|canvas|datalist|dialog|head|math|noscript|object|rp|select|svg|template|video"
)
_VOID = word_set("area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr")
_FOREIGN = frozenset({"math", "svg"})
# Each makes its text smaller; within a few of them nobody can read it any more.
_SMALLER = frozenset({"code", "kbd", "rt", "samp", "small", "sub", "sup", "tt"})
_MAX_SMALLER = 3

# HTML, "Parsing": nothing that began before one of these is closed within it.
_SPECIAL = word_set(
    "blockquote|caption|center|dd|details|dir|div|dl|dt|fieldset|figcaption|figure|form|h1|h2|h3|h4"
    "|h5|h6|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_MAX_UNCLOSED = 20

# HTML, "Tokenization": where a tag ends. Nothing is tried twice.
_WHOLE_TAG = re.compile(
    r"</?[a-zA-Z][^\s/>]*+(?:[^=>]|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?=[^\"'\s])))*+>"
)
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_COMMENT_END = re.compile(r"--!?>")
# Unlike Markdown, HTML asks for no semicolon after a number.
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,10}|[a-zA-Z][a-zA-Z0-9]{1,40});?")


def tag_name(tag: str) -> str:
    """Return a tag without its attributes; nothing for a comment, an unknown tag and the like."""
    found = _TAG.match(tag)
    return f"{found[0]}>" if found and _KEPT.fullmatch(found["name"]) else ""


class Elements:
    """The elements that are open where a page is being read, from its beginning on."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._smaller = 0
        self._never_closed: set[str] = set()

    def reduced(self, text: str) -> tuple[str, bool]:
        """Return HTML as far as the page shows it, lines kept, and whether all after is hidden."""
        markup, never_ends = _markup(text)
        spans, is_open = self.unseen(text, markup)
        parts, done = [], 0
        for start, end, shown in spans:
            parts += [text[done:start], shown, "\n" * text.count("\n", start, end)]
            done = end
        said = "".join([*parts, text[done:]])
        return _ENTITY.sub(_seen, said), is_open or never_ends

    def unseen(self, text: str, spans: Sequence[Span]) -> tuple[Sequence[Span], bool]:
        """Return the spans of `text`, those of its tags among them, with unseen elements as one.

        True where one that does not end hides whatever comes after, in further texts too.
        """
        found: list[Span] = []
        index = 0
        while index < len(spans):
            start, end, shown = spans[index]
            is_close, name = _tag(text[start:end])
            last = None
            if name in _SHOWN_AS_TEXT and not is_close:
                last = self._closing(text, spans, index, name)
            elif (name in _UNSEEN and not is_close) or self._is_too_small(name, is_close=is_close):
                last = _end_of_element(text, spans, index, name)
                if last is None:
                    return (*found, (start, len(text), "")), True
                self._close(name)
            found.append((start, spans[last][1] if last else end, "" if last else shown))
            index = (last or index) + 1
        return found, False

    def _closing(self, text: str, spans: Sequence[Span], index: int, name: str) -> int | None:
        """Return the next closing tag of that name; looked for once where there is none."""
        if name in self._never_closed:
            return None
        for last in range(index + 1, len(spans)):
            if _tag(text[spans[last][0] : spans[last][1]]) == (True, name):
                return last
        self._never_closed.add(name)
        return None

    def _is_too_small(self, name: str, *, is_close: bool) -> bool:
        """Note a tag, and tell whether what follows it can be read no more."""
        if not name or name in _VOID:
            return False
        if is_close:
            self._close(name)
        else:
            self._open.append(name)
            self._smaller += name in _SMALLER
        return self._smaller > _MAX_SMALLER

    def _close(self, name: str) -> None:
        """Close the element, if it can be closed here, and those in it that were left open."""
        for depth, other in enumerate(reversed(self._open[-_MAX_UNCLOSED:]), 1):
            if other == name:
                self._smaller -= sum(one in _SMALLER for one in self._open[-depth:])
                del self._open[-depth:]
                return
            if other in _SPECIAL:
                return


def _end_of_element(text: str, spans: Sequence[Span], index: int, name: str) -> int | None:
    """Return the span that closes the element; None where what is in it does not close in order."""
    inner: list[str] = []
    for last in range(index + 1, len(spans)):
        tag = text[spans[last][0] : spans[last][1]]
        is_close, other = _tag(tag)
        if not other or other in _VOID or (name in _FOREIGN and tag.endswith("/>")):
            continue
        if not is_close:
            inner.append(other)
        elif not inner:
            return last if other == name else None
        elif inner.pop() != other:
            return None
    return None


def _tag(markup: str) -> tuple[bool, str]:
    """Return whether it is a closing tag, and its name; "" for what is no tag."""
    found = _TAG.match(markup)
    return (found["close"] == "/", found["name"].lower()) if found else (False, "")


def _seen(entity: re.Match[str]) -> str:
    return entity[0] if readable(html.unescape(entity[0])) else ""


def _markup(text: str) -> tuple[Sequence[Span], bool]:
    """Return what is markup, and whether the last of it never ends."""
    spans: list[Span] = []
    done = 0
    while found := _MARKUP.search(text, done):
        start, done = found.start(), _markup_end(text, found.start())
        if done < 0:
            return (*spans, (start, len(text), "")), True
        spans.append((start, done, tag_name(text[start:done])))
    return spans, False


def _markup_end(text: str, start: int) -> int:
    """Return where a comment, an instruction or a tag ends, -1 where it does not."""
    if text.startswith(("<!-->", "<!--->"), start):
        return text.index(">", start) + 1
    if text.startswith("<!--", start):
        end = _COMMENT_END.search(text, start + 4)
        return end.end() if end else -1
    if text.startswith("<![CDATA[", start):
        return _end_of(text, start, "]]>")
    if text.startswith("<?", start):
        return _end_of(text, start, "?>")
    if tag := _WHOLE_TAG.match(text, start):
        return tag.end()
    is_tag = text[start + 1 : start + 3].strip("/")[:1].isalpha()
    return -1 if is_tag else _end_of(text, start, ">")


def _end_of(text: str, start: int, end: str) -> int:
    found = text.find(end, start)
    return found + len(end) if found >= 0 else -1
