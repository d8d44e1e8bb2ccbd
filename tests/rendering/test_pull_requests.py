from dataclasses import replace

import pytest

from bot.core.model.identifiers import TaskStatus
from bot.core.model.task import FINAL_PULL_REQUEST
from bot.rendering.pull_requests import pull_request_body, revert_body, revert_title
from tests.rendering.facts import MERGED, OPEN, epic

_FINAL = replace(OPEN, number=FINAL_PULL_REQUEST, pull_request_number=None)
_BY_HAND = replace(
    OPEN, status=TaskStatus.COMPLETED, title="[b](c) for @acme/all, fixes #7", position=-1
)


def test_the_final_one_lists_the_tasks_in_their_order_and_harms_nothing() -> None:
    by_hand = replace(_BY_HAND, pull_request_number=None)
    assert pull_request_body(epic(_FINAL, MERGED, by_hand), _FINAL) == (
        "Refs #3\n\n- \\[b\\](c) for @\u200bacme/all, fixes #\u200b7\n- Add the model (#12)"
    )


def test_the_final_one_says_what_is_missing() -> None:
    skipped = replace(OPEN, status=TaskStatus.SKIPPED, title="For @acme", position=1)
    by_hand = replace(_BY_HAND, number=3, title="Chosen", pull_request_number=None)
    assert pull_request_body(epic(_FINAL, MERGED, skipped, by_hand), _FINAL) == (
        "Refs #3\n\n- Chosen\n- Add the model (#12)\n\nLeft out, so not in this pull request:\n\n"
        "- For @\u200bacme (#13)"
    )


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (None, "Refs #3"),
        (
            "**Done.**\n\nCloses #7, for @acme/all. <!-- x -->",
            "Refs #3\n\n**Done.**\n\nCloses #\u200b7, for @\u200bacme/all.",
        ),
        (
            "Fixes https://github.com/acme/shop/issues/7",
            "Refs #3\n\nFixes https:\u200b//github.com/acme/shop/issues/7",
        ),
        ("x" * 30_000, "Refs #3\n\n" + "x" * 19_999 + "…"),
    ],
)
def test_a_task_s_has_its_agent_s_own_words(summary: str | None, text: str) -> None:
    task = replace(OPEN, runs=(replace(OPEN.runs[0], summary=summary),))
    assert pull_request_body(epic(), task) == text


def test_a_revert_names_what_it_takes_back() -> None:
    assert revert_title("Fix #7", 12) == "Revert “Fix #\u200b7” (#12)"


def test_a_revert_says_why() -> None:
    assert revert_body(epic(), MERGED) == (
        "Checks are failing on `main` since #12 was merged for task 1 of #3. Merging this pull"
        " request reverts it."
    )
