"""Sets of words, written in one piece."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of the text, which stand between bars."""
    return frozenset(text.split("|"))
