from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.control import cursor_control, github_control, made
from sandbox.cursor import AgentScript, Cursor, WebhookScript
from sandbox.github import CheckScript, GitHub

REPO = "acme/widgets"
ADA = {"Authorization": "Bearer ghp_ada"}
ACTS = f"/_sandbox/repositories/{REPO}/acts"
CHECKS = f"/_sandbox/repositories/{REPO}/checks"


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    return GitHub(Clock(), tmp_path, webhook_url="http://bot.test/")


@pytest.fixture
def client(github: GitHub) -> TestClient:
    return TestClient(github_control(github))


@pytest.fixture
def made_there(client: TestClient) -> dict[str, Any]:
    answer = client.post(
        "/_sandbox/repositories",
        json={
            "full_name": REPO,
            "files": {"a.txt": "a"},
            "roles": {"ada": "admin"},
            "rules": {"main": {"required_checks": ["test"]}},
            "checks": {"test": {"after": 2}},
            "install": True,
        },
    )
    assert answer.status_code == 201
    told: dict[str, Any] = answer.json()
    return told


def test_a_repository_is_made_as_told(
    github: GitHub, client: TestClient, made_there: dict[str, Any]
) -> None:
    assert Path(made_there["git_dir"]).is_dir()
    rules = client.get(f"/repos/{REPO}/rules/branches/main", headers=ADA).json()
    assert [rule["type"] for rule in rules] == ["required_status_checks"]
    found = github.repository(REPO)
    assert found.ci.checks == {"test": CheckScript(after=2)}
    assert found.role_of(github.user("ada")) == "admin"
    assert github.installation_of(found) is not None


def test_checks_and_rules_are_replaced(
    github: GitHub, client: TestClient, made_there: dict[str, Any]
) -> None:
    assert client.put(CHECKS, json={"lint": {"conclusion": "failure"}}).status_code == 204
    rules = CHECKS.replace("checks", "rules")
    assert client.put(rules, json={"main": {"required_approvals": 1}}).status_code == 204
    found = github.repository(REPO)
    assert found.ci.checks == {"lint": CheckScript(conclusion="failure")}
    assert found.rules["main"].required_approvals == 1
    assert found.rules["main"].required_checks == []


def test_people_act(github: GitHub, client: TestClient, made_there: dict[str, Any]) -> None:
    def act(name: str, **body: Any) -> Any:
        answer = client.post(f"{ACTS}/{name}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    given = {"branch": "x", "files": {"x.txt": "1\n"}, "message": "Add x", "author_login": "bob"}
    sha = act("commit_files", **given)["sha"]
    pull = github.open_pull_request(
        REPO, head="x", base="main", title="x", body=None, author_login="bob"
    )
    line = ["x.txt", 1, "Why?"]
    review = act("review", number=pull.number, event="APPROVE", by="ada", comments=[line])
    assert [(one.id, one.commit_id) for one in pull.reviews] == [(review["id"], sha)]
    assert act("resolve_threads", number=pull.number, by="ada") is None
    assert pull.threads[0].resolved_by is github.user("ada")
    github.set_rules(REPO, "main", None)
    merged = act("merge_pull_request", number=pull.number, by="ada")
    assert merged == {"sha": github.repository(REPO).git.head("main")}
    assert act("revert", number=pull.number, by="ada") == {"number": pull.number + 1}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", f"{ACTS}/teleport", {}, 422, "there is no act teleport"),
        ("POST", f"{ACTS}/review", {"number": 1}, 422, "missing"),
        ("POST", f"{ACTS}/close", {"number": 9, "by": "ada"}, 404, "Not Found"),
        ("PUT", CHECKS, {"test": {"afterwards": 1}}, 422, "CheckScript has no afterwards"),
        ("PUT", CHECKS, {"test": {"after": "soon"}}, 422, "valid number"),
        ("PUT", CHECKS, ["test"], 422, "no object"),
        ("PUT", "/_sandbox/repositories/acme/gone/checks", {}, 404, "Not Found"),
        ("POST", "/_sandbox/repositories", {}, 422, "full_name is missing"),
    ],
)
def test_mistakes_are_named(
    client: TestClient,
    made_there: dict[str, Any],
    method: str,
    path: str,
    body: Any,
    status: int,
    says: str,
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert says in answer.json()["message"]


def test_requests_are_dumped_with_their_answers_and_control_is_not_among_them(
    client: TestClient, made_there: dict[str, Any]
) -> None:
    client.post(f"/repos/{REPO}/issues", json={"title": "Hello"}, headers=ADA)
    (entry,) = client.get("/_sandbox/ledger").json()
    assert entry["kind"] == "POST /repos/{owner}/{repo}/issues"
    assert entry["request"] == {"title": "Hello"}
    assert entry["answer"]["number"] == 1


def test_sent_webhooks_are_dumped_with_the_answers_status(
    github: GitHub, client: TestClient, made_there: dict[str, Any]
) -> None:
    github.outbox.delivered += [(webhook, 202) for webhook in github.outbox.take()]
    (sent,) = client.get("/_sandbox/webhooks").json()
    assert sent["headers"]["X-GitHub-Event"] == "installation"
    assert (sent["status"], sent["body"]["action"]) == (202, "created")


def test_a_plan_is_for_the_launch_whose_prompt_holds_its_match(
    github: GitHub, made_there: dict[str, Any]
) -> None:
    cursor = Cursor(Clock(), GitHubHost(github))
    client = TestClient(cursor_control(cursor))
    assert client.put("/_sandbox/default", json={"summary": "usual"}).status_code == 204
    plan = {"match": "paint", "script": {"outcome": "ERROR"}}
    assert client.post("/_sandbox/plans", json=plan).status_code == 204
    for text in ("count it", "paint it"):
        launched = client.post(
            "/v0/agents",
            json={"prompt": {"text": text}, "source": _source()},
            headers={"Authorization": f"Bearer {cursor.api_key}"},
        )
        assert launched.status_code == 201
    scripts = [agent.script for agent in cursor.agents.values()]
    assert scripts == [AgentScript(summary="usual"), AgentScript(outcome="ERROR")]


def _source() -> dict[str, str]:
    return {"repository": f"https://github.com/{REPO}", "ref": "main"}


def test_nested_fields_are_made_and_checked_too() -> None:
    body: dict[str, Any] = {
        "commits": [{"a.txt": "a", "b.txt": None}],
        "webhook": {"deliver": "twice"},
        "follow_ups": [{"outcome": "ERROR"}],
    }
    script = made(AgentScript, body)
    assert script.commits == ({"a.txt": "a", "b.txt": None},)
    assert script.webhook == WebhookScript(deliver="twice")
    assert script.follow_ups == (AgentScript(outcome="ERROR"),)
    body["follow_ups"][0]["luck"] = 1
    with pytest.raises(ValueError, match="AgentScript has no luck"):
        made(AgentScript, body)
