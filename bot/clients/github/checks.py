"""Check runs: our own, why another's failed, and another try of a job."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NotRequired, TypedDict

from bot.clients.errors import NotFound, PermanentError, Unauthorized
from bot.clients.github.api import Api
from bot.clients.github.job_log import cleaned, end_of_log
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import Check, CheckFailure

_CHECK_RUNS = "/repos/{owner}/{repo}/check-runs"
_CHECK_RUN = f"{_CHECK_RUNS}/{{check_run_id}}"
_JOB = "/repos/{owner}/{repo}/actions/jobs/{job_id}"
_RUN = "/repos/{owner}/{repo}/actions/runs/{run_id}"
_REFUSALS = (403, 404, 409, 422)
_LOG_BYTES = 256 * 1024
_MAX_ANNOTATIONS = 20
_ANNOTATION_CHARACTERS = 500
_SUMMARY_CHARACTERS = 4000


class CheckAction(TypedDict):
    """A button on a completed check run: at most 20, 40 and 20 characters."""

    label: str
    description: str
    identifier: str


class CheckOutput(TypedDict):
    """What a check run shows. A `conclusion` belongs to `completed` alone; at most 3 actions."""

    name: str
    status: Literal["queued", "in_progress", "completed"]
    conclusion: str | None
    title: str
    summary: str
    actions: NotRequired[list[CheckAction]]


class CheckRoutes:
    """What Orchestra does with check runs."""

    _api: Api

    def create_check(self, sha: CommitSha, content: CheckOutput) -> int:
        """Create a check run and return its id. POST /repos/{owner}/{repo}/check-runs."""
        json = {"head_sha": sha, **_check_body(content)}
        check_run_id: int = self._api.call(f"POST {_CHECK_RUNS}", json=json)["id"]
        return check_run_id

    def find_check(self, sha: CommitSha, name: str, app_id: int) -> int | None:
        """Find the App's newest run of that name on the commit. GET …/commits/{ref}/check-runs."""
        params = {"check_name": name, "app_id": app_id, "filter": "latest"}
        route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs"
        runs = self._api.call(route, ref=sha, params=params)["check_runs"]
        return max((run["id"] for run in runs), default=None)

    def update_check(self, check_run_id: int, content: CheckOutput) -> None:
        """Show something else. PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}."""
        route = f"PATCH {_CHECK_RUN}"
        self._api.call(route, check_run_id=check_run_id, json=_check_body(content))

    def check_failure(self, check: Check) -> CheckFailure:
        """Return what the check says about itself, for an agent: nothing that looks like a token.

        GET …/check-runs/{check_run_id}, GET …/annotations (at most 20, failures first) and, of
        GitHub Actions, GET …/actions/jobs/{job_id}/logs. What is not there or not ours to read
        is left empty.
        """
        if check.id is None:
            return CheckFailure(name=check.name, conclusion=check.conclusion)
        return CheckFailure(
            name=check.name,
            conclusion=check.conclusion,
            summary=_summary(self._api, check.id),
            annotations=_annotations(self._api, check.id),
            log_tail=_log_tail(self._api, check.id) if check.is_actions else "",
        )

    def rerun_failed_jobs(self, job_ids: Iterable[int]) -> bool:
        """Run again what failed in these jobs' runs; False where that is not for us to do.

        GET …/actions/jobs/{job_id} and, once for each run, POST …/runs/{run_id}/rerun-failed-jobs,
        which takes the permission `actions: write` and a run that has ended.
        """
        jobs = [self._api.answer(f"GET {_JOB}", job_id=one, accept=_REFUSALS) for one in job_ids]
        runs = dict.fromkeys(job.body["run_id"] for job in jobs if job.status == 200)
        route = f"POST {_RUN}/rerun-failed-jobs"
        answers = [self._api.answer(route, run_id=run, accept=_REFUSALS) for run in runs]
        return any(answer.status not in _REFUSALS for answer in answers)

    def rerun_workflows(self, run_ids: Iterable[int]) -> bool:
        """Run these workflow runs again as a whole; False where that is not for us to do.

        POST …/actions/runs/{run_id}/rerun, which takes `actions: write` and a run that has ended.
        """
        route = f"POST {_RUN}/rerun"
        answers = [self._api.answer(route, run_id=run, accept=_REFUSALS) for run in run_ids]
        return any(answer.status not in _REFUSALS for answer in answers)


def _summary(api: Api, check_run_id: int) -> str:
    answer = api.answer(f"GET {_CHECK_RUN}", check_run_id=check_run_id, accept=(403, 404))
    output = answer.body.get("output") or {}
    said = [output.get(part) or "" for part in ("title", "summary")]
    return cleaned("\n\n".join(filter(None, said)), _SUMMARY_CHARACTERS)


def _annotations(api: Api, check_run_id: int) -> tuple[str, ...]:
    route = f"GET {_CHECK_RUN}/annotations"
    answer = api.answer(
        route, check_run_id=check_run_id, params={"per_page": 100}, accept=(403, 404)
    )
    found = answer.body if answer.status == 200 else []
    # The sort keeps the order of those that are alike.
    ranked = sorted(found, key=lambda one: one["annotation_level"] != "failure")
    return tuple(_lines(ranked))[:_MAX_ANNOTATIONS]


def _lines(annotations: list[dict[str, Any]]) -> Iterator[str]:
    for one in annotations:
        said = ": ".join(filter(None, (one.get("title"), one.get("message"))))
        yield cleaned(f"{one['path']}:{one['start_line']}: {said}", _ANNOTATION_CHARACTERS)


def _log_tail(api: Api, job_id: int) -> str:
    """GitHub answers with a redirect; the text is gone after the repository's time for logs."""
    try:
        end = api.text_end(f"GET {_JOB}/logs", _LOG_BYTES, job_id=job_id)
    except NotFound:
        return ""
    except PermanentError as error:
        if error.status != 403 or isinstance(error, Unauthorized):
            raise
        return ""
    return end_of_log(end.decode(errors="replace"))


def _check_body(content: CheckOutput) -> dict[str, object]:
    body: dict[str, object] = {
        "name": content["name"],
        "status": content["status"],
        "output": {"title": content["title"], "summary": content["summary"]},
        "actions": content.get("actions", []),
    }
    if content["conclusion"] is not None:
        body["conclusion"] = content["conclusion"]
    return body
