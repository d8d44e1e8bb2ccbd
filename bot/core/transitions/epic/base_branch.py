"""The branch that tasks go into: created for the epic, moved, red."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.effects import OpenRevert, RerunBase
from bot.core.events import (
    BaseChanged,
    BaseFetched,
    BaseFetchRefused,
    BaseReady,
    BaseRenamed,
    BranchKept,
    RevertOpened,
)
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.kept_branch import KeptBranch
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.observations import BaseBranch, Check, CheckState
from bot.core.model.reasons import FailureKind, Pause, PauseKind
from bot.core.model.task import Task
from bot.core.transitions import mentions
from bot.core.transitions.epic.endings import fetch_again, pause
from bot.core.transitions.epic.known_base import fetch_base, give_up_doubt, looked_for, pushed
from bot.core.transitions.epic.start import begin, branch_to_start_from, is_due
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.states import base_state
from bot.core.transitions.transition import Transition, quoted

# A workflow run ends a little later than its last job, and only then is it run again.
RERUN_SECONDS = 5.0


def ready(transition: Transition, event: BaseReady) -> None:
    """Use the epic's own branch once it exists; pause if it could not be created."""
    if event.reason is None:
        transition.update_epic(base_is_ready=True)
    elif transition.epic.status is EpicStatus.ACTIVE:
        reason = Pause(
            kind=PauseKind.NO_BASE_BRANCH,
            branch=transition.epic.base,
            quote=quoted(event.reason),
        )
        pause(transition, reason)


def changed(transition: Transition, event: BaseChanged) -> None:
    """Evaluate what waits when the branch has moved; fetch its checks when one has ended."""
    pushed(transition, event)
    epic = transition.epic
    bases = (epic.base, epic.default_branch)
    if epic.status is not EpicStatus.ACTIVE or event.branch not in bases:
        return
    # Once all tasks are merged, a check on the epic's branch is one on its final pull request.
    failed = event.failed and any(not task.status.is_final for task in epic.checklist_tasks)
    if event.branch == epic.base and (failed or epic.base_red or event.is_default_no_more):
        fetch_base(transition)
    if event.moved:
        for task in list(epic.under_way()):
            if epic.base_of(task) == event.branch:
                _moved(transition, task)


def _moved(transition: Transition, task: Task) -> None:
    """Judge it again by the base's new head."""
    if task.pull_request is not None:
        request = replace(task.pull_request, stirred_at=transition.now)
        task = transition.update(task, pull_request=request)
    if task.status is TaskStatus.PR_OPEN:
        fetch(transition, task)


def renamed(transition: Transition, event: BaseRenamed) -> None:
    """Follow the base branch to its new name, and look again at what goes into it."""
    if follow_base(transition, event.before, event.after):
        fetch_again(transition)
        for task in list(transition.epic.under_way()):
            if task.status in (TaskStatus.PR_OPEN, TaskStatus.MERGING):
                fetch(transition, task)
        if transition.epic.base_red:
            fetch_base(transition)


def follow_base(transition: Transition, before: str, after: str) -> bool:
    """Store the base branch's new name; False where it is not this branch that tasks go into."""
    if transition.epic.base != before:
        return False
    transition.update_epic(base_branch=after)
    transition.log(Notice(kind=NoticeKind.BASE_RENAMED, branch=after))
    return True


def watch(transition: Transition, before: Epic) -> None:
    """Fetch a base that was red or in doubt before a pause: nobody watched it meanwhile."""
    continues = (
        transition.epic.status is EpicStatus.ACTIVE and before.status is not EpicStatus.ACTIVE
    )
    if continues and (transition.epic.base_red or transition.epic.known_base.in_doubt):
        fetch_base(transition)


def fetched(transition: Transition, event: BaseFetched) -> None:
    """Use what was fetched of the base branch; a start that is due has waited for it."""
    epic = transition.epic
    failed = counting_on_base(event.base, event.rules, epic.settings)
    if is_due(transition):
        if event.branch == branch_to_start_from(epic):
            begin(transition)
            base_turned(transition, event.base, failed)
    elif event.branch == epic.base and epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        looked_for(transition, event.merge, event.base.sha, is_lost=event.is_lost)
        base_turned(transition, event.base, failed)


def not_fetched(transition: Transition, event: BaseFetchRefused) -> None:
    """Start without it: what fails later says why."""
    notice = Notice(kind=NoticeKind.BASE_NOT_FETCHED, branch=event.branch, quote=event.reason)
    transition.log(notice)
    give_up_doubt(transition)
    if is_due(transition):
        begin(transition)


