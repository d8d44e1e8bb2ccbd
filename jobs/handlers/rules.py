"""What GitHub allows: the rules of a base branch and our own permissions, shared by all workers."""

from pydantic import TypeAdapter

from bot.clients.github.repository import RepositoryClient
from bot.core.model.identifiers import RepositoryName
from bot.core.model.observations import BranchRules, ExpectedCheck
from bot.services import Services

RULES_SECONDS = 60
EXPECTED_SECONDS = 900
PERMISSIONS_SECONDS = 600

_RULES: TypeAdapter[BranchRules] = TypeAdapter(BranchRules)
_EXPECTED: TypeAdapter[tuple[ExpectedCheck, ...]] = TypeAdapter(tuple[ExpectedCheck, ...])


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


def expected_checks_of(
    services: Services, github: RepositoryClient, repository: RepositoryName, branch: str
) -> tuple[ExpectedCheck, ...]:
    """Return what runs for pull requests into `branch`, at most a quarter of an hour old."""
    redis, key = services.redis, f"orchestra:expected-checks:{repository}:{branch}"
    if (known := redis.get(key)) is not None:
        return _EXPECTED.validate_json(known)
    expected = github.expected_checks(branch)
    # The first pull request to be merged shows what there is.
    seconds = EXPECTED_SECONDS if expected else RULES_SECONDS
    redis.set(key, _EXPECTED.dump_json(expected), ex=seconds)
    return expected


def may_change_workflows(services: Services, repository: RepositoryName) -> bool:
    """Whether the App may merge changes to workflow files, as of the last ten minutes."""
    redis, key = services.redis, f"orchestra:workflows:{repository}"
    if (known := redis.get(key)) is not None:
        return bool(known == b"write")
    level = services.github.installation(repository).permissions.get("workflows", "none")
    redis.set(key, level, ex=PERMISSIONS_SECONDS)
    return level == "write"
