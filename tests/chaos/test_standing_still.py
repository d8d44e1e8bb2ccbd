"""A worker process stopped by SIGSTOP between `sent` and the call, and continued after a cancel.

Everything is real but the time that claims are judged by, which goes on faster: processes, signals,
sockets, SQLite, Valkey.
"""

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.engine.lease import MAX_REQUEST_SECONDS
from sandbox.demo.director import Director
from sandbox.demo.person import BOT, Person
from sandbox.demo.product import ahead
from sandbox.demo.stage import Stage
from sandbox.standalone import REPOSITORY
from storage.effects import CLAIM_SECONDS, SETTLE_SECONDS
from tests.chaos.conftest import CHECKS, RULES
from tests.chaos.standing import ask_to_stop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

BODY = "- [ ] Give widgets a colour\n"
PLAN = {
    "match": "Give widgets a colour",
    "script": {"seconds_to_running": 0.1, "seconds_to_end": 0.5},
}
PATIENCE = 60.0  # seconds
LOOK_EVERY = 0.1
# How old a claim may be on the worker's own clock for it to send without another look.
TRUSTED_SECONDS = CLAIM_SECONDS - MAX_REQUEST_SECONDS
# By then a claim has run out, and what was sent under it is settled.
PASSED = timedelta(seconds=2 * (CLAIM_SECONDS + SETTLE_SECONDS))


@dataclass
class Play:
    """An epic that was cancelled while a worker stood still at the merge of its task."""

    stage: Stage
    ada: Person
    number: int
    stopped: int
    since: float
    deadline: float

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Look again and again."""
        _wait_for(self.stage, happened, self.deadline)

    def go_on(self) -> None:
        """Let the worker continue."""
        os.kill(self.stopped, signal.SIGCONT)

    def pull(self) -> dict[str, Any]:
        """The task's pull request, which is the newest."""
        return self.ada.pulls()[-1]

    def said(self) -> list[str]:
        """What the bot has said to people, its progress comment first."""
        comments = self.ada.get(f"/issues/{self.number}/comments", per_page="100")
        return [str(one["body"]) for one in comments if one["user"]["login"] == BOT]


def _wait_for(stage: Stage, happened: Callable[[], bool], deadline: float) -> None:
    while not happened():
        assert time.monotonic() < deadline, stage.log_tail("bot", 60)
        time.sleep(LOOK_EVERY)


def state_of(pid: int) -> str:
    """`T` for a process that is stopped (proc_pid_stat(5))."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]


def merges(stage: Stage) -> list[str]:
    """The states of the merges of the newest epic."""
    newest = "epic_id = (SELECT max(id) FROM epics)"
    with closing(sqlite3.connect(stage.directory / "data/orchestra.sqlite3")) as database:
        return [
            state
            for (state,) in database.execute(
                f"SELECT state FROM effects WHERE kind = 'MergePullRequest' AND {newest}"
            )
        ]


@contextmanager
def cancelled_while_stopped(stage: Stage, where: str) -> Iterator[Play]:
    """Come to where one worker stands still, and the other has settled what it had begun."""
    director = Director(stage.github_url, stage.cursor_url, REPOSITORY)
    director.behave(checks=CHECKS, rules=RULES, plans=[PLAN])
    mark = ask_to_stop(stage.clock_file, where)
    deadline = time.monotonic() + PATIENCE
    with Person(stage.github_url, REPOSITORY) as ada:
        number = ada.open_issue("Colourful widgets", BODY)
        ada.label(number, "orchestra")
        _wait_for(stage, lambda: ada.progress_comment(number) is not None, deadline)
        ada.comment(number, "/orchestra start")
        _wait_for(stage, lambda: mark.is_file() and mark.read_text("ascii") != "", deadline)
        play = Play(stage, ada, number, int(mark.read_text("ascii")), time.monotonic(), deadline)
        try:
            play.wait_for(lambda: state_of(play.stopped) == "T")
            assert merges(stage) == ["sent"]
            ada.comment(number, "/orchestra cancel")
            play.wait_for(lambda: "· cancelled" in play.said()[0])
            stage.move_clock(ahead(stage.clock_file) + PASSED)
            play.wait_for(lambda: merges(stage) == ["cancelled"])
            assert state_of(play.stopped) == "T"
            assert play.pull()["merged_at"] is None
            yield play
        finally:
            play.go_on()


def test_nothing_is_merged_by_a_worker_that_lost_its_claim(stage: Stage) -> None:
    with cancelled_while_stopped(stage, "before") as play:
        # By its own clock too, time has passed.
        play.wait_for(lambda: time.monotonic() - play.since > TRUSTED_SECONDS)
        play.go_on()
        log = stage.bot_log
        play.wait_for(lambda: "the claim on an effect was lost" in log.read_text("utf-8"))
        assert play.pull()["merged_at"] is None
        assert merges(stage) == ["cancelled"]
        assert "· cancelled" in play.said()[0]


def test_a_merge_that_was_already_at_the_socket_is_recorded_and_said(stage: Stage) -> None:
    with cancelled_while_stopped(stage, "after") as play:
        play.go_on()
        play.wait_for(lambda: play.pull()["merged_at"] is not None)
        sha = play.pull()["merge_commit_sha"]
        play.wait_for(lambda: any(sha[:7] in text for text in play.said()[1:]))
        play.wait_for(lambda: sha[:7] in play.said()[0])
