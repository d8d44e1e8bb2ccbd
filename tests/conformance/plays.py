"""Epics played to have traffic: between them they make every kind of request the product makes."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules, CheckScript, MergeQueue
from sandbox.github.state.faults import Fault
from sandbox.ledger import Entry
from sandbox.webhooks import Webhook
from tests.databases import fresh_database
from tests.fakes import Fakes, fakes
from tests.harness import REPOSITORY, Story, run_story

THREE = "Make it so.\n\n- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing\n"
TWO = "- [ ] First thing\n- [ ] Second thing\n"
ONE = "- [ ] Only thing\n"
HOUR = 3600
SETTINGS_FILE = ".github/orchestra.yml"
LOG = "Run pytest\nE   NameError\n"
ANNOTATION = {
    "path": "widgets.py",
    "start_line": 1,
    "end_line": 1,
    "annotation_level": "failure",
    "message": "NameError",
}
NO_SUCH_ROUTE = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}


@dataclass
class Traffic:
    """What went to GitHub and what came from it."""

    entries: list[Entry] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)


def recorded() -> Traffic:
    """Play everything on SQLite."""
    traffic = Traffic()
    with tempfile.TemporaryDirectory(prefix="c-") as place, fakes(Path(place)) as near:
        for version, play in PLAYS:
            _record(near, version, play, traffic)
    return traffic


def _record(near: Fakes, version: str, play: Callable[[Story], None], into: Traffic) -> None:
    with _story(near, version) as story:

        def keep(webhook: Webhook) -> bool:
            into.webhooks.append(webhook)
            return False

        story.lose = keep
        play(story)
        story.rest()
        into.entries += story.github.ledger.entries
    into.webhooks[:] = [one for one in into.webhooks if "X-GitHub-Event" in one.headers]


@contextmanager
def _story(near: Fakes, version: str) -> Iterator[Story]:
    with (
        tempfile.TemporaryDirectory(prefix="c-") as directory,
        fresh_database("sqlite") as database,
        run_story(near, database, Path(directory), version=version) as story,
    ):
        # What is said is of no interest here, only how.
        story.expects_readers = False
        yield story


def the_whole_way(story: Story) -> None:
    """An agent that fails, a check that stays red, pause and resume, other people, the end."""
    story.cursor.plan(AgentScript(outcome="ERROR", no_commits=True), "First thing")
    story.start(THREE)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED))
    story.comment("/orchestra pause")
    story.settle()
    story.comment("/orchestra resume")
    checks = story.github.repository(REPOSITORY).ci.checks
    checks["test"] = CheckScript(after=0.5, conclusion="failure")
    story.wait_for(story.task_is(2, TaskStatus.FAILED), most=HOUR)
    checks["test"] = CheckScript(after=0.5)
    story.comment("/orchestra status")
    story.comment("/orchestra strat", by="mallory")
    story.comment("/orchestra retry 2")
    story.wait_for(story.has(EpicStatus.COMPLETED))


def with_mishaps(story: Story) -> None:
    """No label, nobody's checks, answers lost, and a GitHub without the asynchronous merge."""
    repository = story.github.repository(REPOSITORY)
    repository.rules.clear()
    repository.ci.checks.clear()
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    story.github.faults.add(Fault(r"POST .*/issues/\d+/comments", "drop_after"))
    story.github.faults.add(Fault(r"PUT .*/merge-async", status=404, body=NO_SUCH_ROUTE))
    story.github.faults.add(Fault(r"PUT .*/merge$", "drop_after"))
    story.comment("/orchestra start base=main")
    story.wait_for(story.has(EpicStatus.COMPLETED))


def slowly_merged(story: Story) -> None:
    """A merge whose webhook is lost: its result has to be asked for."""
    story.github.merge_async_delay = 5.0
    keep = story.lose
    story.lose = lambda webhook: keep(webhook) or b'"merged":true' in webhook.body
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.COMPLETED))


