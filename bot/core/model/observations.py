"""What one fetch from GitHub returns. Plain values; times are UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import CHECK_NAME, CommitSha, Login

# Events of GitHub Actions that run a workflow for a pull request.
PULL_REQUEST_EVENTS = frozenset({"pull_request", "pull_request_target", "merge_group"})


class CheckState(StrEnum):
    """What a check or status comes to.

    INTERRUPTED was cancelled or given up, BLOCKED waits for a person: neither is the code's fault.
    """

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check run or commit status that counts, or a workflow whose runs tell nothing yet.

    `app_id` is None for a status. `skipped` passes, but shows nothing when it began while the pull
    request was a draft. `id` is the check run's, None for a whole workflow; for GitHub Actions
    (`is_actions`) it is the job's as well. `suite_created_at` is set for workflows alone.
    `is_required`: GitHub says so of a status, which belongs to no App.
    """

    name: str
    state: CheckState
    id: int | None = None
    conclusion: str = ""
    skipped: bool = False
    is_actions: bool = False
    app_id: int | None = None
    app: str | None = None
    workflow: int | None = None
    workflow_name: str | None = None
    workflow_event: str | None = None
    workflow_run: int | None = None
    suite_created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    url: str | None = None
    is_required: bool | None = None

    @property
    def is_status(self) -> bool:
        """True of a commit status: a check run has an id, and a workflow's run one too."""
        return self.app_id is None and self.id is None and self.workflow_run is None


