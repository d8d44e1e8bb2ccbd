from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.clock import Clock
from sandbox.cursor import AgentScript, Cursor, StopScript
from tests.sandbox.cursor.conftest import MemoryHost

LAUNCH = "POST /v0/agents"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "prompt": {"text": "Fix the cache test\nIt is flaky."},
        "source": {"repository": "https://github.com/acme/widgets", "ref": "main"},
        "target": {"branchName": "task/1", "autoCreatePr": True},
        **changes,
    }


def launch(http: TestClient, **changes: Any) -> str:
    answer = http.post("/v0/agents", json=body(**changes))
    assert answer.status_code == 201
    return str(answer.json()["id"])


def test_a_life_from_launch_to_pull_request(
    cursor: Cursor, http: TestClient, clock: Clock, host: MemoryHost
) -> None:
    launched = http.post("/v0/agents", json=body()).json()
    agent_id = launched["id"]
    assert launched == {
        "id": agent_id,
        "name": "Fix the cache test",
        "status": "CREATING",
        "source": {"repository": "https://github.com/acme/widgets", "ref": "main"},
        "target": {
            "url": f"https://cursor.com/agents?id={agent_id}",
            "branchName": "task/1",
            "autoCreatePr": True,
            "openAsCursorGithubApp": False,
            "skipReviewerRequest": False,
        },
        "createdAt": "2026-11-21T10:00:00Z",
    }
    clock.advance(1)
    assert http.get(f"/v0/agents/{agent_id}").json()["status"] == "RUNNING"
    assert host.commits == []
    clock.advance(3)
    ended = http.get(f"/v0/agents/{agent_id}").json()
    assert (ended["status"], ended["summary"]) == ("FINISHED", "Done; tests pass.")
    assert ended["target"]["prUrl"] == "https://github.com/acme/widgets/pull/87"
    assert host.commits == [("task/1", {"work/task-1.md": "Fix the cache test\nTurn 1.\n"}, "main")]
    assert host.pull_requests == [
        {"head": "task/1", "base": "main", "title": "Fix the cache test", "draft": True}
    ]
    assert cursor.agents[agent_id].prompts == ["Fix the cache test\nIt is flaky."]


@pytest.mark.parametrize(
    ("script", "status", "commits", "pull_requests"),
    [
        (AgentScript(outcome="ERROR"), "ERROR", 0, 0),
        (AgentScript(outcome="EXPIRED"), "EXPIRED", 0, 0),
        (AgentScript(outcome="never"), "RUNNING", 0, 0),
        (AgentScript(outcome="ERROR", commits=({"a": "1"},)), "ERROR", 1, 0),
        (AgentScript(no_commits=True), "FINISHED", 0, 0),
        (AgentScript(no_pull_request=True), "FINISHED", 1, 0),
        (AgentScript(pull_request_delay=5), "FINISHED", 1, 0),
        (AgentScript(commits=({"a": "1"}, {"a": None})), "FINISHED", 2, 1),
        (AgentScript(seconds_to_commit=1, seconds_to_end=99), "RUNNING", 1, 0),
    ],
)
def test_scripts(
    cursor: Cursor,
    http: TestClient,
    clock: Clock,
    host: MemoryHost,
    script: AgentScript,
    status: str,
    commits: int,
    pull_requests: int,
) -> None:
    cursor.plan(script, match="cache")
    agent_id = launch(http)
    clock.advance(4)
    cursor.tick()
    assert cursor.agents[agent_id].status == status
    assert (len(host.commits), len(host.pull_requests)) == (commits, pull_requests)


