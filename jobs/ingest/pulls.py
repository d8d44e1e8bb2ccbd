"""Pull requests, their reviews and conversations."""

from collections.abc import Iterator

from jobs.ingest.delivery import Ingested, RepositoryDelivery

# What a fetch that began earlier knows nothing of, and a merge must.
_STIRRING = ("edited", "synchronize")


def pull_request(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Whatever happened, the next look finds it; one that is new may be that of a task's branch."""
    request = context.payload["pull_request"]
    pushed = None
    if context.action == "synchronize":
        before, after = context.payload["before"], context.payload["after"]
        pushed = context.push(request["head"]["ref"], before, after)
    yield from context.pull_request_changed(
        request["number"],
        push=pushed,
        stirs=context.action in _STIRRING,
        retargeted="base" in (context.payload.get("changes") or {}),
    )
    head = request["head"]
    is_ours = (head.get("repo") or {}).get("id") == context.repository.id
    if is_ours and context.payload["action"] in ("opened", "reopened"):
        yield from context.branch_changed(head["ref"])


def conversation(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Somebody said something about it, or took it for settled."""
    yield from context.pull_request_changed(context.payload["pull_request"]["number"])
