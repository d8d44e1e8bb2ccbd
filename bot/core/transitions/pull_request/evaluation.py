"""Evaluate an open pull request by the merge policy, and take the step that it comes to."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.effects import EditPullRequestBody, MarkReady
from bot.core.events import PullRequestFetched
from bot.core.merge_policy import MergeCandidate, Step, Verdict, evaluate, red_checks
from bot.core.merge_policy.pushes import is_vouched
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import Judged
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.teardown import cancel_our_auto_merge
from bot.core.transitions.epic.base_branch import base_turned
from bot.core.transitions.epic.endings import fail
from bot.core.transitions.epic.known_base import looked_for
from bot.core.transitions.pull_request.auto_merge import set_auto_merge
from bot.core.transitions.pull_request.branch_update import conflict, update
from bot.core.transitions.pull_request.fix_rounds import checks_failed, checks_interrupted
from bot.core.transitions.pull_request.merging import merge
from bot.core.transitions.pull_request.reviews import changes_requested
from bot.core.transitions.pull_request.waiting import wait
from bot.core.transitions.transition import Transition

MARK_READY_FETCH = 5.0


def evaluate_and_act(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """Take the next step towards the merge of the pull request as fetched."""
    if _base_is_lost(transition, task, event):
        return
    candidate, epic = _candidate(transition, task, event), transition.epic
    if event.snapshot.is_open and epic.base_of(task) == epic.base:
        base_turned(transition, event.snapshot.base, red_checks(candidate))
        task, epic = transition.epic.task(task.number) or task, transition.epic
        candidate = replace(
            candidate, base_red=epic.base_red, base_unfinished=epic.known_base.unfinished
        )
    verdict = evaluate(candidate)
    task = _judged(transition, task, event, verdict)
    if not verdict.leaves_auto_merge:
        task = cancel_our_auto_merge(transition, task)
    _act(transition, task, event, verdict)


def _judged(
    transition: Transition, task: Task, event: PullRequestFetched, verdict: Verdict
) -> Task:
    """Remember what was found."""
    request = task.pull_request
    assert request is not None
    reviews = sorted(review.id for review in event.snapshot.reviews if not review.is_bot)
    return transition.update(
        task,
        pull_request=replace(
            request,
            red_at=request.red_at if verdict.step is Step.CHECKS_FAILED else None,
            judged=Judged(stage=verdict.stage, reviews=tuple(reviews)),
        ),
    )


def _base_is_lost(transition: Transition, task: Task, event: PullRequestFetched) -> bool:
    """Pause where the epic's last merge is not in its base any more."""
    into_base = transition.epic.base_of(task) == transition.epic.base
    head = event.snapshot.base.sha if into_base else event.snapshot.head_sha
    return looked_for(transition, event.merge, head, is_lost=event.is_lost)


def _candidate(transition: Transition, task: Task, event: PullRequestFetched) -> MergeCandidate:
    epic, request = transition.epic, task.pull_request
    assert request is not None
    snapshot = event.snapshot
    vouched = is_vouched(task.pushes, snapshot.head_branch, snapshot.head_sha)
    return MergeCandidate(
        snapshot=snapshot,
        rules=event.rules,
        settings=epic.settings_for(task),
        expected=event.expected,
        now=transition.now,
        head_seen_at=request.head_seen_at,
        pending_since=request.pending_at,
        own_app_id=event.own_app_id,
        is_up_to_date=event.is_up_to_date,
        # What somebody pushed after a person's word is another matter.
        merge_now=task.merge_now and vouched,
        may_change_workflows=event.may_change_workflows,
        approved_by_commander=event.approved_by_commander,
        vouched=vouched,
        pushers=event.pushers,
        held_by=event.held_by,
        pushes_known=event.pushes_known,
        push_approved=event.push_approved,
        steered_by=epic.steerers,
        epic=(epic.repository, epic.issue_number),
        refusal=request.merge.refusal,
        merge_forbidden=request.merge.forbidden,
        unknown_before=max(request.unknown_fetches - 1, 0),
    )


def _act(transition: Transition, task: Task, event: PullRequestFetched, verdict: Verdict) -> None:
    match verdict.step:
        case Step.CLOSED:
            fail(transition, task, closed(event))
        case Step.MARK_READY:
            _mark_ready(transition, task, event, verdict)
        case Step.AUTO_MERGE:
            set_auto_merge(transition, task, event, verdict)
        case Step.MERGE:
            merge(transition, task, event)
        case Step.CONFLICT:
            conflict(transition, task)
        case _:
            _BY_VERDICT.get(verdict.step, wait)(transition, task, verdict)


def closed(event: PullRequestFetched) -> Failure:
    """Return why the pull request was closed without a merge."""
    snapshot = event.snapshot
    if snapshot.head_renamed_to is not None:
        return Failure(
            kind=FailureKind.BRANCH_RENAMED,
            pull_request=snapshot.number,
            branch=snapshot.head_branch,
            renamed_to=snapshot.head_renamed_to,
        )
    if not snapshot.head_branch_exists:
        return Failure(kind=FailureKind.BRANCH_DELETED, pull_request=snapshot.number)
    return Failure(
        kind=FailureKind.PULL_REQUEST_CLOSED,
        by=snapshot.closed_by,
        pull_request=snapshot.number,
    )


def _mark_ready(
    transition: Transition, task: Task, event: PullRequestFetched, verdict: Verdict
) -> None:
    snapshot = event.snapshot
    transition.emit(MarkReady(task=task.number, number=snapshot.number, node_id=snapshot.node_id))
    transition.update(
        task,
        wait=verdict.wait,
        needs_person=False,
        due_at=transition.in_seconds(MARK_READY_FETCH),
    )


def _edit_body(transition: Transition, task: Task, verdict: Verdict) -> None:
    assert task.pull_request is not None
    transition.emit(EditPullRequestBody(task=task.number, number=task.pull_request.number))
    transition.log(Notice(kind=NoticeKind.CLOSING_KEYWORDS_REMOVED), task.number)
    wait(transition, task, verdict)


_BY_VERDICT: dict[Step, Callable[[Transition, Task, Verdict], object]] = {
    Step.EDIT_BODY: _edit_body,
    Step.UPDATE: update,
    Step.CHECKS_FAILED: checks_failed,
    Step.CHECKS_INTERRUPTED: checks_interrupted,
    Step.CHANGES_REQUESTED: changes_requested,
}
