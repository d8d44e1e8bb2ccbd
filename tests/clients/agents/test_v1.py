import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr

from bot.clients.agents.cursor.v1 import CursorV1, launch_body
from bot.clients.agents.provider import Prompt
from bot.clients.errors import PermanentError, TransientError
from bot.core.model.identifiers import AgentStatus
from tests.clients.agents.cursor_fake import AGENT, LAUNCH
from tests.clients.agents.test_refusals import KEY, URL, nested

LAUNCHED = {"agent": {"id": AGENT, "latestRunId": "run-1"}, "run": {"id": "run-1"}}
CONFLICT = nested("agent_id_conflict")
NO_VARIANT = nested("validation_error", "Model 'o3' does not match a known variant")


@pytest.fixture
def client() -> CursorV1:
    return CursorV1(URL, SecretStr(KEY))


def test_the_body_of_a_launch_holds_known_keys_only() -> None:
    request = replace(LAUNCH, title="t" * 101, model="o3")
    assert launch_body(request, {"id": "o3"}) == {
        "prompt": {"text": "Fix the cache test"},
        "name": "t" * 100,
        "agentId": AGENT,
        "repos": [{"url": "https://github.com/acme/widgets", "startingRef": "mine"}],
        "workOnCurrentBranch": True,
        "autoCreatePR": False,
        "model": {"id": "o3"},
    }
    elsewhere = launch_body(replace(LAUNCH, repository_url="https://git.example/a/b"), None)
    assert elsewhere["repos"] == [{"url": "https://git.example/a/b", "startingRef": "mine"}]
    assert "model" not in elsewhere


