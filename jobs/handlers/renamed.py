"""Branches that have another name by now."""

from bot.core.events import BaseRenamed
from jobs.handlers.handler import Context


def renamed(context: Context, base: str) -> BaseRenamed | None:
    """Whether the branch is missing for having another name by now."""
    if context.github.branch_exists(base):
        return None
    after = context.github.renamed_to(base)
    return None if after is None else BaseRenamed(before=base, after=after)


def by_its_known_name(context: Context, expected: str, base: str) -> str:
    """Return `expected` where that is what the branch `base` was called before."""
    if base == expected:
        return base
    found = renamed(context, expected)
    return expected if found is not None and found.after == base else base
