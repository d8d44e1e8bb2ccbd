"""Turn the sentences that said what a task waits for into waits: a kind and its parameters.

The next fetch of a pull request finds its wait again. Those for which a person was asked have to be
exact, so that nobody is asked twice.
"""

import hashlib

from storage.migrations.second_shape.reasons import Reason, first_match, github_said, legacy

_KINDS = {
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
_ASKED = r"(?: \(asked: (?P<people>.+)\))?"
_NOT_RESOLVED = r"(?:; (?P<count>\d+) conversations? not resolved)?"
# Those for which a person was asked.
_PATTERNS = (
    (r"a person to mark the draft ready", "draft"),
    (
        r"its branch to be brought up to date with `(?P<branch>[^`]+)`(?: \((?P<quote>.+)\))?",
        "branch_update_by_person",
    ),
    (
        r"a person to merge it: it changes `(?P<path>.+)`, and this App may not merge changes of"
        r" workflow files",
        "workflow_files",
    ),
    (r"a person to merge it: (?P<quote>.+)", "merge_forbidden"),
    (r"a person to merge it", "manual_merge"),
    (
        r"GitHub's rules(?: \((?P<rules>`[^)]+`)\))? to be met"
        rf"(?: \((?P<quote>.+?){_NOT_RESOLVED}\))?",
        "rules",
    ),
    (r"the changes that (?P<people>@.+) requested", "changes_requested"),
    (r"(?P<people>@.+) to look at the changes again", "review_after_changes"),
    (
        r"a person, as (?P<people>@.+) requested changes and the agent pushed nothing(?:; .*)?",
        "changes_not_made",
    ),
    (rf"an approving review, which GitHub's rules ask for{_ASKED}", "required_review"),
    (rf"an approving review of `(?P<sha>[0-9a-f]+)`{_ASKED}", "review"),
    (r"(?P<count>\d+) conversations? to be resolved", "conversations"),
    (r"required checks? (?P<checks>“.+”) to start", "checks_to_start"),
    (r"a check to start, as the base branch has some", "checks_expected"),
    (
        r"`(?P<branch>[^`]+)` to be green again, where checks? (?P<checks>“.+”) fails?(?:; .*)?",
        "base_red",
    ),
)
_NOT_UPDATED = "GitHub was asked to, and did not do it"
_REVIEWS = ("review", "required_review")


def wait(sentence: str, retry: Reason | None = None) -> Reason:
    """Return what a task waits for; `retry` are the parameters of a retry that is scheduled."""
    sentence, may_merge, _ = sentence.partition("; `/orchestra merge")
    if kind := _KINDS.get(sentence):
        return {"kind": kind}
    if sentence.startswith("retry ") and retry:
        return {"kind": "retry", **retry}
    found = first_match(_PATTERNS, sentence) or legacy(sentence)
    if quote := found.get("quote"):
        found["quote"] = None if quote == _NOT_UPDATED else github_said(quote)
    return {**found, "merge_allowed": bool(may_merge)}


def key_of_question(key: str, asked: Reason) -> str:
    """Return the key under which the question would be asked now; `key` ends in its old digest."""
    rest, _, _ = key.rpartition(":")
    people = () if asked["kind"] in _REVIEWS else asked.get("people", ())
    parts = (
        asked["kind"],
        *asked.get("checks", ()),
        *people,
        *asked.get("rules", ()),
        asked.get("quote"),
        asked.get("path"),
    )
    return f"{rest}:{hashlib.sha256(repr(parts).encode()).hexdigest()[:8]}"
