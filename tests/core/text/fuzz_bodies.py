"""Any issue's text is read, quickly, and written back into as meant, whatever people do meanwhile.

`python -m tests.core.text.fuzz_bodies 100000 [SEED]`
"""

import random
import sys
from collections.abc import Sequence

from bot.core.effects import RestoreEdit
from bot.core.events import BodyEdited, BodyWritten, Enrichment
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.options import TaskOptions
from bot.core.model.plan import PlannedTask
from bot.core.model.settings import Complexity
from bot.core.model.task import Task
from bot.core.text.checklist import MAX_TASKS, Checklist, Item, parse_checklist, split_lines
from bot.core.text.issue_body import add_line, item_keys, tick
from bot.core.text.planned import missing_from, with_tasks
from bot.core.text.storable import storable
from bot.rendering.mistakes import checklist_mistake
from tests.core.transitions.scenes import ADA, after, asked, epic
from tests.fuzzing import read_in_time, run

BULLETS = ["- ", "* ", "+ ", "1. ", "12) ", "-   ", "-\t", "> - ", "- - ", "  - ", "   * ", "\t- "]
BOXES = ["[ ] ", "[ ] ", "[ ] ", "[x] ", "[X] ", "[] ", "[ x ] ", "[ ]", "[-] ", "[\u00a0] ", ""]
TITLES = [
    *("Add the model", "Serve it", "Write the docs", "Add the model", "#12", "acme/shop#3", "`x`"),
    *("**Bold** and ~~gone~~", "<b>x</b>", "A `code | span`", "@octocat", "https://x.example/a"),
    *(
        "<!-- hidden -->",
        "<placeholder>",
        "&lt;b&gt;",
        "[link](https://x.example)",
        "\u202egnp",
        "",
    ),
]
ATTRIBUTES = [
    *(
        " `after: 1`",
        " `after: 2,1`",
        " `after: 99`",
        " `after: x`",
        " `priority: high`",
        " `prio: 1`",
    ),
    *(" `model: o3`", " `merge: manual`", " `retries: 5`", " `retries: -1`", " `budget: 4.50`"),
    *(" `complexity: simple`", " `budget: 0`", " `after:1` `after:2`", " `code`", " ` `", " ``"),
]
BLOCKS = [
    *("\n", "\n\n", "Words.\n", "# Goal\n", "## Acceptance criteria\n", "### Done when\n", "---\n"),
    *("```\n", "~~~\n", "```text\n", "<!--\n", "-->\n", "<details>\n", "</details>\n", "<pre>\n"),
    *(
        "| a | b |\n",
        "|---|---|\n",
        "> quoted\n",
        "    code\n",
        "\t\n",
        "$$\n",
        "[x]: /url\n",
        "===\n",
    ),
    *("  more of it\n", "  - nested\n", "  - [ ] nested box\n", "    - [ ] deeper\n", "\r", "\x0c"),
    *("\u2028", "\u200b", "</pre>\n", "<table><tr><td>\n", "- \n", "1.\n"),
]
_PLAN = (
    PlannedTask(
        title="Count the widgets", description="In a report.\n\nDone when:\n\n- It adds up."
    ),
    PlannedTask(title="Paint them all", options=TaskOptions(complexity=Complexity.SIMPLE)),
)


def body(chance: random.Random) -> str:
    """Make an issue's text up: items of every style between and inside of other blocks."""
    ends = chance.choice(("\n", "\n", "\n", "\r\n"))
    parts = [_block(chance) for _ in range(chance.randint(0, 12))]
    if chance.random() < 0.02:
        parts.insert(0, _block(chance) * chance.randint(1, 200))
    return "".join(parts).replace("\n", ends)


def _block(chance: random.Random) -> str:
    if chance.random() < 0.45:
        return chance.choice(BLOCKS)
    title = chance.choice(TITLES) + "".join(
        chance.choices(ATTRIBUTES, k=chance.choice((0, 0, 1, 2)))
    )
    line = f"{chance.choice(BULLETS)}{chance.choice(BOXES)}{title}\n"
    if chance.random() < 0.1:
        place = chance.randrange(len(line))
        odd = storable(chr(chance.randrange(0x11_0000)))
        line = line[:place] + odd + line[place + 1 :]
    return line


