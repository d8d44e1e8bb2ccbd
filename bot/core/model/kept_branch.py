"""A branch that is not deleted although its task is done."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KeptBranch:
    """A branch of ours on which open pull requests are based, or from which they come."""

    branch: str
    pull_requests: tuple[int, ...]
