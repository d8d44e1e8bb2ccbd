"""Words for the lines of an epic's log, in plain text."""

from bot.core.model.fixes import FixKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause, PauseKind
from bot.core.model.task import FINAL_PULL_REQUEST
from bot.core.prompts.wrong_answers import wrong_text
from bot.rendering.pauses import interruption_text, pause_text
from bot.rendering.plan_failures import plan_failure_text
from bot.rendering.reasons import THE_TASK, failure_text, fragment, wait_text
from bot.rendering.style import PLAIN
from bot.rendering.words import (
    dated,
    duration_words,
    joined,
    money_words,
    tasks_word,
    words_of,
)

# Answers to commands that are never logged have no line here.
_LINES = {
    # The epic.
    NoticeKind.STARTED: "started{by}",
    NoticeKind.START_HELD: "scheduled start held back by mistakes in the checklist or settings",
    NoticeKind.START_CANCELLED: "scheduled start cancelled{why}",
    NoticeKind.PAUSED: "paused{pause}",
    NoticeKind.INTERRUPTED: "{interruption}",
    NoticeKind.CONTINUED: "continued: no failed task is left",
    NoticeKind.CONTINUED_AFTER_FAILURE: "continuing with the other tasks",
    NoticeKind.STOPPED_AFTER_FAILURE: "stopped because {task} failed",
    NoticeKind.COMPLETED: "completed",
    NoticeKind.PARTIALLY_COMPLETED: "ended with some tasks not done",
    NoticeKind.EPIC_FAILED: "failed",
    NoticeKind.ISSUE_REOPENED: "reopened the issue, which the merge had closed",
    NoticeKind.EFFECT_FAILED: "{effect} was refused{saying}",
    NoticeKind.PARKED: "put aside after errors in Orchestra itself: {effect}",
    # The base branch.
    NoticeKind.BASE_RED: "{checks} failing on {branch}: launches and merges wait",
    NoticeKind.BASE_GREEN: "{branch} is green again",
    NoticeKind.BASE_NOT_FETCHED: "could not read {branch}{saying}",
    NoticeKind.REVERT_OPENED: "opened #{pull_request} to revert the merge",
    NoticeKind.BASE_RENAMED: "the base branch was renamed to {branch}: following it",
    NoticeKind.BRANCH_KEPT: "kept {branch}, which {names} needs",
    NoticeKind.FINAL_PULL_REQUEST: "opening the pull request to {branch}",
    # A task and its pull request.
    NoticeKind.TASK_FAILED: "failed: {failure}",
    NoticeKind.RETRY_SCHEDULED: "{failure}; retry {count} of {limit} in {duration}",
    NoticeKind.WAITING: "{wait}",
    NoticeKind.PULL_REQUEST_WATCHED: "watching #{pull_request}",
    NoticeKind.PULL_REQUEST_REOPENED: "pull request reopened",
    NoticeKind.CLOSING_KEYWORDS_REMOVED: "removing the closing keyword from the pull request",
    NoticeKind.AGENT_SENT_BACK: "sending the agent back to its pull request: {fix}",
    NoticeKind.JOBS_RERUN: "running the failed jobs once more: they may be flaky",
    NoticeKind.BRANCH_UPDATE_REQUESTED: "updating the branch from {branch}",
    # The merge.
    NoticeKind.MERGE_REQUESTED: "merging #{pull_request}",
    NoticeKind.AUTO_MERGE_ENABLED: "auto-merge enabled",
    NoticeKind.AUTO_MERGE_CANCELLED: "auto-merge cancelled",
    NoticeKind.MERGE_QUEUED: "in the merge queue",
    NoticeKind.MERGE_REFUSED: "GitHub did not merge{saying}",
    NoticeKind.MERGED: "merged{by}{sha}",
    # The issue's text.
    NoticeKind.LABELLED: "labelled{by}",
    NoticeKind.EDIT_USED: "took over the edit{by}",
    NoticeKind.EDIT_NOT_USED: "edit{by} not used",
    NoticeKind.ISSUE_EDITS_NOT_USED: "kept the approved text of {names}: nobody had read the edit",
    NoticeKind.TITLE_USED: "took over the title{by}",
    NoticeKind.REMOVED: "removed from the checklist",
    NoticeKind.LEFT_OUT: "left out: {failure}",
    NoticeKind.OTHER_MODEL: "model {quote} isn't offered: {instead}",
    NoticeKind.BUDGET_WARNING: "{amounts} of the epic's budget are spent",
    NoticeKind.BUDGET_CHANGED: "{who} set the budget to {amounts}",
    NoticeKind.REWORDED: "line {count} is taken as its new wording"
    " (for a new task: /orchestra add)",
    NoticeKind.TICKED: "ticked by a person",
    NoticeKind.BOX_NOT_FOUND: "no box ticked: the line is no longer in the checklist",
    NoticeKind.REFERENCE_LEFT_OPEN: "issue left open: this App or who approved it can't write"
    " there{saying}",
    NoticeKind.LINE_NOT_ADDED: "could not add the line to the checklist{full}{saying}",
    # The plan.
    NoticeKind.PLAN_ASKED: "asked for a plan{by}",
    NoticeKind.PLAN_ASKED_AGAIN: "the plan could not be used: {wrong}; asking again",
    NoticeKind.PLAN_PROPOSED: "proposed a plan: {tasks}",
    NoticeKind.PLAN_ACCEPTED: "plan accepted{by}",
    NoticeKind.PLAN_WRITTEN: "plan written into the issue",
    NoticeKind.PLAN_FAILED: "no plan: {no_plan}",
    # The agent.
    NoticeKind.AGENT_LAUNCH: "launching an agent (attempt {count})",
    NoticeKind.AGENT_LAUNCHED: "agent {quote} launched",
    NoticeKind.LAUNCH_UNANSWERED: "the launch went unanswered{saying}",
    NoticeKind.LAUNCH_LOST: "no agent of that launch has appeared; launching again in {duration}",
    NoticeKind.AGENT_NOT_NEEDED: "agent {quote} is no longer needed; stopping it",
    NoticeKind.AGENT_FOREIGN: "ignored a report of another agent ({quote})",
    NoticeKind.AGENT_ENDED: "agent {status}",
    NoticeKind.AGENT_TIME_OVER: "the agent's time is over; stopping it",
    NoticeKind.AGENT_GONE: "the agent no longer exists",
    NoticeKind.AGENT_STOPPED: "agent stopped",
    NoticeKind.AGENT_NOT_STOPPED: "could not stop the agent{saying}",
    NoticeKind.FOLLOW_UP_SENT: "sending the agent its next instructions",
    NoticeKind.FOLLOW_UP_REFUSED: "the agent takes no more instructions{saying}",
    NoticeKind.PULL_REQUEST_OPENING: "opening a pull request for the agent's commits",
    # What people asked for.
    NoticeKind.START_SCHEDULED: "{who} scheduled the start for {at}",
    NoticeKind.PAUSE_REQUESTED: "{who} asked to pause after the running task",
    NoticeKind.RESUMED: "resumed{by}",
    NoticeKind.CANCELLED: "cancelled{by}",
    NoticeKind.RESTARTED: "restarted{by}",
    NoticeKind.SKIPPED: "skipped{by}",
    NoticeKind.TASK_ADDED: "added{by}",
    NoticeKind.TASK_ADDED_AFTER_END: "added{by}",
    NoticeKind.MERGE_NOW: "{who} asked for the merge now",
    NoticeKind.FIX_REQUESTED: "{who} sent the agent a message",
    NoticeKind.INSTRUCTION_QUEUED: "{who} left the agent a message",
    NoticeKind.SETTINGS_CHANGED: "{who} set {values}",
    NoticeKind.SETTINGS_CHANGED_FOR_NEXT_START: "{who} set {values} for the next start",
    NoticeKind.LEGACY: "{quote}",
}

