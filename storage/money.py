"""The months' budgets and the ledger: what all agents of a repository, or of all, may yet cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.budget import month_of
from bot.core.model.agent_run import AgentRun
from bot.core.model.epic import Epic
from bot.core.model.money import Bill, Micros
from bot.core.model.terms import Terms
from bot.core.reservations import Holder, MoneySlot, Slot
from storage.tables import budgets, epics, ledger

# The scope of what all repositories spend together.
EVERYWHERE = "all"
_NOTHING = Bill()


class OverdrawnError(Exception):
    """More was set aside than a budget has: the decision that did so must not be stored."""


def money_held(
    connection: Connection,
    epic_id: int,
    slots: Sequence[MoneySlot],
    changed: Sequence["Change"],
    *,
    terms: Terms,
    now: datetime,
) -> dict[Slot, Holder]:
    """Return those of the slots that ask for more than is left, with what is.

    `changed` is what the decision that asks changes of its epic's bills, the slots included: what
    it frees is there for them. Holds the budgets' rows until the transaction ends: of two epics
    that ask at once the second sees what the first has set aside.
    """
    repository = _repository_of(connection, epic_id)
    reserved, spent = _sums(changed).get(month_of(now), (0, 0))
    reserved -= sum(slot.amount for slot in slots)
    lefts = [
        (limit - row.reserved - row.spent - reserved - spent, limit - row.spent - spent)
        for limit, row in _rows(connection, repository, slots[0].cap, terms, now)
    ]
    if not lefts:
        return {}
    left, at_best = min(one for one, _ in lefts), min(one for _, one in lefts)
    held: dict[Slot, Holder] = {}
    for slot in slots:
        if slot.amount > left:
            held[slot] = Holder(left=Micros(max(0, left)), at_best=Micros(max(0, at_best)))
        else:
            left -= slot.amount
    return held


def left_of_month(
    connection: Connection, repository_id: int, cap: Micros, terms: Terms, now: datetime
) -> Micros:
    """Return what the repository's agents may yet cost this month; holds and makes no row."""
    caps = {str(repository_id): cap, EVERYWHERE: terms.month_cap}
    rows = connection.execute(
        select(budgets.c.scope, budgets.c.reserved + budgets.c.spent).where(
            budgets.c.scope.in_(list(caps)), budgets.c.month == month_of(now)
        )
    )
    used = {row[0]: row[1] for row in rows}
    lefts = [cap - used.get(scope, 0) for scope, cap in caps.items() if cap is not None]
    return Micros(max(0, min(lefts)))


def _rows(
    connection: Connection, repository: int, cap: Micros, terms: Terms, now: datetime
) -> Iterator[tuple[int, Any]]:
    """Yield the budgets that have a limit, each with that and locked."""
    caps = {str(repository): cap, EVERYWHERE: terms.month_cap}
    month = month_of(now)
    _make_rows(connection, [(scope, month) for scope in sorted(caps)])
    rows = connection.execute(
        select(budgets.c.scope, budgets.c.reserved, budgets.c.spent)
        .where(budgets.c.scope.in_(list(caps)), budgets.c.month == month)
        .order_by(budgets.c.scope)
        .with_for_update()
    )
    for row in rows:
        if (limit := caps[row.scope]) is not None:
            yield limit, row


def _make_rows(connection: Connection, keys: Iterable[tuple[str, str]]) -> None:
    empty = [{"scope": scope, "month": month, "reserved": 0, "spent": 0} for scope, month in keys]
    connection.execute(_insert(connection)(budgets).on_conflict_do_nothing(), empty)


@dataclass(frozen=True)
class Change:
    """A run whose bill is another than before."""

    task: int
    run: AgentRun
    before: Bill


def changes(before: Epic, after: Epic) -> tuple[Change, ...]:
    """Return what a decision changes of the epic's bills."""
    bills = {run.id: run.bill for task in before.tasks for run in task.runs}
    return tuple(
        Change(task.number, run, was)
        for task in after.tasks
        for run in task.runs
        if (was := bills.get(run.id, _NOTHING)).reserved != run.bill.reserved
        or was.spent != run.bill.spent
    )


def book(
    connection: Connection, epic: Epic, changed: Sequence[Change], terms: Terms, now: datetime
) -> None:
    """Book what a decision has set aside, freed and spent; raises OverdrawnError.

    It is the difference of the facts that are stored with it, so nothing is booked twice.
    """
    repository = _repository_of(connection, epic.id)
    caps = {str(repository): epic.settings.month_budget, EVERYWHERE: terms.month_cap}
    for month, (reserved, spent) in _sums(changed).items():
        for scope, cap in sorted(caps.items()):
            _make_rows(connection, [(scope, month)])
            grows = reserved > 0 and reserved + spent > 0
            _book(connection, _Entry(scope, month, reserved, spent), cap if grows else None)
    for change in changed:
        _note(connection, repository, epic.issue_number, change, now)


@dataclass(frozen=True)
class _Entry:
    """What is added to one budget."""

    scope: str
    month: str
    reserved: int
    spent: int


def _sums(changed: Sequence[Change]) -> dict[str, tuple[int, int]]:
    """Return by month what is set aside more, and spent more."""
    reserved: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for change in changed:
        was, bill = change.before, change.run.bill
        reserved[was.month or bill.month or ""] -= was.reserved
        reserved[bill.month or ""] += bill.reserved
        spent[bill.month or ""] += bill.spent - was.spent
    return {month: (reserved[month], spent[month]) for month in sorted({*reserved, *spent})}


def _book(connection: Connection, entry: _Entry, cap: Micros | None) -> None:
    """Add to a budget; one statement, so that no two epics find the same money."""
    more = entry.reserved + entry.spent
    rows = budgets.c.scope == entry.scope, budgets.c.month == entry.month
    enough = () if cap is None else (budgets.c.reserved + budgets.c.spent + more <= cap,)
    booked = connection.execute(
        update(budgets)
        .where(*rows, *enough)
        .values(reserved=budgets.c.reserved + entry.reserved, spent=budgets.c.spent + entry.spent)
    )
    if booked.rowcount != 1:
        raise OverdrawnError(f"{entry.scope} in {entry.month}")


def _note(
    connection: Connection, repository: int, issue: int, change: Change, now: datetime
) -> None:
    """Keep what the run has cost; the row outlives the epic."""
    run = change.run
    if run.bill.spent == change.before.spent:
        return
    values = {"spent": run.bill.spent, "reported": run.bill.reported, "at": now}
    statement = _insert(connection)(ledger).values(
        run=run.id,
        repository_id=repository,
        issue_number=issue,
        task_number=change.task,
        model=run.model,
        **values,
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["run"], set_=values))


def _repository_of(connection: Connection, epic_id: int) -> int:
    query = select(epics.c.repository_id).where(epics.c.id == epic_id)
    return int(connection.execute(query).scalar_one())


def _insert(connection: Connection) -> Any:
    """Both databases know upserts; SQLAlchemy has no common word for them."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
