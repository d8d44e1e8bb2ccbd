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
DOUBTED_SECONDS = 15


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
    base = snapshot.base.sha
    return all(
        _contains(context, sha, snapshot.head_sha) or (base and not _contains(context, sha, base))
        for sha in _merges(context, snapshot)
    )


def needed_merge(context: Context, snapshot: PullRequestSnapshot) -> CommitSha | None:
    """Return the merge that the base must contain; the final pull request brings it along."""
    epic = context.epic
    into_base = snapshot.base_branch == epic.base
    brings_home = epic.has_epic_branch and snapshot.head_branch == epic.base
    return epic.needed_merge if snapshot.is_open and (into_base or brings_home) else None


def has_lost(context: Context, snapshot: PullRequestSnapshot, merge: CommitSha | None) -> bool:
    """Return whether the base, or what brings the epic home, does not contain that merge."""
    into_base = snapshot.base_branch == context.epic.base
    return is_lost(context, merge, snapshot.base.sha if into_base else snapshot.head_sha)


def is_lost(context: Context, merge: CommitSha | None, head: CommitSha | None) -> bool:
    """Return whether the branch with that head does not contain the merge.

    Nothing is asked of a head that is known to contain it. One negative answer is not believed:
    what was merged just now may not be seen everywhere yet.
    """
    if merge is None or head is None or head in (merge, context.epic.known_base.head):
        return False
    if _contains(context, merge, head):
        return False
    if context.doubts:
        raise NotFound("GitHub", f"{head} does not contain the last merge {merge}", status=404)
    return True


def _merges(context: Context, snapshot: PullRequestSnapshot) -> set[CommitSha]:
    epic, base = context.epic, snapshot.base_branch
    with context.services.database.read() as connection:
        found = {epics.newest_merge(connection, epic.id, base, of_any_epic=False)}
        if epic.settings.up_to_date is UpToDate.AUTO:
            found.add(epics.newest_merge(connection, epic.id, base, of_any_epic=True))
    return {sha for sha in found if sha is not None}


def _contains(context: Context, ancestor: CommitSha, head: CommitSha) -> bool:
    """Ask GitHub once for each pair of commits, and again where the answer was no."""
    if ancestor == head:
        return True
    redis = context.services.redis
    key = f"orchestra:contains:{context.epic.repository}:{ancestor}:{head}"
    if (known := redis.get(key)) is not None:
        return bool(known == b"1")
    try:
        found = context.github.contains(ancestor, head)
    except NotFound:
        # They have nothing in common, or one is no longer there.
        return False
    # One negative answer is not the truth yet: it is asked again soon.
    redis.set(key, int(found), ex=KEPT_SECONDS if found else DOUBTED_SECONDS)
    return found
