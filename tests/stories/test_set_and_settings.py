"""`set`, and the repository's settings file."""

import pytest
from rq import Queue

from bot.core.model.identifiers import EpicStatus, TaskStatus
from jobs.engine.reconcile import reconcile
from jobs.ingest import ingest_batch
from tests.harness import REPOSITORY, Story
from tests.stories.agents import launches
from tests.stories.steps import (
    ACTIVE,
    COMPLETED,
    ONE,
    answers,
    configure,
    give,
    obeyed,
    pending,
    refused,
    told,
    with_open_pull_request,
)

PENDING = EpicStatus.PENDING
USAGE = "\n\nUsage: `/orchestra set KEY=VALUE [KEY=VALUE…]`"


# The command.


def test_set_model(story: Story) -> None:
    pending(story)
    obeyed(story, "set model=o3")
    assert answers(story) == ["This epic now uses model `o3`."]
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))
    assert [launch.request["model"] for launch in launches(story)] == ["o3"]


def test_set_priority_quality_has_the_complex_model_do_everything(story: Story) -> None:
    configure(
        story, "agents: {model: o3, model_by_complexity: {complex: claude-4-opus-thinking}}\n"
    )
    pending(story)
    obeyed(story, "set priority=quality")
    assert answers(story) == ["This epic now runs with priority `quality`."]
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))
    assert [launch.request["model"] for launch in launches(story)] == ["claude-4-opus-thinking"]


def test_set_merge_approved(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge=approved")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(30)
    assert story.requests("merge") == []
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="ada")
    story.wait_for(story.has(COMPLETED), most=30)
    told(story, "needs an approving review of")


def test_set_several_at_once_and_see_them(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set MERGE=manual on_failure=Continue priority=speed")
    assert answers(story) == [
        "This epic now runs with priority `speed`, leaves merging to people (`manual`) and"
        " continues when a task fails."
    ]
    story.wait(30)
    assert story.epic().status is ACTIVE
    obeyed(story, "set merge=green")
    story.wait_for(story.has(COMPLETED), most=30)
    told(story, "is ready for a person to merge.")


REFUSED = [
    (
        "set",
        "`set` needs a setting: `model`, `priority`, `merge`, `on_failure` or `max_parallel`."
        + USAGE,
    ),
    ("set merge", "`merge` needs a value: `merge=…`." + USAGE),
    ("set merge=green merge=manual", "`merge` is given twice." + USAGE),
    (
        "set merge=aproved",
        "`merge` can be `green`, `approved`, `immediately` or `manual`; “aproved” isn't one of"
        " them."
        " Did you mean `/orchestra set merge=approved`?" + USAGE,
    ),
    (
        "set priority=urgent",
        "`priority` can be `speed`, `balanced` or `quality`; “urgent” isn't one of them." + USAGE,
    ),
    (
        "set on_failure=explode",
        "`on_failure` can be `pause`, `continue` or `stop`; “explode” isn't one of them." + USAGE,
    ),
    (
        "set colour=red",
        "`set` has no setting “colour”. It accepts `model`, `priority`, `merge`, `on_failure` and"
        " `max_parallel`." + USAGE,
    ),
]


def test_what_set_refuses(story: Story) -> None:
    pending(story)
    for command, answer in REFUSED:
        assert refused(story, command) == answer


def test_set_on_an_ended_epic(story: Story) -> None:
    pending(story)
    obeyed(story, "cancel")
    obeyed(story, "set merge=manual")
    assert answers(story)[-1] == (
        "From its next start, this epic leaves merging to people (`manual`)."
    )
    obeyed(story, "start")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(30)
    assert story.pull().merged_at is None
    told(story, "is ready for a person to merge.")


# Which settings are in force.


def test_a_changed_file_is_taken_over_at_resume_and_not_before(story: Story) -> None:
    story.start(ONE)
    configure(story, "merge: {when: manual}\n", forget=True)
    obeyed(story, "pause")
    assert story.epic().settings.merge_when == "green"
    obeyed(story, "resume")
    assert story.epic().settings.merge_when == "manual"
    story.wait(30)
    told(story, "is ready for a person to merge.")


def test_what_was_set_outlives_the_file_s_change(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge=approved\n/orchestra pause")
    configure(story, "merge: {when: manual, grace: 10s}\n", forget=True)
    obeyed(story, "resume")
    assert (story.epic().settings.merge_when, story.epic().settings.grace) == ("approved", 10)


def test_the_conditions_of_a_running_epic_are_those_it_was_started_under(story: Story) -> None:
    with_open_pull_request(story)
    configure(story, "merge: {when: manual}\n", forget=True)
    head = story.pull().head_sha
    story.github.set_check_run(REPOSITORY, head, "test", status="completed", conclusion="success")
    story.wait_for(story.has(COMPLETED), most=60)
    merged_by = story.pull().merged_by
    assert merged_by is not None
    assert merged_by.login == "orchestra[bot]"


# Who may.


def test_permissions_name_people_teams_and_levels(story: Story) -> None:
    configure(
        story,
        "permissions:\n"
        "  command: maintain\n"
        "  pause: [grace]\n"
        "  cancel: [acme/platform]\n"
        "  add: [maintain, linus]\n",
    )
    for login, role in (("grace", "read"), ("linus", "read"), ("dora", "maintain")):
        story.github.set_permission(REPOSITORY, login, role)
    for login in ("wally", "walt"):
        story.github.set_permission(REPOSITORY, login, "write")
    story.github.team("acme", "platform", ["tess"])
    pending(story)
    asked = "people with maintain access to this repository"
    assert refused(story, "start", by="wally") == (
        f"Sorry @\u200bwally, only {asked} can give commands."
    )
    obeyed(story, "start", by="dora")
    assert refused(story, "pause") == ("Sorry @\u200bada, only @\u200bgrace can use `pause`.")
    obeyed(story, "pause", by="grace")
    assert refused(story, "resume", by="grace") == (
        f"Sorry @\u200bgrace, only {asked} can give commands."
    )
    obeyed(story, "add More", by="linus")
    obeyed(story, "add Even more", by="dora")
    assert refused(story, "add No more", by="walt") == (
        f"Sorry @\u200bwalt, only {asked} or @\u200blinus can use `add`."
    )
    assert refused(story, "cancel", by="dora") == (
        "Sorry @\u200bdora, only @\u200bacme/platform can use `cancel`."
    )
    obeyed(story, "cancel", by="tess")


def test_a_listed_bot_may(story: Story) -> None:
    configure(story, 'permissions: {command: [write, "helper[bot]"]}\n')
    pending(story)
    obeyed(story, "start", by="helper[bot]")
    assert story.epic().status is ACTIVE


def test_a_bot_that_is_not_listed_gets_no_answer(story: Story) -> None:
    configure(story, 'permissions: {command: [write, "helper[bot]"]}\n')
    pending(story)
    comment = give(story, "start", by="other[bot]")
    assert (story.reactions(comment), story.said()) == ([], [])


@pytest.mark.parametrize(("priority", "queue"), [("speed", "high"), ("balanced", "medium")])
def test_priority_says_where_the_epic_s_work_is_queued(
    story: Story, priority: str, queue: str
) -> None:
    pending(story)
    obeyed(story, f"set priority={priority}")
    story.comment("/orchestra start")
    story.deliver()
    ingest_batch(story.services)
    reconcile(story.services)
    jobs = Queue(queue, connection=story.services.redis).jobs
    assert "jobs.wiring.carry_epic" in [job.func_name for job in jobs]
    story.wait_for(story.has(COMPLETED))
