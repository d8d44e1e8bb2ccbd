"""What both versions of Cursor's API have in common, against the fake over loopback HTTP."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.clients.errors import (
    ClientError,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from sandbox.cursor import (
    AgentScript,
    Fault,
    StopScript,
    bad_gateway,
    cancel_failed,
    connection_dropped,
    github_throttled,
    rate_limited,
    unverifiable_branch,
)
from tests.clients.agents.cursor_fake import AGENT, LAUNCH, OTHER, Service
from tests.sandbox.cursor.conftest import KEY


def test_a_last_page_may_say_null(there: Service) -> None:
    there.cursor.quirks.null_next_cursor = True
    assert there.client.list_page(None) == ([], None)


def test_a_follow_up_may_be_answered_by_the_bare_run(there: Service) -> None:
    there.cursor.quirks.bare_run = True
    agent_id = there.launch().agent_id
    there.end()
    receipt = there.client.follow_up(agent_id, "more")
    assert receipt.prompt_ref == there.status(agent_id).prompt_ref


@pytest.mark.parametrize("stop", [StopScript(shown="STOPPED"), StopScript()])
def test_stop(there: Service, stop: StopScript) -> None:
    agent_id = there.launch(AgentScript(stop=stop)).agent_id
    there.clock.advance(1)
    there.client.stop(agent_id)
    there.end()
    assert there.host.commits == []
    stopped = there.status(agent_id)
    assert stopped.raw_status == (stop.shown if there.version == "v0" else "CANCELLED")
    assert stopped.status.is_final
    assert there.cursor.agents[agent_id].latest.status == "CANCELLED"


def test_a_stop_may_fail_with_the_agent_going_on(there: Service) -> None:
    agent_id = there.launch(AgentScript(outcome="never")).agent_id
    there.fail("stop", cancel_failed())
    with pytest.raises(TransientError):
        there.client.stop(agent_id)
    assert not there.status(agent_id).status.is_final
    there.client.stop(agent_id)
    assert there.status(agent_id).status.is_final


def test_a_stop_that_is_refused_is_not_taken_for_done(there: Service) -> None:
    agent_id = there.launch(AgentScript(outcome="never")).agent_id
    there.fail("stop", Fault(400, {"error": "no"}))
    with pytest.raises(PermanentError):
        there.client.stop(agent_id)


@pytest.mark.parametrize("fault", [connection_dropped(), bad_gateway(carried_out=True)])
def test_a_lost_launch_is_found(there: Service, fault: Fault) -> None:
    assert there.client.find(LAUNCH) is None
    there.fail("launch", fault)
    with pytest.raises(TransientError) as lost:
        there.client.launch(LAUNCH)
    assert lost.value.answer_lost
    found = there.client.find(LAUNCH)
    assert found is not None
    assert list(there.cursor.agents) == [found.agent_id]


def test_a_launch_on_a_pull_request_works_on_its_head(there: Service) -> None:
    earlier = there.launch().agent_id
    there.end()
    url = "https://github.com/acme/widgets/pull/5"
    request = replace(LAUNCH, agent_id=OTHER, pull_request_url=url, prompt="Go on")
    assert there.client.find(request) is None
    launched = there.client.launch(request)
    assert launched.agent_id != earlier
    found = there.client.find(request)
    assert found is not None
    assert found.agent_id == launched.agent_id
    there.end()
    assert there.status(launched.agent_id).branch == "mine"
    assert [branch for branch, _, _ in there.host.commits] == ["mine", "mine"]


@pytest.mark.parametrize("changes", [{"model": "gpt-1"}, {"prompt": ""}])
def test_a_wrong_launch_is_refused_for_good(there: Service, changes: dict[str, Any]) -> None:
    with pytest.raises(PermanentError) as refused:
        there.client.launch(replace(LAUNCH, **changes))
    assert (refused.value.status, refused.value.answer_lost) == (400, False)
    assert there.cursor.agents == {}


def test_a_branch_that_could_not_be_verified_is_worth_another_try(there: Service) -> None:
    there.fail("launch", unverifiable_branch("main", "acme/widgets", there.version))
    with pytest.raises(TransientError) as refused:
        there.client.launch(LAUNCH)
    assert (refused.value.code, refused.value.answer_lost) == ("branch_unverified", False)
    assert there.client.launch(LAUNCH).agent_id in there.cursor.agents


def test_models_and_key(there: Service) -> None:
    assert "claude-4-sonnet-thinking" in there.client.models()
    assert there.client.me() == "Orchestra key"
    there.cursor.quirks.service_account = True
    assert there.client.me() in {"Orchestra key", "service account"}


@pytest.mark.parametrize("around", ["{}", '"{}"', "'{}'\n", " {}\r\n"])
def test_what_copying_leaves_around_a_key(there: Service, around: str) -> None:
    assert there.connect(around.format(KEY)).me() == "Orchestra key"


def test_a_bad_key(there: Service) -> None:
    client = there.connect("crsr_" + "b" * 64)
    for ask in (client.me, lambda: client.launch(LAUNCH), lambda: client.stop(AGENT)):
        with pytest.raises(Unauthorized, match="Invalid User API Key") as refused:
            ask()
        assert refused.value.status == 401


@pytest.mark.parametrize(("fault", "seconds"), [(rate_limited(7), 7), (github_throttled(90), 90)])
def test_a_limit(there: Service, fault: Fault, seconds: float) -> None:
    there.fail("launch", fault)
    with pytest.raises(RateLimited) as limited:
        there.client.launch(LAUNCH)
    assert limited.value.retry_after == seconds
    assert there.cursor.agents == {}


@pytest.mark.parametrize("action", ["me", "get", "list"])
def test_a_gateway_that_fails_a_read(there: Service, action: str) -> None:
    agent_id = there.launch().agent_id
    there.fail(action, bad_gateway())
    actions: dict[str, Callable[[], object]] = {
        "me": there.client.me,
        "get": lambda: there.status(agent_id),
        "list": lambda: there.client.list_page(None),
    }
    with pytest.raises(TransientError) as failed:
        actions[action]()
    assert (failed.value.status, failed.value.answer_lost) == (502, False)
    assert failed.value.message == "HTTP 502 Bad Gateway"


def test_a_listed_agent_without_an_id_is_left_out(there: Service) -> None:
    agent_id = there.launch().agent_id
    listed: list[object] = [{"id": None}, {"id": agent_id, "status": "RUNNING"}, None]
    there.fail("list", Fault(200, {"agents": listed, "items": listed}))
    reports, _ = there.client.list_page(None)
    assert [one.agent_id for one in reports] == [agent_id]


def test_an_id_cannot_leave_its_place_in_the_path(there: Service) -> None:
    with pytest.raises(ClientError):
        there.status("../me")
    assert there.asked("me") == 0
