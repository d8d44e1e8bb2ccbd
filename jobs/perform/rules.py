"""The rules of a base branch, shared by all workers for a minute."""

from pydantic import TypeAdapter

from bot.clients.github.repository import RepositoryClient
from bot.core.identifiers import RepositoryName
from bot.core.snapshots import BranchRules
from bot.services import Services

RULES_SECONDS = 60

_RULES: TypeAdapter[BranchRules] = TypeAdapter(BranchRules)


def rules_of(
    services: Services, github: RepositoryClient, repository: RepositoryName, branch: str
) -> BranchRules:
    """What GitHub asks of a merge into `branch`, at most a minute old."""
    redis, key = services.redis, f"orchestra:rules:{repository}:{branch}"
    if (known := redis.get(key)) is not None:
        return _RULES.validate_json(known)
    rules = github.branch_rules(branch)
    redis.set(key, _RULES.dump_json(rules), ex=RULES_SECONDS)
    return rules