def test_a_late_pull_request_arrives(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    cursor.plan(AgentScript(pull_request_delay=5))
    agent_id = launch(http)
    clock.advance(4)
    assert "prUrl" not in http.get(f"/v0/agents/{agent_id}").json()["target"]
    clock.advance(5)
    assert "prUrl" in http.get(f"/v0/agents/{agent_id}").json()["target"]


def test_plans_are_used_once_each_by_what_they_match(cursor: Cursor, http: TestClient) -> None:
    error, never = AgentScript(outcome="ERROR"), AgentScript(outcome="never")
    cursor.plan(error, match="nothing like it")
    cursor.plan(never, match="cache")
    scripts = [cursor.agents[launch(http)].script for _ in range(2)]
    assert scripts == [never, cursor.default_script]


def test_a_push_that_fails_ends_in_error(
    cursor: Cursor, http: TestClient, clock: Clock, host: MemoryHost
) -> None:
    host.broken = True
    agent_id = launch(http)
    clock.advance(4)
    ended = http.get(f"/v0/agents/{agent_id}").json()
    assert ended["status"] == "ERROR"
    assert ended["summary"] == "The work could not be handed in: remote rejected"


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"prompt": {"text": ""}}, 400, "prompt.text: String should have at least 1 character"),
        ({"prompt": {"text": "x", "images": [{}] * 6}}, 400, "prompt.images: List should have"),
        ({"source": {}}, 400, "A repository is required"),
        ({"source": {"repository": "ftp://x"}}, 400, "Invalid repository URL: ftp://x"),
        (
            {"source": {"repository": "https://github.com/acme/widgets"}},
            400,
            "Failed to determine repository default branch",
        ),
        (
            {"source": {"repository": "https://github.com/acme/widgets", "ref": "gone"}},
            400,
            "Failed to verify existence of branch 'gone' in repository acme/widgets",
        ),
        (
            {"source": {"prUrl": "https://github.com/acme/widgets/pull/404"}},
            400,
            "Failed to resolve pull request https://github.com/acme/widgets/pull/404",
        ),
        ({"target": {"branchName": ""}}, 400, "target.branchName: String should have at least"),
        ({"model": "gpt-1"}, 400, "Model 'gpt-1' is not available"),
        ({"webhook": {"url": "https://b.example", "secret": "short"}}, 400, "webhook.secret: "),
        ({"webhook": {"url": "https://b.example", "secret": "s" * 257}}, 400, "webhook.secret: "),
        ({"webhook": {"url": "https://b.example/" + "p" * 2048}}, 400, "webhook.url: "),
        ({"webhook": {"url": "b.example"}}, 400, "webhook.url: "),
        ({"surprise": 1}, 201, ""),
    ],
)
def test_launch_refusals(
    cursor: Cursor, http: TestClient, changes: dict[str, Any], status: int, text: str
) -> None:
    answer = http.post("/v0/agents", json=body(**changes))
    assert answer.status_code == status
    assert answer.json().get("error", "").startswith(text)
    assert len(cursor.agents) == (status == 201)


@pytest.mark.parametrize("auto_branch", [True, False])
def test_a_pull_request_may_be_worked_on(
    http: TestClient, clock: Clock, host: MemoryHost, auto_branch: bool
) -> None:
    url = "https://github.com/acme/widgets/pull/5"
    agent_id = launch(http, source={"prUrl": url}, target={"autoBranch": auto_branch})
    clock.advance(4)
    target = http.get(f"/v0/agents/{agent_id}").json()["target"]
    assert (target["branchName"] == "mine") is not auto_branch
    assert target.get("prUrl") == (None if auto_branch else url)
    assert host.commits[0][2] == ("mine" if auto_branch else None)


def test_errors_may_be_nested_as_the_openapi_says(cursor: Cursor, http: TestClient) -> None:
    cursor.quirks.nested_v0_errors = True
    answer = http.get("/v0/agents/bc-1").json()
    assert answer == {"error": {"code": "agent_not_found", "message": "Agent not found"}}


def test_list_is_paged_newest_first(cursor: Cursor, http: TestClient) -> None:
    ids = [launch(http) for _ in range(3)]
    first = http.get("/v0/agents", params={"limit": 2}).json()
    assert [agent["id"] for agent in first["agents"]] == [ids[2], ids[1]]
    last = http.get("/v0/agents", params={"cursor": first["nextCursor"]}).json()
    assert [agent["id"] for agent in last["agents"]] == [ids[0]]
    assert "nextCursor" not in last
    cursor.quirks.null_next_cursor = True
    assert http.get("/v0/agents").json()["nextCursor"] is None


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "y"}])
def test_list_refuses(http: TestClient, params: dict[str, Any]) -> None:
    assert http.get("/v0/agents", params=params).status_code == 400


def test_list_filters_by_pull_request(http: TestClient, clock: Clock) -> None:
    first = launch(http)
    launch(http, target={})
    clock.advance(4)
    url = "https://github.com/acme/widgets/pull/87"
    found = http.get("/v0/agents", params={"prUrl": url}).json()["agents"]
    assert [agent["id"] for agent in found] == [first]


