"""Find the agent run that a report is about."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from storage.tables import agent_runs


@dataclass(frozen=True)
class KnownRun:
    """What a report is compared with; `agent_id` is None until the launch is answered."""

    id: str
    epic_id: int
    agent_id: str | None
    branch: str


def find_run(connection: Connection, run_id: str) -> KnownRun | None:
    """Return the run of that id."""
    return _latest(connection, agent_runs.c.id == run_id)


def find_run_of_agent(connection: Connection, agent_id: str) -> KnownRun | None:
    """Return the latest run that the agent works for."""
    return _latest(connection, agent_runs.c.agent_id == agent_id)


def _latest(connection: Connection, condition: ColumnElement[bool]) -> KnownRun | None:
    run = agent_runs.c
    row = connection.execute(
        select(run.id, run.epic_id, run.agent_id, run.branch)
        .where(condition)
        .order_by(run.attempt.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else KnownRun(*row)
