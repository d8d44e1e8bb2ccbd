from dataclasses import replace
from typing import Any

import pytest

from bot.core.commands.parsing import COMMANDS
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.settings import (
    EpicSettings,
    Level,
    MergeMethod,
    MergeWhen,
    OnFailure,
    Permissions,
    Rule,
    UpToDate,
)
from bot.rendering.mistakes import settings_words
from bot.settings_file import parse_settings
from tests.settings_file.example import example

DEFAULTS = EpicSettings()
RULE = (
    "write, maintain or admin; or a list of 1 to 100 logins and org/team-slugs, with at most one "
    "of those levels among them."
)
TOP = (
    "label, base_branch, tasks, merge, agents, fixes, on_failure, budget, permissions, plan,"
    " notify, labels."
)
YES_NO = "true or false (also yes, no, on, off)."
MERGE = (
    "when, method, delete_branch, undraft, up_to_date, ignore_checks, grace, checks_timeout,"
    " approver, governed."
)


def permissions(**rules: Rule) -> dict[str, Any]:
    command = rules.pop("command", DEFAULTS.permissions.command)
    return {"permissions": Permissions(command=command, verbs=tuple(rules.items()))}


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", {}),
        ("# nothing but a comment\n", {}),
        ("---\n", {}),
        ("~", {}),
        ("\ufefflabel: epic\r\n", {"label": "epic"}),
        ("merge:\n#  when: manual\nfixes:\n", {}),
        ("label: no", {"label": "no"}),
        ("label: 'ça va 🎼'", {"label": "ça va 🎼"}),
        ("base_branch: 1.10", {"base_branch": "1.10"}),
        ("base_branch: epic/{number}", {"base_branch": "epic/{number}"}),
        ("base_branch: '{number}-work'", {"base_branch": "{number}-work"}),
        ("merge: {when: manual}", {"merge_when": MergeWhen.MANUAL}),
        ("merge: {method: rebase}", {"merge_method": MergeMethod.REBASE}),
        ("merge: {delete_branch: no, undraft: Off}", {"delete_branch": False, "undraft": False}),
        ("merge: {delete_branch: on, undraft: 'YES'}", {}),
        ("merge: {up_to_date: off}", {"up_to_date": UpToDate.OFF}),
        ("merge: {up_to_date: 'off'}", {"up_to_date": UpToDate.OFF}),
        ("merge: {ignore_checks: [a b, on, a b]}", {"ignore_checks": ("a b", "on")}),
        ("merge: {grace: 0}", {"grace": 0}),
        ("merge: {grace: 45}", {"grace": 45}),
        ("merge: {grace: 1h}", {"grace": 3600}),
        ("merge: {checks_timeout: 1h30m}", {"checks_timeout": 5400}),
        ("merge: {checks_timeout: 1m0s}", {"checks_timeout": 60}),
        ("agents: {timeout: 24h}", {"agent_timeout": 86400}),
        ("agents: {model: default}", {"model": None}),
        ("agents: {model: o3, retries: 10}", {"model": "o3", "retries": 10}),
        ("agents: {model_by_complexity: {complex: o3}}", {"complex_model": "o3"}),
        (
            "agents: {max_parallel: 20, model_by_complexity: {simple: a, medium: b}}",
            {"max_parallel": 20, "simple_model": "a", "medium_model": "b"},
        ),
        ("fixes: {ci: 0, review: 20}", {"ci_fixes": 0, "review_fixes": 20}),
        ("fixes: {conflict: '2'}", {"conflict_fixes": 2}),
        ("on_failure: stop", {"on_failure": OnFailure.STOP}),
        ("notify: {mention: false}", {"mention": False}),
        ("labels: {state: false}", {"state_labels": False}),
        ("permissions: {command: admin}", permissions(command=Rule(level=Level.ADMIN))),
        ("permissions: {skip: [Alice]}", permissions(skip=Rule(people=("alice",)))),  # type: ignore[arg-type]
        (
            "permissions: {start: [maintain, bob, 'ci[bot]', Acme/Core]}",
            permissions(
                start=Rule(level=Level.MAINTAIN, people=("bob", "ci[bot]"), teams=("acme/core",))  # type: ignore[arg-type]
            ),
        ),
    ],
)
def test_what_is_accepted(text: str, changes: dict[str, Any]) -> None:
    assert parse_settings(text) == replace(DEFAULTS, **changes)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.verb)
def test_every_command_has_its_permission(command: Any) -> None:
    settings = parse_settings(f"permissions: {{{command.verb}: admin}}")
    assert isinstance(settings, EpicSettings)
    assert settings.permissions.rule_for(command.verb) == Rule(level=Level.ADMIN)


