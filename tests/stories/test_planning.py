"""A checklist written by a language model: asked for, proposed, accepted, started."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.plan import PlanStage
from bot.core.text.checklist import parse_checklist
from sandbox.cursor import AgentScript
from sandbox.llm import numbered, plan, rate_limited
from tests.harness import BODY, REPOSITORY, Story
from tests.stories.plans import ONE_WISH, PLANNED, WISH, last_said, proposed, stage
from tests.stories.steps import answers, configure, give, obeyed, pending, refused
from tests.stories.test_editing_the_checklist import before_the_tick

PLANNING, PENDING = EpicStatus.GENERATING_SPEC, EpicStatus.PENDING
ACTIVE, COMPLETED = EpicStatus.ACTIVE, EpicStatus.COMPLETED
MORE = "Count the widgets in a report"


def edit(story: Story, body: str, by: str = "ada") -> None:
    story.github.edit_issue(REPOSITORY, story.issue, body=body, by=by)
    story.settle()


def test_a_plan_is_shown_as_a_change_of_the_checklist(planner: Story) -> None:
    pending(planner, WISH)
    assert "or have one written by `/orchestra plan`" in planner.progress()
    obeyed(planner, "plan")
    added = PLANNED.removeprefix(WISH).splitlines()
    diff = "\n".join(f"+{line}" for line in added)
    assert last_said(planner) == (
        "@ada This plan adds 3 tasks to the checklist:\n\n"
        f"```diff\n{diff}\n```\n\n"
        "- `/orchestra plan accept` — write exactly this plan into the issue's checklist\n"
        "- `/orchestra plan INSTRUCTIONS` — have another plan written"
    )
    assert planner.epic().status is PLANNING
    assert planner.body() == WISH
    planner.rest()
    assert "### Widgets 2.0 · plan proposed" in planner.progress()
    assert "comments `/orchestra plan accept`" in planner.progress()


def test_an_accepted_plan_is_written_and_worked_through(planner: Story) -> None:
    proposed(planner, ONE_WISH)
    obeyed(planner, "plan accept")
    assert planner.body().startswith(f"{ONE_WISH}- [ ] Give widgets a colour field `complexity:")
    assert planner.epic().status is PENDING
    assert answers(planner)[-1] == (
        "Added 1 task to the checklist. `/orchestra start` starts with the first open one."
    )
    obeyed(planner, "start")
    planner.wait_for(planner.has(COMPLETED))
    assert "- [x] Give widgets a colour field" in planner.body()
    (launch,) = planner.cursor.ledger.of_kind("POST /v0/agents")
    assert "Done when:\n\n- The tests pass." in launch.request["prompt"]["text"]


def test_the_body_has_exactly_what_was_shown(planner: Story) -> None:
    proposed(planner)
    obeyed(planner, "plan accept")
    assert planner.body() == PLANNED


def test_what_another_issue_describes_is_not_proposed_again(planner: Story) -> None:
    title = "Give widgets a colour field"
    other = planner.github.open_issue(REPOSITORY, title, "All of them.", by="ada").number
    listed = f"{WISH}- [ ] #{other}\n"
    proposed(planner, listed)
    obeyed(planner, "plan accept")
    assert f"- [ ] {title}" not in planner.body()
    assert "- [ ] Describe colours in the README" in planner.body()
    (asked, *_) = planner.llm.questions
    assert title in str(asked)


def test_start_without_a_checklist_asks_for_a_plan_first(planner: Story) -> None:
    pending(planner, WISH)
    obeyed(planner, "start base=main model=o3")
    assert planner.epic().status is PLANNING
    said = answers(planner)
    assert said[-2] == (
        "This issue has no checklist, so a plan is written first. Accept it, then comment"
        " `/orchestra start` again."
    )
    assert said[-1].startswith("@ada This plan adds 3 tasks")
    answer = refused(planner, "start")
    assert answer.startswith("This issue has no checklist, and nobody has accepted the plan yet.")
    assert "`/orchestra plan accept`" in answer
    assert len(planner.llm.questions) == 1
    obeyed(planner, "plan accept")
    assert planner.cursor.agents == {}
    obeyed(planner, "start")
    assert planner.epic().status is ACTIVE
    assert planner.epic().settings.model == "o3"


def test_with_auto_start_it_starts_by_itself_once_the_plan_is_written(planner: Story) -> None:
    configure(planner, "plan: {auto_start: true}\n", forget=True)
    pending(planner, ONE_WISH)
    obeyed(planner, "start")
    planner.wait_for(planner.has(COMPLETED))
    assert "- [x] Give widgets a colour field" in planner.body()
    assert planner.epic().started_by == "ada"
    said = answers(planner)
    assert said[0].endswith("The epic starts by itself once the plan is in the issue.")
    assert "the epic then starts" in said[1]


def test_auto_start_at_a_time_waits_for_it(planner: Story) -> None:
    configure(planner, "plan: {auto_start: true}\n", forget=True)
    pending(planner, ONE_WISH)
    at = planner.clock.now().replace(year=planner.clock.now().year + 1)
    obeyed(planner, f"start at={at:%Y-%m-%dT%H:%M}")
    assert stage(planner) is PlanStage.WRITTEN
    assert planner.epic().status is PENDING
    assert planner.epic().start_at == at.replace(second=0, microsecond=0)
    assert "the epic then starts" in last_said(planner)


def test_plan_alone_starts_nothing_whatever_the_settings_say(planner: Story) -> None:
    configure(planner, "plan: {auto_start: true}\n", forget=True)
    proposed(planner)
    assert stage(planner) is PlanStage.PROPOSED
    obeyed(planner, "plan accept")
    assert planner.epic().status is PENDING
    assert planner.cursor.agents == {}


def test_a_second_plan_adds_nothing_that_is_there(planner: Story) -> None:
    proposed(planner)
    obeyed(planner, "plan accept")
    known = ("Give widgets a color field", "Describe colours in the README")
    planner.llm.reply(plan(numbered(*known)))
    obeyed(planner, "plan")
    assert last_said(planner).startswith(
        "@ada The language model proposes no task that isn't in the checklist already."
    )
    planner.llm.reply(plan(numbered(*known, MORE)))
    obeyed(planner, "plan and count them")
    assert last_said(planner).count("+- [ ]") == 1
    assert " - [ ] Give widgets a colour field\n" in last_said(planner)
    obeyed(planner, "plan accept")
    assert planner.body().startswith(PLANNED + f"- [ ] {MORE} `after: 3` `complexity: medium`\n")
    assert planner.body().count("colour field `") == 1
    asked = planner.llm.questions[-1][1]["content"]
    assert "Who asked for the plan added:\n\n`````\nand count them\n`````" in asked


def test_plan_while_one_is_being_written(planner: Story) -> None:
    planner.llm.reply(rate_limited(40))
    pending(planner, WISH)
    obeyed(planner, "plan")
    obeyed(planner, "plan")
    assert answers(planner)[-1] == "The plan is being written. A comment shows it once it is ready."
    assert refused(planner, "plan accept").startswith("The plan is still being written.")
    obeyed(planner, "plan in two tasks")
    planner.wait_for(lambda: stage(planner) is PlanStage.PROPOSED)
    assert len(planner.llm.questions) == 2
    assert "in two tasks" in planner.llm.questions[-1][1]["content"]
    assert sum("This plan adds" in text for text in planner.said()) == 1


def test_accept_is_taken_once(planner: Story) -> None:
    pending(planner, WISH)
    assert refused(planner, "plan accept").startswith("There is no plan to accept.")
    obeyed(planner, "plan")
    obeyed(planner, "plan accept")
    assert refused(planner, "plan accept") == "This plan is already accepted."
    assert planner.body() == PLANNED
    assert planner.requests("PATCH /repos/{owner}/{repo}/issues/{issue_number}")[1:] == []


def test_a_plan_for_another_text_is_shown_again(planner: Story) -> None:
    proposed(planner)
    edited = f"{WISH}\nPaint them, too.\n\n- [ ] Describe colours in the README\n"
    edit(planner, edited)
    assert planner.epic().status is PENDING
    give(planner, "plan accept")
    (answer,) = [text for text in answers(planner) if text.startswith("The issue's text has")]
    assert "`/orchestra plan accept`" in answer
    (again,) = [text for text in planner.said() if " - [ ] Describe colours" in text]
    assert " - [ ] Describe colours in the README\n+- [ ] Widgets are all grey" in again
    assert planner.body() == edited
    obeyed(planner, "plan accept")
    assert planner.body().startswith(f"{edited}- [ ] Widgets are all grey")
    assert planner.body().count("- [ ] Describe colours") == 1


def test_a_ticked_box_changes_nothing_about_a_plan(planner: Story) -> None:
    pending(planner, f"{WISH}\n- [ ] Paint one widget\n")
    obeyed(planner, "plan")
    edit(planner, f"{WISH}\n- [x] Paint one widget\n")
    obeyed(planner, "plan accept")
    assert planner.body().startswith(f"{WISH}\n- [x] Paint one widget\n- [ ] Widgets are all")
    assert "This plan adds" in planner.said()[0]


def test_a_strangers_edit_is_not_taken_over_by_accepting_a_plan(planner: Story) -> None:
    planner.github.set_permission(REPOSITORY, "mallory", "triage")
    proposed(planner)
    edit(planner, f"{WISH}\n- [ ] Delete everything at once\n", by="mallory")
    obeyed(planner, "plan accept")
    titles = [one.title for one in planner.epic().plan.tasks]  # type: ignore[union-attr] # there
    assert "Delete everything at once" not in planner.epic().body
    assert all(title in planner.epic().body for title in titles)
    assert all(title in planner.body() for title in titles)
    planner.rest()
    assert "The edit by mallory isn't used." in planner.progress()
    assert "This plan adds" in planner.said()[0]


def test_an_edit_right_before_a_long_plan_is_written_stays(planner: Story) -> None:
    orders = ("Paint", "Count", "Sell", "Wash", "Weigh", "Move", "Lift", "Bend")
    titles = [f"{order} the {order.lower()}able widgets" for order in orders]
    planner.llm.reply(plan(numbered(*titles)))
    proposed(planner)
    edited = {"body": f"Hurry!\n\n{WISH}", "by": "ada"}
    before_the_tick(planner, lambda: planner.github.edit_issue(REPOSITORY, planner.issue, **edited))
    obeyed(planner, "plan accept")
    planner.wait_for(lambda: "Hurry!" in planner.body() and "- [ ]" in planner.body())
    assert [f"- [ ] {one}" in planner.body() for one in titles] == [True] * 8
    assert planner.body().count("Done when:") == 8
    assert planner.epic().body == planner.body()


def test_who_may_only_read_may_not_plan(planner: Story) -> None:
    pending(planner, WISH)
    assert refused(planner, "plan", by="mallory").startswith("Sorry @\u200bmallory, only people")
    assert planner.llm.questions == []
    obeyed(planner, "plan")
    give(planner, "plan accept", by="mallory")
    assert planner.body() == WISH
    assert "This plan adds" in planner.said()[1]


def test_cancel_while_the_plan_is_being_written(planner: Story) -> None:
    planner.llm.reply(rate_limited(60))
    pending(planner, WISH)
    obeyed(planner, "plan")
    assert planner.epic().status is PLANNING
    obeyed(planner, "cancel")
    assert planner.epic().status is EpicStatus.CANCELLED
    planner.wait(300, step=60)
    assert len(planner.llm.questions) == 1
    assert planner.said() == []
    assert planner.body() == WISH


def test_a_cancelled_epic_can_be_planned_and_started(planner: Story) -> None:
    pending(planner, ONE_WISH)
    obeyed(planner, "cancel")
    obeyed(planner, "start")
    assert planner.epic().status is PLANNING
    obeyed(planner, "plan accept")
    obeyed(planner, "start")
    planner.wait_for(planner.has(COMPLETED))
    assert "This plan adds" in planner.said()[1]


def test_an_issue_that_is_closed_meanwhile_starts_nothing(planner: Story) -> None:
    configure(planner, "plan: {auto_start: true}\n", forget=True)
    planner.llm.reply(rate_limited(60))
    pending(planner, WISH)
    obeyed(planner, "start")
    planner.github.close(REPOSITORY, planner.issue, by="ada")
    planner.wait_for(lambda: stage(planner) is PlanStage.PROPOSED)
    planner.rest()
    assert planner.cursor.agents == {}
    assert planner.body() == WISH
    assert "This plan adds" in last_said(planner)


def test_more_tasks_for_a_running_epic(planner: Story) -> None:
    planner.cursor.plan(AgentScript(outcome="never"))
    planner.start(BODY)
    planner.llm.reply(plan(numbered("Second thing!", MORE)))
    obeyed(planner, "plan")
    assert planner.epic().status is ACTIVE
    assert last_said(planner).count("+- [ ]") == 1
    obeyed(planner, "plan accept")
    assert answers(planner)[-1] == "Added 1 task to the checklist."
    added = planner.epic().task(3)
    assert added is not None
    assert (added.title, added.status) == (MORE, TaskStatus.PENDING)
    assert planner.body().startswith(f"{BODY}- [ ] {MORE} `after: 2` `complexity: medium`\n")


def waits_for(body: str) -> dict[str, tuple[int, ...]]:
    """What each line of a checklist is to be done after."""
    return {item.title: item.options.after for item in parse_checklist(body).items}


def test_what_a_plan_waits_for_is_shown_by_the_numbers_it_will_have(planner: Story) -> None:
    pending(planner, f"{WISH}\n- [ ] Paint one widget\n")
    obeyed(planner, "plan")
    shown = "+- [ ] Give widgets a colour field `after: 2` `complexity: medium`"
    assert shown in planner.said()[0]
    obeyed(planner, "plan accept")
    assert list(waits_for(planner.body()).values()) == [(), (), (2,), (3,)]
    obeyed(planner, "start")
    assert [task.options.after for task in planner.epic().tasks] == [(), (), (2,), (3,)]


def test_a_checklist_that_grows_before_its_plan_is_accepted(planner: Story) -> None:
    proposed(planner)
    obeyed(planner, 'add "Sell ten of them"')
    edit(planner, planner.body() + "- [ ] Describe colours in the README\n")
    give(planner, "plan accept")
    assert "+- [ ] Give widgets a colour field `after: 3`" in planner.said()[-2]
    obeyed(planner, "plan accept")
    assert waits_for(planner.body()) == {
        "Sell ten of them": (),
        "Describe colours in the README": (),
        "Widgets are all grey": (),
        "Give widgets a colour field": (3,),
    }


def test_what_is_listed_already_is_waited_for_by_its_own_number(planner: Story) -> None:
    planner.cursor.plan(AgentScript(outcome="never"))
    planner.start("- [ ] Give widgets a colour field\n- [ ] Sell ten of them\n")
    obeyed(planner, 'add "Widgets are all grey" after 1')
    planner.llm.reply(
        plan(numbered("Widgets are all grey", "Describe colours in the README", MORE))
    )
    obeyed(planner, "plan")
    obeyed(planner, "plan accept")
    assert "+- [ ] Describe colours in the README `after: 3`" in planner.said()[-2]
    assert [(task.number, task.options.after) for task in planner.epic().tasks[2:]] == [
        (3, (1,)),
        (4, (3,)),
        (5, (4,)),
    ]


def test_a_line_that_comes_while_a_plan_is_written_moves_its_numbers(planner: Story) -> None:
    proposed(planner)
    grown = {"body": f"{WISH}- [ ] Sell ten of them\n", "by": "ada"}
    before_the_tick(planner, lambda: planner.github.edit_issue(REPOSITORY, planner.issue, **grown))
    obeyed(planner, "plan accept")
    planner.wait_for(lambda: stage(planner) is PlanStage.WRITTEN)
    assert waits_for(planner.body())["Describe colours in the README"] == (3,)


def test_a_plan_is_not_added_to_a_checklist_that_became_wrong(planner: Story) -> None:
    proposed(planner)
    edit(planner, f"{WISH}- [ ] Sell ten of them `after: 3`\n")
    give(planner, "plan accept")
    assert "wait for task 3, which isn't there" in refused(planner, "plan accept")
    assert "+- [ ] Give widgets a colour field `after: 2`" in planner.said()[1]
    assert planner.body() == f"{WISH}- [ ] Sell ten of them `after: 3`\n"


def test_without_a_key_it_says_which_variables_to_set(story: Story) -> None:
    pending(story, WISH)
    assert "/orchestra plan`" not in story.progress().partition("<details>")[0]
    answer = refused(story, "plan")
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "LLM_BASE_URL"):
        assert f"`{name}`" in answer
    assert refused(story, "start").startswith("This issue has no checklist. Add lines")
    assert story.epic().status is PENDING


def test_doctor_says_that_a_checklist_can_be_planned(planner: Story) -> None:
    pending(planner, WISH)
    give(planner, "doctor")
    assert "has a language model propose them" in last_said(planner)
