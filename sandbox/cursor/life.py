"""An agent's life: turns, commits, pull request, end."""

import re
import uuid
from datetime import datetime, timedelta

from sandbox.cursor.notify import announce
from sandbox.cursor.scripts import AgentScript, Files
from sandbox.cursor.state import Agent, Message, Run
from sandbox.cursor.world import World

LOGIN = "cursor[bot]"
COMMIT_ID = re.compile(r"[0-9a-f]{40}")
# An agent does as it is told about its pull request, and finds its task between the first fences.
TITLED = re.compile(r"\bpull request\b[^.]*\btitled exactly as the first line of your task\b")
FENCED = re.compile(r"^`{3,}\n(?P<title>.+)$", re.MULTILINE)


def auto_branch(name: str) -> str:
    """Make up a branch name as Cursor does: `cursor/fix-flaky-test-3c1f`."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "task"
    return f"cursor/{slug}-{uuid.uuid4().hex[:4]}"


def asked_title(prompt: str) -> str:
    """Return the title that the prompt asks for; empty where it asks for none."""
    task = FENCED.search(prompt)
    return task["title"].strip() if task and TITLED.search(" ".join(prompt.split())) else ""


def ref_exists(world: World, repository: str, ref: str) -> bool:
    """Whether an agent can start from `ref`; a full commit id is taken on trust."""
    if COMMIT_ID.fullmatch(ref):
        return True
    return world.host.branch_head(repository, ref) is not None


def launch(world: World, agent: Agent, prompt: str) -> Run:
    """Remember the agent and start its first turn."""
    world.agents[agent.id] = agent
    return _start_turn(world, agent, prompt, world.script_for(prompt))


def answer_is_awaited(world: World, agent: Agent) -> None:
    """Where its script says so, live the whole life before the launch is answered."""
    if agent.script.webhook.deliver == "before_answer":
        world.timers.hurry(agent.latest.id, world.clock.now())


def follow_up(world: World, agent: Agent, prompt: str) -> Run | None:
    """Start the next turn; None when the agent is busy and the prompt waits."""
    if agent.latest.active:
        agent.waiting.append(prompt)
        return None
    done = len(agent.runs) - 1
    scripts = agent.script.follow_ups
    return _start_turn(
        world, agent, prompt, scripts[done] if done < len(scripts) else world.default_script
    )


def stop(world: World, agent: Agent) -> None:
    """Cancel the turn under way: nothing more is committed, opened or, usually, told."""
    run, now = agent.latest, world.clock.now()
    world.timers.drop(run.id)
    run.move("CANCELLED", now)
    agent.waiting.clear()
    if run.script.webhook.on_stop:
        announce(world, agent, run, now)


def _start_turn(world: World, agent: Agent, prompt: str, script: AgentScript) -> Run:
    now = world.clock.now()
    run = Run(f"run-{uuid.uuid4()}", prompt, script, now, now)
    agent.runs.append(run)
    if script.branch is not None and script.branch != agent.branch:
        agent.branch, agent.works_on_ref, agent.pull_request = script.branch, False, None
    agent.messages.append(Message(f"msg_{uuid.uuid4().hex}", "user_message", prompt))
    running = now + timedelta(seconds=script.seconds_to_running)
    end = running + timedelta(seconds=script.seconds_to_end)
    world.timers.at(running, run.id, lambda at: run.move("RUNNING", at))
    if script.seconds_to_commit is not None:
        pushed = running + timedelta(seconds=script.seconds_to_commit)
        world.timers.at(pushed, run.id, lambda _: _push(world, agent, run))
    if script.outcome != "never":
        world.timers.at(end, run.id, lambda at: _finish(world, agent, run, at))
    return run


def _finish(world: World, agent: Agent, run: Run, at: datetime) -> None:
    script = run.script
    try:
        _push(world, agent, run)
        _pull_request(world, agent, run, at)
        run.result = script.summary
        run.move(script.outcome, at)
    except Exception as error:
        run.result = f"The work could not be handed in: {error}"
        run.move("ERROR", at)
    if run.result is not None:
        agent.messages.append(Message(f"msg_{uuid.uuid4().hex}", "assistant_message", run.result))
    announce(world, agent, run, at)
    if agent.waiting:
        _start_turn(world, agent, agent.waiting.pop(0), world.default_script)


def _push(world: World, agent: Agent, run: Run) -> None:
    if run.committed:
        return
    run.committed = True
    base = None if agent.works_on_ref else agent.ref
    for files in _files(agent, run):
        sha = world.host.commit_files(
            agent.repository, agent.branch, dict(files), agent.name, author_login=LOGIN, base=base
        )
        agent.commits.append(sha)


def _files(agent: Agent, run: Run) -> tuple[Files, ...]:
    script = run.script
    if script.no_commits:
        return ()
    if script.commits or script.outcome != "FINISHED":
        return script.commits
    turn = agent.runs.index(run) + 1
    path = "work/" + re.sub(r"[^A-Za-z0-9.-]+", "-", agent.branch) + ".md"
    return ({path: f"{agent.name}\n" + f"Turn {turn}.\n" * turn},)


def _pull_request(world: World, agent: Agent, run: Run, at: datetime) -> None:
    script = run.script
    wanted = agent.auto_pull_request and script.outcome == "FINISHED" and agent.commits
    if script.reopens:
        _reopen(world, agent, run, at)
    if not wanted or script.no_pull_request or agent.pull_request is not None:
        return
    if script.pull_request_delay:
        due = at + timedelta(seconds=script.pull_request_delay)
        world.timers.at(due, agent.id, lambda _: _open(world, agent, script))
    else:
        _open(world, agent, script)


def _reopen(world: World, agent: Agent, run: Run, at: datetime) -> None:
    """Close the pull request, and open another from the same branch."""
    script = run.script
    if agent.pull_request is None and agent.commits:
        _open(world, agent, script)
    if agent.pull_request is None:
        return
    number = agent.pull_request.number
    world.host.close_pull_request(agent.repository, number, author_login=LOGIN)
    due = at + timedelta(seconds=script.reopens_after)
    world.timers.at(due, agent.id, lambda _: _open(world, agent, script))


def _open(world: World, agent: Agent, script: AgentScript) -> None:
    agent.pull_request = world.host.open_pull_request(
        agent.repository,
        head=agent.branch,
        base=script.base or agent.base,
        title=script.pull_request_title or asked_title(agent.prompts[0]) or agent.name,
        body=script.summary or "",
        author_login=LOGIN,
        draft=script.draft,
    )
