"""A worker that stands still past its claim, as one stopped by SIGSTOP, and then continues.

Meanwhile the epic is cancelled, and another worker settles what was sent.
"""

from collections.abc import Callable
from contextvars import Context
from typing import Any

import httpx
import pytest

from bot.clients import guard
from bot.clients.github import transport
from bot.core.model.identifiers import EpicStatus, TaskStatus
from tests.harness import Story
from tests.stories.agents import ONE, agents, pulls

# Past the claim and the time in which what was sent is settled, and then some.
STANDSTILL = 400.0


class Sleeper:
    """Stands still once at a request, while `meanwhile` happens."""

    def __init__(
        self, is_it: Callable[[httpx.Request], bool], meanwhile: Callable[[], None]
    ) -> None:
        self.is_it, self.meanwhile = is_it, meanwhile
        self.stood_still = False

    def __call__(self, request: httpx.Request) -> None:
        if not self.stood_still and self.is_it(request):
            self.stood_still = True
            # As in another process: nothing of the stopped one's surroundings.
            Context().run(self.meanwhile)


def is_merge(request: httpx.Request) -> bool:
    return request.method == "PUT" and "/merge" in request.url.path


def is_launch(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path == "/v0/agents"


def cancelled_meanwhile(story: Story) -> Callable[[], None]:
    """The epic is cancelled, and everything that is left of it settled by another worker."""

    def meanwhile() -> None:
        story.comment("/orchestra cancel")
        story.settle()
        for _ in range(4):
            story.pass_time(STANDSTILL / 4)
            story.settle()
        assert story.epic().status is EpicStatus.CANCELLED

    return meanwhile


def at_the_socket(owner: Any, name: str, sleeper: Sleeper) -> None:
    """Have it stand still after the last look at its claim."""
    real = getattr(owner, name)

    def handle_request(request: httpx.Request) -> httpx.Response:
        sleeper(request)
        found: httpx.Response = real(request)
        return found

    setattr(owner, name, handle_request)


def test_a_merge_after_a_settled_cancel_is_recorded_and_said(story: Story) -> None:
    sleeper = Sleeper(is_merge, cancelled_meanwhile(story))
    pool: Any = story.services.github._transport
    at_the_socket(pool._pool._inner, "handle_request", sleeper)
    story.start(ONE)
    story.wait_for(lambda: sleeper.stood_still)
    story.rest()
    (pull,) = pulls(story)
    task = story.epic().tasks[0]
    assert sleeper.stood_still
    assert pull.merged_at is not None
    assert (task.status, task.merge_sha) == (TaskStatus.COMPLETED, pull.merge_sha)
    assert "merged" in story.progress()


def test_nothing_is_merged_once_the_claim_has_run_out(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = Sleeper(is_merge, cancelled_meanwhile(story))
    real = transport.SharedTransport.handle_request

    def handle_request(self: Any, request: httpx.Request) -> httpx.Response:
        if is_merge(request) and not sleeper.stood_still:
            _age_the_lease(STANDSTILL)
        sleeper(request)
        return real(self, request)

    monkeypatch.setattr(transport.SharedTransport, "handle_request", handle_request)
    story.start(ONE)
    story.wait_for(lambda: sleeper.stood_still)
    story.rest()
    assert sleeper.stood_still
    assert [pull.merged_at for pull in pulls(story)] == [None]
    assert story.epic().tasks[0].status is TaskStatus.CANCELLED


def test_an_agent_launched_after_a_settled_cancel_is_stopped(story: Story) -> None:
    sleeper = Sleeper(is_launch, cancelled_meanwhile(story))
    pool: Any = story.services.agents_http
    at_the_socket(pool._transport._inner, "handle_request", sleeper)
    story.start(ONE)
    story.wait(60)
    assert sleeper.stood_still
    assert [one.latest.status for one in agents(story)] == ["CANCELLED"]
    assert story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop")
    assert pulls(story) == []


def _age_the_lease(seconds: float) -> None:
    """Let this process's own clock go on as well, by which the claim is judged."""
    before_request: Any = guard._before_request.get()
    before_request.__self__.since -= seconds
