"""The answer to `doctor`: one line per finding, each with its remedy."""

from collections.abc import Callable, Iterator, Sequence

from bot.core.model.findings import Finding, Health, Topic
from bot.core.model.settings import Rule
from bot.core.text.prefix import PREFIX
from bot.core.text.sanitize import one_line
from bot.rendering.escape import cell, cut
from bot.rendering.findings import WORDS
from bot.rendering.mistakes import checklist_mistake, settings_mistake
from bot.rendering.words import dated, money_words, tasks_word

_MARKS = {Health.GOOD: "✅", Health.WARNING: "⚠️", Health.BAD: "❌"}
_MAX_FINDING = 500
_MAX_NAMED = 8
# An account's models, for its operator.
_MAX_LISTED = 8_000
_INSTALL = "Check that the App is installed on this repository and isn't suspended."
_REMEDIES = {
    Topic.AGENTS: "The operator of this server can check `CURSOR_API_KEY` and `CURSOR_API_URL`.",
    Topic.ADDRESS: "",
    Topic.WEBHOOKS: "",
    Topic.PEOPLE: "",
}
_NAMES = {Health.GOOD: "ok", Health.WARNING: "warning", Health.BAD: "fault"}


def doctor_text(findings: Sequence[Finding]) -> str:
    """Return what was found as a table, and the result in one line."""
    rows = [
        f"| {_MARKS[one.health]} | {what} | {text} |"
        for one in findings
        for what, text in [_finding(one, cell)]
    ]
    return "\n".join(["| | What | |", "|:--|:--|:--|", *rows, "", _verdict(findings)])


def doctor_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the same for a terminal, a line each."""
    for one in findings:
        what, text = _finding(one, _shown)
        yield f"{_NAMES[one.health]:7} {what}: {text}"
    yield _verdict(findings)


def _shown(text: str, limit: int = _MAX_FINDING) -> str:
    """Return a text that may be anybody's as one line that moves no cursor."""
    return cut(one_line(text), limit) or "–"


def _finding(finding: Finding, show: Callable[..., str]) -> tuple[str, str]:
    what, text = WORDS[finding.kind]
    cost, limit = (*map(money_words, finding.amounts), "", "")[:2]
    instead = f"{show(finding.instead)} is used" if finding.instead else "Cursor chooses"
    words = {
        "topic": finding.topic.capitalize(),
        "remedy": _REMEDIES.get(finding.topic, _INSTALL),
        "service": finding.service,
        "quote": show((finding.quote or "").rstrip("."), _MAX_FINDING),
        "branch": show(finding.branch or ""),
        "word": show(finding.word or ""),
        "names": show(_named(finding.names)),
        "models": f": {show(', '.join(finding.names), _MAX_LISTED)}" if finding.names else "",
        "count": finding.count,
        "tasks": tasks_word(finding.count or 0),
        "total": finding.total,
        "verb": finding.verb or "command",
        "people": show(people_words(finding.rule)) if finding.rule else "",
        "mistake": show(_mistake(finding), _MAX_FINDING),
        "as_model": f" as {show(finding.instead)}" if finding.instead else "",
        "replacement": instead,
        "pull_request": f"#{finding.pull_request}",
        "cost": cost,
        "limit": limit,
        "at": dated(finding.at) if finding.at else "",
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
