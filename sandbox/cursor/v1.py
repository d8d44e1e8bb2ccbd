"""The v1 API: durable agents with one run per prompt, strict bodies, no webhooks."""

import uuid
from typing import Any

from sandbox.cursor import life, v0
from sandbox.cursor.bodies import V1FollowUp, V1Launch, V1Model, parse
from sandbox.cursor.http import Answer, Call, RefusedError, Route
from sandbox.cursor.sources import Source, source_of
from sandbox.cursor.state import Agent, Run, v1_time
from sandbox.cursor.world import World

TOKENS = ("inputTokens", "outputTokens", "cacheWriteTokens", "cacheReadTokens")


def summary(world: World, agent: Agent) -> dict[str, Any]:
    """Return the agent as lists show it."""
    idle = "ACTIVE" if agent.latest.active or world.quirks.never_idle else "IDLE"
    return {
        "id": agent.id,
        "name": agent.name,
        "status": "ARCHIVED" if agent.archived else idle,
        "env": {"type": "cloud"},
        "url": f"https://cursor.com/agents/{agent.id}",
        "createdAt": v1_time(agent.launched_at),
        "updatedAt": v1_time(agent.latest.updated_at),
        "latestRunId": agent.latest.id,
    }


def show(world: World, agent: Agent) -> dict[str, Any]:
    """Return the full agent."""
    return {
        **summary(world, agent),
        "repos": [{"url": f"https://github.com/{agent.repository}", "startingRef": agent.ref}],
        "workOnCurrentBranch": agent.works_on_ref,
        "autoCreatePR": agent.auto_pull_request,
    }


def show_run(agent: Agent, run: Run, *, in_list: bool = False) -> dict[str, Any]:
    """Return a run; list items and cancelled ones have no `result`."""
    shown: dict[str, Any] = {
        "id": run.id,
        "agentId": agent.id,
        "status": run.status,
        "createdAt": v1_time(run.created_at),
        "updatedAt": v1_time(run.updated_at),
    }
    if run.status != "CREATING":
        shown["git"] = {"branches": [branch(agent)]}
    if not run.active:
        seconds = (run.updated_at - run.created_at).total_seconds()
        shown["durationMs"] = round(seconds * 1000)
        if run.result is not None and not in_list:
            shown["result"] = run.result
    return shown


def branch(agent: Agent) -> dict[str, str]:
    """Return the agent's branch as it is now, named whether or not anything was pushed."""
    shown = {"repoUrl": f"github.com/{agent.repository}", "branch": agent.branch}
    if (url := agent.pull_request_url) is not None:
        shown["prUrl"] = url
    return shown


def find(world: World, call: Call) -> Agent:
    """Return the agent of the path, 404 when unknown or deleted."""
    agent = world.agents.get(call.params["id"])
    if agent is None or agent.deleted:
        raise RefusedError(404, "agent_not_found", "Agent not found")
    return agent


def find_run(world: World, call: Call) -> tuple[Agent, Run]:
    """Return the agent and run of the path."""
    agent = find(world, call)
    for run in agent.runs:
        if run.id == call.params["run"]:
            return agent, run
    raise RefusedError(404, "run_not_found", "Run not found")


def _launch(world: World, call: Call) -> Answer:
    body = parse(call, V1Launch)
    if body.agentId is not None and body.agentId in world.agents:
        raise RefusedError(409, "agent_id_conflict", "An agent with this id already exists")
    if body.agentId is not None and body.envVars is not None:
        raise RefusedError(400, "validation_error", "agentId cannot be combined with envVars")
    _check_model(world, body.model)
    if len(body.repos) != 1:
        raise RefusedError(400, "repository_required", "Exactly one repository is required")
    source = source_of(
        world,
        repository_url=body.repos[0].url,
        ref=body.repos[0].startingRef,
        pull_request_url=body.repos[0].prUrl,
    )
    agent = _agent(world, body, source)
    run = life.launch(world, agent, body.prompt.text)
    return Answer(201, {"agent": show(world, agent), "run": show_run(agent, run)})


def _check_model(world: World, model: V1Model | None) -> None:
    if model is None:
        return
    if model.id not in world.models or (
        model.id in world.quirks.need_variant and not _is_variant(model)
    ):
        text = f"Model '{model.id}' does not match a known variant"
        raise RefusedError(400, "validation_error", text)


def _is_variant(model: V1Model) -> bool:
    return [(param.id, param.value) for param in model.params] == [("fast", "false")]


def _agent(world: World, body: V1Launch, source: Source) -> Agent:
    name = body.name or body.prompt.text.strip().split("\n")[0][:100] or "Task"
    return Agent(
        id=body.agentId or f"bc-{uuid.uuid4()}",
        version="v1",
        name=name,
        repository=source.repository,
        ref=source.ref,
        onto=source.onto,
        branch=source.ref if body.workOnCurrentBranch else life.auto_branch(name),
        launched_at=world.clock.now(),
        auto_pull_request=body.autoCreatePR,
        works_on_ref=body.workOnCurrentBranch,
        pull_request=source.pull_request if body.workOnCurrentBranch else None,
        model=body.model.id if body.model else None,
    )


