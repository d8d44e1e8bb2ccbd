"""What is played while the worker may die at any moment, what comes before, and the audits."""

from functools import partial

from tests.stories.crash_scenarios import (
    epic_branch,
    life,
    merging,
    plans,
    sent_back,
    side_by_side,
)
from tests.stories.crash_scenarios.common import CrashScenario, green, second_at_work
from tests.stories.interrupted import at_work

SCENARIOS = {
    "happy": CrashScenario(
        life.nothing,
        life.happy,
        life.audit_happy,
        "LaunchAgent FetchWork FetchPullRequest MarkReady MergePullRequest FetchMerge"
        " DeleteBranch TickBox CloseIssue React PostComment UpdateCheckRun"
        " UpdateProgressComment UpdateStateLabel",
    ),
    "reference": CrashScenario(
        life.referring, life.merge_referring, life.audit_referring, "CloseReferencedIssue"
    ),
    "cancel": CrashScenario(at_work, life.cancel, life.audit_cancelled, "StopAgent"),
    "closed": CrashScenario(at_work, life.close, life.audit_closed, "StopAgent"),
    "closed by us": CrashScenario(
        second_at_work, life.closed_by_us, life.audit_reopened, "ReopenIssue"
    ),
    "queue": CrashScenario(
        merging.in_queue, merging.pause, merging.audit_called_off, "CancelMerge"
    ),
    "auto-merge": CrashScenario(
        merging.auto_merge_requested,
        merging.switch_on_and_off,
        merging.audit_called_off,
        "EnableAutoMerge CancelMerge",
    ),
    "rerun": CrashScenario(sent_back.red, sent_back.rerun, sent_back.audit_rerun, "RerunJobs"),
    "failures": CrashScenario(
        sent_back.red_for_long,
        sent_back.wait_for_second_turn,
        partial(sent_back.audit_sent_back, emitted=0),
        "FetchFailures SendFollowUp",
    ),
    "review": CrashScenario(
        green, sent_back.review, sent_back.audit_sent_back, "FetchReviews SendFollowUp"
    ),
    "answer": CrashScenario(
        sent_back.reviewed,
        sent_back.answer,
        sent_back.audit_answered,
        "FetchAgent ReplyToThread RequestReview",
    ),
    "conflict": CrashScenario(
        green, sent_back.conflict, sent_back.audit_sent_back, "UpdateBranch SendFollowUp"
    ),
    "behind": CrashScenario(
        sent_back.behind, sent_back.fall_behind, sent_back.audit_up_to_date, "UpdateBranch"
    ),
    "red base": CrashScenario(
        second_at_work, merging.red_base, merging.audit_revert, "FetchBase OpenRevert"
    ),
    "cancelled base": CrashScenario(
        second_at_work, merging.cancelled_base, merging.audit_not_reverted, "FetchBase RerunBase"
    ),
    "closing keyword": CrashScenario(
        green, merging.say_closes, merging.audit_refers, "EditPullRequestBody"
    ),
    "epic branch": CrashScenario(
        epic_branch.unlabelled,
        epic_branch.start,
        epic_branch.audit_made,
        "AddLabel CreateBaseBranch",
    ),
    "home": CrashScenario(
        epic_branch.nearly_home, epic_branch.come_home, epic_branch.audit_home, "OpenPullRequest"
    ),
    "merged home": CrashScenario(
        epic_branch.waits_for_approval,
        epic_branch.approve,
        epic_branch.audit_merged_home,
        "MergePullRequest",
    ),
    "restart": CrashScenario(green, life.restart, life.audit_restarted, "ClosePullRequest"),
    "add": CrashScenario(at_work, life.add, life.audit_added, "AddLine"),
    "plan": CrashScenario(
        plans.wished, plans.plan, plans.audit_planned, "AskPlan WritePlan", plans=True
    ),
    "side by side": CrashScenario(
        side_by_side.two_at_work,
        side_by_side.work_through,
        side_by_side.audit_worked_through,
        "LaunchAgent UpdateBranch MergePullRequest",
    ),
    "budget": CrashScenario(
        side_by_side.nearly_out_of_money,
        side_by_side.run_out_and_on,
        side_by_side.audit_raised,
        "LaunchAgent PostComment",
    ),
    "restored edit": CrashScenario(
        life.about_to_tick, life.restore, life.audit_restored, "TickBox RestoreEdit"
    ),
}
