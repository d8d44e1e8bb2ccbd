"""Check runs and suites."""

from sandbox.clock import github_time
from sandbox.github.payloads.base import Payload, Site, app, time_or_none
from sandbox.github.payloads.commits import simple_commit
from sandbox.github.payloads.pulls import short
from sandbox.github.payloads.repositories import address, minimal, page
from sandbox.github.state import CheckRun, CheckSuite, PullRequest, Repository, node_id


def pulls_of(repository: Repository, sha: str) -> list[PullRequest]:
    """Return the open pull requests whose head is `sha`."""
    return [pull for pull in repository.pulls if pull.open and pull.head_sha == sha]


def check_run(site: Site, repository: Repository, run: CheckRun) -> Payload:
    """`check-run`."""
    url = f"{address(site, repository)}/check-runs/{run.id}"
    html = f"{page(site, repository)}/runs/{run.id}"
    return {
        "id": run.id,
        "node_id": node_id("CR", run.id),
        "name": run.name,
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": html,
        "details_url": run.details_url or html,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": github_time(run.started_at),
        "completed_at": time_or_none(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite_id},
        "app": app(site, run.app),
        "pull_requests": [short(site, pull) for pull in pulls_of(repository, run.head_sha)],
    }


def suite_state(suite: CheckSuite, runs: list[CheckRun]) -> tuple[str, str | None]:
    """Return a suite's status and conclusion, from its latest runs."""
    if suite.conclusion:
        return "completed", suite.conclusion
    current = {run.name: run for run in runs}.values()
    if suite.to_come or any(run.status != "completed" for run in current):
        return "in_progress" if runs else "queued", None
    conclusions = [run.conclusion for run in current]
    for worst in ("cancelled", "failure", "timed_out", "action_required", "stale"):
        if worst in conclusions:
            return "completed", worst
    return "completed", "success"


def pushed_branch(repository: Repository, sha: str) -> str | None:
    """Return the branch whose head that commit is, a pull request's first."""
    if pulls := pulls_of(repository, sha):
        return pulls[0].head
    git = repository.git
    return next((branch for branch in git.branches() if git.head(branch) == sha), None)


def check_suite(
    site: Site, repository: Repository, suite: CheckSuite, runs: list[CheckRun]
) -> Payload:
    """`check-suite` with its runs."""
    status, conclusion = suite_state(suite, runs)
    url = f"{address(site, repository)}/check-suites/{suite.id}"
    created = github_time(suite.created_at)
    return {
        "id": suite.id,
        "node_id": node_id("CS", suite.id),
        "head_branch": suite.branch,
        "head_sha": suite.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": url,
        "before": None,
        "after": suite.head_sha,
        "pull_requests": [short(site, pull) for pull in pulls_of(repository, suite.head_sha)],
        "app": app(site, suite.app),
        "created_at": created,
        "updated_at": created,
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": simple_commit(repository.git.commit(suite.head_sha)),
    }


def embedded_suite(
    site: Site, repository: Repository, suite: CheckSuite, runs: list[CheckRun]
) -> Payload:
    """`simple-check-suite`, as `check_run` webhooks carry it."""
    left_out = ("latest_check_runs_count", "check_runs_url", "head_commit")
    whole = check_suite(site, repository, suite, runs)
    kept = {name: value for name, value in whole.items() if name not in left_out}
    return {**kept, "repository": minimal(site, repository)}
