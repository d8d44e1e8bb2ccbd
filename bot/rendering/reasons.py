"""Words for why things are as they are: waits, failures, limits of a service."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.reasons import (
    Failure,
    FailureKind,
    Hold,
    HoldKind,
    Wait,
    WaitKind,
)
from bot.rendering.style import MARKDOWN, Style, sentence
from bot.rendering.words import capital, clock, joined, numbered_tasks, times_word, words_of


@dataclass(frozen=True, kw_only=True)
class TaskName:
    """What a sentence calls a task, with its pull request (`task`) and without (`short`).

    `request` is its pull request. `since` is when its agent was launched, `now` the time of the
    sentence.
    """

    task: str
    short: str
    request: str
    since: datetime | None = None
    now: datetime | None = None


THE_TASK = TaskName(task="the task", short="the task", request="the pull request")
THIS_TASK = TaskName(task="this task", short="this task", request="this pull request")

# Each follows “task 2: ”, or stands alone with a capital letter.
_FAILURES = {
    FailureKind.AGENT_ERROR: "the agent failed.{attempts}",
    FailureKind.AGENT_EXPIRED: "the agent ran out of time, or of the money set aside for it."
    "{attempts}",
    FailureKind.AGENT_STOPPED: "somebody stopped the agent{at}.{attempts}",
    FailureKind.LAUNCH_REFUSED: "{service} refused to launch the agent{saying}.{attempts}",
    FailureKind.BRANCH_REFUSED: "GitHub refused to create the branch {branch}{saying}.{attempts}",
    FailureKind.LAUNCH_LOST: "{service} never confirmed that the agent was launched.{attempts}",
    FailureKind.NOTHING_CHANGED: "the agent finished without changing anything.",
    FailureKind.PULL_REQUEST_REFUSED: "GitHub refused a request about the pull request{saying}.",
    FailureKind.PULL_REQUEST_CLOSED: "{closed} without merging it.",
    FailureKind.NAME_TAKEN: "the branch {branch} leaves no room for the agent's branch, whose name"
    " begins with `orchestra/`.",
    FailureKind.BRANCH_DELETED: "the branch was deleted, which closed {request}.",
    FailureKind.BRANCH_RENAMED: "the branch {branch} was renamed to {renamed}, which closed"
    " {request}. A retry continues from {renamed}. You can also rename the branch back and reopen"
    " {request}.",
    FailureKind.FORK: "{request} comes from a fork.",
    FailureKind.WRONG_BASE: "{request} goes into {branch} instead of {expected}.",
    FailureKind.MERGED_ELSEWHERE: "{request} was merged into {branch}{sha} instead of {expected}.",
    FailureKind.CHECKS_FAILED: "{checks} failed.{rounds}",
    FailureKind.CHANGES_REQUESTED: "{people} requested changes.{rounds}",
    FailureKind.MERGE_CONFLICT: "the branch has a merge conflict{with_base}.{rounds}",
    FailureKind.NO_MERGE_METHOD: "{method}",
    FailureKind.MERGE_REFUSED: "{not_merged}.",
    FailureKind.REMOVED: "the task was removed from the checklist.",
    FailureKind.DEPENDENCY: "it needs {needed}, which isn't done.",
    FailureKind.INTERNAL: "an error in Orchestra itself came up again and again{step}. The"
    " operator of this server finds it in the log.",
    FailureKind.LEGACY: "{legacy}.",
}

_WAITS = {
    WaitKind.LAUNCH: "launching an agent for {short}.",
    WaitKind.LAUNCH_UNANSWERED: "the launch of an agent for {short} went unanswered{saying}."
    " {search}",
    WaitKind.AGENT: "waiting for the agent on {short}{since}.",
    WaitKind.FOLLOW_UP: "sending the agent on {short} its next instructions.",
    WaitKind.AGENT_WORK: "checking what the agent on {short} did.",
    WaitKind.AGENT_PULL_REQUEST: "waiting for the agent on {short} to open its pull request.",
    WaitKind.AGENT_FIXING_UNASKED: "the agent on {short} is already working on the failure.",
    WaitKind.AGENT_NOT_STOPPED: "stopping the agent on {short} failed{saying}. It may still be"
    " working. It can be stopped at Cursor.",
    WaitKind.RETRY: "{task}: {failure} {retry} starts at {until}.",
    WaitKind.OPEN_PULL_REQUEST: "opening {request}.",
    WaitKind.PULL_REQUEST: "checking the state of {request}.",
    WaitKind.REPLACEMENT: "looking for a pull request that has replaced {request}.",
    WaitKind.MARK_READY: "marking {request} as ready for review.",
    WaitKind.DRAFT: "{request} is a draft{drafter}. It can be merged once it is marked as ready"
    " for review.",
    WaitKind.CLOSING_KEYWORDS: "editing {request}, whose text would close this issue.",
    WaitKind.BRANCH_UPDATE: "{conflict}updating the branch of {task} from {branch}.",
    WaitKind.BRANCH_UPDATE_BY_PERSON: "{request} has to be updated from {branch}.{refusal}",
    WaitKind.BASE_RED: "{red}",
    WaitKind.BASE_IN_DOUBT: "{branch} was pushed to. Checking that it still contains the last"
    " merge.",
    WaitKind.CHECKS_TO_START: "waiting for the required {checks} to start on {request}.",
    WaitKind.CHECKS_RUNNING: "waiting for {checks} to finish on {request}.{failed}",
    WaitKind.CHECKS_GRACE: "waiting until {until} for checks to start on {request}.",
    WaitKind.CHECKS_EXPECTED: "waiting for {checks} to start on {request}, like on earlier pull"
    " requests into its base branch.",
    WaitKind.CHECKS_RERUN: "{checks} failed on {request} and may be flaky: running it once more.",
    WaitKind.CHECKS_INTERRUPTED: "{checks} on {request} didn't finish: cancelled or given up. A new"
    " run is needed.",
    WaitKind.CHECKS_BLOCKED: "a person has to act on {checks} of {request}.",
    WaitKind.CHECKS_SKIPPED: "{request} was a draft when it skipped {checks}, and no new run has"
    " started. The workflow may not listen to `ready_for_review`.",
    WaitKind.WORKFLOW_APPROVAL: "workflows on {request} wait for approval in the Actions tab:"
    " {checks}.",
    WaitKind.OWN_CHECK_REQUIRED: "the rules of {branch} require Orchestra's own check, which ends"
    " only after the merge. Take “Orchestra” out of the required checks.",
    WaitKind.QUIET: "{checks} failed on {request}. Its agent is sent back at {until} unless"
    " somebody pushes a fix.",
    WaitKind.CHECK_FAILURES: "reading why {checks} failed on {request}.",
    WaitKind.REVIEW: "{request} needs an approving review of {sha}{asked}.",
    WaitKind.REQUIRED_REVIEW: "GitHub's rules require an approving review of {request}{asked}.",
    WaitKind.CHANGES_REQUESTED: "{people} requested changes on {request}.",
    WaitKind.REVIEW_AFTER_CHANGES: "waiting for {people} to review {request} again.",
    WaitKind.CHANGES_NOT_MADE: "{people} requested changes on {request}, but the agent pushed"
    " nothing.",
    WaitKind.CONVERSATIONS: "{conversations} on {request} must be resolved.",
    WaitKind.MANUAL_MERGE: "{request} is ready for a person to merge.",
    WaitKind.WORKFLOW_FILES: "{request} changes {path}. This App isn't allowed to merge changes to"
    " workflow files, so a person has to.",
    WaitKind.GOVERNED: "{request} changes {governed}. Somebody who can give commands has to approve"
    " {sha}, or merge it.",
    WaitKind.PUSHED: "{pushed}. Somebody who can, and did not push to it, has to approve {sha}, or"
    " somebody who can has to merge it.",
    WaitKind.MERGEABILITY: "waiting for GitHub to say whether {request} can be merged.",
    WaitKind.MERGE_FORBIDDEN: "GitHub doesn't let this App merge {request}{saying}. A person has"
    " to.",
    WaitKind.RULES: "{request} doesn't satisfy GitHub's rules yet{details}.",
    WaitKind.AUTO_MERGE: "GitHub merges {request} once its rules are satisfied{details}.",
    WaitKind.MERGE_QUEUE: "{request} is in GitHub's merge queue{position}.",
    WaitKind.MERGE: "waiting for GitHub to merge {request}.",
    WaitKind.MERGE_RETRY: "{not_merged}. Trying again.",
    WaitKind.AGENT_SLOT: "waiting for a free agent: {agents} at work for other epics{elsewhere}.",
    WaitKind.MONEY: "waiting to launch an agent for {short}: what is left of the budget is set"
    " aside for agents that have yet to end.",
    WaitKind.OTHER_MERGE: "waiting for the merge of {other}, which comes first.",
    WaitKind.LEGACY: "waiting for {legacy}.",
}

_HOLDS = {
    HoldKind.LIMITED: "{service} has limited requests since {since}{saying}. Work continues by"
    " itself once it takes them again.",
    HoldKind.UNAUTHORIZED: "{service} has refused Orchestra's access since {since}{saying}. Check"
    " the key, or the App's installation on this repository. Work then continues by itself.",
    HoldKind.NOT_FOUND: "{service} hasn't shown this repository to Orchestra since {since}{saying}."
    " Check the App's installation. Work then continues by itself.",
    HoldKind.UNANSWERED: "{service} hasn't given a usable answer since {since}{saying}. Work"
    " continues by itself once it does.",
    HoldKind.NOT_SERVED: "this Orchestra server hasn't been enabled for the account since {since}."
    " Its operator can add the account to `ALLOWED_ACCOUNTS`. Work then continues by itself.",
}


def failure_text(failure: Failure, style: Style = MARKDOWN) -> str:
    """Return why a task failed: a sentence or two, of which the first begins in lower case."""
    request = (
        f"pull request #{failure.pull_request}" if failure.pull_request else "its pull request"
    )
    by = style.person(failure.by) if failure.by else "somebody"
    words = {
        "service": style.text(failure.service or "the agent's provider"),
        "at": f" at {style.text(failure.service)}" if failure.service else "",
        "saying": style.saying(failure.quote),
        "not_merged": _not_merged(failure.quote, "the pull request", style),
        "legacy": style.text((failure.quote or "the reason is unknown").rstrip(".")),
        "branch": style.code(failure.branch or "?"),
        "with_base": f" with {style.code(failure.branch)}" if failure.branch else "",
        "sha": f" as {failure.sha[:7]}" if failure.sha else "",
        "renamed": style.code(failure.renamed_to or "another name"),
        "expected": style.code(failure.expected_branch or "?"),
        "request": request,
        "closed": f"{by} closed {request}",
        "checks": style.checks(failure.checks, failure.pages),
        "people": style.people(failure.people),
        "attempts": _attempts(failure),
        "rounds": _rounds(failure),
        "method": _method(failure),
        "needed": numbered_tasks(failure.tasks) if failure.tasks else "another task",
        "step": f" ({style.text(words_of(failure.effect))})" if failure.effect else "",
    }
    return _FAILURES[failure.kind].format_map(words)


def _failure(failure: Failure | None, style: Style) -> str:
    return failure_text(failure, style) if failure else "the reason is unknown."


def _attempts(failure: Failure) -> str:
    if failure.attempts == 1:
        return " Retries are off."
    return f" Tried {times_word(failure.attempts)}." if failure.attempts else ""


def _rounds(failure: Failure) -> str:
    if failure.pushed_nothing:
        return " The agent was sent back but pushed nothing."
    if failure.no_progress:
        sent = f" The agent was sent back {times_word(failure.rounds)}"
        return f"{sent}, and as many checks fail as before."
    return f" The agent was sent back {times_word(failure.rounds)}." if failure.rounds else ""


def _not_merged(quote: str | None, request: str, style: Style) -> str:
    """Without a reason of GitHub's, its merge queue has taken the pull request out."""
    if quote is None:
        return f"GitHub's merge queue took {request} out"
    return f"GitHub didn't merge {request}{style.saying(quote)}"


