"""Cancelling is one statement over the columns of an effect's scope."""

import pytest
from sqlalchemy import Connection, event, select, update

from bot.core.effects import (
    EFFECT_KINDS,
    WHOLE_EPIC,
    Effect,
    MarkReady,
    Scope,
    UpdateBranch,
    all_about_pull_request,
    merge_of_pull_request,
    work_on_task,
)
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha
from storage import effects, tables
from storage.database import Database
from tests.core.effects.samples import sample
from tests.stored_epics import NOW, insert_epic, insert_repositories

ROW = tables.effects.c
SCOPES = [WHOLE_EPIC, *(
    scope(number)
    for scope in (work_on_task, all_about_pull_request, merge_of_pull_request)
    for number in (1, 10)
)]  # fmt: skip
ALL = [sample(kind) for kind in EFFECT_KINDS.values()]


def epic_with(connection: Connection, emitted: list[Effect]) -> Epic:
    insert_repositories(connection, 1)
    epic = insert_epic(connection)
    for effect in emitted:
        effects.emit(connection, epic.id, effect, NOW, NOW)
    return epic


def put(connection: Connection, state: str) -> None:
    connection.execute(update(tables.effects).values(state=state, claim="somebody's"))


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("state", ["pending", "claimed", "sent", "done", "cancelled"])
def test_nothing_in_the_scope_survives_and_nothing_else_is_touched(
    database: Database, scope: Scope, state: str
) -> None:
    with database.write() as connection:
        epic = epic_with(connection, ALL)
        put(connection, state)
        effects.cancel_pending(connection, epic.id, scope)
        rows = connection.execute(select(ROW.key, ROW.state, ROW.claim, ROW.cancel_requested))
        found = {row.key: tuple(row)[1:] for row in rows}
    taken_back = {
        "pending": ("cancelled", None, False),
        "claimed": ("cancelled", None, False),
        "sent": ("sent", "somebody's", True),
    }
    as_before = (state, "somebody's", False)
    assert found == {
        one.key: taken_back.get(state, as_before) if scope.covers(one) else as_before for one in ALL
    }


@pytest.mark.parametrize("scope", SCOPES[:4])
def test_it_is_one_statement(database: Database, scope: Scope) -> None:
    statements: list[str] = []
    with database.write() as connection:
        epic = epic_with(connection, ALL)
        listen = ("before_cursor_execute", lambda *given: statements.append(given[2]))
        event.listen(database.engine, *listen)
        effects.cancel_pending(connection, epic.id, scope)
        event.remove(database.engine, *listen)
    assert [one.split()[0] for one in statements] == ["UPDATE"]


def test_what_is_emitted_after_the_cancel_is_pending(database: Database) -> None:
    update_branch = UpdateBranch(task=1, number=10, head=CommitSha("a"))
    newer = UpdateBranch(task=1, number=10, head=CommitSha("b"))
    with database.write() as connection:
        epic = epic_with(connection, [update_branch, MarkReady(task=1, number=10, node_id="n")])
        effects.cancel_pending(connection, epic.id, work_on_task(1))
        effects.emit(connection, epic.id, newer, NOW, NOW)
        rows = connection.execute(select(ROW.kind, ROW.state).order_by(ROW.id)).all()
        claimed = effects.claim(connection, epic.id, "token", NOW, 99)
    assert [tuple(row) for row in rows] == [("UpdateBranch", "pending"), ("MarkReady", "cancelled")]
    assert isinstance(claimed, effects.Claimed)
    assert claimed.effect == newer
