"""Decide what an event means: the one place where status changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import events
from bot.core.model.epic import Epic
from bot.core.transitions import commands, reporting, timers
from bot.core.transitions.agent_run import reports
from bot.core.transitions.epic import base_branch, checklist, interruptions
from bot.core.transitions.epic.endings import go_on
from bot.core.transitions.pull_request import fix_rounds, merging, observe
from bot.core.transitions.transition import Decision, Emission, Transition

__all__ = ["HANDLERS", "Decision", "Emission", "decide"]

HANDLERS: dict[type[events.Event], Callable[[Transition, Any], None]] = {
    events.EpicLabelled: checklist.labelled,
    events.BodyEdited: checklist.edited,
    events.BodyWritten: checklist.written,
    events.BoxNotFound: checklist.box_not_found,
    events.LineNotAdded: checklist.line_not_added,
    events.CommandGiven: commands.command_given,
    events.CommentDeleted: reporting.comment_deleted,
    events.ProgressCommentUpdated: reporting.progress_comment_updated,
    events.ProgressCommentGone: reporting.progress_comment_gone,
    events.Throttled: reporting.throttled,
    events.EffectFailed: reporting.effect_failed,
    events.Parked: reporting.parked,
    events.TimePassed: timers.passed,
    events.AgentReported: reports.said,
    events.AgentGone: reports.gone,
    events.AgentLaunched: reports.launched,
    events.LaunchFailed: reports.launch_failed,
    events.FollowUpTaken: reports.follow_up_taken,
    events.FollowUpRefused: reports.follow_up_refused,
    events.AgentStopped: reports.stopped,
    events.WorkFetched: reports.work_seen,
    events.PullRequestChanged: observe.changed,
    events.PullRequestFetched: observe.seen,
    events.PullRequestOpened: observe.opened,
    events.PullRequestRefused: observe.refused,
    events.BranchUpdated: fix_rounds.updated,
    events.UpdateRefused: fix_rounds.update_refused,
    events.JobsRerun: fix_rounds.jobs_rerun,
    events.FailuresFetched: fix_rounds.failures_read,
    events.ReviewsFetched: fix_rounds.reviews_read,
    events.MergePending: merging.pending,
    events.Merged: merging.merged,
    events.MergeRefused: merging.refused,
    events.Enqueued: merging.enqueued,
    events.AutoMergeSet: merging.auto_merge_set,
    events.BaseChanged: base_branch.changed,
    events.BaseFetched: base_branch.seen,
    events.BaseFetchRefused: base_branch.not_seen,
    events.BaseReady: base_branch.ready,
    events.RevertOpened: base_branch.revert_opened,
    events.Interrupted: interruptions.interrupted,
    events.InterruptionResolved: interruptions.resolved,
    events.CheckRunUpdated: observe.check_run_updated,
}


def decide(
    epic: Epic, event: events.Event, now: datetime, base_taken_by: int | None = None
) -> Decision:
    """Return the new facts and what is to be done outside; pure, and safe to repeat.

    `base_taken_by` is the issue of another epic whose merge holds back one into the same base.
    Raises KeyError for an event that has no handler.
    """
    transition = Transition(epic, now, base_taken_by)
    HANDLERS[type(event)](transition, event)
    go_on(transition)
    base_branch.watch(transition, epic)
    transition.epic = replace(transition.epic, due_at=timers.next_due_at(transition.epic, now))
    reporting.report(transition, epic)
    return transition.decision()
