"""The web process's own threads: something done now and then, or as soon as it is asked for."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class _Thread:
    """Runs `_turn` until stopped; an `action` that fails is logged once, not at every turn."""

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
        while not self._stopping.is_set():
            self._turn()

    def _turn(self) -> None:
        raise NotImplementedError

    def _act(self) -> None:
        try:
            self._action()
        except Exception as error:
            if not self._fails:
                log.warning("background work fails", work=self.name, error=str(error))
            self._fails = True
        else:
            if self._fails:
                log.info("background work goes on", work=self.name)
            self._fails = False


class Periodic(_Thread):
    """Acts at once and then every `seconds`."""

    def _turn(self) -> None:
        self._act()
        self._stopping.wait(self._seconds)


class OnRequest(_Thread):
    """Acts soon after each `request`, but at most every `seconds`; requests meanwhile are one."""

    def __init__(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        super().__init__(name, seconds, action)
        self._requested = threading.Event()

    def request(self) -> None:
        """Ask for the action, without waiting for it."""
        self._requested.set()

    def stop(self) -> None:
        """End after what was requested is done, waiting for at most 10 seconds."""
        self._stopping.set()
        self._requested.set()
        self._thread.join(timeout=10)

    def _turn(self) -> None:
        self._requested.wait()
        self._requested.clear()
        self._act()
        self._stopping.wait(self._seconds)
