"""Play one story with a wrong answer to its end, and look at all that came of it."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import Fault as CursorFault
from sandbox.github import Fault as GitHubFault
from sandbox.github.state.faults import Action
from tests.databases import Kind, fresh_database
from tests.fakes import Fakes
from tests.faults.answers import Wrong
from tests.faults.requests import METHODS, FaultStory, set_the_scene
from tests.harness import REPOSITORY, Story, run_story
from tests.stories.agents import ONE, agents, pulls

# The search for a lost launch, and limits without a word on how long they last.
PATIENCE = 900.0
# What a person has to decide on, and what they then say. All else ends by itself.
REFUSED_LAUNCH, REFUSED_MERGE = "retry 1", "merge 1"


def play(near: Fakes, directory: Path, kind: Kind, fault: FaultStory) -> None:
    """Play it.

    Raises:
        AssertionError: it does not come to its end, or did something twice.
    """
    version = fault.asked.version
    with (
        fresh_database(kind) as database,
        run_story(near, database, directory, version=version) as story,
    ):
        story.expects_readers = False
        set_the_scene(story)
        was_used = _order(story, fault)
        story.start(ONE)
        story.wait_for(lambda: _is_completed(story) or _asks_person(story), most=PATIENCE)
        if not _is_completed(story):
            _help(story, fault)
        assert story.come_to_rest() == []
        assert was_used(), "the request was never made"
        _audit(story)


def _order(story: Story, fault: FaultStory) -> Callable[[], bool]:
    """Order the wrong answer; returns how to tell whether it was given."""
    asked, wrong = fault.asked, fault.wrong
    spared = asked.nth - 1
    if asked.service == "Cursor":
        answer = CursorFault(wrong.status, wrong.body, wrong.headers, carried_out=wrong.done)
        order = story.cursor.fail(asked.kind, answer, fault.times, after=spared)
        return lambda: order.left < fault.times
    ordered = GitHubFault(
        f"^{re.escape(asked.kind)}$",
        _action(wrong),
        wrong.status,
        wrong.body,
        wrong.headers,
        times=fault.times,
        after=spared,
    )
    story.github.faults.add(ordered)
    return lambda: ordered.times < fault.times


def _action(wrong: Wrong) -> Action:
    if wrong.empty:
        return "empty"
    if wrong.status:
        return "answer"
    return "drop_after" if wrong.done else "drop_before"


def _is_completed(story: Story) -> bool:
    return story.has(EpicStatus.COMPLETED)()


def _asks_person(story: Story) -> bool:
    epic = story.epic()
    return epic.status is EpicStatus.PAUSED or any(task.needs_person for task in epic.tasks)


def _help(story: Story, fault: FaultStory) -> None:
    """A person is asked, with the service's own words, and says to go on until it is right."""
    command = _for_a_person(fault)
    said = story.said()[-1]
    assert command, f"{story.say()}; {said}"
    assert fault.wrong.words.rstrip(".") in said, said
    assert f"`/orchestra {command}`" in said, said
    for _ in range(fault.times):
        story.comment(f"/orchestra {command}")
        story.wait(60)
    assert _is_completed(story), story.say()


def _for_a_person(fault: FaultStory) -> str | None:
    """What they say of a mistake of ours, and of a merge that was refused twice."""
    if fault.asked.kind.endswith("/agents") and fault.wrong.name == "400":
        return REFUSED_LAUNCH
    refuses = fault.wrong.status in (403, 405, 409) and "limit" not in fault.wrong.name
    if fault.asked.kind.startswith("PUT ") and refuses and fault.times > 1:
        return REFUSED_MERGE
    return None


def _audit(story: Story) -> None:
    """All is done, once, and nothing is left."""
    assert story.body() == "- [x] First thing\n"
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    (pull,) = pulls(story)
    assert pull.merged_at is not None
    launched = Counter(agent.branch for agent in agents(story))
    assert launched.total() == 1, f"{launched}: more than one agent for one task"
    assert not [one for one in agents(story) if one.latest.status in ("CREATING", "RUNNING")]
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]
    method = METHODS[story.services.settings.cursor_api_version]
    asked = [entry.request["merge_method"] for entry in story.requests("PUT ")]
    assert set(asked) == {method}, "the settings file was not obeyed"
