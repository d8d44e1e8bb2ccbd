"""GraphQL requests and answers held against GitHub's schema."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    execute_sync,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from sandbox.ledger import Entry
from tests.conformance.traffic import Violation


def graphql_violations(schema: GraphQLSchema, entry: Entry) -> Iterator[Violation]:
    """What the schema has against a document, its variables and the answer."""
    try:
        document = parse(entry.request["query"])
    except GraphQLError as error:
        yield Violation(entry.kind, "document", error.message)
        return
    given = entry.request.get("variables") or {}
    for one in validate(schema, document):
        yield Violation(entry.kind, "document", one.message)
    for one in _in_variables(schema, document, given):
        yield Violation(entry.kind, "variables", one.message)
    if (entry.answer or {}).get("data"):
        for one in _in_answer(schema, document, given, entry.answer["data"]):
            yield Violation(entry.kind, "answer", f"{one.path}: {one.message}")


def _in_variables(
    schema: GraphQLSchema, document: DocumentNode, given: dict[str, Any]
) -> Iterator[GraphQLError]:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            coerced = get_variable_values(schema, definition.variable_definitions or (), given)
            if isinstance(coerced, list):
                yield from coerced


def _in_answer(
    schema: GraphQLSchema, document: DocumentNode, given: dict[str, Any], data: dict[str, Any]
) -> Iterator[GraphQLError]:
    """Run the document anew with the answer for its data: it must come out without an error."""
    done = execute_sync(
        schema,
        document,
        data,
        variable_values=given,
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=_type_of,
    )
    yield from done.errors or ()


def _type_of(value: dict[str, Any], info: GraphQLResolveInfo[Any], _: Any) -> str:
    """The type an object says it has, else the first whose fields are asked of it."""
    if "__typename" in value:
        return str(value["__typename"])
    asked = info.field_nodes[0].selection_set
    assert asked is not None
    conditions = (_condition(one, info) for one in asked.selections)
    return next(name for name in conditions if name is not None)


def _condition(selection: SelectionNode, info: GraphQLResolveInfo[Any]) -> str | None:
    """The type that a fragment is on, None for a field."""
    if isinstance(selection, FragmentSpreadNode):
        return info.fragments[selection.name.value].type_condition.name.value
    if isinstance(selection, InlineFragmentNode) and selection.type_condition is not None:
        return selection.type_condition.name.value
    return None
