"""A provider of agents without a network: it does what the test says, with other capabilities.

It launches once, creates branches, lists statuses, has no webhooks and opens no pull requests; like
Cursor's v0 it shows the end of an earlier prompt until its agent turns to the next.
"""

import itertools
from dataclasses import dataclass, field

from bot.clients.agents.provider import (
    AgentReport,
    Capabilities,
    Catalogue,
    LaunchRequest,
    Prompt,
    Receipt,
)
from bot.clients.errors import NotFound, PermanentError, TransientError
from bot.core.model.identifiers import AgentStatus

SERVICE = "Scripted"
PAGE = 100


@dataclass
class Agent:
    """One agent and the status of each of its prompts, by the prompt's own id."""

    request: LaunchRequest
    prompts: dict[str, AgentStatus]
    archived: bool = False


@dataclass
class ScriptedProvider:
    """Implements AgentProvider in memory."""

    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            has_webhooks=False,
            creates_branches=True,
            launches_once=True,
            lists_status=True,
            opens_pull_requests=False,
        )
    )
    catalogue: Catalogue = field(
        default_factory=lambda: Catalogue(aliases={}, prices={}, fallback="default")
    )
    agents: dict[str, Agent] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)
    loses_answers: bool = False
    _refs: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def launch(self, request: LaunchRequest) -> AgentReport:
        if request.agent_id not in self.agents:
            self.agents[request.agent_id] = Agent(request, {self._ref(): AgentStatus.CREATING})
        self._answer()
        return self._report(request.agent_id)

    def find(self, request: LaunchRequest) -> AgentReport | None:
        return self._report(request.agent_id) if request.agent_id in self.agents else None

    def status(self, prompt: Prompt) -> AgentReport:
        return self._report(prompt.agent_id, prompt.ref)

    def list_page(self, cursor: str | None) -> tuple[list[AgentReport], str | None]:
        first = int(cursor or 0)
        newest = list(reversed(self.agents))
        more = str(first + PAGE) if len(newest) > first + PAGE else None
        return [self._report(agent_id) for agent_id in newest[first : first + PAGE]], more

    def follow_up(self, agent_id: str, text: str) -> Receipt:
        del text
        agent = self._agent(agent_id)
        if agent.archived:
            raise PermanentError(SERVICE, "this agent is archived", status=409)
        if not self._latest(agent)[1].is_final:
            raise PermanentError(SERVICE, "at work", status=409, code="agent_busy")
        ref = self._ref()
        agent.prompts[ref] = AgentStatus.CREATING
        self._answer()
        return Receipt(ref)

    def find_follow_up(self, prompt: Prompt, previous_ref: str | None) -> Receipt | None:
        ref, _ = self._latest(self._agent(prompt.agent_id))
        return Receipt(ref) if ref != previous_ref else None

    def stop(self, agent_id: str) -> None:
        agent = self.agents.get(agent_id)
        if agent is None:
            raise NotFound(SERVICE, "Agent not found", status=404)
        if not self._latest(agent)[1].is_final:
            agent.prompts[self._latest(agent)[0]] = AgentStatus.STOPPED

    def models(self) -> list[str]:
        return ["claude-4-sonnet-thinking"]

    def repositories(self) -> tuple[str, ...]:
        return tuple(self.reached)

    def me(self) -> str:
        return "Orchestra key"

    def come_to(self, agent_id: str, status: AgentStatus) -> None:
        """Let the agent's latest prompt stand so."""
        agent = self._agent(agent_id)
        agent.prompts[self._latest(agent)[0]] = status

    def _ref(self) -> str:
        return f"prompt-{next(self._refs)}"

    def _answer(self) -> None:
        if self.loses_answers:
            self.loses_answers = False
            raise TransientError(SERVICE, "no answer", answer_lost=True)

    def _agent(self, agent_id: str) -> Agent:
        if agent_id not in self.agents:
            raise NotFound(SERVICE, "Agent not found", status=404)
        return self.agents[agent_id]

    @staticmethod
    def _latest(agent: Agent) -> tuple[str, AgentStatus]:
        return list(agent.prompts.items())[-1]

    def _report(self, agent_id: str, ref: str | None = None) -> AgentReport:
        agent = self._agent(agent_id)
        ref = ref or self._latest(agent)[0]
        status = agent.prompts[ref]
        return AgentReport(
            agent_id=agent_id,
            prompt_ref=ref,
            status=status,
            raw_status=status.value,
            branch=agent.request.branch,
            pull_request_url=None,
            summary="Done; tests pass." if status is AgentStatus.FINISHED else None,
            mark=f"{ref} {status}",
            url=f"https://agents.example/{agent_id}",
        )
