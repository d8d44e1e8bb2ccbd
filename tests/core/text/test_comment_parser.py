import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.add import Add
from bot.core.commands.cancel import Cancel
from bot.core.commands.fix import Fix
from bot.core.commands.help import Help
from bot.core.commands.merge import Merge
from bot.core.commands.parsing import Command, parse_line
from bot.core.commands.pause import Pause
from bot.core.commands.retry import Retry
from bot.core.commands.start import Start
from bot.core.commands.status import Status
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.text.comment_parser import CommandLine, may_command, parse_comment
from bot.core.text.prefix import PREFIX

NOTHING_AFTER_STATUS = Refusal(
    kind=RefusalKind.UNEXPECTED_WORDS, verb="status", word="`x`", usage="status"
)


def commands_in(body: str) -> list[Command | Refusal]:
    """Read the lines of a comment."""
    return [parse_line(found.text) for found in parse_comment(body)]


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("/orchestra start", [Start()]),
        ("/Orchestra START base=dev", [Start(base="dev")]),
        ("Looks good.\n/orchestra start\nThank you!", [Start()]),
        (
            "/orchestra pause\r\n\r\n/orchestra retry 2\r/orchestra status",
            [Pause(), Retry(2), Status()],
        ),
        ("   /orchestra status", [Status()]),
        ("/orchestra status <!-- note -->", [Status()]),
        ("/orchestra sta\u200btus", [Status()]),
        ("/orchestra status\n---\nunderlined", [Status()]),
        ("- a point\n  /orchestra status", [Status()]),
        ("a ` lone tick\n/orchestra status", [Status()]),
        ("`code`\n/orchestra status\n`code`", [Status()]),
        (r"an escaped \` tick" "\n/orchestra status `x`", [NOTHING_AFTER_STATUS]),
        (r"an escaped \` tick" "\n/orchestra status\nthe other `", [Status()]),
        ("an open <!-- comment\n/orchestra status", [Status()]),
        ("> quoted\n\n/orchestra status", [Status()]),
        ("/orchestra fix 2 one line\nand no more", [Fix(2, "one line")]),
        ("/orchestra fix use `a` <!-- not b -->, **please**", [Fix(None, "use `a` , **please**")]),
        (
            '/orchestra add "Write | docs" after 2\n/orchestra merge 1',
            [Add("Write | docs", 2), Merge(1)],
        ),
    ],
)
def test_commands_of_a_comment(body: str, commands: list[object]) -> None:
    assert commands_in(body) == commands


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nothing here",
        "/orchestrate start",
        "/orchestra-start",
        "please /orchestra start",
        "> /orchestra start",
        "> quoted\n/orchestra start",
        "> - a\n>\n>   /orchestra start",
        "```\n/orchestra start\n```",
        "~~~~\n```\n/orchestra start\n~~~~",
        "```\n/orchestra start, and never closed",
        "    /orchestra start",
        "\t/orchestra start",
        "- a point\n\n      /orchestra start",
        "- a point\n  ```\n  /orchestra start\n  ```",
        "- /orchestra start",
        "`/orchestra start`",
        "`code\n/orchestra start\nends here`",
        "``code ` \n/orchestra start\n``",
        "<!-- \n/orchestra start\n-->",
        "text <!-- a comment\n/orchestra start\n--> text",
        "<pre>\n/orchestra start\n</pre>",
        "# /orchestra start",
        "[x]: /url\n'\n/orchestra start\n'",
    ],
)
def test_what_is_no_command(body: str) -> None:
    assert parse_comment(body) == ()


def test_lines_are_told() -> None:
    found = parse_comment("hello\n\n/orchestra  help \n\n> x\n\n/orchestra cancel")
    assert found == (CommandLine(3, "/orchestra  help"), CommandLine(7, "/orchestra cancel"))
    assert commands_in("hello\n\n/orchestra  help \n\n> x\n\n/orchestra cancel") == [
        Help(),
        Cancel(),
    ]


def test_ten_commands_are_read_and_the_rest_is_one_refusal() -> None:
    found = parse_comment("/orchestra status\n" * 50)
    assert [each.refusal for each in found[:10]] == [None] * 10
    too_many = Refusal(kind=RefusalKind.TOO_MANY_COMMANDS, limit=10)
    assert found[10:] == (CommandLine(11, PREFIX, too_many),)


_PIECES = [
    "/orchestra",
    " start",
    "\n",
    "`",
    "``",
    "```\n",
    "> ",
    "- ",
    "    ",
    "<!--",
    "-->",
    "\\",
    "\r",
]


@given(st.text() | st.lists(st.sampled_from(_PIECES) | st.text(max_size=3)).map("".join))
def test_any_text_can_be_read(body: str) -> None:
    for found in parse_comment(body):
        assert found.text.lower().startswith(PREFIX)
        assert may_command(body)


@pytest.mark.parametrize(
    "piece",
    [
        "/orchestra start\n",
        "`a",
        "<!--",
        "``a`",
        "\\`",
        "> ",
        "- ",
        "* a\n",
        "[",
        "![a](",
        "<a ",
        "_*",
        "&",
        "|a",
    ],
)
def test_long_hostile_comments_are_read_fast(piece: str) -> None:
    body = "x " + (piece * 65_536)[:65_000] + "\n/orchestra status"
    began = time.process_time()
    parse_comment(body)
    assert time.process_time() - began < 2


def test_a_very_long_comment_is_not_searched_but_answered() -> None:
    (line,) = parse_comment("* a\n" * 300 + "/orchestra cancel")
    too_long = Refusal(kind=RefusalKind.COMMENT_TOO_LONG, limit=300)
    assert line == CommandLine(301, PREFIX, too_long)
    assert parse_comment("* a\n" * 20_000) == ()


@pytest.mark.parametrize(
    "unseen",
    [
        *("\u200b", "\ufeff", "\u200e", "\u2060", "\u00ad", "\u202a", "\u2066", "\u061c", "\u3164"),
        *("\u034f", "\ufe0f", "\U000e0020", "\u200d", "\x7f"),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "{}/orchestra status",
        " {0}{0} /orchestra status",
        "/{}orchestra status",
        "/orchestra{} status",
    ],
)
def test_what_nobody_sees_around_a_command_is_nothing(unseen: str, line: str) -> None:
    body = f"Please:\n{line.format(unseen)}"
    assert may_command(body)
    assert commands_in(body) == [Status()]


@pytest.mark.parametrize("before", ["\u00a0", "\u2003", "\u202f", "\u3000"])
def test_white_space_of_any_width_may_stand_before_a_command(before: str) -> None:
    assert may_command(f"{before}/orchestra status")
    assert commands_in(f"{before}/orchestra status") == [Status()]


@pytest.mark.parametrize("line", ["/orchestra: status", "/orchestra:status", "/Orchestra:\tstatus"])
def test_a_colon_after_the_name_is_taken_as_meant(line: str) -> None:
    assert may_command(line)
    assert commands_in(line) == [Status()]


@pytest.mark.parametrize("line", ["@orchestra status", "/orchestra://x", "/orchestra/status"])
def test_what_only_looks_like_the_name_is_none(line: str) -> None:
    assert not may_command(line)
    assert parse_comment(line) == ()
