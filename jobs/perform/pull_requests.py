"""Effects on pull requests and their branches."""

from bot.clients.errors import ClientError, NotFound
from bot.clients.github.merging import MergeAnswer, MergedAt, MergePending
from bot.core import events
from bot.core.effects import (
    DeleteBranch,
    LookAtMerge,
    LookAtPullRequest,
    LookAtWork,
    MarkReady,
    MergePullRequest,
    OpenPullRequest,
)
from jobs.perform.performer import (
    Context,
    NotDone,
    Performer,
    Recognised,
    do_it_again,
    said_in_the_log,
)
from jobs.perform.rules import rules_of


def _look_at_work(context: Context, effect: LookAtWork) -> events.Event:
    if effect.pull_request is not None:
        try:
            seen = _seen(context, effect.task, effect.pull_request, effect.base)
        except NotFound:
            seen = None
        # An agent may speak of one that is not there, or not its own: then its branch counts.
        if seen is not None and seen.snapshot.head_branch == effect.branch:
            return seen
    number = context.github.pull_request_for_branch(effect.branch)
    if number is not None:
        return _seen(context, effect.task, number, effect.base)
    ahead = context.github.commits_ahead(effect.base, effect.branch)
    return events.WorkSeen(task=effect.task, run=effect.run, commits_ahead=ahead or 0)


def _look(context: Context, effect: LookAtPullRequest) -> events.Event:
    return _seen(context, effect.task, effect.number, effect.base)


def _seen(context: Context, task: int, number: int, base: str) -> events.PullRequestSeen:
    return events.PullRequestSeen(
        task=task,
        snapshot=context.github.pull_request(number),
        rules=rules_of(context.services, context.github, context.epic.repository, base),
        own_app_id=context.services.settings.github_app_id,
    )


def _refused(
    effect: LookAtWork | LookAtPullRequest | OpenPullRequest | MarkReady, error: ClientError
) -> events.Event:
    return events.PullRequestRefused(task=effect.task, reason=error.message)


def _open(context: Context, effect: OpenPullRequest) -> events.Event:
    number = context.github.open_pull_request(
        head=effect.branch, base=effect.base, title=effect.title, body=effect.body
    )
    return events.PullRequestOpened(task=effect.task, number=number)


def _mark_ready(context: Context, effect: MarkReady) -> events.Event:
    context.github.mark_ready(effect.node_id)
    return events.PullRequestChanged(task=effect.task)


def _merge(context: Context, effect: MergePullRequest) -> events.Event:
    answer = context.github.merge(
        effect.number,
        head=effect.head,
        method=effect.method,
        title=effect.title,
        message=effect.message,
    )
    return _merge_answer(effect, answer)


def _merge_answer(effect: MergePullRequest | LookAtMerge, answer: MergeAnswer) -> events.Event:
    if isinstance(answer, MergedAt):
        return events.Merged(task=effect.task, number=effect.number, sha=answer.sha)
    if isinstance(answer, MergePending):
        return events.MergePending(task=effect.task, uuid=answer.uuid)
    return events.MergeRefused(task=effect.task, head=effect.head, reason=answer.reason)


def _recognise_merge(context: Context, effect: MergePullRequest) -> Recognised:
    """Look at the pull request; asking again is safe too, being guarded by the head."""
    snapshot = context.github.pull_request(effect.number)
    if snapshot.is_merged and snapshot.merge_sha is not None:
        return events.Merged(task=effect.task, number=effect.number, sha=snapshot.merge_sha)
    return NotDone()


def _merge_refused(effect: MergePullRequest | LookAtMerge, error: ClientError) -> events.Event:
    return events.MergeRefused(task=effect.task, head=effect.head, reason=error.message)


def _look_at_merge(context: Context, effect: LookAtMerge) -> events.Event:
    answer = context.github.merge_result(effect.number, effect.uuid)
    if isinstance(answer, MergedAt | MergePending):
        return _merge_answer(effect, answer)
    # A request that GitHub forgot or failed may still have merged: the pull request decides.
    snapshot = context.github.pull_request(effect.number)
    if snapshot.is_merged and snapshot.merge_sha is not None:
        return events.Merged(task=effect.task, number=effect.number, sha=snapshot.merge_sha)
    return _merge_answer(effect, answer)


def _delete_branch(context: Context, effect: DeleteBranch) -> None:
    context.github.delete_branch(effect.branch)


LOOK_AT_WORK = Performer[LookAtWork](
    service="GitHub", perform=_look_at_work, recognise=do_it_again, refused=_refused
)
LOOK = Performer[LookAtPullRequest](
    service="GitHub", perform=_look, recognise=do_it_again, refused=_refused
)
# Opening one that is there already answers with its number.
OPEN = Performer[OpenPullRequest](
    service="GitHub", perform=_open, recognise=do_it_again, refused=_refused
)
MARK_READY = Performer[MarkReady](
    service="GitHub", perform=_mark_ready, recognise=do_it_again, refused=_refused
)
MERGE = Performer[MergePullRequest](
    service="GitHub", perform=_merge, recognise=_recognise_merge, refused=_merge_refused
)
LOOK_AT_MERGE = Performer[LookAtMerge](
    service="GitHub", perform=_look_at_merge, recognise=do_it_again, refused=_merge_refused
)
DELETE_BRANCH = Performer[DeleteBranch](
    service="GitHub", perform=_delete_branch, recognise=do_it_again, refused=said_in_the_log
)
