"""Convert what the payloads of stored rows hold: sentences into reasons, reports, comments."""

import json
from collections.abc import Callable
from typing import Any

from storage.migrations.second_shape import reasons

Payload = dict[str, Any]

_MAY_COMMAND = "Commands are for people with write permission on this repository."
_NOT_SERVED = "This Orchestra does not work for this account, so nothing is launched here."
_REPEAT_DOCTOR = "I was updated while I examined this. Please repeat `/orchestra doctor`."


def event(kind: str, payload: Payload) -> Payload:
    """Return an event's payload, whose fields have their new names; `kind` is the old one."""
    convert = _EVENTS.get(kind)
    return convert(payload) if convert else payload


def _agent_reported(payload: Payload) -> Payload:
    """Have an agent that may have finished fetched: the report may be of an earlier prompt."""
    if payload["status"] == "FINISHED" and not payload.get("answered"):
        return {**payload, "pushed": True, "reported_at": None, "prompt_index": None}
    return payload


def _agent_launched(payload: Payload) -> Payload:
    return {**payload, "opens_pull_request": payload.get("prompt_ref") is None}


def _launch_failed(payload: Payload) -> Payload:
    return {**payload, "failure": reasons.failure(payload["reason"])}


def _command_given(payload: Payload) -> Payload:
    refusal = payload.get("refusal")
    return {**payload, "refusal": refusal and reasons.legacy(refusal)}


_EVENTS: dict[str, Callable[[Payload], Payload]] = {
    "AgentLaunched": _agent_launched,
    "AgentSaid": _agent_reported,
    "CommandGiven": _command_given,
    "LaunchFailed": _launch_failed,
}


def enrichment(stored: str | None) -> str | None:
    """Return what was read for a row; None, to read it again, where `doctor` found something."""
    if stored is None:
        return None
    value = json.loads(stored)
    if value.get("findings"):
        return None
    mistakes = [reasons.legacy(one) for one in value.get("settings_mistakes", ())]
    return json.dumps({**value, "settings_mistakes": mistakes})


def message(value: Payload) -> Payload:
    """Return a comment that is yet to be posted."""
    kind, text, task = value["kind"], value.get("text", ""), value.get("task")
    if convert := _REFUSALS.get(kind):
        return {"kind": "reply", "refusal": convert(value, text)}
    kept = {"kind": kind, "to": value.get("to"), "task": task}
    if kind == "paused":
        return {**kept, "pause": {**reasons.legacy(text), "task": task}}
    if kind == "needs_person":
        return {**kept, "checks": reasons.names(text), "wait": task and reasons.legacy(text)}
    return kept


def _reply(value: Payload, text: str) -> Payload:
    return {**reasons.legacy(text), "usage": value.get("usage"), "nearest": value.get("nearest")}


def _not_allowed(_: Payload, text: str) -> Payload:
    return reasons.legacy(text or _MAY_COMMAND)


def _could_not_ask(_: Payload, text: str) -> Payload:
    return {"kind": "could_not_ask", "quote": text or None}


_REFUSALS: dict[str, Callable[[Payload, str], Payload]] = {
    "could_not_ask": _could_not_ask,
    "doctor": lambda _, __: reasons.legacy(_REPEAT_DOCTOR),
    "mistake": _reply,
    "not_allowed": _not_allowed,
    "reply": _reply,
    "stranger": lambda _, __: reasons.legacy(_NOT_SERVED),
}
