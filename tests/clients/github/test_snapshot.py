"""What the client makes of rules, without any network."""

from typing import Any

import pytest

from bot.clients.github.rules import MERGE_METHODS, as_rules, combined
from bot.core.model.observations import BranchRules


def required(*names: str) -> dict[str, Any]:
    checks = [{"context": name} for name in names]
    return {"type": "required_status_checks", "parameters": {"required_status_checks": checks}}


def required_of(app: int | None, name: str) -> dict[str, Any]:
    checks = [{"context": name, "integration_id": app}]
    return {"type": "required_status_checks", "parameters": {"required_status_checks": checks}}


def reviewed(approvals: int, *methods: str) -> dict[str, Any]:
    parameters = {"required_approving_review_count": approvals, "allowed_merge_methods": methods}
    return {"type": "pull_request", "parameters": parameters}


def protected(**parts: Any) -> list[dict[str, Any]]:
    return as_rules({"enabled": True, **parts})


def rule(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": parameters}


OWNERS = {"required_approving_review_count": 1, "require_code_owner_reviews": True}
ON = {"enabled": True}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], {}),
        (
            [required_of(5, "a"), required_of(None, "b"), required_of(-1, "c")],
            {"required_checks": ("a", "b", "c"), "required_apps": (("a", 5),)},
        ),
        (
            protected(
                required_status_checks={
                    "contexts": ["a", "b"],
                    "checks": [{"context": "a", "app_id": 5}, {"context": "b", "app_id": None}],
                }
            ),
            {"required_checks": ("a", "b"), "required_apps": (("a", 5),)},
        ),
        ([required("a", "b")], {"required_checks": ("a", "b")}),
        (
            [*protected(required_status_checks={"contexts": ["c"]}), required("a"), required("a")],
            {"required_checks": ("c", "a")},
        ),
        ([reviewed(1), reviewed(2)], {"required_approvals": 2}),
        (
            [reviewed(0, "merge", "squash"), reviewed(0, "squash", "rebase")],
            {"merge_methods": ("squash",)},
        ),
        ([rule("required_linear_history")], {"merge_methods": ("squash", "rebase")}),
        (protected(required_linear_history=ON), {"merge_methods": ("squash", "rebase")}),
        (protected(required_pull_request_reviews=OWNERS), {"required_approvals": 1}),
        (
            [rule("pull_request", required_review_thread_resolution=True), reviewed(0)],
            {"resolved_threads": True},
        ),
        (protected(required_conversation_resolution=ON), {"resolved_threads": True}),
        (protected(required_conversation_resolution={"enabled": False}), {}),
        ([rule("merge_queue", merge_method="SQUASH")], {"merge_queue": True}),
        ([rule("required_signatures")] * 2, {"other_rules": ("required_signatures",)}),
        (protected(required_signatures=ON), {"other_rules": ("required_signatures",)}),
        (
            [rule("code_scanning"), rule("something_new")],
            {"other_rules": ("code_scanning", "something_new")},
        ),
        ([{"type": kind} for kind in ("deletion", "non_fast_forward", "creation", "update")], {}),
    ],
)
def test_all_rules_hold_together(rules: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert combined(rules, MERGE_METHODS) == BranchRules(**expected)
