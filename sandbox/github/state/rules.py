"""The rules of a repository's branches."""

from dataclasses import dataclass, field


@dataclass
class MergeQueue:
    """A branch's merge queue: an entry is merged `after` seconds, or removed where it `fails`."""

    after: float = 2.0
    fails: bool = False
    method: str = "squash"


@dataclass
class BranchRules:
    """What a branch demands before a merge.

    `required_apps` are the required checks that only the App of that id may report.
    `classic_checks` are required by classic branch protection, all else by rulesets, unless
    `is_classic`: then all of it is, and only what it requires of checks is there for everybody to
    read. `other` are further rules by their type, as `required_signatures`; `name_patterns` are
    what the branch's name has to be like, as an operator and its pattern.
    """

    required_checks: list[str] = field(default_factory=list)
    strict: bool = False
    required_approvals: int = 0
    dismiss_stale_reviews: bool = False
    allowed_merge_methods: list[str] = field(default_factory=lambda: ["merge", "squash", "rebase"])
    code_owner_review: bool = False
    last_push_approval: bool = False
    resolved_threads: bool = False
    merge_queue: MergeQueue | None = None
    other: list[str] = field(default_factory=list)
    classic_checks: list[str] = field(default_factory=list)
    is_classic: bool = False
    required_apps: dict[str, int] = field(default_factory=dict)
    name_patterns: list[tuple[str, str]] = field(default_factory=list)