def base_turned(transition: Transition, base: BaseBranch, failed: tuple[str, ...]) -> None:
    """Hold launches and merges while the checks `failed` fail, and release them afterwards."""
    was_red, epic = transition.epic.base_red, transition.epic
    if was_red and not failed and _has_yet_to_pass(transition, base):
        return
    unfinished = tuple(name for name in failed if name not in base.failed_checks)
    known = replace(epic.known_base, unfinished=unfinished, awaited=None, awaited_since=None)
    transition.update_epic(base_red=failed, known_base=known)
    if failed and not was_red:
        transition.log(Notice(kind=NoticeKind.BASE_RED, branch=epic.base, names=failed))
    if failed and unfinished == failed:
        # Nothing has failed, so there is nothing to revert.
        if not _run_again(transition, base):
            _say_red(transition, base)
    elif failed and set(was_red) <= set(epic.known_base.unfinished):
        if not _offer_revert(transition, base):
            _say_red(transition, base)
    elif was_red and not failed:
        transition.log(Notice(kind=NoticeKind.BASE_GREEN, branch=epic.base))
        mentions.base_green(transition)
        for task in list(transition.epic.under_way()):
            if task.status is TaskStatus.PR_OPEN:
                fetch(transition, task)


def _has_yet_to_pass(transition: Transition, base: BaseBranch) -> bool:
    """Return whether what was red runs, or may still start on a head that was just pushed."""
    known, red = transition.epic.known_base, set(transition.epic.base_red)
    if known.awaited != base.sha or known.awaited_since is None:
        known = replace(known, awaited=base.sha, awaited_since=transition.now)
        transition.update_epic(known_base=known)
    running = [check for check in base.checks if check.state is CheckState.RUNNING]
    if red & _names(running):
        return True
    return not red <= _names(base.checks) and transition.now < start_ends(transition.epic)


def start_ends(epic: Epic) -> datetime:
    """Return until when what was red may start on a head that was pushed since."""
    since = epic.known_base.awaited_since or datetime.min.replace(tzinfo=UTC)
    return since + timedelta(seconds=epic.settings.grace)


def _names(checks: Iterable[Check]) -> set[str | None]:
    """Return what they may have been called while they were red: a workflow, if without jobs."""
    return {name for check in checks for name in (check.name, check.workflow_name)}


def _run_again(transition: Transition, base: BaseBranch) -> bool:
    """Run what was cancelled once more; False where that has been tried, or is not for us."""
    epic, runs = transition.epic, base.interrupted_runs
    if not runs or base.sha is None or epic.known_base.rerun == base.sha:
        return False
    if epic.status is EpicStatus.ACTIVE:
        known = replace(epic.known_base, rerun=base.sha)
        transition.update_epic(known_base=known)
        transition.emit(RerunBase(branch=epic.base, head=base.sha, runs=runs), RERUN_SECONDS)
    return True


def _say_red(transition: Transition, base: BaseBranch) -> None:
    """Tell the epic's starter."""
    if transition.epic.status is EpicStatus.ACTIVE:
        mentions.call(transition, base_state(transition.epic, base.sha))


def _offer_revert(transition: Transition, base: BaseBranch) -> bool:
    """Offer to revert the last merge of this epic while it is the branch's head."""
    task = _merged_at(transition.epic, base)
    if task is None:
        return False
    if transition.epic.revert_offered == task.merge_sha:
        return True
    request = task.pull_request
    assert request is not None
    transition.update_epic(revert_offered=task.merge_sha)
    transition.emit(
        OpenRevert(
            task=task.number,
            number=request.number,
            node_id=request.node_id,
            head_branch=request.head_branch,
            title=task.title,
        )
    )
    return True


def _merged_at(epic: Epic, base: BaseBranch) -> Task | None:
    for task in epic.tasks:
        if task.merge_sha and task.merge_sha == base.sha and task.pull_request:
            return task
    return None


def branch_kept(transition: Transition, event: BranchKept) -> None:
    """Remember a branch that was not deleted, for the report at the end."""
    kept = KeptBranch(branch=event.branch, pull_requests=event.pull_requests)
    others = tuple(one for one in transition.epic.kept_branches if one.branch != kept.branch)
    transition.update_epic(kept_branches=(*others, kept))
    numbers = tuple(f"#{number}" for number in event.pull_requests)
    notice = Notice(kind=NoticeKind.BRANCH_KEPT, branch=event.branch, names=numbers)
    transition.log(notice)


def revert_opened(transition: Transition, event: RevertOpened) -> None:
    """Tell the epic's starter what is red, or was merged elsewhere, and what can be done."""
    epic = transition.epic
    task = epic.task(event.task)
    failure = task.failure if task else None
    elsewhere = failure is not None and failure.kind is FailureKind.MERGED_ELSEWHERE
    notice = Notice(
        kind=NoticeKind.REVERT_OPENED,
        task=event.task,
        pull_request=event.number,
        failure=failure if elsewhere else None,
    )
    transition.log(notice, event.task)
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=epic.started_by,
        notice=notice,
        checks=epic.base_red,
        task=event.task,
    )
    transition.comment(message, f"revert:{event.number}")
