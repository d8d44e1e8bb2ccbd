"""The web process's own threads: something done now and then, or as soon as it is asked for."""

import threading
from collections.abc import Callable

import structlog
from redis import RedisError

from storage.database import DatabaseAwayError

log = structlog.get_logger(__name__)


class _Background:
    """A thread and its `action`; an action that fails is logged once, not at every turn."""

    def __init__(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        self.name = name
        self._seconds = seconds
        self._action = action
        self._fails = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the turn under way, waiting for at most 10 seconds."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        raise NotImplementedError

    def _act(self) -> None:
        try:
            self._action()
        except (DatabaseAwayError, RedisError):
            pass  # the log has been told once
        except Exception as error:
            if not self._fails:
                log.warning("background work fails", work=self.name, error=str(error))
            self._fails = True
        else:
            if self._fails:
                log.info("background work works again", work=self.name)
            self._fails = False


class Periodic(_Background):
    """Acts at once and then every `seconds`."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._act()
            self._stopping.wait(self._seconds)


class OnRequest(_Background):
    """Acts soon after each `request`, but at most every `seconds`; requests meanwhile are one."""

    def __init__(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        super().__init__(name, seconds, action)
        self._wake = threading.Event()
        self._requested = False

    def request(self) -> None:
        """Ask for the action, without waiting for it."""
        self._requested = True
        self._wake.set()

    def stop(self) -> None:
        """End after what was requested is done, waiting for at most 10 seconds."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._wake.wait()
            self._wake.clear()
            # Asked before the request is taken: what was requested before `stop` is still done.
            is_last = self._stopping.is_set()
            if self._requested:
                self._requested = False
                self._act()
            self._stopping.wait(self._seconds)
