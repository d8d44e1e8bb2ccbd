"""The v0 API: one status per agent, webhooks, branch names of the client's choice."""

import re
import uuid
from datetime import timedelta
from typing import Any

from sandbox.clock import github_time
from sandbox.cursor import life
from sandbox.cursor.bodies import V0FollowUp, V0Launch, page_limit, parse
from sandbox.cursor.http import Answer, Call, RefusedError, Route
from sandbox.cursor.sources import Source, source_of
from sandbox.cursor.state import Agent, WebhookTarget
from sandbox.cursor.world import World

AGENT_ID = re.compile(r"bc[-_][A-Za-z0-9-]+")


def show(agent: Agent) -> dict[str, Any]:
    """Return the agent object."""
    target = {"url": agent.url, "branchName": agent.branch, **agent.options}
    if (url := agent.pull_request_url) is not None:
        target["prUrl"] = url
    shown = {
        "id": agent.id,
        "name": agent.name,
        "status": agent.status,
        "source": {"repository": f"https://github.com/{agent.repository}", "ref": agent.ref},
        "target": target,
        "createdAt": github_time(agent.launched_at),
    }
    if agent.latest.result is not None:
        shown["summary"] = agent.latest.result
    return shown


def find(world: World, call: Call, *, gone: int = 404) -> Agent:
    """Return the agent of the path; `gone` is the status for a deleted or archived one."""
    agent_id = call.params["id"]
    if AGENT_ID.fullmatch(agent_id) is None:
        raise RefusedError(400, "validation_error", "Invalid agent ID")
    agent = world.agents.get(agent_id)
    if agent is None:
        raise RefusedError(404, "agent_not_found", "Agent not found")
    if agent.deleted or (agent.archived and gone == 409):
        raise RefusedError(gone, "agent_not_found", "Agent has been deleted or archived")
    return agent


def check_model(world: World, model: str | None) -> None:
    """400 for a model that is not offered."""
    if model is not None and model not in world.models:
        raise RefusedError(400, "invalid_model", f"Model '{model}' is not available")


def _launch(world: World, call: Call) -> Answer:
    body = parse(call, V0Launch)
    check_model(world, body.model)
    source = source_of(
        world,
        repository_url=body.source.repository,
        ref=body.source.ref,
        pull_request_url=body.source.prUrl,
    )
    agent = _agent(world, body, source)
    life.launch(world, agent, body.prompt.text)
    answer = Answer(201, show(agent))
    life.answer_is_awaited(world, agent)
    return answer


def _agent(world: World, body: V0Launch, source: Source) -> Agent:
    name = body.prompt.text.strip().splitlines()[0][:100] if body.prompt.text.strip() else "Task"
    target, webhook = body.target, body.webhook
    on_head = source.pull_request is not None and not target.autoBranch
    return Agent(
        id=f"bc-{uuid.uuid4()}",
        version="v0",
        name=name,
        repository=source.repository,
        ref=source.ref,
        onto=source.onto,
        branch=source.ref if on_head else target.branchName or life.auto_branch(name),
        works_on_ref=on_head,
        pull_request=source.pull_request if on_head else None,
        launched_at=world.clock.now(),
        auto_pull_request=target.autoCreatePr,
        model=body.model,
        webhook=WebhookTarget(webhook.url, webhook.secret) if webhook else None,
        options={
            "autoCreatePr": target.autoCreatePr,
            "openAsCursorGithubApp": target.openAsCursorGithubApp,
            "skipReviewerRequest": target.skipReviewerRequest,
        },
    )


def newest_first(world: World) -> list[Agent]:
    """Return the agents that a list shows."""
    return [agent for agent in reversed(world.agents.values()) if not agent.deleted]


def page(agents: list[Agent], call: Call) -> tuple[list[Agent], str | None]:
    """One page after the agent that `cursor` names, and the next page's cursor."""
    ids = [agent.id for agent in agents]
    cursor = call.query.get("cursor")
    if cursor is not None and cursor not in ids:
        raise RefusedError(400, "validation_error", "Invalid cursor")
    start = ids.index(cursor) + 1 if cursor is not None else 0
    end = start + page_limit(call)
    return agents[start:end], ids[end - 1] if end < len(agents) else None


