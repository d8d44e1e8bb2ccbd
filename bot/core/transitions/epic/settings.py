"""The settings in force: the repository's file, with what was set for this epic over it."""

from bot.core.commands import Set
from bot.core.commands.answers import Answer, reply
from bot.core.events import CommandGiven, Enrichment
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import Overrides
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

EPIC_BRANCH_PLACE = "{number}"


def take_over_settings(transition: Transition, enrichment: Enrichment) -> None:
    """Follow the repository's file as it was just read; one with mistakes changes nothing."""
    if enrichment.settings is not None:
        transition.update_epic(settings=transition.epic.overrides.over(enrichment.settings))
    transition.update_epic(settings_mistakes=enrichment.settings_mistakes)


def set_settings(transition: Transition, command: Set, event: CommandGiven) -> Answer:
    """Change what this epic does, whatever the repository's file says."""
    override(transition, command.overrides)
    said = ", ".join(f"{key} is {value}" for key, value in told(command.overrides))
    transition.log(f"@{event.by} set {said}")
    if transition.epic.status is EpicStatus.ACTIVE:
        for task in list(transition.epic.under_way()):
            if task.status is TaskStatus.PR_OPEN:
                fetch(transition, task)
    since = "the next start on" if transition.epic.status.is_final else "now on"
    return reply(f"For this epic, {said} from {since}.")


def override(transition: Transition, newer: Overrides) -> None:
    """Keep what is set for this epic, and put it in force."""
    overrides = transition.epic.overrides.updated(newer)
    transition.update_epic(overrides=overrides, settings=overrides.over(transition.epic.settings))


def told(overrides: Overrides) -> list[tuple[str, str]]:
    """What is set, by the keys that `set` takes."""
    pairs = (
        ("model", overrides.model),
        ("priority", overrides.priority),
        ("merge", overrides.merge_when),
        ("on_failure", overrides.on_failure),
    )
    return [(key, str(value)) for key, value in pairs if value is not None]


def base_for(epic: Epic, asked: str | None) -> tuple[str, bool]:
    """The branch that tasks go into, and whether it is to be the epic's own."""
    if asked is not None:
        return asked, False
    was_started = epic.started_at is not None or epic.start_at is not None
    if epic.base_branch is not None and was_started:
        return epic.base_branch, epic.has_epic_branch
    queued_instruction = epic.settings.base_branch or epic.default_branch
    if EPIC_BRANCH_PLACE in queued_instruction:
        return queued_instruction.replace(EPIC_BRANCH_PLACE, str(epic.issue_number)), True
    return queued_instruction, False
