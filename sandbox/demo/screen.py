"""The demo's words on the terminal: drawn in place, or as plain lines where there is none."""

import time
from typing import Protocol, Self

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sandbox.demo.view import EpicView

WIDEST = 100  # columns


class Screen(Protocol):
    """Where the demo tells what happens; to be used as a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def say(self, text: str) -> None:
        """Tell of a step."""

    def show(self, epic: EpicView) -> None:
        """Show the epic as it now is."""

    @property
    def seconds(self) -> float:
        """The seconds since the start that were printed last."""


def screen() -> Screen:
    """Return the one that suits standard output."""
    console = Console()
    return Drawing(console) if console.is_terminal else Lines(console)


class Lines:
    """A line for each step, and for each change of a task's state."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._seen: dict[str, str] = {}
        self.seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held back, so there is nothing to do."""

    def say(self, text: str) -> None:
        """Print `text` after the seconds since the start."""
        self.seconds = time.monotonic() - self._began
        line = f"{self.seconds:6.1f} s  {text}"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def show(self, epic: EpicView) -> None:
        """Print what is new."""
        if epic.state:
            self._note("epic", epic.state)
        for task in epic.tasks:
            pull = f" (#{task.pull})" if task.pull else ""
            self._note(f"task {task.number}", f"{task.state}{pull}")

    def _note(self, what: str, state: str) -> None:
        if self._seen.get(what) != state:
            self._seen[what] = state
            self.say(f"{what}: {state}")


class Drawing(Lines):
    """The same lines, and below them the epic in a panel that is redrawn as it changes."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live = Live(console=console, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last picture where it is."""
        self._live.stop()

    def show(self, epic: EpicView) -> None:
        """Print what is new, and redraw."""
        super().show(epic)
        self._live.update(picture(epic, min(self._console.width, WIDEST)))


def picture(epic: EpicView, width: int) -> RenderableType:
    """Draw the epic as a panel `width` columns wide: the comment or what is newer, never both."""
    table = Table(box=box.SIMPLE_HEAD, expand=True)
    table.add_column("#", justify="right")
    table.add_column("Task", ratio=3)
    table.add_column("State", ratio=2)
    table.add_column("Pull request", justify="right")
    for task in epic.tasks:
        state, number = task.state, task.pull
        if epic.current and task.words:
            state, number = task.words, task.words_pull or task.pull
        pull = f"#{number}" if number else "–"
        table.add_row(str(task.number), Text(task.title), Text(state), pull)
    heading = Text.assemble((epic.title, "bold"), " · " if epic.state else "", epic.state)
    text = epic.says if epic.current else _since(epic)
    says = Markdown(text.replace("\n", "  \n"))  # a comment's line breaks are kept
    return Panel(Group(says, table), title=heading, width=width, padding=(1, 2))


def _since(epic: EpicView) -> str:
    """Return what stands in place of a comment that is behind."""
    return (
        f"**{epic.merged} of {len(epic.tasks)} tasks merged**\n"
        "This is newer than the bot's comment, which is edited every 10 seconds at most."
    )
