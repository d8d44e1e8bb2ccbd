"""What is known of the branch that an epic's tasks are merged into."""

from dataclasses import dataclass

from bot.core.model.identifiers import CommitSha


@dataclass(frozen=True, kw_only=True)
class KnownBase:
    """The branch that tasks are merged into.

    `head` is a commit with the epic's last merge in its history: the branch's head, as far as is
    known. `in_doubt`: the branch has moved in a way that may have lost that merge. `lost` is a
    merge that it no longer has, as people were told.
    """

    head: CommitSha | None = None
    in_doubt: bool = False
    lost: CommitSha | None = None
