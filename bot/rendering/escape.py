"""What people wrote, made harmless inside our Markdown."""

import re

from bot.core.text.sanitize import clean, one_line, readable

ZERO_WIDTH = "\u200b"
# GitHub looks for these in the rendered text, so an entity or a backslash would not stop it.
_LIVE = re.compile(r"@(?=[\w-])|#(?=\d)|gh-(?=\d)|:(?=//)|www(?=\.)", re.IGNORECASE)
_SPECIAL = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
        "\\": "&#92;",
        **{mark: f"\\{mark}" for mark in "`*_[]~$"},
    }
)
_BLOCK_START = re.compile(r"^(?:(\d+)([.)])|(?=[-+=#]))")
_CODE = re.compile(r"`([^`]+)`")
_PLAIN_CODE = re.compile(r"[\w./=+,-]+(?: [\w./=+,-]+)*")
_PLAIN_URL = re.compile(r"https?://[^()<>|\[\]\\`@\s]+")
_MAX_URL = 500
# By such a line, `<!-- orchestra:…`, a comment of ours is found again.
_MARKER = re.compile(r"(?<=<!--)(?= orchestra:)")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, the last an ellipsis where some are left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def inline(text: str, limit: int = 500) -> str:
    """Return one line of Markdown that reads as `text` does and does nothing.

    No mention, reference, link, image, HTML or table border survives; code spans stay code.
    """
    parts = _CODE.split(cut(one_line(text), limit))
    shown = (code(part) if odd % 2 else _plain(part) for odd, part in enumerate(parts))
    return _BLOCK_START.sub(_unblocked, "".join(shown))


def inert(text: str) -> str:
    """Return `text`, its Markdown kept, with nobody to notify and nothing to link or close."""
    return _without_life(clean(text))


def cell(text: str, limit: int = 200) -> str:
    """Return `text` for a table's cell."""
    return inline(text, limit) or "–"


def code(text: str) -> str:
    """Return `text` as inline code, whatever ticks and borders it holds."""
    text = one_line(text)
    if _PLAIN_CODE.fullmatch(text) and not _LIVE.search(text):
        return f"`{text}`"
    return f"<code>{_plain(text)}</code>"


def quote(text: str, limit: int = 2_000) -> str:
    """Return `text` as a block quote, its lines kept."""
    lines = cut(readable(text).strip(), limit).split("\n")
    return "\n".join(f"> {inline(line, limit)}".rstrip() for line in lines)


def block(text: str, language: str = "text") -> str:
    """Return `text` as a fenced block, which GitHub searches for nothing, nor do we for markers."""
    text = _MARKER.sub(ZERO_WIDTH, readable(text))
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def folded(title: str, text: str) -> str:
    """Return `text` folded away under `title`."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def is_plain_url(url: str | None) -> bool:
    """Tell whether an address given by an outside service can stand in a link as it is."""
    return url is not None and len(url) <= _MAX_URL and _PLAIN_URL.fullmatch(url) is not None


def link(text: str, url: str | None) -> str:
    """Return `text` as a link, or in quotation marks where the address could end it early."""
    shown = inline(text)
    return f"[{shown}]({url})" if is_plain_url(url) else f"“{shown}”"


def alert(kind: str, text: str) -> str:
    """Return Markdown of ours as an alert of GitHub's: NOTE, IMPORTANT or WARNING."""
    return "\n".join(f"> {line}".rstrip() for line in [f"[!{kind}]", *text.split("\n")])


def mention(login: str) -> str:
    """Return the mention that notifies a person; any other text is only shown."""
    return f"@{login}" if _LOGIN.fullmatch(login) else inline(login)


def _plain(text: str) -> str:
    return _without_life(text).translate(_SPECIAL)


def _without_life(text: str) -> str:
    return _LIVE.sub(lambda live: live[0] + ZERO_WIDTH, text)


def _unblocked(start: re.Match[str]) -> str:
    return f"{start[1]}\\{start[2]}" if start[1] else "\\"
