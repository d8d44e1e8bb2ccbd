"""Fetch what a task left on GitHub, its reviews, and the base branch."""

from dataclasses import replace

from bot.clients.errors import ClientError, NotFound
from bot.core import events
from bot.core.effects import FetchBase, FetchPullRequest, FetchReviews, FetchWork
from bot.core.merge_policy import governed_path
from bot.core.model.observations import PullRequestSnapshot
from bot.core.text.branches import in_the_way_of, is_of_another_task
from jobs.handlers.evidence import expected_checks_of
from jobs.handlers.handler import Context, Handler, safe_to_repeat
from jobs.handlers.pushers import approvers, may_merge, pushers_of
from jobs.handlers.renamed import renamed
from jobs.handlers.rules import may_change_workflows, rules_of
from jobs.handlers.up_to_date import has_lost, is_lost, is_up_to_date, merge_base, needed_merge

_WORKFLOWS = ".github/workflows/"


def _fetch_work(context: Context, effect: FetchWork) -> events.Event:
    try:
        return _work(context, effect)
    except NotFound:
        if found := renamed(context, effect.base):
            return found
        raise


def _work(context: Context, effect: FetchWork) -> events.Event:
    snapshot = _pull_request_of(context, effect)
    if snapshot is not None:
        return _fetched(context, effect.task, snapshot, effect.base)
    branch, ahead = effect.branch, context.github.commits_ahead(effect.base, effect.branch)
    if not ahead and effect.reported_branch is not None and effect.since is not None:
        branch = effect.reported_branch
        ahead = context.github.commits_since(effect.base, branch, effect.since)
    if not ahead and (renamed := context.github.renamed_to(effect.branch)):
        branch, ahead = renamed, context.github.commits_ahead(effect.base, renamed)
    taken = None
    if not ahead:
        # An agent whose branch cannot exist ends without any, whatever it did.
        taken = context.github.first_branch_of(in_the_way_of(context.epic.issue_number))
    found = branch if ahead and branch != effect.branch else None
    return events.WorkFetched(
        task=effect.task, run=effect.run, commits_ahead=ahead or 0, branch=found, name_taken=taken
    )


def _pull_request_of(context: Context, effect: FetchWork) -> PullRequestSnapshot | None:
    """Find the task's pull request: the known one, the reported one, or that of a branch.

    A closed one counts where there is no better.
    """
    closed: PullRequestSnapshot | None = None
    for find in (_known, _reported, _of_branch, _of_reported_branch):
        snapshot = find(context, effect)
        if snapshot is None:
            continue
        snapshot = _open_instead(context, snapshot, effect.base)
        if snapshot.is_open or snapshot.is_merged:
            return snapshot
        closed = closed or snapshot
    return closed


def _known(context: Context, effect: FetchWork) -> PullRequestSnapshot | None:
    return None if effect.pull_request is None else _read(context, effect.pull_request)


def _reported(context: Context, effect: FetchWork) -> PullRequestSnapshot | None:
    """Return the one that the agent reported, unless it doesn't exist or isn't its own."""
    number = effect.reported_pull_request
    if number is None or number == effect.pull_request:
        return None
    snapshot = _read(context, number)
    if snapshot is None or not _is_its_own(context, effect, snapshot):
        return None
    return snapshot


def _of_branch(context: Context, effect: FetchWork) -> PullRequestSnapshot | None:
    number = context.github.pull_request_for_branch(effect.branch)
    return None if number is None else context.github.pull_request(number)


def _of_reported_branch(context: Context, effect: FetchWork) -> PullRequestSnapshot | None:
    """Find it by the reported branch, unless the branch was there before and it is a person's."""
    branch, since = effect.reported_branch, effect.since
    number = context.github.pull_request_for_branch(branch) if branch and since else None
    if number is None or branch is None or since is None:
        return None
    snapshot = context.github.pull_request(number)
    if not _is_its_own(context, effect, snapshot):
        return None
    is_new = snapshot.is_merged or context.github.commits_since(effect.base, branch, since) > 0
    return snapshot if is_new else None


def _read(context: Context, number: int) -> PullRequestSnapshot | None:
    try:
        return context.github.pull_request(number)
    except NotFound:
        if context.doubts:
            raise
        return None


def _is_its_own(context: Context, effect: FetchWork, snapshot: PullRequestSnapshot) -> bool:
    """Whether the agent can have opened it: from its own branch, or after it was launched."""
    if snapshot.head_branch == effect.branch:
        return True
    if effect.since is None or snapshot.opened_at < effect.since.replace(microsecond=0):
        return False
    if is_of_another_task(snapshot.head_branch, context.epic.issue_number, effect.task):
        return False
    others = (task for task in context.epic.tasks if task.number != effect.task)
    return all(task.pull_request_number != snapshot.number for task in others)


