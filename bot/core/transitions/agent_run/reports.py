"""What is learned of agents, and of what they left behind."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import FetchAgent, OpenPullRequest, StopAgent
from bot.core.events import (
    AgentGone,
    AgentLaunched,
    AgentReported,
    AgentStopped,
    FollowUpRefused,
    FollowUpTaken,
    LaunchFailed,
    WorkFetched,
)
from bot.core.model.epic import AgentRun, Epic, Task
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.transitions.agent_run.launch import (
    begin_again,
    fetch_work,
    follow_up_marker,
    launch,
)
from bot.core.transitions.epic.endings import fail, retry_or_fail
from bot.core.transitions.transition import Transition

# A pull request may appear a little after FINISHED; only then do we open one ourselves.
PULL_REQUEST_PATIENCE = timedelta(seconds=20)
PULL_REQUEST_FETCH_SECONDS = 10.0


def _is_current(task: Task, run: AgentRun) -> bool:
    return task.status is TaskStatus.PROCESSING and task.run is not None and task.run.id == run.id


def launched(transition: Transition, event: AgentLaunched) -> None:
    """Take the agent's id; an agent that nobody waits for any more is stopped."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    known = replace(
        run,
        agent_id=event.agent_id,
        url=event.url or run.url,
        cursor_run_id=event.cursor_run_id or run.cursor_run_id,
        launched_at=run.launched_at or transition.now,
        prompted_at=run.prompted_at or transition.now,
        deadline=run.deadline or transition.in_seconds(transition.epic.settings.agent_timeout),
    )
    if run.agent_id == event.agent_id:
        # A webhook was faster than the answer: what it led to stands.
        transition.update(task.with_run(known))
        return
    if not _is_current(task, run) or run.stop_requested or run.lost:
        transition.update(task.with_run(replace(known, stop_requested=True)))
        transition.emit(StopAgent(run=run.id, agent_id=event.agent_id))
        transition.log("an agent nobody waits for any more appeared; stopping it", task.number)
        return
    transition.update(task.with_run(known), waiting_for="the agent to finish")
    transition.log(f"agent {event.agent_id} launched", task.number)
    if event.model_notice:
        transition.log(event.model_notice, task.number)


def launch_failed(transition: Transition, event: LaunchFailed) -> None:
    """Retry what may pass, fail what will not."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    over = replace(run, status=AgentStatus.FAILED, lost=event.lost, ended_at=transition.now)
    current = _is_current(task, run)
    task = transition.update(task.with_run(over))
    if not current:
        return
    if event.transient:
        retry_or_fail(transition, task, event.reason)
    else:
        fail(transition, task, event.reason)


def follow_up_taken(transition: Transition, event: FollowUpTaken) -> None:
    """The agent is at work again."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    taken = replace(
        run,
        prompted_at=transition.now,
        cursor_run_id=event.cursor_run_id or run.cursor_run_id,
        deadline=transition.in_seconds(transition.epic.settings.agent_timeout),
    )
    task = transition.update(task.with_run(taken))
    if _is_current(task, run) and not run.stop_requested:
        transition.update(task, waiting_for="the agent to finish")
    elif run.agent_id:
        transition.emit(StopAgent(run=run.id, agent_id=run.agent_id))


def follow_up_refused(transition: Transition, event: FollowUpRefused) -> None:
    """The agent cannot be spoken to: another one goes on with its work."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    over = replace(run, status=AgentStatus.EXPIRED, ended_at=transition.now)
    current = _is_current(task, run)
    task = transition.update(task.with_run(over))
    if not current:
        return
    transition.log(f"the agent takes no follow-up: {event.reason}", task.number)
    if transition.epic.status is EpicStatus.ACTIVE:
        launch(transition, task)


def said(transition: Transition, event: AgentReported) -> None:
    """A word about a run: news is read back, an end leads to a look at the work."""
    found = transition.epic.find_run(event.run)
    if found is None:
        return
    task, run = found
    if run.lost or run.stop_requested or not _is_current(task, run):
        _unwanted(transition, task, run, event)
        return
    if run.agent_id is not None and run.agent_id != event.agent_id:
        transition.log(f"a word from another agent ({event.agent_id}) was not used", task.number)
        return
    run = replace(
        run,
        agent_id=event.agent_id,
        url=event.url or run.url,
        summary=event.summary or run.summary,
        launched_at=run.launched_at or transition.now,
        prompted_at=run.prompted_at or transition.now,
        deadline=run.deadline or transition.in_seconds(transition.epic.settings.agent_timeout),
        running_since_prompt=run.running_since_prompt or _shows_wakening(run, event),
    )
    if run.status.is_final:
        transition.update(task.with_run(run))
    elif event.webhook:
        transition.update(task.with_run(run))
        _read_back(transition, run, event.agent_id)
    elif event.status.is_final:
        _ended(transition, task, run, event)
    else:
        transition.update(task.with_run(replace(run, status=event.status)))


def _unwanted(transition: Transition, task: Task, run: AgentRun, event: AgentReported) -> None:
    """A lost agent that shows up is stopped; a later word after our stop changes nothing."""
    if run.agent_id is None:
        transition.update(task.with_run(replace(run, agent_id=event.agent_id, stop_requested=True)))
        transition.emit(StopAgent(run=run.id, agent_id=event.agent_id))
        transition.log(f"agent {event.agent_id} turned up late; stopping it", task.number)


def _shows_wakening(run: AgentRun, event: AgentReported) -> bool:
    """Whether the word shows that the agent has turned to its latest prompt."""
    # Only agents that had finished are sent back: any other word is a new one.
    if run.prompt_index == 1 or event.status is not AgentStatus.FINISHED:
        return True
    # v1 names a run of its own for each prompt, so its word is about this turn alone.
    if event.cursor_run_id is not None:
        return event.cursor_run_id == run.cursor_run_id
    if event.answered:
        return event.prompt_index == run.prompt_index
    later = (
        event.said_at is not None
        and run.prompted_at is not None
        and event.said_at > run.prompted_at
    )
    return event.webhook and later


def _ended(transition: Transition, task: Task, run: AgentRun, event: AgentReported) -> None:
    if not run.running_since_prompt:
        # Cursor's v0 says FINISHED until a follow-up has woken the agent: has it answered?
        transition.update(task.with_run(run))
        asked = event.answered is not None and event.prompt_index == run.prompt_index
        if not asked and event.cursor_run_id is None:
            _read_back(transition, run, event.agent_id)
        return
    run = replace(run, status=event.status, ended_at=transition.now)
    task = transition.update(task.with_run(run), waiting_for="a look at what the agent did")
    transition.log(f"agent {event.raw_status or event.status}", task.number)
    fetch_work(transition, task, run, _pull_request_of(transition.epic, event))


def _pull_request_of(epic: Epic, event: AgentReported) -> int | None:
    """The number of the pull request that the agent says it opened in the epic's repository."""
    _, found, number = (event.pull_request_url or "").partition(f"/{epic.repository}/pull/")
    return int(number) if found and number.isascii() and number.isdigit() else None