def _method(failure: Failure) -> str:
    """Say that no way of merging is left; methods are words of ours."""
    wanted = f"`{failure.wanted}`"
    if not failure.allowed:
        allow = f"{wanted}, which `merge.method` asks for," if failure.wanted else "one of them"
        return f"the repository and its rules allow no merge method. Allow {allow} on GitHub."
    allowed = joined([f"`{method}`" for method in failure.allowed])
    return (
        f"`merge.method` is {wanted}, but the repository and its rules only allow {allowed}."
        f" Change the setting, or allow {wanted} on GitHub."
    )


def wait_text(wait: Wait, name: TaskName, style: Style = MARKDOWN) -> str:
    """Return what a task waits for: a sentence or two."""
    words = {
        "task": name.task,
        "short": name.short,
        "request": name.request,
        "since": f" (started {clock(name.since, name.now)})" if name.since else "",
        "until": clock(wait.until, name.now) if wait.until else "a later time",
        "checks": style.checks(wait.checks, wait.pages),
        "red": base_red_text(wait.branch or "?", wait.checks, style, wait.unfinished),
        "failed": f" {capital(style.checks(wait.failed, wait.pages))} failed."
        if wait.failed
        else "",
        "people": style.people(wait.people),
        "asked": f", requested from {style.people(wait.people)}" if wait.people else "",
        "drafter": f" again (converted by {style.people(wait.people)})" if wait.people else "",
        "branch": style.code(wait.branch or "its base branch"),
        "agents": "1 agent is" if wait.count == 1 else f"{wait.count or 'all'} agents are",
        "elsewhere": f", among them {joined([f'#{number}' for number in wait.issues])}"
        if wait.issues
        else "",
        "path": style.code(wait.path or "?"),
        "pushed": f"{style.people(wait.people)} pushed to {name.request} but can't give commands"
        if wait.people
        else f"GitHub doesn't say who pushed to {name.request}, perhaps a person who can't give"
        " commands",
        "governed": f"{style.code(wait.path)}, which governs this repository"
        if wait.path
        else "more files than GitHub lists",
        "sha": (wait.sha or "")[:7] or "its latest commit",
        "saying": style.saying(wait.quote),
        "search": f"Looking for that agent until {clock(wait.until, name.now)}."
        if wait.until
        else "Asking again for the same agent.",
        "not_merged": _not_merged(wait.quote, name.request, style),
        "refusal": f" GitHub didn't do it{style.saying(wait.quote)}." if wait.quote else "",
        "legacy": style.text((wait.quote or "something").rstrip(".")),
        "conflict": f"{name.request} has a merge conflict: " if wait.conflict else "",
        "conversations": _conversations(wait.count),
        "details": _details(wait, style),
        "position": f" (position {wait.position})" if wait.position else "",
        "other": _other_merge(wait, style),
        "failure": failure_text(wait.failure, style)
        if wait.failure
        else "the last attempt failed.",
        "retry": f"Retry {wait.retry} of {wait.retries}" if wait.retry else "A retry",
    }
    return sentence(_WAITS[wait.kind], words)


