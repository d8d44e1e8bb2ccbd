"""What agents will be given of the issue, exactly, for people to read before the start."""

from bot.core.text.prefix import PREFIX
from bot.rendering.epic_view import EpicView
from bot.rendering.escape import block, folded

_MIN_SHOWN = 200


def given_texts(epic: EpicView, room: int) -> str:
    """Return the texts, folded, in at most `room` characters; what is cut is counted."""
    if len(epic.given) < 2:
        return ""
    parts: list[str] = []
    for number, text in epic.given:
        name = f"Task {number}:" if number else "For every task:"
        shown = given_text(text, max(room - sum(len(part) + 2 for part in parts) - 200, 0))
        left = len(text) - len(shown)
        if not shown and left:
            parts.append(f"… and the texts of further tasks: `{PREFIX} logs {number or 1}`")
            break
        more = f"\n\n{left:,} more characters: `{PREFIX} logs {number or 1}`" if left else ""
        parts.append(f"{name}\n\n{block(shown)}{more}")
    return folded("What agents are given", "\n\n".join(parts)) if room > _MIN_SHOWN else ""


def given_text(text: str, room: int) -> str:
    """Return as much of the text as fits into a fenced block of so many characters."""
    shown = text[:room]
    # A fence is longer than the longest run of ticks within, which may be all that there is.
    while shown and len(block(shown)) > room:
        shown = shown[: len(shown) - max(1, (len(block(shown)) - room) // 3 + 1)]
    return shown
