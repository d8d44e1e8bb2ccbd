"""Where GitHub's answers are known to differ from its OpenAPI document."""

from typing import Any

# An outdated comment is on no line: https://github.com/github/rest-api-description/issues/5568
# The webhooks' document has it so.
NULLABLE = {"pull-request-review-comment": ("line", "position")}


def corrected(document: dict[str, Any]) -> dict[str, Any]:
    """The REST API's document, changed in place to what GitHub answers."""
    schemas = document["components"]["schemas"]
    for name, properties in NULLABLE.items():
        for one in properties:
            schemas[name]["properties"][one]["nullable"] = True
    return document
