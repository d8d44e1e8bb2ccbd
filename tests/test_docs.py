"""What the documentation says is there, and what is there is in the documentation."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot import settings
from bot.cli import app as cli
from bot.core.commands.parsing import COMMANDS, parse_line
from bot.core.effects import EFFECT_KINDS, React
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.reasons import FailureKind, WaitKind
from bot.core.model.refusals import Refusal
from bot.core.model.task import Task
from bot.core.model.terms import Terms
from bot.core.text.prefix import PREFIX
from bot.rendering.help import help_text
from bot.rendering.links import PROJECT, is_placeholder, section
from jobs.handlers.handler import safe_to_repeat
from jobs.handlers.registry import HANDLERS
from jobs.local import up
from storage.tables import metadata
from tests.core.transitions import scenes

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
DECISIONS = sorted((ROOT / "docs/decisions").glob("0*.md"))
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "app.yml").read_text())
CLI: Any = typer.main.get_command(cli.app)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text(name: str) -> str:
    return (ROOT / name).read_text()


def rows(page: str, header: str) -> list[list[str]]:
    """The cells of the table whose header's first cell is `header`."""
    [table] = re.findall(rf"^ *\| {header} \|.*\n *\|[-:| ]+\n((?: *\|.*\n)+)", text(page), re.M)
    lines = [line.strip().strip("|") for line in table.splitlines()]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]


def first_codes(page: str, header: str) -> list[str]:
    return [row[0].strip("`") for row in rows(page, header)]


def codes(page: Path) -> Iterator[str]:
    """Code spans, and the lines of code blocks."""
    blocks = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.M | re.S)
    for block in blocks.finditer(page.read_text()):
        if block[1] != "mermaid":
            yield from (line.split(" #")[0].strip() for line in block[2].splitlines())
    yield from re.findall(r"`([^`\n]+)`", blocks.sub("", page.read_text()))


def constants(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def variables() -> set[str]:
    """The names that the environment is asked for: upper case, with an underscore within."""
    words = [*constants(inspect.getsource(settings)), *constants(inspect.getsource(up))]
    return {word for word in words if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word)}


def test_every_variable_is_documented_and_no_other() -> None:
    documented = first_codes("docs/install.md", "Variable")
    assert sorted(documented) == sorted(variables())


@pytest.mark.parametrize("process", ["web", "worker", "clock", "migrate"])
def test_who_needs_a_variable_is_documented(process: settings.Process) -> None:
    with pytest.raises(settings.SettingsError) as caught:
        settings.Settings.from_environment({}, process)
    needed = {mistake.split()[0] for mistake in caught.value.mistakes}
    documented = {
        row[0].strip("`")
        for row in rows("docs/install.md", "Variable")
        if process in row[1].split(", ")
    }
    assert documented == needed


@each_page
def test_no_page_names_a_variable_that_is_not_read(page: Path) -> None:
    words = {word for code in codes(page) for word in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code)}
    states = {*EpicStatus, *TaskStatus, *AgentStatus}
    assert words - variables() - states - {"CURRENT_TIMESTAMP"} == set()


def test_every_process_of_the_command_line_is_documented_and_no_other() -> None:
    documented = first_codes("docs/operations.md", "Command")
    assert sorted(documented) == sorted(f"orchestra {name}" for name in CLI.commands)


def command_lines(page: Path) -> Iterator[tuple[str, set[str]]]:
    """Commands of the product's own, with their options; pages speak of some as `orchestra X`."""
    for code in codes(page):
        for name, rest in re.findall(r"(?:^|[/ ])(?<!/)orchestra ([a-z]+)\b(.*)", code):
            yield name, set(re.findall(r"--[a-z-]+", rest))


@each_page
def test_commands_and_options_exist(page: Path) -> None:
    for name, options in command_lines(page):
        known = CLI.commands[name]
        flags = {flag for parameter in known.params for flag in parameter.opts}
        assert options <= flags | {"--help"}, name


@each_page
def test_make_targets_exist(page: Path) -> None:
    named = {target for code in codes(page) for target in re.findall(r"^make ([\w./]+)", code)}
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    assert named - targets - {".venv/ready"} == set()


def test_the_table_of_slash_commands_is_the_bots_own() -> None:
    table = [line for line in help_text().splitlines() if line.startswith(f"| `{PREFIX}")]
    assert "\n".join(table) in text("docs/commands.md")
    assert len(rows("docs/commands.md", "Command")) == len(COMMANDS)


@each_page
def test_slash_commands_in_examples_are_understood(page: Path) -> None:
    for code in codes(page):
        if code.startswith(f"{PREFIX} ") and not set(code) & set("[|]"):
            assert not isinstance(parse_line(code), Refusal), code


ARGUMENTS = {
    "retry": "3",
    "restart": "1",
    "skip": "3",
    "add": "More",
    "merge": "1",
    "fix": "1 More",
    "set": "merge=manual",
    "budget": "+5",
}
TERMS = Terms(can_plan=True)
FAILED = scenes.task(TaskStatus.FAILED, failure=scenes.FAILURE)
TASKS = (scenes.task(), Task(number=2, title="two"), replace(FAILED, number=3, title="three"))
STATES: dict[str, dict[str, Any]] = {
    "ready to start": {"status": EpicStatus.PENDING, "tasks": ()},
    "running": {"pausing": True},
    "paused by a person": scenes.PAUSED_BY_PERSON,
    "paused by a failure": scenes.PAUSED_BY_FAILURE,
    "ended": {"status": EpicStatus.PARTIAL_COMPLETED},
}


