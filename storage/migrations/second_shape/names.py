"""The names that stored rows had, and the ones that they get."""

# An effect's old kind: its new one, and what its key began with.
EFFECTS = {
    "AddLabel": ("AddLabel", "label"),
    "AddLine": ("AddLine", "add-line"),
    "CallOffMerge": ("CancelMerge", "call-off"),
    "CloseIssue": ("CloseIssue", "close-issue"),
    "ClosePullRequest": ("ClosePullRequest", "close-pull-request"),
    "DeleteBranch": ("DeleteBranch", "delete-branch"),
    "EditPullRequestBody": ("EditPullRequestBody", "pull-request-body"),
    "EnableAutoMerge": ("EnableAutoMerge", "auto-merge"),
    "LaunchAgent": ("LaunchAgent", "launch"),
    "LookAtAgent": ("FetchAgent", "look-agent"),
    "LookAtBase": ("FetchBase", "look-base"),
    "LookAtMerge": ("FetchMerge", "look-merge"),
    "LookAtPullRequest": ("FetchPullRequest", "look-pull-request"),
    "LookAtWork": ("FetchWork", "look-work"),
    "MakeBaseBranch": ("CreateBaseBranch", "base-branch"),
    "MarkReady": ("MarkReady", "mark-ready"),
    "MergePullRequest": ("MergePullRequest", "merge"),
    "OpenPullRequest": ("OpenPullRequest", "open-pull-request"),
    "OpenRevert": ("OpenRevert", "revert"),
    "PostComment": ("PostComment", "comment"),
    "React": ("React", "react"),
    "ReadFailures": ("FetchFailures", "read-failures"),
    "ReadReviews": ("FetchReviews", "read-reviews"),
    "ReopenIssue": ("ReopenIssue", "reopen-issue"),
    "ReplyToThread": ("ReplyToThread", "reply"),
    "RequestReview": ("RequestReview", "request-review"),
    "RerunJobs": ("RerunJobs", "rerun"),
    "RestoreEdit": ("RestoreEdit", "restore-edit"),
    "SendFollowUp": ("SendFollowUp", "follow-up"),
    "ShowCheck": ("UpdateCheckRun", "check"),
    "ShowProgress": ("UpdateProgressComment", "progress"),
    "ShowStateLabel": ("UpdateStateLabel", "state-label"),
    "StopAgent": ("StopAgent", "stop"),
    "TickBox": ("TickBox", "tick"),
    "UpdateBranch": ("UpdateBranch", "update-branch"),
}

# By an effect's new kind; every other one cannot be cancelled.
CANCELLABLE = {
    "CreateBaseBranch": "base",
    "EditPullRequestBody": "work",
    "EnableAutoMerge": "merge",
    "FetchMerge": "fetch",
    "FetchPullRequest": "fetch",
    "FetchReviews": "fetch",
    "LaunchAgent": "work",
    "MarkReady": "work",
    "MergePullRequest": "merge",
    "OpenPullRequest": "work",
    "OpenRevert": "base",
    "RerunJobs": "work",
    "SendFollowUp": "work",
    "UpdateBranch": "work",
}

# Events whose kind was renamed.
EVENTS = {
    "AgentSaid": "AgentReported",
    "BaseNotSeen": "BaseFetchRefused",
    "BaseSeen": "BaseFetched",
    "CheckShown": "CheckRunUpdated",
    "FailuresRead": "FailuresFetched",
    "MadeGood": "InterruptionResolved",
    "ProgressGone": "ProgressCommentGone",
    "ProgressShown": "ProgressCommentUpdated",
    "PullRequestSeen": "PullRequestFetched",
    "ReviewsRead": "ReviewsFetched",
    "WorkSeen": "WorkFetched",
}

# Fields of stored values, and those, by the new kind, that have no place any more.
FIELDS_OF_EFFECTS = {"turn": "prompt_index", "known_cursor_run_id": "previous_ref"}
FIELDS_OF_EVENTS = {
    "cursor_run_id": "prompt_ref",
    "is_fresh": "is_up_to_date",
    "reading": "enrichment",
    "said_at": "reported_at",
    "turn": "prompt_index",
    "webhook": "pushed",
}
DROPPED = {
    "AgentReported": ("answered", "prompt_ref"),
    "EffectFailed": ("details",),
    "FetchAgent": ("agent_id", "marker", "prompt_index"),
    "FollowUpRefused": ("transient",),
    "LaunchFailed": ("reason",),
    "OpenRevert": ("body",),
}
