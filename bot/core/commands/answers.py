"""What a command is answered with."""

from dataclasses import dataclass

from bot.core.model.identifiers import Login
from bot.core.model.messages import Finding, Message, MessageKind


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply; `refused` ones come with 😕 instead of 👍."""

    kind: MessageKind
    refused: bool = False
    text: str = ""
    nearest: str | None = None
    usage: str | None = None
    task: int | None = None
    findings: tuple[Finding, ...] = ()

    def message(self, to: Login | None) -> Message:
        """The comment that says it."""
        return Message(
            kind=self.kind,
            to=to,
            text=self.text,
            nearest=self.nearest,
            usage=self.usage,
            task=self.task,
            findings=self.findings,
        )


def reply(text: str) -> Answer:
    """Done, and worth a sentence."""
    return Answer(kind=MessageKind.REPLY, text=text)


def refuse(text: str) -> Answer:
    """Not done, and why."""
    return Answer(kind=MessageKind.REPLY, refused=True, text=text)
