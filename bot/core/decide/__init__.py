"""Decide what an event means: the one place where status changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import events
from bot.core.decide import (
    agent,
    base_branch,
    checklist,
    commands,
    fixing,
    interruptions,
    merging,
    pull_request,
    reporting,
    time,
)
from bot.core.decide.outcomes import go_on
from bot.core.decide.turn import Ask, Decision, Turn
from bot.core.epic import Epic

__all__ = ["HANDLERS", "Ask", "Decision", "decide"]

HANDLERS: dict[type[events.Event], Callable[[Turn, Any], None]] = {
    events.EpicLabelled: checklist.labelled,
    events.BodyEdited: checklist.edited,
    events.BodyWritten: checklist.written,
    events.BoxNotFound: checklist.box_not_found,
    events.LineNotAdded: checklist.line_not_added,
    events.CommandGiven: commands.command_given,
    events.CommentDeleted: reporting.comment_deleted,
    events.ProgressShown: reporting.progress_shown,
    events.ProgressGone: reporting.progress_gone,
    events.Throttled: reporting.throttled,
    events.EffectFailed: reporting.effect_failed,
    events.TimePassed: time.passed,
    events.AgentSaid: agent.said,
    events.AgentGone: agent.gone,
    events.AgentLaunched: agent.launched,
    events.LaunchFailed: agent.launch_failed,
    events.FollowUpTaken: agent.follow_up_taken,
    events.FollowUpRefused: agent.follow_up_refused,
    events.AgentStopped: agent.stopped,
    events.WorkSeen: agent.work_seen,
    events.PullRequestChanged: pull_request.changed,
    events.PullRequestSeen: pull_request.seen,
    events.PullRequestOpened: pull_request.opened,
    events.PullRequestRefused: pull_request.refused,
    events.BranchUpdated: fixing.updated,
    events.UpdateRefused: fixing.update_refused,
    events.JobsRerun: fixing.jobs_rerun,
    events.FailuresRead: fixing.failures_read,
    events.ReviewsRead: fixing.reviews_read,
    events.MergePending: merging.pending,
    events.Merged: merging.merged,
    events.MergeRefused: merging.refused,
    events.Enqueued: merging.enqueued,
    events.AutoMergeSet: merging.auto_merge_set,
    events.BaseChanged: base_branch.changed,
    events.BaseSeen: base_branch.seen,
    events.BaseNotSeen: base_branch.not_seen,
    events.BaseReady: base_branch.ready,
    events.RevertOpened: base_branch.revert_opened,
    events.Interrupted: interruptions.interrupted,
    events.MadeGood: interruptions.made_good,
    events.CheckShown: pull_request.check_shown,
}


def decide(
    epic: Epic, event: events.Event, now: datetime, base_taken_by: int | None = None
) -> Decision:
    """Return the new facts and what is to be done outside; pure, and safe to repeat.

    `base_taken_by` is the issue of another epic whose merge holds back one into the same base.
    Raises KeyError for an event that has no handler.
    """
    turn = Turn(epic, now, base_taken_by)
    HANDLERS[type(event)](turn, event)
    go_on(turn)
    base_branch.watch(turn, epic)
    turn.epic = replace(turn.epic, look_at=time.next_look(turn.epic, now))
    reporting.report(turn, epic)
    return turn.decision()
