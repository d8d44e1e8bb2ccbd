"""The settings in force: the repository's file, with what was set for this epic over it."""

from bot.core.commands import Set
from bot.core.commands.answers import Answer, reply
from bot.core.events import CommandGiven, Reading
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import Overrides
from bot.core.transitions.pull_request.waiting import look
from bot.core.transitions.transition import Turn

EPIC_BRANCH_PLACE = "{number}"


def take_over_settings(turn: Turn, reading: Reading) -> None:
    """Follow the repository's file as it was just read; one with mistakes changes nothing."""
    if reading.settings is not None:
        turn.change(settings=turn.epic.overrides.over(reading.settings))
    turn.change(settings_mistakes=reading.settings_mistakes)


def set_settings(turn: Turn, command: Set, event: CommandGiven) -> Answer:
    """Change what this epic does, whatever the repository's file says."""
    override(turn, command.overrides)
    said = ", ".join(f"{key} is {value}" for key, value in told(command.overrides))
    turn.log(f"@{event.by} set {said}")
    if turn.epic.status is EpicStatus.ACTIVE:
        for task in list(turn.epic.under_way()):
            if task.status is TaskStatus.PR_OPEN:
                look(turn, task)
    since = "the next start on" if turn.epic.status.is_final else "now on"
    return reply(f"For this epic, {said} from {since}.")


def override(turn: Turn, newer: Overrides) -> None:
    """Keep what is set for this epic, and put it in force."""
    overrides = turn.epic.overrides.updated(newer)
    turn.change(overrides=overrides, settings=overrides.over(turn.epic.settings))


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
    wanted = epic.settings.base_branch or epic.default_branch
    if EPIC_BRANCH_PLACE in wanted:
        return wanted.replace(EPIC_BRANCH_PLACE, str(epic.issue_number)), True
    return wanted, False
