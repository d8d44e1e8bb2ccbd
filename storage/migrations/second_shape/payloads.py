"""Convert what the payloads of stored events hold: sentences into reasons, reports of agents."""

import json
from collections.abc import Callable
from typing import Any

from storage.migrations.second_shape import reasons
from storage.migrations.second_shape.names import EFFECTS

Payload = dict[str, Any]

_MERGED_DIRECTLY = "GitHub says it can be merged directly"
_CHECKLIST_FULL = "the checklist has 50 tasks, and an epic takes no more"
_NO_PLACE = "the issue's text has no place where it would be read as a task"


def event(kind: str, payload: Payload) -> Payload:
    """Return an event's payload, whose fields have their new names; `kind` is the old one."""
    convert = _EVENTS.get(kind)
    return convert(payload) if convert else payload


def _agent_reported(payload: Payload) -> Payload:
    """Fetch an agent that may have finished again: its report may be of an earlier prompt."""
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


def _merge_refused(payload: Payload) -> Payload:
    reason = payload["reason"]
    return {**payload, "reason": None if reason == _MERGED_DIRECTLY else reason}


def _line_not_added(payload: Payload) -> Payload:
    reason = payload["reason"]
    ours = reason in (_CHECKLIST_FULL, _NO_PLACE)
    return {**payload, "reason": None if ours else reason, "full": reason == _CHECKLIST_FULL}


def _effect_failed(payload: Payload) -> Payload:
    new, _ = EFFECTS.get(payload["what"], (payload["what"], ""))
    return {**payload, "what": new}


_EVENTS: dict[str, Callable[[Payload], Payload]] = {
    "AgentLaunched": _agent_launched,
    "AgentSaid": _agent_reported,
    "CommandGiven": _command_given,
    "EffectFailed": _effect_failed,
    "LaunchFailed": _launch_failed,
    "LineNotAdded": _line_not_added,
    "MergeRefused": _merge_refused,
}


def enrichment(stored: str | None) -> str | None:
    """Return what was read for a row; None has it read again: `doctor` found sentences."""
    if stored is None:
        return None
    value = json.loads(stored)
    if value.get("findings"):
        return None
    mistakes = [reasons.legacy(one) for one in value.get("settings_mistakes", ())]
    return json.dumps({**value, "settings_mistakes": mistakes})
