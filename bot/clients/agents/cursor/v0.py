"""Cursor's Cloud Agents API v0: webhooks, and branches of our naming.

Described in Cursor's docs under "Cloud Agents API", "v0 legacy reference".
"""

from typing import Any, Literal

import httpx
from pydantic import SecretStr

from bot.clients.agents.cursor.transport import (
    Transport,
    mapping,
    missing,
    objects,
    segment,
    string,
)
from bot.clients.agents.provider import AgentReport, DeliveryContext, LaunchRequest
from bot.clients.errors import NotFound, PermanentError, Unauthorized
from bot.core.model.identifiers import agent_status

PAGE = 100
# A lost launch is looked for among this many newest agents at most.
PAGES_SEARCHED = 5


class CursorV0:
    """Implements CursorApi; see there."""

    name: Literal["v0"] = "v0"
    has_webhooks = True
    names_branches = True
    launches_once = False
    lists_runs = True

    def __init__(self, base_url: str, api_key: SecretStr, http: httpx.Client | None = None) -> None:
        self._cursor = Transport(base_url, api_key, http)

    def launch(self, request: LaunchRequest) -> AgentReport:
        """Launch an agent; a lost answer leaves it to be found by `find`."""
        answer = self._cursor.post(
            "/v0/agents", launch_body(request), secret=request.webhook_secret
        )
        return _report(answer, writes=True)

    def find(self, request: LaunchRequest) -> AgentReport | None:
        """The agent on the request's branch, among the 500 the list shows first.

        On a pull request several agents share the branch: the one given this prompt is meant.
        """
        cursor: str | None = None
        for _ in range(PAGES_SEARCHED):
            reports, cursor = self.list_page(cursor)
            for report in reports:
                if report.branch == request.branch and self._is_of(report, request):
                    return report
            if cursor is None:
                break
        return None

    def _is_of(self, report: AgentReport, request: LaunchRequest) -> bool:
        if request.pull_request_url is None:
            return True
        try:
            return request.prompt.strip() in (said.strip() for said in self._said(report.agent_id))
        except PermanentError:
            return False

    def get(self, agent_id: str) -> AgentReport:
        """The agent as it is now."""
        return _report(self._cursor.get(f"/v0/agents/{segment(agent_id)}"), writes=False)

    def list_page(self, cursor: str | None) -> tuple[list[AgentReport], str | None]:
        """Up to 100 agents with their statuses."""
        params = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        answer = self._cursor.get("/v0/agents", **params)
        reports = [_report(agent, writes=False) for agent in objects(answer, "agents")]
        return reports, string(answer.get("nextCursor"))

    def follow_up(self, agent_id: str, text: str) -> None:
        """Another prompt; 409 is documented for agents that are gone, so a busy one is asked."""
        try:
            self._cursor.post(_path(agent_id, "followup"), {"prompt": {"text": text}})
        except PermanentError as error:
            if error.status == 409 and not self.get(agent_id).status.is_final:
                raise PermanentError(
                    error.service, error.message, status=409, code="agent_busy"
                ) from None
            raise

    def follow_up_arrived(
        self, agent_id: str, marker: str, known_run_id: str | None
    ) -> DeliveryContext | None:
        """An arrival where `marker` stands in something that was said to the agent."""
        del known_run_id
        return DeliveryContext() if any(marker in said for said in self._said(agent_id)) else None

    def follow_up_answered(self, agent_id: str, marker: str) -> bool:
        """Whether an assistant's message comes after the one with `marker`."""
        messages = self._messages(agent_id)
        prompts = [at for at, one in enumerate(messages) if marker in str(one.get("text"))]
        later = messages[prompts[0] :] if prompts else []
        return any(one.get("type") == "assistant_message" for one in later)

    def _said(self, agent_id: str) -> list[str]:
        messages = self._messages(agent_id)
        return [str(m.get("text")) for m in messages if m.get("type") == "user_message"]

    def _messages(self, agent_id: str) -> list[dict[str, Any]]:
        return objects(self._cursor.get(_path(agent_id, "conversation")), "messages")

    def stop(self, agent_id: str) -> None:
        """Stop the agent; how it refuses one that is over is not documented, so it is asked."""
        try:
            self._cursor.post(_path(agent_id, "stop"))
        except NotFound:
            return
        except Unauthorized:
            raise
        except PermanentError:
            if not self._is_over(agent_id):
                raise

    def _is_over(self, agent_id: str) -> bool:
        try:
            return self.get(agent_id).status.is_final
        except NotFound:
            return True

    def models(self) -> list[str]:
        """The recommended models; there may be more."""
        models = self._cursor.get("/v0/models").get("models")
        return [model for model in models if isinstance(model, str)] if models else []

    def me(self) -> str:
        """The key's name; service accounts have none under v0, their key is tried on the models."""
        try:
            return string(self._cursor.get("/v0/me").get("apiKeyName")) or "unnamed key"
        except PermanentError:
            self.models()
            return "service account"


def launch_body(request: LaunchRequest) -> dict[str, Any]:
    """The body of `POST /v0/agents`; a pull request excludes repository and ref."""
    body: dict[str, Any] = {"prompt": {"text": request.prompt}}
    if request.pull_request_url is not None:
        body["source"] = {"prUrl": request.pull_request_url}
        body["target"] = {"autoBranch": False}
    else:
        body["source"] = {"repository": request.repository_url, "ref": request.base_branch}
        body["target"] = {
            "branchName": request.branch,
            "autoCreatePr": request.auto_create_pull_request,
        }
    if request.model is not None:
        body["model"] = request.model
    if request.webhook_url is not None:
        body["webhook"] = {"url": request.webhook_url}
        if request.webhook_secret is not None:
            body["webhook"]["secret"] = request.webhook_secret
    return body


def _path(agent_id: str, action: str) -> str:
    return f"/v0/agents/{segment(agent_id)}/{action}"


def _report(agent: dict[str, Any], *, writes: bool) -> AgentReport:
    agent_id = string(agent.get("id"))
    if agent_id is None:
        raise missing("agent id", writes=writes)
    target = mapping(agent.get("target"))
    raw_status = string(agent.get("status")) or ""
    return AgentReport(
        agent_id=agent_id,
        run_id=None,
        status=agent_status(raw_status),
        raw_status=raw_status,
        branch=string(target.get("branchName")),
        pull_request_url=string(target.get("prUrl")),
        summary=string(agent.get("summary")),
        updated_at=None,
        url=string(target.get("url")),
    )
