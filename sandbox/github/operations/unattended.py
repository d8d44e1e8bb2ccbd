"""What GitHub does by itself as time passes: queued and auto-merged pull requests."""

from datetime import timedelta

from sandbox.github.errors import Refusal
from sandbox.github.operations import auto_merge, merge_queue, merging
from sandbox.github.operations.mergeability import unmet_rules
from sandbox.github.state import PullRequest, QueueEntry, Repository
from sandbox.github.state.world import World


def advance(github: World, repository: Repository) -> None:
    """Merge what is due in the queue, then what only waited for its rules to be met."""
    for entry in list(repository.queue):
        _advance_entry(github, entry)
    for pull in repository.pulls:
        if pull.auto_merge and pull.open:
            _try_auto_merge(github, pull)


def _advance_entry(github: World, entry: QueueEntry) -> None:
    pull = entry.pull
    queue = pull.repository.rules_of(pull.base).merge_queue
    if queue is None:
        merge_queue.leave(github, pull, entry.actor, "QUEUE_CLEARED")
        return
    if github.clock.now() < entry.enqueued_at + timedelta(seconds=queue.after):
        return
    by = github.person(merging.QUEUE_LOGIN)
    if queue.fails:
        merge_queue.leave(github, pull, by, "CI_FAILURE")
        return
    if unmet_rules(pull):
        merge_queue.leave(github, pull, by, "BRANCH_PROTECTIONS")
        return
    sha = merging.write(github, pull, entry.actor, queue.method)
    if sha is None:
        merge_queue.leave(github, pull, by, "MERGE_CONFLICT")
        return
    merge_queue.leave(github, pull, by, "MERGE")
    merging.complete(github, pull, by, sha)


def _try_auto_merge(github: World, pull: PullRequest) -> None:
    wanted = pull.auto_merge
    if wanted is None or pull.draft or not pull.mergeable or unmet_rules(pull):
        return
    try:
        if pull.repository.rules_of(pull.base).merge_queue:
            if pull.queue_entry is None:
                merge_queue.enter(github, pull, wanted.actor)
            return
        merging.merge(
            github,
            pull,
            wanted.actor,
            method=wanted.method,
            title=wanted.title,
            message=wanted.message,
        )
    except Refusal:
        auto_merge.disable(github, pull, wanted.actor, "Base branch requires a different method")
