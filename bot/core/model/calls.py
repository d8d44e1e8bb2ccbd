"""What people have been called for: a comment each, and not again while they know."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Call:
    """A comment has called a person over a state that the epic, or its task `task`, is in.

    `kind` names the state, `about` holds digests of what it was about: checks, people, a service's
    words. `told_at` is when the last comment was asked for. `again_at` is None until the state has
    been left for good: its return is announced from then on. `stage` is how far the merge policy
    had come.
    """

    kind: str
    told_at: datetime
    task: int | None = None
    about: tuple[str, ...] = ()
    again_at: datetime | None = None
    stage: int = 0
