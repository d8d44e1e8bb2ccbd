"""What is learned of agents, and of what they left behind."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import LookAtAgent, OpenPullRequest, StopAgent
from bot.core.events import (
    AgentGone,
    AgentLaunched,
    AgentSaid,
    AgentStopped,
    FollowUpRefused,
    FollowUpTaken,
    LaunchFailed,
    WorkSeen,
)
from bot.core.model.epic import AgentRun, Epic, Task
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.transitions.agent_run.launch import (
    begin_again,
    follow_up_marker,
    launch,
    look_at_work,
)
from bot.core.transitions.epic.endings import fail, retry_or_fail
from bot.core.transitions.transition import Turn

# A pull request may appear a little after FINISHED; only then do we open one ourselves.
PULL_REQUEST_PATIENCE = timedelta(seconds=20)
PULL_REQUEST_LOOK_SECONDS = 10.0


def _is_current(task: Task, run: AgentRun) -> bool:
    return task.status is TaskStatus.PROCESSING and task.run is not None and task.run.id == run.id


def launched(turn: Turn, event: AgentLaunched) -> None:
    """Take the agent's id; an agent that nobody waits for any more is stopped."""
    found = turn.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    known = replace(
        run,
        agent_id=event.agent_id,
        url=event.url or run.url,
        cursor_run_id=event.cursor_run_id or run.cursor_run_id,
        launched_at=run.launched_at or turn.now,
        turn_at=run.turn_at or turn.now,
        deadline=run.deadline or turn.in_seconds(turn.epic.settings.agent_timeout),
    )
    if run.agent_id == event.agent_id:
        # A webhook was faster than the answer: what it led to stands.
        turn.put(task.with_run(known))
        return
    if not _is_current(task, run) or run.stop_requested or run.lost:
        turn.put(task.with_run(replace(known, stop_requested=True)))
        turn.ask(StopAgent(run=run.id, agent_id=event.agent_id))
        turn.log("an agent nobody waits for any more appeared; stopping it", task.number)
        return
    turn.put(task.with_run(known), waiting_for="the agent to finish")
    turn.log(f"agent {event.agent_id} launched", task.number)
    if event.model_notice:
        turn.log(event.model_notice, task.number)


def launch_failed(turn: Turn, event: LaunchFailed) -> None:
    """Retry what may pass, fail what will not."""
    found = turn.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    over = replace(run, status=AgentStatus.FAILED, lost=event.lost, ended_at=turn.now)
    current = _is_current(task, run)
    task = turn.put(task.with_run(over))
    if not current:
        return
    if event.transient:
        retry_or_fail(turn, task, event.reason)
    else:
        fail(turn, task, event.reason)


def follow_up_taken(turn: Turn, event: FollowUpTaken) -> None:
    """The agent is at work again."""
    found = turn.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    taken = replace(
        run,
        turn_at=turn.now,
        cursor_run_id=event.cursor_run_id or run.cursor_run_id,
        deadline=turn.in_seconds(turn.epic.settings.agent_timeout),
    )
    task = turn.put(task.with_run(taken))
    if _is_current(task, run) and not run.stop_requested:
        turn.put(task, waiting_for="the agent to finish")
    elif run.agent_id:
        turn.ask(StopAgent(run=run.id, agent_id=run.agent_id))


def follow_up_refused(turn: Turn, event: FollowUpRefused) -> None:
    """The agent cannot be spoken to: another one goes on with its work."""
    found = turn.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    over = replace(run, status=AgentStatus.EXPIRED, ended_at=turn.now)
    current = _is_current(task, run)
    task = turn.put(task.with_run(over))
    if not current:
        return
    turn.log(f"the agent takes no follow-up: {event.reason}", task.number)
    if turn.epic.status is EpicStatus.ACTIVE:
        launch(turn, task)


def said(turn: Turn, event: AgentSaid) -> None:
    """A word about a run: news is read back, an end leads to a look at the work."""
    found = turn.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    if run.lost or run.stop_requested or not _is_current(task, run):
        _unwanted(turn, task, run, event)
        return
    if run.agent_id is not None and run.agent_id != event.agent_id:
        turn.log(f"a word from another agent ({event.agent_id}) was not used", task.number)
        return
    run = replace(
        run,
        agent_id=event.agent_id,
        url=event.url or run.url,
        summary=event.summary or run.summary,
        launched_at=run.launched_at or turn.now,
        turn_at=run.turn_at or turn.now,
        deadline=run.deadline or turn.in_seconds(turn.epic.settings.agent_timeout),
        running_since_turn=run.running_since_turn or _shows_wakening(run, event),
    )
    if run.status.is_final:
        turn.put(task.with_run(run))
    elif event.webhook:
        turn.put(task.with_run(run))
        _read_back(turn, run, event.agent_id)
    elif event.status.is_final:
        _ended(turn, task, run, event)
    else:
        turn.put(task.with_run(replace(run, status=event.status)))


def _unwanted(turn: Turn, task: Task, run: AgentRun, event: AgentSaid) -> None:
    """A lost agent that shows up is stopped; a later word after our stop changes nothing."""
    if run.agent_id is None:
        turn.put(task.with_run(replace(run, agent_id=event.agent_id, stop_requested=True)))
        turn.ask(StopAgent(run=run.id, agent_id=event.agent_id))
        turn.log(f"agent {event.agent_id} turned up late; stopping it", task.number)


