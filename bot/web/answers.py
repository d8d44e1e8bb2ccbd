"""The web process's JSON answers that are no resource: accepted, or what was wrong."""

from starlette.background import BackgroundTask
from starlette.responses import JSONResponse

CODES = {
    400: "INVALID_REQUEST",
    401: "UNAUTHORIZED",
    404: "AGENT_NOT_FOUND",
    408: "INVALID_REQUEST",
    413: "INVALID_REQUEST",
    500: "INTERNAL_ERROR",
    503: "DATABASE_ERROR",
}

# Refused before the whole body was read.
_UNREAD = (401, 408, 413)


class RequestError(Exception):
    """The request ends here: `status` is one of CODES, `message` is for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def answer(self) -> JSONResponse:
        """Return the answer that says so."""
        error = {
            "code": CODES[self.status],
            "message": self.message,
            "statusCode": self.status,
            "metadata": {},
        }
        # What is left of the request's body is not wanted either.
        close = {"connection": "close"} if self.status in _UNREAD else None
        return JSONResponse({"error": error}, self.status, headers=close)


def accepted(status: str, afterwards: BackgroundTask | None = None) -> JSONResponse:
    """202: `status` tells in a word what became of the webhook."""
    return JSONResponse({"status": status}, 202, background=afterwards)
