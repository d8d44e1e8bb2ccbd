"""A pull request that may be merged, and what the merge is measured against."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.identifiers import Login, RepositoryName
from bot.core.model.observations import BranchRules, ExpectedCheck, PullRequestSnapshot
from bot.core.model.pull_request import MergeRefusal
from bot.core.model.settings import EpicSettings, MergeWhen


@dataclass(frozen=True, kw_only=True)
class MergeCandidate:
    """Everything that the merge policy evaluates.

    `expected` is what ran for earlier pull requests into this base.
    `is_up_to_date`: the head contains every merge that it must come after. `merge_now`: a person
    asked for the merge whatever the policy says. `approved_by_commander`: somebody who may command
    has approved this head. `vouched`: nothing but merges of the base by us was pushed since a
    person asked for the merge. `pushers` are people who pushed to it, `held_by` those who may not
    command; `pushes_known`, `push_approved` are as fetched; `steered_by` started or steered the
    epic. `epic` names the issue that no merge may close. `refusal` is why GitHub refused to merge
    this head, `merge_forbidden` that it takes no merge of it from us at all. `unknown_before`
    counts the fetches in a row before this one that found GitHub still computing whether the head
    can be merged. `pending_since` is when a commit status of this head was first seen pending, of
    those that still are. `base_red` are checks that have not passed on the base since they were
    red, `base_unfinished` those of them that had not failed.
    """

    snapshot: PullRequestSnapshot
    rules: BranchRules
    settings: EpicSettings
    now: datetime
    expected: tuple[ExpectedCheck, ...] = ()
    head_seen_at: datetime | None = None
    pending_since: datetime | None = None
    own_app_id: int | None = None
    is_up_to_date: bool = True
    merge_now: bool = False
    may_change_workflows: bool = False
    approved_by_commander: bool = False
    vouched: bool = True
    pushers: tuple[Login, ...] = ()
    held_by: tuple[Login, ...] = ()
    pushes_known: bool = True
    push_approved: bool = False
    steered_by: tuple[Login, ...] = ()
    epic: tuple[RepositoryName, int] | None = None
    refusal: MergeRefusal | None = None
    merge_forbidden: bool = False
    unknown_before: int = 0
    base_red: tuple[str, ...] = ()
    base_unfinished: tuple[str, ...] = ()

    @property
    def obeys_github_alone(self) -> bool:
        """True when our own policy asks for nothing more than GitHub's rules do."""
        return self.merge_now or self.settings.merge_when is MergeWhen.IMMEDIATELY
