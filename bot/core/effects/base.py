"""What all effects have.

`key` tells effects of one epic apart: a pending one of the same key is replaced by the newer, one
in flight is done once more afterwards (`repeats`), unless it is to be done only once.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class Urgency(IntEnum):
    """The order in which an epic's ready effects are performed."""

    STOP = 0
    MERGE = 10
    FETCH = 20
    LAUNCH = 30
    ANSWER = 40
    TIDY = 50
    REPORT = 60


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something to be done outside.

    `irreversible` effects are cancelled by pause and cancel until the moment they are sent;
    `repeats` ones read or set a value, so doing them again later is right.
    """

    urgency: ClassVar[Urgency]
    key_format: ClassVar[str]
    irreversible: ClassVar[bool] = False
    repeats: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """What tells this effect apart within its epic."""
        return self.key_format.format(**vars(self))
