from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.clock import Clock
from sandbox.cursor import AgentScript, Cursor
from tests.sandbox.cursor.conftest import MemoryHost

AGENT = "bc-5f0c7d1e-2a44-5c55-9a10-0d6f3c1b7a01"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "prompt": {"text": "Fix the cache test"},
        "repos": [{"url": "https://github.com/acme/widgets", "startingRef": "mine"}],
        "workOnCurrentBranch": True,
        "agentId": AGENT,
        **changes,
    }


def launch(http: TestClient, **changes: Any) -> dict[str, Any]:
    answer = http.post("/v1/agents", json=body(**changes))
    assert answer.status_code == 201
    launched: dict[str, Any] = answer.json()
    return launched


def test_a_run_pushes_to_its_starting_ref(http: TestClient, clock: Clock, host: MemoryHost) -> None:
    run_id = launch(http)["run"]["id"]
    clock.advance(4)
    run = http.get(f"/v1/agents/{AGENT}/runs/{run_id}").json()
    assert run == {
        "id": run_id,
        "agentId": AGENT,
        "status": "FINISHED",
        "createdAt": "2026-11-21T10:00:00.000Z",
        "updatedAt": "2026-11-21T10:00:04.000Z",
        "durationMs": 4000,
        "result": "Done; tests pass.",
        "git": {"branches": [{"repoUrl": "github.com/acme/widgets", "branch": "mine"}]},
    }
    assert [(branch, base) for branch, _, base in host.commits] == [("mine", None)]
    agent = http.get(f"/v1/agents/{AGENT}").json()
    assert (agent["status"], agent["latestRunId"]) == ("IDLE", run_id)


def test_without_a_branch_of_its_own_it_makes_one_up(
    http: TestClient, clock: Clock, host: MemoryHost
) -> None:
    launch(http, workOnCurrentBranch=False, autoCreatePR=True)
    clock.advance(4)
    items = http.get(f"/v1/agents/{AGENT}/runs").json()["items"]
    branch = items[0]["git"]["branches"][0]
    assert branch["branch"].startswith("cursor/fix-the-cache-test-")
    assert branch["prUrl"] == "https://github.com/acme/widgets/pull/87"
    assert "result" not in items[0]
    assert host.pull_requests[0]["base"] == "mine"


def test_a_pull_request_may_be_worked_on(http: TestClient, clock: Clock, host: MemoryHost) -> None:
    url = "https://github.com/acme/widgets/pull/5"
    launch(http, repos=[{"url": "https://github.com/acme/widgets", "prUrl": url}])
    clock.advance(4)
    (run,) = http.get(f"/v1/agents/{AGENT}/runs").json()["items"]
    assert run["git"]["branches"][0]["prUrl"] == url
    assert host.commits[0][0] == "mine"


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"branchName": "x"}, "validation_error", "Unrecognized key(s) in object: 'branchName'"),
        (
            {"webhook": {"url": "https://b.example"}},
            "validation_error",
            "Unrecognized key(s) in object: 'webhook'",
        ),
        (
            {"repos": [{"url": "https://github.com/acme/widgets", "autoBranch": 1}]},
            "validation_error",
            "Unrecognized key(s) in object: 'autoBranch'",
        ),
        ({"model": "o3"}, "validation_error", "model: "),
        ({"model": {"id": "gpt-1"}}, "validation_error", "Model 'gpt-1' does not match a known"),
        ({"agentId": "bc-1"}, "validation_error", "agentId: "),
        ({"envVars": {"A": "b"}}, "validation_error", "agentId cannot be combined with envVars"),
        ({"name": "n" * 101}, "validation_error", "name: "),
        ({"repos": []}, "repository_required", "Exactly one repository is required"),
        (
            {"repos": [{"url": "https://github.com/acme/widgets"}]},
            "validation_error",
            "Failed to determine repository default branch",
        ),
        (
            {"repos": [{"url": "github.com/acme/widgets", "startingRef": "gone"}]},
            "validation_error",
            "Failed to verify existence of branch 'gone' in repository acme/widgets",
        ),
    ],
)
def test_launch_refusals(
    cursor: Cursor, http: TestClient, changes: dict[str, Any], code: str, text: str
) -> None:
    answer = http.post("/v1/agents", json=body(**changes))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].startswith(text)
    assert cursor.agents == {}


def test_a_body_is_needed(http: TestClient) -> None:
    assert http.post("/v1/agents").json()["error"]["code"] == "missing_body"


def test_an_agent_id_is_taken_once(cursor: Cursor, http: TestClient) -> None:
    launch(http)
    again = http.post("/v1/agents", json=body(prompt={"text": "other words"}))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "agent_id_conflict")
    assert len(cursor.agents) == 1


