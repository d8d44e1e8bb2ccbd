"""Who pushed to a pull request, and whether somebody who may command lets it pass."""

from dataclasses import dataclass

from bot.clients.errors import NotFound, PermanentError
from bot.core.commands.merge import Merge
from bot.core.merge_policy.pushes import leading_to
from bot.core.model.identifiers import Login
from bot.core.model.observations import PullRequestSnapshot, ReviewState
from bot.core.model.pushes import Push
from bot.core.model.settings import Level, MergeWhen
from bot.core.model.task import Task
from bot.core.permissions import may_command, teams_to_ask
from jobs.handlers.handler import Context

# What a commit is never changes.
KEPT_SECONDS = 86_400
_MERGE = Merge.verb
# The account that GitHub shows in place of a deleted one.
_NOBODY = Login("ghost")


@dataclass(frozen=True, kw_only=True)
class Pushers:
    """What is to be known of who pushed; `new` are pushes that no webhook told of.

    `people` are those whose pushes count, `held_by` those of them who may not command.
    """

    new: tuple[Push, ...] = ()
    people: tuple[Login, ...] = ()
    held_by: tuple[Login, ...] = ()
    is_known: bool = True
    is_approved: bool = False


def pushers_of(context: Context, task: Task | None, snapshot: PullRequestSnapshot) -> Pushers:
    """Ask where it matters: not everybody with write permission may command, or people approved."""
    if task is None or not snapshot.is_open:
        return Pushers()
    settings, approving = context.epic.settings_for(task), approvers(snapshot)
    strict = settings.permissions.rule_for(_MERGE).level is not Level.WRITE
    if not strict and not (settings.merge_when is MergeWhen.APPROVED and approving):
        return Pushers()
    branch, head = snapshot.head_branch, snapshot.head_sha
    pushes, is_whole = leading_to(task.pushes, branch, head)
    new: tuple[Push, ...] = ()
    if not is_whole:
        new = _activity(context, branch)
        pushes, is_whole = leading_to((*task.pushes, *new), branch, head)
    asked = _People(context, snapshot, _by_people(context, task, pushes))
    held = asked.who_may_not_command() if strict else ()
    pushed = tuple(login for login in approving if asked.has_pushed(login))
    return Pushers(
        new=tuple(push for push in new if push not in task.pushes),
        people=tuple(dict.fromkeys((*held, *pushed))),
        held_by=held,
        is_known=is_whole,
        is_approved=bool(held or not is_whole)
        and any(may_merge(context, login) for login in approving if login not in pushed),
    )


def approvers(snapshot: PullRequestSnapshot) -> tuple[Login, ...]:
    """Return the people who have approved this head: who may command need not be able to write."""
    return tuple(
        review.by
        for review in snapshot.reviews
        if review.state is ReviewState.APPROVED
        and review.sha == snapshot.head_sha
        and not review.is_bot
    )


def may_merge(context: Context, login: Login) -> bool:
    """Return whether that person may have pull requests merged by command."""
    permissions = context.epic.settings.permissions
    try:
        role = context.github.permission_of(login)
    except NotFound:
        return False
    asked = teams_to_ask(_MERGE, login, role, permissions)
    teams = [team for team in asked if context.github.is_team_member(team, login)]
    return may_command(_MERGE, login, role, teams, permissions)


def _activity(context: Context, branch: str) -> tuple[Push, ...]:
    """Read who pushed; a GitHub without that list leaves it unknown."""
    try:
        found = context.github.pushes(branch)
    except PermanentError:
        if context.doubts:
            raise
        return ()
    own = context.services.github.identity.login
    return tuple(
        Push(
            branch=branch,
            before=one.before,
            after=one.after,
            by=one.by,
            is_bot=one.is_bot,
            by_us=one.is_bot and one.by == own,
        )
        for one in found
    )


def _by_people(context: Context, task: Task, pushes: tuple[Push, ...]) -> dict[Login, list[Push]]:
    """Return people's pushes; what merged another task into an epic's own branch is none."""
    machines = context.epic.settings_for(task).pushers
    merges = {one.merge_sha for one in context.epic.tasks if one.merge_sha}
    found: dict[Login, list[Push]] = {}
    for push in pushes:
        by = push.by or _NOBODY
        if not push.is_bot and by.lower() not in machines and push.after not in merges:
            found.setdefault(by, []).append(push)
    return found


@dataclass(frozen=True)
class _People:
    """People's pushes, asked about only where it matters."""

    context: Context
    snapshot: PullRequestSnapshot
    pushes: dict[Login, list[Push]]

    def who_may_not_command(self) -> tuple[Login, ...]:
        return tuple(
            login
            for login in self.pushes
            if not may_merge(self.context, login) and self.has_pushed(login)
        )

    def has_pushed(self, login: Login) -> bool:
        """Return whether a push of theirs brought in anything but the base."""
        return any(not self._is_merge_of_base(push) for push in self.pushes.get(login, ()))

    def _is_merge_of_base(self, push: Push) -> bool:
        redis, base = self.context.services.redis, self.snapshot.base_branch
        key = f"orchestra:base-merge:{self.context.epic.repository}:{push.before}:{push.after}"
        if (known := redis.get(key)) is not None:
            return bool(known == b"1")
        try:
            found = self.context.github.merges_nothing_else(push.after, push.before, base)
        except NotFound:
            return False
        redis.set(key, int(found), ex=KEPT_SECONDS)
        return found
