from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import RunId
from storage.agent_runs import KnownRun, find_run, find_run_of_agent
from storage.database import Database
from tests.stored_epics import insert_epic, insert_repositories


def run(number: int, agent_id: str | None) -> AgentRun:
    return AgentRun(
        id=RunId(f"run-{number}"),
        task_number=1,
        attempt=number,
        branch=f"orchestra/{number}",
        start_ref="main",
        agent_id=agent_id,
    )


def test_runs_are_found_by_their_id_and_by_their_agents(database: Database) -> None:
    runs = (run(1, "bc-1"), run(2, "bc-1"), run(3, None))
    with database.write() as connection:
        insert_repositories(connection, 1)
        epic = insert_epic(connection, runs=runs)

    with database.read() as connection:
        unanswered = KnownRun("run-3", epic.id, None, "orchestra/3")
        assert find_run(connection, "run-3") == unanswered
        assert find_run(connection, "run-4") is None
        latest = KnownRun("run-2", epic.id, "bc-1", "orchestra/2")
        assert find_run_of_agent(connection, "bc-1") == latest
        assert find_run_of_agent(connection, "bc-2") is None
