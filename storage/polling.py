"""Which agents are due to be polled, and what was last seen of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from bot.core.model.identifiers import AgentStatus, RunId
from storage.tables import agent_runs

_AT_WORK = (AgentStatus.CREATING, AgentStatus.RUNNING)
# An agent that has not appeared by then never will.
LOST_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class PolledRun:
    """A run at work; `seen_mark` is what its agent looked like at the last report that was used."""

    run_id: RunId
    epic_id: int
    agent_id: str
    status: AgentStatus
    prompt_index: int
    prompt_ref: str | None
    seen_mark: str | None
    used_at: datetime | None


@dataclass(frozen=True)
class LostRun:
    """A run whose launch was never answered, and the branch its agent would be on."""

    run_id: RunId
    epic_id: int
    branch: str


def due_runs(connection: Connection, seconds: float, now: datetime) -> list[PolledRun]:
    """Return runs at work that were last seen at least `seconds` ago, longest unseen first."""
    runs = agent_runs.c
    rows = connection.execute(
        select(
            runs.id,
            runs.epic_id,
            runs.agent_id,
            runs.status,
            runs.prompt_index,
            runs.prompt_ref,
            runs.seen_mark,
            runs.used_at,
        )
        .where(
            runs.status.in_(_AT_WORK),
            runs.agent_id.is_not(None),
            _not_seen_for(seconds, now),
        )
        .order_by(runs.seen_at.is_not(None), runs.seen_at)
    )
    return [PolledRun(*row) for row in rows]


def lost_runs(connection: Connection, seconds: float, now: datetime) -> list[LostRun]:
    """Return runs recently given up as lost and not looked for in the last `seconds`.

    Only those alone on their branch: on a pull request's, another's agent would be taken for it.
    """
    runs, others = agent_runs.c, agent_runs.alias().c
    shared = exists().where(others.branch == runs.branch, others.id != runs.id)
    rows = connection.execute(
        select(runs.id, runs.epic_id, runs.branch).where(
            runs.lost,
            runs.agent_id.is_(None),
            runs.ended_at > now - LOST_FOR,
            _not_seen_for(seconds, now),
            ~shared,
        )
    )
    return [LostRun(*row) for row in rows]


def _not_seen_for(seconds: float, now: datetime) -> ColumnElement[bool]:
    """Match runs unseen for so long; a time still to come is a clock's that has been set back."""
    seen_at = agent_runs.c.seen_at
    return or_(seen_at.is_(None), seen_at <= now - timedelta(seconds=seconds), seen_at > now)


def anything_to_ask(connection: Connection, now: datetime) -> bool:
    """Tell whether any agent is at work, or lost and may yet appear."""
    runs = agent_runs.c
    lost = and_(runs.lost, runs.agent_id.is_(None), runs.ended_at > now - LOST_FOR)
    query = select(runs.id).where(or_(runs.status.in_(_AT_WORK), lost)).limit(1)
    return connection.execute(query).first() is not None


def count_at_work(connection: Connection) -> int:
    """Count the agents at work."""
    query = select(func.count()).select_from(agent_runs).where(agent_runs.c.status.in_(_AT_WORK))
    count: int = connection.execute(query).scalar_one()
    return count


def mark_seen(connection: Connection, run_ids: Sequence[RunId], now: datetime) -> None:
    """Store that the runs' agents were polled."""
    connection.execute(update(agent_runs).where(agent_runs.c.id.in_(run_ids)).values(seen_at=now))


def mark_used(connection: Connection, run_id: RunId, mark: str, now: datetime) -> None:
    """Remember what the agent looked like when its report was last put into the inbox."""
    connection.execute(
        update(agent_runs).where(agent_runs.c.id == run_id).values(seen_mark=mark, used_at=now)
    )
