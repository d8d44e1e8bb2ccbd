"""What tells effects apart, and what takes them back."""

import pytest

from bot.core.effects import (
    EFFECT_KINDS,
    PLANNING,
    WHOLE_EPIC,
    Scope,
    all_about_pull_request,
    merge_of_pull_request,
    work_on_task,
)
from tests.core.effects.samples import sample

KEYS = {
    "AddLabel": "AddLabel:label",
    "AddLine": "AddLine:given",
    "AskPlan": "AskPlan:plan:3",
    "CancelMerge": "CancelMerge:10",
    "CloseIssue": "CloseIssue",
    "CloseReferencedIssue": "CloseReferencedIssue:1",
    "ClosePullRequest": "ClosePullRequest:10",
    "CreateBaseBranch": "CreateBaseBranch:branch",
    "DeleteBranch": "DeleteBranch:branch",
    "EditPullRequestBody": "EditPullRequestBody:10",
    "EnableAutoMerge": "EnableAutoMerge:10:head:3",
    "FetchAgent": "FetchAgent:run",
    "FetchBase": "FetchBase:branch",
    "FetchFailures": "FetchFailures:1",
    "FetchMerge": "FetchMerge:uuid",
    "FetchPullRequest": "FetchPullRequest:10",
    "FetchReviews": "FetchReviews:10",
    "FetchWork": "FetchWork:1",
    "LaunchAgent": "LaunchAgent:run",
    "MarkReady": "MarkReady:10",
    "MergePullRequest": "MergePullRequest:10:head:3",
    "OpenPullRequest": "OpenPullRequest:branch",
    "OpenRevert": "OpenRevert:10",
    "PostComment": "PostComment:5:purpose",
    "React": "React:7:content",
    "ReopenIssue": "ReopenIssue",
    "ReplyToThread": "ReplyToThread:7:head",
    "RequestReview": "RequestReview:10:login:head",
    "RerunBase": "RerunBase:head",
    "RerunJobs": "RerunJobs:1:head",
    "RestoreEdit": "RestoreEdit",
    "SendFollowUp": "SendFollowUp:run:2",
    "StopAgent": "StopAgent:agent_id",
    "TickBox": "TickBox:1",
    "UpdateBranch": "UpdateBranch:10",
    "UpdateCheckRun": "UpdateCheckRun:1",
    "UpdateProgressComment": "UpdateProgressComment",
    "UpdateStateLabel": "UpdateStateLabel",
    "WritePlan": "WritePlan:plan",
}
OF_THE_TASK = {
    "EditPullRequestBody",
    "EnableAutoMerge",
    "LaunchAgent",
    "MarkReady",
    "MergePullRequest",
    "OpenPullRequest",
    "RerunJobs",
    "SendFollowUp",
    "UpdateBranch",
}
ABOUT_THE_PULL_REQUEST = {
    "EditPullRequestBody",
    "EnableAutoMerge",
    "FetchMerge",
    "FetchPullRequest",
    "FetchReviews",
    "MarkReady",
    "MergePullRequest",
    "UpdateBranch",
}


@pytest.mark.parametrize("name", EFFECT_KINDS)
def test_an_effect_is_known_by_its_class_and_what_identifies_it(name: str) -> None:
    assert sample(EFFECT_KINDS[name]).key == KEYS[name]


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (work_on_task(1), OF_THE_TASK),
        (all_about_pull_request(10), ABOUT_THE_PULL_REQUEST),
        (merge_of_pull_request(10), {"MergePullRequest", "EnableAutoMerge"}),
        (WHOLE_EPIC, OF_THE_TASK | {"AskPlan", "CreateBaseBranch", "OpenRevert", "RerunBase"}),
        (PLANNING, {"AskPlan"}),
        (work_on_task(2), set()),
        (all_about_pull_request(11), set()),
    ],
)
def test_a_scope_covers_what_it_takes_back(scope: Scope, covered: set[str]) -> None:
    assert {name for name, kind in EFFECT_KINDS.items() if scope.covers(sample(kind))} == covered


def test_whatever_cannot_be_undone_can_be_taken_back() -> None:
    once = {kind for kind in EFFECT_KINDS.values() if kind.irreversible}
    assert {kind for kind in once if not WHOLE_EPIC.covers(sample(kind))} == set()


def test_only_fetches_read() -> None:
    reading = {name for name, kind in EFFECT_KINDS.items() if kind.reads}
    assert reading == {name for name in EFFECT_KINDS if name.startswith("Fetch")}
