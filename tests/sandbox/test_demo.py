import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.core.model.identifiers import EpicStatus
from bot.core.model.settings import EpicSettings
from bot.core.text.checklist import parse_checklist
from bot.rendering.epic_view import epic_view as rendered_view
from bot.rendering.progress_comment import progress_comment
from bot.settings_file import parse_settings
from sandbox.clock import Clock
from sandbox.control import github_control, made, scripts
from sandbox.cursor import AgentScript
from sandbox.demo import play
from sandbox.demo.director import Director
from sandbox.demo.person import Person
from sandbox.demo.play import Epic, expect_end, how_to_go_on, joined, last_line, perform
from sandbox.demo.scenarios import SCENARIOS, Scenario
from sandbox.demo.scene import Scene, StuckError
from sandbox.demo.screen import Lines, picture
from sandbox.demo.stage import Stage, StageError
from sandbox.demo.view import (
    AgentView,
    EpicView,
    PullView,
    TaskView,
    agent_view,
    epic_view,
    pull_view,
)
from sandbox.github import BranchRules, CheckScript, GitHub
from sandbox.serving import LoopbackServer
from tests.rendering import facts
from tests.rendering.log import line

BODY = (
    "Sell.\n\n- [x] Add the model\n- [ ] Serve `/price` as JSON\n  One field.\n- [ ] Write | docs"
)
REPO = "acme/widgets"
HAPPY = SCENARIOS["happy"]
LAUNCHED = line(1, "launched", task=1)


def comment(*, pending: bool = False) -> str:
    """What the bot really writes."""
    later = replace(facts.LATER, title="Write | docs")
    epic = facts.pending(body=BODY) if pending else facts.epic(facts.MERGED, facts.OPEN, later)
    return progress_comment(rendered_view(epic, facts.at(12), [LAUNCHED]))


def test_the_bots_own_comment_is_understood() -> None:
    seen = epic_view(BODY, comment(), {})
    assert seen.state == "running"
    assert [(task.number, task.state) for task in seen.tasks] == [
        (1, "✅ merged"),
        (2, "🟣 open"),
        (3, "⚪ queued"),
    ]
    assert "launched" in seen.log
    assert "1 of 3 tasks done" in seen.says
    assert "|" not in seen.says
    assert "<" not in seen.says


def test_before_the_start_every_task_waits() -> None:
    seen = epic_view(BODY, comment(pending=True), {})
    assert seen.state == "ready to start"
    assert {task.state for task in seen.tasks[1:]} == {"⚪ queued"}
    assert epic_view(BODY, None, {}).state == ""


@pytest.mark.parametrize("status", [EpicStatus.PENDING, EpicStatus.ACTIVE, EpicStatus.COMPLETED])
def test_the_words_waited_for_are_the_bots(status: EpicStatus) -> None:
    epic = replace(facts.epic(facts.MERGED), status=status)
    words = {EpicStatus.PENDING: "ready to start", EpicStatus.ACTIVE: "running"}
    seen = epic_view(BODY, progress_comment(rendered_view(epic, facts.at(12))), {})
    assert seen.state == words.get(status, HAPPY.ends)


@pytest.mark.parametrize(
    ("changes", "checks", "state"),
    [
        ({}, [], "🟣 open"),
        ({}, [("in_progress", None), ("completed", "success")], "🟣 checks running"),
        ({}, [("completed", "success"), ("completed", "skipped")], "🟣 checks passed"),
        ({}, [("in_progress", None), ("completed", "failure")], "❌ test failed"),
        ({"state": "closed"}, [], "⚫ pull request closed"),
        ({"state": "closed", "merged_at": "2026-11-21T12:00:00Z"}, [], "✅ merged"),
    ],
)
def test_between_two_edits_the_pull_request_says_more(
    changes: dict[str, Any], checks: list[tuple[str, str | None]], state: str
) -> None:
    head = {"ref": "orchestra/epic-3/task-3-ab12cd", "sha": "c" * 40}
    pull = {"number": 14, "state": "open", "merged_at": None, "head": head, **changes}
    runs = [{"name": "test", "status": status, "conclusion": end} for status, end in checks]
    view = pull_view(pull, runs)
    assert view == PullView(3, 14, state, merged=changes.get("merged_at") is not None)
    task = epic_view(BODY, comment(), {3: view}).tasks[2]
    assert (task.state, task.pull, task.merged) == (state, 14, view.merged)