def test_the_example_of_the_documentation() -> None:
    settings = parse_settings(example())
    assert isinstance(settings, EpicSettings)
    assert settings.complex_model == "claude-4-opus-thinking"
    assert settings.permissions.rule_for("cancel").teams == ("acme/platform",)


def refused(value: str, accepted: str, nearest: str | None = None) -> str:
    hint = f" Did you mean {nearest}?" if nearest else ""
    return f"{value} isn't accepted.{hint} Accepted: {accepted}"


def not_a_section(value: str, keys: str) -> str:
    return f"{value} isn't accepted here. Accepted: keys with values: {keys}"


def placed(mistake: SettingsMistake) -> tuple[int | None, str, str]:
    return mistake.line, mistake.key, settings_words(mistake)


def lasting(bounds: str) -> str:
    return f"a duration from {bounds}, such as 90s, 10m or 1h30m."


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("lable: x", "lable", f"There is no such key. Did you mean label? Accepted: {TOP}"),
        ("money: {epic: 3}", "money", f"There is no such key. Accepted: {TOP}"),
        (
            "tasks: subissues",
            "tasks",
            "“subissues” isn't accepted. Did you mean sub_issues? Accepted: checklist or"
            " sub_issues.",
        ),
        ("<<: {a: b}", "<<", f"There is no such key. Accepted: {TOP}"),
        (
            "merge: {up-to-date: off}",
            "merge.up-to-date",
            f"There is no such key. Did you mean up_to_date? Accepted: {MERGE}",
        ),
        (
            "agents: {parallel: 2}",
            "agents.parallel",
            "There is no such key. Did you mean max_parallel? Accepted: model,"
            " model_by_complexity, max_parallel, timeout, retries, pushers.",
        ),
        (
            "agents: {max_parallel: 0}",
            "agents.max_parallel",
            "“0” isn't accepted. Accepted: a whole number from 1 to 20.",
        ),
        (
            "agents: {model_by_complexity: {easy: o3}}",
            "agents.model_by_complexity.easy",
            "There is no such key. Accepted: simple, medium, complex.",
        ),
        ("notify: {events: []}", "notify.events", "There is no such key. Accepted: mention."),
        ("merge: green", "merge", not_a_section("“green”", f"{MERGE}")),
        ("labels: [state]", "labels", not_a_section("This list", "state.")),
        ("label:", "label", refused("An empty value", "a label's name of 1 to 50 characters.")),
        (
            f"label: {'x' * 70}",
            "label",
            refused(f"“{'x' * 59}…”", "a label's name of 1 to 50 characters."),
        ),
        *(
            (
                f"base_branch: '{name}'",
                "base_branch",
                refused(
                    f"“{name}”",
                    "a branch name, in which {number} stands for the epic's number.",
                ),
            )
            for name in ("a..b", "epic/{numbr}", "{number", "-x", "epic/{{number}}", "a b")
        ),
        (
            "merge: {when: Green}",
            "merge.when",
            refused("“Green”", "green, approved, immediately or manual.", "green"),
        ),
        (
            "merge: {method: fast}",
            "merge.method",
            refused("“fast”", "squash, merge or rebase."),
        ),
        ("merge: {up_to_date: false}", "merge.up_to_date", refused("“false”", "auto or off.")),
        ("merge: {undraft: maybe}", "merge.undraft", refused("“maybe”", YES_NO)),
        ("merge: {undraft: {a: b}}", "merge.undraft", refused("A section of keys", YES_NO)),
        (
            "merge: {ignore_checks: lint}",
            "merge.ignore_checks",
            refused("“lint”", "a list of up to 100 names of checks, workflows or Apps."),
        ),
        *(
            (f"merge: {{grace: {text}}}", "merge.grace", refused(f"“{text}”", lasting("0s to 1h")))
            for text in ("2h", "-1", ".nan", "1.5h", "5d", "1m1h", "1e3", "9" * 50, "h")
        ),
        (
            "merge: {checks_timeout: 59}",
            "merge.checks_timeout",
            refused("“59”", lasting("1m to 24h")),
        ),
        ("agents: {timeout: 25h}", "agents.timeout", refused("“25h”", lasting("5m to 24h"))),
        (
            "agents: {retries: 11}",
            "agents.retries",
            refused("“11”", "a whole number from 0 to 10."),
        ),
        ("fixes: {ci: 2.0}", "fixes.ci", refused("“2.0”", "a whole number from 0 to 20.")),
        (
            "agents: {model: 'a b'}",
            "agents.model",
            refused("“a b”", "the name of a model, or default."),
        ),
        (
            "on_failure: contine",
            "on_failure",
            refused("“contine”", "pause, continue or stop.", "continue"),
        ),
        (
            "permissions: {command: wirte}",
            "permissions.command",
            refused("“wirte”", RULE, "write"),
        ),
        ("permissions: {skip: []}", "permissions.skip", refused("This list", RULE)),
        ("permissions: {skip: [write, admin]}", "permissions.skip", refused("This list", RULE)),
        ("permissions: {skip: ['@bob']}", "permissions.skip", refused("“@bob”", RULE)),
        ("permissions: {skip: [a/b/c]}", "permissions.skip", refused("“a/b/c”", RULE)),
        ("a: *b", "a", "The alias *b isn't accepted. Write the value itself."),
        (
            "label: !!python/name:os.system x",
            "label",
            "The tag !!python/name:os.system isn't accepted. Write the value itself.",
        ),
        ("{[a]: b}", "", "A key must be a word."),
        ("merge: {!!str when: green}", "merge", "A key must be a word."),
        ("- a", "", not_a_section("This list", f"{TOP}")),
        ("hello", "", not_a_section("“hello”", f"{TOP}")),
        ("[" * 60_000, "", "This is nested too deeply."),
        ("%TAG ! x\n", "", "YAML directives (lines that start with %) aren't accepted."),
        ("label: \x00", "", "The character U+0000 isn't accepted."),
        ("label: \ud800", "", "The character U+D800 isn't accepted."),
        ("label: a\u2028b", "", "The character U+2028 isn't accepted."),
        ("label: [a", "", "This isn't YAML: did not find expected ',' or ']'."),
        ("label: @x", "", "This isn't YAML: found character that cannot start any token."),
        ("a: b: c", "", "This isn't YAML: mapping values are not allowed in this context."),
    ],
)
def test_each_mistake(text: str, key: str, message: str) -> None:
    found = parse_settings(text)
    assert isinstance(found, tuple)
    assert (key, message) in [(mistake.key, settings_words(mistake)) for mistake in found]
    assert len(found) <= 2


