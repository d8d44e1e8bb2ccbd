"""Turn the sentences of the first shape into reasons: a kind and its parameters.

Waits are found again by the next fetch, so most keep their sentence until then. Whatever is not
recognised becomes a `legacy` reason that quotes the sentence.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Reason = dict[str, Any]

# Tasks that wait are due at once, whatever the database's clock says.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)

_NAMES = re.compile(r"“(.*?)”")
_PEOPLE = re.compile(r"@([\w\[\]-]+)")
_ROUNDS = r"(?: \(the agent was sent back to it (?P<rounds>\d+) times?\))?"
_TRIES = r"(?: \((?:(?P<attempts>\d+) attempts|(?P<only>the only attempt))\))?"

_FAILURES = (
    (rf"the agent ran out of time or expired{_TRIES}", "agent_expired"),
    (rf"the agent was stopped at (?P<service>Cursor){_TRIES}", "agent_stopped"),
    (rf"the agent ended with an error{_TRIES}", "agent_error"),
    (r"the agent finished without changing anything", "nothing_changed"),
    (r"pull request closed by @(?P<by>\S+)", "pull_request_closed"),
    (r"pull request closed without a merge", "pull_request_closed"),
    (r"its branch was deleted, which closed the pull request", "branch_deleted"),
    (r"pull request #(?P<pull_request>\d+) comes from a fork", "fork"),
    (
        r"pull request #(?P<pull_request>\d+) goes into `(?P<branch>.+)`"
        r" instead of `(?P<expected_branch>.+)`",
        "wrong_base",
    ),
    (rf"checks? (?P<checks>“.+”) failed{_ROUNDS}", "checks_failed"),
    (
        r"checks? (?P<checks>“.+”) failed, and the agent (?P<pushed_nothing>pushed nothing) more",
        "checks_failed",
    ),
    (rf"changes requested by (?P<people>@.+?){_ROUNDS}", "changes_requested"),
    (r"merge conflict", "merge_conflict"),
    (r"GitHub does not merge it: (?P<quote>.+)", "merge_refused"),
    (r"removed from the checklist", "removed"),
)

_PAUSES = (
    (r"paused by @(?P<by>\S+)", "person"),
    (r"paused after the running task, as asked", "after_task"),
    (r"the branch `(?P<branch>.+)` could not be made: (?P<quote>.+)", "no_base_branch"),
)

_INTERRUPTIONS = (
    ("the label was taken off", "unlabelled"),
    ("the issue was closed", "closed"),
    ("the issue was locked", "locked"),
    ("the issue was transferred", "transferred"),
    ("the issue was deleted", "deleted"),
    ("the repository was renamed or moved", "renamed"),
    ("the repository was archived", "archived"),
    ("the repository was deleted", "repository deleted"),
    ("the App was uninstalled", "uninstalled"),
    ("the App was suspended", "suspended"),
)

# Waits that no fetch of a pull request would find again.
_WAITS = {
    "an agent to be launched": "launch",
    "the agent to finish": "agent",
    "the agent to take the follow-up": "follow_up",
    "a look at what the agent did": "agent_work",
    "the agent's pull request": "agent_pull_request",
    "the pull request to be opened": "open_pull_request",
    "a look at the pull request": "pull_request",
    "GitHub to merge it": "merge",
    "the merge queue": "merge_queue",
}

_CONVERTED: Mapping[str, Callable[[str], Any]] = {
    "rounds": int,
    "attempts": int,
    "pull_request": int,
    "checks": _NAMES.findall,
    "people": _PEOPLE.findall,
    "pushed_nothing": bool,
}


def legacy(sentence: str) -> Reason:
    """Return the reason that quotes the sentence."""
    return {"kind": "legacy", "quote": sentence}


def failure(sentence: str) -> Reason:
    """Return why a task failed."""
    return _first_match(_FAILURES, sentence) or legacy(sentence)


def _first_match(patterns: tuple[tuple[str, str], ...], sentence: str) -> Reason | None:
    for pattern, kind in patterns:
        if found := re.fullmatch(pattern, sentence, re.DOTALL):
            return {"kind": kind, **_parameters(found.groupdict())}
    return None


def _parameters(groups: dict[str, str | None]) -> Reason:
    if groups.pop("only", None):
        groups["attempts"] = "1"
    return {
        name: _CONVERTED.get(name, str)(text) for name, text in groups.items() if text is not None
    }


def interruption(sentence: str) -> str | None:
    """Return what interrupted the epic."""
    kinds = (kind for beginning, kind in _INTERRUPTIONS if sentence.startswith(beginning))
    return next(kinds, None)


def pause(sentence: str, *, by_failure: bool) -> Reason:
    """Return why an epic is paused; `by_failure`: resolving the failure lifts the pause."""
    if found := re.fullmatch(r"(?:task (\d+)|the final pull request) failed: (.*)", sentence, re.S):
        return _failed(int(found[1] or 0), found[2], by_failure=by_failure)
    if kind := interruption(sentence):
        return {"kind": "interrupted", "interruption": kind, **_by(sentence)}
    return _first_match(_PAUSES, sentence) or legacy(sentence)


def _failed(task: int, why: str, *, by_failure: bool) -> Reason:
    reason: Reason = {"kind": "task_failed", "task": task}
    first, _, last = why.rpartition("; ")
    if by_failure:
        return {**reason, "failure": failure(why)}
    if first and (kind := interruption(last)):
        return {**reason, "failure": failure(first), "interruption": kind, **_by(last)}
    return {**reason, "failure": failure(why), "held": True}


def _by(sentence: str) -> Reason:
    found = re.search(r" by @(\S+)$", sentence)
    return {"by": found[1]} if found else {}


def wait(sentence: str, *, branch: str, red: list[str], retry: Reason) -> Reason:
    """Return what a task waits for; `retry` are the parameters of a retry that is scheduled."""
    if kind := _WAITS.get(sentence):
        return {"kind": kind}
    if sentence.startswith("retry ") and retry:
        return {"kind": "retry", **retry}
    if red and sentence.startswith(f"`{branch}` to be green again"):
        return {"kind": "base_red", "branch": branch, "checks": red}
    return legacy(sentence)


def names(listed: str | None) -> list[str]:
    """Return `a` and `b` of `“a”, “b”`."""
    return _NAMES.findall(listed or "")


def checklist_mistake(sentence: str) -> Reason:
    """Return a mistake of the checklist, with its line."""
    if found := re.fullmatch(r"line (\d+): (.*)", sentence, re.DOTALL):
        return {"kind": "legacy", "line": int(found[1]), "quote": found[2]}
    return legacy(sentence)


def pull_request(value: dict[str, Any]) -> dict[str, Any]:
    """Return a stored pull request with its merge attempts and its branch's update apart."""
    refusal = value.pop("refusal", None)
    merge = {
        "uuid": value.pop("merge_uuid", None),
        "auto_merge_requested": value.pop("left_to_github", False),
        "refused": value.pop("refused_merges", 0),
        "auto_merges_refused": value.pop("refused_auto_merges", 0),
        "cancelled": value.pop("called_off", 0),
        "refusal": refusal and _refusal(refusal),
        "forbidden": value.pop("never_merged", False),
    }
    update = {
        "asked_at": value.pop("update_asked_at", None),
        "refusal": value.pop("update_refusal", None),
    }
    fetches = {
        "fetches": value.pop("looks", 0),
        "unknown_fetches": value.pop("unknown_looks", 0),
    }
    return {**value, **fetches, "merge": merge, "update": update}


def _refusal(sentence: str) -> dict[str, Any]:
    quote = sentence.removeprefix("auto-merge is refused: ")
    ours = quote in ("the merge queue took it out", "GitHub says it can be merged directly")
    return {"quote": None if ours else quote, "auto_merge": quote != sentence}


def fixes(value: dict[str, Any]) -> dict[str, Any]:
    """Return a stored task's fixes under their new names."""
    return {**value, "queued_instruction": value.pop("wanted", None)}
