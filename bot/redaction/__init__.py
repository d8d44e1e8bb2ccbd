"""What looks like a secret, taken out of texts: our own log lines and what others' jobs printed.

Its patterns run over strangers' text: each has a bound, or takes what it has taken for good.
"""

import json
import re
from collections.abc import Iterable

from bot.redaction.assignments import without_assigned
from bot.redaction.private_keys import without_private_keys
from bot.redaction.shapes import without_shapes

_REDACTED = "[redacted]"
# Shorter ones would black out ordinary words.
_SHORTEST_SECRET = 8


class Redaction:
    """Takes secrets out of finished texts, wherever in them they got in."""

    def __init__(self, secrets: Iterable[str]) -> None:
        told = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        written = told | {json.dumps(secret)[1:-1] for secret in told}
        # The longest first: one secret may be the beginning of another.
        ordered = sorted(written, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def clean(self, text: str) -> str:
        """Return the text with every secret replaced by `[redacted]`."""
        if self._known:
            text = self._known.sub(_REDACTED, text)
        text = without_private_keys(text, _REDACTED)
        text = without_shapes(text, _REDACTED)
        return without_assigned(text, _REDACTED)
