"""Which pushes made a head, and whether somebody has vouched for it."""

from collections.abc import Iterable

from bot.core.model.identifiers import CommitSha
from bot.core.model.pushes import NO_COMMIT, Push


def leading_to(
    pushes: Iterable[Push], branch: str, head: CommitSha
) -> tuple[tuple[Push, ...], bool]:
    """Return the pushes that made the head, and whether none of them is missing.

    Whatever led to a commit that somebody vouched for is left out. Author and committer of a commit
    are whoever its author says, so they prove nothing.
    """
    known = [push for push in pushes if push.branch == branch]
    found: list[Push] = []
    seen, left, is_whole = {NO_COMMIT}, [head], True
    while left:
        sha = left.pop()
        if sha in seen:
            continue
        seen.add(sha)
        made = [push for push in known if push.after == sha]
        if any(push.vouched for push in made):
            continue
        is_whole = is_whole and bool(made)
        found += made
        left += [push.before for push in made]
    return tuple(dict.fromkeys(found)), is_whole


def is_vouched(pushes: Iterable[Push], branch: str, head: CommitSha) -> bool:
    """Return whether somebody vouched for the head, or for one that only we have pushed upon."""
    known = [push for push in pushes if push.branch == branch]
    seen: set[CommitSha] = set()
    while head not in seen:
        seen.add(head)
        made = [push for push in known if push.after == head]
        if any(push.vouched for push in made):
            return True
        if not made or not all(push.by_us for push in made):
            return False
        head = made[0].before
    return False
