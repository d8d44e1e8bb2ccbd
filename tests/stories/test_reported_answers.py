"""Wrong answers that GitHub has been seen to give: none is the truth yet, and none is dropped."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import Fault
from tests.fakes import Fakes
from tests.faults import answers
from tests.faults.answers import Wrong
from tests.faults.play import play
from tests.faults.requests import Asked, FaultStory
from tests.harness import REPOSITORY as STORYS
from tests.harness import Story
from tests.stories.agents import ONE, agents
from tests.stories.steps import configure

REPOSITORY = "/repos/{owner}/{repo}"
FOR_EVER = 100_000
TOKEN = "POST /app/installations/{installation_id}/access_tokens"
BRANCH = f"GET {REPOSITORY}/branches/{{branch}}"
COMMENTS, PULLS = f"POST {answers.COMMENTS}", f"POST {answers.PULLS}"
LABELS = f"POST {REPOSITORY}/issues/{{issue_number}}/labels"
LOOK, READY = "GraphQL PullRequestSnapshot", "GraphQL MarkReady"
OF_QUERIES = {
    one.name: one for one in answers.GRAPHQL if one.name not in ("403 limit", "401", "502")
}
UNREADABLE = {"NOT_FOUND", "RESOURCE_LIMITS_EXCEEDED", "SERVICE_UNAVAILABLE", "INTERNAL", "no type"}


def of_kind(kind: str) -> list[tuple[str, Wrong]]:
    return [(kind, wrong) for wrong in answers.OF_KIND[kind]]


def of_any(kind: str, *names: str) -> list[tuple[str, Wrong]]:
    """The answers of these names that any request of GitHub's REST API may get."""
    return [(kind, one) for one in (*answers.REST, *answers.WRITES) if one.name in names]


REPORTED = [
    *((kind, OF_QUERIES[name]) for kind in (LOOK, READY) for name in sorted(UNREADABLE)),
    *of_any(LABELS, "403 integration", "404"),
    *of_kind(PULLS),
    *of_kind(COMMENTS),
    *of_any(COMMENTS, "422 too quickly", "403 limit"),
    *of_any(TOKEN, "401", "403 integration", "404"),
    *of_any(f"GET {REPOSITORY}", "404"),
    *of_kind(f"GET {REPOSITORY}/rules/branches/{{branch}}"),
]


@pytest.mark.parametrize(
    ("kind", "wrong"), REPORTED, ids=[f"{kind}: {wrong.name}" for kind, wrong in REPORTED]
)
def test_an_epic_ends_well_after_two_of_them(
    near: Fakes, tmp_path: Path, kind: str, wrong: Wrong
) -> None:
    # Only there do we open the pull request, and only there is one opened as a draft.
    version = "v1" if kind == PULLS else "v0"
    asked = Asked(version, "GitHub", kind, 1, has_lists=False)
    play(near, tmp_path, "sqlite", FaultStory(asked, wrong, times=2))


@pytest.mark.parametrize("words", ["was submitted too quickly", "You have triggered an abuse"])
def test_a_comment_that_calls_a_person_is_never_dropped(story: Story, words: str) -> None:
    configure(story, "agents: {retries: 0}\n")
    story.cursor.plan(AgentScript(outcome="ERROR", seconds_to_end=30))
    story.start(ONE)
    refusal = Fault("POST .*/comments$", status=422, body={"message": words}, times=8)
    story.github.faults.add(refusal)
    story.wait_for(story.has(EpicStatus.PAUSED))
    story.wait(3600, step=60)
    (said,) = story.said()
    assert said.startswith("@ada **Widgets 2.0** is paused.")
    assert refusal.times == 0


NOT_FOUND = {"data": None, "errors": [{"type": "NOT_FOUND", "message": "Could not resolve"}]}
REFUSALS = {
    "401": (Fault("access_tokens|^[A-Z]+ /repos/|^GraphQL", status=401, times=FOR_EVER),),
    "403": (
        Fault("access_tokens", status=403, times=FOR_EVER),
        # Until then the token of before would do.
        Fault("^[A-Z]+ /repos/|^GraphQL", status=401, times=FOR_EVER),
    ),
    "404": (
        Fault("^[A-Z]+ /repos/", status=404, body={"message": "Not Found"}, times=FOR_EVER),
        Fault("^GraphQL", status=200, body=NOT_FOUND, times=FOR_EVER),
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_an_installation_that_is_refused_for_a_while_fails_nothing(
    story: Story, refusal: str
) -> None:
    story.start(ONE)
    faults = [replace(fault) for fault in REFUSALS[refusal]]
    for fault in faults:
        story.github.faults.add(fault)
    story.wait(1200, step=300)
    assert all(fault.times < FOR_EVER for fault in faults)
    assert story.epic().hold is not None
    assert not story.task_is(1, TaskStatus.FAILED)()

    story.github.faults.waiting.clear()
    story.wait_for(story.has(EpicStatus.COMPLETED), most=3600)
    assert len(agents(story)) == 1
    assert "retry" not in story.said()[-1]


def test_a_private_repository_on_the_free_plan_has_no_rules(story: Story) -> None:
    story.github.change_settings(STORYS, private=True, free_plan=True)
    story.github.repository(STORYS).ci.checks.clear()
    story.open_epic(ONE)
    story.wait(60)
    assert "`main` has neither checks nor review rules" in story.progress()
    story.comment("/orchestra start")
    story.wait_for(story.has(EpicStatus.COMPLETED), most=900)
