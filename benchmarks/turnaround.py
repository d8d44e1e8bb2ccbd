"""How long nobody works between two tasks: from "agent finished" to the next launch.

From the moment the web process has accepted Cursor's webhook until the next launch request
arrives at Cursor: look at the pull request, take it out of draft, find its check green, merge,
launch. The processes are those of `orchestra up`; the fakes add nothing of their own but,
where said, a delay to each call.
"""

from statistics import median, quantiles

from benchmarks.world import running_world
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript

TASKS = 21
DELAYS = (0.0, 0.05)  # seconds added to each call of GitHub and Cursor
# Long enough for the reports of the task before to be out.
AGENTS = AgentScript(seconds_to_running=0.2, seconds_to_end=0.5)


def main() -> None:
    """Print median and 90th percentile for each delay."""
    print(f"turnaround: agent finished to next launch, {TASKS - 1} samples each\n")
    print(f"{'ms added per call':>17} {'median ms':>10} {'p90 ms':>8} {'most ms':>8}")
    for delay in DELAYS:
        samples = _measure(delay)
        p90 = quantiles(samples, n=10)[-1]
        print(
            f"{delay * 1000:>17.0f} {median(samples):>10.0f} {p90:>8.0f} {max(samples):>8.0f}",
            flush=True,
        )


def _measure(delay: float) -> list[float]:
    """Milliseconds between each agent's end and the launch of the next."""
    with running_world(
        seconds_per_call=delay, agents=AGENTS, check=CheckScript(after=0), merge_delay=0
    ) as world:
        world.play(TASKS)
    pairs = zip(world.ended, world.launched[1:], strict=False)
    return [(launched - ended) * 1000 for ended, launched in pairs]