def hold_text(hold: Hold, now: datetime, style: Style = MARKDOWN) -> str:
    """Return that a service has refused for long, and whose business that is."""
    words = {
        "service": style.text(hold.service),
        "since": clock(hold.since, now),
        "saying": style.saying(hold.quote),
    }
    return _HOLDS[hold.kind].format_map(words)


def parked_text(name: str, task: str) -> str:
    """Return that we failed on an event or effect, about `task` where it was about one."""
    about = f" for {task}" if task else ""
    return (
        f"an error in Orchestra itself came up again and again, so this was put aside{about}:"
        f" {words_of(name)}. The operator of this server finds the error in the log."
    )


def base_red_text(
    branch: str,
    checks: tuple[str, ...],
    style: Style = MARKDOWN,
    unfinished: tuple[str, ...] = (),
) -> str:
    """Return that checks fail on the base branch, and that work continues once they pass.

    Those `unfinished` did not fail: they were cancelled, or wait for a person.
    """
    failing = tuple(name for name in checks if name not in unfinished)
    cancelled = tuple(name for name in checks if name in unfinished)
    passes = "it passes" if len(checks) == 1 else "they pass"
    said = []
    if failing or not cancelled:
        fails = "is" if len(failing) == 1 else "are"
        said.append(f"{capital(style.checks(failing))} {fails} failing on {style.code(branch)}.")
    if cancelled:
        said.append(
            f"{capital(style.checks(cancelled))} didn't finish on {style.code(branch)}: cancelled,"
            " or waiting for a person."
        )
    return " ".join([*said, f"Work continues by itself once {passes}."])


def _conversations(count: int | None) -> str:
    return "1 conversation" if count == 1 else f"{count or ''} conversations".strip()


def _details(wait: Wait, style: Style) -> str:
    """Return in brackets what is known of the rules that aren't satisfied."""
    known = style.codes(wait.rules)
    if wait.count:
        known.append(f"{_conversations(wait.count)} to resolve")
    if wait.quote:
        known.append(f"GitHub says {style.quote(wait.quote)}")
    return f" ({', '.join(known)})" if known else ""


def _other_merge(wait: Wait, style: Style) -> str:
    if wait.issue:
        into = f" into {style.code(wait.branch)}" if wait.branch else ""
        return f"a pull request of #{wait.issue}{into}"
    return f"task {wait.task}" if wait.task else "the final pull request"


def fragment(text: str) -> str:
    """Return a sentence for the middle of a line: in lower case, without its full stop."""
    text = text.rstrip(".")
    return text if text.startswith("GitHub") else text[:1].lower() + text[1:]
