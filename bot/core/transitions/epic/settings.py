"""The settings in force: the repository's file, with what was set for this epic over it."""

from bot.core.events import Enrichment
from bot.core.model.epic import Epic
from bot.core.model.money import Micros, Money
from bot.core.model.settings import Overrides
from bot.core.transitions.transition import Transition

EPIC_BRANCH_PLACE = "{number}"


def take_over_settings(transition: Transition, enrichment: Enrichment) -> None:
    """Follow the repository's file as it was just fetched; one with mistakes changes nothing."""
    if enrichment.settings is not None:
        transition.update_epic(settings=transition.epic.overrides.over(enrichment.settings))
    transition.update_epic(settings_mistakes=enrichment.settings_mistakes)


def override(transition: Transition, newer: Overrides) -> None:
    """Keep what is set for this epic, and put it in force."""
    overrides = transition.epic.overrides.updated(newer)
    transition.update_epic(overrides=overrides, settings=overrides.over(transition.epic.settings))


def set_budget(transition: Transition, amount: Micros) -> None:
    """Let the epic's agents cost that much in all, whatever was added to its budget before."""
    override(transition, Overrides(epic_budget=amount))
    transition.update_epic(money=Money())


def base_for(epic: Epic, asked: str | None) -> tuple[str, bool]:
    """Return the branch that tasks go into, and whether it is the epic's own."""
    if asked is not None:
        return asked, False
    was_started = epic.started_at is not None or epic.start_at is not None
    if epic.base_branch is not None and was_started:
        return epic.base_branch, epic.has_epic_branch
    wanted = epic.settings.base_branch or epic.default_branch
    if EPIC_BRANCH_PLACE in wanted:
        return wanted.replace(EPIC_BRANCH_PLACE, str(epic.issue_number)), True
    return wanted, False