@pytest.mark.parametrize("row", rows("docs/commands.md", "Verb"), ids=lambda row: row[0])
def test_a_verb_is_refused_in_the_states_that_the_table_says(row: list[str]) -> None:
    assert f"| Verb | {' | '.join(STATES)} |" in text("docs/commands.md")
    verb = row[0].strip("`")
    given = scenes.command(f"{verb} {ARGUMENTS.get(verb, '')}".strip())
    for cell, facts in zip(row[1:], STATES.values(), strict=True):
        decision = scenes.after(scenes.epic(**{"tasks": TASKS, **facts}), given, terms=TERMS)
        (react,) = (one for one in scenes.asked(decision) if isinstance(one, React))
        assert (react.content == "confused") == cell.startswith("refused"), (cell, facts)


def test_the_table_of_states_has_every_verb() -> None:
    assert first_codes("docs/commands.md", "Verb") == [command.verb for command in COMMANDS]


def test_every_database_table_is_documented_and_no_other() -> None:
    assert sorted(first_codes("docs/design.md", "Table")) == sorted(metadata.tables)


def test_every_effect_is_documented_with_its_urgency_and_recogniser() -> None:
    documented = rows("docs/design.md", "Effect")
    assert [row[0].strip("`") for row in documented] == sorted(
        EFFECT_KINDS, key=lambda name: EFFECT_KINDS[name].urgency
    )
    for name, urgency, recogniser in documented:
        kind = EFFECT_KINDS[name.strip("`")]
        assert urgency == kind.urgency.name
        is_repeated = HANDLERS[kind].already_applied is safe_to_repeat
        assert recogniser.startswith("do it again") == is_repeated, name


@pytest.mark.parametrize(
    ("of", "states"), [("epic", EpicStatus), ("task", TaskStatus), ("agent run", AgentStatus)]
)
def test_every_state_is_documented_and_no_other(of: str, states: Any) -> None:
    [documented] = [row[1] for row in rows("docs/design.md", "Of") if row[0] == of]
    assert re.findall(r"`(\w+)`", documented) == list(states)


def test_permissions_and_events_are_those_of_the_manifest() -> None:
    documented = {row[0].strip("`"): row[1] for row in rows("docs/install.md", "Permission")}
    assert documented == MANIFEST["default_permissions"]
    [events] = re.findall(r"\*\*Events\*\*: (.*?)\.\n", text("docs/install.md"), re.S)
    assert re.findall(r"`(\w+)`", events) == MANIFEST["default_events"]


def test_every_wait_is_explained_and_no_other() -> None:
    assert first_codes("docs/operations.md", "Code") == list(WaitKind)


def test_every_failure_has_a_section() -> None:
    sections = re.findall(r"^### (.*)$", text("docs/troubleshooting.md"), re.M)
    assert len(sections) == len(FailureKind)
    assert {section(kind) for kind in FailureKind} <= anchors(ROOT / "docs/troubleshooting.md")


def test_the_map_names_what_exists() -> None:
    found = rows("docs/design.md", "I want to change …")
    assert len(found) >= 20
    for _, where in found:
        assert all(
            (ROOT / path).exists() for path in re.findall(r"`((?:bot|jobs|storage)/[^`]*)`", where)
        )


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        name, _, anchor = target.partition("#")
        if target.startswith("https://"):
            assert not is_placeholder(target), target
            continue
        goal = page.parent / name if name else page
        assert goal.exists(), target
        assert not anchor or anchor in anchors(goal), target


def anchors(page: Path) -> set[str]:
    """The headings' names in links, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_projects_address_is_the_same_everywhere() -> None:
    assert MANIFEST["url"] == PROJECT
    assert f"git clone {PROJECT} &&" in text("README.md")
    owner_and_name = PROJECT.removeprefix("https://github.com/")
    [schema] = set(re.findall(r"\$schema=(\S+)", text("docs/settings.md")))
    assert schema.startswith(f"https://raw.githubusercontent.com/{owner_and_name}/")


@each_page
def test_paths_in_code_exist(page: Path) -> None:
    places = r"(?:bot|jobs|storage|sandbox|tests|docs|ops|benchmarks)/[\w./@-]*"
    named = {path for code in codes(page) for path in re.findall(rf"^{places}$", code)}
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_short_and_of_one_form(page: Path) -> None:
    number = int(page.name[:4])
    content = page.read_text()
    assert content.startswith(f"# {number}. ")
    assert len(content.splitlines()) <= 40
    assert re.findall(r"^## (.*)$", content, re.M) == ["Context", "Decision", "Consequences"]
    assert f"]({page.name})" in text("docs/decisions/README.md")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_test_that_the_security_page_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs/security.md").read_text())
    assert len(set(named)) > 15
    assert [name for name in named if not (ROOT / name).is_file()] == []
