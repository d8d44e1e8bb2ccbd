"""Another issue that a task is about."""

from dataclasses import dataclass

from bot.core.model.identifiers import RepositoryName


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An issue by its repository and number."""

    repository: RepositoryName
    number: int
