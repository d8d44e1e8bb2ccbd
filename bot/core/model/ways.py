"""What a person can do: a command, never a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Way:
    """One command that would be accepted now.

    `verb` is the command's, `task` the number to put behind it, `argument` what else follows, such
    as `merge=approved`; in capital letters it is for the person to fill in. `once_fixed`: it helps
    once the person has fixed what is wrong. `bypasses`: it goes past a safeguard, so it is offered
    last.
    """

    verb: str
    task: int | None = None
    argument: str = ""
    once_fixed: bool = False
    bypasses: bool = False
