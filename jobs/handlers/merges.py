"""Merges, by us or by GitHub itself, and the branches they go into."""

from dataclasses import replace
from datetime import timedelta

from bot.clients.errors import ClientError, PermanentError
from bot.clients.github.auto_merge import AutoMergeEnabled, MergeDirectly
from bot.clients.github.merging import (
    Enqueued,
    MergeAnswer,
    MergedAt,
    MergePending,
    is_not_authorized,
    is_passing,
    is_workflow_refusal,
)
from bot.core import events
from bot.core.effects import (
    CancelMerge,
    CreateBaseBranch,
    DeleteBranch,
    EnableAutoMerge,
    FetchMerge,
    MergePullRequest,
    OpenRevert,
    RerunBase,
)
from bot.core.model.observations import PullRequestSnapshot
from bot.rendering.pull_requests import revert_body, revert_title
from jobs.engine.interfaces import ClaimLost, NotApplied
from jobs.handlers.handler import Applied, Context, Handler, missing, only_logged, safe_to_repeat
from jobs.handlers.renamed import by_its_known_name
from jobs.handlers.rules import rules_of

# How old the fetch may be that a merge rests on.
MAX_AGE = timedelta(seconds=15)

Asked = MergePullRequest | FetchMerge | EnableAutoMerge


def _merge(context: Context, effect: MergePullRequest) -> events.Event:
    if is_outdated(context, effect):
        return events.MergeOutdated(task=effect.task, head=effect.head)
    answer = context.github.merge(
        effect.number,
        head=effect.head,
        method=effect.method,
        title=effect.title,
        message=effect.message,
        directly=effect.directly,
    )
    return _merge_answer(context, effect, answer)


def is_outdated(context: Context, effect: MergePullRequest | EnableAutoMerge) -> bool:
    """Return whether what the merge rests on is too old, or something has happened since.

    No merge of GitHub's guards the base, so it has to be one that was seen just now.
    """
    task = context.epic.task(effect.task)
    stirred_at = task.pull_request.stirred_at if task and task.pull_request else None
    if effect.fetched_at is None or context.now - effect.fetched_at >= MAX_AGE:
        return True
    return stirred_at is not None and stirred_at > effect.fetched_at


def _merge_answer(
    context: Context, effect: MergePullRequest | FetchMerge, answer: MergeAnswer
) -> events.Event:
    if isinstance(answer, MergedAt):
        base = _base_of(context, effect)
        return events.Merged(
            task=effect.task,
            number=effect.number,
            sha=answer.sha,
            base=base,
            base_unknown=base is None,
        )
    if isinstance(answer, Enqueued):
        return events.Enqueued(task=effect.task)
    if isinstance(answer, MergePending):
        return events.MergePending(task=effect.task, uuid=answer.uuid)
    return replace(_refused(effect, answer.reason), other_call=answer.other_call)


def _base_of(context: Context, effect: Asked, base: str | None = None) -> str | None:
    """Return where it was merged; None where that cannot be asked: that it is merged is a fact.

    A branch that was renamed meanwhile is the one that it was merged into.
    """
    task = context.epic.task(effect.task)
    try:
        base = base or context.github.base_of(effect.number)
        return by_its_known_name(context, context.epic.base_of(task), base) if task else base
    except (ClientError, ClaimLost):
        return None


def _refused(effect: Asked, reason: str | None) -> events.MergeRefused:
    words = reason or ""
    return events.MergeRefused(
        task=effect.task,
        head=effect.head,
        reason=reason,
        needs_person=is_workflow_refusal(words) or is_not_authorized(words),
        is_passing=is_passing(words),
        auto_merge=isinstance(effect, EnableAutoMerge),
    )


def _merged(context: Context, effect: Asked, snapshot: PullRequestSnapshot) -> events.Merged | None:
    if not snapshot.is_merged or snapshot.merge_sha is None:
        return None
    base = _base_of(context, effect, snapshot.base_branch)
    return events.Merged(
        task=effect.task,
        number=effect.number,
        sha=snapshot.merge_sha,
        base=base,
        base_unknown=base is None,
    )


def _under_way(
    context: Context, effect: Asked, snapshot: PullRequestSnapshot
) -> events.Event | None:
    """Return what an earlier try has led to."""
    if snapshot.queue_position is not None:
        return events.Enqueued(task=effect.task)
    return _merged(context, effect, snapshot)


def _already_merged(context: Context, effect: MergePullRequest) -> Applied:
    """Fetch the pull request; asking again is safe too, because the head guards it."""
    return _under_way(context, effect, context.github.pull_request(effect.number)) or NotApplied()


def _merge_refused(effect: Asked, error: ClientError) -> events.Event:
    return _refused(effect, error.message)