def _read_back(transition: Transition, run: AgentRun, agent_id: str) -> None:
    marker = follow_up_marker(run) if run.prompt_index > 1 else None
    transition.emit(
        FetchAgent(run=run.id, agent_id=agent_id, marker=marker, prompt_index=run.prompt_index)
    )


def gone(transition: Transition, event: AgentGone) -> None:
    """Cursor has forgotten the agent; what it pushed is still looked for."""
    found = transition.epic.find_run(event.run)
    if found is None or not _is_current(*found) or found[1].status.is_final:
        return
    task, run = found
    run = replace(run, status=AgentStatus.EXPIRED, ended_at=transition.now)
    task = transition.update(task.with_run(run))
    transition.log("Cursor does not know the agent any more", task.number)
    fetch_work(transition, task, run)


def stopped(transition: Transition, event: AgentStopped) -> None:
    """Cursor took our stop."""
    if found := transition.epic.find_run(event.run):
        task, run = found
        # One that was stopped because its time was over has expired, and stays so.
        status = run.status if run.status.is_final else AgentStatus.STOPPED
        transition.update(task.with_run(replace(run, status=status, stop_requested=True)))
        transition.log("agent stopped", task.number)


def work_seen(transition: Transition, event: WorkFetched) -> None:
    """There is no pull request: open one for commits, fail or try again without."""
    found = transition.epic.find_run(event.run)
    if found is None or not _is_current(*found) or transition.epic.status is not EpicStatus.ACTIVE:
        return
    task, run = found
    if event.commits_ahead:
        task = transition.update(task, pushed_branch=run.branch)
    if run.status is AgentStatus.FINISHED:
        _finished_without_pull_request(transition, task, run, event.commits_ahead)
    elif run.status is AgentStatus.STOPPED and run.stop_requested:
        launch(transition, task)
    elif run.status.is_final:
        retry_or_fail(transition, task, _how_it_ended(run))


def _finished_without_pull_request(
    transition: Transition, task: Task, run: AgentRun, commits_ahead: int
) -> None:
    if not commits_ahead and task.pushed_branch is None:
        fail(transition, task, "the agent finished without changing anything")
    elif _may_open_its_own(transition, run):
        transition.update(
            task,
            due_at=transition.in_seconds(PULL_REQUEST_FETCH_SECONDS),
            waiting_for="the agent's pull request",
        )
    else:
        transition.update(task, waiting_for="the pull request to be opened")
        transition.emit(
            OpenPullRequest(
                task=task.number,
                branch=task.pushed_branch or run.branch,
                base=transition.epic.base,
            )
        )
        transition.log("no pull request; opening one for the agent's commits", task.number)


def _may_open_its_own(transition: Transition, run: AgentRun) -> bool:
    """Whether the agent's own pull request may yet appear.

    v1's agents, and those that go on from another branch than the base, are not asked for one.
    """
    if (
        run.cursor_run_id is not None
        or run.start_ref != transition.epic.base
        or run.ended_at is None
    ):
        return False
    return transition.now - run.ended_at < PULL_REQUEST_PATIENCE


def after_end(transition: Transition, task: Task, run: AgentRun) -> None:
    """The task has an open pull request, and its agent ended without finishing."""
    if run.status is AgentStatus.STOPPED and run.stop_requested:
        begin_again(transition, task)
    else:
        retry_or_fail(transition, task, _how_it_ended(run))


def _how_it_ended(run: AgentRun) -> str:
    if run.status is AgentStatus.EXPIRED:
        return "the agent ran out of time or expired"
    if run.status is AgentStatus.STOPPED:
        return "the agent was stopped at Cursor"
    return "the agent ended with an error"
