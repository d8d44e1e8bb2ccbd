"""Stories: signed webhooks into the real app, the real jobs in this process, and fakes of
GitHub and Cursor on loopback. A person's acts and the passing of time are all that a test says."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from rq import Queue
from starlette.testclient import TestClient

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.services import Services
from bot.web.app import WebDependencies, create_app
from jobs import wiring
from jobs.engine import clock as clocks
from jobs.engine import worker as workers
from jobs.engine.queue import QUEUES
from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.cursor import Cursor
from sandbox.github import BranchRules, CheckScript, Comment, GitHub, Issue, PullRequest
from sandbox.ledger import Entry
from sandbox.llm import LanguageModel
from sandbox.webhooks import Webhook
from storage import due, epics
from storage.database import Database
from storage.tables import effects as effect_rows
from tests.fakes import APP_URL, GITHUB_SECRET, MASTER_SECRET, Fakes, services_of

REPOSITORY = "acme/widgets"
BODY = "Make it so.\n\n- [ ] First thing\n- [ ] Second thing\n"
# What every epic shows and says of its pauses and its end, and what a command is answered.
UNREMARKABLE = ("progress", "paused", "ended", "answer")
MAX_ROUNDS = 400
REST_SECONDS = 15.0
MAX_RESTS = 8
POLL_SECONDS = 10.0


@cache
def manifest() -> dict[str, Any]:
    """The App as it is registered."""
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent.parent / "app.yml").read_text(encoding="utf-8")
    )
    return found


def call_jobs(services: Services) -> None:
    """Call every queued job, as the worker does but for RQ's account of it, which takes longer."""
    wiring.use(services)
    queues, redis = _queues(services), services.redis
    while found := Queue.dequeue_any(queues, timeout=None, connection=redis):
        job, _ = found
        redis.delete(job.key)
        job.func(*job.args)


async def _post(app: Any, webhooks: list[Webhook]) -> list[int]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        answers = await asyncio.gather(
            *(client.post(one.url, content=one.body, headers=one.headers) for one in webhooks)
        )
    return [answer.status_code for answer in answers]


def _queues(services: Services) -> list[Queue]:
    return [Queue(name, connection=services.redis) for name in QUEUES]


