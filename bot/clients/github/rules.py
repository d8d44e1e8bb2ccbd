"""What stands before a merge into a branch, put together from where GitHub keeps it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.clients.errors import PermanentError
from bot.clients.github.api import Api
from bot.core.model.observations import BranchRules, NamePattern, NamingRules

MERGE_METHODS = ("squash", "merge", "rebase")
_ALLOWED_BY = {
    "squash": "allow_squash_merge",
    "merge": "allow_merge_commit",
    "rebase": "allow_rebase_merge",
}
# In classic branch protection, where null means the same.
_ANY_APP = -1
_BRANCH = "/repos/{owner}/{repo}/branches/{branch}"
# About pushing to, making or deleting a branch or tag, or asking for a review: none of them
# stands before the merge of a pull request.
_BESIDE_A_MERGE = frozenset(
    {
        "branch_name_pattern",
        "copilot_code_review",
        "creation",
        "deletion",
        "non_fast_forward",
        "tag_name_pattern",
        "update",
    }
)

# With these nobody makes a branch of that name, or nobody pushes to it but by a pull request.
_AGAINST_PUSHES = frozenset(
    {"creation", "merge_queue", "pull_request", "required_status_checks", "update", "workflows"}
)

# A private repository on a plan without rules cannot have any.
_NO_RULES = re.compile(r"\bupgrade to github\b", re.I)

Json = dict[str, Any]


@dataclass(frozen=True)
class RepositoryAbout:
    """A repository's settings; merge methods in the order of our preference.

    `visibility` is public, internal (for all of an enterprise) or private; empty if not shown.
    """

    default_branch: str
    merge_methods: tuple[str, ...]
    archived: bool
    auto_merge_allowed: bool = False
    deletes_branches: bool = False
    visibility: str = ""


def about(api: Api) -> RepositoryAbout:
    """GET /repos/{owner}/{repo}; a merge method that is not shown counts as allowed."""
    found = api.call("GET /repos/{owner}/{repo}")
    return RepositoryAbout(
        default_branch=found["default_branch"],
        merge_methods=tuple(name for name in MERGE_METHODS if found.get(_ALLOWED_BY[name], True)),
        archived=found["archived"],
        auto_merge_allowed=found.get("allow_auto_merge", False),
        deletes_branches=found.get("delete_branch_on_merge", False),
        visibility=found.get("visibility") or "",
    )


def branch_rules(api: Api, branch: str) -> BranchRules:
    """GET /repos/{owner}/{repo}/rules/branches/{branch}, classic protection and about()."""
    rules = _active(api, branch)
    described = about(api)
    found = combined([*_classic(api, branch), *rules], described.merge_methods)
    return replace(
        found,
        auto_merge_allowed=described.auto_merge_allowed,
        deletes_branches=described.deletes_branches,
    )


def naming_rules(api: Api, branch: str) -> NamingRules:
    """GET /repos/{owner}/{repo}/rules/branches/{branch}, of a branch that need not exist."""
    rules = _active(api, branch)
    kinds = dict.fromkeys(rule["type"] for rule in rules)
    return NamingRules(
        refused=tuple(kind for kind in kinds if kind in _AGAINST_PUSHES),
        keeps_branches="deletion" in kinds,
        patterns=tuple(
            _pattern(rule.get("parameters") or {})
            for rule in rules
            if rule["type"] == "branch_name_pattern"
        ),
    )


def _pattern(parameters: Json) -> NamePattern:
    return NamePattern(
        operator=parameters.get("operator", ""),
        pattern=parameters.get("pattern", ""),
        negate=bool(parameters.get("negate")),
    )


def _active(api: Api, branch: str) -> list[Json]:
    """Return the rules that rulesets have for a branch of that name, whoever may bypass them."""
    route = "GET /repos/{owner}/{repo}/rules/branches/{branch}"
    try:
        return list(api.pages(route, params={}, branch=branch))
    except PermanentError as error:
        if not _NO_RULES.search(error.message):
            raise
        return []


def combined(rules: Iterable[Json], methods: tuple[str, ...]) -> BranchRules:
    """All rules together: every required check, the most approvals, the methods none forbids."""
    found = BranchRules(merge_methods=methods)
    for rule in rules:
        add = _JUDGED.get(rule["type"])
        if add is not None:
            found = add(found, rule.get("parameters") or {})
        elif rule["type"] not in (*_BESIDE_A_MERGE, *found.other_rules):
            found = replace(found, other_rules=(*found.other_rules, rule["type"]))
    return found


def _with_checks(found: BranchRules, parameters: Json) -> BranchRules:
    required = parameters["required_status_checks"]
    names = [check["context"] for check in required]
    apps = [
        (check["context"], check["integration_id"])
        for check in required
        if (check.get("integration_id") or _ANY_APP) != _ANY_APP
    ]
    return replace(
        found,
        required_checks=tuple(dict.fromkeys((*found.required_checks, *names))),
        required_apps=tuple(dict.fromkeys((*found.required_apps, *apps))),
    )


def _with_reviews(found: BranchRules, parameters: Json) -> BranchRules:
    allowed = parameters.get("allowed_merge_methods") or found.merge_methods
    approvals = parameters.get("required_approving_review_count", 0)
    threads = parameters.get("required_review_thread_resolution", False)
    return replace(
        found,
        required_approvals=max(found.required_approvals, approvals),
        merge_methods=tuple(method for method in found.merge_methods if method in allowed),
        resolved_threads=found.resolved_threads or threads,
    )


def _with_queue(found: BranchRules, _: Json) -> BranchRules:
    return replace(found, merge_queue=True)


def _without_merge_commits(found: BranchRules, _: Json) -> BranchRules:
    methods = tuple(method for method in found.merge_methods if method != "merge")
    return replace(found, merge_methods=methods)


_JUDGED = {
    "required_status_checks": _with_checks,
    "pull_request": _with_reviews,
    "merge_queue": _with_queue,
    "required_linear_history": _without_merge_commits,
}


def _classic(api: Api, branch: str) -> list[Json]:
    """GET …/branches/{branch} and, with `administration: read`, GET …/branches/{branch}/protection.

    The first tells everybody which checks are required, the second all the rest.
    """
    described = api.answer(f"GET {_BRANCH}", branch=branch, accept=(404,)).body
    shown = described.get("protection") or {}
    if not shown.get("enabled"):
        return as_rules(shown)
    answer = api.answer(f"GET {_BRANCH}/protection", branch=branch, accept=(403, 404))
    return as_rules(answer.body if answer.status == 200 else shown)


def as_rules(protection: Json) -> list[Json]:
    """Classic branch protection in the form of a ruleset's rules."""
    reviews = protection.get("required_pull_request_reviews")
    switches = ("required_linear_history", "required_signatures", "lock_branch")
    rules = [{"type": name} for name in switches if _is_on(protection, name)]
    if checks := protection.get("required_status_checks"):
        rules.append(_required_checks(checks))
    threads = _is_on(protection, "required_conversation_resolution")
    if reviews or threads:
        rules.append(_required_reviews(reviews or {}, threads))
    return rules


def _is_on(protection: Json, name: str) -> bool:
    return bool((protection.get(name) or {}).get("enabled"))


def _required_checks(checks: Json) -> Json:
    asked = [
        {"context": check["context"], "integration_id": check.get("app_id")}
        for check in checks.get("checks") or ()
    ]
    named = {check["context"] for check in asked}
    asked += [{"context": name} for name in checks.get("contexts") or () if name not in named]
    parameters = {"required_status_checks": asked}
    return {"type": "required_status_checks", "parameters": parameters}


def _required_reviews(reviews: Json, threads: bool) -> Json:
    parameters = {
        "required_approving_review_count": reviews.get("required_approving_review_count", 0),
        "required_review_thread_resolution": threads,
    }
    return {"type": "pull_request", "parameters": parameters}
