import pytest

from bot.web.delivery_filter import ANYWHERE, WITH_OPEN_EPIC, may_matter

OPEN, OTHER = 1, 2


def matters(event: str, action: str | None, repository: int, text: str | None = None) -> bool:
    payload = {"action": action, "repository": {"id": repository}, "comment": {"body": text}}
    return may_matter(event, payload, frozenset({OPEN}))


@pytest.mark.parametrize(
    ("event", "action", "anywhere", "with_open_epic"),
    [
        ("issues", "labeled", True, True),
        ("issues", "edited", True, True),
        ("issues", "unlabeled", True, True),
        ("issues", "closed", True, True),
        ("issues", "reopened", True, True),
        ("issues", "locked", True, True),
        ("issues", "transferred", True, True),
        ("issues", "assigned", False, False),
        ("issues", "opened", False, False),
        ("installation", "suspend", True, True),
        ("installation_repositories", "removed", True, True),
        ("installation", "created", True, True),
        ("repository", "renamed", True, True),
        ("repository", "archived", True, True),
        ("issue_comment", "created", False, False),
        ("issue_comment", "edited", False, False),
        ("issue_comment", "deleted", False, True),
        ("pull_request", "closed", False, True),
        ("pull_request", "synchronize", False, True),
        ("pull_request", "assigned", False, False),
        ("pull_request_review", "submitted", False, True),
        ("check_run", "completed", False, True),
        ("check_run", "requested_action", True, True),
        ("check_run", "rerequested", False, False),
        ("check_run", "created", False, False),
        ("check_suite", "completed", False, True),
        ("check_suite", "requested", False, False),
        ("status", None, False, True),
        ("push", None, False, True),
        ("delete", None, False, True),
        ("star", "created", False, False),
        ("pull_request", "review_requested", False, True),
        ("pull_request_review_comment", "created", False, True),
        ("pull_request_review_comment", "edited", False, False),
        ("pull_request_review_thread", "resolved", False, True),
    ],
)
def test_what_may_matter(
    event: str, action: str | None, anywhere: bool, with_open_epic: bool
) -> None:
    assert matters(event, action, OTHER) is anywhere
    assert matters(event, action, OPEN) is with_open_epic


@pytest.mark.parametrize("repository", [OPEN, OTHER])
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/orchestra start", True),
        ("Let's go\r\n  /Orchestra start", True),
        ("what does /orchestra do?", False),
        ("/orchestrate", False),
        ("", False),
        (None, False),
    ],
)
def test_a_comment_matters_by_a_command_at_a_lines_start(
    repository: int, text: str | None, wanted: bool
) -> None:
    assert matters("issue_comment", "created", repository, text) is wanted
    assert matters("issue_comment", "edited", repository, text) is False


@pytest.mark.parametrize("repository", [OPEN, OTHER])
def test_a_review_matters_anywhere_for_a_command_in_its_text(repository: int) -> None:
    def passes(text: str | None, action: str = "submitted") -> bool:
        payload = {"action": action, "repository": {"id": repository}, "review": {"body": text}}
        return may_matter("pull_request_review", payload, frozenset({OPEN}))

    assert passes("Fine.\n/orchestra merge")
    assert passes("Fine.") is passes(None) is (repository == OPEN)
    assert passes("/orchestra merge", "edited") is (repository == OPEN)


@pytest.mark.parametrize("payload", [{}, {"repository": None}, {"repository": {"id": [1]}}])
def test_without_a_repository_only_what_passes_anywhere(payload: dict[str, object]) -> None:
    assert may_matter("installation", payload, frozenset({OPEN}))
    assert not may_matter("push", payload, frozenset({OPEN}))


def test_an_open_epic_only_adds() -> None:
    assert ANYWHERE.keys() <= WITH_OPEN_EPIC.keys()
