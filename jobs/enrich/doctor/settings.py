"""The settings file, and who may command by it."""

from collections.abc import Iterator

from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from jobs.enrich.doctor.subject import Subject


def examine_file(subject: Subject) -> Iterator[Finding]:
    """Name the file's mistakes."""
    for mistake in subject.mistakes:
        yield Finding(kind=Kind.SETTINGS_MISTAKE, topic=Topic.SETTINGS, settings_mistake=mistake)
    if not subject.mistakes:
        yield Finding(kind=Kind.SETTINGS_GOOD, topic=Topic.SETTINGS)


def examine_people(subject: Subject) -> Iterator[Finding]:
    """Say who may give which command."""
    permissions = subject.settings.permissions
    for verb in (None, *(verb for verb, _ in permissions.verbs)):
        rule = permissions.rule_for(verb or "")
        yield Finding(kind=Kind.WHO_MAY, topic=Topic.PEOPLE, verb=verb, rule=rule)
