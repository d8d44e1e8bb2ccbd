"""Comments that say more than the epic's facts do."""

import pytest

from bot.core.effects import LaunchAgent, PostComment
from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import RunId
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from storage import effects, log_events
from tests.jobs.executing import World
from tests.jobs.fakes import START

RUN = RunId("r1")
LAUNCH = LaunchAgent(
    task=2,
    run=RUN,
    branch="work",
    start_ref="main",
    prompt="Do the second thing",
    title="Second",
    model=None,
)


@pytest.fixture
def launched(world: World) -> World:
    """An agent works for the second task, and there is something in the log."""
    run = AgentRun(id=RUN, task_number=2, attempt=1, branch="work", start_ref="main")
    world.put_task(2, runs=(run,))
    with world.services.database.write() as connection:
        effects.emit(connection, world.epic.id, LAUNCH, START, START)
        claimed = effects.claim(connection, world.epic.id, "token", START, 99)
        assert isinstance(claimed, effects.Claimed)
        effects.finish(connection, claimed, START)
        lines = [(1, "about the first"), (2, "about the second")]
        notices = [(task, Notice(kind=NoticeKind.LEGACY, quote=quote)) for task, quote in lines]
        log_events.add(connection, world.epic.id, notices, START, None)
    return world


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        (2, {"about the second", "Do the second thing"}),
        (1, {"about the first"}),
        (None, {"about the first", "about the second"}),
    ],
)
def test_logs_show_the_prompt_and_the_tasks_lines(
    launched: World, task: int | None, shown: set[str]
) -> None:
    message = Message(kind=MessageKind.LOGS, task=task)
    effect = PostComment(issue=launched.epic.issue_number, purpose="logs", message=message)
    launched.perform(effect)
    assert launched.already_applied(effect) is None
    comments = launched.github.issue("acme/widgets", launched.epic.issue_number).comments
    [text] = [comment.body for comment in comments]
    sought = ("about the first", "about the second", "Do the second thing")
    assert {words for words in sought if words in text} == shown
