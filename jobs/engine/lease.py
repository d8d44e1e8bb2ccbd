"""A worker's hold on an effect, looked at right before each request.

A worker may be stopped for minutes at any point. When it continues, its claim has run out and
somebody else has the effect: then nothing more may be sent. Looking costs nothing as long as the
claim outlives the longest request; then it is renewed. A request that takes longer has it renewed
meanwhile.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from jobs.engine.interfaces import ClaimLost
from storage import effects
from storage.database import Database, DatabaseFailed
from storage.effects import CLAIM_SECONDS, Claimed, Permit

MAX_REQUEST_SECONDS = 40.0
# Twice within a claim, so that one renewal may fail.
RENEW_EVERY = CLAIM_SECONDS / 3

log = structlog.get_logger(__name__)


@dataclass
class Lease:
    """The claim, taken or renewed at the earliest when this process's clock said `since`."""

    database: Database
    claimed: Claimed
    since: float
    is_lost: bool = False
    is_marked: bool = False
    may_be_sent: bool = False

    def before_request(self) -> None:
        """Raise ClaimLost where a request could outlive the claim, and that cannot be renewed."""
        self._look()
        # What was asked before that was only a question.
        self.may_be_sent = self.may_be_sent or self.is_marked

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the claim while one request takes longer than it lasts; a lost one stays lost."""
        ended = threading.Event()
        keeper = threading.Thread(target=self._keep, args=[ended], name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()

    def _keep(self, ended: threading.Event) -> None:
        while not ended.wait(RENEW_EVERY):
            try:
                self._renew(time.monotonic())
            except ClaimLost:
                return
            except DatabaseFailed as error:
                log.warning("a claim could not be renewed", reason=str(error))

    def _look(self) -> None:
        began = time.monotonic()
        if not self.is_lost and began - self.since <= CLAIM_SECONDS - MAX_REQUEST_SECONDS:
            return
        self._renew(began)

    def _renew(self, began: float) -> None:
        with self.database.write() as connection:
            now = self.database.now(connection)
            self.is_lost = self.is_lost or not effects.renew(connection, self.claimed, now)
        if self.is_lost:
            raise ClaimLost
        self.since = began

    def mark_sent(self) -> Permit:
        """Commit to an irreversible request."""
        began = time.monotonic()
        with self.database.write() as connection:
            permit = effects.mark_sent(connection, self.claimed, self.database.now(connection))
        self.is_lost = permit is Permit.LOST
        self.is_marked = permit is Permit.SEND
        self.since = began
        return permit
