"""Decide what an event means: the one place where status changes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import events
from bot.core.commands.run import command_given
from bot.core.model.epic import Epic
from bot.core.model.terms import Terms
from bot.core.reservations import Holder, Slot
from bot.core.transitions import faults, mentions, reporting, timers
from bot.core.transitions.agent_run import follow_up, money, reports, work
from bot.core.transitions.epic import (
    approval,
    base_branch,
    checklist,
    edits,
    interruptions,
    planning,
)
from bot.core.transitions.epic.scheduling import schedule
from bot.core.transitions.pull_request import (
    auto_merge,
    branch_update,
    fix_rounds,
    merge_queue,
    merging,
    observe,
    reviews,
)
from bot.core.transitions.transition import Decision, Emission, Transition

__all__ = ["HANDLERS", "Decision", "Emission", "decide"]

HANDLERS: dict[type[events.Event], Callable[[Transition, Any], None]] = {
    events.EpicLabelled: approval.labelled,
    events.BodyEdited: edits.edited,
    events.BodyWritten: edits.written,
    events.BoxNotFound: checklist.box_not_found,
    events.LineNotAdded: checklist.line_not_added,
    events.CommandGiven: command_given,
    events.CommentDeleted: reporting.comment_deleted,
    events.ProgressCommentUpdated: reporting.progress_comment_updated,
    events.ProgressCommentGone: reporting.progress_comment_gone,
    events.Throttled: reporting.throttled,
    events.EffectFailed: reporting.effect_failed,
    events.Parked: faults.parked,
    events.TimePassed: timers.passed,
    events.AgentReported: reports.reported,
    events.AgentGone: reports.gone,
    events.AgentLaunched: reports.launched,
    events.LaunchFailed: reports.launch_failed,
    events.LaunchUnanswered: reports.launch_unanswered,
    events.FollowUpTaken: follow_up.taken,
    events.FollowUpRefused: follow_up.refused,
    events.AgentStopped: reports.stopped,
    events.AgentNotStopped: reports.not_stopped,
    events.WorkFetched: work.fetched,
    events.PullRequestChanged: observe.changed,
    events.PullRequestFetched: observe.fetched,
    events.PullRequestOpened: observe.opened,
    events.PullRequestRefused: observe.refused,
    events.BranchUpdated: branch_update.updated,
    events.UpdateRefused: branch_update.refused,
    events.JobsRerun: fix_rounds.jobs_rerun,
    events.FailuresFetched: fix_rounds.failures_fetched,
    events.ReviewsFetched: reviews.fetched,
    events.MergePending: merging.pending,
    events.MergeOutdated: merging.outdated,
    events.Merged: merging.merged,
    events.MergeRefused: merging.refused,
    events.Enqueued: merge_queue.enqueued,
    events.AutoMergeSet: auto_merge.auto_merge_set,
    events.PlanAnswered: planning.answered,
    events.PlanRefused: planning.refused,
    events.PlanWritten: planning.written,
    events.PlanNotWritten: planning.not_written,
    events.BaseChanged: base_branch.changed,
    events.BaseFetched: base_branch.fetched,
    events.BaseFetchRefused: base_branch.not_fetched,
    events.BaseRenamed: base_branch.renamed,
    events.BaseReady: base_branch.ready,
    events.BranchKept: base_branch.branch_kept,
    events.RevertOpened: base_branch.revert_opened,
    events.Interrupted: interruptions.interrupted,
    events.InterruptionResolved: interruptions.resolved,
    events.CheckRunUpdated: observe.check_run_updated,
}


def decide(
    epic: Epic,
    event: events.Event,
    now: datetime,
    held: Mapping[Slot, Holder] | None = None,
    terms: Terms | None = None,
) -> Decision:
    """Return the new facts and what to do outside; pure, and safe to repeat.

    `held` are slots that somebody outside the epic holds, `terms` the operator's. Raises
    KeyError for an event that has no handler.
    """
    transition = Transition(epic, now, held or {}, getattr(event, "by", None), terms or Terms())
    HANDLERS[type(event)](transition, event)
    money.settle(transition)
    planning.settle(transition)
    schedule(transition)
    base_branch.watch(transition, epic)
    mentions.announce(transition, epic)
    transition.epic = replace(transition.epic, due_at=timers.next_due_at(transition.epic, now))
    reporting.report(transition, epic)
    return transition.decision()
