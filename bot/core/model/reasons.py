"""Why things are as they are: a kind and its parameters, never a sentence.

`bot.rendering` has the words. Kinds are stored and shown by the API, so their values never change.
`quote` holds somebody else's words (GitHub's, an agent's, a person's), shown as a quotation.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.interruptions import Interruption
from bot.core.model.money import Micros


class FailureKind(StrEnum):
    """Why a task failed, or why its last attempt did."""

    AGENT_ERROR = "agent_error"
    AGENT_EXPIRED = "agent_expired"
    AGENT_STOPPED = "agent_stopped"
    LAUNCH_REFUSED = "launch_refused"
    BRANCH_REFUSED = "branch_refused"
    NAME_TAKEN = "name_taken"
    LAUNCH_LOST = "launch_lost"
    NOTHING_CHANGED = "nothing_changed"
    PULL_REQUEST_REFUSED = "pull_request_refused"
    PULL_REQUEST_CLOSED = "pull_request_closed"
    BRANCH_DELETED = "branch_deleted"
    BRANCH_RENAMED = "branch_renamed"
    FORK = "fork"
    WRONG_BASE = "wrong_base"
    MERGED_ELSEWHERE = "merged_elsewhere"
    CHECKS_FAILED = "checks_failed"
    CHANGES_REQUESTED = "changes_requested"
    MERGE_CONFLICT = "merge_conflict"
    NO_MERGE_METHOD = "no_merge_method"
    MERGE_REFUSED = "merge_refused"
    REMOVED = "removed"
    DEPENDENCY = "dependency"
    INTERNAL = "internal"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a task failed.

    `rounds` counts how often its agent was sent back to it, `attempts` its agent runs. `allowed`
    are the merge methods allowed, `wanted` the one that the settings ask for. `no_progress`:
    as many checks failed after its latest rounds as before. `pushed_nothing`: the agent that was
    sent back made no new commit. `merge_allowed`: `/orchestra merge` gets past
    it. `pages` are names of `checks` with the addresses of their pages, `log_tail` is the end of
    the failed job's log. `tasks` are those that it needed. `effect` is the name of the event or
    effect that we failed on ourselves.
    `renamed_to` is the name that a person gave to `branch`.
    """

    kind: FailureKind
    quote: str | None = None
    service: str | None = None
    by: Login | None = None
    people: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    log_tail: str | None = None
    pull_request: int | None = None
    branch: str | None = None
    expected_branch: str | None = None
    renamed_to: str | None = None
    sha: CommitSha | None = None
    rounds: int = 0
    attempts: int = 0
    pushed_nothing: bool = False
    no_progress: bool = False
    merge_allowed: bool = False
    wanted: str | None = None
    allowed: tuple[str, ...] = ()
    effect: str | None = None
    tasks: tuple[int, ...] = ()


