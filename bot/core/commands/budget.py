from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from bot.core.budget import epic_budget
from bot.core.commands.answers import Answer
from bot.core.commands.arguments import shortened, unexpected
from bot.core.events import CommandGiven
from bot.core.model.money import Micros, dollars
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.transitions.epic.pausing import continue_after_money
from bot.core.transitions.epic.settings import set_budget
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Budget:
    """Say what the epic's agents may cost together, or how much more than so far."""

    verb: ClassVar[str] = "budget"
    usage: ClassVar[str] = "budget N|+N"
    example: ClassVar[str] = "budget +10"

    amount: Micros
    more: bool = False

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        if not words:
            return Refusal(kind=RefusalKind.NO_AMOUNT, usage=cls.usage)
        if refusal := unexpected(words[1:], cls.usage):
            return refusal
        word = words[0].strip("`")
        amount = dollars(word.removeprefix("+"))
        if amount is None:
            kind = RefusalKind.NOT_AN_AMOUNT
            return Refusal(kind=kind, word=shortened(words[0]), usage=cls.usage)
        return cls(amount, word.startswith("+"))

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer:
        """Set the budget, and continue an epic that had paused because it was spent."""
        epic = transition.epic
        if self.more:
            raised = Micros(epic.money.raised + self.amount)
            transition.update_epic(money=replace(epic.money, raised=raised, warned=False))
        else:
            set_budget(transition, self.amount)
        notice = Notice(
            kind=NoticeKind.BUDGET_CHANGED, by=event.by, amounts=(epic_budget(transition.epic),)
        )
        transition.log(notice)
        pause = transition.epic.pause
        if pause is not None and pause.ends_with_money:
            continue_after_money(transition)
        return notice