def merged(task: int, number: int) -> PullView:
    return PullView(task, number, "✅ merged", merged=True)


def agent(task: int, status: str, summary: str = "") -> AgentView:
    target = {"branchName": f"orchestra/epic-1/task-{task}-ab12cd"}
    seen = agent_view({"target": target, "status": status, "summary": summary})
    assert seen is not None
    return seen


def drawn(seen: EpicView) -> str:
    written = StringIO()
    Console(file=written, width=100).print(picture(seen, 100))
    return written.getvalue()


@pytest.mark.parametrize(
    ("pulls", "agents", "lies"),
    [
        ({1: merged(1, 2)}, {}, ["ready to start", "queued", "Next:", "/orchestra start"]),
        ({}, {2: agent(2, "RUNNING")}, ["ready to start", "Next:", "/orchestra start"]),
        ({}, {2: agent(2, "ERROR")}, ["ready to start", "Next:", "/orchestra start"]),
    ],
)
def test_the_panel_says_nothing_that_the_world_belies_before_the_comment_is_edited(
    pulls: dict[int, PullView], agents: dict[int, AgentView], lies: list[str]
) -> None:
    seen = epic_view(BODY, comment(pending=True), pulls, agents)
    shown = drawn(replace(seen, tasks=tuple(one for one in seen.tasks if one.state[0] != "⚪")))
    assert seen.state == "running"
    assert not [lie for lie in lies if lie in shown]
    assert f"{len(pulls)} of" in shown


def test_the_panel_counts_merges_as_its_table_does() -> None:
    old = epic_view(BODY, comment(), {2: PullView(2, 13, "🟣 checks passed", merged=False)})
    assert "1 of 3 tasks done" in drawn(old)
    assert old.current
    seen = epic_view(BODY, comment(), {1: merged(1, 12), 2: merged(2, 13)})
    assert not seen.current
    assert "1 of 3" not in drawn(seen)
    assert "2 of 3 tasks merged" in drawn(seen)


def test_a_red_check_does_not_outdate_the_comment_that_explains_it() -> None:
    seen = epic_view(BODY, comment(), {2: PullView(2, 13, "❌ test failed", merged=False)})
    assert seen.current
    assert "🟣 open" in drawn(seen)


def test_another_pull_request_than_the_comments_outdates_it() -> None:
    seen = epic_view(BODY, comment(), {2: PullView(2, 99, "🟣 open", merged=False)})
    assert not seen.current
    assert "#99" in drawn(seen)


def test_an_agent_is_seen_at_work_and_failing() -> None:
    states = [
        epic_view(BODY, comment(), {}, {3: one}).tasks[2].state
        for one in (
            agent(3, "CREATING"),
            agent(3, "RUNNING"),
            agent(3, "ERROR", "Out of memory."),
            agent(3, "FINISHED"),
        )
    ]
    assert states == [
        "🔵 agent at work",
        "🔵 agent at work",
        "🔴 agent failed: Out of memory.",
        "🔵 agent finished",
    ]


def test_an_agent_that_is_sent_back_is_at_work_on_its_pull_request() -> None:
    pulls = {2: PullView(2, 13, "🟣 open", merged=False)}
    task = epic_view(BODY, comment(), pulls, {2: agent(2, "RUNNING")}).tasks[1]
    assert (task.state, task.pull) == ("🔵 agent at work", 13)


def test_other_peoples_agents_are_left_out() -> None:
    assert agent_view({"target": {"branchName": "cursor/x"}, "status": "RUNNING"}) is None


def test_the_log_is_kept_whole_though_the_comment_shows_its_end() -> None:
    log: list[str] = []
    for shown in (["a", "b"], ["a", "b"], ["b", "b", "c"], ["x", "y"]):
        log = joined(log, shown)
    assert log == ["a", "b", "b", "c", "…", "x", "y"]


def test_other_peoples_pull_requests_are_left_out() -> None:
    pull = {"number": 9, "state": "open", "merged_at": None, "head": {"ref": "fix", "sha": "c"}}
    assert pull_view(pull, []) is None