@dataclass
class Story:
    """One test's world, and the product in it."""

    github: GitHub
    cursor: Cursor
    clock: Clock
    services: Services
    client: TestClient
    llm: LanguageModel
    issue: int = 0
    home: str = REPOSITORY
    lose: Callable[[Webhook], bool] = field(default=lambda _: False)
    expects_open_ends: bool = False
    expects_readers: bool = True
    working: Callable[[], AbstractContextManager[None]] = nullcontext
    do_jobs: Callable[[Services], None] = call_jobs
    read: set[int] = field(default_factory=set)

    # What people do.

    def open_epic(self, body: str = BODY, *, by: str = "ada", title: str = "Widgets 2.0") -> int:
        """Open an issue and put the label on it."""
        self.issue = self.github.open_issue(self.home, title, body, by=by).number
        self.github.label(self.home, self.issue, "orchestra", by=by)
        return self.issue

    def comment(self, text: str, *, by: str = "ada", on: int | None = None) -> Any:
        """Comment on the epic, or on the pull request `on`."""
        return self.github.comment(self.home, on or self.issue, text, by=by)

    def start(self, body: str = BODY) -> None:
        """Open an epic, start it, and let everything happen that takes no time."""
        self.open_epic(body)
        self.settle()
        self.comment("/orchestra start")
        self.settle()

    # What happens.

    def settle(self) -> None:
        """Deliver webhooks and work until nothing is left to be done at this moment."""
        clocks.tick(self.services)
        for _ in range(MAX_ROUNDS):
            self.github.tick()
            self.cursor.tick()
            delivered = self.deliver()
            if not self.work() and not delivered:
                return
        raise AssertionError("the story does not come to rest")

    def deliver(self) -> int:
        """Post the webhooks that the fakes hold; returns how many."""
        held = self.github.outbox.take() + self.cursor.outbox.take()
        if held:
            self.client.app.state.open_repositories.refresh()  # type: ignore[attr-defined] # an ASGI app
        posted = [webhook for webhook in held if not self.lose(webhook)]
        statuses = dict(zip(map(id, posted), self._post(posted), strict=True))
        told = [(one, statuses.get(id(one), 0)) for one in held if "X-GitHub-Event" in one.headers]
        self.github.outbox.delivered += told
        if held:
            # The web process's own thread may have got no further than to announce its nudge.
            high, *_ = _queues(self.services)
            high.enqueue_call("jobs.wiring.ingest_deliveries", result_ttl=0)
        return len(held)

    def post(self, webhook: Webhook) -> int:
        """Post one webhook; returns the status code."""
        (status,) = self._post([webhook])
        return status

    def _post(self, webhooks: list[Webhook]) -> list[int]:
        portal = self.client.portal
        assert portal is not None
        return portal.call(_post, self.client.app, webhooks)

    def work(self) -> bool:
        """Let the worker do what is queued; returns whether there was anything."""
        queued = self.queued()
        if queued:
            with self.working():
                self.do_jobs(self.services)
        return bool(queued)

    def queued(self) -> int:
        """How many queues have jobs waiting."""
        keys = [queue.key for queue in _queues(self.services)]
        return self.services.redis.exists(*keys)

    def wait(self, seconds: float, step: float = POLL_SECONDS) -> None:
        """Let time pass, stopping wherever something falls due, and every `step` seconds."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (left := (end - self.clock.now()).total_seconds()) > 0:
            self.pass_time(min(left, self._until_next_due(step)))
            self.settle()

    def wait_for(self, happened: Callable[[], bool], most: float = 300) -> None:
        """Let time pass until something has happened; fail after `most` seconds."""
        end = self.clock.now() + timedelta(seconds=most)
        self.settle()
        while not happened():
            assert self.clock.now() < end, f"not within {most} s; {self.say()}"
            self.pass_time(self._until_next_due())
            self.settle()

    def rest(self) -> None:
        """Wait for the last edit of the progress comment: edits keep a distance."""
        self.wait(REST_SECONDS, step=REST_SECONDS)

    def come_to_rest(self) -> list[str]:
        """Rest until nothing is left over, while work is still going on; returns what is left."""
        left: list[str] = []
        for _ in range(MAX_RESTS):
            # The web process's own thread may have nudged last.
            self.work()
            if not (left := self.leftovers()):
                break
            self.rest()
        return left

    def pass_time(self, seconds: float) -> None:
        """Move both the fakes' and the database's time."""
        self.clock.advance(seconds)
        self.services.database.shift += timedelta(seconds=seconds)

    def _until_next_due(self, step: float = POLL_SECONDS) -> float:
        now = self.clock.now()
        with self.services.database.read() as connection:
            # What is due already is held by something that has a time of its own.
            ours = due.next_due(connection, self.services.database.now(connection))
        times = [one for one in (self.github.next_due(), self.cursor.next_due(), ours) if one]
        seconds = [(time - now).total_seconds() + 0.001 for time in times]
        # The clock heals once a second: shorter steps would find nothing healed.
        return max(1.0, min([*seconds, step]))

    # What can be seen.

    def epic(self, issue: int | None = None) -> Epic:
        """The epic's facts."""
        with self.services.database.read() as connection:
            repository = self.github.repository(self.home)
            epic_id = epics.find(connection, repository.id, issue or self.issue)
            assert epic_id is not None, "no such epic"
            epic = epics.load(connection, epic_id)
        assert epic is not None
        return epic

    def has(self, status: EpicStatus) -> Callable[[], bool]:
        """Whether the epic stands so."""
        return lambda: self.epic().status is status

    def task_is(self, number: int, status: TaskStatus) -> Callable[[], bool]:
        """Whether the task stands so."""

        def is_so() -> bool:
            task = self.epic().task(number)
            return task is not None and task.status is status

        return is_so

    def say(self) -> str:
        """How things stand, for a failing test."""
        epic = self.epic()
        tasks = ", ".join(
            f"{task.number} {task.status} ({task.wait and task.wait.kind})" for task in epic.tasks
        )
        return f"{epic.status}: {tasks}"

    def bot_comments(self, number: int | None = None) -> list[str]:
        """Our comments on the epic or a pull request, oldest first, without markers; marks read."""
        ours = _by_us(self.github.issue(self.home, number or self.issue))
        self.read |= {comment.id for comment in ours}
        return ["\n".join(comment.body.splitlines()[1:]).strip() for comment in ours]

    def markers(self, number: int | None = None) -> Counter[str]:
        """How often each kind of comment stands on the epic, or on a pull request; marks read."""
        ours = _by_us(self.github.issue(self.home, number or self.issue))
        self.read |= {comment.id for comment in ours}
        return Counter(_kind(comment) for comment in ours)

    def progress(self) -> str:
        """The progress comment."""
        (one,) = [
            text for text in self.bot_comments() if "orchestra:progress" in text or "##" in text
        ][:1]
        return one

    def reactions(self, comment: Any) -> list[str]:
        """Our reactions to a comment."""
        return [one.content for one in comment.reactions if one.user.login == "orchestra[bot]"]

    def said(self, number: int | None = None) -> list[str]:
        """Our comments on the epic or a pull request but the progress comment, oldest first."""
        return [text for text in self.bot_comments(number) if "<summary>Commands" not in text]

    def pull(self, task: int = 1) -> PullRequest:
        """The task's pull request on GitHub."""
        known = self.epic().task(task)
        number = known.pull_request_number if known else None
        assert number is not None, self.say()
        return self.github.pull(self.home, number)

    def requests(self, kind: str) -> list[Entry]:
        """What we asked of GitHub, by a part of the kind's name."""
        ours = [entry for entry in self.github.ledger.entries if entry.actor == "orchestra[bot]"]
        return [entry for entry in ours if kind in entry.kind]

    def body(self) -> str:
        """The issue's body."""
        return str(self.github.issue(self.home, self.issue).body)

    def _doubled_comments(self) -> list[str]:
        """Comments of ours whose hidden marker stands twice under one issue or pull request."""
        doubled = []
        for issue in self._issues():
            counts = Counter(one.body.splitlines()[0] for one in _by_us(issue))
            doubled += [f"{marker} stands {n} times" for marker, n in counts.items() if n > 1]
        return doubled

    def unread_comments(self) -> list[str]:
        """What we said and no test looked at, but for what goes without saying."""
        ours = [comment for issue in self._issues() for comment in _by_us(issue)]
        return [
            comment.body
            for comment in ours
            if comment.id not in self.read and _kind(comment) not in UNREMARKABLE
        ]

    def _issues(self) -> Iterator[Issue]:
        for repository in self.github.repositories.values():
            yield from repository.issues.values()

    def leftovers(self) -> list[str]:
        """What no story leaves behind: jobs, doubled comments, unfinished effects."""
        with self.services.database.read() as connection:
            rows = connection.execute(
                effect_rows.select().where(effect_rows.c.state.not_in(("done", "cancelled")))
            ).all()
        jobs = ["queued jobs"] if self.queued() else []
        return (
            jobs + self._doubled_comments() + [f"effect {row.key} is {row.state}" for row in rows]
        )


