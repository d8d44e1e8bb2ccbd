"""Words in a commit's message that keep checks from running."""

import re

# https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs; further CI
# services know the same with their own names, as `[skip netlify]`.
_SKIP = re.compile(
    r"\[((?:skip|no)[ -][a-z][\w -]{0,30}|[a-z][\w-]{0,20}[ -](?:skip|no))\]|\*{3}(NO_CI)\*{3}",
    re.IGNORECASE,
)


def without_skip_words(text: str) -> str:
    """Return the text with round brackets around what would skip checks on the base branch."""
    return _SKIP.sub(lambda found: f"({found[1] or found[2]})", text)
