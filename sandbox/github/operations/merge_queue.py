"""Merge queues: coming in and going out. What moves an entry on is in `unattended`."""

from sandbox.github.operations import issues
from sandbox.github.state import Actor, PullRequest, QueueEntry
from sandbox.github.state.world import World


def enter(github: World, pull: PullRequest, actor: Actor, jump: bool = False) -> QueueEntry:
    """Put the pull request at the end of its base branch's queue, or in front."""
    queue = pull.repository.rules_of(pull.base).merge_queue
    assert queue is not None
    now = github.clock.now()
    entry = QueueEntry(github.new_id(), pull, actor, now, jump, "AWAITING_CHECKS")
    line = pull.repository.queue
    line.insert(0 if jump else len(line), entry)
    # so that somebody ticks then
    github.later(queue.after, lambda: None)
    issues.emit(github, pull.issue, "enqueued", actor)
    return entry


def leave(github: World, pull: PullRequest, actor: Actor, reason: str) -> QueueEntry | None:
    """Take the pull request out, if it is in; `reason` is the webhook's word."""
    entry = pull.queue_entry
    if entry is not None:
        pull.repository.queue.remove(entry)
        issues.emit(github, pull.issue, "dequeued", actor, reason=reason)
    return entry


def position(entry: QueueEntry) -> int:
    """Return the place among the entries of the same base branch, from 1."""
    line = [one for one in entry.pull.repository.queue if one.pull.base == entry.pull.base]
    return line.index(entry) + 1
