"""What reviewers ask for, in their own words, and our answers. GraphQL alone."""

from collections.abc import Iterator
from typing import Any

from bot.clients.errors import NotFound
from bot.clients.github.api import Api
from bot.clients.github.failures import SERVICE
from bot.clients.github.people import login_of
from bot.core.model.identifiers import Login
from bot.core.model.observations import ReviewText, ReviewThread, ThreadComment

# A thread's comment belongs to a review of its author's, which tells whether that is a writer.
_QUERY = """\
query ReviewTexts($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      latestOpinionatedReviews(first: 100, writersOnly: true) {
        nodes { fullDatabaseId state body author { __typename login } }
      }
      reviewThreads(last: 100) {
        nodes {
          path line isResolved isOutdated
          comments(first: 50) {
            nodes {
              fullDatabaseId body
              author { __typename login }
              pullRequestReview { fullDatabaseId authorCanPushToRepository }
            }
          }
        }
      }
    }
  }
}
"""
_REPLIES = """\
query Replies($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(last: 100) {
        nodes {
          comments(first: 100) { nodes { fullDatabaseId body author { __typename login } } }
        }
      }
    }
  }
}
"""

Json = dict[str, Any]


def review_texts(api: Api, number: int) -> tuple[ReviewText, ...]:
    """Return the latest reviews of writers that request changes, with their unresolved threads.

    At most 100 of each, the newest threads; raises NotFound without the pull request.
    """
    pull = _pull(api, "ReviewTexts", _QUERY, number)
    threads = list(filter(None, pull["reviewThreads"]["nodes"]))
    reviews = filter(None, (pull["latestOpinionatedReviews"] or {}).get("nodes") or ())
    return tuple(
        _review(review, threads) for review in reviews if review["state"] == "CHANGES_REQUESTED"
    )


def replies(api: Api, number: int, marker: str) -> Iterator[tuple[int, Login]]:
    """Id and author of each comment in a thread that holds `marker`; raises NotFound."""
    pull = _pull(api, "Replies", _REPLIES, number)
    for thread in filter(None, pull["reviewThreads"]["nodes"]):
        for comment in thread["comments"]["nodes"]:
            if marker in comment["body"]:
                yield int(comment["fullDatabaseId"]), login_of(comment["author"])


def _pull(api: Api, name: str, query: str, number: int) -> Json:
    data = api.graphql(name, query, {**api.path, "number": number})
    pull: Json | None = (data.get("repository") or {}).get("pullRequest")
    if pull is None:
        raise NotFound(SERVICE, f"there is no pull request {number}", status=404)
    return pull


def _review(review: Json, threads: list[Json]) -> ReviewText:
    identity = int(review["fullDatabaseId"])
    return ReviewText(
        review_id=identity,
        by=login_of(review["author"]),
        body=review["body"],
        threads=tuple(map(_thread, _begun_with(identity, threads))),
    )


def _begun_with(review_id: int, threads: list[Json]) -> Iterator[Json]:
    for thread in threads:
        first: Json = next(iter(thread["comments"]["nodes"]), {})
        review = first.get("pullRequestReview") or {}
        if not thread["isResolved"] and int(review.get("fullDatabaseId") or 0) == review_id:
            yield thread


def _thread(thread: Json) -> ReviewThread:
    return ReviewThread(
        path=thread["path"],
        line=thread["line"],
        comments=tuple(
            ThreadComment(
                id=int(comment["fullDatabaseId"]),
                by=login_of(comment["author"]),
                body=comment["body"],
            )
            for comment in thread["comments"]["nodes"]
            if (comment["pullRequestReview"] or {}).get("authorCanPushToRepository")
        ),
        is_resolved=thread["isResolved"],
        is_outdated=thread["isOutdated"],
    )
