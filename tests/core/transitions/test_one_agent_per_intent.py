"""However the checklist is edited while it runs, no two agents are launched for one intent.

An intent is one thing that a person wants done. They may word its line anew, move it, tick it or
take it out, at any moment; each save is one such edit, or several of them at once.
"""

from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import effects, events
from bot.core.model.identifiers import AgentStatus, EpicStatus, Login, TaskStatus
from tests.core.transitions_world import World, new_world

SUBJECTS = ("parser", "invoice page", "login form", "nightly export", "search index", "price list")
VERBS = ("Add", "Rewrite", "Speed up", "Document", "Test", "Remove")
FRESH = ("zebra crossing", "Make it faster, please", "qqq", "The thing from Monday's call", "Ship")
REWORDS = ("typo", "reference", "clarify", "strike", "another")
COMMANDS = ("pause", "resume", "retry", "retry 1", "skip 2", "restart 1", "start")


@dataclass
class Line:
    """A line of the checklist: the intent behind it, and how it is worded now."""

    intent: int
    text: str
    done: bool = False
    stricken: bool = False

    def __str__(self) -> str:
        text = f"~~{self.text}~~" if self.stricken else self.text
        return f"- [{'x' if self.done else ' '}] {text}\n"


@dataclass
class Editor:
    """A person at the issue's text, who knows which line means what."""

    lines: list[Line]
    world: World
    intents: dict[int, int] = field(default_factory=dict)
    written: int = 0

    @property
    def body(self) -> str:
        return "".join(map(str, self.lines))

    def save(self, before: str) -> None:
        """Save the text; a task that comes of it stands for the intent of its line."""
        if self.body == before:
            return
        event = events.BodyEdited(
            by=Login("ada"),
            title="Widgets",
            body=self.body,
            before=before,
            enrichment=events.Enrichment(permission="write"),
        )
        self.world.tell(event)
        self.note()

    def tick_merged(self) -> None:
        """Tick what is merged, as we do right after the merge."""
        before = self.body
        merged = {
            self.intents[task.number]
            for task in self.world.epic.tasks
            if task.status is TaskStatus.COMPLETED
        }
        for line in self.lines:
            line.done = line.done or line.intent in merged
        if self.body != before:
            self.world.tell(events.BodyWritten(before=before, after=self.body))

    def note(self) -> None:
        """Remember which intent each new task stands for."""
        by_text = {line.text: line.intent for line in self.lines}
        for task in self.world.epic.tasks:
            self.intents.setdefault(task.number, by_text.get(task.title, -task.number))

    def check(self) -> None:
        launched = {one.task for one in self.world.sent if isinstance(one, effects.LaunchAgent)}
        intents = [self.intents[number] for number in launched]
        assert len(intents) == len(set(intents)), (self.body, self.world.epic.tasks)


def reworded(text: str, how: str, fresh: str) -> str:
    return {
        "typo": text[:-2] + text[-1] + text[-2],
        "reference": f"{text} (#2)",
        "clarify": f"{text}, and say in the documentation how it is to be used from now on",
        "another": fresh,
        "strike": text,
    }[how]


def step(world: World) -> None:
    """Let the next thing happen, as it does when all goes well."""
    working = [key for key, one in world.agents.items() if one.status is AgentStatus.RUNNING]
    if world.answers:
        world.tell(world.answers.pop(0))
    elif ready := world.ready():
        world.perform(ready[0], lambda _: False)
    elif working:
        world.say(working[0], AgentStatus.FINISHED)
    elif (due := world.next_time()) is not None:
        world.pass_time(max(0.0, (due - world.now).total_seconds()))


def edit(editor: Editor, data: st.DataObject) -> None:
    """Edit one line, and maybe move lines about, or add another thing to do."""
    editor.tick_merged()
    before, lines = editor.body, editor.lines
    started = {
        editor.intents[task.number]
        for task in editor.world.epic.tasks
        if task.status is not TaskStatus.PENDING
    }
    kind = data.draw(st.sampled_from(("reword", "reword", "move", "add", "remove", "tick", "both")))
    line = data.draw(st.sampled_from(lines)) if lines else None
    if kind == "add" or line is None:
        _add(editor, data)
    elif kind == "remove":
        # Who takes out a line that is under way, and writes it again, wants it done again.
        if line.intent not in started:
            lines.remove(line)
    elif kind == "tick":
        line.done = True
    if kind in ("reword", "both") and line is not None:
        _reword(editor, line, data, is_moved=kind == "both")
    if kind in ("move", "both"):
        editor.lines = data.draw(st.permutations(lines))
    editor.save(before)


def _reword(editor: Editor, line: Line, data: st.DataObject, *, is_moved: bool) -> None:
    # Other words in another place are another task: nothing tells that they are the same.
    how = data.draw(st.sampled_from(REWORDS[:-1] if is_moved else REWORDS))
    editor.written += 1
    fresh = f"{data.draw(st.sampled_from(FRESH))} {editor.written}"
    line.text, line.stricken = reworded(line.text, how, fresh), how == "strike"


def _add(editor: Editor, data: st.DataObject) -> None:
    editor.written += 1
    text = f"{data.draw(st.sampled_from(VERBS))} the {data.draw(st.sampled_from(SUBJECTS))}"
    place = data.draw(st.integers(0, len(editor.lines)))
    new = Line(100 + editor.written, f"{text} {editor.written}")
    editor.lines.insert(place, new)


def started_world(count: int) -> Editor:
    lines = [Line(at, f"{VERBS[at]} the {SUBJECTS[at]}") for at in range(count)]
    world = new_world()
    world.epic = replace(world.epic, body="".join(map(str, lines)))
    editor = Editor(lines, world)
    world.command("start")
    editor.note()
    return editor


@settings(max_examples=4 * settings().max_examples, deadline=None)
@given(data=st.data(), count=st.integers(1, 5))
def test_no_edit_makes_two_agents_of_one_intent(data: st.DataObject, count: int) -> None:
    editor = started_world(count)
    world = editor.world
    for _ in range(data.draw(st.integers(1, 5), label="edits")):
        for _ in range(data.draw(st.integers(0, 14), label="steps")):
            step(world)
        editor.note()
        editor.check()
        if world.epic.status.is_final:
            break
        edit(editor, data)
        if data.draw(st.booleans(), label="a command"):
            command = data.draw(st.sampled_from(COMMANDS))
            if not (command == "start" and world.epic.status is EpicStatus.PENDING):
                _command(editor, command)
    for _ in range(60):
        if world.epic.status is not EpicStatus.ACTIVE:
            break
        step(world)
    editor.note()
    editor.check()


def _command(editor: Editor, command: str) -> None:
    """Give a command; it takes over the issue's text as it stands."""
    editor.tick_merged()
    editor.world.command(command)
    editor.note()
