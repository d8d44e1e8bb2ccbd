"""Several tasks at a time, and the money that an epic's tasks share."""

from bot.core.budget import spent
from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from storage.tables import budgets
from tests.harness import Story
from tests.stories.crash_scenarios.common import MOST, TWO
from tests.stories.pull_requests import repository
from tests.stories.steps import configure, script_check

GRAPH = "- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing `after: 1,2`\n"


def two_at_work(story: Story) -> None:
    configure(story, "agents: {max_parallel: 2}\n")
    script_check(story, after=10)
    story.start(GRAPH)
    assert len(story.cursor.agents) == 2


def work_through(story: Story) -> None:
    story.wait_for(story.has(EpicStatus.COMPLETED), most=MOST)


def audit_worked_through(story: Story) -> None:
    pulls, git = repository(story).pulls, repository(story).git
    assert len(story.cursor.agents) == 3
    assert [pull.merged_at is not None for pull in pulls] == [True] * 3
    merges = [task.merge_sha for task in story.epic().tasks]
    # Each head that was merged held all merges before it.
    held = [sum(sha in git.ancestors(pull.head_sha) for sha in merges if sha) for pull in pulls]
    assert sorted(held) == [0, 1, 2]
    _audit_books(story)


def nearly_out_of_money(story: Story) -> None:
    """Come to the end of an agent that leaves too little for another."""
    configure(story, "budget: {epic: 2.5}\n")
    story.cursor.plan(AgentScript(seconds_to_end=600))
    story.start(TWO)
    story.wait(590)


def run_out_and_on(story: Story) -> None:
    story.wait_for(story.has(EpicStatus.PAUSED), most=MOST)
    story.comment("/orchestra budget +10")
    story.wait_for(story.has(EpicStatus.COMPLETED), most=MOST)


def audit_raised(story: Story) -> None:
    assert len(story.cursor.agents) == 2
    assert story.markers() == {"progress": 1, "budget": 1, "paused": 1, "answer": 1, "ended": 1}
    _audit_books(story)


def _audit_books(story: Story) -> None:
    """Nothing is set aside any more, and what is booked is what the agents have cost."""
    with story.services.database.read() as connection:
        rows = connection.execute(budgets.select()).all()
    assert {(row.reserved, row.spent) for row in rows} == {(0, spent(story.epic()))}
