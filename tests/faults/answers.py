"""The answers that a request may get instead of the right one, by service."""

from dataclasses import dataclass, field
from typing import Any

PAGE = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"


@dataclass(frozen=True)
class Wrong:
    """One wrong answer; without a status the connection is closed.

    `done`: the request is carried out, and only its answer is wrong. `empty`: the right answer
    without the items of its lists.
    """

    name: str
    status: int = 0
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False
    empty: bool = False

    @property
    def words(self) -> str:
        """What it says to people."""
        body = self.body if isinstance(self.body, dict) else {}
        said: str = body.get("message") or body.get("error", {}).get("message", "")
        return said


def _said(name: str, status: int, message: str, **headers: str) -> Wrong:
    return Wrong(name, status, {"message": message}, headers)


UNANSWERED = (Wrong("no answer"), Wrong("502", 502, PAGE))
LOST = (Wrong("answer lost", done=True),)
EMPTY = Wrong("empty lists", 200, empty=True)

# Of any request to GitHub's REST API.
REST = (
    *UNANSWERED,
    _said("401", 401, "Bad credentials"),
    _said("403 integration", 403, "Resource not accessible by integration"),
    _said("404", 404, "Not Found"),
)
WRITES = (
    *LOST,
    _said("403 unknown", 403, "Forbidden for reasons of its own"),
    _said("403 limit", 403, "You have exceeded a secondary rate limit"),
    _said("422 too quickly", 422, "Validation Failed: was submitted too quickly"),
)
READS = (_said("429", 429, "Too many requests", **{"retry-after": "20"}),)

# GitHub's words for what is not so any more, or not yet.
PULLS, REFS = "/repos/{owner}/{repo}/pulls", "/repos/{owner}/{repo}/git/refs"
COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
MERGE = f"{PULLS}/{{pull_number}}/merge-async"
OF_KIND = {
    f"POST {COMMENTS}": (_said("422 abuse", 422, "You have triggered an abuse detection"),),
    f"POST {PULLS}": (
        _said("422 head", 422, "Validation Failed; head invalid"),
        _said("422 commits", 422, "Validation Failed; No commits between main and the branch"),
        _said("403 throttled", 403, "This action was temporarily throttled"),
    ),
    f"PUT {MERGE}": (
        _said("405 base", 405, "Base branch was modified. Review and try the merge again."),
        _said("405 not mergeable", 405, "Pull Request is not mergeable"),
        _said("409 head", 409, "Head branch was modified. Review and try the merge again."),
    ),
    f"GET {MERGE}/{{uuid}}": (
        Wrong(
            "failed",
            200,
            {
                "status": "failed",
                "details": {"message": "Enqueuer is not authorized to merge"},
            },
        ),
    ),
    f"POST {REFS}": (_said("422 object", 422, "Object does not exist"),),
    f"GET {PULLS[:-6]}/rules/branches/{{branch}}": (
        _said("403 plan", 403, "Upgrade to GitHub Pro or make this repository public to enable."),
    ),
}

_GRAPHQL_ERRORS = {
    "NOT_FOUND": "Could not resolve to a PullRequest with the number of 2.",
    "FORBIDDEN": "Resource not accessible by integration",
    "RATE_LIMITED": "API rate limit exceeded",
    "RESOURCE_LIMITS_EXCEEDED": "Resource limits for this query exceeded",
    "SERVICE_UNAVAILABLE": "Something is unavailable",
    "INTERNAL": "Something went wrong",
    "UNPROCESSABLE": "Pull request is not in the correct state",
    "OF_ANOTHER_AGE": "A type of error that nobody knows",
    None: "Timeout on validation of query",
}
_NULLS = {"pullRequest": None, "ref": None, "object": None}
GRAPHQL = (
    *UNANSWERED,
    _said("401", 401, "Bad credentials"),
    _said("403 limit", 403, "You have exceeded a secondary rate limit"),
    Wrong("null", 200, {"data": {"repository": _NULLS}}),
    *(
        Wrong(
            type_ or "no type",
            200,
            {"data": None, "errors": [{"message": words} | ({"type": type_} if type_ else {})]},
        )
        for type_, words in _GRAPHQL_ERRORS.items()
    ),
)


def _cursor(name: str, status: int, code: str, message: str, **headers: str) -> Wrong:
    return Wrong(name, status, {"error": {"code": code, "message": message}}, headers)


CURSOR = (
    *UNANSWERED,
    _cursor("401", 401, "unauthorized", "Invalid User API Key"),
    _cursor("403", 403, "forbidden", "Your plan does not reach this repository"),
    _cursor("404", 404, "not_found", "Not found"),
    _cursor("409", 409, "conflict", "The agent is busy"),
    _cursor("429", 429, "rate_limit_exceeded", "Rate limit exceeded", **{"retry-after": "20"}),
    _cursor("429 without a time", 429, "rate_limit_exceeded", "Rate limit exceeded"),
)
CURSOR_WRITES = (
    *LOST,
    Wrong("502 carried out", 502, PAGE, done=True),
    _cursor("400", 400, "validation_error", "prompt.text: Required"),
    _cursor("400 branch", 400, "validation_error", "Failed to verify existence of branch 'main'"),
)
