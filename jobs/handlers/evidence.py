"""What a pull request is to show before it counts as checked, shared by all workers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.core.merge_policy import MergeCandidate, lacks_evidence
from bot.core.model.observations import BranchRules, ExpectedCheck, PullRequestSnapshot
from bot.core.model.task import Task
from jobs.handlers.handler import Context

MAX_AGE = timedelta(minutes=15)
# The first pull request to be merged shows what there is.
MAX_AGE_OF_NOTHING = timedelta(minutes=1)
# What is missing on a pull request is looked up again this often.
MAX_AGE_IN_DOUBT = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class _Expected:
    """What runs for pull requests into a branch, as read at `read_at` of the database's clock."""

    read_at: datetime
    checks: tuple[ExpectedCheck, ...]


_EXPECTED: TypeAdapter[_Expected] = TypeAdapter(_Expected)


def expected_checks_of(
    context: Context,
    task: Task | None,
    snapshot: PullRequestSnapshot,
    rules: BranchRules,
    base: str,
) -> tuple[ExpectedCheck, ...]:
    """Return what an open pull request into `base` is to show where no rule names its checks.

    Where something is missing after the grace it is looked up again: its workflow may have been
    deleted or disabled since.
    """
    if task is None or not snapshot.is_open or rules.required_checks:
        return ()
    expected, known = _read(context, base, MAX_AGE), task.pull_request
    if known is None or known.head_sha != snapshot.head_sha:
        return expected
    candidate = MergeCandidate(
        snapshot=snapshot,
        rules=rules,
        settings=context.epic.settings_for(task),
        now=context.now,
        expected=expected,
        head_seen_at=known.head_seen_at,
        own_app_id=context.services.settings.github_app_id,
    )
    return _read(context, base, MAX_AGE_IN_DOUBT) if lacks_evidence(candidate) else expected


def _read(context: Context, base: str, max_age: timedelta) -> tuple[ExpectedCheck, ...]:
    redis, key = context.services.redis, f"orchestra:evidence:{context.epic.repository}:{base}"
    if (stored := redis.get(key)) is not None:
        known = _EXPECTED.validate_json(stored)
        if context.now - known.read_at < (max_age if known.checks else MAX_AGE_OF_NOTHING):
            return known.checks
    read = _Expected(read_at=context.now, checks=context.github.expected_checks(base))
    redis.set(key, _EXPECTED.dump_json(read), ex=MAX_AGE)
    return read.checks
