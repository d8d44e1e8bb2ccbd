"""Names after an @ that would notify somebody, made into words that do not."""

import re

from bot.core.text.inline_spans import untouched_of
from bot.core.text.visible import parse_blocks

# The sign as itself or as an entity; what follows may be an entity too.
_SIGN = re.compile(r"(?:@|&(?:commat|#0*+64|#[xX]0*+40);)(?=[\w&])")
# No name goes across it; readers do not see it, and agents are not given it.
_BREAK = "\u200b"
_CODE = ("fence", "code_block")


def without_mentions(text: str) -> str:
    """Return Markdown in which nobody is mentioned: outside of code, each @ ends its word.

    Where a link leads is left as it is as well. It takes a text that is shown, as `visible` returns
    it.
    """
    if _SIGN.search(text) is None:
        return text
    lines = text.split("\n")
    kept = _kept(text, lines)
    return "\n".join(_broken(line, kept.get(number, ())) for number, line in enumerate(lines))


_Spans = tuple[tuple[int, int], ...]


def _kept(text: str, lines: list[str]) -> dict[int, _Spans]:
    """Return the parts of each line that stay: code, and addresses of links."""
    tokens, env = parse_blocks(text)
    kept: dict[int, _Spans] = {}
    for token in tokens:
        if token.map is None:
            continue
        first, last = token.map
        if token.type in _CODE:
            kept |= {number: ((0, len(lines[number])),) for number in range(first, last)}
        elif token.type == "inline":
            _keep_inline(kept, lines, first, token.content, untouched_of(token.content, env))
    return kept


def _keep_inline(
    kept: dict[int, _Spans], lines: list[str], first: int, content: str, spans: _Spans
) -> None:
    """Add the spans of a paragraph, where its lines end those of the text: not so in tables."""
    start = 0
    for number, part in enumerate(content.split("\n"), first):
        line = lines[number] if number < len(lines) else ""
        if line.rstrip().endswith(part.rstrip()):
            shift = len(line.rstrip()) - len(part.rstrip()) - start
            kept[number] = tuple((begin + shift, end + shift) for begin, end in spans)
        start += len(part) + 1


def _broken(line: str, kept: _Spans) -> str:
    def ended(found: re.Match[str]) -> str:
        is_kept = any(start <= found.start() < end for start, end in kept)
        return found[0] if is_kept else found[0] + _BREAK

    return _SIGN.sub(ended, line)