def _list(world: World, call: Call) -> Answer:
    archived = call.query.get("includeArchived", "true") == "true"
    agents = [a for a in v0.newest_first(world) if archived or not a.archived]
    shown, cursor = v0.page(v0.wanted(agents, call), call)
    return Answer(200, v0.paged(world, "items", [summary(world, a) for a in shown], cursor))


def _get(world: World, call: Call) -> Answer:
    return Answer(200, show(world, find(world, call)))


def _delete(world: World, call: Call) -> Answer:
    agent = find(world, call)
    v0.delete(world, agent)
    return Answer(200, {"id": agent.id})


def _archive(world: World, call: Call) -> Answer:
    agent = find(world, call)
    agent.archived = True
    return Answer(200, {"id": agent.id})


def _unarchive(world: World, call: Call) -> Answer:
    agent = find(world, call)
    agent.archived = False
    return Answer(200, {"id": agent.id})


def _create_run(world: World, call: Call) -> Answer:
    agent = find(world, call)
    body = parse(call, V1FollowUp)
    _check_model(world, body.model)
    if agent.archived:
        raise RefusedError(409, "agent_archived", "Agent is archived")
    if agent.latest.active:
        raise RefusedError(409, "agent_busy", "Agent already has an active run")
    run = life.follow_up(world, agent, body.prompt.text)
    assert run is not None
    shown = show_run(agent, run)
    return Answer(201, shown if world.quirks.bare_run else {"run": shown})


def _runs(world: World, call: Call) -> Answer:
    agent = find(world, call)
    runs = [show_run(agent, run, in_list=True) for run in reversed(agent.runs)]
    return Answer(200, v0.paged(world, "items", runs, None))


def _run(world: World, call: Call) -> Answer:
    agent, run = find_run(world, call)
    return Answer(200, show_run(agent, run))


def _cancel(world: World, call: Call) -> Answer:
    agent, run = find_run(world, call)
    if not run.active:
        raise RefusedError(409, "run_not_cancellable", "Run is not active")
    life.stop(world, agent)
    return Answer(200, {"id": run.id})


def _usage(world: World, call: Call) -> Answer:
    agent = find(world, call)
    asked = call.query.get("runId")
    runs = [run for run in agent.runs if asked in {None, run.id}]
    if not runs:
        raise RefusedError(404, "run_not_found", "Run not found")
    shown = [{"id": run.id, "usage": _tokens([run]), **_cost([run])} for run in runs]
    return Answer(200, {"totalUsage": _tokens(runs), "runs": shown, **_cost(runs)})


def _tokens(runs: list[Run]) -> dict[str, int]:
    ended = sum(not run.active for run in runs)
    return dict.fromkeys(TOKENS, 1000 * ended) | {"totalTokens": 4000 * ended}


def _cost(runs: list[Run]) -> dict[str, dict[str, float]]:
    costs = [run.script.cost_cents for run in runs if not run.active]
    known = [cost for cost in costs if cost is not None]
    if not known:
        return {}
    return {"cost": {"rawCostCents": sum(known), "chargedCents": sum(known)}}


def _artifacts(world: World, call: Call) -> Answer:
    find(world, call)
    return Answer(200, {"items": []})


def _me(world: World, _: Call) -> Answer:
    person = {"userId": 4711, "userFirstName": "Mona", "userLastName": "Lisa"}
    return Answer(200, v0.me(world) | ({} if world.quirks.service_account else person))


def _models(world: World, _: Call) -> Answer:
    return Answer(200, {"items": [_show_model(world, model) for model in world.models]})


def _show_model(world: World, model: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": model, "displayName": model}
    if model in world.quirks.need_variant:
        params = [{"id": "fast", "value": "false"}]
        shown["variants"] = [{"params": params, "displayName": model, "isDefault": True}]
    return shown


def _repositories(world: World, _: Call) -> Answer:
    v0.limit_repositories(world)
    shown = [{"url": f"https://github.com/{name}"} for name in world.repositories]
    return Answer(200, {"items": shown})


ROUTES = [
    Route("POST /v1/agents", _launch),
    Route("GET /v1/agents", _list),
    Route("GET /v1/agents/{id}", _get),
    Route("DELETE /v1/agents/{id}", _delete),
    Route("POST /v1/agents/{id}/archive", _archive),
    Route("POST /v1/agents/{id}/unarchive", _unarchive),
    Route("POST /v1/agents/{id}/runs", _create_run),
    Route("GET /v1/agents/{id}/runs", _runs),
    Route("GET /v1/agents/{id}/runs/{run}", _run),
    Route("POST /v1/agents/{id}/runs/{run}/cancel", _cancel),
    Route("GET /v1/agents/{id}/usage", _usage),
    Route("GET /v1/agents/{id}/artifacts", _artifacts),
    Route("GET /v1/me", _me),
    Route("GET /v1/models", _models),
    Route("GET /v1/repositories", _repositories),
]
