"""The one suite that every provider of agents passes, whatever it can do by itself."""

from dataclasses import replace
from typing import Literal

import httpx
import pytest

from bot.clients.agents.provider import AgentProvider, AgentReport, Prompt
from bot.clients.errors import NotFound, PermanentError, TransientError
from bot.core.model.identifiers import AgentStatus
from sandbox.cursor import AgentScript, connection_dropped
from tests.clients.agents.conftest import serve
from tests.clients.agents.cursor_fake import AGENT, LAUNCH, OTHER, Service, Switch
from tests.clients.agents.scripted import ScriptedProvider

Outcome = Literal["FINISHED", "ERROR", "EXPIRED", "never"]
ENDS = {
    "FINISHED": AgentStatus.FINISHED,
    "ERROR": AgentStatus.FAILED,
    "EXPIRED": AgentStatus.EXPIRED,
}


class Cursors:
    """What happens at Cursor."""

    def __init__(self, there: Service) -> None:
        self.there = there
        self.client: AgentProvider = there.client

    def plan(self, outcome: Outcome) -> None:
        self.there.cursor.plan(AgentScript(outcome=outcome))

    def take(self) -> None:
        self.there.clock.advance(1)

    def end(self) -> None:
        self.there.end()

    def lose_answer(self, action: str) -> None:
        self.there.fail(action, connection_dropped())

    def archive(self, agent_id: str) -> None:
        self.there.cursor.agents[agent_id].archived = True

    def delete(self, agent_id: str) -> None:
        self.there.cursor.agents[agent_id].deleted = True

    def reach(self, repository: str) -> None:
        self.there.cursor.repositories.append(repository)

    def count(self) -> int:
        return len(self.there.cursor.agents)


