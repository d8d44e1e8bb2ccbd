"""A small GitHub for `decide`: pull requests, their checks and reviews, merges, the base."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.core import effects, events
from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.observations import (
    BaseBranch,
    BranchRules,
    Check,
    CheckFailure,
    CheckState,
    PullRequestSnapshot,
    Review,
    ReviewState,
    ReviewText,
)

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Pull:
    """A task's pull request on GitHub."""

    number: int
    task: int
    branch: str
    heads: int = 1
    is_draft: bool = True
    is_open: bool = True
    is_merged: bool = False
    checks: CheckState = CheckState.PASSED
    mergeable: bool = True
    reviews: int = 0
    asks_changes: bool = False
    is_queued: bool = False
    auto_merge: bool = False
    is_blocked: bool = False

    @property
    def head(self) -> CommitSha:
        return CommitSha(f"{self.number:02}{self.heads:038}")


@dataclass(kw_only=True)
class GitHub:
    """It performs effects as GitHub might; `fate(question)` decides what goes wrong."""

    pulls: dict[int, Pull] = field(default_factory=dict)
    base_is_red: bool = False

    def _do_FetchWork(self, effect: effects.FetchWork, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        known = self.pulls.get(effect.pull_request or 0)
        pull = known or next(
            (one for one in self.pulls.values() if one.branch == effect.branch), None
        )
        if pull is None and fate("nothing pushed"):
            return events.WorkFetched(task=effect.task, run=effect.run, commits_ahead=0)
        if pull is None and fate("no pull request"):
            return events.WorkFetched(task=effect.task, run=effect.run, commits_ahead=1)
        if pull is None:
            pull = self._new_pull(effect.task, effect.branch)
        elif fate("a new head"):
            pull.heads += 1
        return self._fetch(pull)

    def _do_OpenPullRequest(self, effect: effects.OpenPullRequest, _: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = self._new_pull(effect.task, effect.branch)
        return events.PullRequestOpened(task=effect.task, number=pull.number)

    def _new_pull(self, task: int, branch: str) -> Pull:
        pull = Pull(number=10 + len(self.pulls), task=task, branch=branch)
        self.pulls[pull.number] = pull
        return pull

    def _do_FetchPullRequest(  # noqa: N802
        self, effect: effects.FetchPullRequest, fate: Callable[[str], bool]
    ) -> Any:
        pull = self.pulls[effect.number]
        if fate("checks fail"):
            pull.checks = CheckState.FAILED
        if (pull.is_queued or pull.auto_merge) and pull.is_open and not fate("still waiting"):
            if not fate("taken out"):
                pull.is_merged, pull.is_open = True, False
            pull.is_queued = pull.auto_merge = False
        return self._fetch(pull)

    def _base(self) -> BaseBranch:
        failed = ("test",) if self.base_is_red else ()
        return BaseBranch(sha=CommitSha("f" * 40), has_checks=True, failed_checks=failed)

    def _fetch(self, pull: Pull) -> events.PullRequestFetched:
        checks = (Check(name="test", state=pull.checks, id=5, is_actions=True),)
        asking = Review(
            id=pull.reviews,
            by=Login("grace"),
            state=ReviewState.CHANGES_REQUESTED,
            sha=pull.head,
            submitted_at=START,
        )
        snapshot = PullRequestSnapshot(
            number=pull.number,
            node_id="PR",
            url=f"https://github.com/acme/widgets/pull/{pull.number}",
            title="t",
            body="",
            head_sha=pull.head,
            head_branch=pull.branch,
            base_branch="main",
            base_sha=CommitSha("0" * 40),
            is_open=pull.is_open,
            is_draft=pull.is_draft,
            is_merged=pull.is_merged,
            merge_sha=CommitSha("f" * 40) if pull.is_merged else None,
            opened_at=START,
            mergeable=pull.mergeable,
            merge_state="blocked" if pull.is_blocked else "clean",
            reviews=(asking,) if pull.asks_changes else (),
            queue_position=1 if pull.is_queued else None,
            auto_merge=pull.auto_merge,
            base=self._base(),
            checks=checks,
        )
        rules = BranchRules(
            required_checks=("test",), other_rules=("signatures",), auto_merge_allowed=True
        )
        return events.PullRequestFetched(task=pull.task, snapshot=snapshot, rules=rules)

    def _do_MarkReady(self, effect: effects.MarkReady, _: Callable[[str], bool]) -> Any:  # noqa: N802
        self.pulls[effect.number].is_draft = False
        return events.PullRequestChanged(task=effect.task)

    def _do_MergePullRequest(  # noqa: N802
        self, effect: effects.MergePullRequest, fate: Callable[[str], bool]
    ) -> Any:
        pull = self.pulls[effect.number]
        if fate("merge refused") or pull.head != effect.head or not pull.is_open:
            return events.MergeRefused(task=effect.task, head=effect.head, reason="no")
        if fate("enqueued"):
            pull.is_queued = True
            return events.Enqueued(task=effect.task)
        if fate("merge pending"):
            return events.MergePending(task=effect.task, uuid=f"u{effect.key}")
        return self._merged(pull)

    def _do_EnableAutoMerge(  # noqa: N802
        self, effect: effects.EnableAutoMerge, fate: Callable[[str], bool]
    ) -> Any:
        pull = self.pulls[effect.number]
        if fate("auto-merge refused") or pull.head != effect.head or not pull.is_open:
            return events.MergeRefused(
                task=effect.task, head=effect.head, reason="no", auto_merge=True
            )
        pull.auto_merge = True
        return events.AutoMergeSet(task=effect.task)

    def _do_CancelMerge(self, effect: effects.CancelMerge, _: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = self.pulls[effect.number]
        pull.is_queued = pull.auto_merge = False

    def _do_ClosePullRequest(  # noqa: N802
        self, effect: effects.ClosePullRequest, _: Callable[[str], bool]
    ) -> Any:
        self.pulls[effect.number].is_open = False

    def _do_RerunJobs(self, effect: effects.RerunJobs, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        if fate("no rerun"):
            return events.JobsRerun(task=effect.task, head=effect.head, refused=True)
        for pull in self.pulls.values():
            if pull.head == effect.head and fate("flaky"):
                pull.checks = CheckState.PASSED
        return events.JobsRerun(task=effect.task, head=effect.head)

    def _do_FetchFailures(self, effect: effects.FetchFailures, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        return events.FailuresFetched(
            task=effect.task,
            head=effect.head,
            failures=(CheckFailure(name="test", conclusion="failure"),),
            agent_at_work=fate("at work unasked"),
        )

    def _do_FetchReviews(self, effect: effects.FetchReviews, _: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = self.pulls[effect.number]
        text = ReviewText(review_id=pull.reviews, by=Login("grace"), body="No.")
        return events.ReviewsFetched(task=effect.task, texts=(text,) if pull.asks_changes else ())

    def _do_UpdateBranch(self, effect: effects.UpdateBranch, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = self.pulls[effect.number]
        if pull.head != effect.head or not pull.mergeable or fate("update refused"):
            return events.UpdateRefused(
                task=effect.task, head=effect.head, reason="no", conflict=not pull.mergeable
            )
        pull.heads += 1
        return events.BranchUpdated(task=effect.task)

    def _do_FetchBase(self, effect: effects.FetchBase, _: Callable[[str], bool]) -> Any:  # noqa: N802
        return events.BaseFetched(branch=effect.branch, base=self._base(), rules=BranchRules())

    def _do_OpenRevert(self, effect: effects.OpenRevert, _: Callable[[str], bool]) -> Any:  # noqa: N802
        return events.RevertOpened(task=effect.task, number=99)

    def _do_FetchMerge(self, effect: effects.FetchMerge, fate: Callable[[str], bool]) -> Any:  # noqa: N802
        pull = self.pulls[effect.number]
        if fate("still pending"):
            return events.MergePending(task=effect.task, uuid=effect.uuid)
        if pull.head != effect.head or not pull.is_open:
            return events.MergeRefused(task=effect.task, head=effect.head, reason="head moved")
        return self._merged(pull)

    def _merged(self, pull: Pull) -> events.Merged:
        pull.is_merged, pull.is_open = True, False
        return events.Merged(task=pull.task, number=pull.number, sha=CommitSha("f" * 40))
