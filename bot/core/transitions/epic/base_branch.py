"""The branch that tasks go into: made for the epic, moved, red."""

from bot.core.effects import FetchBase, OpenRevert
from bot.core.events import BaseChanged, BaseFetched, BaseFetchRefused, BaseReady, RevertOpened
from bot.core.merge_policy import counting_on_base
from bot.core.model.epic import Epic, PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.observations import BaseBranch
from bot.core.transitions.epic.start import begin, branch_to_start_from, is_due
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition, plain, sentence


def ready(transition: Transition, event: BaseReady) -> None:
    """The epic's own branch is there, or cannot be made: then a person is needed."""
    if event.reason is None:
        transition.update_epic(base_is_ready=True)
        return
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    reason = f"the branch `{transition.epic.base}` could not be made: {plain(event.reason)}"
    transition.update_epic(
        status=EpicStatus.PAUSED, pause_cause=PauseCause.PERSON, pause_reason=reason, pausing=False
    )
    transition.log(f"paused: {reason}")
    message = Message(
        kind=MessageKind.PAUSED, to=transition.epic.started_by, text=f"{sentence(reason)}."
    )
    transition.comment(message, f"paused:{transition.now.isoformat()}")


def changed(transition: Transition, event: BaseChanged) -> None:
    """The branch moved: what waits is judged again. A check on it ended: it may be red, or not."""
    epic = transition.epic
    if epic.status is not EpicStatus.ACTIVE or event.branch not in _bases(epic):
        return
    # Once all tasks are in, a check on the epic's branch is one on its final pull request.
    turned = event.failed and not _is_coming_home(epic)
    if event.branch == epic.base and (turned or epic.base_red is not None):
        fetch_base(transition)
    if event.moved:
        for task in epic.under_way():
            if task.status is TaskStatus.PR_OPEN and epic.base_of(task) == event.branch:
                fetch(transition, task)


def _is_coming_home(epic: Epic) -> bool:
    return all(task.is_final_pull_request for task in epic.tasks if not task.status.is_final)


def _bases(epic: Epic) -> tuple[str, ...]:
    return (epic.base, epic.default_branch)


def fetch_base(transition: Transition) -> None:
    """Ask whether the base branch is green."""
    transition.emit(FetchBase(branch=transition.epic.base))


def watch(transition: Transition, before: Epic) -> None:
    """What was known of a red base may have changed in a pause, when nobody looked."""
    goes_on = transition.epic.status is EpicStatus.ACTIVE and before.status is not EpicStatus.ACTIVE
    if goes_on and transition.epic.base_red is not None:
        fetch_base(transition)


def seen(transition: Transition, event: BaseFetched) -> None:
    """One look at the base branch; a start that has fallen due waits for it."""
    epic = transition.epic
    failed = counting_on_base(
        event.base.failed_checks, event.rules.required_checks, epic.settings.ignore_checks
    )
    if is_due(transition):
        if event.branch == branch_to_start_from(epic):
            begin(transition)
            base_turned(transition, event.base, failed)
    elif event.branch == epic.base and epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        base_turned(transition, event.base, failed)


def not_seen(transition: Transition, event: BaseFetchRefused) -> None:
    """GitHub refuses the look: what goes on without it says what is amiss."""
    transition.log(f"no look at `{event.branch}`: {event.reason}")
    if is_due(transition):
        begin(transition)


def base_turned(transition: Transition, base: BaseBranch, failed: tuple[str, ...]) -> None:
    """Put the brake on while the branch is red, and take it off again."""
    was_red, epic = transition.epic.base_red, transition.epic
    red = ", ".join(f"“{name}”" for name in failed) or None
    transition.update_epic(base_red=red)
    if red is not None and was_red is None:
        transition.log(
            f"`{epic.base}` is red ({red}): nothing is launched or merged until it is green"
        )
        if not _offer_revert(transition, base):
            _say_red(transition, base, red)
    elif red is None and was_red is not None:
        transition.log(f"`{epic.base}` is green again")
        for task in list(transition.epic.under_way()):
            if task.status is TaskStatus.PR_OPEN:
                fetch(transition, task)


def _say_red(transition: Transition, base: BaseBranch, red: str) -> None:
    """Tell the epic's starter, once for each head of the branch."""
    if transition.epic.status is not EpicStatus.ACTIVE:
        return
    fails = "checks {} fail" if "”, “" in red else "check {} fails"
    text = (
        f"`{transition.epic.base}` is red ({fails.format(red)}), and nothing is launched or merged until"
        " it is green. A fix or a re-run of the check gets past it; then I go on by myself."
    )
    message = Message(kind=MessageKind.NEEDS_PERSON, to=transition.epic.started_by, text=text)
    transition.comment(message, f"red:{base.sha}")


def _offer_revert(transition: Transition, base: BaseBranch) -> bool:
    """When the last merge of this epic is what the branch's head is, it may be taken back."""
    task = _merged_at(transition.epic, base)
    if task is None:
        return False
    if transition.epic.revert_offered == task.merge_sha:
        return True
    request = task.pull_request
    assert request is not None
    transition.update_epic(revert_offered=task.merge_sha)
    transition.emit(
        OpenRevert(
            task=task.number,
            number=request.number,
            node_id=request.node_id,
            head_branch=request.head_branch,
            title=task.title,
            body=(
                f"`{transition.epic.base}` is red since #{request.number} was merged for task"
                f" {task.number} of #{transition.epic.issue_number}. Merging this takes it back."
            ),
        )
    )
    return True


def _merged_at(epic: Epic, base: BaseBranch) -> Task | None:
    for task in epic.tasks:
        if task.merge_sha and task.merge_sha == base.sha and task.pull_request:
            return task
    return None


def revert_opened(transition: Transition, event: RevertOpened) -> None:
    """Tell the epic's starter what is red, and the two ways on."""
    epic = transition.epic
    transition.log(f"#{event.number} would take its merge back", event.task)
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=epic.started_by,
        text=(
            f"`{epic.base}` is red since task {event.task} was merged"
            f"{f' (check {epic.base_red} fails)' if epic.base_red else ''}."
            f" Merge #{event.number} to take it back, or mend `{epic.base}`."
            " I go on by myself once it is green."
        ),
        task=event.task,
    )
    transition.comment(message, f"revert:{event.number}")
