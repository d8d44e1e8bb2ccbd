"""What `doctor` examines: everything that could go wrong, before money is spent."""

from collections.abc import Callable, Iterable

from bot.core.model.findings import Finding, Topic
from jobs.enrich.doctor import (
    agents,
    base,
    branches,
    installation,
    planning,
    settings,
    tasks,
    webhooks,
)
from jobs.enrich.doctor.subject import Subject, attempted

__all__ = ["Subject", "examine"]

Examination = Callable[[Subject], Iterable[Finding]]


def examine(subject: Subject) -> tuple[Finding, ...]:
    """Examine everything once, in 11 or 12 requests to GitHub, 2 or 3 to Cursor and 1 to a planner.

    What cannot be fetched is a finding too.
    """
    return tuple(
        finding
        for topic, examination in _EXAMINATIONS.items()
        for finding in attempted(topic, examination(subject))
    )


_EXAMINATIONS: dict[Topic, Examination] = {
    Topic.INSTALLATION: installation.examine,
    Topic.SETTINGS: settings.examine_file,
    Topic.BRANCHES: branches.examine,
    Topic.BASE: base.examine,
    Topic.AGENTS: agents.examine,
    Topic.PLANNING: planning.examine,
    Topic.ADDRESS: webhooks.examine_address,
    Topic.WEBHOOKS: webhooks.examine_deliveries,
    Topic.CHECKLIST: tasks.examine_checklist,
    Topic.COST: tasks.examine_cost,
    Topic.PEOPLE: settings.examine_people,
}
