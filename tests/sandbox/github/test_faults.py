"""Ordered faults: wrong answers, limits, lost connections."""

import httpx
import pytest

from sandbox.github import Fault, GitHub, rate_limited
from tests.sandbox.github.tour import REPO, Person

CREATE = r"POST /repos/\{owner\}/\{repo\}/issues$"


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        (Fault(CREATE, status=502), 502, ("retry-after", None)),
        (rate_limited(CREATE, retry_after=7), 403, ("retry-after", "7")),
        (rate_limited(CREATE, status=429, reset=99), 429, ("x-ratelimit-reset", "99")),
    ],
)
def test_answers(
    github: GitHub, alice: Person, fault: Fault, status: int, header: tuple[str, str | None]
) -> None:
    github.faults.add(fault)
    first = alice.send("POST", "/issues", {"title": "t"})
    assert (first.status_code, first.headers.get(header[0])) == (status, header[1])
    assert alice.send("POST", "/issues", {"title": "t"}).status_code == 201
    assert len(github.repository(REPO).issues) == 1


@pytest.mark.parametrize(("action", "issues"), [("drop_before", 0), ("drop_after", 1)])
def test_lost_connections(github: GitHub, url: str, action: str, issues: int) -> None:
    github.faults.add(Fault("POST .*/issues", action))  # type: ignore[arg-type]
    headers = {"authorization": "Bearer ghp_alice"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(f"/repos/{REPO}/issues", json={"title": "t"})
        assert http.get(f"/repos/{REPO}/issues").status_code == 200
    assert len(github.repository(REPO).issues) == issues
    created = github.ledger.of_kind("POST /repos/{owner}/{repo}/issues")
    assert len(created) == issues


def test_delay_then_handled(github: GitHub, alice: Person) -> None:
    github.faults.add(Fault("GET /repos", "delay", seconds=0.001, times=2))
    assert alice.send("GET", "").status_code == 200
    assert len(github.faults.waiting) == 1
