"""Whether branches of ours can be made: Git keeps names as paths, and rulesets go by names."""

from collections.abc import Iterator

from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from bot.core.model.observations import NamePattern
from bot.core.text.branches import branches_of, in_the_way_of
from jobs.enrich.doctor.subject import Subject

# As a branch of a task's first attempt is called.
_SUFFIX = "1a2b3c"


def examine(subject: Subject) -> Iterator[Finding]:
    """Look for a branch and for rules in the way. Two or three requests.

    GitHub does not tell who may bypass a rule.
    """
    topic, issue = Topic.BRANCHES, subject.issue
    in_the_way = in_the_way_of(issue or 1)[: None if issue else 1]
    taken = subject.github.first_branch_of(in_the_way)
    if taken is not None:
        yield Finding(kind=Kind.NAME_TAKEN, topic=topic, branch=taken)
    name = f"{branches_of(issue or 1, 1)}{_SUFFIX}"
    rules = subject.github.naming_rules(name)
    if rules.refused:
        yield Finding(kind=Kind.BRANCHES_REFUSED, topic=topic, names=rules.refused)
    found = [*filter(None, (_pattern(one, name) for one in rules.patterns))]
    yield from found
    if rules.keeps_branches and subject.settings.delete_branch:
        yield Finding(kind=Kind.BRANCHES_KEPT, topic=topic)
    if taken is None and not rules.refused and not found:
        yield Finding(kind=Kind.BRANCHES_ALLOWED, topic=topic)


def _pattern(pattern: NamePattern, name: str) -> Finding | None:
    refuses = pattern.refuses(name)
    if refuses is False:
        return None
    kind = Kind.NAME_PATTERN if refuses is None else Kind.NAME_REFUSED
    word = f"{'not ' if pattern.negate else ''}{pattern.operator} {pattern.pattern}"
    return Finding(kind=kind, topic=Topic.BRANCHES, word=word)
