"""What a person can do now: one function for comment, check run, buttons, refusals and API.

Everything offered is accepted in that state, and never leads to the same pause at once.
"""

from bot.core.commands.add import cannot_add
from bot.core.commands.fix import cannot_fix
from bot.core.commands.merge import cannot_merge
from bot.core.commands.restart import cannot_restart
from bot.core.commands.retry import cannot_retry
from bot.core.commands.skip import cannot_skip
from bot.core.commands.start import all_done
from bot.core.commands.targets import final_alone
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.plan import PlanStage
from bot.core.model.reasons import FailureKind, PauseKind, WaitKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.model.ways import Way
from bot.core.transitions.epic.approval import unusable
from bot.core.transitions.epic.pausing import stays_failed

_CANCEL = Way(verb="cancel")
_ADD = Way(verb="add", argument="TITLE")
_PLAN = Way(verb="plan")
_ACCEPT = Way(verb="plan", argument="accept")
_ANOTHER = Way(verb="plan", argument="INSTRUCTIONS")
_ABOUT_THE_PLAN = {
    RefusalKind.NO_PLAN: (_PLAN,),
    RefusalKind.PLAN_NOT_ACCEPTED: (_ACCEPT, _ANOTHER),
    RefusalKind.PLAN_JUST_PROPOSED: (_ACCEPT, _ANOTHER),
    RefusalKind.PLAN_OUTDATED: (_ACCEPT, _ANOTHER),
}
_MORE_MONEY = Way(verb="budget", argument="+10")
# What is left of these can neither be fixed by the agent nor on GitHub.
_FROM_SCRATCH = frozenset({FailureKind.BRANCH_DELETED, FailureKind.FORK})
# These are fixed on GitHub, in the settings or by the operator, not by the agent.
_NOT_FOR_THE_AGENT = frozenset(
    {FailureKind.MERGE_REFUSED, FailureKind.NO_MERGE_METHOD, FailureKind.INTERNAL}
)
# After these refusals the person is shown what can be done instead.
_ABOUT_THE_EPIC = frozenset(
    {
        RefusalKind.NOT_AN_EPIC,
        RefusalKind.NOT_RUNNING,
        RefusalKind.PAUSED,
        RefusalKind.ALREADY_ENDED,
    }
)
_ABOUT_A_TASK = frozenset(
    {
        RefusalKind.TASK_FAILED,
        RefusalKind.TASK_SKIPPED,
        RefusalKind.NO_AGENT,
        RefusalKind.NO_OPEN_PULL_REQUEST,
    }
)
# What paused the epic is put right on GitHub or in the settings.
_FIXED_ELSEWHERE = frozenset({PauseKind.NO_BASE_BRANCH, PauseKind.BUDGET})
_NOTHING_LEFT = frozenset({RefusalKind.ALL_DONE, RefusalKind.TASK_MERGED, RefusalKind.TASK_DONE})


def ways_on(epic: Epic) -> tuple[Way, ...]:
    """Return what people can do about the epic as a whole, the usual way first, bypasses last."""
    if not epic.activated:
        return (Way(verb="start"),)
    match epic.status:
        case EpicStatus.GENERATING_SPEC:
            return _planned(epic)
        case EpicStatus.PENDING:
            return (_start(epic), Way(verb="doctor") if epic.start_at is None else _CANCEL)
        case EpicStatus.ACTIVE:
            return (Way(verb="resume" if epic.pausing else "pause"), _CANCEL)
        case EpicStatus.PAUSED:
            return _paused(epic)
        case _:
            return _ended(epic)


def ways_for_task(epic: Epic, task: Task) -> tuple[Way, ...]:
    """Return what people can do about one task, the usual way first, bypasses last."""
    if epic.status not in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        return ()
    if task.is_final_pull_request:
        return (*_resume(epic), *_merge(epic, task))
    if task.status is TaskStatus.FAILED:
        ways = (*_retry(epic, task), *_restart(task), *_skip(task), *_resume(epic))
        return (*ways, *_merge(epic, task))
    if task.status in (TaskStatus.PENDING, TaskStatus.SKIPPED):
        return (*_skip(task), *_retry(epic, task))
    if task.status is TaskStatus.MERGING or not task.status.is_under_way:
        return ()
    restart = task.needs_person or task.status is TaskStatus.PROCESSING
    ways = (*_resume(epic), *_fix(epic, task), *(_restart(task) if restart else ()), *_skip(task))
    return (*ways, *_merge(epic, task))


def ways_after(refusal: Refusal, epic: Epic) -> tuple[Way, ...]:
    """Return what people can do instead of what was refused."""
    if refusal.kind in _ABOUT_THE_EPIC:
        return tuple(way for way in ways_on(epic) if way.verb not in ("cancel", "doctor"))
    if refusal.kind in _ABOUT_THE_PLAN:
        return _ABOUT_THE_PLAN[refusal.kind]
    if refusal.kind in _ABOUT_A_TASK and refusal.task is not None:
        task = epic.task(refusal.task)
        undecided = task and task.status in (TaskStatus.FAILED, TaskStatus.SKIPPED)
        return ways_for_task(epic, task) if task and undecided else ()
    return _add(epic) if refusal.kind in _NOTHING_LEFT else ()