def reviewed(story: Story) -> None:
    """A reviewer's comment on a line, the agent's answer, and the approval it needs."""
    _settings(story, "merge: {when: approved}\n")
    _writes(story, "grey\n", "red\n")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    pull = story.pull()
    comments = [("widgets.py", 1, "Why grey?")]
    story.github.review(
        REPOSITORY, pull.number, "REQUEST_CHANGES", "Nearly.", by="ada", comments=comments
    )
    story.wait_for(lambda: any(len(thread.comments) > 1 for thread in pull.threads))
    story.github.review(REPOSITORY, pull.number, "APPROVE", by="ada")
    story.wait_for(story.has(EpicStatus.COMPLETED))


def red_checks(story: Story) -> None:
    """A job that fails, is run again, and is mended; then a conflict that is resolved."""
    checks = story.github.repository(REPOSITORY).ci.checks
    checks["test"] = CheckScript(
        fails_while=("widgets.py", "grey"), log=LOG, annotations=[ANNOTATION]
    )
    _writes(story, "grey\n", "red\n", "blue\n")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    red = story.pull().head_sha
    story.wait_for(lambda: story.pull().head_sha != red, most=HOUR)
    _settings(story, "labels: {state: true}\n", **{"widgets.py": "blue\n"})
    story.wait_for(story.has(EpicStatus.COMPLETED), most=HOUR)


def on_a_branch_of_its_own(story: Story) -> None:
    """Tasks go to the epic's branch, which a person lets into the default branch."""
    _settings(story, 'base_branch: "epic/{number}"\n')
    story.start(ONE)
    final = "epic/1"

    def is_open() -> bool:
        pulls = story.github.repository(REPOSITORY).pulls
        return any(pull.head == final for pull in pulls)

    story.wait_for(is_open, most=HOUR)
    number = story.github.repository(REPOSITORY).pulls[-1].number
    story.github.review(REPOSITORY, number, "APPROVE", by="ada")
    story.wait_for(story.has(EpicStatus.COMPLETED))


def left_to_github(story: Story) -> None:
    """A closing keyword, a restart, auto-merge, the merge queue, and a red base with its revert."""
    rules = story.github.repository(REPOSITORY).rules
    rules["main"] = BranchRules(required_checks=["test"], other=["required_signatures"])
    story.github.change_settings(REPOSITORY, allow_auto_merge=True)
    story.github.team("acme", "core", ["ada"])
    _settings(story, "permissions: {command: [acme/core]}\n")
    story.cursor.plan(AgentScript(summary="Closes #1"), "First thing")
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait_for(lambda: story.pull().auto_merge is not None)
    story.comment("/orchestra pause")
    story.settle()
    rules["main"] = BranchRules(required_checks=["test"], merge_queue=MergeQueue(after=60))
    story.comment("/orchestra resume")
    story.wait_for(lambda: bool(story.github.repository(REPOSITORY).queue))
    story.comment("/orchestra restart 1")
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED))
    head = story.github.repository(REPOSITORY).git.head("main") or ""
    for conclusion in ("failure", "success"):
        story.github.set_check_run(
            REPOSITORY, head, "test", status="completed", conclusion=conclusion
        )
        story.wait(60)
    story.wait_for(story.has(EpicStatus.COMPLETED))


def _settings(story: Story, text: str, **files: str) -> None:
    written = {SETTINGS_FILE: text, **files}
    story.github.commit_files(REPOSITORY, "main", written, "Settings", "ada")


def _writes(story: Story, text: str, *later: str) -> None:
    """Have the task's agent write that, and the next each time it is sent back."""
    turns = tuple(AgentScript(commits=({"widgets.py": one},)) for one in later)
    story.cursor.plan(AgentScript(commits=({"widgets.py": text},), follow_ups=turns), "Only thing")


PLAYS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("v0", the_whole_way),
    ("v0", with_mishaps),
    ("v1", slowly_merged),
    ("v0", reviewed),
    ("v0", red_checks),
    ("v1", on_a_branch_of_its_own),
    ("v0", left_to_github),
)