def edited(chance: random.Random, text: str) -> str:
    """Return what a person makes of the text: lines come, go, change places, get ticked."""
    lines = split_lines(text)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(lines) + 1)
        match chance.randrange(5):
            case 0:
                lines.insert(place, _block(chance))
            case 1:
                del lines[place : place + 1]
            case 2:
                lines[place : place + 2] = reversed(lines[place : place + 2])
            case 3:
                lines[place : place + 1] = [
                    one.replace("[ ]", "[x]", 1) for one in lines[place : place + 1]
                ]
            case _:
                lines[place : place + 1] = [f"New: {one}" for one in lines[place : place + 1]]
    return "".join(lines)


def check(text: str) -> None:
    """Fail on anything that reading the text, or writing into it, must never do."""
    checklist = read_in_time(parse_checklist, text)
    for mistake in checklist.mistakes:
        assert len(checklist_mistake(mistake)) < 2_000
    chance = random.Random(text.encode(errors="surrogatepass"))
    human = edited(chance, text)
    now = chance.choice((text, human))
    for key in item_keys(checklist)[:3]:
        _check_tick(now, *key)
    if chance.random() < 0.5:
        _check_lines(now, add_line(now, "Brand new `priority: high`"), 1)
    else:
        missing = missing_from([one.title for one in parse_checklist(now).items], _PLAN)
        _check_lines(now, with_tasks(now, missing), len(missing))
    if not checklist.mistakes and checklist.items:
        _check_overwritten(chance.choice(item_keys(checklist)), checklist, text, human)


def _check_tick(text: str, title: str, nth: int) -> None:
    """Nothing but that item's box is changed, or there is no such item."""
    items = parse_checklist(text).items
    ticked = tick(text, title, nth)
    places = [place for place, item in enumerate(items) if item.title == title]
    assert (ticked is None) == (len(places) <= nth)
    if ticked is None:
        return
    changed = [(old, new) for old, new in zip(text, ticked, strict=True) if old != new]
    assert len(changed) == (not items[places[nth]].done)
    assert {new for _, new in changed} <= {"x"}
    now = [item.done for item in parse_checklist(ticked).items]
    assert now == [item.done or place == places[nth] for place, item in enumerate(items)]


def _check_lines(text: str, made: str | None, count: int) -> None:
    """All that was there is there, in one piece before and one behind what is new."""
    if made is None:
        return
    grown, old = len(made) - len(text), _shown(parse_checklist(text).items)
    common = next(
        (at for at, (a, b) in enumerate(zip(text, made, strict=False)) if a != b), len(text)
    )
    assert made[common + grown :] == text[common:] or any(
        made[:at] + made[at + grown :] == text for at in range(common + 1)
    )
    new = _shown(parse_checklist(made).items)
    assert len(new) == len(old) + count
    assert [one for one in new if one in old] == old
    assert parse_checklist(made).open_count <= MAX_TASKS


def _shown(items: Sequence[Item]) -> list[tuple[str, str, bool]]:
    return [(item.title, item.description, item.done) for item in items]


def _check_overwritten(key: tuple[str, int], checklist: Checklist, text: str, human: str) -> None:
    """A person's edit that our tick overwrote comes back with that tick and nothing else."""
    ours = tick(text, *key)
    assert ours is not None
    # GitHub tells of the person's edit first: they had written when we did.
    may = Enrichment(permission="write")
    edit = BodyEdited(by=ADA, title="Widgets", before=text, body=human, enrichment=may)
    known = _epic(text, checklist, key)
    known = after(known, edit).epic if human != text else known
    decision = after(known, BodyWritten(before=human, after=ours))
    restored = [one.body for one in asked(decision) if isinstance(one, RestoreEdit)]
    # Of lines with one title, the edit may have taken out another.
    merged = next(task for task in known.tasks if task.merge_sha)
    expected = tick(human, merged.line_title, merged.same_title_before) or human
    assert restored == ([expected] if expected != ours else [])


def _epic(text: str, checklist: Checklist, merged: tuple[str, int]) -> Epic:
    keys = item_keys(checklist)
    tasks = tuple(
        Task(
            number=number,
            title=item.title,
            same_title_before=key[1],
            status=TaskStatus.COMPLETED if item.done or key == merged else TaskStatus.PENDING,
            merge_sha=CommitSha("c" * 40) if key == merged else None,
        )
        for number, (key, item) in enumerate(zip(keys, checklist.items, strict=True), 1)
    )
    return epic(tasks=tasks, body=text, body_written=text, status=EpicStatus.PAUSED)


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    sys.exit(run(int(sys.argv[1]), seed, body, parse_checklist.__wrapped__, check))
