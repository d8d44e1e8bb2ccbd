import json
from dataclasses import replace
from typing import Any

import pytest
import respx
from pydantic import SecretStr

from bot.clients.agents.cursor.v0 import CursorV0, launch_body
from bot.clients.agents.provider import LaunchRequest, Prompt
from bot.clients.errors import PermanentError
from bot.core.model.identifiers import AgentStatus
from tests.clients.agents.cursor_fake import LAUNCH
from tests.clients.agents.test_refusals import KEY, URL

SOURCE = {"repository": "https://github.com/acme/widgets", "ref": "main"}
TARGET = {"branchName": "mine", "autoCreatePr": True}
HOOK = {"url": "https://bot.example/hook?run=1", "secret": "s" * 40}
ELSEWHERE = "https://git.example/acme/widgets"
PULL_REQUEST = "https://github.com/acme/widgets/pull/5"


@pytest.fixture
def client() -> CursorV0:
    return CursorV0(URL, SecretStr(KEY))


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (LAUNCH, {"source": SOURCE, "target": TARGET, "webhook": HOOK}),
        (
            replace(LAUNCH, model="o3", webhook_url=None),
            {"source": SOURCE, "target": TARGET, "model": "o3"},
        ),
        (
            replace(LAUNCH, repository_url=ELSEWHERE, webhook_url=None),
            {"source": {"repository": ELSEWHERE, "ref": "main"}, "target": TARGET},
        ),
        (
            replace(LAUNCH, webhook_secret=None),
            {"source": SOURCE, "target": TARGET, "webhook": {"url": HOOK["url"]}},
        ),
        (
            replace(LAUNCH, pull_request_url=PULL_REQUEST, webhook_url=None),
            {"source": {"prUrl": PULL_REQUEST}, "target": {"autoBranch": False}},
        ),
    ],
)
def test_the_body_of_a_launch(request_: LaunchRequest, body: dict[str, Any]) -> None:
    assert launch_body(request_) == {"prompt": {"text": "Fix the cache test"}, **body}


def test_a_launch_is_sent_with_the_key_and_nothing_more(
    respx_mock: respx.MockRouter, client: CursorV0
) -> None:
    route = respx_mock.post(f"{URL}/v0/agents").respond(201, json={"id": "bc_1"})
    client.launch(replace(LAUNCH, prompt="Half an emoji \ud83d"))
    request = route.calls.last.request
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Content-Type"] == "application/json"
    assert "Idempotency-Key" not in request.headers
    assert json.loads(request.content)["prompt"]["text"] == "Half an emoji \ud83d"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("CREATING", AgentStatus.CREATING),
        ("RUNNING", AgentStatus.RUNNING),
        ("FINISHED", AgentStatus.FINISHED),
        ("ERROR", AgentStatus.FAILED),
        ("FAILED", AgentStatus.FAILED),
        ("STOPPED", AgentStatus.STOPPED),
        ("CANCELLED", AgentStatus.STOPPED),
        ("EXPIRED", AgentStatus.EXPIRED),
        ("PONDERING", AgentStatus.RUNNING),
        ("", AgentStatus.RUNNING),
        (None, AgentStatus.RUNNING),
    ],
)
def test_status_words(
    respx_mock: respx.MockRouter, client: CursorV0, word: str | None, status: AgentStatus
) -> None:
    respx_mock.get(f"{URL}/v0/agents/bc-1").respond(json={"id": "bc-1", "status": word})
    report = client.status(Prompt(agent_id="bc-1"))
    assert (report.status, report.raw_status) == (status, word or "")


def test_only_the_id_is_needed(respx_mock: respx.MockRouter, client: CursorV0) -> None:
    odd = {"id": "bc-1", "status": 7, "target": "none", "summary": "", "extra": []}
    respx_mock.get(f"{URL}/v0/agents/bc-1").respond(json=odd)
    report = client.status(Prompt(agent_id="bc-1"))
    assert (report.branch, report.pull_request_url, report.summary, report.url) == (None,) * 4


def test_a_search_goes_no_further_than_five_pages(
    respx_mock: respx.MockRouter, client: CursorV0
) -> None:
    page = {"agents": [{"id": "bc-2", "target": {"branchName": "other"}}], "nextCursor": "bc-2"}
    route = respx_mock.get(f"{URL}/v0/agents").respond(json=page)
    assert client.find(LAUNCH) is None
    assert route.call_count == 5
    assert dict(route.calls.last.request.url.params) == {"limit": "100", "cursor": "bc-2"}


def test_a_search_is_not_stopped_by_an_agent_that_is_gone(
    respx_mock: respx.MockRouter, client: CursorV0
) -> None:
    agents = [{"id": f"bc-{n}", "target": {"branchName": "mine"}} for n in (1, 2)]
    respx_mock.get(f"{URL}/v0/agents").respond(json={"agents": agents})
    respx_mock.get(f"{URL}/v0/agents/bc-1/conversation").respond(409, json={"error": "gone"})
    said = [{"type": "user_message", "text": "Fix the cache test\n"}, {"type": "x"}]
    respx_mock.get(f"{URL}/v0/agents/bc-2/conversation").respond(json={"messages": said})
    found = client.find(replace(LAUNCH, pull_request_url=PULL_REQUEST))
    assert found is not None
    assert found.agent_id == "bc-2"


def test_an_answer_does_not_count_as_our_marker(
    respx_mock: respx.MockRouter, client: CursorV0
) -> None:
    said = [{"type": "assistant_message", "text": "I saw mark-1"}]
    respx_mock.get(f"{URL}/v0/agents/bc-1/conversation").respond(json={"messages": said})
    assert not client.find_follow_up(Prompt(agent_id="bc-1", index=2, marker="mark-1"), None)


FOLLOW_UP = Prompt(agent_id="bc-1", index=2, marker="mark-1")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([], AgentStatus.CREATING),
        (["assistant_message: done", "user_message: mark-1"], AgentStatus.CREATING),
        (["user_message: mark-1", "assistant_message: done"], AgentStatus.FINISHED),
    ],
)
def test_the_end_of_an_earlier_prompt_is_not_taken_for_that_of_a_follow_up(
    respx_mock: respx.MockRouter, client: CursorV0, said: list[str], status: AgentStatus
) -> None:
    messages = [dict(zip(("type", "text"), one.split(": "), strict=True)) for one in said]
    respx_mock.get(f"{URL}/v0/agents/bc-1").respond(json={"id": "bc-1", "status": "FINISHED"})
    route = respx_mock.get(f"{URL}/v0/agents/bc-1/conversation")
    route.respond(json={"messages": messages})
    assert client.status(FOLLOW_UP).status is status
    assert client.status(replace(FOLLOW_UP, taken=True)).status is AgentStatus.FINISHED
    assert route.call_count == 1


def test_a_refused_follow_up_to_an_agent_at_rest_keeps_its_words(
    respx_mock: respx.MockRouter, client: CursorV0
) -> None:
    respx_mock.post(f"{URL}/v0/agents/bc-1/followup").respond(409, json={"error": "archived"})
    respx_mock.get(f"{URL}/v0/agents/bc-1").respond(json={"id": "bc-1", "status": "FINISHED"})
    with pytest.raises(PermanentError, match="archived") as refused:
        client.follow_up("bc-1", "more")
    assert refused.value.code == "conflict"


def test_odd_models(respx_mock: respx.MockRouter, client: CursorV0) -> None:
    respx_mock.get(f"{URL}/v0/models").respond(json={"models": ["o3", 7]})
    assert client.models() == ["o3"]
    respx_mock.get(f"{URL}/v0/models").respond(json={})
    assert client.models() == []