def test_a_scenario_without_this_name_is_answered_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert play(keep=False, scenario="sad") == 2
    assert "happy: three tasks" in capsys.readouterr().out


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_scenarios_are_understood_by_bot_and_sandbox(scenario: Scenario) -> None:
    titles = [item.title for item in parse_checklist(scenario.body).items]
    # Without a checklist each sentence becomes a task.
    titles = titles or [one.rstrip(".") for one in scenario.body.splitlines()]
    for plan in scenario.plans:
        assert isinstance(made(AgentScript, dict(plan["script"])), AgentScript)
        assert plan["match"] in titles
    assert "main" in scripts(BranchRules, dict(scenario.rules))
    assert scripts(CheckScript, dict(scenario.checks))
    assert isinstance(parse_settings(scenario.settings), EpicSettings)


def view(state: str, *tasks: TaskView) -> EpicView:
    return EpicView("Price", state, "**33%**\nsince noon", "", tasks)


def test_without_a_terminal_each_change_is_a_line() -> None:
    written = StringIO()
    lines = Lines(Console(file=written, width=40))
    waits, merged = TaskView(1, "Model"), TaskView(1, "Model", "✅ merged", 12, merged=True)
    for seen in (view("", waits), view("running", waits), view("running", merged)):
        lines.show(seen)
        lines.show(seen)
    said = [line.split(" s  ")[1] for line in written.getvalue().splitlines()]
    assert said == ["task 1: ⚪ queued", "epic: running", "task 1: ✅ merged (#12)"]


def test_on_a_terminal_the_comment_is_a_picture() -> None:
    written = StringIO()
    task = TaskView(2, "Serve [b] as JSON", "🟣 merging", 13)
    Console(file=written, width=90).print(picture(view("running", task), 80))
    drawn = written.getvalue()
    assert "Price · running" in drawn
    assert "Serve [b] as JSON" in drawn
    assert "#13" in drawn
    assert not any("33%" in line and "since" in line for line in drawn.splitlines())


@pytest.fixture
def github(tmp_path: Path) -> GitHub:
    github = GitHub(Clock(), tmp_path / "repositories")
    github.create_repository(REPO)
    github.set_permission(REPO, "ada", "admin")
    return github


@pytest.fixture
def epic(github: GitHub, tmp_path: Path) -> Iterator[Epic]:
    with LoopbackServer(github_control(github)) as server, Person(server.url, REPO) as person:
        number = person.open_issue(HAPPY.title, HAPPY.body)
        lines = Lines(Console(file=StringIO()))
        course = HAPPY.course(scene(person, server.url))
        yield Epic(person, HAPPY, Stage(tmp_path), lines, time.monotonic() + 60, number, course)


def scene(person: Person, url: str) -> Scene:
    return Scene(person, Director(url, url, REPO), 1, lambda _: None, lambda _: None)


def bot_says(github: GitHub, state: str) -> None:
    text = f"### Colourful widgets · {state}\n\nThe epic is paused.\n"
    github.comment(REPO, 1, text, by="orchestra[bot]")


@pytest.mark.parametrize("state", ["paused", "failed", "cancelled", "needs a checklist"])
def test_an_epic_that_stops_is_stuck_at_its_first_task_that_is_not_merged(
    github: GitHub, epic: Epic, state: str
) -> None:
    bot_says(github, state)
    expected = rf"(?s)the epic is {state}; task 1 \(Give widgets a colour\).*is paused"
    with pytest.raises(StuckError, match=expected):
        epic.wait_for("done")


def test_an_epic_that_takes_too_long_is_stuck(github: GitHub, epic: Epic) -> None:
    bot_says(github, "running")
    epic.deadline = time.monotonic() - 1
    with pytest.raises(StuckError, match="not done within 120 s; task 1"):
        epic.wait_for("done")


