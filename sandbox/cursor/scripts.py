"""How the fake's agents behave: every switch a test or a demo may set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Files = Mapping[str, str | None]


@dataclass(frozen=True)
class WebhookScript:
    """How the end of a turn reaches the agent's webhook (v0 only).

    `before_answer` takes the agent through its whole life and sends the webhook while the launch
    request is still unanswered. `delay` is in seconds after the end. A receiver that answers 5xx
    or not at all is tried again `retries` times, `retry_after` seconds apart, with the same id.
    """

    deliver: Literal["once", "twice", "never", "before_answer"] = "once"
    delay: float = 0
    retries: int = 3
    retry_after: float = 30
    on_expired: bool = False
    on_stop: bool = False


@dataclass(frozen=True)
class StopScript:
    """What a v0 agent does when stopped; the published descriptions disagree.

    `shown` is the status word a GET gives from then on, `wakes` whether a follow-up starts it
    again (otherwise 409).
    """

    shown: str = "FINISHED"
    wakes: bool = True


@dataclass(frozen=True)
class AgentScript:
    """One turn of an agent, launch or follow-up.

    All times are seconds: to RUNNING from the request, to the commits and the end from RUNNING,
    of the pull request's delay from the end. Without `commits` a turn that finishes writes one
    file named after its branch, and a turn that does not finish writes nothing. Without
    `pull_request_title` the pull request is titled as the prompt asks. CANCELLED is what comes of a
    person's stop at Cursor; `stop` tells the word that v0 shows for it.

    With `branch` it works on that branch instead of the one it was given, and reports it. It
    reports `reports_pull_request` (a number) whatever it opened. One that `reopens` closes its pull
    request at the turn's end and opens another from the same branch, `reopens_after` seconds later.
    """

    seconds_to_running: float = 1
    seconds_to_commit: float | None = None
    seconds_to_end: float = 3
    outcome: Literal["FINISHED", "ERROR", "EXPIRED", "CANCELLED", "never"] = "FINISHED"
    commits: tuple[Files, ...] = ()
    no_commits: bool = False
    no_pull_request: bool = False
    pull_request_delay: float = 0
    pull_request_title: str | None = None
    draft: bool = True
    branch: str | None = None
    base: str | None = None
    reports_pull_request: int | None = None
    reopens: bool = False
    reopens_after: float = 0
    summary: str | None = "Done; tests pass."
    webhook: WebhookScript = WebhookScript()
    stop: StopScript = StopScript()
    follow_up_while_running: Literal["refuse", "queue"] = "refuse"
    follow_ups: tuple["AgentScript", ...] = ()
    cost_cents: float | None = None


@dataclass
class Quirks:
    """Differences seen between copies of the interface; each may be switched on.

    `bare_run`: create-run answers the run itself; `null_next_cursor`: the last page has
    `nextCursor: null`; `never_idle`: an agent between turns stays ACTIVE; `nested_v0_errors`: v0
    answers errors as its OpenAPI says instead of as seen; `service_account`: the key is
    that of no person; `need_variant`: models that are refused without a listed variant's params.
    """

    bare_run: bool = False
    null_next_cursor: bool = False
    never_idle: bool = False
    nested_v0_errors: bool = False
    service_account: bool = False
    need_variant: set[str] = field(default_factory=set)
