"""What both versions of Cursor's API can be asked, and what they tell."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.core.model.identifiers import AgentStatus


@dataclass(frozen=True)
class LaunchRequest:
    """An agent to be launched.

    `repository_url` is that of its web page, `https://github.com/owner/name`. v0 makes `branch`
    from `base_branch`; v1 works on `branch`, which must exist. `agent_id` (`bc-` and a UUID) is
    used by v1 alone, the webhook by v0 alone, and so is `auto_create_pull_request`: under v1 the
    caller opens the pull request. With `pull_request_url` the agent works on that open pull
    request, whose head is `branch`.
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


@dataclass(frozen=True)
class AgentReport:
    """What Cursor says about an agent.

    `run_id` is v1's newest run, `updated_at` v1's time as written there; both None under v0.
    `raw_status` is Cursor's own word.
    """

    agent_id: str
    run_id: str | None
    status: AgentStatus
    raw_status: str
    branch: str | None
    pull_request_url: str | None
    summary: str | None
    updated_at: str | None
    url: str | None


@dataclass(frozen=True)
class DeliveryContext:
    """A follow-up that was taken; `run_id` is v1's run for it."""

    run_id: str | None = None


class CursorApi(Protocol):
    """Cursor, in either version.

    Every method raises a ClientError: RateLimited, NotFound, Unauthorized, another PermanentError,
    or a TransientError whose `answer_lost` is true when the request may have been carried out.
    """

    @property
    def name(self) -> Literal["v0", "v1"]:
        """The version."""

    @property
    def has_webhooks(self) -> bool:
        """Whether the end of a turn can be pushed to us."""

    @property
    def names_branches(self) -> bool:
        """Whether Cursor makes the branch; otherwise it must exist before the launch."""

    @property
    def launches_once(self) -> bool:
        """Whether the same launch sent again finds the first one's agent instead of a second."""

    @property
    def lists_runs(self) -> bool:
        """Whether a list tells how an agent's turn stands, and not only that it changed."""

    def launch(self, request: LaunchRequest) -> AgentReport:
        """Launch an agent; under v1 one that exists already under that id is adopted."""

    def find(self, request: LaunchRequest) -> AgentReport | None:
        """The agent that this request made, None when there is none (yet)."""

    def get(self, agent_id: str) -> AgentReport:
        """The agent and its newest turn; NotFound when it is gone."""

    def list_page(self, cursor: str | None) -> tuple[list[AgentReport], str | None]:
        """Up to 100 agents, and the cursor of the next page or None."""

    def follow_up(self, agent_id: str, text: str) -> str | None:
        """Give the agent another prompt; returns v1's new run.

        An agent still at work: PermanentError with code `agent_busy`.
        """

    def follow_up_arrived(
        self, agent_id: str, marker: str, known_run_id: str | None
    ) -> DeliveryContext | None:
        """The follow-up whose answer was lost, None when it was not taken.

        v0 looks for `marker` in what was said, v1 for a run newer than `known_run_id`.
        """

    def follow_up_answered(self, agent_id: str, marker: str) -> bool:
        """Whether the agent has said something after the follow-up with `marker`.

        v0 keeps saying FINISHED until a follow-up wakes the agent; in v1 each prompt has a run.
        """

    def stop(self, agent_id: str) -> None:
        """Stop the agent's turn; one that is over or gone is fine."""

    def models(self) -> list[str]:
        """The ids of the models offered."""

    def me(self) -> str:
        """The key's name, to show that it works."""
