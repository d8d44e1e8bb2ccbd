"""The demo's course, from starting the processes to its last line."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from sandbox.demo.director import Director, save_records
from sandbox.demo.person import Person
from sandbox.demo.scenarios import SCENARIOS, Scenario
from sandbox.demo.scene import Course, Scene, StuckError
from sandbox.demo.screen import Screen, screen
from sandbox.demo.stage import Stage, StageError
from sandbox.demo.view import EpicView, agent_view, epic_view, pull_view
from sandbox.standalone import REPOSITORY, as_person

LABEL = "orchestra"
BOX = "- [ ]"
SETTINGS_FILE = ".github/orchestra.yml"
LONGEST = 120.0  # seconds, from the issue's opening to the last merge
LOOK_EVERY = 0.25  # seconds
# Words of the progress comment's heading.
GOING_ON = ("", "ready to start", "running")


@dataclass
class Epic:
    """The demo's issue, looked at and acted on as `person`."""

    person: Person
    scenario: Scenario
    stage: Stage
    screen: Screen
    deadline: float
    number: int
    course: Course
    director: Director | None = None
    awaited: str = ""
    log: list[str] = field(default_factory=list)
    _shown: set[str] = field(default_factory=set)
    _comment: str | None = None
    _known: list[tuple[str, int | None]] = field(default_factory=list)

    def look(self) -> EpicView:
        """Ask GitHub and Cursor how everything stands, and show it."""
        pulls = self.person.pulls()
        checked = [(one, [] if one["merged_at"] else self._checks(one)) for one in pulls]
        views = [view for one, checks in checked if (view := pull_view(one, checks))]
        comment = self.person.progress_comment(self.number)
        told = self.director.agents() if self.director else []
        agents = [agent for one in told if (agent := agent_view(one))]
        # A task's last pull request is the one that counts, and its last agent.
        seen = epic_view(
            self._body(),
            comment,
            {view.task: view for view in views},
            {agent.task: agent for agent in agents},
        )
        seen = self._if_behind(seen, comment)
        self.log = joined(self.log, seen.log.splitlines())
        self._shown |= {task.state for task in seen.tasks}
        self.screen.show(seen)
        return seen

    def _body(self) -> str:
        """Return the text with the checklist; a plan puts one into an issue that has none."""
        body = self.scenario.body
        return body if BOX in body else str(self.person.issue(self.number)["body"] or "")

    def _if_behind(self, seen: EpicView, comment: str | None) -> EpicView:
        """Return the view, not current if anything has happened since the comment's last edit."""
        known = [(task.state, task.pull) for task in seen.tasks]
        if comment != self._comment:
            self._comment, self._known = comment, known
        return replace(seen, current=seen.current and known == self._known)

    def has_shown(self, words: str) -> bool:
        """Whether a task's state began with `words` at any look."""
        return any(state.startswith(words) for state in self._shown)

    def wait_for(self, state: str) -> EpicView:
        """Look until the comment's heading says `state`; StuckError if it does not come to it."""
        while (seen := self.look()).state != state:
            self.stage.check()
            if seen.state not in (*GOING_ON, *self.scenario.passes):
                raise StuckError(f"the epic is {seen.state}; {self._where(seen)}")
            if time.monotonic() > self.deadline:
                raise StuckError(f"not {state} within {LONGEST:g} s; {self._where(seen)}")
            time.sleep(LOOK_EVERY)
            self.go_on()
        return seen

    def go_on(self) -> None:
        """Let people act; StuckError if a claim of theirs does not hold."""
        self.awaited = next(self.course, "")

    def _where(self, seen: EpicView) -> str:
        awaited = f", waiting for {self.awaited}" if self.awaited else ""
        return f"{seen.stuck}{awaited}\n\n{seen.says}"

    def _checks(self, pull: dict[str, dict[str, str]]) -> list[dict[str, str]]:
        return self.person.checks(pull["head"]["sha"])


def play(*, keep: bool, scenario: str, record: Path | None = None) -> int:
    """Play `scenario` and return the exit code: 0 if it came out as it should.

    With `keep` everything keeps running until Ctrl+C, and its files stay. `record` is a
    directory for all requests, answers and webhooks. Nothing else is left behind.
    """
    chosen = SCENARIOS.get(scenario)
    if chosen is None:
        known = "\n".join(f"  {name}: {one.summary}" for name, one in SCENARIOS.items())
        print(f"There is no scenario {scenario}. There are:\n{known}")
        return 2
    try:
        with ExitStack() as stack:
            stack.enter_context(_ended_by_signals())
            stage = stack.enter_context(Stage(stack.enter_context(_directory(keep=keep))))
            code = perform(stage, chosen)
            if record and stage.environment:
                save_records(record, stage.github_url, stage.cursor_url)
            if keep and stage.environment:
                print(how_to_go_on(stage), flush=True)
                with suppress(KeyboardInterrupt):
                    signal.pause()
            return code
    except KeyboardInterrupt:
        print("\ndemo: stopped")
        return 130


