"""What can go wrong when a request to another service is made."""


class ClientError(Exception):
    """A service refused, or could not be reached.

    `message` may be shown to a person: at most 300 characters, no secret. `code` is the
    service's word for the fault, or ours (`agent_busy`); empty where there is none.
    `answer_lost` says that the request may have been carried out although nobody told us.
    """

    def __init__(
        self,
        service: str,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        answer_lost: bool = False,
    ) -> None:
        super().__init__(f"{service}: {message}")
        self.service = service
        self.message = message
        self.status = status
        self.code = code
        self.answer_lost = answer_lost


class TransientError(ClientError):
    """Network, timeout, 5xx, an unreadable answer: worth another try."""


class PermanentError(ClientError):
    """Refused, and would be again; nothing was carried out."""


class NotFound(PermanentError):  # noqa: N818
    """What was asked for is not there."""


class Unauthorized(PermanentError):  # noqa: N818
    """The credential is wrong, or may not do this."""


class RateLimited(ClientError):  # noqa: N818
    """Too many requests; nothing was carried out. `retry_after` is in seconds, None if untold."""

    def __init__(
        self,
        service: str,
        message: str,
        *,
        retry_after: float | None,
        status: int | None = 429,
        code: str = "",
    ) -> None:
        super().__init__(service, message, status=status, code=code)
        self.retry_after = retry_after
