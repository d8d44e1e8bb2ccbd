"""Cursor's v0 webhook payload made into an event (documentation page "Webhooks")."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from bot.clients.agents.cursor.statuses import agent_status
from bot.core.events import AgentReported
from bot.core.model.identifiers import RunId
from bot.web.answers import RequestError

STATUS_CHANGE = "statusChange"


class Target(BaseModel):
    """Where the agent works; what is not known yet is left out."""

    url: str | None = None
    branch: str | None = Field(None, alias="branchName")
    pull_request_url: str | None = Field(None, alias="prUrl")


class StatusChange(BaseModel):
    """The agent `id` has come to `status`; `timestamp` is kept as sent, to tell reports apart."""

    id: str
    status: str
    timestamp: str = ""
    event: str = STATUS_CHANGE
    summary: str | None = None
    target: Target | None = None

    @property
    def branch(self) -> str | None:
        """The branch the agent works on, if it was named."""
        return self.target.branch if self.target else None

    def key(self, run_id: str) -> str:
        """Return the same key for the same news about the run, however often it comes."""
        news = "\0".join((self.id, self.status, self.timestamp))
        return f"cursor:{run_id}:{hashlib.sha256(news.encode()).hexdigest()[:16]}"

    def about(self, run_id: str) -> AgentReported:
        """Return the event that this is for the run."""
        target = self.target or Target()
        return AgentReported(
            run=RunId(run_id),
            agent_id=self.id,
            status=agent_status(self.status),
            raw_status=self.status,
            branch=target.branch,
            pull_request_url=target.pull_request_url,
            summary=self.summary,
            url=target.url,
            pushed=True,
            reported_at=_time(self.timestamp),
        )


def read_status_change(payload: Mapping[str, Any]) -> StatusChange:
    """Validate a webhook's payload; refuses what lacks an agent id or a status (400)."""
    try:
        return StatusChange.model_validate(payload)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise RequestError(400, f"missing or wrong in the payload: {wrong}") from None


def _time(text: str) -> datetime | None:
    """Return the moment that `text` names with its offset, None where it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
