"""Epics that race for the last of a month's money set aside no more than there is."""

import os
import random
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.model.money import DOLLAR, Micros
from bot.core.model.settings import EpicSettings
from bot.core.model.task import Task
from bot.core.model.terms import Terms
from jobs.engine.advance import advance
from storage import epics, money
from storage.database import Database
from storage.tables import budgets
from tests.stored_epics import NOW, insert_epic, insert_repositories

# All that were shown to hold are tried with RACES=1000.
RACES = range(int(os.environ.get("RACES", "30")))
PRICE = Micros(DOLLAR // 10)


def settings(chance: random.Random, cap: Micros) -> EpicSettings:
    return EpicSettings(
        max_parallel=chance.randint(1, 3),
        month_budget=cap,
        task_budget=Micros(chance.randint(1, 6) * DOLLAR),
        epic_budget=Micros(chance.randint(1, 12) * DOLLAR),
    )


def insert_racers(database: Database, chance: random.Random, race: int, cap: Micros) -> list[int]:
    """Two epics of one repository, or of two, each with tasks to launch."""
    apart, ids = chance.random() < 0.5, []
    with database.write() as connection:
        insert_repositories(connection, race * 2 + 1, race * 2 + 2, known=race > 0)
        for place in (0, 1):
            repository = race * 2 + 1 + (place if apart else 0)
            issue = race * 2 + place + 1
            epic = insert_epic(connection, repository, issue=issue, token=f"{issue:032x}")
            tasks = tuple(
                Task(number=number, position=number, title=f"Task {number}")
                for number in range(1, chance.randint(1, 3) + 1)
            )
            ready = replace(epic, tasks=tasks, due_at=NOW, settings=settings(chance, cap))
            epics.save(connection, epic, replace(ready, base_is_ready=True))
            ids.append(epic.id)
    return ids


def _is_denied(epic: Epic) -> bool:
    return epic.status is EpicStatus.PAUSED or any(task.wait for task in epic.pending())


def race_for_it(database: Database, ids: list[int], terms: Terms) -> None:
    """Decide on all epics at the same moment."""
    ready, failed = threading.Barrier(len(ids)), list[BaseException]()

    def run(epic_id: int) -> None:
        try:
            ready.wait(10)
            with database.write() as connection:
                advance(connection, epic_id, NOW, terms)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []


@pytest.mark.both_databases
def test_two_epics_never_set_aside_more_than_a_month_has(database: Database) -> None:
    launched = denied = 0
    for race in RACES:
        chance = random.Random(race)
        cap, month_cap = (Micros(chance.randint(0, 10 * DOLLAR)) for _ in range(2))
        with database.write() as connection:
            connection.execute(budgets.delete())
        terms = Terms(prices={"default": PRICE}, month_cap=month_cap)
        ids = insert_racers(database, chance, race, cap)
        race_for_it(database, ids, terms)
        with database.read() as connection:
            rows = connection.execute(select(budgets)).all()
            loaded = [epics.load(connection, one) for one in ids]
        for row in rows:
            assert 0 <= row.reserved <= (month_cap if row.scope == money.EVERYWHERE else cap), race
        runs = [run for epic in loaded if epic for task in epic.tasks for run in task.runs]
        everywhere = sum(row.reserved for row in rows if row.scope == money.EVERYWHERE)
        assert everywhere == sum(run.bill.reserved for run in runs), race
        assert all(run.bill.reserved >= 5 * PRICE for run in runs), race
        launched += bool(runs)
        # One that waits finds the money set aside, one that is paused finds no such budget.
        denied += any(epic is not None and _is_denied(epic) for epic in loaded)
    assert launched > len(RACES) // 4, "nothing was raced for"
    assert denied > len(RACES) // 4, "there was always enough"