class WaitKind(StrEnum):
    """What a task waits for."""

    # The agent.
    LAUNCH = "launch"
    LAUNCH_UNANSWERED = "launch_unanswered"
    AGENT = "agent"
    FOLLOW_UP = "follow_up"
    AGENT_WORK = "agent_work"
    AGENT_PULL_REQUEST = "agent_pull_request"
    AGENT_FIXING_UNASKED = "agent_fixing_unasked"
    AGENT_NOT_STOPPED = "agent_not_stopped"
    RETRY = "retry"
    AGENT_SLOT = "agent_slot"
    MONEY = "money"
    # The pull request on GitHub.
    OPEN_PULL_REQUEST = "open_pull_request"
    PULL_REQUEST = "pull_request"
    REPLACEMENT = "replacement"
    MARK_READY = "mark_ready"
    DRAFT = "draft"
    CLOSING_KEYWORDS = "closing_keywords"
    BRANCH_UPDATE = "branch_update"
    BRANCH_UPDATE_BY_PERSON = "branch_update_by_person"
    # Checks.
    BASE_RED = "base_red"
    BASE_IN_DOUBT = "base_in_doubt"
    CHECKS_TO_START = "checks_to_start"
    CHECKS_RUNNING = "checks_running"
    CHECKS_GRACE = "checks_grace"
    CHECKS_EXPECTED = "checks_expected"
    CHECKS_RERUN = "checks_rerun"
    CHECKS_INTERRUPTED = "checks_interrupted"
    CHECKS_BLOCKED = "checks_blocked"
    CHECKS_SKIPPED = "checks_skipped"
    WORKFLOW_APPROVAL = "workflow_approval"
    OWN_CHECK_REQUIRED = "own_check_required"
    QUIET = "quiet"
    CHECK_FAILURES = "check_failures"
    # People.
    REVIEW = "review"
    REQUIRED_REVIEW = "required_review"
    CHANGES_REQUESTED = "changes_requested"
    REVIEW_AFTER_CHANGES = "review_after_changes"
    CHANGES_NOT_MADE = "changes_not_made"
    CONVERSATIONS = "conversations"
    MANUAL_MERGE = "manual_merge"
    WORKFLOW_FILES = "workflow_files"
    GOVERNED = "governed"
    PUSHED = "pushed"
    # The merge.
    MERGEABILITY = "mergeability"
    MERGE_FORBIDDEN = "merge_forbidden"
    RULES = "rules"
    AUTO_MERGE = "auto_merge"
    MERGE_QUEUE = "merge_queue"
    MERGE = "merge"
    MERGE_RETRY = "merge_retry"
    OTHER_MERGE = "other_merge"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What a task waits for.

    `until` is when the answer changes by itself. `checks` are waited for or have failed, `failed`
    those that failed while others still run, `unfinished` those of a base that were cancelled or
    wait for a person, `pages` the addresses of their pages by name.
    `people` are logins and teams; `sha` is the commit to be approved. `count` agents hold what the
    task needs, those of `issues` among them. `merge_allowed`: `/orchestra merge` gets past it.
    """

    kind: WaitKind
    until: datetime | None = None
    merge_allowed: bool = False
    checks: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    branch: str | None = None
    sha: CommitSha | None = None
    path: str | None = None
    position: int | None = None
    count: int | None = None
    conflict: bool = False
    task: int | None = None
    issue: int | None = None
    issues: tuple[int, ...] = ()
    retry: int | None = None
    retries: int | None = None
    failure: Failure | None = None
    quote: str | None = None


class HoldKind(StrEnum):
    """Why a service gets no requests for a time."""

    LIMITED = "limited"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    NOT_SERVED = "not_served"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A service that gets no requests since then; `quote` are its words."""

    service: str
    kind: HoldKind
    since: datetime
    quote: str = ""


class PauseKind(StrEnum):
    """Why an epic is paused."""

    PERSON = "person"
    AFTER_TASK = "after_task"
    TASK_FAILED = "task_failed"
    NO_BASE_BRANCH = "no_base_branch"
    BASE_REWRITTEN = "base_rewritten"
    INTERRUPTED = "interrupted"
    BUDGET = "budget"
    CHECKLIST_MISTAKES = "checklist_mistakes"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Why an epic is paused.

    `by` is who caused it. `interruption` may come on top of a failed task, and a person's `pause`
    on top of anything (`held`, `held_by` where it is known who). `quote` is GitHub's reason, `sha`
    the merge of `task` that `branch` has lost. `limit` (of the `task`, `epic` or `month`) says
    which `budget` is spent.
    """

    kind: PauseKind
    by: Login | None = None
    held: bool = False
    held_by: Login | None = None
    task: int | None = None
    failure: Failure | None = None
    branch: str | None = None
    sha: CommitSha | None = None
    interruption: Interruption | None = None
    quote: str | None = None
    limit: str | None = None
    budget: Micros | None = None

    @property
    def ends_by_itself(self) -> bool:
        """True where resolving the failure lifts the pause, False where a person has to."""
        return self.kind is PauseKind.TASK_FAILED and self.interruption is None and not self.held

    @property
    def is_for_money(self) -> bool:
        """True where nothing but a budget caused the pause."""
        return self.kind is PauseKind.BUDGET and self.interruption is None and not self.held

    @property
    def ends_with_money(self) -> bool:
        """True where a higher budget of the epic lifts the pause."""
        return self.is_for_money and self.limit == "epic"

    @property
    def spent_task(self) -> int | None:
        """The task whose own budget alone caused the pause."""
        return self.task if self.is_for_money and self.limit == "task" else None

    def held_for(self, login: Login | None) -> "Pause":
        """Return the same pause, which that person asked for as well.

        The first who did is kept; whoever had paused it already adds nothing to it.
        """
        already = self.kind in (PauseKind.PERSON, PauseKind.AFTER_TASK) and login == self.by
        return replace(self, held=True, held_by=self.held_by or (None if already else login))
