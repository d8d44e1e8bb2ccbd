"""What the client makes of refusals, limits, lost answers and worn-out tokens."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import respx

from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.clients.github import GitHubApp, RepositoryClient
from bot.core.model.identifiers import CommitSha, RepositoryName
from bot.core.model.observations import BaseBranch
from sandbox.clock import Clock
from sandbox.github import Fault, GitHub, Installation, rate_limited
from sandbox.serving import LoopbackServer
from tests.clients.github.conftest import connected, elsewhere

WIDGETS = RepositoryName("acme", "widgets")
TOKEN = "POST /app/installations/{installation_id}/access_tokens"
COMMENTS = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"
HEAD = CommitSha("1" * 40)
SECRET_TEXT = "the text of the comment"


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> GitHub:
    made = GitHub(Clock(), tmp_path_factory.mktemp("git"))
    made.create_repository(str(WIDGETS))
    made.open_issue(str(WIDGETS), "Epic", by="acme")
    return made


@pytest.fixture(scope="module")
def installation(github: GitHub) -> Installation:
    return github.install("acme")


@pytest.fixture(scope="module")
def url(github: GitHub) -> Iterator[str]:
    with LoopbackServer(github.asgi) as server:
        yield server.url


@pytest.fixture(scope="module")
def app(github: GitHub, url: str) -> Iterator[GitHubApp]:
    with connected(github, url) as made:
        yield made


@pytest.fixture
def repository(app: GitHubApp, installation: Installation) -> RepositoryClient:
    return app.repository(installation.id, WIDGETS)


@pytest.fixture(autouse=True)
def fresh(github: GitHub) -> Iterator[None]:
    yield
    assert github.faults.waiting == []


def calls(github: GitHub) -> list[tuple[str, int]]:
    """What was asked, and the status of the answer."""
    return [(entry.kind, entry.status) for entry in github.ledger.entries]


def read(repository: RepositoryClient) -> object:
    return repository.issue(1)


def write(repository: RepositoryClient) -> object:
    return repository.create_comment(1, SECRET_TEXT)


def fetch(repository: RepositoryClient) -> object:
    return repository.pull_request(1)


def un_draft(repository: RepositoryClient) -> object:
    repository.mark_ready("PR_1")
    return None


Act = Callable[[RepositoryClient], object]
MATCHES: dict[Act, str] = {
    read: "GET /repos/{owner}/{repo}/issues/{issue_number}$",
    write: COMMENTS,
    fetch: "GraphQL PullRequestSnapshot",
    un_draft: "GraphQL MarkReady",
}


def ordered(github: GitHub, act: Act, **fault: Any) -> None:
    github.faults.add(Fault(MATCHES[act].replace("{", r"\{"), **fault))


@pytest.mark.parametrize(
    ("act", "fault", "answer_lost"),
    [
        (read, {"status": 502}, False),
        (write, {"status": 502}, True),
        (fetch, {"status": 502}, False),
        (un_draft, {"status": 503}, True),
        (read, {"action": "drop_after"}, False),
        (write, {"action": "drop_after"}, True),
        (write, {"action": "drop_before"}, True),
        (fetch, {"action": "drop_after"}, False),
        (un_draft, {"action": "drop_after"}, True),
    ],
)
def test_what_may_have_been_carried_out_is_told_from_what_was_not(
    repository: RepositoryClient,
    github: GitHub,
    act: Act,
    fault: dict[str, Any],
    answer_lost: bool,
) -> None:
    ordered(github, act, **fault)
    with pytest.raises(TransientError) as caught:
        act(repository)
    assert caught.value.answer_lost is answer_lost
    assert caught.value.status == fault.get("status")


def test_a_server_that_is_not_there_was_not_reached(github: GitHub) -> None:
    with LoopbackServer(github.asgi) as gone:
        pass
    with connected(github, gone.url) as app:
        with pytest.raises(TransientError, match="ConnectError") as caught:
            write(app.repository(1, WIDGETS))
        assert not caught.value.answer_lost


@pytest.mark.parametrize("act", [read, write, fetch, un_draft])
@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (rate_limited("", retry_after=17), 17),
        (rate_limited("", status=429, retry_after=17), 17),
        (rate_limited("", status=429, retry_after=None), None),
        (rate_limited("", retry_after=None), None),
        (Fault("", status=429, headers={"retry-after": "soon"}), None),
        (Fault("", status=429, headers={"retry-after": "inf"}), None),
        (Fault("", status=429, headers={"retry-after": "1e15"}), 3600),
        (Fault("", status=429, headers={"retry-after": "-5"}), 1),
        (Fault("", status=403, headers={"retry-after": "9"}), 9),
        (Fault("", status=403, body={"message": "abuse detection mechanism"}), None),
        (Fault("", status=403, body={"message": "Temporarily throttled"}), None),
        (Fault("", status=422, body={"message": "was submitted too quickly"}), None),
    ],
)
def test_a_limit_says_how_long_to_wait(
    repository: RepositoryClient, github: GitHub, act: Act, fault: Fault, seconds: float | None
) -> None:
    ordered(github, act, status=fault.status, body=fault.body, headers=fault.headers)
    with pytest.raises(RateLimited) as caught:
        act(repository)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(("reset", "seconds"), [(100, 1), (99_999_999_999_999, 3600)])
def test_an_impossible_reset_is_an_hour_at_most(
    repository: RepositoryClient, github: GitHub, reset: int, seconds: float
) -> None:
    github.faults.add(rate_limited(MATCHES[read], reset=reset))
    with pytest.raises(RateLimited) as caught:
        read(repository)
    assert caught.value.retry_after == seconds


def test_the_hourly_limit_lasts_until_its_reset(
    repository: RepositoryClient, github: GitHub
) -> None:
    reset = github.clock.now() + timedelta(seconds=900)
    github.faults.add(rate_limited(MATCHES[fetch], reset=int(reset.timestamp())))
    with pytest.raises(RateLimited, match="API rate limit exceeded") as caught:
        fetch(repository)
    # A busy machine lets seconds pass meanwhile; without a reset it would be a minute.
    assert caught.value.retry_after is not None
    assert 600 < caught.value.retry_after <= 905


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, PermanentError), (404, NotFound), (410, NotFound), (422, PermanentError)],
)
def test_a_refusal_keeps_githubs_words(
    repository: RepositoryClient, github: GitHub, status: int, error: type[ClientError]
) -> None:
    body = {
        "message": "Validation Failed",
        "errors": ["one", {"message": "two"}, {"field": "body", "code": "missing"}],
    }
    ordered(github, write, status=status, body=body)
    with pytest.raises(error) as caught:
        write(repository)
    assert caught.value.status == status
    assert caught.value.message == "Validation Failed; one; two; body missing"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "x" * 1000}, "x" * 300),
        ({}, "422 Unprocessable"),
        (["what"], "422 Unprocessable"),
    ],
)
def test_a_long_or_strange_refusal_is_kept_short(
    repository: RepositoryClient, github: GitHub, body: Any, message: str
) -> None:
    ordered(github, write, status=422, body=body)
    with pytest.raises(PermanentError) as caught:
        write(repository)
    assert caught.value.message.startswith(message)
    assert len(caught.value.message) <= 300


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([{"type": "NOT_FOUND", "message": "Could not resolve"}], NotFound),
        ([{"type": "FORBIDDEN", "message": "Resource not accessible"}], PermanentError),
        ([{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}], RateLimited),
        ([{"message": "Something went wrong while executing your query."}], TransientError),
        (
            [{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}],
            PermanentError,
        ),
        ([{"type": "UNPROCESSABLE", "message": "Pull request is closed"}], PermanentError),
        ([{"type": "SOMETHING_NEW", "message": "Try again"}], TransientError),
        ([{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits"}], TransientError),
        ([{"type": "SERVICE_UNAVAILABLE", "message": "Unavailable"}], TransientError),
        ([{"type": "INTERNAL", "message": "Internal"}], TransientError),
        ([{"message": "Timeout on validation of query"}], TransientError),
        (
            [{"message": "Timeout", "extensions": {"code": "validationTimeout"}}],
            TransientError,
        ),
        ([{"message": "You have exceeded a secondary rate limit"}], RateLimited),
    ],
)
def test_errors_of_a_query_come_with_status_200(
    repository: RepositoryClient,
    github: GitHub,
    errors: list[dict[str, Any]],
    expected: type[ClientError],
) -> None:
    ordered(github, fetch, status=200, body={"data": None, "errors": errors})
    with pytest.raises(expected, match=errors[0]["message"][:20]) as caught:
        fetch(repository)
    assert type(caught.value) is expected


def test_no_failure_tells_a_secret(
    repository: RepositoryClient, github: GitHub, installation: Installation
) -> None:
    for fault in ({"status": 500}, {"status": 401, "times": 2}, {"action": "drop_after"}):
        ordered(github, write, **fault)
        with pytest.raises(ClientError) as caught:
            write(repository)
        told = f"{caught.value!s} {caught.value!r} {vars(caught.value)}"
        for secret in (SECRET_TEXT, "ghs_", "http:", *github.tokens):
            assert secret not in told


def test_a_token_serves_until_it_is_refused_then_another_is_asked_for(
    repository: RepositoryClient, github: GitHub
) -> None:
    read(repository)
    read(repository)
    github.ledger.entries.clear()
    github.tokens.clear()
    write(repository)
    assert calls(github) == [(COMMENTS, 401), (TOKEN, 201), (COMMENTS, 201)]


def test_a_query_too_is_asked_again_with_a_new_token(
    repository: RepositoryClient, github: GitHub
) -> None:
    read(repository)
    github.ledger.entries.clear()
    github.tokens.clear()
    with pytest.raises(NotFound):
        fetch(repository)
    query = "GraphQL PullRequestSnapshot"
    assert calls(github) == [(query, 401), (TOKEN, 201), (query, 200)]


def test_a_second_refusal_is_final(repository: RepositoryClient, github: GitHub) -> None:
    ordered(github, write, status=401, body={"message": "Bad credentials"}, times=2)
    with pytest.raises(Unauthorized, match="Bad credentials"):
        write(repository)


def test_a_suspended_installation_is_not_authorised(app: GitHubApp, github: GitHub) -> None:
    installation = github.install("acme")
    github.suspend(installation, by="acme")
    with pytest.raises(Unauthorized, match="suspended"):
        read(app.repository(installation.id, WIDGETS))


def test_a_removed_installation_is_not_authorised(app: GitHubApp) -> None:
    with pytest.raises(Unauthorized):
        read(app.repository(999_999, WIDGETS))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("access_tokens$", status=500), TransientError),
        (Fault("access_tokens$", "drop_after"), TransientError),
        (Fault("access_tokens$", status=201, body={"token": ""}), TransientError),
        (rate_limited("access_tokens$"), RateLimited),
    ],
)
def test_without_a_token_nothing_was_written(
    app: GitHubApp, github: GitHub, fault: Fault, error: type[ClientError]
) -> None:
    installation = github.install("acme")
    github.faults.add(fault)
    with pytest.raises(error) as caught:
        write(app.repository(installation.id, WIDGETS))
    assert not caught.value.answer_lost


def test_a_token_is_asked_for_once_by_each_process(
    github: GitHub, url: str, installation: Installation
) -> None:
    before = len(github.ledger.of_kind(TOKEN))
    with connected(github, url) as app:
        for _ in range(3):
            read(app.repository(installation.id, WIDGETS))
    assert len(github.ledger.of_kind(TOKEN)) == before + 1


@pytest.mark.parametrize(
    ("api_url", "graphql_url", "version"),
    [
        ("https://api.github.com", "https://api.github.com/graphql", "2026-03-10"),
        ("https://ghe.test/api/v3", "https://ghe.test/api/graphql", None),
    ],
)
def test_github_and_its_enterprise_server_are_both_found(
    github: GitHub, api_url: str, graphql_url: str, version: str | None
) -> None:
    with elsewhere(github, api_url) as repository:
        rest = respx.get(f"{api_url}/repos/acme/widgets/git/ref/heads%2Ftopic%2Fa").respond(
            404, json={"message": "Not Found"}
        )
        respx.get(f"{api_url}/repos/acme/widgets/git/ref/heads%2Fmain").respond(404)
        graphql = respx.post(graphql_url).respond(json={"data": {"repository": None}})
        assert not repository.branch_exists("topic/a")
        assert repository.base_branch("main") == BaseBranch()
    for route in (rest, graphql):
        assert route.calls.last.request.headers.get("X-GitHub-Api-Version") == version


@pytest.mark.parametrize("text", ["<html>", "", '{"id": '])
def test_an_answer_that_cannot_be_read_is_lost(github: GitHub, text: str) -> None:
    with elsewhere(github, "https://api.github.com") as repository:
        respx.post(path="/repos/acme/widgets/issues/1/comments").respond(201, text=text)
        with pytest.raises(TransientError) as caught:
            write(repository)
    assert caught.value.answer_lost
