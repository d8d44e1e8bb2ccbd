"""What becomes of a command line: authorize, parse, carry out, react and answer."""

from dataclasses import replace

from bot.core.commands.answers import Answer, as_message
from bot.core.commands.help import Help
from bot.core.commands.parsing import Command, parse_line, verbs_of
from bot.core.commands.start import Start
from bot.core.effects import PostComment, React
from bot.core.events import CommandGiven, Shown
from bot.core.model.epic import Epic
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.permissions import authorize_all, is_bot, is_unheard, permissions_for
from bot.core.transitions.epic.steering import note_steering
from bot.core.transitions.transition import Transition
from bot.core.ways_on import ways_after

# These change nothing.
_ASKING = frozenset({"status", "logs", "doctor", "help"})
DONE, CONFUSED = "+1", "confused"


def command_given(transition: Transition, event: CommandGiven) -> None:
    """Carry out one command line, and answer it."""
    enrichment = event.enrichment
    assert enrichment is not None
    permissions = permissions_for(enrichment, transition.epic)
    if is_unheard(event, permissions):
        return
    parsed = parse_line(event.text)
    refusal = authorize_all(verbs_of(parsed), event.by, enrichment, transition.epic)
    answer = refusal or _overtaken(event) or _carry_out(transition, event, parsed)
    if refusal is not None and enrichment.shown is Shown.NOTHING:
        return
    _react(transition, event, refused=isinstance(answer, Refusal))
    is_silent = refusal is not None and enrichment.shown is Shown.SIGN
    if answer is not None and not is_silent:
        _answer(transition, event, answer)


def answer_parked(transition: Transition, command: CommandGiven) -> None:
    """Answer a command that we failed on; whoever may not give it gets a reaction alone."""
    enrichment = command.enrichment
    if enrichment is None or is_bot(command.by) or command.by_app:
        return
    _react(transition, command, refused=True)
    verbs = verbs_of(parse_line(command.text))
    if authorize_all(verbs, command.by, enrichment, transition.epic) is None:
        _answer(transition, command, Refusal(kind=RefusalKind.INTERNAL_ERROR))


def _overtaken(event: CommandGiven) -> Refusal | None:
    """Refuse what somebody has stopped since."""
    by = event.superseded
    return Refusal(kind=RefusalKind.SUPERSEDED, by=by.by, verb=by.verb) if by else None


def _carry_out(
    transition: Transition, event: CommandGiven, parsed: Command | Refusal
) -> Answer | None:
    # Whoever commands here could write here.
    transition.update_epic(unreachable=None)
    if event.refusal is not None:
        return event.refusal
    if isinstance(parsed, Refusal):
        return parsed
    answer = _misplaced(transition.epic, event, parsed) or parsed.carry_out(transition, event)
    if not isinstance(answer, Refusal) and parsed.verb not in _ASKING:
        note_steering(transition, event.by)
    if isinstance(answer, Refusal):
        return replace(answer, ways=ways_after(answer, transition.epic))
    return answer


def _misplaced(epic: Epic, event: CommandGiven, command: Command) -> Refusal | None:
    """Refuse what is said where no epic or task of ours is; help is given everywhere."""
    if isinstance(command, Help):
        return None
    if event.pull_request == epic.issue_number:
        return Refusal(kind=RefusalKind.NOT_A_TASKS_PULL_REQUEST)
    if not epic.activated and not isinstance(command, Start):
        return Refusal(kind=RefusalKind.NOT_AN_EPIC, label=epic.settings.label)
    return None


def _react(transition: Transition, event: CommandGiven, *, refused: bool) -> None:
    if event.comment_id is not None and event.enrichment is not None:
        transition.emit(
            React(
                comment_id=event.comment_id,
                content=CONFUSED if refused else DONE,
                eyes_id=event.enrichment.eyes_id,
            )
        )


def _answer(transition: Transition, event: CommandGiven, answer: Answer) -> None:
    given = event.comment_id or transition.now.isoformat()
    transition.emit(
        PostComment(
            issue=event.pull_request or transition.epic.issue_number,
            purpose=f"answer:{given}:{event.line}",
            message=replace(as_message(answer), to=event.by, command=event.text),
        )
    )