def _planned(epic: Epic) -> tuple[Way, ...]:
    is_proposed = epic.plan is not None and epic.plan.stage is PlanStage.PROPOSED
    return (_ACCEPT, _ANOTHER, _CANCEL) if is_proposed else (_CANCEL,)


def _start(epic: Epic) -> Way:
    return Way(verb="start", once_fixed=unusable(epic) is not None)


def _ended(epic: Epic) -> tuple[Way, ...]:
    is_done = bool(epic.tasks) and all_done(epic) is not None
    return _add(epic) if is_done else (_start(epic),)


def _add(epic: Epic) -> tuple[Way, ...]:
    return () if cannot_add(epic) else (_ADD,)


def _paused(epic: Epic) -> tuple[Way, ...]:
    failed = [task for task in epic.checklist_tasks if task.status is TaskStatus.FAILED]
    final = [task for task in epic.tasks if task.is_final_pull_request]
    if len(failed) > 1:
        return (Way(verb="retry", argument="all"), *_skip(failed[0]), *_resume(epic), _CANCEL)
    if epic.pause is not None and epic.pause.ends_with_money:
        return (_MORE_MONEY, _CANCEL)
    if epic.pause is not None and epic.pause.spent_task is not None:
        return (*_resume(epic), Way(verb="skip", task=epic.pause.spent_task), _CANCEL)
    ways = [way for task in failed for way in (*_retry(epic, task), *_skip(task))]
    bypasses = [way for task in (failed or final) for way in _merge(epic, task)]
    return (*ways, *_resume(epic), _CANCEL, *bypasses)


def _resume(epic: Epic) -> tuple[Way, ...]:
    """Offer it where it continues something, perhaps only once a person has fixed what failed."""
    if epic.status is not EpicStatus.PAUSED or epic.stuck():
        return ()
    failed = [
        task
        for task in epic.tasks
        if task.status is TaskStatus.FAILED and not stays_failed(epic, task)
    ]
    if any(_fails_again(task) for task in failed):
        return ()
    # A final pull request that was closed is replaced by another.
    failed = [task for task in failed if _is_open(task) or not task.is_final_pull_request]
    needs_branch = epic.pause is not None and epic.pause.kind in _FIXED_ELSEWHERE
    unreadable = epic.settings_mistakes or epic.mistakes or epic.unreachable is not None
    return (Way(verb="resume", once_fixed=bool(failed or needs_branch or unreadable)),)


def _fails_again(task: Task) -> bool:
    """Whether nobody can have fixed the failed task so that `resume` continues it."""
    if task.is_final_pull_request:
        return False
    closed = task.pull_request is not None and not task.pull_request.is_open
    kinds = (*_FROM_SCRATCH, FailureKind.PULL_REQUEST_CLOSED)
    return closed or (task.failure is not None and task.failure.kind in kinds)


def _is_open(task: Task) -> bool:
    return task.pull_request is not None and task.pull_request.is_open


def _retry(epic: Epic, task: Task) -> tuple[Way, ...]:
    """Offer another try: from scratch where nothing of the last one can be used."""
    kind = task.failure.kind if task.failure and task.status is TaskStatus.FAILED else None
    if kind in _FROM_SCRATCH:
        return _restart(task)
    if cannot_retry(task) or (kind in _NOT_FOR_THE_AGENT and _resume(epic)):
        return ()
    return (Way(verb="retry", task=task.number),)


def _restart(task: Task) -> tuple[Way, ...]:
    return () if cannot_restart(task) else (Way(verb="restart", task=task.number),)


def _skip(task: Task) -> tuple[Way, ...]:
    return () if cannot_skip(task) else (Way(verb="skip", task=task.number),)


def _fix(epic: Epic, task: Task) -> tuple[Way, ...]:
    """Offer it where reviewers wait for changes that the agent has not made."""
    asked = task.wait is not None and task.wait.kind is WaitKind.CHANGES_NOT_MADE
    if not asked or cannot_fix(epic, task):
        return ()
    return (Way(verb="fix", task=task.number, argument="TEXT"),)


def _merge(epic: Epic, task: Task) -> tuple[Way, ...]:
    """Offer it where it gets past what is in the way."""
    reason = task.failure if task.status is TaskStatus.FAILED else task.wait
    if reason is None or not reason.merge_allowed or cannot_merge(epic, task):
        return ()
    if not task.is_final_pull_request:
        return (Way(verb="merge", task=task.number, bypasses=True),)
    return (Way(verb="merge", bypasses=True),) if final_alone(epic) else ()
