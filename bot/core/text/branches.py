"""Names of branches: which are ours, and of which task."""

PREFIX = "orchestra/"
# GitHub's limit for a ref's name.
MAX_BRANCH = 255
_HEADS = "refs/heads/"


def branches_of(issue: int, task: int) -> str:
    """Return what the names of the task's branches begin with."""
    return f"{PREFIX}epic-{issue}/task-{task}-"


def in_the_way_of(issue: int) -> tuple[str, ...]:
    """Return the names that leave no room for the epic's branches: Git keeps names as paths."""
    return (PREFIX.rstrip("/"), f"{PREFIX}epic-{issue}")


def is_ours(branch: str) -> bool:
    """Tell whether Orchestra chose the name, so that the branch is its to delete."""
    return branch.startswith(PREFIX)


def is_of_another_task(branch: str, issue: int, task: int) -> bool:
    """Tell whether Orchestra chose the name for another task than this."""
    return is_ours(branch) and not branch.startswith(branches_of(issue, task))


def reported_name(word: str | None) -> str | None:
    """Return the branch that a provider names, None where it names none that could exist."""
    name = (word or "").strip().removeprefix(_HEADS)
    return name if 0 < len(name) <= MAX_BRANCH else None
