"""`POST /graphql`."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from sandbox.github.graphql.operations import Root
from sandbox.github.wire.http import Answer, Call, route

PATH = "/graphql"
NAME = re.compile(r"\b(?:query|mutation)\s+(\w+)")


@cache
def schema() -> GraphQLSchema:
    """Return the schema beside this file."""
    return build_schema(Path(__file__).with_name("schema.graphql").read_text())


def kind(body: Any) -> str:
    """Return what the ledger calls a request: `GraphQL` and the operation's name."""
    if not isinstance(body, dict):
        return "GraphQL"
    found = NAME.search(str(body.get("query", "")))
    return f"GraphQL {body.get('operationName') or (found.group(1) if found else 'anonymous')}"


@route("POST", PATH)
def post(call: Call) -> Answer:
    """Run a query: errors come in a 200, as GitHub sends them."""
    document = _document(str(call.body.get("query", "")))
    if isinstance(document, DocumentNode):
        done = execute_sync(
            schema(),
            document,
            Root(call).values(),
            variable_values=call.body.get("variables"),
            operation_name=call.body.get("operationName"),
        )
    else:
        done = ExecutionResult(errors=document)
    answer: dict[str, Any] = {}
    if done.data is not None or not done.errors:
        answer["data"] = done.data
    if done.errors:
        answer["errors"] = [_error(error) for error in done.errors]
    return Answer(200, answer)


@cache
def _document(query: str) -> DocumentNode | list[GraphQLError]:
    """Return the query as the schema allows it, or its mistakes; clients ask the same few often."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return [error]
    return validate(schema(), document) or document


def _error(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = {**error.formatted}
    extensions = shown.pop("extensions", {})
    return {**extensions, **shown}