def _fetch(context: Context, effect: FetchPullRequest) -> events.Event:
    snapshot = context.github.pull_request(effect.number)
    snapshot = _open_instead(context, snapshot, effect.base)
    return _fetched(context, effect.task, snapshot, effect.base)


def _open_instead(
    context: Context, snapshot: PullRequestSnapshot, base: str
) -> PullRequestSnapshot:
    """In place of a closed pull request, the open one of the same head, if there is one.

    GitHub closes it where a person renames its head.
    """
    if snapshot.is_open or snapshot.is_merged or not snapshot.is_same_repository:
        return snapshot
    branch, renamed = snapshot.head_branch, None
    if not snapshot.head_branch_exists:
        renamed = context.github.renamed_to(branch)
    number = context.github.open_one_for_branch(renamed or branch, base)
    if number is None or number == snapshot.number:
        return replace(snapshot, head_renamed_to=renamed)
    return context.github.pull_request(number)


def _fetched(
    context: Context, number: int, snapshot: PullRequestSnapshot, base: str
) -> events.PullRequestFetched | events.BaseRenamed:
    if snapshot.base_branch != base:
        found = renamed(context, base)
        if found is not None and found.after == snapshot.base_branch:
            return found
    task = context.epic.task(number)
    known = None if task is None else task.pull_request
    common = merge_base(context, known, snapshot) if snapshot.is_open else None
    services, github, repository = context.services, context.github, context.epic.repository
    rules = rules_of(services, github, repository, base)
    merge, pushers = needed_merge(context, snapshot), pushers_of(context, task, snapshot)
    return events.PullRequestFetched(
        task=number,
        snapshot=snapshot,
        rules=rules,
        expected=expected_checks_of(context, task, snapshot, rules, base),
        own_app_id=services.settings.github_app_id,
        merge_base=common,
        is_up_to_date=common is None or is_up_to_date(context, snapshot, common),
        may_change_workflows=_changes_workflows(snapshot)
        and may_change_workflows(services, repository),
        approved_by_commander=_approved_by_commander(context, snapshot),
        pushes=pushers.new,
        pushers=pushers.people,
        held_by=pushers.held_by,
        pushes_known=pushers.is_known,
        push_approved=pushers.is_approved,
        fetched_at=context.now,
        merge=merge,
        is_lost=has_lost(context, snapshot, merge),
    )


def _changes_workflows(snapshot: PullRequestSnapshot) -> bool:
    return snapshot.is_open and any(path.startswith(_WORKFLOWS) for path in snapshot.files)


def _approved_by_commander(context: Context, snapshot: PullRequestSnapshot) -> bool:
    """Ask who may command, where the pull request needs the approval of somebody who may."""
    patterns = context.epic.settings.governed
    governed = governed_path(snapshot, patterns) is not None or not snapshot.all_files_known
    if not snapshot.is_open or not governed:
        return False
    return any(may_merge(context, login) for login in approvers(snapshot))


def _fetch_reviews(context: Context, effect: FetchReviews) -> events.Event:
    return events.ReviewsFetched(task=effect.task, texts=context.github.review_texts(effect.number))


def _fetch_base(context: Context, effect: FetchBase) -> events.Event:
    base = context.github.base_branch(effect.branch)
    if base.sha is None and (found := renamed(context, effect.branch)):
        return found
    rules = rules_of(context.services, context.github, context.epic.repository, effect.branch)
    return events.BaseFetched(
        branch=effect.branch,
        base=base,
        rules=rules,
        merge=effect.merge,
        is_lost=is_lost(context, effect.merge, base.sha),
    )


def _base_refused(effect: FetchBase, error: ClientError) -> events.Event:
    return events.BaseFetchRefused(branch=effect.branch, reason=error.message)


def _refused(
    effect: FetchWork | FetchPullRequest | FetchReviews, error: ClientError
) -> events.Event:
    return events.PullRequestRefused(task=effect.task, reason=error.message)


FETCH_WORK = Handler[FetchWork](
    service="GitHub", perform=_fetch_work, already_applied=safe_to_repeat, refused=_refused
)
FETCH = Handler[FetchPullRequest](
    service="GitHub", perform=_fetch, already_applied=safe_to_repeat, refused=_refused
)
FETCH_REVIEWS = Handler[FetchReviews](
    service="GitHub", perform=_fetch_reviews, already_applied=safe_to_repeat, refused=_refused
)
FETCH_BASE = Handler[FetchBase](
    service="GitHub", perform=_fetch_base, already_applied=safe_to_repeat, refused=_base_refused
)
