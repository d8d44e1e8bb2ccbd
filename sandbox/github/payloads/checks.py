"""Check runs and suites."""

from sandbox.clock import github_time
from sandbox.github.payloads.base import Payload, Site, app, time_or_none
from sandbox.github.payloads.commits import simple_commit
from sandbox.github.payloads.pulls import short
from sandbox.github.payloads.repositories import address, minimal, page
from sandbox.github.state import CheckRun, PullRequest, Repository, node_id


def pulls_of(repository: Repository, sha: str) -> list[PullRequest]:
    """The open pull requests whose head is `sha`."""
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


def suite_state(runs: list[CheckRun]) -> tuple[str, str | None]:
    """A suite's status and conclusion from its runs."""
    if any(run.status != "completed" for run in runs):
        return "in_progress", None
    passing = {"success", "neutral", "skipped"}
    worst = next((run.conclusion for run in runs if run.conclusion not in passing), "success")
    return "completed", worst


def pushed_branch(repository: Repository, sha: str) -> str | None:
    """The branch whose head that commit is, a pull request's first."""
    if pulls := pulls_of(repository, sha):
        return pulls[0].head
    git = repository.git
    return next((branch for branch in git.branches() if git.head(branch) == sha), None)


def check_suite(site: Site, repository: Repository, runs: list[CheckRun]) -> Payload:
    """`check-suite` of one App's runs on one SHA."""
    first = runs[0]
    status, conclusion = suite_state(runs)
    url = f"{address(site, repository)}/check-suites/{first.suite_id}"
    pulls = pulls_of(repository, first.head_sha)
    created = github_time(first.started_at)
    return {
        "id": first.suite_id,
        "node_id": node_id("CS", first.suite_id),
        "head_branch": pushed_branch(repository, first.head_sha),
        "head_sha": first.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": url,
        "before": None,
        "after": first.head_sha,
        "pull_requests": [short(site, pull) for pull in pulls],
        "app": app(site, first.app),
        "created_at": created,
        "updated_at": created,
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": simple_commit(repository.git.commit(first.head_sha)),
    }


def embedded_suite(site: Site, repository: Repository, runs: list[CheckRun]) -> Payload:
    """`simple-check-suite`, as `check_run` webhooks carry it."""
    left_out = ("latest_check_runs_count", "check_runs_url", "head_commit")
    whole = check_suite(site, repository, runs)
    kept = {name: value for name, value in whole.items() if name not in left_out}
    return {**kept, "repository": minimal(site, repository)}
