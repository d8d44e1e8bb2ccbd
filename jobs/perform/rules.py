"""The rules of a base branch, shared by all workers for a minute."""

from pydantic import TypeAdapter

from bot.core.snapshots import BranchRules
from jobs.perform.performer import Context

RULES_SECONDS = 60

_RULES: TypeAdapter[BranchRules] = TypeAdapter(BranchRules)


def rules_of(context: Context, branch: str) -> BranchRules:
    """What GitHub asks of a merge into `branch`, at most a minute old."""
    redis, key = context.services.redis, f"orchestra:rules:{context.epic.repository}:{branch}"
    if (known := redis.get(key)) is not None:
        return _RULES.validate_json(known)
    rules = context.github.branch_rules(branch)
    redis.set(key, _RULES.dump_json(rules), ex=RULES_SECONDS)
    return rules