def test_follow_up_is_a_new_run(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    first = launch(http)["run"]["id"]
    again = {"prompt": {"text": "Also the docs"}}
    busy = http.post(f"/v1/agents/{AGENT}/runs", json=again)
    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "agent_busy")
    clock.advance(4)
    second = http.post(f"/v1/agents/{AGENT}/runs", json=again).json()["run"]
    assert (second["status"], second["id"] != first) == ("CREATING", True)
    assert http.get(f"/v1/agents/{AGENT}").json()["latestRunId"] == second["id"]
    clock.advance(4)
    cursor.quirks.bare_run = True
    assert "agentId" in http.post(f"/v1/agents/{AGENT}/runs", json=again).json()
    unknown = http.post(f"/v1/agents/{AGENT}/runs", json={**again, "labels": []})
    assert unknown.json()["error"]["message"] == "Unrecognized key(s) in object: 'labels'"


def test_cancel_is_terminal_and_leaves_no_result(
    http: TestClient, clock: Clock, host: MemoryHost
) -> None:
    run_id = launch(http)["run"]["id"]
    path = f"/v1/agents/{AGENT}/runs/{run_id}"
    assert http.post(f"{path}/cancel").json() == {"id": run_id}
    clock.advance(9)
    run = http.get(path).json()
    assert (run["status"], "result" in run, host.commits) == ("CANCELLED", False, [])
    again = http.post(f"{path}/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "run_not_cancellable")


def test_archive_is_idempotent_and_refuses_runs(http: TestClient, clock: Clock) -> None:
    launch(http)
    clock.advance(4)
    for _ in range(2):
        assert http.post(f"/v1/agents/{AGENT}/archive").json() == {"id": AGENT}
    assert http.get("/v1/agents").json()["items"][0]["status"] == "ARCHIVED"
    assert http.get("/v1/agents", params={"includeArchived": "false"}).json() == {"items": []}
    refused = http.post(f"/v1/agents/{AGENT}/runs", json={"prompt": {"text": "x"}})
    assert refused.json()["error"]["code"] == "agent_archived"
    http.post(f"/v1/agents/{AGENT}/unarchive")
    assert http.get(f"/v1/agents/{AGENT}").json()["status"] == "IDLE"


def test_older_copies_know_no_idle(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    cursor.quirks.never_idle = True
    launch(http)
    clock.advance(4)
    assert http.get(f"/v1/agents/{AGENT}").json()["status"] == "ACTIVE"


def test_deleted_and_unknown_are_404(http: TestClient) -> None:
    launch(http)
    assert http.get(f"/v1/agents/{AGENT}/runs/run-1").json()["error"]["code"] == "run_not_found"
    http.delete(f"/v1/agents/{AGENT}")
    gone = http.get(f"/v1/agents/{AGENT}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "agent_not_found")


def test_usage_is_zero_until_a_run_has_ended(
    cursor: Cursor, http: TestClient, clock: Clock
) -> None:
    cursor.plan(AgentScript(cost_cents=12.5))
    run_id = launch(http)["run"]["id"]
    path = f"/v1/agents/{AGENT}/usage"
    assert http.get(path).json()["totalUsage"]["totalTokens"] == 0
    clock.advance(4)
    used = http.get(path, params={"runId": run_id}).json()
    assert used["totalUsage"]["totalTokens"] == 4000
    assert used["cost"] == {"rawCostCents": 12.5, "chargedCents": 12.5}
    assert http.get(path, params={"runId": "run-1"}).status_code == 404


def test_a_model_may_need_its_variant(cursor: Cursor, http: TestClient) -> None:
    cursor.quirks.need_variant.add("o3")
    assert http.post("/v1/agents", json=body(model={"id": "o3"})).status_code == 400
    items = http.get("/v1/models").json()["items"]
    params = next(item for item in items if item["id"] == "o3")["variants"][0]["params"]
    launch(http, model={"id": "o3", "params": params})


def test_the_rest(cursor: Cursor, http: TestClient) -> None:
    cursor.repositories.append("acme/widgets")
    launch(http)
    assert http.get("/v1/me").json()["userId"] == 4711
    cursor.quirks.service_account = True
    assert set(http.get("/v1/me").json()) == {"apiKeyName", "createdAt"}
    assert http.get(f"/v1/agents/{AGENT}/artifacts").json() == {"items": []}
    assert http.get("/v1/repositories").json()["items"][0]["url"].endswith("acme/widgets")
    assert http.get("/v1/repositories").json()["error"]["code"] == "rate_limit_exceeded"
