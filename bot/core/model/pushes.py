"""Who pushed what to a task's branch."""

from dataclasses import dataclass

from bot.core.model.identifiers import CommitSha, Login

# What a branch is moved from when it is made.
NO_COMMIT = CommitSha("0" * 40)
# A branch with more pushes is asked about on GitHub.
MAX_PUSHES = 200


@dataclass(frozen=True, kw_only=True)
class Push:
    """`by` moved the branch from `before` to `after`; None: GitHub shows no account.

    `is_bot`: an App did. `by_us`: ours did. `vouched`: no push, but somebody who may command asked
    for the merge of `after`, whoever had pushed it.
    """

    branch: str
    before: CommitSha
    after: CommitSha
    by: Login | None = None
    is_bot: bool = False
    by_us: bool = False
    vouched: bool = False
