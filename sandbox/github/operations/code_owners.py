"""Who owns the files that a pull request changes, by the base branch's CODEOWNERS.

Docs page: about-code-owners. Patterns are matched as far as `*`, `dir/` and `*.ext` go.
"""

from fnmatch import fnmatch

from sandbox.github.state import PullRequest

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def missing(pull: PullRequest, approved_by: set[str]) -> list[str]:
    """Owners (`@login`) of changed files none of whose owners is among `approved_by`."""
    rules = _rules(pull)
    git = pull.repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    waited_for: dict[str, None] = {}
    for change in git.changes(common, pull.head_sha):
        owners = next((who for pattern, who in rules if _owns(pattern, change.path)), [])
        if owners and not approved_by & {one.lstrip("@").lower() for one in owners}:
            waited_for |= dict.fromkeys(owners)
    return list(waited_for)


def _rules(pull: PullRequest) -> list[tuple[str, list[str]]]:
    """Patterns and owners, the last line first because it wins."""
    git = pull.repository.git
    files = git.files_at(pull.base_sha)
    place = next((one for one in PLACES if one in files), None)
    lines = [
        line.partition("#")[0].split() for line in git.text(files.get(place or "")).split("\n")
    ]
    return [(words[0], words[1:]) for words in reversed(lines) if words]


def _owns(pattern: str, path: str) -> bool:
    bare = pattern.strip("/")
    if fnmatch(path, bare) or path.startswith(f"{bare}/"):
        return True
    return "/" not in pattern.rstrip("/") and fnmatch(path.rpartition("/")[2], bare)
