"""Names and words that mean one thing everywhere."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Login = NewType("Login", str)
CommitSha = NewType("CommitSha", str)
RunId = NewType("RunId", str)

# What GitHub allows, where dots alone would leave a request's path for another one. Owners that a
# company manages have an underscore.
_FULL_NAME = re.compile(
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_-]{0,99})/(?!\.{1,2}\Z)(?P<name>[A-Za-z0-9._-]{1,100})"
)


@dataclass(frozen=True, order=True)
class RepositoryName:
    """A repository's owner and name, as in `acme/widgets`."""

    owner: str
    name: str

    @classmethod
    def parse(cls, full_name: str) -> "RepositoryName":
        """Split `owner/name`; raises ValueError where no repository can have that name."""
        match = _FULL_NAME.fullmatch(full_name)
        if match is None:
            raise ValueError(f"not an owner/name: {full_name!r}")
        return cls(match["owner"], match["name"])

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


class EpicStatus(StrEnum):
    """Where an epic stands."""

    GENERATING_SPEC = "GENERATING_SPEC"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    PARTIAL_COMPLETED = "PARTIAL_COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """True once nothing more happens by itself."""
        return self in _FINAL_EPIC


class TaskStatus(StrEnum):
    """Where a task stands."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PR_OPEN = "PR_OPEN"
    MERGING = "MERGING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"

    @property
    def is_under_way(self) -> bool:
        """True while an agent, a pull request or a merge of the task is under way."""
        return self in _UNDER_WAY

    @property
    def is_final(self) -> bool:
        """True once nothing more happens by itself."""
        return self in _FINAL_TASK


# Our own check run on a task's pull request. Stored on GitHub, so it never changes.
CHECK_NAME = "Orchestra"


class AgentStatus(StrEnum):
    """Where an agent run stands, for its latest prompt."""

    CREATING = "CREATING"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    STOPPED = "STOPPED"
    EXPIRED = "EXPIRED"

    @property
    def is_final(self) -> bool:
        """True once the agent has ended its work on the prompt."""
        return self not in (AgentStatus.CREATING, AgentStatus.RUNNING)


_FINAL_EPIC = frozenset(
    {
        EpicStatus.COMPLETED,
        EpicStatus.PARTIAL_COMPLETED,
        EpicStatus.FAILED,
        EpicStatus.CANCELLED,
    }
)
_UNDER_WAY = frozenset({TaskStatus.PROCESSING, TaskStatus.PR_OPEN, TaskStatus.MERGING})
_FINAL_TASK = frozenset(
    {TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED}
)
