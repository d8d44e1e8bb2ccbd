"""Checks, statuses and buttons."""

from typing import Any

from sandbox.github.operations import checks, ci, suites
from sandbox.github.state import CheckRun, Status
from sandbox.github.state.world import World


class CheckActs(World):
    """What the CI reports, and what people press."""

    def set_check_run(
        self,
        full_name: str,
        sha: str,
        name: str,
        *,
        workflow: str = suites.CI,
        event: str | None = None,
        **data: Any,
    ) -> CheckRun:
        """Create, or update, the CI's check run `name` on `sha` with a REST body's fields."""
        with self.lock:
            repository = self.repository(full_name)
            number = None if suites.suites_on(repository, sha) else self.new_id()
            suite = suites.suite_of(
                self, repository, self.ci_app, sha, workflow=workflow, event=event
            )
            for run in suites.latest(suites.suite_runs(repository, suite)):
                if run.name == name:
                    checks.update(self, repository, run, data)
                    return run
            whole = {"name": name, "head_sha": sha, **data}
            return checks.create(self, repository, self.ci_app, whole, suite, number=number)

    def conclude_suite(
        self, full_name: str, sha: str, conclusion: str | None, *, workflow: str = suites.CI
    ) -> None:
        """End a workflow's run on `sha` whatever its jobs came to; None lets them tell again."""
        with self.lock:
            repository = self.repository(full_name)
            suite = suites.suite_of(self, repository, self.ci_app, sha, workflow=workflow)
            suite.conclusion = conclusion
            checks.announce_completed(self, repository, suite)

    def set_status(self, full_name: str, sha: str, context: str, state: str) -> Status:
        """Add a commit status by the CI."""
        with self.lock:
            data = {"context": context, "state": state}
            repository = self.repository(full_name)
            return checks.set_status(self, repository, sha, self.ci_app.bot, data)

    def press_button(
        self, full_name: str, check_run_id: int, identifier: str | None, *, by: str
    ) -> None:
        """Press a check run's action button; None is Re-run."""
        with self.lock:
            repository = self.repository(full_name)
            run = checks.find(repository, check_run_id)
            checks.press(self, repository, run, self.user(by), identifier)

    def rerun_job(self, full_name: str, check_run_id: int) -> None:
        """Run a job of GitHub Actions again."""
        with self.lock:
            repository = self.repository(full_name)
            ci.rerun(self, repository, checks.find(repository, check_run_id))

    def run_checks(self, full_name: str, branch: str | None = None) -> None:
        """Run the default branch's checks on its head, as a push to it would.

        A branch's first commits are older than the scripts of its checks.
        """
        with self.lock:
            repository = self.repository(full_name)
            name = branch or repository.default_branch
            sha = repository.git.head(name)
            assert sha is not None, f"there is no branch {name}"
            ci.pushed(self, repository, name, sha)
