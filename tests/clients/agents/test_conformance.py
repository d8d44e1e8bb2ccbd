"""One suite for both versions of Cursor's API, against the stand-in over loopback HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
import pytest
from pydantic import SecretStr

from bot.clients.agents.cursor.transport import make_http
from bot.clients.agents.provider import AgentProvider, Prompt, Receipt
from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.core.model.identifiers import AgentStatus
from sandbox.clock import Clock
from sandbox.cursor import (
    AgentScript,
    Cursor,
    Fault,
    StopScript,
    bad_gateway,
    cancel_failed,
    connection_dropped,
    github_throttled,
    rate_limited,
    unverifiable_branch,
)
from sandbox.serving import LoopbackServer
from tests.clients.agents.cursor_fake import AGENT, CLIENTS, LAUNCH, OTHER, Service, Switch
from tests.sandbox.cursor.conftest import KEY, MemoryHost


@pytest.fixture(scope="module")
def loopback() -> Iterator[tuple[Switch, str, httpx.Client]]:
    switch = Switch()
    with LoopbackServer(switch) as server, make_http() as http:
        yield switch, server.url, http


@pytest.fixture(params=["v0", "v1"])
def there(request: pytest.FixtureRequest, loopback: tuple[Switch, str, httpx.Client]) -> Service:
    switch, url, http = loopback
    clock, host = Clock(datetime(2026, 11, 21, 10, tzinfo=UTC)), MemoryHost()
    switch.cursor = cursor = Cursor(clock, host, api_key=KEY)

    def connect(key: str) -> AgentProvider:
        return CLIENTS[request.param](f"{url}/", SecretStr(key), http)

    return Service(request.param, cursor, host, clock, connect(KEY), connect)


def test_launched_and_seen_through_to_the_end(there: Service) -> None:
    launched = there.launch()
    assert (launched.status, launched.raw_status) == (AgentStatus.CREATING, "CREATING")
    assert launched.url
    there.clock.advance(1)
    assert there.status(launched.agent_id).status is AgentStatus.RUNNING
    there.end()
    ended = there.status(launched.agent_id)
    assert (ended.agent_id, ended.run_id) == (launched.agent_id, launched.run_id)
    assert (ended.status, ended.raw_status) == (AgentStatus.FINISHED, "FINISHED")
    assert (ended.branch, ended.summary) == ("mine", "Done; tests pass.")
    assert [branch for branch, _, _ in there.host.commits] == ["mine"]
    opened = "https://github.com/acme/widgets/pull/87" if there.version == "v0" else None
    assert ended.pull_request_url == opened


@pytest.mark.parametrize(
    ("outcome", "status"), [("ERROR", AgentStatus.FAILED), ("EXPIRED", AgentStatus.EXPIRED)]
)
def test_other_ends(
    there: Service, outcome: Literal["ERROR", "EXPIRED"], status: AgentStatus
) -> None:
    agent_id = there.launch(AgentScript(outcome=outcome, summary=None)).agent_id
    there.end()
    ended = there.status(agent_id)
    assert (ended.status, ended.raw_status, ended.summary) == (status, outcome, None)


def test_list_pages(there: Service) -> None:
    for number in range(101):
        agent_id = AGENT[:-3] + f"{number:03d}"
        there.client.launch(replace(LAUNCH, agent_id=agent_id, branch="mine"))
    first, cursor = there.client.list_page(None)
    last, end = there.client.list_page(cursor)
    assert [len(first), len(last), end] == [100, 1, None]
    assert last[0].agent_id == next(iter(there.cursor.agents))


def test_list_tells_runs_or_says_that_it_does_not(there: Service) -> None:
    there.launch()
    there.end()
    (listed,), _ = there.client.list_page(None)
    expected = AgentStatus.FINISHED if there.client.lists_runs else AgentStatus.RUNNING
    assert (listed.status, listed.raw_status) == (
        expected,
        "FINISHED" if there.client.lists_runs else "IDLE",
    )


def test_a_last_page_may_say_null(there: Service) -> None:
    there.cursor.quirks.null_next_cursor = True
    assert there.client.list_page(None) == ([], None)


def test_follow_up(there: Service) -> None:
    launched = there.launch()
    there.end()
    agent_id = launched.agent_id
    assert there.client.follow_up_arrived(agent_id, "mark-1", launched.run_id) is None
    run_id = there.client.follow_up(agent_id, "Also the docs <!-- mark-1 -->")
    assert there.status(agent_id).run_id == run_id
    assert not there.status(agent_id).status.is_final
    context = there.client.follow_up_arrived(agent_id, "mark-1", launched.run_id)
    assert context == DeliveryContext(run_id)
    there.end()
    assert there.status(agent_id).status is AgentStatus.FINISHED
    assert there.cursor.agents[agent_id].prompts[1] == "Also the docs <!-- mark-1 -->"


def test_a_follow_up_may_be_answered_by_the_bare_run(there: Service) -> None:
    there.cursor.quirks.bare_run = True
    agent_id = there.launch().agent_id
    there.end()
    run_id = there.client.follow_up(agent_id, "more")
    assert run_id == there.status(agent_id).run_id


def test_a_lost_follow_up_is_recognised(there: Service) -> None:
    launched = there.launch()
    there.end()
    there.fail("follow_up", connection_dropped())
    with pytest.raises(TransientError) as lost:
        there.client.follow_up(launched.agent_id, "mark-1")
    assert lost.value.answer_lost
    assert there.client.follow_up_arrived(launched.agent_id, "mark-1", launched.run_id)


def test_a_busy_agent_takes_no_follow_up(there: Service) -> None:
    agent_id = there.launch(AgentScript(outcome="never")).agent_id
    with pytest.raises(PermanentError) as busy:
        there.client.follow_up(agent_id, "more")
    assert (busy.value.code, busy.value.status) == ("agent_busy", 409)


def test_an_archived_agent_takes_no_follow_up(there: Service) -> None:
    agent_id = there.launch().agent_id
    there.end()
    there.cursor.agents[agent_id].archived = True
    with pytest.raises(PermanentError) as refused:
        there.client.follow_up(agent_id, "more")
    assert refused.value.code != "agent_busy"


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


def test_what_is_over_or_gone_is_stopped_already(there: Service) -> None:
    agent_id = there.launch().agent_id
    there.end()
    there.client.stop(agent_id)
    assert there.status(agent_id).status is AgentStatus.FINISHED
    there.cursor.agents[agent_id].deleted = True
    there.client.stop(agent_id)
    there.client.stop(OTHER)


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


def test_a_launch_sent_again_makes_no_second_agent_where_that_is_promised(
    there: Service,
) -> None:
    first, second = there.client.launch(LAUNCH), there.client.launch(LAUNCH)
    assert (first.agent_id == second.agent_id) is there.client.launches_once
    assert (first.run_id == second.run_id) or not there.client.launches_once
    assert len(there.cursor.agents) == (1 if there.client.launches_once else 2)


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


def test_unknown_agents(there: Service) -> None:
    with pytest.raises(NotFound, match="Agent not found"):
        there.status(OTHER)
    with pytest.raises(NotFound):
        there.client.follow_up(OTHER, "more")


def test_an_id_cannot_leave_its_place_in_the_path(there: Service) -> None:
    with pytest.raises(ClientError):
        there.status("../me")
    assert there.asked("me") == 0
