"""Cursor's webhooks: news about an agent run, fetched again before it is believed."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import structlog
from redis import RedisError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clients.agents.run_secret import derive_run_secret
from bot.logs import about
from bot.web.answers import RequestError, accepted
from bot.web.cursor_payload import STATUS_CHANGE, StatusChange, read_status_change
from bot.web.refusal_log import RefusalLog
from bot.web.signed_bodies import check_signature, parse_object, read_body
from jobs.engine.queue import Nudges
from storage import epics, inbox
from storage.agent_runs import KnownRun, find_run, find_run_of_agent
from storage.database import Database, DatabaseAwayError

MAX_BODY = 1024 * 1024  # bytes

log = structlog.get_logger(__name__)


class CursorWebhooks:
    """Both addresses that Cursor may call. The first of `masters` signs, all of them verify."""

    def __init__(self, masters: Sequence[str], database: Database, nudges: Nudges) -> None:
        self._masters = masters
        self._database = database
        self._nudges = nudges
        self._refusals = RefusalLog("WEBHOOK_SECRET")

    def routes(self) -> list[Route]:
        """Return the routes: 202 once stored or ignored; else 400, 401, 404, 408 or 413."""
        return [
            Route("/webhooks/cursor/{task_id}", self.receive_for_run, methods=["POST"]),
            Route("/api/cloud-agents/webhook", self.receive_for_agent, methods=["POST"]),
        ]

    async def receive_for_run(self, request: Request) -> Response:
        """Receive at the address given at launch; each `run` has its own secret."""
        run_id = request.query_params.get("run", "")
        secrets = [derive_run_secret(master, run_id) for master in self._masters]
        return await self._receive(request, secrets, run_id)

    async def receive_for_agent(self, request: Request) -> Response:
        """Receive at one address for all agents, signed with a master secret."""
        return await self._receive(request, self._masters, None)

    async def _receive(
        self, request: Request, secrets: Sequence[str], run_id: str | None
    ) -> Response:
        try:
            change = await _read(request, secrets)
            if change.event != STATUS_CHANGE:
                return accepted("ignored")
            run = await run_in_threadpool(self._store, change, run_id)
        except RequestError as refusal:
            self._refusals.note(refusal)
            return refusal.answer()
        except DatabaseAwayError:
            return RequestError(503, "it could not be stored").answer()
        if run is None:
            return accepted("ignored")
        return accepted("stored", BackgroundTask(self._nudge, run.epic_id))

    def _store(self, change: StatusChange, run_id: str | None) -> KnownRun | None:
        """Store the news for its epic; None when it is another run's. Refuses the unknown (404)."""
        look_up = (
            partial(find_run_of_agent, agent_id=change.id)
            if run_id is None
            else partial(find_run, run_id=run_id)
        )
        with self._database.write() as connection:
            run = look_up(connection)
            if run is None:
                raise RequestError(404, "no such agent run")
            if not _is_about(change, run):
                with about(epic=epics.address(connection, run.epic_id), agent=change.id):
                    log.warning("cursor webhook of another run", run=run.id)
                return None
            now = self._database.now(connection)
            inbox.add(connection, run.epic_id, change.key(run.id), change.about(run.id), now=now)
        return run

    def _nudge(self, epic_id: int) -> None:
        # Reconcile finds the row; the log has been told once.
        with suppress(RedisError):
            self._nudges.nudge_epic(epic_id)


async def _read(request: Request, secrets: Sequence[str]) -> StatusChange:
    """Return what was sent, once its signature is verified; raises RequestError."""
    signatures = [
        request.headers.get(name) for name in ("x-webhook-signature", "x-cursor-signature")
    ]
    body = await read_body(request, MAX_BODY, signatures)
    check_signature(body, signatures, secrets)
    return read_status_change(parse_object(request, body))


def _is_about(change: StatusChange, run: KnownRun) -> bool:
    """Before the launch is answered the agent's id is unknown; the branch is the run's alone."""
    return change.branch == run.branch if run.agent_id is None else change.id == run.agent_id
