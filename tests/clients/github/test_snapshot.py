"""What the client makes of rules, and of what it may not read of them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx

from bot.clients.github import RepositoryClient
from bot.clients.github.rules import MERGE_METHODS, as_rules, combined
from bot.core.model.observations import BranchRules
from sandbox.github import GitHub
from tests.clients.github.conftest import elsewhere

API = "https://api.github.com/repos/acme/widgets"
NOT_FOR_US = {"message": "Resource not accessible by integration"}
UPGRADE = {"message": "Upgrade to GitHub Pro or make this repository public to enable this."}


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


@pytest.fixture
def online(github: GitHub) -> Iterator[RepositoryClient]:
    with elsewhere(github, "https://api.github.com") as repository:
        yield repository


@pytest.mark.parametrize(
    ("rules", "protection"),
    [
        (httpx.Response(200, json=[]), httpx.Response(403, json=NOT_FOR_US)),
        (httpx.Response(200, json=[]), httpx.Response(404, json={"message": "Not Found"})),
        (httpx.Response(403, json=UPGRADE), httpx.Response(403, json=UPGRADE)),
    ],
    ids=["not for an App", "none", "not on this plan"],
)
def test_rules_that_we_may_not_read_are_none(
    online: RepositoryClient, rules: httpx.Response, protection: httpx.Response
) -> None:
    shown = {"enabled": True, "required_status_checks": {"contexts": ["test"]}}
    respx.get(f"{API}/rules/branches/main").mock(return_value=rules)
    respx.get(f"{API}/branches/main").respond(json={"protection": shown})
    respx.get(f"{API}/branches/main/protection").mock(return_value=protection)
    respx.get(API).respond(json={"default_branch": "main", "archived": False})
    assert online.branch_rules("main").required_checks == ("test",)
