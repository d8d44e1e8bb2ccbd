"""What is known of the branch that an epic's tasks are merged into."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.identifiers import CommitSha


@dataclass(frozen=True, kw_only=True)
class KnownBase:
    """The branch that tasks are merged into.

    `head` is a commit with the epic's last merge in its history: the branch's head, as far as is
    known. `in_doubt`: the branch has moved in a way that may have lost that merge. `lost` is a
    merge that it no longer has, as people know. `unfinished` are the epic's `base_red` that did
    not fail, but were cancelled or wait for a person; `rerun` is the head whose cancelled workflows
    were run once more. `awaited` is a head on which what was red has yet to pass, since
    `awaited_since`.
    """

    head: CommitSha | None = None
    in_doubt: bool = False
    lost: CommitSha | None = None
    unfinished: tuple[str, ...] = ()
    rerun: CommitSha | None = None
    awaited: CommitSha | None = None
    awaited_since: datetime | None = None
