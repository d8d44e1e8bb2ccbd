"""Structured logs, of our code and of libraries alike, without secrets.

One JSON object per line; on a terminal, and where `text` is asked for, words instead.
"""

import fcntl
import logging
import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from bot.redaction import Redaction

LogFormat = Literal["auto", "text", "json"]

FILE_SIZE = 10 * 1024 * 1024  # bytes
FILES_KEPT = 5


def configure(
    level: str = "INFO",
    directory: Path | None = None,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    form: LogFormat = "auto",
) -> None:
    """Send structlog's and the standard library's logs to `stream` (stdout).

    `form` is `text`, `json`, or `auto`: text on a terminal. With a directory, also as JSON to
    `orchestra.log` and, errors apart, `errors.log` in it, each rotated at 10 MB and kept five
    times; the processes of one machine may share the directory.
    """
    stream = stream or sys.stdout
    redaction = Redaction(secrets)
    on_stream = logging.StreamHandler(stream)
    on_stream.setFormatter(_formatter(redaction, _renderer(form, stream)))
    handlers: list[logging.Handler] = [on_stream]
    for handler in _file_handlers(directory) if directory else ():
        handler.setFormatter(_formatter(redaction, _to_json))
        handlers.append(handler)
    logging.basicConfig(level=level, handlers=handlers, force=True)
    _hand_over_library_loggers()
    structlog.configure(
        processors=[*_shared_steps(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def about(
    *,
    epic: str | None = None,
    task: int | None = None,
    agent: str | None = None,
    delivery: str | None = None,
) -> AbstractContextManager[None]:
    """While it is open, every line logged in this context names what it is about.

    An epic is named `owner/repo#issue`, a task by its number.
    """
    fields = {"epic": epic, "task": task, "agent": agent, "delivery": delivery}
    known = {name: value for name, value in fields.items() if value is not None}
    return structlog.contextvars.bound_contextvars(**known)


def _shared_steps() -> list[Processor]:
    """Return what every event goes through, whether it began in structlog or in `logging`."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _renderer(form: LogFormat, stream: TextIO) -> Processor:
    on_terminal = stream.isatty()
    if form == "json" or (form == "auto" and not on_terminal):
        return _to_json
    in_words = structlog.dev.ConsoleRenderer(colors=on_terminal, pad_event_to=0)
    return lambda logger, method, event: in_words(logger, method, _in_short(event))


def _in_short(event: EventDict) -> EventDict:
    """Leave out what a reader of a terminal has no use for."""
    known = {name: value for name, value in event.items() if value is not None}
    return {**known, "timestamp": f"{event['timestamp']:.19}Z"}


_to_json: Processor = structlog.processors.JSONRenderer(default=str)


def _formatter(redaction: Redaction, to_text: Processor) -> logging.Formatter:
    def render(logger: object, method: str, event: EventDict) -> str:
        return redaction.clean(str(to_text(logger, method, event)))

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared_steps(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _in_reading_order,
            render,
        ],
    )


def _in_reading_order(_logger: object, _method: str, event: EventDict) -> EventDict:
    first = {name: event.pop(name) for name in ("timestamp", "level", "event") if name in event}
    return {**first, **event}


def _hand_over_library_loggers() -> None:
    """Libraries that brought handlers of their own (uvicorn, RQ) would print each line twice."""
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # At INFO the one writes a line per request, with whatever the address holds, the other what
    # kind of database it has met.
    for name in ("httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _file_handlers(directory: Path) -> list[logging.Handler]:
    directory.mkdir(parents=True, exist_ok=True)
    everything = SharedRotatingFileHandler(directory / "orchestra.log")
    errors = SharedRotatingFileHandler(directory / "errors.log")
    errors.setLevel(logging.ERROR)
    return [everything, errors]


class SharedRotatingFileHandler(RotatingFileHandler):
    """A rotating file that several processes append to.

    The standard handler would rotate under the others' feet: here one process rotates under a
    lock, and the others notice that the name leads to another file and open that one.
    """

    def __init__(self, path: Path, size: int = FILE_SIZE, kept: int = FILES_KEPT) -> None:
        super().__init__(path, maxBytes=size, backupCount=kept, encoding="utf-8")

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - logging's name
        """Look at the file that bears the name now, not at one that another process moved."""
        self._follow()
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Rotate, unless another process did while we waited for the lock."""
        with Path(f"{self.baseFilename}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._follow():
                super().doRollover()

    def _follow(self) -> bool:
        """Reopen the file if another process has rotated it; return whether it had."""
        if self._is_current():
            return False
        if self.stream:
            self.stream.close()
        self.stream = self._open()
        return True

    def _is_current(self) -> bool:
        if not self.stream:
            return False
        try:
            named = os.stat(self.baseFilename)
        except FileNotFoundError:
            return False
        return os.path.samestat(named, os.fstat(self.stream.fileno()))
