"""Looks at what a task left on GitHub, at its reviews, and at the base branch."""

from bot.clients.errors import ClientError, NotFound
from bot.core import events
from bot.core.effects import LookAtBase, LookAtPullRequest, LookAtWork, ReadReviews
from bot.core.model.observations import PullRequestSnapshot
from jobs.engine.handler import Context, Performer, do_it_again
from jobs.handlers.rules import may_change_workflows, rules_of
from jobs.handlers.up_to_date import is_fresh, merge_base

_WORKFLOWS = ".github/workflows/"


def _look_at_work(context: Context, effect: LookAtWork) -> events.Event:
    if effect.pull_request is not None:
        try:
            snapshot = context.github.pull_request(effect.pull_request)
        except NotFound:
            snapshot = None
        # An agent may speak of one that is not there, or not its own: then its branch counts.
        if snapshot is not None and snapshot.head_branch == effect.branch:
            return _seen(context, effect.task, snapshot, effect.base)
    number = context.github.pull_request_for_branch(effect.branch)
    if number is not None:
        return _seen(context, effect.task, context.github.pull_request(number), effect.base)
    ahead = context.github.commits_ahead(effect.base, effect.branch)
    return events.WorkSeen(task=effect.task, run=effect.run, commits_ahead=ahead or 0)


def _look(context: Context, effect: LookAtPullRequest) -> events.Event:
    snapshot = context.github.pull_request(effect.number)
    return _seen(context, effect.task, snapshot, effect.base)


def _seen(
    context: Context, number: int, snapshot: PullRequestSnapshot, base: str
) -> events.PullRequestSeen:
    task = context.epic.task(number)
    known = None if task is None else task.pull_request
    common = merge_base(context, known, snapshot) if snapshot.is_open else None
    return events.PullRequestSeen(
        task=number,
        snapshot=snapshot,
        rules=rules_of(context.services, context.github, context.epic.repository, base),
        own_app_id=context.services.settings.github_app_id,
        merge_base=common,
        is_fresh=common is None or is_fresh(context, snapshot, common),
        may_change_workflows=_changes_workflows(snapshot)
        and may_change_workflows(context.services, context.epic.repository),
    )


def _changes_workflows(snapshot: PullRequestSnapshot) -> bool:
    return snapshot.is_open and any(path.startswith(_WORKFLOWS) for path in snapshot.files)


def _read_reviews(context: Context, effect: ReadReviews) -> events.Event:
    return events.ReviewsRead(task=effect.task, texts=context.github.review_texts(effect.number))


def _look_at_base(context: Context, effect: LookAtBase) -> events.Event:
    rules = rules_of(context.services, context.github, context.epic.repository, effect.branch)
    base = context.github.base_branch(effect.branch)
    return events.BaseSeen(branch=effect.branch, base=base, rules=rules)


def _base_not_seen(effect: LookAtBase, error: ClientError) -> events.Event:
    return events.BaseNotSeen(branch=effect.branch, reason=error.message)


def _refused(
    effect: LookAtWork | LookAtPullRequest | ReadReviews, error: ClientError
) -> events.Event:
    return events.PullRequestRefused(task=effect.task, reason=error.message)


LOOK_AT_WORK = Performer[LookAtWork](
    service="GitHub", perform=_look_at_work, recognise=do_it_again, refused=_refused
)
LOOK = Performer[LookAtPullRequest](
    service="GitHub", perform=_look, recognise=do_it_again, refused=_refused
)
READ_REVIEWS = Performer[ReadReviews](
    service="GitHub", perform=_read_reviews, recognise=do_it_again, refused=_refused
)
LOOK_AT_BASE = Performer[LookAtBase](
    service="GitHub", perform=_look_at_base, recognise=do_it_again, refused=_base_not_seen
)
