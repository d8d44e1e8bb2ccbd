"""JSON Schema as OpenAPI writes it, and what a value has against it."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.conformance.formats import FORMATS, unknown_formats

_ADDRESS = "urn:document"


class Schemas:
    """A whole document, whose schemas refer to each other.

    Raises ValueError where it names a format that is not checked.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        if unknown := sorted(unknown_formats(document)):
            raise ValueError(f"formats that are not checked: {', '.join(unknown)}")
        self.document: dict[str, Any] = _as_json_schema(document)
        resource = DRAFT202012.create_resource(self.document)
        self._registry: Registry[Any] = Registry().with_resource(_ADDRESS, resource)

    def resolved(self, node: Any) -> Any:
        """`node`, or what it refers to."""
        while isinstance(node, dict) and "$ref" in node:
            pointer = node["$ref"].partition("#/")[2]
            node = self.document
            for part in pointer.split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def mistakes(self, value: Any, schema: dict[str, Any]) -> Iterator[str]:
        """What in `value` is not as the schema says, each with its place."""
        validator = Draft202012Validator(schema, registry=self._registry, format_checker=FORMATS)
        for error in validator.iter_errors(value):
            yield _words(error)


def _words(error: ValidationError) -> str:
    """The mistake itself rather than that no alternative fits."""
    found = best_match([error])
    return f"{found.json_path}: {found.message[:200]}"


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` as a second alternative, references to the document's address.

    OpenAPI 3.1 documents have no `nullable` and stay as they are.
    """
    if isinstance(node, list):
        return [_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _as_json_schema(value) for key, value in node.items() if key != "nullable"}
    reference = made.get("$ref")
    if isinstance(reference, str):
        made["$ref"] = _ADDRESS + reference
    if node.get("nullable") is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