class Scripted:
    """What happens at the scripted provider."""

    def __init__(self) -> None:
        self.client = ScriptedProvider()
        self.outcome: Outcome = "FINISHED"

    def plan(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def take(self) -> None:
        self.client.come_to(AGENT, AgentStatus.RUNNING)

    def end(self) -> None:
        self.client.come_to(AGENT, ENDS[self.outcome])

    def lose_answer(self, action: str) -> None:
        del action
        self.client.loses_answers = True

    def archive(self, agent_id: str) -> None:
        self.client.agents[agent_id].archived = True

    def delete(self, agent_id: str) -> None:
        del self.client.agents[agent_id]

    def reach(self, repository: str) -> None:
        self.client.reached.append(repository.lower())

    def count(self) -> int:
        return len(self.client.agents)


@pytest.fixture(params=["v0", "v1", "scripted"])
def provider(
    request: pytest.FixtureRequest, loopback: tuple[Switch, str, httpx.Client]
) -> Cursors | Scripted:
    """Each provider in turn; Cursor in both of its versions."""
    return Scripted() if request.param == "scripted" else Cursors(serve(request.param, loopback))


Provider = Cursors | Scripted


def launch(provider: Provider) -> AgentReport:
    return provider.client.launch(LAUNCH)


def first(report: AgentReport) -> Prompt:
    return Prompt(agent_id=report.agent_id, ref=report.prompt_ref)


def test_an_agent_is_launched_works_and_ends(provider: Provider) -> None:
    launched = launch(provider)
    assert launched.status is AgentStatus.CREATING
    assert launched.url
    provider.take()
    assert provider.client.status(first(launched)).status is AgentStatus.RUNNING
    provider.end()
    ended = provider.client.status(first(launched))
    assert (ended.agent_id, ended.prompt_ref) == (launched.agent_id, launched.prompt_ref)
    assert (ended.status, ended.branch) == (AgentStatus.FINISHED, "mine")
    assert ended.summary == "Done; tests pass."
    opens = provider.client.capabilities.opens_pull_requests
    assert (ended.pull_request_url is not None) is opens


@pytest.mark.parametrize("outcome", ["ERROR", "EXPIRED"])
def test_other_ends(provider: Provider, outcome: Outcome) -> None:
    provider.plan(outcome)
    launched = launch(provider)
    provider.take()
    provider.end()
    assert provider.client.status(first(launched)).status is ENDS[outcome]


def test_a_mark_differs_whenever_there_is_news(provider: Provider) -> None:
    launched = launch(provider)
    provider.take()
    running = provider.client.status(first(launched)).mark
    assert provider.client.status(first(launched)).mark == running
    provider.end()
    assert provider.client.status(first(launched)).mark != running


def test_list_pages(provider: Provider) -> None:
    for number in range(101):
        provider.client.launch(replace(LAUNCH, agent_id=f"{AGENT[:-3]}{number:03d}"))
    page, cursor = provider.client.list_page(None)
    last, end = provider.client.list_page(cursor)
    assert [len(page), len(last), end] == [100, 1, None]


def test_a_list_shows_statuses_or_says_that_it_does_not(provider: Provider) -> None:
    launch(provider)
    provider.take()
    provider.end()
    (listed,), _ = provider.client.list_page(None)
    shows = provider.client.capabilities.lists_status
    assert (listed.status is AgentStatus.FINISHED) is shows


def test_the_status_is_that_of_the_prompt_asked_about(provider: Provider) -> None:
    launched = launch(provider)
    provider.take()
    provider.end()
    prompt = Prompt(agent_id=launched.agent_id, index=2, marker="mark-1")
    assert provider.client.find_follow_up(prompt, launched.prompt_ref) is None
    receipt = provider.client.follow_up(launched.agent_id, "Also the docs <!-- mark-1 -->")
    prompt = replace(prompt, ref=receipt.prompt_ref)
    assert not provider.client.status(prompt).status.is_final
    assert provider.client.find_follow_up(prompt, launched.prompt_ref) == receipt
    provider.take()
    assert provider.client.status(prompt).status is AgentStatus.RUNNING
    provider.end()
    assert provider.client.status(prompt).status is AgentStatus.FINISHED


def test_a_lost_follow_up_is_found(provider: Provider) -> None:
    launched = launch(provider)
    provider.take()
    provider.end()
    provider.lose_answer("follow_up")
    with pytest.raises(TransientError) as lost:
        provider.client.follow_up(launched.agent_id, "mark-1")
    assert lost.value.answer_lost
    prompt = Prompt(agent_id=launched.agent_id, index=2, marker="mark-1")
    assert provider.client.find_follow_up(prompt, launched.prompt_ref) is not None


def test_a_busy_agent_takes_no_follow_up(provider: Provider) -> None:
    provider.plan("never")
    launched = launch(provider)
    with pytest.raises(PermanentError) as busy:
        provider.client.follow_up(launched.agent_id, "more")
    assert (busy.value.code, busy.value.status) == ("agent_busy", 409)


def test_an_archived_agent_takes_no_follow_up(provider: Provider) -> None:
    launched = launch(provider)
    provider.take()
    provider.end()
    provider.archive(launched.agent_id)
    with pytest.raises(PermanentError) as refused:
        provider.client.follow_up(launched.agent_id, "more")
    assert refused.value.code != "agent_busy"


def test_an_agent_that_has_ended_is_already_stopped_and_one_that_is_gone_not_found(
    provider: Provider,
) -> None:
    launched = launch(provider)
    provider.take()
    provider.end()
    provider.client.stop(launched.agent_id)
    assert provider.client.status(first(launched)).status is AgentStatus.FINISHED
    provider.delete(launched.agent_id)
    for gone in (launched.agent_id, OTHER):
        with pytest.raises(NotFound):
            provider.client.stop(gone)


def test_an_agent_at_work_is_stopped(provider: Provider) -> None:
    launched = launch(provider)
    provider.take()
    provider.client.stop(launched.agent_id)
    assert provider.client.status(first(launched)).status.is_final


def test_a_lost_launch_is_found(provider: Provider) -> None:
    assert provider.client.find(LAUNCH) is None
    provider.lose_answer("launch")
    with pytest.raises(TransientError) as lost:
        launch(provider)
    assert lost.value.answer_lost
    assert provider.client.find(LAUNCH) is not None
    assert provider.count() == 1


def test_a_launch_sent_twice_makes_one_agent_where_that_is_promised(provider: Provider) -> None:
    once = provider.client.capabilities.launches_once
    one, two = launch(provider), launch(provider)
    assert (one.agent_id == two.agent_id) is once
    assert provider.count() == (1 if once else 2)


def test_unknown_agents(provider: Provider) -> None:
    with pytest.raises(NotFound, match="Agent not found"):
        provider.client.status(Prompt(agent_id=OTHER))
    with pytest.raises(NotFound):
        provider.client.follow_up(OTHER, "more")


def test_models_and_the_key(provider: Provider) -> None:
    assert "claude-4-sonnet-thinking" in provider.client.models()
    assert provider.client.me() == "Orchestra key"


def test_the_repositories_that_the_key_reaches(provider: Provider) -> None:
    provider.reach("Acme/Widgets")
    assert provider.client.repositories() == ("acme/widgets",)