def _fetch_merge(context: Context, effect: FetchMerge) -> events.Event:
    answer = context.github.merge_result(effect.number, effect.uuid)
    if isinstance(answer, MergedAt | MergePending):
        return _merge_answer(context, effect, answer)
    # A request that GitHub forgot or failed may still have merged: the pull request decides.
    merged = _merged(context, effect, context.github.pull_request(effect.number))
    return merged or _merge_answer(context, effect, answer)


def _enable(context: Context, effect: EnableAutoMerge) -> events.Event:
    if is_outdated(context, effect):
        return events.MergeOutdated(task=effect.task, head=effect.head)
    answer = context.github.enable_auto_merge(
        effect.node_id,
        head=effect.head,
        method=effect.method,
        title=effect.title,
        message=effect.message,
    )
    if isinstance(answer, AutoMergeEnabled):
        return events.AutoMergeSet(task=effect.task)
    # The refusal has it evaluated again, and merged by us if nothing stands in the way.
    return _refused(effect, None if isinstance(answer, MergeDirectly) else answer.reason)


def _already_enabled(context: Context, effect: EnableAutoMerge) -> Applied:
    snapshot = context.github.pull_request(effect.number)
    if snapshot.auto_merge:
        return events.AutoMergeSet(task=effect.task)
    return _under_way(context, effect, snapshot) or NotApplied()


def _cancel(context: Context, effect: CancelMerge) -> None:
    if effect.auto_merge:
        context.github.disable_auto_merge(effect.node_id)
    if effect.is_queued:
        context.github.dequeue(effect.node_id)


def _create_base(context: Context, effect: CreateBaseBranch) -> events.Event:
    """Create the branch unless it exists, at whatever commit."""
    if not context.github.branch_exists(effect.branch):
        try:
            context.github.create_branch(effect.branch, effect.source)
        except PermanentError:
            if not context.github.branch_exists(effect.branch):
                raise
    return events.BaseReady()


def _no_base(effect: CreateBaseBranch, error: ClientError) -> events.Event:
    del effect
    return events.BaseReady(reason=error.message)


def _revert(context: Context, effect: OpenRevert) -> events.Event:
    title = revert_title(effect.title, effect.number)
    task = context.epic.task(effect.task)
    body = revert_body(context.epic, task) if task else ""
    number = context.github.revert_pull_request(effect.node_id, title, body)
    return events.RevertOpened(task=effect.task, number=number)


def _already_reverted(context: Context, effect: OpenRevert) -> Applied:
    """Find it by its branch, which GitHub names."""
    branch = f"revert-{effect.number}-{effect.head_branch}"
    number = context.github.pull_request_for_branch(branch)
    if number is None:
        return missing(context)
    return events.RevertOpened(task=effect.task, number=number)


def _rerun_base(context: Context, effect: RerunBase) -> events.Event | None:
    """Fetch the branch where this is refused: a person is needed then."""
    if context.github.rerun_workflows(effect.runs):
        return None
    return events.BaseChanged(branch=effect.branch, moved=False, failed=True)


def _delete_branch(context: Context, effect: DeleteBranch) -> events.Event | None:
    """Delete the branch; by REST, GitHub would close what needs it.

    Where the repository deletes the heads of what was merged, it gives what is based on them
    another base first.
    """
    github, epic = context.github, context.epic
    base = epic.default_branch if effect.branch == epic.base else epic.base
    rules = rules_of(context.services, github, epic.repository, base)
    if effect.is_head and rules.deletes_branches:
        return None
    if needed := github.open_ones_needing(effect.branch):
        return events.BranchKept(branch=effect.branch, pull_requests=needed)
    github.delete_branch(effect.branch)
    return None


MERGE = Handler[MergePullRequest](
    service="GitHub", perform=_merge, already_applied=_already_merged, refused=_merge_refused
)
FETCH_MERGE = Handler[FetchMerge](
    service="GitHub", perform=_fetch_merge, already_applied=safe_to_repeat, refused=_merge_refused
)
AUTO_MERGE = Handler[EnableAutoMerge](
    service="GitHub", perform=_enable, already_applied=_already_enabled, refused=_merge_refused
)
CALL_OFF = Handler[CancelMerge](
    service="GitHub", perform=_cancel, already_applied=safe_to_repeat, refused=only_logged
)
MAKE_BASE = Handler[CreateBaseBranch](
    service="GitHub", perform=_create_base, already_applied=safe_to_repeat, refused=_no_base
)
REVERT = Handler[OpenRevert](
    service="GitHub", perform=_revert, already_applied=_already_reverted, refused=only_logged
)
RERUN_BASE = Handler[RerunBase](
    service="GitHub", perform=_rerun_base, already_applied=safe_to_repeat, refused=only_logged
)
DELETE_BRANCH = Handler[DeleteBranch](
    service="GitHub", perform=_delete_branch, already_applied=safe_to_repeat, refused=only_logged
)
