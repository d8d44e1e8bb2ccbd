"""Refusals in GitHub's words."""

from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of ours
    """An answer other than success: status code, message, and what else the body says."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        headers: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.body: dict[str, Any] = body or {
            "message": message,
            "documentation_url": DOCUMENTATION,
            "status": str(status),
        }
        if errors is not None:
            self.body["errors"] = errors


def not_found() -> Refusal:
    """404, which GitHub also says for what the asker may not see."""
    return Refusal(404, "Not Found")


def moved_permanently(url: str) -> Refusal:
    """301 with the new address."""
    body = {"message": "Moved Permanently", "url": url, "documentation_url": DOCUMENTATION}
    return Refusal(301, "Moved Permanently", body=body, headers={"location": url})


def invalid(resource: str, field: str, code: str, message: str = "") -> Refusal:
    """422 Validation Failed naming one field."""
    error = {"resource": resource, "field": field, "code": code}
    if message:
        error["message"] = message
    return Refusal(422, "Validation Failed", errors=[error])


def unprocessable(message: str) -> Refusal:
    """422 with a message of its own."""
    return Refusal(422, message)
