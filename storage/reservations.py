"""Who outside an epic holds what is scarce; asked in the transaction that stores a decision."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, select, type_coerce

from bot.core.model.identifiers import TaskStatus
from bot.core.model.terms import Terms
from bot.core.reservations import AgentSlot, Holder, MergeSlot, MoneySlot, Slot
from storage.agent_slots import agents_held
from storage.bases import goes_into
from storage.money import Change, money_held
from storage.tables import epics, repositories, tasks


def holders(
    connection: Connection,
    epic_id: int,
    slots: Iterable[Slot],
    changed: Sequence[Change],
    *,
    terms: Terms,
    now: datetime,
) -> dict[Slot, Holder]:
    """Return those of the slots that other epics hold, with their holders.

    `changed` is what the decision that asks changes of the epic's bills. Repositories are locked
    first, then agents' slots, then budgets: every epic asks in that order.
    """
    wanted = tuple(slots)
    held: dict[Slot, Holder] = {}
    for slot in wanted:
        if isinstance(slot, MergeSlot) and (holder := _merging(connection, epic_id, slot.base)):
            held[slot] = holder
    agents = [slot for slot in wanted if isinstance(slot, AgentSlot)]
    if agents and terms.max_agents is not None:
        held |= agents_held(connection, epic_id, agents, terms.max_agents, now)
    amounts = [slot for slot in wanted if isinstance(slot, MoneySlot)]
    if amounts:
        held |= money_held(connection, epic_id, amounts, changed, terms=terms, now=now)
    return held


def _merging(connection: Connection, epic_id: int, base: str) -> Holder | None:
    """Return the epic of the same repository whose merge into `base` is under way.

    Holds the repository's row until the transaction ends: of two epics that ask at once the second
    sees the first's merge.
    """
    repository = connection.execute(
        select(repositories.c.id)
        .join(epics, epics.c.repository_id == repositories.c.id)
        .where(epics.c.id == epic_id)
        .with_for_update(of=repositories, key_share=True)
    ).scalar_one()
    rows = connection.execute(
        select(
            epics.c.issue_number,
            # As text: another epic's row that no longer validates is not this one's trouble.
            type_coerce(tasks.c.pull_request, Text).label("pull_request"),
        )
        .join(tasks, tasks.c.epic_id == epics.c.id)
        .join(repositories, repositories.c.id == epics.c.repository_id)
        .where(
            epics.c.repository_id == repository,
            epics.c.id != epic_id,
            tasks.c.status == TaskStatus.MERGING,
            goes_into(base),
        )
    )
    for row in rows:
        if not _is_queued(row.pull_request):
            return Holder(issue=row.issue_number)
    return None


def _is_queued(pull_request: str | None) -> bool:
    """Tell whether GitHub merges it in its queue; one that cannot be read may be merged by us."""
    try:
        return bool(json.loads(pull_request or "{}").get("is_queued", False))
    except (ValueError, AttributeError):
        return False
