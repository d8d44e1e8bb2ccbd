"""What happened, for the epic's log and for answers: a kind and its parameters."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model.fixes import FixKind
from bot.core.model.identifiers import Login
from bot.core.model.interruptions import Interruption
from bot.core.model.money import Micros
from bot.core.model.plan import PlanFailure, Wrong
from bot.core.model.reasons import Failure, Pause, Wait


class NoticeKind(StrEnum):
    """What happened."""

    # The epic.
    STARTED = "started"
    START_HELD = "start_held"
    START_CANCELLED = "start_cancelled"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    INTERRUPTION_RESOLVED = "interruption_resolved"
    CONTINUED = "continued"
    CONTINUED_AFTER_FAILURE = "continued_after_failure"
    STOPPED_AFTER_FAILURE = "stopped_after_failure"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    EPIC_FAILED = "epic_failed"
    ISSUE_REOPENED = "issue_reopened"
    EFFECT_FAILED = "effect_failed"
    PARKED = "parked"
    # The base branch.
    BASE_RED = "base_red"
    BASE_GREEN = "base_green"
    BASE_NOT_FETCHED = "base_not_fetched"
    REVERT_OPENED = "revert_opened"
    BASE_RENAMED = "base_renamed"
    BRANCH_KEPT = "branch_kept"
    FINAL_PULL_REQUEST = "final_pull_request"
    # A task and its pull request.
    TASK_FAILED = "task_failed"
    RETRY_SCHEDULED = "retry_scheduled"
    WAITING = "waiting"
    PULL_REQUEST_WATCHED = "pull_request_watched"
    PULL_REQUEST_REOPENED = "pull_request_reopened"
    CLOSING_KEYWORDS_REMOVED = "closing_keywords_removed"
    AGENT_SENT_BACK = "agent_sent_back"
    JOBS_RERUN = "jobs_rerun"
    BRANCH_UPDATE_REQUESTED = "branch_update_requested"
    # The merge.
    MERGE_REQUESTED = "merge_requested"
    AUTO_MERGE_ENABLED = "auto_merge_enabled"
    MERGE_QUEUED = "merge_queued"
    MERGE_REFUSED = "merge_refused"
    MERGED = "merged"
    # The issue's text.
    LABELLED = "labelled"
    EDIT_USED = "edit_used"
    EDIT_NOT_USED = "edit_not_used"
    ISSUE_EDITS_NOT_USED = "issue_edits_not_used"
    TITLE_USED = "title_used"
    REMOVED = "removed"
    LEFT_OUT = "left_out"
    OTHER_MODEL = "other_model"
    BUDGET_WARNING = "budget_warning"
    BUDGET_CHANGED = "budget_changed"
    REWORDED = "reworded"
    TICKED = "ticked"
    BOX_NOT_FOUND = "box_not_found"
    LINE_NOT_ADDED = "line_not_added"
    REFERENCE_LEFT_OPEN = "reference_left_open"
    # The plan.
    PLAN_ASKED = "plan_asked"
    PLAN_UNDER_WAY = "plan_under_way"
    PLAN_BEFORE_START = "plan_before_start"
    PLAN_THEN_START = "plan_then_start"
    PLAN_ASKED_AGAIN = "plan_asked_again"
    PLAN_PROPOSED = "plan_proposed"
    PLAN_ACCEPTED = "plan_accepted"
    PLAN_WRITTEN = "plan_written"
    PLAN_FAILED = "plan_failed"
    # The agent.
    AGENT_LAUNCH = "agent_launch"
    AGENT_LAUNCHED = "agent_launched"
    LAUNCH_UNANSWERED = "launch_unanswered"
    LAUNCH_LOST = "launch_lost"
    AGENT_NOT_NEEDED = "agent_not_needed"
    AGENT_FOREIGN = "agent_foreign"
    AGENT_ENDED = "agent_ended"
    AGENT_TIME_OVER = "agent_time_over"
    AGENT_GONE = "agent_gone"
    AGENT_STOPPED = "agent_stopped"
    AGENT_NOT_STOPPED = "agent_not_stopped"
    FOLLOW_UP_SENT = "follow_up_sent"
    FOLLOW_UP_REFUSED = "follow_up_refused"
    PULL_REQUEST_OPENING = "pull_request_opening"
    AUTO_MERGE_CANCELLED = "auto_merge_cancelled"
    # What people asked for.
    ALREADY_RUNNING = "already_running"
    START_SCHEDULED = "start_scheduled"
    STARTED_BESIDE_OTHERS = "started_beside_others"
    ALREADY_PAUSED = "already_paused"
    PAUSE_REQUESTED = "pause_requested"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    RETRY_AFTER_RESUME = "retry_after_resume"
    RESTARTED = "restarted"
    RESTART_AFTER_RESUME = "restart_after_resume"
    SKIPPED = "skipped"
    TASK_ADDED = "task_added"
    TASK_ADDED_AFTER_END = "task_added_after_end"
    MERGE_NOW = "merge_now"
    ALREADY_MERGING = "already_merging"
    FIX_REQUESTED = "fix_requested"
    FIX_AFTER_OTHERS = "fix_after_others"
    INSTRUCTION_QUEUED = "instruction_queued"
    SETTINGS_CHANGED = "settings_changed"
    SETTINGS_CHANGED_FOR_NEXT_START = "settings_changed_for_next_start"
    LEGACY = "legacy"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing that happened.

    `quote` holds somebody else's words, `effect` the name of the effect that GitHub refused.
    `amounts` are what was spent, and what may be. `wrong` is what a plan's answer had wrong,
    `plan_failure` why there is no plan.
    """

    kind: NoticeKind
    by: Login | None = None
    task: int | None = None
    pull_request: int | None = None
    branch: str | None = None
    sha: str | None = None
    count: int | None = None
    limit: int | None = None
    seconds: float | None = None
    at: datetime | None = None
    names: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    amounts: tuple[Micros, ...] = ()
    failure: Failure | None = None
    wait: Wait | None = None
    pause: Pause | None = None
    interruption: Interruption | None = None
    fix: FixKind | None = None
    wrong: Wrong | None = None
    plan_failure: PlanFailure | None = None
    effect: str | None = None
    quote: str | None = None
