"""GitHub's own merging, asked for or called off: auto-merge and the merge queue. GraphQL alone."""

import re
from dataclasses import dataclass
from typing import Any

from bot.clients.errors import ClientError, NotFound, PermanentError, Unauthorized
from bot.clients.github.api import Api
from bot.clients.github.merging import MergeRefused, head_has_moved
from bot.core.model.identifiers import CommitSha

_DEQUEUE = """\
mutation Dequeue($id: ID!) {
  dequeuePullRequest(input: {id: $id}) { clientMutationId }
}
"""
_ENABLE = """\
mutation EnableAutoMerge(
  $id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!
  $title: String!, $message: String!
) {
  enablePullRequestAutoMerge(
    input: {
      pullRequestId: $id
      expectedHeadOid: $head
      mergeMethod: $method
      commitHeadline: $title
      commitBody: $message
    }
  ) { clientMutationId }
}
"""
_DISABLE = """\
mutation DisableAutoMerge($id: ID!) {
  disablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId }
}
"""
_STANDING = """\
query AutoMerge($id: ID!) {
  node(id: $id) {
    ... on PullRequest { state isInMergeQueue autoMergeRequest { enabledAt } }
  }
}
"""
# Auto-merge is for what cannot be merged yet. What is "unstable" can: only a check that is not
# required fails. ("enablePullRequestAutoMerge" says so; so it does of a branch without rules.)
_NOTHING_TO_WAIT_FOR = re.compile(r"\b(clean|unstable|has_hooks) status\b|not configured for", re.I)


@dataclass(frozen=True)
class AutoMergeEnabled:
    """GitHub merges as soon as its rules are met."""


@dataclass(frozen=True)
class MergeDirectly:
    """No rule stands in the way: there is nothing for auto-merge to wait for."""


AutoMergeAnswer = AutoMergeEnabled | MergeDirectly | MergeRefused


def enable_auto_merge(
    api: Api, node_id: str, *, head: CommitSha, method: str, title: str, message: str
) -> AutoMergeAnswer:
    """GraphQL enablePullRequestAutoMerge, guarded by `head`; the commit is to say what we say."""
    variables = {
        "id": node_id,
        "head": head,
        "method": method.upper(),
        "title": title,
        "message": message,
    }
    try:
        api.graphql("EnableAutoMerge", _ENABLE, variables)
    except PermanentError as error:
        if isinstance(error, NotFound | Unauthorized):
            raise
        return _refused(api, node_id, error)
    return AutoMergeEnabled()


def _refused(api: Api, node_id: str, error: ClientError) -> AutoMergeAnswer:
    if _NOTHING_TO_WAIT_FOR.search(error.message):
        return MergeDirectly()
    if not head_has_moved(error.message) and _standing(api, node_id).get("autoMergeRequest"):
        return AutoMergeEnabled()
    return MergeRefused(error.message)


def disable_auto_merge(api: Api, node_id: str) -> None:
    """GraphQL disablePullRequestAutoMerge; where it is not enabled, that is fine."""
    _undo(api, "DisableAutoMerge", _DISABLE, node_id, still="autoMergeRequest")


def dequeue(api: Api, node_id: str) -> None:
    """GraphQL dequeuePullRequest; not being in the merge queue is fine."""
    _undo(api, "Dequeue", _DEQUEUE, node_id, still="isInMergeQueue")


def _undo(api: Api, name: str, mutation: str, node_id: str, *, still: str) -> None:
    """Undo it; a refusal counts only while it stands: GitHub refuses to undo what is undone."""
    try:
        api.graphql(name, mutation, {"id": node_id})
    except PermanentError as error:
        if isinstance(error, Unauthorized) or _standing(api, node_id).get(still):
            raise


def _standing(api: Api, node_id: str) -> dict[str, Any]:
    try:
        return api.graphql("AutoMerge", _STANDING, {"id": node_id})["node"] or {}
    except NotFound:
        return {}
