"""Whether a pull request contains everything that was merged before it."""

from bot.clients.errors import NotFound
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import PullRequestSnapshot
from bot.core.model.pull_request import PullRequest
from bot.core.model.settings import UpToDate
from jobs.handlers.handler import Context
from storage import epics

# What one commit has in its history never changes; a day is longer than most pull requests live.
KEPT_SECONDS = 86_400


def merge_base(
    context: Context, known: PullRequest | None, snapshot: PullRequestSnapshot
) -> CommitSha | None:
    """Return where the head left the base's head; None without a base or anything in common."""
    base, head = snapshot.base.sha, snapshot.head_sha
    if base is None:
        return None
    if known and known.merge_base and (known.head_sha, known.base_head) == (head, base):
        return known.merge_base
    try:
        return context.github.merge_base(base, head)
    except NotFound:
        return None


def is_up_to_date(context: Context, snapshot: PullRequestSnapshot, common: CommitSha) -> bool:
    """Return whether the head contains the last merge of this epic into its base.

    With `up_to_date: auto` it has to contain the last one of any epic too.
    """
    if common == snapshot.base.sha:
        return True
    return all(_contains(context, sha, snapshot.head_sha) for sha in _merges(context, snapshot))


def _merges(context: Context, snapshot: PullRequestSnapshot) -> set[CommitSha]:
    epic, base = context.epic, snapshot.base_branch
    with context.services.database.read() as connection:
        found = {epics.newest_merge(connection, epic.id, base, of_any_epic=False)}
        if epic.settings.up_to_date is UpToDate.AUTO:
            found.add(epics.newest_merge(connection, epic.id, base, of_any_epic=True))
    return {sha for sha in found if sha is not None}


def _contains(context: Context, ancestor: CommitSha, head: CommitSha) -> bool:
    """Ask GitHub once for each pair of commits."""
    redis = context.services.redis
    key = f"orchestra:contains:{context.epic.repository}:{ancestor}:{head}"
    if (known := redis.get(key)) is not None:
        return bool(known == b"1")
    try:
        found = context.github.contains(ancestor, head)
    except NotFound:
        # A base whose history was rewritten no longer has the merge, so nothing is missing.
        return True
    redis.set(key, int(found), ex=KEPT_SECONDS)
    return found
