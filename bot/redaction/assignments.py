"""Secrets that are known by the name they are given: in settings, environments, JSON and YAML."""

import re
from collections.abc import Iterator

# The names of what nobody may know, and of what often is such a thing.
_ASSIGNED = re.compile(
    r"""
    (?: (?P<strong> passw(?:or)?d | passphrase | (?<=[_-])pass | (?<=[_-])(?<!old[_-])pwd | secret
          | (?:api|access|private|client|account|master|app|signing|encryption|deploy|license|ssh
             |gpg|hmac|jwt|auth|service|service[_-]role|storage|shared[_-]?access)[_-]?key
          | connection[_-]?string | (?<![a-z])dsn )
      | (?P<weak> token | (?<![a-z])auth | credentials? | (?:session|csrf|xsrf)[_-]?id ) )
    (?: [_-]?(?:value|confirmation|key|base(?:64)?|b64|hash|prod(?:uction)?|dev|test|staging|live
        |new|old|primary|secondary|[0-9]{1,3}) ){0,2}
    (?P<is> \\{0,3}["']?[ \t]{0,3}(?: =>|:=|=|: )(?![=>])[ \t]{0,3} )
    (?: (?P<quote>\\{0,3}["'`]) (?P<quoted> (?:(?!(?P=quote))(?:\\.|[^\n\\])){1,4000} )
      | (?P<bare> [^\s"'`]{1,4000} ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these is in each of the names; looking for them first spares most texts the patterns.
_PARTS = (
    *("pass", "pwd", "secret", "key", "connection", "dsn", "token", "auth", "credential"),
    *("session", "csrf", "xsrf"),
)
_OPTION = re.compile(
    r"(?<![\w-])--?(?:[a-z]{1,20}-){0,4}(?:password|passphrase|secret|token|(?:api|access)-?key)[ ]"
    r"[\"']?(?P<bare>(?!-)[^\s\"']{4,4000})",
    re.IGNORECASE,
)
# What stands for a secret, or says that there is none.
_NO_SECRET = re.compile(
    r"\*{3}|\[redacted|\$|%\w{1,100}%|<|\{\{|\(|[|>]"
    r"|(?:null|none|nil|true|false|undefined|empty|yes|no)\b",
    re.IGNORECASE,
)
# A name or a call, in a line of code that a test or a trace shows.
_CODE = re.compile(r"[A-Za-z_][\w.]{0,200}[(\[]|[A-Za-z_][A-Za-z_.]{0,200}[,)\]}]")
_ENDS_INLINE = re.compile(r"[&;,)\]}<>]")
# What may stand before a variable in its line.
_LINE_START = re.compile(
    r"[ \t+]{0,40}(?:(?:export|declare -x|set|env:)[ \t])?[\w.-]{0,80}", re.ASCII
)
_MAX_BEFORE, _MAX_AFTER = 200, 4_000  # characters of a line that are looked at
_MIN_WEAK = 8


def without_assigned(text: str, redacted: str) -> str:
    """Return the text with `redacted` instead of each value whose name says that it is secret."""
    lowered = text.lower()
    if not any(part in lowered for part in _PARTS):
        return text
    parts, done = [], 0
    for start, end in sorted(_values(text)):
        if start >= done:
            parts += [text[done:start], redacted]
            done = end
    return "".join([*parts, text[done:]])


def _values(text: str) -> Iterator[tuple[int, int]]:
    for found in _OPTION.finditer(text):
        if not _NO_SECRET.match(found["bare"]):
            yield found.span("bare")
    for found in _ASSIGNED.finditer(text):
        span = found.span("quoted") if found["quoted"] is not None else _bare(found)
        if span and not _NO_SECRET.match(text, span[0]) and _is_secret(found, text[slice(*span)]):
            yield span


def _bare(found: re.Match[str]) -> tuple[int, int] | None:
    """Return where an unquoted value stands, None if it is none.

    Where a line sets a variable it reaches to the line's end, unless it sets another one there.
    """
    start, end = found.span("bare")
    if found["is"] == "=" and _begins_line(found):
        rest = _line_after(found.string, start).rstrip()
        return (start, start + len(rest)) if "=" not in rest.rstrip("=") else (start, end)
    if ":" in found["is"] and not _is_whole(found):
        return None
    if _CODE.match(found["bare"]):
        return None
    inline = _ENDS_INLINE.split(found["bare"], maxsplit=1)[0]
    return (start, start + len(inline)) if inline else None


def _is_secret(found: re.Match[str], value: str) -> bool:
    """Tell a secret from what parsers and tests say of tokens, which are words."""
    if found["weak"] is None:
        return True
    before = found.string[max(found.start() - 1, 0) : found.start()]
    is_variable = "=" in found["is"] and (before.isalnum() or before in ("_", "-"))
    return len(value) >= _MIN_WEAK and (is_variable or any(one.isdigit() for one in value))


def _begins_line(found: re.Match[str]) -> bool:
    start = max(found.start() - _MAX_BEFORE, 0)
    line_start = found.string.rfind("\n", start, found.start()) + 1
    is_known = line_start > 0 or start == 0
    return is_known and bool(_LINE_START.fullmatch(found.string, line_start, found.start()))


def _is_whole(found: re.Match[str]) -> bool:
    """Tell whether the value behind a colon is all there is of it, as it is not in prose."""
    rest = _line_after(found.string, found.end()).strip(" \t\r,}")
    return not rest or rest[0] in "#\"'" or found["is"].lstrip("\\")[0] in "\"'"


def _line_after(text: str, start: int) -> str:
    return text[start : start + _MAX_AFTER].partition("\n")[0]
