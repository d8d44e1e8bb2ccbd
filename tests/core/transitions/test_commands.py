"""Commands that cannot be obeyed: refused with one reason, nothing changed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.effects import Effect, PostComment, React
from bot.core.events import CommandGiven, Enrichment
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, Login, RepositoryName, TaskStatus
from bot.core.model.messages import MessageKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.settings import EpicSettings, Permissions, Rule
from bot.core.model.task import Task
from bot.core.transitions.dispatch import decide

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PENDING, ACTIVE, PAUSED = EpicStatus.PENDING, EpicStatus.ACTIVE, EpicStatus.PAUSED
COMPLETED, CANCELLED = EpicStatus.COMPLETED, EpicStatus.CANCELLED


def epic(status: EpicStatus, *, activated: bool = True) -> Epic:
    states = {PENDING: TaskStatus.PENDING, COMPLETED: TaskStatus.COMPLETED}
    task = Task(number=1, title="First thing", status=states.get(status, TaskStatus.PR_OPEN))
    return Epic(
        id=1,
        token="0" * 32,
        repository=RepositoryName("acme", "widgets"),
        default_branch="main",
        issue_number=1,
        status=status,
        activated=activated,
        body="- [ ] First thing\n",
        tasks=(task,),
    )


def given(text: str, enrichment: Enrichment, pull_request: int | None = None) -> CommandGiven:
    return CommandGiven(
        comment_id=9,
        line=1,
        text=f"/orchestra {text}",
        by=Login("ada"),
        pull_request=pull_request,
        enrichment=enrichment,
    )


def refusal_of(comment: Effect) -> Refusal:
    assert isinstance(comment, PostComment)
    assert comment.message.kind is MessageKind.REPLY
    assert comment.message.refusal is not None
    return comment.message.refusal


def asked(before: Epic, event: CommandGiven) -> list[Effect]:
    """What is asked for by a command that changes nothing."""
    decision = decide(before, event, NOW)
    assert decision.epic == before
    return [ask.effect for ask in decision.emitted]


ALLOWED = Enrichment(
    permission="write", eyes_id=5, is_labelled=True, body="- [ ] First thing\n", title=""
)


@pytest.mark.parametrize(
    ("status", "text", "refusal"),
    [
        (PENDING, "pause", RefusalKind.NOT_RUNNING),
        (PENDING, "resume", RefusalKind.NOT_PAUSED),
        (ACTIVE, "resume", RefusalKind.NOT_PAUSED),
        (PAUSED, "start", RefusalKind.PAUSED),
        (CANCELLED, "cancel", RefusalKind.ALREADY_ENDED),
        (COMPLETED, "cancel", RefusalKind.ALREADY_ENDED),
        (COMPLETED, "resume", RefusalKind.NOT_PAUSED),
        (ACTIVE, "retry", RefusalKind.NO_TASK_FAILED),
        (ACTIVE, "retry all", RefusalKind.NO_TASK_FAILED),
        (ACTIVE, "retry 1", RefusalKind.TASK_NOT_FAILED),
        (ACTIVE, "retry 2", RefusalKind.NO_SUCH_TASK),
        (ACTIVE, "skip 2", RefusalKind.NO_SUCH_TASK),
        (ACTIVE, "skip", RefusalKind.WHICH_TASK),
    ],
)
def test_refused(status: EpicStatus, text: str, refusal: RefusalKind) -> None:
    react, comment = asked(epic(status), given(text, ALLOWED))
    assert react == React(comment_id=9, content="confused", eyes_id=5)
    assert refusal_of(comment).kind is refusal


@pytest.mark.parametrize(
    ("enrichment", "kind"),
    [
        (Enrichment(served=False), RefusalKind.ACCOUNT_NOT_SERVED),
        (Enrichment(permission=None), RefusalKind.COULD_NOT_ASK),
        (Enrichment(permission="read"), RefusalKind.NOT_ALLOWED),
        (Enrichment(permission="triage"), RefusalKind.NOT_ALLOWED),
    ],
)
@pytest.mark.parametrize("text", ["start", "cancel", "help", "nonsense"])
def test_not_heard(enrichment: Enrichment, kind: RefusalKind, text: str) -> None:
    react, comment = asked(epic(ACTIVE), given(text, enrichment))
    assert react == React(comment_id=9, content="confused", eyes_id=enrichment.eyes_id)
    assert refusal_of(comment).kind is kind


def test_what_github_refused_is_said() -> None:
    enrichment = Enrichment(eyes_id=5, refusal="Resource not accessible by integration")
    react, comment = asked(epic(ACTIVE), given("pause", enrichment))
    assert react == React(comment_id=9, content="confused", eyes_id=5)
    refusal = refusal_of(comment)
    assert refusal.kind is RefusalKind.COULD_NOT_ASK
    assert refusal.quote == "Resource not accessible by integration"


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("enrichment", [ALLOWED, Enrichment(permission="none"), Enrichment()])
def test_a_bot_that_is_not_listed_is_not_answered(enrichment: Enrichment, listed: bool) -> None:
    bot = Login("renovate[bot]")
    people = (bot,) if listed else ()
    settings = EpicSettings(permissions=Permissions(verbs=(("retry", Rule(people=people)),)))
    event = replace(given("pause", replace(enrichment, settings=settings)), by=bot)
    assert bool(asked(epic(ACTIVE), event)) is listed


@pytest.mark.parametrize(
    "text", ["pause", "cancel", "status", "retry", "skip 1", "add More", "set merge=manual"]
)
def test_only_start_begins_on_an_unlabelled_issue(text: str) -> None:
    react, comment = asked(epic(PENDING, activated=False), given(text, ALLOWED))
    assert react == React(comment_id=9, content="confused", eyes_id=5)
    refusal = refusal_of(comment)
    assert (refusal.kind, refusal.label) == (RefusalKind.NOT_AN_EPIC, "orchestra")


@pytest.mark.parametrize("status", [COMPLETED, CANCELLED])
def test_start_on_a_task_s_pull_request_belongs_on_the_issue(status: EpicStatus) -> None:
    react, comment = asked(epic(status), given("start", ALLOWED, pull_request=10))
    assert react == React(comment_id=9, content="confused", eyes_id=5)
    assert isinstance(comment, PostComment)
    assert comment.issue == 10
    assert refusal_of(comment).kind is RefusalKind.NOT_ON_A_PULL_REQUEST


@pytest.mark.parametrize("text", ["start", "pause", "cancel", "status"])
def test_on_a_pull_request_that_is_no_task_s(text: str) -> None:
    event = given(text, ALLOWED, pull_request=1)
    _, comment = asked(epic(PENDING, activated=False), event)
    assert refusal_of(comment).kind is RefusalKind.NOT_A_TASKS_PULL_REQUEST
