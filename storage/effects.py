"""Effect rows: what is to be done outside, and who is doing it.

States: `pending`, `claimed` (a worker prepares it), `sent` (an irreversible request may have left),
`done`, `cancelled`. Only claims expire; an expired one is taken over by the next worker. One that
was `sent` when it was taken back is `cancel_requested`: it is recognised, but not sent once more.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    false,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.effects import EFFECT_KINDS, Effect, LaunchAgent, Scope, SendFollowUp
from storage.columns import adapter
from storage.due import EPIC, NOW, ready_effect, stop_is_read, undecided
from storage.tables import effects

# Shorter than a person's patience; whoever still works on it renews it in time.
CLAIM_SECONDS = 60
# A request that left right before its claim ran out has ended, one way or the other, by then.
SETTLE_SECONDS = 100


class Permit(StrEnum):
    """What comes of wanting to send an effect."""

    SEND = "send"
    CANCELLED = "cancelled"
    LOST = "lost"  # somebody else has it, or nobody has
    UNSETTLED = "unsettled"  # cancelled, but what an earlier try may have sent is not over yet


@dataclass(frozen=True, kw_only=True)
class BrokenEffect:
    """One that no longer validates."""

    id: int
    kind: str
    task: int | None
    error: Exception


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """An effect that this worker has claimed.

    It was first asked for at `created_at`. `tries` counts claims, this one included; `maybe_sent`
    means that an earlier claim may have carried it out.
    """

    id: int
    epic_id: int
    effect: Effect
    claim: str
    tries: int
    created_at: datetime
    first_tried_at: datetime
    maybe_sent: bool


def emit(
    connection: Connection, epic_id: int, effect: Effect, now: datetime, not_before: datetime
) -> None:
    """Store `effect`.

    One of the same key that is pending is replaced. A repeatable one that is in flight is done
    once more afterwards, and one that is done starts over; others are done only once, unless
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
                "sent_at": case((cancelled, None), else_=effects.c.sent_at),
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
    """Return the prompt last sent to an agent of one of `runs`: a launch's, or a follow-up's."""
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

    Parked or not: an agent may be at work. One statement, so that none becomes `sent` in between.
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
            faults=0,
            error=None,
            parked_at=None,
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
        not_(undecided()),
        not_(and_(effects.c.irreversible, effects.c.state != "sent", stop_is_read())),
    )
    .order_by(effects.c.urgency, effects.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_NEXT_NAME = _NEXT.with_only_columns(effects.c.id, effects.c.kind, effects.c.task)
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
) -> Claimed | BrokenEffect | None:
    """Claim the epic's most urgent ready effect whose urgency number is at most `max_urgency`.

    None while a row is to be decided on first.
    """
    asked = {"epic": epic_id, "now": now, "max_urgency": max_urgency}
    try:
        row = connection.execute(_NEXT, asked).mappings().one_or_none()
    except (ValueError, LookupError, TypeError) as error:
        # A column is no value of its type.
        name = connection.execute(_NEXT_NAME, asked).one()
        return BrokenEffect(**name._mapping, error=error)
    if row is None:
        return None
    try:
        effect: Effect = adapter(EFFECT_KINDS[row["kind"]]).validate_json(row["payload"])
    except (ValueError, LookupError, TypeError) as error:
        return BrokenEffect(id=row["id"], kind=row["kind"], task=row["task"], error=error)
    until = now + timedelta(seconds=CLAIM_SECONDS)
    connection.execute(_CLAIM, {"effect": row["id"], "token": token, "until": until, "now": now})
    return Claimed(
        id=row["id"],
        epic_id=epic_id,
        effect=effect,
        claim=token,
        tries=row["tries"] + 1,
        created_at=row["created_at"],
        first_tried_at=row["first_tried_at"] or now,
        maybe_sent=row["state"] == "sent" if row["irreversible"] else row["tries"] > 0,
    )


def renew(connection: Connection, claimed: Claimed, now: datetime) -> bool:
    """Keep the claim; False when it ran out, was taken over, or the effect was cancelled."""
    until = now + timedelta(seconds=CLAIM_SECONDS)
    renewed = connection.execute(
        update(effects).where(_live(claimed, now)).values(claim_until=until)
    )
    return bool(renewed.rowcount)


def _live(claimed: Claimed, now: datetime) -> ColumnElement[bool]:
    return and_(
        effects.c.id == claimed.id, effects.c.claim == claimed.claim, effects.c.claim_until > now
    )


def mark_sent(connection: Connection, claimed: Claimed, now: datetime) -> Permit:
    """Commit to the call, and keep the claim for it.

    One that was cancelled is settled instead, but not while an earlier try may be on its way.
    """
    settled_at = now - timedelta(seconds=SETTLE_SECONDS)
    cancelled = effects.c.cancel_requested
    unsettled = and_(cancelled, effects.c.sent_at > settled_at)
    row = connection.execute(
        update(effects)
        .where(_live(claimed, now))
        .values(
            state=case((unsettled, "sent"), (cancelled, "cancelled"), else_="sent"),
            claim=case((and_(cancelled, ~unsettled), None), else_=effects.c.claim),
            claim_until=now + timedelta(seconds=CLAIM_SECONDS),
            sent_at=case((cancelled, effects.c.sent_at), else_=now),
        )
        .returning(effects.c.state, effects.c.cancel_requested)
    ).one_or_none()
    if row is None:
        return Permit.LOST
    if not row.cancel_requested:
        return Permit.SEND
    return Permit.CANCELLED if row.state == "cancelled" else Permit.UNSETTLED


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
