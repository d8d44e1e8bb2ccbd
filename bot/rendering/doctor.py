"""The answer to `doctor`: one line per finding, each with its remedy."""

from collections.abc import Sequence

from bot.core.model.findings import Finding, Health, Topic
from bot.core.model.findings import FindingKind as Kind
from bot.core.model.settings import Rule
from bot.core.text.prefix import PREFIX
from bot.rendering.escape import cell
from bot.rendering.mistakes import checklist_mistake, settings_mistake

_MARKS = {Health.GOOD: "✅", Health.WARNING: "⚠️", Health.BAD: "❌"}
_MAX_FINDING = 500
_MAX_NAMED = 8
_INSTALL = "Check that the App is installed on this repository and isn't suspended."
_REMEDIES = {
    Topic.AGENTS: "The operator of this server can check `CURSOR_API_KEY` and `CURSOR_API_URL`.",
    Topic.ADDRESS: "",
    Topic.PEOPLE: "",
}
_WORDS: dict[Kind, tuple[str, str]] = {
    Kind.UNAVAILABLE: ("{topic}", "{service} answered: “{quote}”. {remedy}"),
    Kind.SUSPENDED: (
        "Installation",
        "The App is suspended on this account. An owner can unsuspend it under Settings → GitHub"
        " Apps.",
    ),
    Kind.PERMISSIONS_MISSING: (
        "Permissions",
        "Missing: {names}. Add them to the App's settings; an owner of the account then accepts"
        " them under Settings → GitHub Apps → Configure.",
    ),
    Kind.PERMISSIONS_GRANTED: ("Permissions", "All permissions granted."),
    Kind.EVENTS_MISSING: (
        "Webhooks",
        "Not subscribed to {names}. Subscribe in the App's settings, under Permissions & events.",
    ),
    Kind.EVENTS_SUBSCRIBED: ("Webhooks", "All events subscribed."),
    Kind.SETTINGS_MISTAKE: ("Settings file", "{mistake}"),
    Kind.SETTINGS_GOOD: ("Settings file", "No mistakes. Without the file, the defaults apply."),
    Kind.BASE_MISSING: (
        "Base branch",
        "There is no branch “{branch}”. Name another one: `start base=…`, or `base_branch` in the"
        " settings file.",
    ),
    Kind.NAME_TAKEN: (
        "Branch names",
        "The branch {branch} leaves no room for Orchestra's branches, whose names begin with"
        " `orchestra/`. Rename or delete it.",
    ),
    Kind.BASE_RED: (
        "Base branch",
        "{names} failed on {branch}. Nothing is launched until they pass.",
    ),
    Kind.BASE_GREEN: ("Base branch", "{branch}. No check is failing on it."),
    Kind.CHECKS_REQUIRED: ("Checks", "Required on {branch}: {names}."),
    Kind.OWN_CHECK_REQUIRED: (
        "Checks",
        "{branch} requires {names}, which is Orchestra's own check and ends only after the merge."
        " Take it out of the required checks.",
    ),
    Kind.CHECKS_OPTIONAL: (
        "Checks",
        "No check is required on {branch}. Those that run have to pass all the same.",
    ),
    Kind.ONLY_REVIEWS: (
        "Checks",
        "No check runs on {branch}, so reviews are the only safeguard.",
    ),
    Kind.UNPROTECTED: (
        "Checks",
        "{branch} has neither checks nor review rules, so pull requests would be merged"
        " unreviewed. Add some, or comment `set merge=approved`.",
    ),
    Kind.NO_MERGE_METHOD: (
        "Merge method",
        "The repository and its rules together allow no merge method. Allow one.",
    ),
    Kind.MERGE_METHOD_REFUSED: (
        "Merge method",
        "`merge.method` is {word}, but only {names} is allowed. Change one of them.",
    ),
    Kind.MERGE_METHOD: ("Merge method", "{word}."),
    Kind.MERGE_QUEUE: ("Merge queue", "Pull requests are merged through it."),
    Kind.APPROVALS: ("Reviews", "Approvals required before a merge: {count}."),
    Kind.OTHER_RULES: (
        "Other rules",
        "Only GitHub can check these, at the merge: {names}.",
    ),
    Kind.AGENT_KEY: ("Cursor", "The key “{word}” works."),
    Kind.LAUNCHES_MAY_DOUBLE: (
        "Cursor API",
        "v0 can't recognise a launch that was sent twice. v1 can, but has no webhooks. The"
        " operator of this server can switch with `CURSOR_API_VERSION=v1`.",
    ),
    Kind.MODEL_OFFERED: ("Model", "{word} is available."),
    Kind.MODEL_NOT_OFFERED: (
        "Model",
        "Cursor doesn't offer “{word}”. It offers {names}.",
    ),
    Kind.WEBHOOKS_REACHABLE: ("Address", "`APP_URL` is https, so webhooks can reach this server."),
    Kind.NOT_HTTPS: (
        "Address",
        "`APP_URL` isn't https, so agents are polled instead of notifying this server. That is"
        " slower.",
    ),
    Kind.CHECKLIST_MISTAKE: ("Checklist", "{mistake}"),
    Kind.NO_TASKS: ("Checklist", "No tasks. Add lines like `- [ ] First task`."),
    Kind.TASKS: ("Checklist", "{count} of {total} tasks are open."),
    Kind.WHO_MAY: ("Who may {verb}", "{people}."),
}


