"""Server-sent events of a run, in the order and with the oddities seen on the wire."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from sandbox.cursor.http import Answer, RefusedError
from sandbox.cursor.state import Agent, Run
from sandbox.cursor.world import World

POLL = 0.02  # seconds between looks at the run; a heartbeat every POLLS_PER_BEAT looks
POLLS_PER_BEAT = 50
HEADERS = {"X-Cursor-Stream-Retention-Seconds": "86400", "Cache-Control": "no-cache"}


def stream(world: World, agent: Agent, run: Run, last_id: str | None) -> Answer:
    """The run's stream, from after `last_id` when the client resumes."""
    if run.script.stream == "unavailable" and run.status == "CREATING":
        raise RefusedError(409, "stream_unavailable", "Stream is not available yet")
    if last_id is not None and last_id not in {_event_id(run, 0), _event_id(run, 1)}:
        raise RefusedError(400, "invalid_last_event_id", "Unknown Last-Event-ID")
    return Answer(200, headers=HEADERS, events=_events(world, agent, run, last_id))


async def _events(world: World, agent: Agent, run: Run, last_id: str | None) -> AsyncIterator[str]:
    if run.script.stream == "unavailable_in_band" and run.status == "CREATING":
        error = {"code": "stream_unavailable", "message": "Stream is not available yet"}
        yield _event("error", error)
        return
    yield _event("status", {"runId": run.id, "status": run.status})
    looks = 0
    while run.active:
        await asyncio.sleep(POLL)
        with world.lock:
            world.timers.run(world.clock.now())
        looks += 1
        if looks % POLLS_PER_BEAT == 0:
            yield _event("heartbeat", {})
    if run.script.stream != "cut":
        for text in _ending(agent, run, last_id):
            yield text


def _ending(agent: Agent, run: Run, last_id: str | None) -> Iterator[str]:
    """The text, then the result; a cancelled run's last status says FINISHED, its result not."""
    if run.result is not None and last_id is None:
        yield _event("assistant", {"text": run.result}, _event_id(run, 0))
    status = "FINISHED" if run.status == "CANCELLED" else run.status
    yield _event("status", {"runId": run.id, "status": status})
    if last_id == _event_id(run, 1):
        return
    branch = {"repoUrl": f"github.com/{agent.repository}", "branch": agent.branch}
    result: dict[str, Any] = {"runId": run.id, "status": run.status, "git": {"branches": [branch]}}
    if run.result is not None:
        result["text"] = run.result
    yield _event("result", result, _event_id(run, 1))
    yield _event("done", {}, _event_id(run, 1))


def _event_id(run: Run, number: int) -> str:
    return f"{int(run.created_at.timestamp() * 1000)}-{number}"


def _event(name: str, data: dict[str, Any], event_id: str | None = None) -> str:
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"
