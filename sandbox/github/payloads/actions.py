"""Jobs of GitHub Actions."""

from sandbox.clock import github_time
from sandbox.github.payloads.base import Payload, Site, time_or_none
from sandbox.github.payloads.repositories import address, page
from sandbox.github.state import CheckRun, Repository, node_id


def job(site: Site, repository: Repository, run: CheckRun) -> Payload:
    """`job`; its number is the check run's, its run's that of the suite."""
    api, suite = address(site, repository), repository.check_suites[run.suite_id]
    started = github_time(run.started_at)
    runner = dict.fromkeys(("runner_id", "runner_name", "runner_group_id", "runner_group_name"))
    return {
        "id": run.id,
        "run_id": run.suite_id,
        "run_url": f"{api}/actions/runs/{run.suite_id}",
        "node_id": node_id("CR", run.id),
        "head_sha": run.head_sha,
        "url": f"{api}/actions/jobs/{run.id}",
        "html_url": f"{page(site, repository)}/actions/runs/{run.suite_id}/job/{run.id}",
        "status": run.status,
        "conclusion": run.conclusion,
        "created_at": started,
        "started_at": started,
        "completed_at": time_or_none(run.completed_at),
        "name": run.name,
        "steps": [],
        "check_run_url": f"{api}/check-runs/{run.id}",
        "labels": ["ubuntu-latest"],
        **runner,
        "workflow_name": suite.workflow.name if suite.workflow else None,
        "head_branch": suite.branch,
    }
