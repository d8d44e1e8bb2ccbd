"""An agent's report that we fail on keeps no other agent from being heard."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.model.identifiers import EpicStatus
from jobs.ingest import agents as polling
from sandbox.cursor import AgentScript, WebhookScript
from tests.harness import Story
from tests.stories.agents import ONE


@pytest.mark.both_databases
@pytest.mark.parametrize("fails", ["to be read", "to be stored"])
def test_a_report_that_polling_fails_on_keeps_no_other_agent_waiting(
    story: Story, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    story.expects_open_ends = True
    story.cursor.default_script = AgentScript(
        seconds_to_end=60, webhook=WebhookScript(deliver="never")
    )
    story.start(ONE)
    first = story.epic().tasks[0].runs[0].id
    name = "reported" if fails == "to be read" else "_store"
    real: Any = getattr(polling, name)

    def failing(*given: Any) -> Any:
        if first in (given[0], getattr(given[1], "run_id", None)):
            raise ZeroDivisionError
        return real(*given)

    monkeypatch.setattr(polling, name, failing)
    story.start(ONE)
    with capture_logs() as logged:
        story.wait_for(story.has(EpicStatus.COMPLETED))
    told = [one for one in logged if one["event"].startswith("could not take in")]
    assert {one["run"] for one in told} == {first}
