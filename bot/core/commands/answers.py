"""What a command is answered with."""

from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice
from bot.core.model.refusals import Refusal

Answer = Notice | Refusal | Message
"""What was done, why nothing was done, or what was asked to be shown."""


def as_message(answer: Answer) -> Message:
    """Return the comment that gives the answer."""
    match answer:
        case Notice():
            return Message(kind=MessageKind.REPLY, notice=answer)
        case Refusal():
            return Message(kind=MessageKind.REPLY, refusal=answer)
        case Message():
            return answer