_FIXES = {
    FixKind.CHECKS: "failed checks",
    FixKind.REVIEW: "requested changes",
    FixKind.CONFLICT: "a merge conflict",
    FixKind.PERSON: "a person's instructions",
}


def log_line(notice: Notice) -> str:
    """Return one line of the log; raises KeyError for what is never logged."""
    return _LINES[notice.kind].format_map({**_reasons(notice), **_values(notice)})


def _reasons(notice: Notice) -> dict[str, str]:
    return {
        "pause": _pause(notice.pause) if notice.pause else "",
        "interruption": _interruption(notice),
        "why": f": {_interruption(notice)}" if notice.interruption else _by(notice),
        "failure": fragment(failure_text(notice.failure, PLAIN)) if notice.failure else "",
        "wrong": fragment(wrong_text(notice.wrong)) if notice.wrong else "",
        "no_plan": fragment(plan_failure_text(notice.plan_failure, PLAIN))
        if notice.plan_failure
        else "",
        "wait": fragment(wait_text(notice.wait, THE_TASK, PLAIN)) if notice.wait else "",
    }


def _pause(pause: Pause) -> str:
    if pause.kind is PauseKind.PERSON and pause.by:
        return f" by @{pause.by}"
    if pause.kind is PauseKind.TASK_FAILED:
        return f": {_task(pause.task)} failed"
    return f": {fragment(pause_text(pause, _task(pause.task), PLAIN))}"


def _interruption(notice: Notice) -> str:
    if notice.interruption is None:
        return ""
    return fragment(interruption_text(notice.interruption, notice.by, PLAIN))


def _by(notice: Notice) -> str:
    return f" by @{notice.by}" if notice.by else ""


def _task(number: int | None) -> str:
    return "the final pull request" if number == FINAL_PULL_REQUEST else f"task {number}"


def _values(notice: Notice) -> dict[str, str]:
    verb = "is" if len(notice.names) == 1 else "are"
    return {
        "by": _by(notice),
        "who": f"@{notice.by}" if notice.by else "somebody",
        "task": _task(notice.task),
        "pull_request": str(notice.pull_request),
        "branch": PLAIN.code(notice.branch or "the base branch"),
        "sha": f" as {notice.sha[:7]}" if notice.sha else "",
        "count": str(notice.count),
        "limit": str(notice.limit),
        "tasks": tasks_word(notice.count or 0),
        "duration": duration_words(round(notice.seconds or 0)),
        "at": dated(notice.at) if notice.at else "later",
        "names": joined(notice.names),
        "instead": f"using {joined(notice.names)}" if notice.names else "the provider chooses",
        "amounts": " of ".join(money_words(one) for one in notice.amounts),
        "checks": f"{PLAIN.checks(notice.names)} {verb}",
        "values": joined([f"{key} to {PLAIN.text(value)}" for key, value in notice.values]),
        "fix": _FIXES[notice.fix] if notice.fix else "",
        "effect": words_of(notice.effect or ""),
        "full": f", which has {notice.limit} tasks" if notice.limit else "",
        "saying": PLAIN.saying(notice.quote),
        "quote": PLAIN.text(notice.quote or ""),
        "status": PLAIN.text(notice.quote or "ended").lower(),
    }
