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
from bot.core.transitions.transition import Ask, Decision, Turn

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
    events.TimePassed: timers.passed,
    events.AgentSaid: reports.said,
    events.AgentGone: reports.gone,
    events.AgentLaunched: reports.launched,
    events.LaunchFailed: reports.launch_failed,
    events.FollowUpTaken: reports.follow_up_taken,
    events.FollowUpRefused: reports.follow_up_refused,
    events.AgentStopped: reports.stopped,
    events.WorkSeen: reports.work_seen,
    events.PullRequestChanged: observe.changed,
    events.PullRequestSeen: observe.seen,
    events.PullRequestOpened: observe.opened,
    events.PullRequestRefused: observe.refused,
    events.BranchUpdated: fix_rounds.updated,
    events.UpdateRefused: fix_rounds.update_refused,
    events.JobsRerun: fix_rounds.jobs_rerun,
    events.FailuresRead: fix_rounds.failures_read,
    events.ReviewsRead: fix_rounds.reviews_read,
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
    events.CheckShown: observe.check_shown,
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
    turn.epic = replace(turn.epic, look_at=timers.next_look(turn.epic, now))
    reporting.report(turn, epic)
    return turn.decision()
