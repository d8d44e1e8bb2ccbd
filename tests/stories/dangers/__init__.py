"""What is played while the worker may die at any moment, what comes before, and the audits."""

from functools import partial

from tests.stories.dangers import epic_branch, life, merging, sent_back
from tests.stories.dangers.common import Danger, green, second_at_work
from tests.stories.interrupted import at_work

DANGERS = {
    "happy": Danger(
        life.nothing,
        life.happy,
        life.audit_happy,
        "LaunchAgent FetchWork FetchPullRequest MarkReady MergePullRequest FetchMerge"
        " DeleteBranch TickBox CloseIssue React PostComment UpdateCheckRun UpdateProgressComment UpdateStateLabel",
    ),
    "cancel": Danger(at_work, life.cancel, life.audit_cancelled, "StopAgent"),
    "closed": Danger(at_work, life.close, life.audit_closed, "StopAgent"),
    "closed by us": Danger(second_at_work, life.closed_by_us, life.audit_reopened, "ReopenIssue"),
    "queue": Danger(merging.in_queue, merging.pause, merging.audit_called_off, "CancelMerge"),
    "auto-merge": Danger(
        merging.auto_merge_requested,
        merging.switch_on_and_off,
        merging.audit_called_off,
        "EnableAutoMerge CancelMerge",
    ),
    "rerun": Danger(sent_back.red, sent_back.rerun, sent_back.audit_rerun, "RerunJobs"),
    "failures": Danger(
        sent_back.red_for_long,
        sent_back.wait_for_second_turn,
        partial(sent_back.audit_sent_back, emitted=0),
        "FetchFailures SendFollowUp",
    ),
    "review": Danger(
        green, sent_back.review, sent_back.audit_sent_back, "FetchReviews SendFollowUp"
    ),
    "answer": Danger(
        sent_back.reviewed,
        sent_back.answer,
        sent_back.audit_answered,
        "FetchAgent ReplyToThread RequestReview",
    ),
    "conflict": Danger(
        green, sent_back.conflict, sent_back.audit_sent_back, "UpdateBranch SendFollowUp"
    ),
    "behind": Danger(
        sent_back.behind, sent_back.fall_behind, sent_back.audit_up_to_date, "UpdateBranch"
    ),
    "red base": Danger(
        second_at_work, merging.red_base, merging.audit_revert, "FetchBase OpenRevert"
    ),
    "closing keyword": Danger(
        green, merging.say_closes, merging.audit_refers, "EditPullRequestBody"
    ),
    "epic branch": Danger(
        epic_branch.unlabelled,
        epic_branch.start,
        epic_branch.audit_made,
        "AddLabel CreateBaseBranch",
    ),
    "home": Danger(
        epic_branch.nearly_home, epic_branch.come_home, epic_branch.audit_home, "OpenPullRequest"
    ),
    "merged home": Danger(
        epic_branch.waits_for_approval,
        epic_branch.approve,
        epic_branch.audit_merged_home,
        "MergePullRequest",
    ),
    "restart": Danger(green, life.restart, life.audit_restarted, "ClosePullRequest"),
    "add": Danger(at_work, life.add, life.audit_added, "AddLine"),
    "restored edit": Danger(
        life.about_to_tick, life.restore, life.audit_restored, "TickBox RestoreEdit"
    ),
}