def test_pull_requests_and_checks_are_looked_at_as_a_person(github: GitHub, epic: Epic) -> None:
    bot_says(github, "running")
    branch = "orchestra/epic-1/task-1-ab12cd"
    sha = github.commit_files(REPO, branch, {"a.txt": "a"}, "A", "cursor[bot]")
    github.open_pull_request(
        REPO, head=branch, base="main", title="A", body="", author_login="cursor[bot]"
    )
    github.set_check_run(REPO, sha, "test", status="in_progress")
    assert epic.look().tasks[0] == TaskView(1, "Give widgets a colour", "🟣 checks running", 2)
    github.set_check_run(REPO, sha, "test", status="completed", conclusion="success")
    github.merge_pull_request(REPO, 2, by="ada", method="squash")
    seen = epic.look()
    assert seen.tasks[0].state == "✅ merged"
    assert seen.merged == 1
    assert seen.stuck == "task 2 (Paint widgets): ⚪ queued"


def test_what_happens_after_the_comments_edit_outdates_it(github: GitHub, epic: Epic) -> None:
    branch = "orchestra/epic-1/task-1-ab12cd"
    sha = github.commit_files(REPO, branch, {"a.txt": "a"}, "A", "cursor[bot]")
    github.open_pull_request(
        REPO, head=branch, base="main", title="A", body="", author_login="cursor[bot]"
    )
    github.set_check_run(REPO, sha, "test", status="in_progress")
    table = "| # | Task | State | Time |\n|--:|:--|:--|--:|\n| 1 | Give | 🟣 open #2 | – |\n"
    says = "### Colourful widgets · running\n\nWaiting for check “test” to finish.\n\n"
    github.comment(REPO, 1, says + table, by="orchestra[bot]")
    assert epic.look().current
    assert "Waiting for check" in drawn(epic.look())
    github.set_check_run(REPO, sha, "test", status="completed", conclusion="success")
    seen = epic.look()
    assert not seen.current
    assert "Waiting for check" not in drawn(seen)
    assert "checks passed" in drawn(seen)


def test_a_failure_that_nobody_saw_fails_the_demo(github: GitHub, epic: Epic) -> None:
    for task in (1, 2, 3):
        branch = f"orchestra/epic-1/task-{task}-ab12cd"
        github.commit_files(REPO, branch, {f"{task}.txt": "a"}, "A", "cursor[bot]")
        github.open_pull_request(
            REPO, head=branch, base="main", title="A", body="", author_login="cursor[bot]"
        )
        github.merge_pull_request(REPO, task + 1, by="ada", method="squash")
    bot_says(github, "done")
    with pytest.raises(StuckError, match="no task was seen as 🔴 agent failed"):
        expect_end(epic, epic.look())


def test_the_last_lines_seconds_are_those_of_the_line_before() -> None:
    written = StringIO()
    lines = Lines(Console(file=written))
    lines._began -= 61.2
    lines.say("closed")
    seconds = written.getvalue().split(" s ")[0].strip()
    tasks = (TaskView(1, "Model", "✅ merged", 12, merged=True), TaskView(2, "Serve"))
    said = last_line(HAPPY, view("done", *tasks), lines)
    assert said == f"demo: 1 of 2 tasks merged in {seconds} s"


def test_a_process_that_dies_is_named_and_its_words_are_kept(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox/old").touch()
    with Stage(tmp_path) as stage:
        with pytest.raises(StageError, match="the sandbox ended with code 1"):
            stage.start_sandbox()
        assert "is not empty" in stage.log_tail("sandbox")


def test_what_stuck_is_the_last_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox/old").touch()
    with Stage(tmp_path) as stage:
        assert perform(stage, HAPPY) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "demo: stuck: the sandbox ended with code 1"
    assert any("is not empty" in line for line in said)


def test_what_people_still_wait_for_is_named(github: GitHub, epic: Epic) -> None:
    bot_says(github, "failed")
    epic.awaited = "a green check"
    with pytest.raises(StuckError, match="waiting for a green check"):
        epic.wait_for("done")


def test_who_keeps_it_running_is_told_where_everything_is(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.environment = {"GITHUB_API_URL": "http://gh", "CURSOR_API_URL": "http://cur"}
    said = how_to_go_on(stage)
    assert f"git clone {tmp_path}/sandbox/repositories/acme/widgets.git" in said
    assert "http://gh/acme/widgets/issues/1 " in said
    assert "http://gh/repos/acme/widgets/issues/1/comments" in said
    assert stage.bot_url in said