def paged(world: World, key: str, items: list[Any], cursor: str | None) -> dict[str, Any]:
    """Return a page's body; the last one leaves `nextCursor` out, in older copies it is null."""
    if cursor is None and not world.quirks.null_next_cursor:
        return {key: items}
    return {key: items, "nextCursor": cursor}


def wanted(agents: list[Agent], call: Call) -> list[Agent]:
    """Return the agents that pass the `prUrl` filter."""
    url = call.query.get("prUrl")
    return [a for a in agents if not url or (a.pull_request and a.pull_request.html_url == url)]


def _list(world: World, call: Call) -> Answer:
    agents, cursor = page(wanted(newest_first(world), call), call)
    return Answer(200, paged(world, "agents", [show(agent) for agent in agents], cursor))


def _get(world: World, call: Call) -> Answer:
    return Answer(200, show(find(world, call)))


def _follow_up(world: World, call: Call) -> Answer:
    agent = find(world, call, gone=409)
    text = parse(call, V0FollowUp).prompt.text
    run = agent.latest
    if run.active and run.script.follow_up_while_running == "refuse":
        raise RefusedError(409, "agent_busy", "Agent is still running")
    if run.status == "CANCELLED" and not run.script.stop.wakes:
        raise RefusedError(409, "agent_stopped", "Agent was stopped and cannot be resumed")
    life.follow_up(world, agent, text)
    return Answer(200, {"id": agent.id})


def _stop(world: World, call: Call) -> Answer:
    agent = find(world, call, gone=409)
    if not agent.latest.active:
        raise RefusedError(400, "agent_not_running", "Agent is not running")
    life.stop(world, agent)
    return Answer(200, {"id": agent.id})


def _delete(world: World, call: Call) -> Answer:
    agent = find(world, call, gone=409)
    delete(world, agent)
    return Answer(200, {"id": agent.id})


def delete(world: World, agent: Agent) -> None:
    """Take the agent out of every answer; what it still had to do is dropped."""
    agent.deleted = True
    agent.messages.clear()
    world.timers.drop(agent.latest.id)
    world.timers.drop(agent.id)


def _conversation(world: World, call: Call) -> Answer:
    agent = find(world, call, gone=409)
    return Answer(200, {"id": agent.id, "messages": [vars(line) for line in agent.messages]})


def _artifacts(world: World, call: Call) -> Answer:
    find(world, call)
    return Answer(200, {"artifacts": []})


def _me(world: World, _: Call) -> Answer:
    if world.quirks.service_account:
        raise RefusedError(404, "user_required", "User not found")
    return Answer(200, me(world))


def me(world: World) -> dict[str, Any]:
    """Whose key it is; a service account has no user."""
    shown: dict[str, Any] = {"apiKeyName": "Orchestra key", "createdAt": "2026-10-01T08:00:00.000Z"}
    if not world.quirks.service_account:
        shown["userEmail"] = "octocat@example.com"
    return shown


def _models(world: World, _: Call) -> Answer:
    return Answer(200, {"models": [model for model in world.models if model != "default"]})


def _repositories(world: World, _: Call) -> Answer:
    limit_repositories(world)
    owners = [name.split("/") for name in world.repositories]
    shown = [
        {"owner": owner, "name": name, "repository": f"https://github.com/{owner}/{name}"}
        for owner, name in owners
    ]
    return Answer(200, {"repositories": shown})


def limit_repositories(world: World) -> None:
    """429 for the second question within a minute."""
    asked, now = world.repositories_asked_at, world.clock.now()
    if asked is not None and now - asked < timedelta(minutes=1):
        headers = {"Retry-After": "60", "X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0"}
        raise RefusedError(429, "rate_limit_exceeded", "Rate limit exceeded", headers)
    world.repositories_asked_at = now


ROUTES = [
    Route("POST /v0/agents", _launch),
    Route("GET /v0/agents", _list),
    Route("GET /v0/agents/{id}", _get),
    Route("DELETE /v0/agents/{id}", _delete),
    Route("POST /v0/agents/{id}/followup", _follow_up),
    Route("POST /v0/agents/{id}/stop", _stop),
    Route("GET /v0/agents/{id}/conversation", _conversation),
    Route("GET /v0/agents/{id}/artifacts", _artifacts),
    Route("GET /v0/me", _me),
    Route("GET /v0/models", _models),
    Route("GET /v0/repositories", _repositories),
]
