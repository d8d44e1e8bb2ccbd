"""The checker finds what is wrong, on documents small enough to read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import build_schema

from sandbox.ledger import Entry
from sandbox.webhooks import Webhook
from tests.conformance.corrections import corrected
from tests.conformance.graphql_traffic import graphql_violations
from tests.conformance.schemas import Schemas
from tests.conformance.traffic import RestDocument, WebhookDocument, path_values
from tests.conformance.versions import in_version

JSON = "application/json"
ISSUE = {
    "type": "object",
    "required": ["title", "closed_at", "assignee"],
    "properties": {
        "title": {"type": "string"},
        "closed_at": {"type": "string", "format": "date-time", "nullable": True},
        "assignee": {"type": "string"},
        "user": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/user"}]},
    },
    "x-github-breaking-changes": [
        {
            "version": "2026-03-10",
            "patch": {"properties": {"assignee": None}, "required": ["assignee"]},
        }
    ],
}
CREATE = {
    "parameters": [
        {"name": "repo", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
    ],
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {"title": {"type": "string"}},
                }
            }
        },
    },
    "responses": {
        "201": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/issue"}}}},
        "204": {"description": "nothing"},
    },
}
USER = {"type": "object", "required": ["login"], "properties": {"login": {"type": "string"}}}
REST = {
    "paths": {"/repos/{repo}/issues": {"post": CREATE}},
    "components": {"schemas": {"issue": ISSUE, "user": USER}},
}
HOOKS = {
    "webhooks": {
        "issue-comment-created": {
            "post": {
                "parameters": [{"name": "X-GitHub-Event", "in": "header", "required": True}],
                "requestBody": {
                    "content": {JSON: {"schema": {"type": "object", "required": ["comment"]}}}
                },
            }
        }
    }
}
SCHEMA = """
type Query { pull(number: Int!): Pull }
type Pull { state: State! target: Target }
enum State { OPEN CLOSED }
union Target = Commit
type Commit { oid: String! }
"""
GOOD = {"title": "Widgets", "closed_at": None}


def entry(kind: str = "POST /repos/{repo}/issues", **fields: Any) -> Entry:
    usual = {
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "actor": "orchestra",
        "kind": kind,
        "method": "POST",
        "path": "/repos/widgets/issues",
        "query": "",
        "request": {"title": "Widgets"},
        "status": 201,
        "answer": GOOD,
    }
    return Entry(**{**usual, **fields})


def found(one: Entry, version: str = "2026-03-10") -> list[str]:
    document = RestDocument(Schemas(in_version(REST, version)))
    return [f"{violation.where}: {violation.what}" for violation in document.violations(one)]


@pytest.mark.parametrize(
    ("fields", "violation"),
    [
        ({"kind": "POST /elsewhere"}, "route: not in the published document"),
        ({"path": "/elsewhere"}, "parameters: the path parameter repo is missing"),
        ({"query": "page=2&pages=3"}, "parameters: there is no query parameter pages"),
        ({"query": "page=two"}, "parameters: page: $: 'two' is not of type 'integer'"),
        ({"request": None}, "request: the body is missing"),
        ({"request": {"title": 3}}, "request: $.title: 3 is not of type 'string'"),
        ({"request": {}}, "request: $: 'title' is a required property"),
        (
            {"request": {"title": "", "titel": ""}},
            "request: $: Unevaluated properties are not allowed ('titel' was unexpected)",
        ),
        ({"status": 200}, "answer 200: no such status in the published document"),
        ({"status": 204}, "answer 204: there is no body to this answer"),
        ({"answer": None}, "answer 201: the body is missing"),
        ({"answer": {"title": "Widgets"}}, "answer 201: $: 'closed_at' is a required property"),
        (
            {"answer": {**GOOD, "closed_at": "2026-01-01T00:00:00"}},
            "answer 201: $.closed_at: '2026-01-01T00:00:00' is not a 'date-time'",
        ),
        (
            {"answer": {**GOOD, "user": {"login": None}}},
            "answer 201: $.user.login: None is not of type 'string'",
        ),
    ],
)
def test_what_is_wrong_with_a_request_or_its_answer(fields: dict[str, Any], violation: str) -> None:
    assert found(entry(**fields)) == [violation]


def test_what_is_right_passes() -> None:
    assert found(entry(query="page=2")) == []
    assert found(entry(status=204, answer=None)) == []


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/repos/{repo}/contents/{path}", "/repos/a/contents/b/c", {"repo": "a", "path": "b/c"}),
        ("/repos/{repo}/contents/{path}", "/repos/a/contents/", {"repo": "a", "path": ""}),
        ("/repos/{repo}/contents/{path}", "/repos//contents/b", {}),
        ("/repos/{repo}", "/users/a", {}),
    ],
)
def test_the_names_in_a_path(template: str, path: str, values: dict[str, str]) -> None:
    assert path_values(template, path) == values


def test_the_version_that_was_asked_for_counts() -> None:
    missing = "answer 201: $: 'assignee' is a required property"
    assert found(entry(), "2022-11-28") == [missing]


def test_what_is_known_to_be_answered_otherwise_is_no_mistake() -> None:
    comment = {"properties": {"line": {"type": "integer"}, "position": {"type": "integer"}}}
    gone = {"delete": {"responses": {"422": {"description": "Validation failed"}}}}
    path = "/repos/{owner}/{repo}/git/refs/{ref}"
    known = {"pull-request-review-comment": comment, "basic-error": {"required": ["message"]}}
    schemas = Schemas(corrected({"paths": {path: gone}, "components": {"schemas": known}}))
    wanted = {"$ref": "#/components/schemas/pull-request-review-comment"}
    schema = schemas.resolved(wanted)
    assert list(schemas.mistakes({"line": None, "position": None}, schema)) == []
    assert list(schemas.mistakes({"line": "1"}, schema)) != []
    asked = {"kind": f"DELETE {path}", "path": "/repos/acme/widgets/git/refs/heads/x"}
    told = entry(**asked, request=None, status=422, answer={"message": "Reference does not exist"})
    assert [one.where for one in RestDocument(schemas).violations(told)] == ["parameters"] * 3


def test_operations_of_a_json_patch() -> None:
    node = {
        "properties": {"one": {}, "two": {"type": "string"}},
        "required": ["one", "two"],
        "x-github-breaking-changes": [
            {
                "version": "2026-03-10",
                "patch": [
                    {"op": "remove", "path": "/properties/one"},
                    {"op": "remove", "path": "/required/0"},
                    {"op": "replace", "path": "/properties/two/type", "value": "integer"},
                ],
            }
        ],
    }
    assert in_version(node, "2026-03-10") == {
        "properties": {"two": {"type": "integer"}},
        "required": ["two"],
    }


@pytest.mark.parametrize(
    ("event", "body", "violations"),
    [
        ("issue_comment", {"action": "created", "comment": {}}, []),
        ("issue_comment", {"action": "created"}, ["$: 'comment' is a required property"]),
        ("issue_comment", {"action": "frobbed"}, ["not in the published document"]),
    ],
)
def test_webhooks(event: str, body: dict[str, Any], violations: list[str]) -> None:
    webhook = Webhook("http://bot", {"X-GitHub-Event": event}, json.dumps(body).encode())
    document = WebhookDocument(Schemas(HOOKS))
    assert [violation.what for violation in document.violations(webhook)] == violations


QUERY = "query Q($n: Int!) { pull(number: $n) { state target { ... on Commit { oid } } } }"
SPREAD = QUERY.replace("... on Commit { oid }", "...c") + " fragment c on Commit { oid }"
PULL = {"state": "OPEN", "target": {"oid": "abc"}}


@pytest.mark.parametrize(
    ("query", "variables", "pull", "where"),
    [
        (QUERY, {"n": 1}, PULL, []),
        (QUERY.replace("state", "status"), {"n": 1}, None, ["document"]),
        (QUERY + "}", {"n": 1}, None, ["document"]),
        (QUERY, {}, None, ["variables"]),
        (QUERY, {"n": 1}, {**PULL, "state": "AJAR"}, ["answer"]),
        (QUERY, {"n": 1}, {**PULL, "target": {"oid": None}}, ["answer"]),
        (SPREAD, {"n": 1}, PULL, []),
        (SPREAD, {"n": 1}, {**PULL, "target": {"oid": None}}, ["answer"]),
    ],
)
def test_graphql(query: str, variables: Any, pull: Any, where: list[str]) -> None:
    answer = {"data": pull and {"pull": pull}}
    asked = entry("GraphQL Q", request={"query": query, "variables": variables}, answer=answer)
    violations = graphql_violations(build_schema(SCHEMA), asked)
    assert [violation.where for violation in violations] == where
