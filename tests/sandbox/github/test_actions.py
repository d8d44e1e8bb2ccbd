"""Jobs: their logs, annotations and reruns; checks that a file decides."""

from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import CheckScript, GitHub
from sandbox.github.wire.credentials import issue_token
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch, wait

NOTE: dict[str, Any] = {
    "path": "x.txt",
    "start_line": 1,
    "end_line": 1,
    "annotation_level": "failure",
    "message": "wrong",
}


def conclusions(github: GitHub, sha: str) -> list[str | None]:
    runs = github.repository(REPO).check_runs.values()
    return [run.conclusion for run in runs if run.head_sha == sha]


def only_run(github: GitHub) -> int:
    [number] = github.repository(REPO).check_runs
    return number


def test_a_flaky_job_passes_when_run_again(github: GitHub, app: Person, clock: Clock) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript(flaky=True)}
    pull = opened_pull(github, "x")
    wait(github, clock)
    number = only_run(github)
    assert conclusions(github, pull.head_sha) == ["failure"]
    assert app.send("POST", f"/actions/jobs/{number}/rerun").status_code == 201
    wait(github, clock)
    assert conclusions(github, pull.head_sha) == ["failure", "success"]
    latest = app.send("GET", f"/commits/{pull.head_sha}/check-runs").json()["check_runs"]
    assert [(one["conclusion"], one["app"]["slug"]) for one in latest] == [
        ("success", "github-actions")
    ]
    sha = pushed_branch(github, "x", {"x.txt": "2\n"})
    wait(github, clock)
    assert conclusions(github, sha) == ["failure"]
    github.rerun_job(REPO, max(github.repository(REPO).check_runs))
    wait(github, clock)
    assert conclusions(github, sha) == ["failure", "success"]


def test_rerun_all_that_failed(github: GitHub, app: Person, clock: Clock) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript(flaky=True), "lint": CheckScript()}
    pull = opened_pull(github, "x")
    wait(github, clock)
    job = app.send("GET", f"/actions/jobs/{min(github.repository(REPO).check_runs)}").json()
    assert (job["name"], job["conclusion"], job["head_branch"]) == ("test", "failure", "x")
    path = f"/actions/runs/{job['run_id']}/rerun-failed-jobs"
    assert app.send("POST", path).status_code == 201
    wait(github, clock)
    assert conclusions(github, pull.head_sha) == ["failure", "success", "success"]
    assert app.send("POST", "/actions/runs/1/rerun-failed-jobs").status_code == 404


def test_log_and_annotations(github: GitHub, app: Person, clock: Clock) -> None:
    script = CheckScript("failure", log="line 1\nline 2\n", annotations=[NOTE])
    github.repository(REPO).ci.checks = {"test": script}
    opened_pull(github, "x")
    number = only_run(github)
    assert app.send("GET", f"/actions/jobs/{number}/logs").status_code == 404
    assert app.send("POST", f"/actions/jobs/{number}/rerun").status_code == 403
    wait(github, clock)
    [note] = app.send("GET", f"/check-runs/{number}/annotations").json()
    assert (note["path"], note["start_line"], note["message"]) == ("x.txt", 1, "wrong")
    answer = app.send("GET", f"/actions/jobs/{number}/logs")
    assert answer.status_code == 302
    address = answer.headers["location"].removeprefix(github.url)
    asked = len(github.ledger.entries)
    log = Person(github, "").send("GET", f"/{address}")
    assert (log.status_code, log.text) == (200, "line 1\nline 2\n")
    assert len(github.ledger.entries) == asked
    assert app.send("GET", f"/{address}0").status_code == 403
    wait(github, clock, 61)
    assert app.send("GET", f"/{address}").status_code == 403


def test_only_jobs_of_actions(github: GitHub, app: Person) -> None:
    sha = github.repository(REPO).git.head("main")
    run = app.send("POST", "/check-runs", {"name": "mine", "head_sha": sha}).json()["id"]
    assert app.send("GET", f"/actions/jobs/{run}/logs").status_code == 404
    assert app.send("POST", f"/actions/jobs/{run}/rerun").status_code == 404


def test_permissions(github: GitHub, clock: Clock) -> None:
    github.register_app({"default_permissions": {"actions": "read", "checks": "read"}})
    app = Person(github, f"Bearer {issue_token(github, github.install('acme'), {}).text}")
    github.repository(REPO).ci.checks = {"test": CheckScript()}
    opened_pull(github, "x")
    wait(github, clock)
    number = only_run(github)
    assert app.send("GET", f"/actions/jobs/{number}/logs").status_code == 302
    assert app.send("POST", f"/actions/jobs/{number}/rerun").status_code == 403


@pytest.mark.parametrize("as_status", [False, True])
def test_red_while_a_file_says_so(
    github: GitHub, app: Person, clock: Clock, as_status: bool
) -> None:
    script = CheckScript(fails_while=("widget.py", "bug"), as_status=as_status)
    github.repository(REPO).ci.checks = {"test": script}

    def state(ref: str) -> str:
        wait(github, clock)
        if as_status:
            return str(app.send("GET", f"/commits/{ref}/status").json()["state"])
        [run] = app.send("GET", f"/commits/{ref}/check-runs").json()["check_runs"]
        return str(run["conclusion"])

    opened_pull(github, "x", files={"widget.py": "bug\n"})
    assert state("x") == "failure"
    pushed_branch(github, "x", {"widget.py": "fixed\n"})
    assert state("x") == "success"
    github.run_checks(REPO)
    assert state("main") == "success"
    github.commit_files(REPO, "main", {"widget.py": "bug\n"}, "Break", "bob")
    assert state("main") == "failure"
    github.commit_files(REPO, "main", {"widget.py": None}, "Mend", "bob")
    assert state("main") == "success"
