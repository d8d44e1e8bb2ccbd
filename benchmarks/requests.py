"""What a task costs in requests: an epic's calls of GitHub and Cursor by kind."""

from collections import Counter

from benchmarks.world import World, running_world
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript
from sandbox.ledger import Ledger

TASKS = 5
AGENTS = AgentScript(seconds_to_running=0.3, seconds_to_end=1.5)


def main() -> None:
    """Print how often each kind was asked, in all and per task."""
    with running_world(
        seconds_per_call=0, agents=AGENTS, check=CheckScript(after=0.5), merge_delay=0.5
    ) as world:
        world.play(TASKS)
    print(f"requests: an epic of {TASKS} tasks from its label to its end\n")
    print(f"{'':70} {'in all':>7} {'per task':>9}")
    for name, count in _counts(world).items():
        print(f"{name:70} {count:>7} {count / TASKS:>9.1f}")


def _counts(world: World) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, ledger in (("GitHub", world.github.ledger), ("Cursor", world.cursor.ledger)):
        by_kind = _by_kind(ledger)
        counts |= {f"  {kind}": by_kind[kind] for kind in sorted(by_kind)}
        counts[name] = by_kind.total()
    counts["Webhooks from GitHub"] = len(world.github.outbox.delivered)
    return counts


def _by_kind(ledger: Ledger) -> Counter[str]:
    return Counter(entry.kind for entry in ledger.entries)
