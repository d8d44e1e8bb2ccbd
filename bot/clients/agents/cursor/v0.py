"""Cursor's Cloud Agents API v0: webhooks, and branches of our naming.

Described in Cursor's docs under "Cloud Agents API", "v0 legacy reference".
"""

from dataclasses import replace
from typing import Any

import httpx
from pydantic import SecretStr

from bot.clients.agents.cursor.models import CURSOR_MODELS
from bot.clients.agents.cursor.statuses import agent_status
from bot.clients.agents.cursor.transport import (
    Transport,
    full_name,
    mapping,
    missing,
    objects,
    segment,
    string,
)
from bot.clients.agents.provider import AgentReport, Capabilities, LaunchRequest, Prompt, Receipt
from bot.clients.errors import NotFound, PermanentError, Unauthorized
from bot.core.model.identifiers import AgentStatus

PAGE = 100
# A lost launch is looked for among this many newest agents at most.
PAGES_SEARCHED = 5


class CursorV0:
    """Implements AgentProvider; see there."""

    capabilities = Capabilities(
        has_webhooks=True,
        creates_branches=True,
        launches_once=False,
        lists_status=True,
        opens_pull_requests=True,
    )
    catalogue = CURSOR_MODELS

    def __init__(self, base_url: str, api_key: SecretStr, http: httpx.Client | None = None) -> None:
        self._cursor = Transport(base_url, api_key, http)

    def launch(self, request: LaunchRequest) -> AgentReport:
        """Launch an agent; a lost answer leaves it to be found by `find`."""
        answer = self._cursor.post(
            "/v0/agents", launch_body(request), secret=request.webhook_secret
        )
        return _report(answer, writes=True)

    def find(self, request: LaunchRequest) -> AgentReport | None:
        """Return the agent on the request's branch, among the 500 the list shows first.

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

    def status(self, prompt: Prompt) -> AgentReport:
        """Return how the prompt stands.

        Cursor keeps saying FINISHED until a follow-up has woken the agent. So that word is about a
        follow-up only once the agent was seen at work on it, or has answered it.
        """
        report = self._get(prompt.agent_id)
        known = prompt.index == 1 or prompt.taken
        if report.status is not AgentStatus.FINISHED or known or self._answered(prompt):
            return report
        return replace(report, status=AgentStatus.CREATING)

    def _get(self, agent_id: str) -> AgentReport:
        return _report(self._cursor.get(f"/v0/agents/{segment(agent_id)}"), writes=False)

    def list_page(self, cursor: str | None) -> tuple[list[AgentReport], str | None]:
        """Return up to 100 agents with their statuses."""
        params = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        answer = self._cursor.get("/v0/agents", **params)
        # One without its id is nobody's, and keeps no other from being read.
        agents = [one for one in objects(answer, "agents") if string(one.get("id"))]
        reports = [_report(agent, writes=False) for agent in agents]
        return reports, string(answer.get("nextCursor"))

    def follow_up(self, agent_id: str, text: str) -> Receipt:
        """Give another prompt; 409 is documented for agents that are gone, so check a busy one."""
        try:
            self._cursor.post(_path(agent_id, "followup"), {"prompt": {"text": text}})
        except PermanentError as error:
            if error.status == 409 and not self._get(agent_id).status.is_final:
                raise PermanentError(
                    error.service, error.message, status=409, code="agent_busy"
                ) from None
            raise
        return Receipt()

    def find_follow_up(self, prompt: Prompt, previous_ref: str | None) -> Receipt | None:
        """Return a receipt where the marker stands in something that was said to the agent."""
        del previous_ref
        said = self._said(prompt.agent_id)
        return Receipt() if any(prompt.marker in text for text in said) else None

    def _answered(self, prompt: Prompt) -> bool:
        """Whether an assistant's message comes after the one with the marker."""
        messages = self._messages(prompt.agent_id)
        prompts = [at for at, one in enumerate(messages) if prompt.marker in str(one.get("text"))]
        later = messages[prompts[0] :] if prompts else []
        return any(one.get("type") == "assistant_message" for one in later)

    def _said(self, agent_id: str) -> list[str]:
        messages = self._messages(agent_id)
        return [str(m.get("text")) for m in messages if m.get("type") == "user_message"]

    def _messages(self, agent_id: str) -> list[dict[str, Any]]:
        return objects(self._cursor.get(_path(agent_id, "conversation")), "messages")

    def stop(self, agent_id: str) -> None:
        """Stop the agent; a refusal is checked, as that of an ended agent is undocumented."""
        try:
            self._cursor.post(_path(agent_id, "stop"))
        except (NotFound, Unauthorized):
            raise
        except PermanentError:
            if not self._is_over(agent_id):
                raise

    def _is_over(self, agent_id: str) -> bool:
        return self._get(agent_id).status.is_final

    def models(self) -> list[str]:
        """Return the recommended models; there may be more."""
        models = self._cursor.get("/v0/models").get("models")
        return [model for model in models if isinstance(model, str)] if models else []

    def repositories(self) -> tuple[str, ...]:
        """Return the repositories that the key reaches."""
        found = objects(self._cursor.get("/v0/repositories"), "repositories")
        return tuple(full_name(one.get("repository")) for one in found)

    def me(self) -> str:
        """Return the key's name; a service account has none, so its key is tried on the models."""
        try:
            return string(self._cursor.get("/v0/me").get("apiKeyName")) or "unnamed key"
        except PermanentError:
            self.models()
            return "service account"


def launch_body(request: LaunchRequest) -> dict[str, Any]:
    """Return the body of `POST /v0/agents`; a pull request excludes repository and ref."""
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
    branch, pull_request = string(target.get("branchName")), string(target.get("prUrl"))
    return AgentReport(
        agent_id=agent_id,
        prompt_ref=None,
        status=agent_status(raw_status),
        raw_status=raw_status,
        branch=branch,
        pull_request_url=pull_request,
        summary=string(agent.get("summary")),
        mark=f"{raw_status} {branch} {pull_request}",
        url=string(target.get("url")),
    )
