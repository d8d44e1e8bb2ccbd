"""What every provider of coding agents can be asked, and what it reports."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import AgentStatus
from bot.core.model.money import Micros


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a provider does by itself, as data.

    `has_webhooks`: it can push the end of a prompt to us. `creates_branches`: it creates the branch
    that an agent works on, which otherwise must exist before the launch. `launches_once`: the same
    launch sent again finds the first one's agent. `lists_status`: its list shows how the latest
    prompt stands, and not only that something changed. `opens_pull_requests`: it can open the
    agent's pull request.
    """

    has_webhooks: bool
    creates_branches: bool
    launches_once: bool
    lists_status: bool
    opens_pull_requests: bool


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What is known of a provider's models beside the list that it offers, as data.

    `aliases` are other names, with the model that each stands for; `prices` are millionths of a US
    dollar for a minute of work. `fallback` is taken where the one asked for is not offered.
    """

    aliases: Mapping[str, str]
    prices: Mapping[str, Micros]
    fallback: str

    def choose(self, wanted: str, offered: Collection[str]) -> str | None:
        """Return the model that is taken for the one wanted; None lets the provider choose.

        An empty list says nothing: the provider is asked for what is wanted.
        """
        name = wanted if wanted in offered else self.aliases.get(wanted, wanted)
        if not offered or name in offered:
            return name
        return self.fallback if self.fallback in offered else None

    def priced(self, own: Mapping[str, Micros]) -> dict[str, Micros]:
        """Return the prices with the operator's own; an alias costs what its model does."""
        known = {**self.prices, **own}
        aliases = {one: known[name] for one, name in self.aliases.items() if name in known}
        return {**aliases, **known}

    def knows(self, wanted: str, offered: Collection[str]) -> bool:
        """Tell whether a name is one that can be had, by whatever name."""
        return not offered or wanted in offered or self.aliases.get(wanted) in offered


@dataclass(frozen=True)
class LaunchRequest:
    """An agent to be launched.

    `repository_url` is that of its web page, `https://github.com/owner/name`. The agent starts from
    `base_branch` and works on `branch`. `agent_id` (`bc-` and a UUID) is for providers that let us
    choose it, the webhook for those that have one. With `pull_request_url` the agent works on that
    open pull request, whose head is `branch`.
    """

    prompt: str
    repository_url: str
    base_branch: str
    branch: str
    model: str | None
    agent_id: str
    title: str
    webhook_url: str | None
    webhook_secret: str | None = field(repr=False)
    auto_create_pull_request: bool
    pull_request_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One prompt of an agent, whose status is asked for.

    `index` counts from 1, the launch. `ref` is the provider's own id for it, where it has one. A
    follow-up's `marker` stands in its text. `taken`: the agent was seen at work on it.
    """

    agent_id: str
    index: int = 1
    ref: str | None = None
    marker: str = ""
    taken: bool = False

    @classmethod
    def of(cls, run: AgentRun) -> "Prompt":
        """Return the latest prompt of a run; raises ValueError before its agent is known."""
        if run.agent_id is None:
            raise ValueError(f"run {run.id} has no agent yet")
        return cls(
            agent_id=run.agent_id,
            index=run.prompt_index,
            ref=run.prompt_ref,
            marker=run.marker,
            taken=run.status is AgentStatus.RUNNING,
        )


@dataclass(frozen=True)
class AgentReport:
    """What a provider says about an agent.

    `status` is that of the prompt that was asked about, or of the latest in a list. `prompt_ref` is
    the provider's own id for that prompt, `raw_status` its own word. `mark` differs whenever there
    is something new. `cost` is what all its prompts have cost, where the provider says so.
    """

    agent_id: str
    prompt_ref: str | None
    status: AgentStatus
    raw_status: str
    branch: str | None
    pull_request_url: str | None
    summary: str | None
    mark: str
    url: str | None
    cost: Micros | None = None


@dataclass(frozen=True)
class Receipt:
    """A follow-up that was accepted; `prompt_ref` is the provider's own id for it."""

    prompt_ref: str | None = None


class AgentProvider(Protocol):
    """A provider of agents, reached with one credential.

    Every method raises a ClientError: RateLimited, NotFound, Unauthorized, another PermanentError,
    or a TransientError whose `answer_lost` is true when the request may have been carried out.
    """

    capabilities: Capabilities
    catalogue: Catalogue

    def launch(self, request: LaunchRequest) -> AgentReport:
        """Launch an agent; where `launches_once`, one that exists already is adopted."""

    def find(self, request: LaunchRequest) -> AgentReport | None:
        """Return the agent that this request launched, None when there is none (yet)."""

    def status(self, prompt: Prompt) -> AgentReport:
        """Return how that prompt stands: CREATING until the agent has turned to it.

        Raises NotFound when the agent is gone.
        """

    def list_page(self, cursor: str | None) -> tuple[list[AgentReport], str | None]:
        """Return up to 100 agents, and the cursor of the next page or None."""

    def follow_up(self, agent_id: str, text: str) -> Receipt:
        """Give the agent another prompt.

        An agent still at work: PermanentError with code `agent_busy`.
        """

    def find_follow_up(self, prompt: Prompt, previous_ref: str | None) -> Receipt | None:
        """Return the receipt of a follow-up whose answer was lost, None when it was not accepted.

        `previous_ref` is the provider's id of the prompt before it.
        """

    def stop(self, agent_id: str) -> None:
        """Stop the agent; one that has ended is fine. NotFound where it is gone."""

    def models(self) -> list[str]:
        """Return the ids of the models offered."""

    def repositories(self) -> tuple[str, ...]:
        """Return the repositories that agents can be launched on, `owner/name` in lower case.

        Cursor answers this once a minute, and takes up to half a minute over it.
        """

    def me(self) -> str:
        """Return the key's name, to show that it works."""
