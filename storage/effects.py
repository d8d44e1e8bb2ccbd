"""Effect rows: what is to be done outside, and who is doing it.

States: `pending`, `claimed` (a worker prepares it), `sent` (an irreversible request may have left),
`done`, `cancelled`. Only claims expire; an expired one is taken over by the next worker. One that
was `sent` when it was taken back is `cancel_requested`: it is recognised, but not sent once more.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.effects import EFFECT_KINDS, Effect, LaunchAgent, Scope, SendFollowUp
from storage.columns import adapter
from storage.due import EPIC, NOW, NextStep, oldest_row, ready_effect
from storage.tables import effects

# Longer than any single request may take, shorter than a person's patience.
CLAIM_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """An effect that this worker has claimed.

    `tries` counts claims, this one included; `maybe_sent` means that an earlier claim may have
    carried it out.
    """

    id: int
    epic_id: int
    effect: Effect
    claim: str
    tries: int
    first_tried_at: datetime
    maybe_sent: bool


def emit(
    connection: Connection, epic_id: int, effect: Effect, now: datetime, not_before: datetime
) -> None:
    """Store `effect`.

    One of the same key that is pending is replaced. A repeatable one that is in flight is done
    once more afterwards, and one that is done is asked for anew; others are done only once, unless
    they were cancelled.
    """
    row = {
        "epic_id": epic_id,
        "key": effect.key,
        "kind": type(effect).__name__,
        "payload": adapter(type(effect)).dump_json(effect).decode(),
        "state": "pending",
        "urgency": int(effect.urgency),
        "irreversible": effect.irreversible,
        "again": False,
        "cancel_requested": False,
        "tries": 0,
        "created_at": now,
        "not_before": not_before,
        "task": effect.of_task,
        "pull_request": effect.of_pull_request,
        "cancellable": effect.cancellable,
    }
    connection.execute(_asking(connection.dialect.name, repeats=effect.repeats), row)


@cache
def _asking(dialect: str, *, repeats: bool) -> Any:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(effects)
    same = {"index_elements": ["epic_id", "key"]}
    # What is wanted once more is tried once more.
    unparked = {"faults": 0, "error": None, "parked_at": None}
    if not repeats:
        cancelled = effects.c.state == "cancelled"
        return statement.on_conflict_do_update(
            **same,
            set_={
                "payload": case((cancelled, statement.excluded.payload), else_=effects.c.payload),
                "not_before": statement.excluded.not_before,
                "state": case((cancelled, "pending"), else_=effects.c.state),
                "cancel_requested": False,
                **unparked,
            },
            where=or_(cancelled, effects.c.cancel_requested, effects.c.parked_at.is_not(None)),
        )
    in_flight = effects.c.state.in_(("claimed", "sent"))
    fresh = effects.c.state.in_(("done", "cancelled"))
    return statement.on_conflict_do_update(
        **same,
        set_={
            "payload": statement.excluded.payload,
            # A pending one keeps its earlier time: asking again must not put it off.
            "not_before": case(
                (
                    and_(
                        effects.c.state == "pending",
                        effects.c.not_before < statement.excluded.not_before,
                    ),
                    effects.c.not_before,
                ),
                else_=statement.excluded.not_before,
            ),
            "again": in_flight,
            "state": case((in_flight, effects.c.state), else_="pending"),
            "tries": case((fresh, 0), else_=effects.c.tries),
            "first_tried_at": case((fresh, None), else_=effects.c.first_tried_at),
            "task": statement.excluded.task,
            "pull_request": statement.excluded.pull_request,
            **unparked,
        },
    )


def last_prompt(connection: Connection, epic_id: int, runs: Iterable[str]) -> str | None:
    """The prompt last sent to an agent of one of `runs`: a launch's, or a follow-up's."""
    of_runs = [
        condition
        for run in runs
        for condition in (
            effects.c.key == LaunchAgent.key_of(run),
            effects.c.key.startswith(SendFollowUp.key_of(run, ""), autoescape=True),
        )
    ]
    payload = connection.execute(
        select(effects.c.payload)
        .where(
            effects.c.epic_id == epic_id,
            effects.c.state.in_(("sent", "done")),
            or_(false(), *of_runs),
        )
        .order_by(effects.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if payload is None else str(json.loads(payload)["prompt"])


def cancel_pending(connection: Connection, epic_id: int, scope: Scope) -> None:
    """Take back what was emitted in `scope`; of what may have been sent, the outcome is awaited.

    One statement, so that none becomes `sent` in between.
    """
    was_sent = effects.c.state == "sent"
    named = [effects.c.epic_id == epic_id, effects.c.cancellable.in_(scope.kinds)]
    if scope.task is not None:
        named.append(effects.c.task == scope.task)
    if scope.pull_request is not None:
        named.append(effects.c.pull_request == scope.pull_request)
    connection.execute(
        update(effects)
        .where(*named, effects.c.state.in_(("pending", "claimed", "sent")))
        .values(
            state=case((was_sent, effects.c.state), else_="cancelled"),
            cancel_requested=was_sent,
            claim=case((was_sent, effects.c.claim), else_=None),
            again=False,
        )
    )


_OURS = and_(effects.c.id == bindparam("effect"), effects.c.claim == bindparam("token"))
_NEXT = (
    select(effects)
    .where(
        effects.c.epic_id == EPIC,
        effects.c.urgency <= bindparam("max_urgency"),
        ready_effect(),
        # What an undecided row tells may change what is to be done.
        func.coalesce(oldest_row(), "") != NextStep.DECIDE,
    )
    .order_by(effects.c.urgency, effects.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(effects)
    .where(effects.c.id == bindparam("effect"))
    .values(
        state=case((effects.c.state == "sent", "sent"), else_="claimed"),
        claim=bindparam("token"),
        claim_until=bindparam("until"),
        tries=effects.c.tries + 1,
        first_tried_at=func.coalesce(effects.c.first_tried_at, NOW),
        again=False,
    )
)
_FINISH = (
    update(effects)
    .where(_OURS)
    .values(
        state=case((effects.c.again, "pending"), else_="done"),
        tries=case((effects.c.again, 0), else_=effects.c.tries),
        not_before=case((effects.c.again, NOW), else_=effects.c.not_before),
        again=False,
        claim=None,
        claim_until=None,
        done_at=NOW,
    )
)


def claim(
    connection: Connection, epic_id: int, token: str, now: datetime, max_urgency: int
) -> Claimed | None:
    """Claim the epic's most urgent ready effect whose urgency number is at most `max_urgency`.

    None while a row is to be decided on first.
    """
    asked = {"epic": epic_id, "now": now, "max_urgency": max_urgency}
    row = connection.execute(_NEXT, asked).mappings().one_or_none()
    if row is None:
        return None
    until = now + timedelta(seconds=CLAIM_SECONDS)
    connection.execute(_CLAIM, {"effect": row["id"], "token": token, "until": until, "now": now})
    return Claimed(
        id=row["id"],
        epic_id=epic_id,
        effect=adapter(EFFECT_KINDS[row["kind"]]).validate_json(row["payload"]),
        claim=token,
        tries=row["tries"] + 1,
        first_tried_at=row["first_tried_at"] or now,
        maybe_sent=row["state"] == "sent" if row["irreversible"] else row["tries"] > 0,
    )


def mark_sent(connection: Connection, claimed: Claimed) -> bool:
    """Commit to the call; False when the effect was taken back or the claim was lost."""
    ours = and_(effects.c.id == claimed.id, effects.c.claim == claimed.claim)
    connection.execute(
        update(effects)
        .where(ours, effects.c.cancel_requested)
        .values(state="cancelled", claim=None)
    )
    result = connection.execute(
        update(effects).where(ours, effects.c.state.in_(("claimed", "sent"))).values(state="sent")
    )
    return bool(result.rowcount)


def finish(connection: Connection, claimed: Claimed, now: datetime) -> bool:
    """Mark it done, or pending again when it was asked for meanwhile; False: claim lost."""
    ours = {"effect": claimed.id, "token": claimed.claim, "now": now}
    return bool(connection.execute(_FINISH, ours).rowcount)


def postpone(
    connection: Connection, claimed: Claimed, until: datetime, *, sent: bool, count: bool
) -> None:
    """Give the claim back and try again at `until`.

    `sent` keeps the state `sent`, since the request may have been carried out: then it cannot be
    cancelled any more. `count` is false where waiting must not look like a try: a first one that
    had to wait was none.
    """
    tries = claimed.tries if count or sent else claimed.tries - 1
    connection.execute(
        update(effects)
        .where(effects.c.id == claimed.id, effects.c.claim == claimed.claim)
        .values(
            state="sent" if sent else "pending",
            claim=None,
            claim_until=until if sent else None,
            not_before=until,
            tries=tries,
            first_tried_at=claimed.first_tried_at if tries else None,
        )
    )
