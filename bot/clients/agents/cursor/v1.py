"""Cursor's Cloud Agents API v1: durable agents with one run per prompt.

Described in Cursor's docs under "Cloud Agents API".
"""

import json
import uuid
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
from bot.clients.errors import ClientError, NotFound, PermanentError, TransientError
from bot.core.model.identifiers import AgentStatus
from bot.core.model.money import DOLLAR, MAX_DOLLARS, Micros

PAGE = 100
MAX_NAME = 100
_NO_VARIANT = "does not match a known variant"


class CursorV1:
    """Implements AgentProvider; see there."""

    capabilities = Capabilities(
        has_webhooks=False,
        creates_branches=False,
        launches_once=True,
        lists_status=False,
        opens_pull_requests=False,
    )
    catalogue = CURSOR_MODELS

    def __init__(self, base_url: str, api_key: SecretStr, http: httpx.Client | None = None) -> None:
        self._cursor = Transport(base_url, api_key, http)

    def launch(self, request: LaunchRequest) -> AgentReport:
        """Launch the agent of the request's id, or adopt it: an id is given away once.

        A model that is refused by its id alone is asked for with its default variant.
        """
        model = {"id": request.model} if request.model is not None else None
        try:
            return self._create(request, model)
        except PermanentError as error:
            variant = self._default_variant(request.model) if _NO_VARIANT in error.message else None
            if variant is None:
                raise
        return self._create(request, variant)

    def _create(self, request: LaunchRequest, model: dict[str, Any] | None) -> AgentReport:
        body = launch_body(request, model)
        # Another body, as after the repository was renamed, has another key; the agent's id keeps
        # it from being launched twice.
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True)))
        try:
            answer = self._cursor.post("/v1/agents", body, idempotency_key=key)
        except PermanentError as error:
            if error.code != "agent_id_conflict":
                raise
            return self._adopt(request, error)
        agent, run = mapping(answer.get("agent")), mapping(answer.get("run"))
        return _report(agent, run, writes=True)

    def _adopt(self, request: LaunchRequest, conflict: PermanentError) -> AgentReport:
        try:
            return self.status(Prompt(agent_id=request.agent_id))
        except NotFound:
            # Taken but not shown (yet): the launch went through, so it is asked for again.
            raise TransientError(
                conflict.service, conflict.message, status=409, code=conflict.code, answer_lost=True
            ) from None

    def _default_variant(self, model: str | None) -> dict[str, Any] | None:
        for item in objects(self._cursor.get("/v1/models"), "items"):
            if item.get("id") == model:
                variants = objects(item, "variants")
                default = [v for v in variants if v.get("isDefault")] or variants
                if default:
                    return {"id": model, "params": objects(default[0], "params")}
        return None

    def find(self, request: LaunchRequest) -> AgentReport | None:
        """Return the agent of the request's id."""
        try:
            return self.status(Prompt(agent_id=request.agent_id))
        except NotFound:
            return None

    def status(self, prompt: Prompt) -> AgentReport:
        """Return the prompt's run, which alone has a status; the newest run without a `ref`."""
        agent_id = prompt.agent_id
        agent = self._cursor.get(_path(agent_id))
        run_id = prompt.ref or string(agent.get("latestRunId"))
        if run_id is not None:
            run = self._cursor.get(_path(agent_id, "runs", run_id))
        else:
            runs = objects(self._cursor.get(_path(agent_id, "runs")), "items")
            run = runs[0] if runs else {}
        report = _report(agent, run, writes=False)
        return replace(report, cost=self._cost(agent_id)) if report.status.is_final else report

    def _cost(self, agent_id: str) -> Micros | None:
        """Return what all runs have cost; None where Cursor does not say, or not yet."""
        try:
            usage = self._cursor.get(_path(agent_id, "usage"))
        except ClientError:
            return None
        cents = mapping(usage.get("cost")).get("chargedCents")
        if not isinstance(cents, int | float) or not 0 < cents <= MAX_DOLLARS * 100:
            return None
        return Micros(round(cents * DOLLAR / 100))

    def list_page(self, cursor: str | None) -> tuple[list[AgentReport], str | None]:
        """Return up to 100 agents, newest first: ids and times only, every status is RUNNING.

        An agent's own status word never says whether a prompt has ended; `status` does.
        """
        params = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        answer = self._cursor.get("/v1/agents", **params)
        # One without its id is nobody's, and keeps no other from being read.
        agents = [one for one in objects(answer, "items") if string(one.get("id"))]
        reports = [_listed(agent) for agent in agents]
        return reports, string(answer.get("nextCursor"))

    def follow_up(self, agent_id: str, text: str) -> Receipt:
        """Start another run."""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{agent_id}\n{text}"))
        body = {"prompt": {"text": text}}
        answer = self._cursor.post(_path(agent_id, "runs"), body, idempotency_key=key)
        # Both the documented {"run": {…}} and the bare run were seen.
        run_id = mapping(answer.get("run")).get("id") or answer.get("id")
        if not isinstance(run_id, str):
            raise missing("run id", writes=True)
        return Receipt(run_id)

    def find_follow_up(self, prompt: Prompt, previous_ref: str | None) -> Receipt | None:
        """Return the newest run, where it is another than the previous one."""
        latest = string(self._cursor.get(_path(prompt.agent_id)).get("latestRunId"))
        return Receipt(latest) if latest is not None and latest != previous_ref else None

    def stop(self, agent_id: str) -> None:
        """Cancel the newest run. It may answer 500 and continue: TransientError."""
        try:
            run_id = string(self._cursor.get(_path(agent_id)).get("latestRunId"))
            if run_id is not None:
                self._cursor.post(_path(agent_id, "runs", run_id, "cancel"))
        except PermanentError as error:
            if error.code != "run_not_cancellable":
                raise

    def models(self) -> list[str]:
        """Return the ids offered; older servers list them as plain strings."""
        items = self._cursor.get("/v1/models").get("items")
        ids = [mapping(item).get("id", item) for item in items] if items else []
        return [one for one in ids if isinstance(one, str)]

    def repositories(self) -> tuple[str, ...]:
        """Return the repositories that the key reaches."""
        found = objects(self._cursor.get("/v1/repositories"), "items")
        return tuple(full_name(one.get("url")) for one in found)

    def me(self) -> str:
        """Return the key's name."""
        return string(self._cursor.get("/v1/me").get("apiKeyName")) or "unnamed key"


