"""Which merges are under way: one at a time goes into a branch, over all epics."""

import json

from sqlalchemy import Connection, Text, select, type_coerce

from bot.core.model.epic import FINAL_PULL_REQUEST
from bot.core.model.identifiers import TaskStatus
from storage.tables import epics, repositories, tasks


def merging_elsewhere(connection: Connection, epic_id: int, base: str) -> int | None:
    """The issue of another epic whose merge into `base` of the same repository is under way.

    Holds the repository's row until the transaction ends, so that of two epics that ask at once
    the second sees the first's merge. Merges in GitHub's own queue take turns there.
    """
    repository = connection.execute(
        select(repositories.c.id, repositories.c.default_branch)
        .join(epics, epics.c.repository_id == repositories.c.id)
        .where(epics.c.id == epic_id)
        .with_for_update(of=repositories, key_share=True)
    ).one()
    rows = connection.execute(
        select(
            epics.c.issue_number,
            epics.c.base_branch,
            tasks.c.number,
            # As text: another epic's row that no longer validates is not this one's trouble.
            type_coerce(tasks.c.pull_request, Text).label("pull_request"),
        )
        .join(tasks, tasks.c.epic_id == epics.c.id)
        .where(
            epics.c.repository_id == repository.id,
            epics.c.id != epic_id,
            tasks.c.status == TaskStatus.MERGING,
        )
    )
    for row in rows:
        is_final = row.number == FINAL_PULL_REQUEST
        into = repository.default_branch if is_final else row.base_branch
        queued = json.loads(row.pull_request or "{}").get("is_queued", False)
        if (into or repository.default_branch) == base and not queued:
            return int(row.issue_number)
    return None
