"""What a person can do: a command, never a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Way:
    """One command that would be accepted now.

    `verb` is the command's, `task` the number to put behind it, `argument` what else follows, such
    as `merge=approved`. `bypasses`: it goes past a safeguard, so it is offered last.
    """

    verb: str
    task: int | None = None
    argument: str = ""
    bypasses: bool = False
