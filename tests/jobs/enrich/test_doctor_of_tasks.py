"""What `/orchestra doctor` finds of the tasks, their cost, and who could plan them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse

from bot.core.events import CommandGiven
from bot.core.model.findings import FindingKind, Health
from bot.core.model.identifiers import EpicStatus, Login, RepositoryName
from bot.core.model.mistakes import ChecklistMistakeKind
from bot.core.model.reference import Reference, Referenced, ReferencedIssue, ReferenceProblem
from bot.rendering.doctor import doctor_text
from jobs.operations.check import check
from sandbox.serving import LoopbackServer
from tests.fakes import Fakes
from tests.jobs.arrivals import Arrivals
from tests.jobs.enrich.doctors import findings, repository, write
from tests.jobs.fakes import REPOSITORY

UNREADABLE = ReferencedIssue(
    reference=Reference(repository=RepositoryName.parse(REPOSITORY), number=77),
    problem=ReferenceProblem.UNREADABLE,
)


@pytest.fixture
def world(near: Fakes, tmp_path: Path) -> Iterator[Arrivals]:
    with repository(near, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ("label: orchestra\n", FindingKind.COST),
        ("budget: {epic: 2}\n", FindingKind.COST_ABOVE_BUDGET),
        ("budget: {month: 2}\n", FindingKind.COST_ABOVE_MONTH),
        ("budget: {task: 0.10}\n", FindingKind.BUDGET_TOO_SMALL),
    ],
)
def test_what_the_tasks_cost(world: Arrivals, settings: str, kind: FindingKind) -> None:
    write(world, settings=settings)
    assert kind in findings(world)


class Models:
    """A service of language models that lists these, or refuses."""

    def __init__(self) -> None:
        self.status = 200
        self.body: dict[str, Any] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await JSONResponse(self.body, self.status)(scope, receive, send)


@pytest.mark.parametrize(
    ("status", "body", "kind", "health"),
    [
        (200, {"data": [{"id": "gpt-4.1"}]}, FindingKind.PLANNER_LISTED, Health.GOOD),
        (200, {"data": [{"id": "other"}]}, FindingKind.PLANNER_NOT_LISTED, Health.WARNING),
        (401, {"error": {"message": "Bad key"}}, FindingKind.PLANNER_UNAVAILABLE, Health.WARNING),
    ],
)
def test_the_key_for_plans_is_tried(
    world: Arrivals, status: int, body: dict[str, Any], kind: FindingKind, health: Health
) -> None:
    service = Models()
    service.status, service.body = status, body
    with LoopbackServer(service) as server:
        settings = replace(
            world.services.settings,
            openai_api_key=SecretStr("sk-0123456789"),
            llm_base_url=f"{server.url}/v1",
        )
        world.services = replace(world.services, settings=settings)
        found = findings(world)
    assert found[kind].health is health
    assert found[kind].service is not None
    assert found[kind].names == ()


def test_only_the_operator_is_told_what_the_account_offers(world: Arrivals) -> None:
    write(world, settings="plan: {model: o9}\n")
    offered = ("gpt-4.1", "ft:gpt-4.1:acme:merger-with-globex")
    service = Models()
    service.body = {"data": [{"id": one} for one in offered]}
    with LoopbackServer(service) as server:
        settings = replace(
            world.services.settings,
            openai_api_key=SecretStr("sk-0123456789"),
            llm_base_url=f"{server.url}/v1",
        )
        world.services = replace(world.services, settings=settings)
        public = findings(world)[FindingKind.PLANNER_NOT_LISTED]
        found = {one.kind: one for one in check(world.services, REPOSITORY)}
    assert public.names == ("gpt-4.1",)
    assert "doesn't list o9. Name another model in `plan.model`: gpt-4.1." in doctor_text([public])
    assert found[FindingKind.PLANNER_NOT_LISTED].names == offered


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("- [ ] One `after: 2`\n- [ ] Two `after: 1`\n", ChecklistMistakeKind.CIRCLE),
        ("- [ ] One `after: 7`\n", ChecklistMistakeKind.UNKNOWN_TASK),
        ("- [ ] #77\n", ChecklistMistakeKind.REFERENCE_UNREADABLE),
    ],
)
def test_what_start_refuses_of_a_checklist_is_a_mistake(
    world: Arrivals, body: str, kind: ChecklistMistakeKind
) -> None:
    found = findings(world, body, referenced=Referenced(issues=(UNREADABLE,)))
    mistake = found[FindingKind.CHECKLIST_MISTAKE].checklist_mistake
    assert mistake is not None
    assert mistake.kind is kind


def test_what_start_refuses_of_sub_issues_is_a_mistake(world: Arrivals) -> None:
    write(world, settings="tasks: sub_issues\n")
    epic = world.epic(status=EpicStatus.PENDING)
    child = world.github.open_issue(REPOSITORY, "Long", "a" * 6_000, by="ada").number
    world.github.order_sub_issues(REPOSITORY, epic.issue_number, child)
    command = CommandGiven(comment_id=None, line=0, text="/orchestra doctor", by=Login("ada"))
    found = world.read(command, replace(epic, tasks=())).findings
    [mistake] = [one.checklist_mistake for one in found if one.checklist_mistake]
    assert mistake.kind is ChecklistMistakeKind.REFERENCE_TOO_LONG


def test_without_a_key_for_plans_people_write_checklists(world: Arrivals) -> None:
    assert findings(world)[FindingKind.NO_PLANNER].health is Health.GOOD


def test_where_tasks_are_sub_issues_those_are_missed(world: Arrivals) -> None:
    write(world, settings="tasks: sub_issues\n")
    assert FindingKind.NO_SUB_ISSUES in findings(world)