@contextmanager
def run_story(
    near: Fakes,
    database: Database,
    directory: Path,
    *,
    version: str = "v0",
    over_http: bool = False,
    clock: Clock | None = None,
    prepare: Callable[[GitHub, Cursor], None] | None = None,
    plans: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Story]:
    """A fresh world with a repository, the App installed, and the product pointed at it.

    `prepare` is called with the world before the product starts, which has `environment` besides;
    `plans`: it has a language model.
    """
    clock = clock or Clock()
    hook: Any = {"webhook_url": f"{APP_URL}/webhooks/github", "webhook_secret": GITHUB_SECRET}
    github = GitHub(clock, directory, **hook)
    github.url = near.github_url
    github.register_app(manifest())
    cursor, llm = Cursor(clock, GitHubHost(github)), LanguageModel(clock)
    near.github.current, near.cursor.current = github.asgi, cursor.asgi
    near.llm.current = llm.asgi
    _furnish(github)
    cursor.repositories.append(REPOSITORY)
    if prepare is not None:
        prepare(github, cursor)
    more = {"CURSOR_API_VERSION": version, **(environment or {})}
    model = llm if plans else None
    services = services_of(near, database, github, cursor, llm=model, over_http=over_http, **more)
    dependencies = WebDependencies(
        database=database,
        redis=services.redis,
        github_webhook_secrets=(GITHUB_SECRET,),
        webhook_secrets=(MASTER_SECRET,),
    )
    with closing(services), TestClient(create_app(dependencies)) as client:
        story = Story(github, cursor, clock, services, client, llm)
        try:
            yield story
            if not story.expects_open_ends:
                assert story.come_to_rest() == []
            if story.expects_readers:
                assert story.unread_comments() == []
        finally:
            wiring.use(None)


def work_as_rq_does(services: Services) -> None:
    """The worker itself, without the subscription whose end alone takes 0.2 s."""
    wiring.use(services)
    worker = workers.make(services.redis)
    for name in ("subscribe", "unsubscribe"):
        setattr(worker, name, lambda: None)
    worker.work(burst=True, logging_level="CRITICAL")


def _by_us(issue: Issue) -> list[Comment]:
    return [comment for comment in issue.comments if comment.user.login == "orchestra[bot]"]


def _kind(comment: Comment) -> str:
    """The first word of the marker that stands hidden in its first line."""
    return comment.body.splitlines()[0].split(":")[1]


def _furnish(github: GitHub) -> None:
    repository = github.create_repository(REPOSITORY, {"README.md": "# Widgets\n"})
    github.install("acme")
    github.set_permission(REPOSITORY, "ada", "admin")
    github.set_permission(REPOSITORY, "mallory", "read")
    repository.rules["main"] = BranchRules(required_checks=["test"])
    repository.ci.checks["test"] = CheckScript(after=0.5)
