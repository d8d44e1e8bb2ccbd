"""Turn the sentences of the first shape into reasons: a kind and its parameters.

Whatever is not recognised becomes a `legacy` reason that quotes the sentence.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Reason = dict[str, Any]

# Tasks that wait are due at once, whatever the database's clock says.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)

_NAMES = re.compile(r"“(.*?)”")
# People, and teams with their organization.
_PEOPLE = re.compile(r"@([\w\[\]/.-]+)")
_RULES = re.compile(r"`(.*?)`")
_ROUNDS = r"(?: \(the agent was sent back to it (?P<rounds>\d+) times?\))?"
_TRIES = r"(?: \((?:(?P<attempts>\d+) attempts|(?P<only>the only attempt))\))?"

_FAILURES = (
    (rf"(?P<service>GitHub) did not make the branch: (?P<quote>.+?){_TRIES}", "branch_refused"),
    (rf"(?P<service>Cursor) did not launch an agent: (?P<quote>.+?){_TRIES}", "launch_refused"),
    (rf"the launch was not answered, and no agent of it appeared{_TRIES}", "launch_lost"),
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
    (r"@(?P<by>\S+) paused it", "person"),
    (r"paused after the running task, as asked", "after_task"),
    (r"the running task has come to its end, as asked", "after_task"),
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

_AUTO_MERGE = "auto-merge is refused: "
_OURS = ("the merge queue took it out", "GitHub says it can be merged directly")

_CONVERTED: Mapping[str, Callable[[str], Any]] = {
    "rounds": int,
    "attempts": int,
    "count": int,
    "pull_request": int,
    "checks": lambda text: sorted(_NAMES.findall(text)),
    "people": _PEOPLE.findall,
    "rules": _RULES.findall,
    "pushed_nothing": bool,
}


def legacy(sentence: str) -> Reason:
    """Return the reason that quotes the sentence."""
    return {"kind": "legacy", "quote": sentence}


def failure(sentence: str) -> Reason:
    """Return why a task failed."""
    return first_match(_FAILURES, sentence) or legacy(sentence)


def first_match(patterns: tuple[tuple[str, str], ...], sentence: str) -> Reason | None:
    """Return the reason of the first kind whose pattern the sentence has."""
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
    return first_match(_PAUSES, sentence) or legacy(sentence)


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
    return {"quote": github_said(sentence), "auto_merge": sentence.startswith(_AUTO_MERGE)}


def github_said(refusal: str) -> str | None:
    """Return what of a refused merge's sentence is GitHub's."""
    quote = refusal.removeprefix(_AUTO_MERGE)
    return None if quote in _OURS else quote


def fixes(value: dict[str, Any]) -> dict[str, Any]:
    """Return a stored task's fixes under their new names."""
    return {**value, "queued_instruction": value.pop("wanted", None)}
