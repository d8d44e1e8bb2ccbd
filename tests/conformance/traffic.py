"""What was recorded over REST and as webhooks, and what of it is not as GitHub publishes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandbox.ledger import Entry
from sandbox.webhooks import Webhook
from tests.conformance.schemas import Schemas

JSON = "application/json"


@dataclass(frozen=True)
class Violation:
    """One mistake: in which kind of request or webhook, where in it, and what."""

    kind: str
    where: str
    what: str


class RestDocument:
    """The REST API's description, against which requests and answers are held."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def violations(self, entry: Entry) -> Iterator[Violation]:
        """All of one request and its answer."""
        method, _, template = entry.kind.partition(" ")
        item = self._schemas.document["paths"].get(template, {})
        operation = item.get(method.lower())
        if operation is None:
            yield Violation(entry.kind, "route", "not in the published document")
            return
        parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
        for what in self._in_parameters(entry, template, parameters):
            yield Violation(entry.kind, "parameters", what)
        for what in self._in_request(entry, operation):
            yield Violation(entry.kind, "request", what)
        for what in self._in_answer(entry, operation):
            yield Violation(entry.kind, f"answer {entry.status}", what)

    def _in_parameters(self, entry: Entry, template: str, parameters: list[Any]) -> Iterator[str]:
        declared = [self._schemas.resolved(parameter) for parameter in parameters]
        given = {("path", *pair) for pair in path_values(template, entry.path).items()}
        given |= {("query", *pair) for pair in query_values(entry.query).items()}
        known = {(one["in"], one["name"]): one for one in declared}
        for place, name, text in sorted(given):
            if (place, name) not in known:
                yield f"there is no {place} parameter {name}"
                continue
            schema = known[place, name]["schema"]
            value = self._typed(text, schema)
            yield from (f"{name}: {what}" for what in self._schemas.mistakes(value, schema))
        names = {(place, name) for place, name, _ in given}
        for (place, name), one in known.items():
            if one.get("required") and place in ("path", "query") and (place, name) not in names:
                yield f"the {place} parameter {name} is missing"

    def _typed(self, text: str, schema: dict[str, Any]) -> Any:
        """A parameter's text as what its schema means by it."""
        kind = self._schemas.resolved(schema).get("type")
        if kind == "integer" and text.isdecimal():
            return int(text)
        if kind == "boolean":
            return {"true": True, "false": False}.get(text, text)
        return text

    def _in_request(self, entry: Entry, operation: dict[str, Any]) -> Iterator[str]:
        body = self._schemas.resolved(operation.get("requestBody"))
        if entry.request is None:
            if body and body.get("required"):
                yield "the body is missing"
        elif not body:
            yield "there is no body to this request"
        else:
            schema = body["content"][JSON]["schema"]
            # Unlike an answer, a request that says what nobody reads is a mistake.
            strict = {"allOf": [schema], "unevaluatedProperties": False}
            mistakes = [*self._schemas.mistakes(entry.request, schema)]
            yield from mistakes or self._schemas.mistakes(entry.request, strict)

    def _in_answer(self, entry: Entry, operation: dict[str, Any]) -> Iterator[str]:
        answer = self._schemas.resolved(operation["responses"].get(str(entry.status)))
        if answer is None:
            yield "no such status in the published document"
            return
        content = answer.get("content", {})
        described = content.get(JSON) or next(iter(content.values()), None)
        if described is None:
            if entry.answer is not None:
                yield "there is no body to this answer"
        elif entry.answer is None:
            yield "the body is missing"
        else:
            yield from self._schemas.mistakes(entry.answer, described["schema"])


class WebhookDocument:
    """The webhooks' description."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def violations(self, webhook: Webhook) -> Iterator[Violation]:
        """All of one delivery: its headers and body."""
        body = json.loads(webhook.body)
        kind = webhook_kind(webhook)
        item = self._schemas.document["webhooks"].get(kind.replace(".", "-").replace("_", "-"))
        if item is None:
            yield Violation(kind, "event", "not in the published document")
            return
        sent = {name.lower() for name in webhook.headers}
        for parameter in item["post"].get("parameters", ()):
            described = self._schemas.resolved(parameter)
            if described.get("required") and described["name"].lower() not in sent:
                yield Violation(kind, "headers", f"{described['name']} is missing")
        schema = item["post"]["requestBody"]["content"][JSON]["schema"]
        for what in self._schemas.mistakes(body, schema):
            yield Violation(kind, "body", what)


def webhook_kind(webhook: Webhook) -> str:
    """`issues.opened`, or `push` where there are no actions."""
    action = json.loads(webhook.body).get("action")
    event = webhook.headers["X-GitHub-Event"]
    return f"{event}.{action}" if action else event


def path_values(template: str, path: str) -> dict[str, str]:
    """What stands in `path` for the names in `template`; empty where the two do not match.

    A name at the template's end may stand for nothing: the root of `…/contents/{path}`.
    """
    pattern = re.sub(r"\\{(\w+)\\}$", r"(?P<\1>.*)", re.escape(template))
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", pattern)
    match = re.fullmatch(pattern, path)
    return match.groupdict() if match else {}


def query_values(query: str) -> dict[str, str]:
    """The query's parameters, percent-decoded."""
    return dict(parse_qsl(query, keep_blank_values=True))