def doctor_text(findings: Sequence[Finding]) -> str:
    """Return what was found as a table, and the result in one line."""
    rows = [
        f"| {_MARKS[one.health]} | {what} | {text} |"
        for one in findings
        for what, text in [_finding(one)]
    ]
    return "\n".join(["| | What | |", "|:--|:--|:--|", *rows, "", _verdict(findings)])


def _finding(finding: Finding) -> tuple[str, str]:
    what, text = _WORDS[finding.kind]
    words = {
        "topic": finding.topic.capitalize(),
        "remedy": _REMEDIES.get(finding.topic, _INSTALL),
        "service": finding.service,
        "quote": cell((finding.quote or "").rstrip("."), _MAX_FINDING),
        "branch": cell(finding.branch or ""),
        "word": cell(finding.word or ""),
        "names": cell(_named(finding.names)),
        "count": finding.count,
        "total": finding.total,
        "verb": finding.verb or "command",
        "people": cell(people_words(finding.rule)) if finding.rule else "",
        "mistake": cell(_mistake(finding), _MAX_FINDING),
    }
    return what.format_map(words), text.format_map(words).strip()


def _mistake(finding: Finding) -> str:
    if finding.settings_mistake is not None:
        return settings_mistake(finding.settings_mistake)
    if finding.checklist_mistake is not None:
        mistake = checklist_mistake(finding.checklist_mistake)
        return f"{mistake[:1].upper()}{mistake[1:]}"
    return ""


def people_words(rule: Rule) -> str:
    """Return whom a rule lets command, as in `People with write access, @ada`."""
    level = [f"people with {rule.level} access"] if rule.level is not None else []
    named = [*level, *(f"@{person}" for person in (*rule.people, *rule.teams))]
    words = ", ".join(named) or "nobody"
    return f"{words[:1].upper()}{words[1:]}"


def _named(names: Sequence[str]) -> str:
    """Return the names, as many as can be read."""
    shown = ", ".join(names[:_MAX_NAMED])
    surplus = len(names) - _MAX_NAMED
    return f"{shown} and {surplus} more" if surplus > 0 else shown or "nothing"


def _verdict(findings: Sequence[Finding]) -> str:
    bad = sum(one.health is Health.BAD for one in findings)
    warnings = sum(one.health is Health.WARNING for one in findings)
    if bad:
        need = "1 problem" if bad == 1 else f"{bad} problems"
        return f"Not ready: fix {need} before `{PREFIX} start`."
    if warnings:
        count = "1 warning" if warnings == 1 else f"{warnings} warnings"
        return f"Ready to start, with {count}."
    return "Ready to start."