def perform(stage: Stage, scenario: Scenario) -> int:
    """Play, and say how it went; returns the exit code."""
    try:
        with screen() as shown:
            epic, issue = _happen(stage, scenario, shown)
    except (StageError, StuckError, httpx.HTTPError) as error:
        name = "bot" if stage.bot_log.exists() else "sandbox"
        verdict, _, says = str(error).partition("\n\n")
        print(f"\nThe end of the {name}'s log:\n{stage.log_tail(name)}\n\n{says}\n")
        print(f"demo: stuck: {verdict}", flush=True)
        return 1
    _finale(stage, epic)
    print(last_line(scenario, issue, shown), flush=True)
    return 0


def last_line(scenario: Scenario, issue: EpicView, shown: Screen) -> str:
    """Say what came out, after as many seconds as the line before says."""
    verdict = f"{scenario.verdict}, " if scenario.verdict else ""
    count = f"{issue.merged} of {len(issue.tasks)}"
    return f"demo: {verdict}{count} tasks merged in {shown.seconds:.1f} s"


def _happen(stage: Stage, scenario: Scenario, shown: Screen) -> tuple[Epic, EpicView]:
    """Everything that happens; returns the epic and how it ended."""
    shown.say("starting fakes for GitHub and Cursor")
    stage.start_sandbox()
    director = Director(stage.github_url, stage.cursor_url, REPOSITORY, stage.cursor_key)
    director.behave(checks=scenario.checks, rules=scenario.rules, plans=scenario.plans)
    if scenario.settings:
        director.commit({SETTINGS_FILE: scenario.settings}, "Settings for Orchestra")
    shown.say("starting the bot: queue, database, web, 3 workers, clock")
    stage.start_bot(movable_clock=scenario.movable_clock)
    with Person(stage.github_url, REPOSITORY) as ada:
        deadline = time.monotonic() + LONGEST
        number = ada.open_issue(scenario.title, scenario.body)
        shown.say(f"ada opens {REPOSITORY}#{number}, “{scenario.title}”, and labels it {LABEL}")
        ada.label(number, LABEL)
        scene = Scene(ada, director, number, shown.say, stage.move_clock)
        epic = Epic(ada, scenario, stage, shown, deadline, number, scenario.course(scene))
        epic.director = director
        epic.wait_for("ready to start")
        shown.say("ada comments: /orchestra start")
        ada.comment(number, "/orchestra start")
        seen = epic.wait_for(scenario.ends)
        expect_end(epic, seen)
    return epic, seen


def expect_end(epic: Epic, seen: EpicView) -> None:
    """Expect branches and issue to be as the comment says: it may say what it likes."""
    if seen.stuck:
        raise StuckError(f"the comment says {seen.state}, yet {seen.stuck}")
    epic.go_on()
    if epic.awaited:
        raise StuckError(f"everything is merged, yet {epic.awaited} is still waited for")
    if unseen := [words for words in epic.scenario.shows if not epic.has_shown(words)]:
        raise StuckError(f"everything is merged, yet no task was seen as {', '.join(unseen)}")
    while epic.person.issue(epic.number)["state"] != "closed":
        if time.monotonic() > epic.deadline:
            raise StuckError("everything is merged, yet the issue is open")
        time.sleep(LOOK_EVERY)
    epic.screen.say(f"{REPOSITORY}#{epic.number} is closed")


def joined(log: list[str], newer: list[str]) -> list[str]:
    """Return the whole log so far: the comment shows its last lines only, some of which are new."""
    same = next((n for n in range(len(newer), 0, -1) if log[-n:] == newer[:n]), 0)
    gap = ["…"] if log and newer and not same else []
    return [*log, *gap, *newer[same:]]


def _finale(stage: Stage, epic: Epic) -> None:
    if epic.log:
        moved = ", by the bot's clock, which was moved on" if epic.scenario.movable_clock else ""
        print(f"\nThe log in the progress comment{moved}:\n", *epic.log, sep="\n")
    print(f"\n$ git log --oneline --graph    # {REPOSITORY}\n{_git_log(stage)}\n")


def _git_log(stage: Stage) -> str:
    git = shutil.which("git") or "git"
    command = [git, "-C", str(stage.git_directory(REPOSITORY)), "log", "--oneline", "--graph"]
    done = subprocess.run(  # noqa: S603 - a fixed program and our own path
        command, capture_output=True, text=True, check=True
    )
    return done.stdout.rstrip()


def how_to_go_on(stage: Stage) -> str:
    """Where everything is while the demo keeps running."""
    path, page = f"/repos/{REPOSITORY}/issues/1/comments", f"{stage.github_url}/{REPOSITORY}"
    return "\n".join(
        [
            "",
            f"the epic      {page}/issues/1 (in a browser, to read and comment)",
            f"the rest      {page}",
            f"Cursor's API  {stage.cursor_url}/v0/agents, user {stage.cursor_key}",
            f"the bot       {stage.bot_url}/health, log {stage.bot_log}",
            f"clone         git clone {stage.git_directory(REPOSITORY)}",
            "comment       " + as_person(stage.github_url, path, {"body": "/orchestra status"}),
            "",
            "Ctrl+C ends everything.",
        ]
    )


@contextmanager
def _directory(*, keep: bool) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="orchestra-demo-"))
    try:
        yield path
    finally:
        if not keep:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and a closed terminal unwind the program as Ctrl+C does."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
