"""How a task's agent is sent back to its own pull request."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.model.identifiers import CommitSha, Login


class FixKind(StrEnum):
    """Why an agent is sent back to its own pull request."""

    CHECKS = "checks"
    REVIEW = "review"
    CONFLICT = "conflict"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Fixes:
    """How often, and over what, a task's agent was sent back to its own pull request.

    `under_way` is why it is at work again, from `head`. Each of these happens once per head: its
    failed checks are reported to the agent (`checked_head`), its failed jobs run once more
    (`rerun_head`), and the base is merged into it (`updated_head`). `reviews` were given to an
    agent, the latest on `reviewed_head`; once it has pushed, the comments `threads` are answered
    and `reviewers` are asked for another review. `queued_instruction` is a person's instruction for
    when the agent has finished. `failing` checks were there when it was last sent back to them, and
    `stale` of the latest rounds have made them no fewer.
    """

    checks: int = 0
    review: int = 0
    conflict: int = 0
    under_way: FixKind | None = None
    head: CommitSha | None = None
    checked_head: CommitSha | None = None
    rerun_head: CommitSha | None = None
    updated_head: CommitSha | None = None
    reviewed_head: CommitSha | None = None
    reviews: tuple[int, ...] = ()
    threads: tuple[int, ...] = ()
    reviewers: tuple[Login, ...] = ()
    queued_instruction: str | None = None
    failing: int | None = None
    stale: int = 0

    def reset(self) -> "Fixes":
        """Return these with every allowed round available again, as a person asked for.

        The reviewers whose words the agent was given still wait for an answer.
        """
        return replace(
            self,
            checks=0,
            review=0,
            conflict=0,
            checked_head=None,
            rerun_head=None,
            updated_head=None,
            failing=None,
            stale=0,
        )

    def stale_with(self, failing: int) -> int:
        """Return how many of the latest rounds helped nothing, now that so many checks fail."""
        helped = self.failing is None or failing < self.failing
        return 0 if helped else self.stale + 1
