"""What is known of a failed task beyond the reason: its agent's last words, the log, the manual."""

from collections.abc import Iterator

from bot.core.model.reasons import FailureKind
from bot.rendering.epic_view import TaskView
from bot.rendering.escape import block, quote
from bot.rendering.links import troubleshooting

_MAX_SAID = 700
_MAX_LOG = 3_000
# Reasons that say all there is to say.
_PLAIN = frozenset({FailureKind.REMOVED, FailureKind.DEPENDENCY, FailureKind.LEGACY})


def failure_details(task: TaskView) -> Iterator[str]:
    """Yield the parts of a comment on the failed task, each a block of its own."""
    failure = task.failure
    if failure is None:
        return
    if task.agent_said:
        yield f"The agent's last words:\n\n{quote(task.agent_said, _MAX_SAID)}"
    if failure.log_tail:
        log = block(failure.log_tail[-_MAX_LOG:])
        yield f"<details><summary>End of the log</summary>\n\n{log}\n\n</details>"
    yield from more_about(failure.kind)


def more_about(kind: FailureKind) -> Iterator[str]:
    """Yield a link to the manual's section on such failures, where there is one."""
    address = troubleshooting(kind)
    if address is not None and kind not in _PLAIN:
        yield f"[More about this failure]({address})"
