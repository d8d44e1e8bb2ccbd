"""What stands before a merge into a branch, put together from where GitHub keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.clients.github.api import Api
from bot.core.snapshots import BranchRules

MERGE_METHODS = ("squash", "merge", "rebase")
_ALLOWED_BY = {
    "squash": "allow_squash_merge",
    "merge": "allow_merge_commit",
    "rebase": "allow_rebase_merge",
}


@dataclass(frozen=True)
class RepositoryAbout:
    """A repository's settings; merge methods in the order of our preference."""

    default_branch: str
    merge_methods: tuple[str, ...]
    archived: bool


def about(api: Api) -> RepositoryAbout:
    """GET /repos/{owner}/{repo}; a merge setting that is not shown counts as allowed."""
    found = api.call("GET /repos/{owner}/{repo}")
    return RepositoryAbout(
        default_branch=found["default_branch"],
        merge_methods=tuple(name for name in MERGE_METHODS if found.get(_ALLOWED_BY[name], True)),
        archived=found["archived"],
    )


def branch_rules(api: Api, branch: str) -> BranchRules:
    """GET /repos/{owner}/{repo}/rules/branches/{branch}, GET …/branches/{branch} and about().

    The second tells what classic branch protection requires.
    """
    route = "GET /repos/{owner}/{repo}/rules/branches/{branch}"
    rules = api.pages(route, params={}, branch=branch)
    route = "GET /repos/{owner}/{repo}/branches/{branch}"
    described = api.answer(route, branch=branch, accept=(404,)).body
    return combined(rules, _classic_checks(described), about(api).merge_methods)


def combined(
    rules: Iterable[dict[str, Any]], checks: Iterable[str], methods: tuple[str, ...]
) -> BranchRules:
    """All rules together: every required check, the most approvals, the methods none forbids."""
    names, approvals = dict.fromkeys(checks), 0
    for rule in rules:
        parameters = rule.get("parameters") or {}
        if rule["type"] == "required_status_checks":
            required = parameters["required_status_checks"]
            names.update(dict.fromkeys(check["context"] for check in required))
        elif rule["type"] == "pull_request":
            approvals = max(approvals, parameters.get("required_approving_review_count", 0))
            allowed = parameters.get("allowed_merge_methods") or methods
            methods = tuple(method for method in methods if method in allowed)
        elif rule["type"] == "required_linear_history":
            methods = tuple(method for method in methods if method != "merge")
    return BranchRules(
        required_checks=tuple(names), required_approvals=approvals, merge_methods=methods
    )


def _classic_checks(branch: dict[str, Any]) -> list[str]:
    required = (branch.get("protection") or {}).get("required_status_checks") or {}
    return list(required.get("contexts") or ())