def launch_body(request: LaunchRequest, model: dict[str, Any] | None) -> dict[str, Any]:
    """Return the body of `POST /v1/agents`, which refuses any key it does not know.

    The branch is the caller's and the pull request, if any, is there: no `prUrl` is needed.
    """
    body: dict[str, Any] = {
        "prompt": {"text": request.prompt},
        "name": request.title[:MAX_NAME],
        "agentId": request.agent_id,
        "repos": [{"url": request.repository_url, "startingRef": request.branch}],
        "workOnCurrentBranch": True,
        "autoCreatePR": False,
    }
    return body | ({"model": model} if model else {})


def _path(*parts: str) -> str:
    return "/v1/agents/" + "/".join(segment(part) for part in parts)


def _listed(agent: dict[str, Any]) -> AgentReport:
    agent_id, word = string(agent.get("id")), string(agent.get("status"))
    if agent_id is None:
        raise missing("agent id", writes=False)
    return AgentReport(
        agent_id=agent_id,
        prompt_ref=string(agent.get("latestRunId")),
        status=AgentStatus.RUNNING,
        raw_status=word or "",
        branch=None,
        pull_request_url=None,
        summary=None,
        mark=_mark(agent),
        url=string(agent.get("url")),
    )


def _mark(agent: dict[str, Any]) -> str:
    return f"{string(agent.get('latestRunId'))} {string(agent.get('updatedAt'))}"


def _branch(agent: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    """Return the branch in the agent's first repository: it may have touched others too."""
    branches = objects(mapping(run.get("git")), "branches")
    ours = [_place(repository.get("url")) for repository in objects(agent, "repos")][:1]
    within = [one for one in branches if not ours or _place(one.get("repoUrl")) == ours[0]]
    return next(iter(within), {})


def _place(url: object) -> str:
    """Return `host/owner/name`: addresses come with and without a scheme."""
    place = str(url).lower().split("://", 1)[-1].strip("/")
    return place.removesuffix(".git")


def _report(agent: dict[str, Any], run: dict[str, Any], *, writes: bool) -> AgentReport:
    agent_id = string(agent.get("id"))
    if agent_id is None:
        raise missing("agent id", writes=writes)
    word = string(run.get("status")) or ""
    branch = _branch(agent, run)
    failure = string(mapping(run.get("error")).get("message"))
    return AgentReport(
        agent_id=agent_id,
        prompt_ref=string(run.get("id")) or string(agent.get("latestRunId")),
        status=agent_status(word),
        raw_status=word,
        branch=string(branch.get("branch")),
        pull_request_url=string(branch.get("prUrl")),
        summary=string(run.get("result")) or failure,
        mark=_mark(agent),
        url=string(agent.get("url")),
    )