def _shows_wakening(run: AgentRun, event: AgentSaid) -> bool:
    """Whether the word shows that the agent has turned to its latest prompt."""
    # Only agents that had finished are sent back: any other word is a new one.
    if run.turn == 1 or event.status is not AgentStatus.FINISHED:
        return True
    # v1 names a run of its own for each prompt, so its word is about this turn alone.
    if event.cursor_run_id is not None:
        return event.cursor_run_id == run.cursor_run_id
    if event.answered:
        return event.turn == run.turn
    later = event.said_at is not None and run.turn_at is not None and event.said_at > run.turn_at
    return event.webhook and later


def _ended(turn: Turn, task: Task, run: AgentRun, event: AgentSaid) -> None:
    if not run.running_since_turn:
        # Cursor's v0 says FINISHED until a follow-up has woken the agent: has it answered?
        turn.put(task.with_run(run))
        asked = event.answered is not None and event.turn == run.turn
        if not asked and event.cursor_run_id is None:
            _read_back(turn, run, event.agent_id)
        return
    run = replace(run, status=event.status, ended_at=turn.now)
    task = turn.put(task.with_run(run), waiting_for="a look at what the agent did")
    turn.log(f"agent {event.raw_status or event.status}", task.number)
    look_at_work(turn, task, run, _pull_request_of(turn.epic, event))


def _pull_request_of(epic: Epic, event: AgentSaid) -> int | None:
    """The number of the pull request that the agent says it opened in the epic's repository."""
    _, found, number = (event.pull_request_url or "").partition(f"/{epic.repository}/pull/")
    return int(number) if found and number.isascii() and number.isdigit() else None


def _read_back(turn: Turn, run: AgentRun, agent_id: str) -> None:
    marker = follow_up_marker(run) if run.turn > 1 else None
    turn.ask(LookAtAgent(run=run.id, agent_id=agent_id, marker=marker, turn=run.turn))


def gone(turn: Turn, event: AgentGone) -> None:
    """Cursor has forgotten the agent; what it pushed is still looked for."""
    found = turn.epic.find_run(event.run)
    if found is None or not _is_current(*found) or found[1].status.is_final:
        return
    task, run = found
    run = replace(run, status=AgentStatus.EXPIRED, ended_at=turn.now)
    task = turn.put(task.with_run(run))
    turn.log("Cursor does not know the agent any more", task.number)
    look_at_work(turn, task, run)


def stopped(turn: Turn, event: AgentStopped) -> None:
    """Cursor took our stop."""
    if found := turn.epic.find_run(event.run):
        task, run = found
        # One that was stopped because its time was over has expired, and stays so.
        status = run.status if run.status.is_final else AgentStatus.STOPPED
        turn.put(task.with_run(replace(run, status=status, stop_requested=True)))
        turn.log("agent stopped", task.number)


def work_seen(turn: Turn, event: WorkSeen) -> None:
    """There is no pull request: open one for commits, fail or try again without."""
    found = turn.epic.find_run(event.run)
    if found is None or not _is_current(*found) or turn.epic.status is not EpicStatus.ACTIVE:
        return
    task, run = found
    if event.commits_ahead:
        task = turn.put(task, pushed_branch=run.branch)
    if run.status is AgentStatus.FINISHED:
        _finished_without_pull_request(turn, task, run, event.commits_ahead)
    elif run.status is AgentStatus.STOPPED and run.stop_requested:
        launch(turn, task)
    elif run.status.is_final:
        retry_or_fail(turn, task, _how_it_ended(run))


def _finished_without_pull_request(
    turn: Turn, task: Task, run: AgentRun, commits_ahead: int
) -> None:
    if not commits_ahead and task.pushed_branch is None:
        fail(turn, task, "the agent finished without changing anything")
    elif _may_open_its_own(turn, run):
        turn.put(
            task,
            look_at=turn.in_seconds(PULL_REQUEST_LOOK_SECONDS),
            waiting_for="the agent's pull request",
        )
    else:
        turn.put(task, waiting_for="the pull request to be opened")
        turn.ask(
            OpenPullRequest(
                task=task.number,
                branch=task.pushed_branch or run.branch,
                base=turn.epic.base,
            )
        )
        turn.log("no pull request; opening one for the agent's commits", task.number)


def _may_open_its_own(turn: Turn, run: AgentRun) -> bool:
    """Whether the agent's own pull request may yet appear.

    v1's agents, and those that go on from another branch than the base, are not asked for one.
    """
    if run.cursor_run_id is not None or run.start_ref != turn.epic.base or run.ended_at is None:
        return False
    return turn.now - run.ended_at < PULL_REQUEST_PATIENCE


def after_end(turn: Turn, task: Task, run: AgentRun) -> None:
    """The task has an open pull request, and its agent ended without finishing."""
    if run.status is AgentStatus.STOPPED and run.stop_requested:
        begin_again(turn, task)
    else:
        retry_or_fail(turn, task, _how_it_ended(run))


def _how_it_ended(run: AgentRun) -> str:
    if run.status is AgentStatus.EXPIRED:
        return "the agent ran out of time or expired"
    if run.status is AgentStatus.STOPPED:
        return "the agent was stopped at Cursor"
    return "the agent ended with an error"