def test_a_launch_has_one_idempotency_key_for_one_body(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    route = respx_mock.post(f"{URL}/v1/agents").respond(200, json=LAUNCHED)
    renamed = replace(LAUNCH, repository_url="https://github.com/acme/gadgets")
    for request in (LAUNCH, renamed, LAUNCH):
        assert client.launch(request).prompt_ref == "run-1"
    one, other, again = (call.request.headers["Idempotency-Key"] for call in route.calls)
    assert one == again != other


def test_follow_ups_have_their_own_key_each(respx_mock: respx.MockRouter, client: CursorV1) -> None:
    route = respx_mock.post(f"{URL}/v1/agents/{AGENT}/runs").respond(201, json={"id": "run-2"})
    for text in ("one", "two", "one"):
        client.follow_up(AGENT, text)
    one, two, again = (call.request.headers["Idempotency-Key"] for call in route.calls)
    assert one == again != two


def test_a_follow_up_without_a_run_may_have_been_taken(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    respx_mock.post(f"{URL}/v1/agents/{AGENT}/runs").respond(201, json={})
    with pytest.raises(TransientError) as odd:
        client.follow_up(AGENT, "more")
    assert odd.value.answer_lost


def test_a_conflict_whose_agent_is_not_shown_yet_is_asked_again(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    respx_mock.post(f"{URL}/v1/agents").respond(409, json=CONFLICT)
    respx_mock.get(f"{URL}/v1/agents/{AGENT}").respond(404, json=nested("agent_not_found"))
    with pytest.raises(TransientError) as conflict:
        client.launch(LAUNCH)
    assert conflict.value.answer_lost


@pytest.mark.parametrize(
    ("variants", "model"),
    [
        (
            [{"params": [{"id": "fast", "value": "true"}]}, {"params": [], "isDefault": True}],
            {"id": "o3", "params": []},
        ),
        (
            [{"params": [{"id": "fast", "value": "true"}]}],
            {"id": "o3", "params": [{"id": "fast", "value": "true"}]},
        ),
    ],
)
def test_a_model_refused_by_its_id_is_asked_for_by_its_default_variant(
    respx_mock: respx.MockRouter, client: CursorV1, variants: list[Any], model: dict[str, Any]
) -> None:
    answers = [httpx.Response(400, json=NO_VARIANT), httpx.Response(201, json=LAUNCHED)]
    route = respx_mock.post(f"{URL}/v1/agents").mock(side_effect=answers)
    items = [{"id": "gpt-5.2"}, {"id": "o3", "variants": variants}]
    respx_mock.get(f"{URL}/v1/models").respond(json={"items": items})
    client.launch(replace(LAUNCH, model="o3"))
    sent = [json.loads(call.request.content)["model"] for call in route.calls]
    assert sent == [{"id": "o3"}, model]


def test_the_same_idempotency_key_always_comes_with_the_same_body(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    refused, taken = httpx.Response(400, json=NO_VARIANT), httpx.Response(201, json=LAUNCHED)
    route = respx_mock.post(f"{URL}/v1/agents").mock(side_effect=[refused, taken, refused, taken])
    variants = [{"params": [{"id": "fast", "value": "false"}], "isDefault": True}]
    items = [{"id": "o3", "variants": variants}]
    respx_mock.get(f"{URL}/v1/models").respond(json={"items": items})
    for _ in range(2):
        client.launch(replace(LAUNCH, model="o3"))
    sent = [(call.request.headers["Idempotency-Key"], call.request.content) for call in route.calls]
    assert sent[:2] == sent[2:]
    assert len({key for key, _ in sent}) == len({body for _, body in sent}) == 2


def test_a_model_without_variants_stays_refused(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    route = respx_mock.post(f"{URL}/v1/agents").respond(400, json=NO_VARIANT)
    respx_mock.get(f"{URL}/v1/models").respond(json={"items": [{"id": "o3"}]})
    with pytest.raises(PermanentError, match="known variant"):
        client.launch(replace(LAUNCH, model="o3"))
    assert route.call_count == 1


def test_without_a_latest_run_the_runs_are_listed(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    respx_mock.get(f"{URL}/v1/agents/{AGENT}").respond(json={"id": AGENT, "updatedAt": "now"})
    runs = respx_mock.get(f"{URL}/v1/agents/{AGENT}/runs")
    runs.respond(json={"items": [{"id": "run-2", "status": "ERROR"}, {"id": "run-1"}]})
    respx_mock.get(f"{URL}/v1/agents/{AGENT}/usage").respond(404)
    report = client.status(Prompt(agent_id=AGENT))
    assert (report.prompt_ref, report.status, report.mark) == (
        "run-2",
        AgentStatus.FAILED,
        "None now",
    )
    runs.respond(json={"items": []})
    assert client.status(Prompt(agent_id=AGENT)).status is AgentStatus.RUNNING


def test_a_failed_run_tells_why(respx_mock: respx.MockRouter, client: CursorV1) -> None:
    agent = {"id": AGENT, "latestRunId": "run-1"}
    run = {
        "id": "run-1",
        "status": "ERROR",
        "error": {"message": "out of memory"},
        "git": {"branches": [{"branch": "mine", "prUrl": "https://github.com/a/b/pull/1"}]},
    }
    respx_mock.get(f"{URL}/v1/agents/{AGENT}").respond(json=agent)
    respx_mock.get(f"{URL}/v1/agents/{AGENT}/runs/run-1").respond(json=run)
    respx_mock.get(f"{URL}/v1/agents/{AGENT}/usage").respond(404)
    report = client.status(Prompt(agent_id=AGENT))
    assert (report.summary, report.branch) == ("out of memory", "mine")
    assert report.pull_request_url == "https://github.com/a/b/pull/1"


def test_an_agent_without_runs_needs_no_stop(
    respx_mock: respx.MockRouter, client: CursorV1
) -> None:
    respx_mock.get(f"{URL}/v1/agents/{AGENT}").respond(json={"id": AGENT})
    client.stop(AGENT)
    assert respx_mock.calls.call_count == 1


def test_models_may_be_plain_strings(respx_mock: respx.MockRouter, client: CursorV1) -> None:
    respx_mock.get(f"{URL}/v1/models").respond(json={"items": ["o3", {"id": "gpt-5.2"}, 7, {}]})
    assert client.models() == ["o3", "gpt-5.2"]
