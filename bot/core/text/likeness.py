"""How alike two titles are, at a cost that does not depend on what they say."""

from dataclasses import dataclass, field

# Titles up to this length are compared by pairs of letters, longer ones by triples: long texts of
# one language share most pairs, whatever they are about.
_SHORT = 64


@dataclass
class Likeness:
    """Compares titles by the pieces of two or three letters that both contain.

    A piece counts as often as it stands in both, capitals and small letters are the same, and the
    order of the pieces does not matter. The result is from 0 to 1, which the same words give. All
    titles of one comparison share a vocabulary, in which each piece is a bit: to compare two titles
    is then one operation on integers.
    """

    _bits: dict[tuple[str, int], int] = field(default_factory=dict)
    _known: dict[tuple[str, int], int] = field(default_factory=dict)

    def __call__(self, one: str, other: str) -> float:
        """Return how alike the titles are."""
        length = 2 if max(len(one), len(other)) <= _SHORT else 3
        first, second = self._pieces(one, length), self._pieces(other, length)
        count = first.bit_count() + second.bit_count()
        return 2 * (first & second).bit_count() / count

    def _pieces(self, title: str, length: int) -> int:
        """Return the title's pieces as bits: also of an empty title there is one."""
        known = self._known.get((title, length))
        if known is not None:
            return known
        text, pieces, counts = f"  {title.casefold()} ", 0, dict[str, int]()
        for start in range(3 - length, len(text) - length + 1):
            piece = text[start : start + length]
            counts[piece] = nth = counts.get(piece, 0) + 1
            pieces |= 1 << self._bits.setdefault((piece, nth), len(self._bits))
        self._known[title, length] = pieces
        return pieces
