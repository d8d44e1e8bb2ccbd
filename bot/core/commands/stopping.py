"""Which commands stop an epic at once, and which of those given before them they overtake."""

from bot.core.commands.cancel import Cancel
from bot.core.commands.fix import Fix
from bot.core.commands.merge import Merge
from bot.core.commands.parsing import parse_line
from bot.core.commands.pause import Pause
from bot.core.commands.plan import Plan
from bot.core.commands.restart import Restart
from bot.core.commands.resume import Resume
from bot.core.commands.retry import Retry
from bot.core.commands.start import Start
from bot.core.events import CommandGiven, Superseded
from bot.core.model.epic import Epic
from bot.core.permissions import authorize


def stops(line: str) -> bool:
    """Return whether the line asks for nothing more to be done."""
    return isinstance(parse_line(line), Pause | Cancel)


def sets_going(line: str) -> bool:
    """Return whether the line may lead to an agent or a merge, which a later stop prevents."""
    return isinstance(parse_line(line), Start | Plan | Resume | Retry | Restart | Merge | Fix)


def superseding(epic: Epic, event: CommandGiven) -> Superseded | None:
    """Return what a stop, given by somebody who may, makes of the commands given before it."""
    command = parse_line(event.text)
    if not isinstance(command, Pause | Cancel) or event.enrichment is None:
        return None
    if authorize(command.verb, event.by, event.enrichment, epic):
        return None
    return Superseded(by=event.by, verb=command.verb)