def test_follow_up_goes_back_to_running(
    cursor: Cursor, http: TestClient, clock: Clock, host: MemoryHost
) -> None:
    cursor.plan(AgentScript(follow_ups=(AgentScript(outcome="ERROR"),)))
    agent_id = launch(http)
    clock.advance(4)
    again = {"prompt": {"text": "Also the docs"}}
    assert http.post(f"/v0/agents/{agent_id}/followup", json=again).json() == {"id": agent_id}
    assert http.get(f"/v0/agents/{agent_id}").json()["status"] == "RUNNING"
    busy = http.post(f"/v0/agents/{agent_id}/followup", json=again)
    assert (busy.status_code, busy.json()) == (409, {"error": "Agent is still running"})
    clock.advance(4)
    assert http.get(f"/v0/agents/{agent_id}").json()["status"] == "ERROR"
    http.post(f"/v0/agents/{agent_id}/followup", json=again)
    clock.advance(4)
    talk = http.get(f"/v0/agents/{agent_id}/conversation").json()["messages"]
    assert [line["type"] for line in talk] == ["user_message", "assistant_message"] * 3
    assert len(host.commits) == 2
    assert len(host.pull_requests) == 1


def test_follow_up_may_wait_for_the_turn(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    cursor.plan(AgentScript(follow_up_while_running="queue"))
    agent_id = launch(http)
    http.post(f"/v0/agents/{agent_id}/followup", json={"prompt": {"text": "later"}})
    assert cursor.agents[agent_id].prompts == ["Fix the cache test\nIt is flaky."]
    clock.advance(4)
    assert http.get(f"/v0/agents/{agent_id}").json()["status"] == "RUNNING"
    assert cursor.agents[agent_id].prompts[1] == "later"


@pytest.mark.parametrize(
    ("stop", "follow_up"),
    [(StopScript(), 200), (StopScript(shown="STOPPED", wakes=False), 409)],
)
def test_stop(
    cursor: Cursor,
    http: TestClient,
    clock: Clock,
    host: MemoryHost,
    stop: StopScript,
    follow_up: int,
) -> None:
    cursor.plan(AgentScript(stop=stop))
    agent_id = launch(http)
    clock.advance(1)
    assert http.post(f"/v0/agents/{agent_id}/stop").json() == {"id": agent_id}
    clock.advance(60)
    assert http.get(f"/v0/agents/{agent_id}").json()["status"] == stop.shown
    assert host.commits == []
    assert http.post(f"/v0/agents/{agent_id}/stop").status_code == 400
    again = http.post(f"/v0/agents/{agent_id}/followup", json={"prompt": {"text": "go on"}})
    assert again.status_code == follow_up


def test_a_deleted_agent_is_gone(cursor: Cursor, http: TestClient) -> None:
    agent_id = launch(http)
    assert http.delete(f"/v0/agents/{agent_id}").status_code == 200
    assert http.get(f"/v0/agents/{agent_id}").status_code == 404
    assert http.get(f"/v0/agents/{agent_id}/conversation").status_code == 409
    assert http.get("/v0/agents").json() == {"agents": []}
    assert cursor.agents[agent_id].deleted


@pytest.mark.parametrize(("agent_id", "status"), [("nonsense", 400), ("bc-1", 404)])
def test_unknown_agents(http: TestClient, agent_id: str, status: int) -> None:
    assert http.get(f"/v0/agents/{agent_id}").status_code == status


def test_the_rest(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    cursor.repositories.append("acme/widgets")
    agent_id = launch(http)
    assert http.get("/v0/me").json()["apiKeyName"] == "Orchestra key"
    assert "claude-4-sonnet-thinking" in http.get("/v0/models").json()["models"]
    assert http.get(f"/v0/agents/{agent_id}/artifacts").json() == {"artifacts": []}
    assert len(http.get("/v0/repositories").json()["repositories"]) == 1
    limited = http.get("/v0/repositories")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "60")
    cursor.quirks.service_account = True
    assert http.get("/v0/me").status_code == 404


def test_an_agent_may_choose_its_branch_and_open_its_pull_request_again(
    cursor: Cursor, http: TestClient, clock: Clock, host: MemoryHost
) -> None:
    cursor.plan(AgentScript(branch="feat/x", reopens=True, reopens_after=20))
    agent_id = launch(http)
    clock.advance(5)
    shown = http.get(f"/v0/agents/{agent_id}").json()["target"]
    assert shown["branchName"] == "feat/x"
    assert host.closed == [("acme/widgets", 87, "cursor[bot]")]
    clock.advance(20)
    shown = http.get(f"/v0/agents/{agent_id}").json()["target"]
    assert shown["prUrl"] == "https://github.com/acme/widgets/pull/88"
    assert [one["head"] for one in host.pull_requests] == ["feat/x", "feat/x"]
