"""Convert comments that are yet to be posted: what they say were sentences."""

import re
from collections.abc import Callable
from typing import Any

from storage.migrations.second_shape import reasons, waits

Message = dict[str, Any]

_NOT_ALLOWED = "commands are for people with write permission on this repository"
NOT_SERVED = (
    "This Orchestra server isn't enabled for this account. Its operator can add it to the allowed"
    " accounts."
)
REPEAT_DOCTOR = "Orchestra was updated while it examined this. Repeat `/orchestra doctor`."
_REVERT = re.compile(r"Merge #(\d+) to take it back")
_MERGED_AS = re.compile(r"merged at ([0-9a-f]{40,64})")


def message(value: Message) -> Message:
    """Return the comment with reasons, each of which quotes the sentence if it has no kind."""
    kind = value["kind"]
    refusal = _REFUSALS.get(kind)
    told = {"refusal": refusal(value)} if refusal else _TOLD.get(kind, _nothing)(value)
    return {
        "kind": "reply" if refusal else kind,
        "to": value.get("to"),
        "task": value.get("task"),
        **told,
    }


def _text(value: Message) -> str:
    return str(value.get("text") or "")


def _reply(value: Message) -> Message:
    helpful = {"usage": value.get("usage"), "nearest": value.get("nearest")}
    return {**reasons.legacy(_text(value)), **helpful}


def _not_allowed(value: Message) -> Message:
    asked = _text(value).rstrip(".") or _NOT_ALLOWED
    return reasons.legacy(f"Sorry, {asked}. Nothing was done.")


def _could_not_ask(value: Message) -> Message:
    return {"kind": "could_not_ask", "quote": _text(value) or None}


def _not_served(_: Message) -> Message:
    return reasons.legacy(NOT_SERVED)


def _repeat_doctor(_: Message) -> Message:
    return reasons.legacy(REPEAT_DOCTOR)


_REFUSALS: dict[str, Callable[[Message], Message]] = {
    "could_not_ask": _could_not_ask,
    "doctor": _repeat_doctor,
    "mistake": _reply,
    "not_allowed": _not_allowed,
    "reply": _reply,
    "stranger": _not_served,
}


def _nothing(_: Message) -> Message:
    return {}


def _paused(value: Message) -> Message:
    text = _text(value)
    return {"pause": reasons.pause(text[:1].lower() + text[1:].rstrip("."), by_failure=True)}


def _needs_person(value: Message) -> Message:
    """Return what a person has to do: about a red base, perhaps by a revert, or about a task."""
    text, task = _text(value), value.get("task")
    if revert := _REVERT.search(text):
        opened = {"kind": "revert_opened", "task": task, "pull_request": int(revert[1])}
        return {"notice": opened, "checks": reasons.names(text)}
    if task is None:
        return {"checks": reasons.names(text)}
    _, _, waits_for = text.rstrip(".").partition(" waits for ")
    return {"wait": waits.wait(waits_for)}


def _late_merge(value: Message) -> Message:
    found = _MERGED_AS.search(_text(value))
    return {"notice": {"kind": "merged", "sha": found and found[1]}}


_TOLD: dict[str, Callable[[Message], Message]] = {
    "late_merge": _late_merge,
    "needs_person": _needs_person,
    "paused": _paused,
}
