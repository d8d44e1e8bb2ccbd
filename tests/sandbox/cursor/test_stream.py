from typing import Literal

import pytest
from starlette.testclient import TestClient

from sandbox.clock import Clock
from sandbox.cursor import AgentScript, Cursor, stream_expired
from tests.sandbox.cursor.test_v1 import AGENT, launch

KIND = "GET /v1/agents/{id}/runs/{run}/stream"
Stream = Literal["normal", "unavailable", "unavailable_in_band", "cut"]


def names(text: str) -> list[str]:
    return [line.removeprefix("event: ") for line in text.split("\n") if "event: " in line]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        ("normal", ["status", "assistant", "status", "result", "done"]),
        ("cut", ["status"]),
    ],
)
def test_events_of_a_run(
    cursor: Cursor, http: TestClient, clock: Clock, stream: Stream, events: list[str]
) -> None:
    cursor.plan(AgentScript(stream=stream))
    run_id = launch(http)["run"]["id"]
    clock.advance(4)
    answer = http.get(f"/v1/agents/{AGENT}/runs/{run_id}/stream")
    assert names(answer.text) == events
    assert answer.headers["X-Cursor-Stream-Retention-Seconds"] == "86400"


def test_status_has_no_id_and_result_shares_its_own_with_done(
    http: TestClient, clock: Clock
) -> None:
    run_id = launch(http)["run"]["id"]
    clock.advance(4)
    text = http.get(f"/v1/agents/{AGENT}/runs/{run_id}/stream").text
    ids = [block.startswith("id: ") for block in text.strip().split("\n\n")]
    assert ids == [False, True, False, True, True]
    first = text.split("id: ")[1].split("\n")[0]
    path = f"/v1/agents/{AGENT}/runs/{run_id}/stream"
    resumed = http.get(path, headers={"Last-Event-ID": first})
    assert names(resumed.text) == ["status", "status", "result", "done"]
    foreign = http.get(path, headers={"Last-Event-ID": "1-1"})
    assert foreign.json()["error"]["code"] == "invalid_last_event_id"


def test_a_cancelled_run_says_finished_then_cancelled(http: TestClient) -> None:
    run_id = launch(http)["run"]["id"]
    http.post(f"/v1/agents/{AGENT}/runs/{run_id}/cancel")
    text = http.get(f"/v1/agents/{AGENT}/runs/{run_id}/stream").text
    assert '"status": "FINISHED"}' in text
    assert '"status": "CANCELLED", "git"' in text


def test_right_after_the_launch_it_may_not_exist(cursor: Cursor, http: TestClient) -> None:
    cursor.plan(AgentScript(stream="unavailable"))
    path = f"/v1/agents/{AGENT}/runs/{launch(http)['run']['id']}/stream"
    refused = http.get(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "stream_unavailable")


def test_or_it_says_so_in_band(cursor: Cursor, http: TestClient) -> None:
    cursor.plan(AgentScript(stream="unavailable_in_band"))
    path = f"/v1/agents/{AGENT}/runs/{launch(http)['run']['id']}/stream"
    answer = http.get(path)
    assert (answer.status_code, names(answer.text)) == (200, ["error"])


def test_it_may_be_past_its_retention(cursor: Cursor, http: TestClient) -> None:
    cursor.fail(KIND, stream_expired())
    path = f"/v1/agents/{AGENT}/runs/{launch(http)['run']['id']}/stream"
    assert http.get(path).json()["error"]["code"] == "stream_expired"
