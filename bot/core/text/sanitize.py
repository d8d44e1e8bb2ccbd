"""What people wrote, without characters and comments that nobody sees; Markdown: `visible`."""

import re

_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x85]")
# An unterminated comment hides the rest of the page, so it hides the rest of the text here too.
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), controls, lone surrogates.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # The joiner and the style selectors are seen only as parts of an emoji.
    rf"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
    rf"|(?<![{_EMOJI}0-9#*\u00a9\u00ae])[\ufe0e\ufe0f]"
)


def readable(text: str) -> str:
    """Return `text` without invisible characters, its lines ended by LF."""
    return without_invisible(_NEWLINE.sub("\n", text))


def without_invisible(text: str) -> str:
    """Return `text` without invisible characters, its line ends as they are."""
    return _INVISIBLE.sub("", text)


def clean(text: str) -> str:
    """Return readable `text` without HTML comments, wherever they stand, also in code."""
    return _COMMENT.sub(_gap, readable(text))


def one_line(text: str) -> str:
    """Return readable `text` with every run of white space made one space."""
    return " ".join(readable(text).split())


def _gap(comment: re.Match[str]) -> str:
    """Keep the two sides of a comment from forming another one."""
    before = comment.string[: comment.start()][-1:]
    return " " if before in {"<", "!", "-"} else ""
