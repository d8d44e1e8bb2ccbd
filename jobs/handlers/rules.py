"""What GitHub allows: the rules of a base branch and our own permissions, shared by all workers."""

from pydantic import TypeAdapter

from bot.clients.github.repository import RepositoryClient
from bot.core.model.identifiers import RepositoryName
from bot.core.model.observations import BranchRules
from bot.services import Services

RULES_SECONDS = 60
PERMISSIONS_SECONDS = 600

_RULES: TypeAdapter[BranchRules] = TypeAdapter(BranchRules)


def rules_of(
    services: Services, github: RepositoryClient, repository: RepositoryName, branch: str
) -> BranchRules:
    """Return what GitHub asks of a merge into `branch`, at most a minute old."""
    redis, key = services.redis, f"orchestra:rules:{repository}:{branch}"
    if (known := redis.get(key)) is not None:
        return _RULES.validate_json(known)
    rules = github.branch_rules(branch)
    redis.set(key, _RULES.dump_json(rules), ex=RULES_SECONDS)
    return rules


def may_change_workflows(services: Services, repository: RepositoryName) -> bool:
    """Whether the App may merge changes to workflow files, as of the last ten minutes."""
    redis, key = services.redis, f"orchestra:workflows:{repository}"
    if (known := redis.get(key)) is not None:
        return bool(known == b"write")
    level = services.github.installation(repository).permissions.get("workflows", "none")
    redis.set(key, level, ex=PERMISSIONS_SECONDS)
    return level == "write"
