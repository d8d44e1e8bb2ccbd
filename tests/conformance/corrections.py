"""Where GitHub's answers are known to differ from its OpenAPI document."""

from typing import Any

# An outdated comment is on no line: https://github.com/github/rest-api-description/issues/5568
# The webhooks' document has it so.
NULLABLE = {"pull-request-review-comment": ("line", "position")}
# Deleting a branch that is gone is answered with a message, though 422 is said to have no body:
# https://github.com/jcabi/jcabi-github/issues/1335
BODILESS = (("/repos/{owner}/{repo}/git/refs/{ref}", "delete", "422"),)
BASIC_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}}


def corrected(document: dict[str, Any]) -> dict[str, Any]:
    """The REST API's document, changed in place to what GitHub answers."""
    schemas = document["components"]["schemas"]
    for name, properties in NULLABLE.items():
        for one in properties:
            schemas[name]["properties"][one]["nullable"] = True
    for path, method, status in BODILESS:
        if path in document["paths"]:
            document["paths"][path][method]["responses"][status]["content"] = BASIC_ERROR
    return document
