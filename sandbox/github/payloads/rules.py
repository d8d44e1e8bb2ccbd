"""A branch's rules, those of rulesets and those of classic branch protection."""

from typing import Any

from sandbox.github.payloads.base import Payload, Site
from sandbox.github.payloads.repositories import address
from sandbox.github.state import BranchRules, MergeQueue, Repository


def rules(repository: Repository, wanted: BranchRules) -> list[Payload]:
    """`repository-rule-detailed` for each rule in force."""
    if wanted.is_classic:
        return []
    found: list[tuple[str, Payload | None]] = []
    if wanted.required_checks or wanted.strict:
        found.append(("required_status_checks", _checks(wanted)))
    if _asks_reviews(wanted):
        found.append(("pull_request", _reviews(wanted)))
    if wanted.merge_queue:
        found.append(("merge_queue", _queue(wanted.merge_queue)))
    found += [("branch_name_pattern", _name_pattern(*one)) for one in wanted.name_patterns]
    found += [(kind, None) for kind in wanted.other]
    source: dict[str, Any] = {
        "ruleset_source_type": "Repository",
        "ruleset_source": repository.full_name,
        "ruleset_id": repository.id,
    }
    return [
        {"type": kind, **({"parameters": parameters} if parameters else {}), **source}
        for kind, parameters in found
    ]


def _checks(wanted: BranchRules) -> Payload:
    return {
        "required_status_checks": [_check(wanted, name) for name in wanted.required_checks],
        "strict_required_status_checks_policy": wanted.strict,
    }


def _check(wanted: BranchRules, name: str) -> Payload:
    app = wanted.required_apps.get(name)
    return {"context": name, **({"integration_id": app} if app else {})}


def _asks_reviews(wanted: BranchRules) -> bool:
    return bool(
        wanted.required_approvals
        or len(wanted.allowed_merge_methods) < 3
        or wanted.code_owner_review
        or wanted.last_push_approval
        or wanted.resolved_threads
    )


def _reviews(wanted: BranchRules) -> Payload:
    return {
        "allowed_merge_methods": wanted.allowed_merge_methods,
        "dismiss_stale_reviews_on_push": wanted.dismiss_stale_reviews,
        "require_code_owner_review": wanted.code_owner_review,
        "require_last_push_approval": wanted.last_push_approval,
        "required_approving_review_count": wanted.required_approvals,
        "required_review_thread_resolution": wanted.resolved_threads,
    }


def _name_pattern(operator: str, pattern: str) -> Payload:
    return {"name": "", "negate": False, "operator": operator, "pattern": pattern}


def _queue(queue: MergeQueue) -> Payload:
    return {
        "check_response_timeout_minutes": 60,
        "grouping_strategy": "ALLGREEN",
        "max_entries_to_build": 5,
        "max_entries_to_merge": 5,
        "merge_method": queue.method.upper(),
        "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    }


def protection(site: Site, repository: Repository, branch: str) -> Payload:
    """`branch-protection` as far as readers see it: the checks that the classic kind requires."""
    wanted = repository.rules_of(branch)
    names = [*wanted.classic_checks, *(wanted.required_checks if wanted.is_classic else ())]
    url = f"{address(site, repository)}/branches/{branch}/protection/required_status_checks"
    return {
        "enabled": bool(names),
        "required_status_checks": {
            "url": url,
            "contexts_url": f"{url}/contexts",
            "enforcement_level": "non_admins" if names else "off",
            "contexts": names,
            "checks": [{"context": name, "app_id": None} for name in names],
        },
    }