def test_all_mistakes_are_listed_at_once_in_the_order_of_their_lines() -> None:
    text = (
        "label: x\n"
        "merge:\n"
        "  wehn: green\n"
        "  ignore_checks:\n"
        "    - lint\n"
        "    - {a: b}\n"
        "    -\n"
        "  grace:\n"
        "    2h\n"
        "label: &again y\n"
        "on_failure: *again\n"
    )
    checks = "a list of up to 100 names of checks, workflows or Apps."
    found = parse_settings(text)
    assert isinstance(found, tuple)
    assert tuple(map(placed, found)) == (
        (3, "merge.wehn", f"There is no such key. Did you mean when? Accepted: {MERGE}"),
        (6, "merge.ignore_checks", refused("A section of keys", checks)),
        (7, "merge.ignore_checks", refused("An empty value", checks)),
        (8, "merge.grace", refused("“2h”", lasting("0s to 1h"))),
        (10, "label", "This key is already set in line 1."),
        (11, "on_failure", "The alias *again isn't accepted. Write the value itself."),
    )


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            "label: a\n---\nlabel: b\n",
            (2, "", "The file holds several documents. Keep one."),
        ),
        ("#" * 65_537, (None, "", "The file is larger than 65,536 bytes.")),
        ("#" + "é" * 32_768, (None, "", "The file is larger than 65,536 bytes.")),
        ("- \n" * 2000, (1000, "", "The file holds more than 1,000 values.")),
        (
            "label: a\n\n\tx: [",
            (3, "", "This isn't YAML: found a tab character that violates indentation."),
        ),
        (
            "label: a\nmerge: {\n\n",
            (2, "", "This isn't YAML: did not find expected node content."),
        ),
        ("label: a\r\n# b\r\n# \x07", (3, "", "The character U+0007 isn't accepted.")),
    ],
)
def test_what_no_file_may_be(text: str, mistake: tuple[int | None, str, str]) -> None:
    found = parse_settings(text)
    assert isinstance(found, tuple)
    assert tuple(map(placed, found)) == (mistake,)


def test_a_file_of_the_greatest_size_is_read() -> None:
    assert parse_settings("#" * 65_536) == DEFAULTS


def test_after_fifty_mistakes_the_rest_is_counted() -> None:
    found = parse_settings("".join(f"key{n}: 1\n" for n in range(70)))
    assert isinstance(found, tuple)
    assert [mistake.line for mistake in found] == [*range(1, 51), None]
    assert all(map(settings_words, found))
    assert settings_words(found[-1]) == "There are 20 more mistakes after these."


def test_strange_words_are_cut_and_put_on_one_line() -> None:
    found = parse_settings(f"? |\n  a\n  {'b' * 5000}\n: x")
    assert isinstance(found, tuple)
    assert found[0].key == f"a {'b' * 57}…"
