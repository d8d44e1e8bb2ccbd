"""Whose turn it is: no agent gets work for a task without the task's slot."""

from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.reasons import Wait
from bot.core.model.task import Task
from bot.core.reservations import AgentSlot, Holder
from bot.core.transitions.transition import Transition


def takes_new_tasks(epic: Epic) -> bool:
    """Tell whether tasks that are not under way may be launched."""
    is_running = epic.status is EpicStatus.ACTIVE and not epic.pausing
    is_held_up = epic.base_red or epic.known_base.in_doubt or not epic.base_is_ready
    return is_running and not is_held_up


def take_turn(transition: Transition, task: Task) -> bool:
    """Reserve the task's slot for its agent; False where it has to wait for its turn."""
    if not (task.status.is_under_way or takes_new_tasks(transition.epic)):
        return False
    return transition.reserve(AgentSlot(task=task.number)) is None


def waits_for_others(transition: Transition, task: Task) -> Holder | None:
    """Return who outside the epic has the task's slot; None where it is the epic's own limit."""
    slot = AgentSlot(task=task.number)
    return None if slot.held_within(transition.epic) else transition.held.get(slot)


def wait_for_turn(transition: Transition, task: Task, wait: Wait | None = None) -> None:
    """Put the task among the pending ones: it is launched, or sent its words, in its turn."""
    transition.update(
        task,
        status=TaskStatus.PENDING,
        wait=wait,
        needs_person=False,
        retry_at=None,
        due_at=None,
        ended_at=None,
    )
