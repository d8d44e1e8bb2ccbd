"""Deliveries made into inbox rows of the epics they concern. No request leaves here."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.core.comment_parser import parse_comment
from bot.core.decide.checklist import LABEL
from bot.core.events import (
    BodyEdited,
    BodyWritten,
    CommandGiven,
    CommentDeleted,
    EpicLabelled,
    Event,
    PullRequestChanged,
)
from bot.core.identifiers import Login
from bot.services import Services
from storage import epics, inbox, routing
from storage.database import Connection
from storage.deliveries import Delivery
from storage.routing import RepositoryFacts

BATCH = 50
# A delivery that we cannot handle is our fault: kept, and tried again ever more rarely.
FIRST_POSTPONEMENT = 30.0
LONGEST_POSTPONEMENT = 3600.0

log = structlog.get_logger(__name__)
Routed = tuple[int, str, Event]


def route_batch(services: Services) -> tuple[set[int], bool]:
    """Route the oldest deliveries; returns the epics concerned and whether there may be more."""
    concerned: set[int] = set()
    done: list[int] = []
    with services.database.write() as connection:
        now = services.database.now(connection)
        rows = routing.unrouted(connection, now, BATCH)
        for row_id, tries, delivery in rows:
            try:
                with connection.begin_nested():
                    concerned |= _route(services, connection, delivery, now)
            except Exception:
                log.exception("delivery could not be routed", delivery=delivery.guid)
                seconds = min(LONGEST_POSTPONEMENT, FIRST_POSTPONEMENT * 2.0**tries)
                routing.postpone(connection, row_id, now + timedelta(seconds=seconds))
            else:
                done.append(row_id)
        routing.mark_routed(connection, done, now)
    return concerned, len(rows) == BATCH


def _route(
    services: Services, connection: Connection, delivery: Delivery, now: datetime
) -> set[int]:
    payload = json.loads(delivery.body)
    repository = _repository(payload)
    if repository is None:
        return set()
    concerned = set()
    routing.keep_up_to_date(connection, repository)
    router = _Router(services, connection, delivery, repository, now)
    for epic_id, key, event in router.route(payload):
        if inbox.add(connection, epic_id, key, event, now=now, delivery=delivery.guid):
            concerned.add(epic_id)
    return concerned


def _repository(payload: Any) -> RepositoryFacts | None:
    repository, installation = payload.get("repository"), payload.get("installation")
    if not repository or not installation:
        return None
    return RepositoryFacts(
        id=repository["id"],
        installation_id=installation["id"],
        full_name=repository["full_name"],
        default_branch=repository["default_branch"],
    )


def _is_bot(payload: Any) -> bool:
    kind: str = payload["sender"]["type"]
    return kind == "Bot"


def _is_trigger(payload: Any) -> bool:
    """Whether a person put our label on; the bot's own labelling starts nothing."""
    labelled: bool = payload["action"] == "labeled" and payload["label"]["name"] == LABEL
    return labelled and not _is_bot(payload)


class _Router:
    """One delivery on its way to the epics."""

    def __init__(
        self,
        services: Services,
        connection: Connection,
        delivery: Delivery,
        repository: RepositoryFacts,
        now: datetime,
    ) -> None:
        self.services = services
        self.connection = connection
        self.delivery = delivery
        self.repository = repository
        self.now = now

    def route(self, payload: Any) -> Iterator[Routed]:
        match self.delivery.event:
            case "issues":
                yield from self._issues(payload)
            case "issue_comment":
                yield from self._comment(payload)
            case "pull_request" | "pull_request_review":
                pull_request = payload["pull_request"]
                yield from self._changed_pull_request(pull_request["number"])
            case "check_run" | "check_suite":
                yield from self._checks(payload)
            case "status":
                for branch in payload.get("branches", ()):
                    yield from self._changed_branch(branch["name"])
            case "push":
                yield from self._changed_branch(payload["ref"].removeprefix("refs/heads/"))
            case _:
                return

    def _issues(self, payload: Any) -> Iterator[Routed]:
        issue, by = payload["issue"], Login(payload["sender"]["login"])
        if issue.get("pull_request"):
            return
        if payload["action"] == "edited":
            yield from self._edit(payload, by)
        elif _is_trigger(payload):
            yield self._epic(issue["number"]), self._key("label"), EpicLabelled(by=by)

    def _edit(self, payload: Any, by: Login) -> Iterator[Routed]:
        issue, changes = payload["issue"], payload.get("changes") or {}
        epic_id = epics.find(self.connection, self.repository.id, issue["number"])
        if epic_id is None or not changes:
            return
        body = issue["body"] or ""
        if not _is_bot(payload):
            before = (changes["body"].get("from") or "") if "body" in changes else None
            event = BodyEdited(by=by, title=issue["title"], body=body, before=before)
            yield epic_id, self._key("edit"), event
        elif "body" in changes:
            before = changes["body"].get("from") or ""
            yield epic_id, self._key("written"), BodyWritten(by=by, before=before, after=body)

    def _comment(self, payload: Any) -> Iterator[Routed]:
        issue, comment = payload["issue"], payload["comment"]
        if payload["action"] == "deleted":
            epic_id = epics.find(self.connection, self.repository.id, issue["number"])
            if epic_id is not None:
                yield epic_id, self._key("deleted"), CommentDeleted(comment_id=comment["id"])
        if payload["action"] != "created" or _is_bot(payload):
            return
        is_pull_request = bool(issue.get("pull_request"))
        for line in parse_comment(comment["body"] or ""):
            event = CommandGiven(
                comment_id=comment["id"],
                line=line.line,
                text=line.text,
                by=Login(payload["sender"]["login"]),
                pull_request=issue["number"] if is_pull_request else None,
            )
            epic_id = self._commanded_epic(issue["number"], is_pull_request)
            yield epic_id, f"comment:{comment['id']}:{line.line}", event

    def _commanded_epic(self, number: int, is_pull_request: bool) -> int:
        if is_pull_request:
            found = routing.tasks_of_pull_request(self.connection, self.repository.id, number)
            if found:
                return found[-1][0]
        return self._epic(number)

    def _checks(self, payload: Any) -> Iterator[Routed]:
        thing = payload[self.delivery.event]
        if (thing.get("app") or {}).get("id") == self.services.settings.github_app_id:
            return
        suite = thing.get("check_suite") or thing
        if branch := suite.get("head_branch"):
            yield from self._changed_branch(branch)

    def _changed_pull_request(self, number: int) -> Iterator[Routed]:
        found = routing.tasks_of_pull_request(self.connection, self.repository.id, number)
        yield from self._changed(found)

    def _changed_branch(self, branch: str) -> Iterator[Routed]:
        yield from self._changed(
            routing.tasks_of_branch(self.connection, self.repository.id, branch)
        )

    def _changed(self, found: list[tuple[int, int]]) -> Iterator[Routed]:
        for epic_id, task in found:
            yield epic_id, self._key(f"{epic_id}/{task}"), PullRequestChanged(task=task)

    def _epic(self, number: int) -> int:
        return routing.find_or_make_epic(self.connection, self.repository, number, self.now)

    def _key(self, what: str) -> str:
        return f"delivery:{self.delivery.guid}:{what}"
