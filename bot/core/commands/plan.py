from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.events import CommandGiven
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.plan import Plan as AskedPlan
from bot.core.model.plan import PlanStage
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.text.sanitize import one_line
from bot.core.text.visible import visible
from bot.core.transitions.epic import planning
from bot.core.transitions.epic.settings import take_over_settings
from bot.core.transitions.transition import Transition

MAX_INSTRUCTION = 2_000
_ACCEPT = "accept"


@dataclass(frozen=True)
class Plan:
    """Have a checklist, or more of it, proposed by a language model; or accept what was proposed.

    `instruction` is for the model, beside the issue's text.
    """

    verb: ClassVar[str] = "plan"
    usage: ClassVar[str] = "plan [extra instructions]|accept"
    example: ClassVar[str] = "plan accept"

    instruction: str = ""
    accepts: bool = False

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb; `accept` alone is no instruction."""
        if [word.lower().rstrip(".!") for word in words] == [_ACCEPT]:
            return cls(accepts=True)
        instruction = one_line(visible(" ".join(words)))
        if len(instruction) > MAX_INSTRUCTION:
            kind, count = RefusalKind.PLAN_INSTRUCTION_TOO_LONG, len(instruction)
            return Refusal(kind=kind, count=count, limit=MAX_INSTRUCTION, usage=cls.usage)
        return cls(instruction)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Ask for a plan, or write the one that was shown."""
        if event.pull_request is not None:
            return Refusal(kind=RefusalKind.NOT_ON_A_PULL_REQUEST, verb=self.verb)
        if self.accepts:
            return planning.accept(transition, event.by, event.at)
        assert event.enrichment is not None
        if transition.epic.started_at is None and transition.epic.start_at is None:
            take_over_settings(transition, event.enrichment)
        if refusal := planning.cannot_plan(transition):
            return refusal
        known = transition.epic.plan
        if known is not None and known.stage is PlanStage.ACCEPTED:
            return Refusal(kind=RefusalKind.PLAN_ALREADY_ACCEPTED)
        is_asked = known is not None and known.stage is PlanStage.ASKED
        if is_asked and known is not None and self.instruction in ("", known.instruction):
            return Notice(kind=NoticeKind.PLAN_UNDER_WAY)
        planning.ask(transition, asked(transition, event, self.instruction))
        return None


def asked(transition: Transition, event: CommandGiven, instruction: str = "") -> AskedPlan:
    """Return the question that the command asks."""
    given = event.comment_id or transition.now.isoformat()
    return AskedPlan(
        key=f"{given}:{event.line}",
        stage=PlanStage.ASKED,
        asked_by=event.by,
        asked_at=transition.now,
        instruction=instruction,
    )