class ReviewState(StrEnum):
    """What a reviewer's latest opinion is."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    DISMISSED = "dismissed"


@dataclass(frozen=True, kw_only=True)
class Review:
    """The latest opinion of somebody, on the commit `sha`.

    `may_write`: they have write permission. Earlier versions told of no others.
    """

    id: int
    by: Login
    state: ReviewState
    sha: CommitSha
    submitted_at: datetime
    is_bot: bool = False
    may_write: bool = True


@dataclass(frozen=True, kw_only=True)
class ExpectedCheck:
    """What ran for pull requests into a base: a workflow, another App, or a commit status.

    `app_id` and `app`, its name, are None for a status, `workflow` for what is no workflow.
    `has_filters`: the workflow runs only for some paths, branches or types of events, so it may
    rightly be missing.
    """

    name: str
    app_id: int | None = None
    app: str | None = None
    workflow: int | None = None
    has_filters: bool = False

    def is_shown_by(self, check: Check) -> bool:
        """Return whether the check is one of it, for a pull request."""
        if self.workflow is not None:
            for_pull_request = check.workflow_event in PULL_REQUEST_EVENTS
            return check.workflow == self.workflow and for_pull_request
        if self.app_id is not None:
            return check.app_id == self.app_id
        return check.app_id is None and check.name == self.name


@dataclass(frozen=True, kw_only=True)
class BaseBranch:
    """The head of the branch that a pull request goes into.

    `has_checks`: it has any check or status at all. `interrupted_checks` were cancelled, or wait
    for a person; `interrupted_runs` are the workflow runs of those that were cancelled. `checks`
    are all that count, which earlier versions did not tell.
    """

    sha: CommitSha | None = None
    has_checks: bool = False
    failed_checks: tuple[str, ...] = ()
    interrupted_checks: tuple[str, ...] = ()
    interrupted_runs: tuple[int, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PullRequestSnapshot:
    """A pull request as GitHub describes it in one answer.

    `mergeable` is None while GitHub computes it. `merge_state` is GitHub's `mergeStateStatus` in
    lower case, a hint for words and for what we cannot see. `requested_reviewers` are logins and
    teams. `drafted_at` is when `drafted_by` last made a draft of it again. `files` are the paths it
    changes, of a renamed file both, and `all_files_known` whether these are all of them.
    `queue_position` is set in a merge queue. `head_renamed_to` is the name that a person has given
    to its head, for which GitHub closes it.
    """

    number: int
    node_id: str
    url: str
    title: str
    body: str
    head_sha: CommitSha
    head_branch: str
    base_branch: str
    base_sha: CommitSha
    is_open: bool
    is_draft: bool
    is_merged: bool
    opened_at: datetime
    author: Login | None = None
    ready_at: datetime | None = None
    drafted_at: datetime | None = None
    drafted_by: Login | None = None
    drafted_by_bot: bool = False
    merge_sha: CommitSha | None = None
    merged_by: Login | None = None
    closed_by: Login | None = None
    closed_by_bot: bool = False
    head_branch_exists: bool = True
    head_renamed_to: str | None = None
    mergeable: bool | None = None
    merge_state: str = "unknown"
    review_decision: str | None = None
    reviews: tuple[Review, ...] = ()
    requested_reviewers: tuple[str, ...] = ()
    unresolved_threads: int = 0
    files: tuple[str, ...] = ()
    all_files_known: bool = True
    queue_position: int | None = None
    auto_merge: bool = False
    base: BaseBranch = BaseBranch()
    is_same_repository: bool = True
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThreadComment:
    """One comment of a review thread; `id` is what a reply is given to."""

    id: int
    by: Login
    body: str


@dataclass(frozen=True, kw_only=True)
class ReviewThread:
    """A thread on a line of the pull request."""

    path: str
    line: int | None
    comments: tuple[ThreadComment, ...]
    is_resolved: bool = False
    is_outdated: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewText:
    """What one reviewer asked for: the review's own words, and the threads begun with it."""

    review_id: int
    by: Login
    body: str
    threads: tuple[ReviewThread, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckFailure:
    """Why a check failed: its summary, annotations (`path:line: message`) and the log's end."""

    name: str
    conclusion: str
    summary: str = ""
    annotations: tuple[str, ...] = ()
    log_tail: str = ""


@dataclass(frozen=True, kw_only=True)
class BranchRules:
    """What GitHub's rules ask of a merge into a branch.

    `required_apps` are the required checks that only the App of that id may report.
    `other_rules` are the types of rules that we cannot evaluate ourselves, such as
    `required_signatures`. `deletes_branches`: GitHub deletes the head of what is merged. That only
    a branch that is up to date is merged, GitHub itself says of the pull request.
    """

    required_checks: tuple[str, ...] = ()
    required_apps: tuple[tuple[str, int], ...] = ()
    required_approvals: int = 0
    merge_methods: tuple[str, ...] = ("squash", "merge", "rebase")
    resolved_threads: bool = False
    merge_queue: bool = False
    auto_merge_allowed: bool = False
    deletes_branches: bool = False
    other_rules: tuple[str, ...] = ()

    @property
    def guards(self) -> bool:
        """True when checks or reviews stand before a merge."""
        return bool(self.required_checks or self.required_approvals)

    def required_of(self, own_app_id: int | None) -> tuple[str, ...]:
        """Return the required checks that are our own run, which ends only after the merge."""
        return tuple(
            name
            for name in self.required_checks
            if own_app_id in (apps := self._apps_of(name)) or (name == CHECK_NAME and not apps)
        )

    def requires(self, check: Check) -> bool:
        """Return whether the check is one of those required, reported by whom they ask for."""
        if check.name not in self.required_checks:
            return False
        apps = self._apps_of(check.name)
        return not apps or any(_is_by(check, app) for app in apps)

    def missing_from(self, checks: Iterable[Check]) -> tuple[str, ...]:
        """Return the required checks that are not among these, by each App that they ask for."""
        reported = [check for check in checks if self.requires(check)]
        return tuple(
            name
            for name in self.required_checks
            if not any(check.name == name for check in reported)
            or any(
                not any(check.name == name and _is_by(check, app) for check in reported)
                for app in self._apps_of(name)
            )
        )

    def _apps_of(self, name: str) -> tuple[int, ...]:
        return tuple(app for required, app in self.required_apps if required == name)


@dataclass(frozen=True, kw_only=True)
class NamePattern:
    """What a ruleset's rule asks of a branch's name; `negate` asks for the opposite.

    https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch, `branch_name_pattern`.
    """

    operator: str
    pattern: str
    negate: bool = False

    def refuses(self, name: str) -> bool | None:
        """Return whether it refuses the name; None for a regular expression, which is GitHub's."""
        match self.operator:
            case "starts_with":
                fits = name.startswith(self.pattern)
            case "ends_with":
                fits = name.endswith(self.pattern)
            case "contains":
                fits = self.pattern in name
            case _:
                return None
        return fits is self.negate


@dataclass(frozen=True, kw_only=True)
class NamingRules:
    """What stands against a branch of some name.

    `refused` are the types of rules that keep it from being made or pushed to.
    `keeps_branches`: it cannot be deleted.
    """

    refused: tuple[str, ...] = ()
    keeps_branches: bool = False
    patterns: tuple[NamePattern, ...] = ()


def _is_by(check: Check, app: int) -> bool:
    """Return whether the App reported it; of a status only GitHub can tell."""
    return check.app_id == app or (check.app_id is None and check.is_required is True)
