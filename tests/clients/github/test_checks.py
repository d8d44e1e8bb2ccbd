"""Why a check failed, and another try of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import respx

from bot.clients.errors import TransientError
from bot.clients.github import RepositoryClient
from bot.clients.github.job_log import cleaned, end_of_log
from bot.core.model.observations import Check, CheckFailure, CheckState
from sandbox.github import GitHub
from tests.clients.github.conftest import elsewhere

API = "https://api.github.com/repos/acme/widgets"
LOGS = f"{API}/actions/jobs/9/logs"
ELSEWHERE = "https://logs.example.net/9?sig=x"
FAILED = Check(name="test", state=CheckState.FAILED, conclusion="failure", id=9, is_actions=True)
SECRETS = [
    "ghs_" + "a" * 36,
    "ghs_12345_eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIxIn0.sig-nature_1",
    "ghp_" + "b" * 36,
    "gho_" + "c" * 36,
    "github_pat_" + "d" * 40,
    "AKIA" + "E" * 16,
    "crsr_" + "f" * 40,
    "sk-ant-" + "g" * 30,
    "xoxb-1234567890-abcdef",
    "hunter22hunter",
]


@pytest.fixture
def online(github: GitHub) -> Iterator[RepositoryClient]:
    with elsewhere(github, "https://api.github.com") as repository:
        yield repository


def annotation(line: int, level: str = "failure", **changes: Any) -> dict[str, Any]:
    said = {"path": "a.py", "start_line": line, "annotation_level": level, "message": "wrong"}
    return {**said, "title": None, **changes}


def explained(annotations: list[dict[str, Any]], **output: str | None) -> None:
    respx.get(f"{API}/check-runs/9").respond(json={"output": output})
    respx.get(f"{API}/check-runs/9/annotations").respond(json=annotations)


def test_a_failure_is_told_with_summary_annotations_and_log(online: RepositoryClient) -> None:
    notice = annotation(1, "notice", title="Note")
    explained([notice, annotation(2)], title="1 failed", summary="see below")
    respx.get(LOGS).respond(302, headers={"location": ELSEWHERE})
    text = respx.get(ELSEWHERE).respond(text="2026-11-21T10:00:00.1234567Z assert 1 == 2\n")
    assert online.check_failure(FAILED) == CheckFailure(
        name="test",
        conclusion="failure",
        summary="1 failed\n\nsee below",
        annotations=("a.py:2: wrong", "a.py:1: Note: wrong"),
        log_tail="assert 1 == 2",
    )
    assert "authorization" in respx.calls[-2].request.headers
    assert "authorization" not in text.calls.last.request.headers


def test_at_most_twenty_annotations(online: RepositoryClient) -> None:
    explained([annotation(line) for line in range(30)])
    respx.get(LOGS).respond(404)
    assert len(online.check_failure(FAILED).annotations) == 20


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_may_not_be_read_is_left_empty(online: RepositoryClient, status: int) -> None:
    refusal = {"message": "Resource not accessible by integration"}
    respx.get(f"{API}/check-runs/9").respond(403, json=refusal)
    respx.get(f"{API}/check-runs/9/annotations").respond(404, json=refusal)
    respx.get(LOGS).respond(status, json=refusal)
    assert online.check_failure(FAILED) == CheckFailure(name="test", conclusion="failure")


def test_a_log_whose_host_is_ill_is_worth_another_try(online: RepositoryClient) -> None:
    explained([])
    respx.get(LOGS).respond(302, headers={"location": ELSEWHERE})
    respx.get(ELSEWHERE).respond(503)
    with pytest.raises(TransientError):
        online.check_failure(FAILED)


def test_nothing_is_asked_about_a_status(online: RepositoryClient) -> None:
    status = Check(name="ci", state=CheckState.FAILED, conclusion="error")
    assert online.check_failure(status) == CheckFailure(name="ci", conclusion="error")


@pytest.mark.parametrize(
    ("status", "done"), [(201, True), (403, False), (404, False), (409, False), (422, False)]
)
def test_a_run_is_run_again_where_we_may(online: RepositoryClient, status: int, done: bool) -> None:
    for job in (8, 9):
        respx.get(f"{API}/actions/jobs/{job}").respond(json={"id": job, "run_id": 3})
    route = respx.post(f"{API}/actions/runs/3/rerun-failed-jobs").respond(status, json={})
    assert online.rerun_failed_jobs((8, 9)) is done
    assert route.call_count == 1


def test_a_job_that_may_not_be_read_is_not_run_again(online: RepositoryClient) -> None:
    respx.get(f"{API}/actions/jobs/9").respond(403, json={"message": "Not accessible"})
    assert online.rerun_failed_jobs((9,)) is False


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_token_is_taken_out(secret: str) -> None:
    shown = cleaned(f"sent Authorization: Bearer {secret} to it", 1000)
    assert secret not in shown
    assert shown.startswith("sent Authorization: ")
    assert shown.endswith(" to it")


@pytest.mark.parametrize("secret", SECRETS[:-1])
def test_a_token_needs_no_header_to_be_known(secret: str) -> None:
    assert cleaned(f"token={secret}\nnext", 1000) == "token=[redacted]\nnext"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m \x1b]8;;https://x\x07link\x1b]8;;\x07", "red link"),
        ("10%\r20%\r\ndone\x00", "10%\n20%\ndone"),
        ("a bearer of bad news", "a bearer of bad news"),
        ("x" * 2000, "x" * 1000),
    ],
)
def test_text_is_made_plain(text: str, shown: str) -> None:
    assert cleaned(text, 1000) == shown


def test_a_log_ends_where_it_names_its_last_error() -> None:
    lines = [f"line {number}" for number in range(200)]
    tail = end_of_log("\n".join([*lines, "##[error]exit code 1", "Post job cleanup."]))
    assert tail.splitlines() == [*lines[-79:], "##[error]exit code 1"]


def test_a_log_without_an_error_ends_at_its_end() -> None:
    assert end_of_log("\ufeff2026-11-21T10:00:00.1Z a\n2026-11-21T10:00:00Z   b\n") == "a\n  b"


def test_long_lines_are_cut_from_the_front() -> None:
    tail = end_of_log("\n".join(["x" * 5000, "y" * 5000, "end"]))
    assert len(tail) == 8000
    assert tail.endswith("end")


def test_of_a_long_log_the_end_is_kept(online: RepositoryClient) -> None:
    explained([])
    respx.get(LOGS).respond(text="first\n" + "x" * 300_000 + "\nlast\n")
    assert online.check_failure(FAILED).log_tail.endswith("\nlast")
