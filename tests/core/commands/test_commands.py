import pytest

from bot.core.commands import (
    COMMANDS,
    Cancel,
    Command,
    CommandMistake,
    Doctor,
    Fix,
    Help,
    Logs,
    Merge,
    Pause,
    Restart,
    Resume,
    Retry,
    Set,
    Skip,
    Start,
    Status,
    nearest,
    parse_line,
)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("start", Start()),
        ("START Base=release/1.2 model=o3", Start("release/1.2", "o3")),
        ("start base=`main`", Start("main")),
        ("pause", Pause()),
        ("pause After", Pause(after=True)),
        ("resume", Resume()),
        ("cancel", Cancel()),
        ("retry", Retry()),
        ("retry 12", Retry(12)),
        ("retry ALL", Retry("all")),
        ("restart", Restart()),
        ("restart 3", Restart(3)),
        ("skip", Skip()),
        ("skip 9999", Skip(9999)),
        ("merge", Merge()),
        ("Merge 1", Merge(1)),
        ("status", Status()),
        ("logs", Logs()),
        ("logs 2", Logs(2)),
        ("doctor", Doctor()),
        ("help", Help()),
    ],
)
def test_right_lines(words: str, command: Command) -> None:
    assert parse_line(f"/orchestra {words}") == command


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("", CommandMistake("/orchestra needs a command after it.", None, "help")),
        (
            "strat",
            CommandMistake("There is no command “strat”.", "start", Start.usage),
        ),
        ("walk", CommandMistake("There is no command “walk”.", None, "help")),
        ("x" * 90, CommandMistake(f"There is no command “{'x' * 59}…”.", None, "help")),
        (
            "pause later",
            CommandMistake("“later” does not belong after pause.", None, "pause [after]"),
        ),
        (
            "pause after all",
            CommandMistake("“all” does not belong after pause.", None, "pause [after]"),
        ),
        ("cancel 3", CommandMistake("“3” does not belong after cancel.", None, "cancel")),
        (
            "retry 0",
            CommandMistake(
                "“0” is neither “all” nor a task's number (1 to 9999).", None, "retry [N|all]"
            ),
        ),
        ("retry 1 2", CommandMistake("“2” does not belong after retry.", None, "retry [N|all]")),
        (
            "skip 10000",
            CommandMistake("“10000” is not a task's number (1 to 9999).", None, "skip [N]"),
        ),
        ("skip ٣", CommandMistake("“٣” is not a task's number (1 to 9999).", None, "skip [N]")),
        ("skip 1 2", CommandMistake("“2” does not belong after skip.", None, "skip [N]")),
        (
            "restart all",
            CommandMistake("“all” is not a task's number (1 to 9999).", None, "restart [N]"),
        ),
        ("restart 1 2", CommandMistake("“2” does not belong after restart.", None, "restart [N]")),
        (
            "merge now",
            CommandMistake("“now” is not a task's number (1 to 9999).", None, "merge [N]"),
        ),
        ("logs -1", CommandMistake("“-1” is not a task's number (1 to 9999).", None, "logs [N]")),
        ("doctor 2", CommandMistake("“2” does not belong after doctor.", None, "doctor")),
    ],
)
def test_wrong_lines(words: str, mistake: CommandMistake) -> None:
    assert parse_line(f"/orchestra {words}") == mistake


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("resme", "resume"),
        ("CANCLE", "cancel"),
        ("stauts", "status"),
        ("rstart", "restart"),
        ("mrge", "merge"),
        ("log", "logs"),
        ("doktor", "doctor"),
        ("fx", "fix"),
        ("ad", "add"),
        ("sett", "set"),
        ("stop", None),
        ("plan", None),
        ("budget", None),
        ("", None),
    ],
)
def test_nearest(word: str, verb: str | None) -> None:
    assert nearest(word) == verb


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("rety 2", "retry 2"),
        ("RETY all", "retry all"),
        ("pauze soon", "pause"),
        ("ad Write docs after 2", "add Write docs after 2"),
        ("fx", Fix.example),
        ("fx 2", Fix.example),
        ("sett", Set.example),
        ("sett prioritty=sped", "set priority=speed"),
        ("sett merge=whenever", Set.example),
        ("strat bse=dev mdel=o3", "start base=dev model=o3"),
        ("hlep me out of this " + "x" * 300, "help"),
    ],
)
def test_the_nearest_line_keeps_what_it_can_and_is_a_command(words: str, line: str) -> None:
    mistake = parse_line(f"/orchestra {words}")
    assert isinstance(mistake, CommandMistake)
    assert mistake.nearest == line
    assert isinstance(parse_line(f"/orchestra {line}"), COMMANDS)


@pytest.mark.parametrize("words", ["plan", "plan accept", "budget 5", "budget +5"])
def test_what_is_not_there_is_not_suggested(words: str) -> None:
    verb = words.split(maxsplit=1)[0]
    mistake = CommandMistake(f"There is no command “{verb}”.", None, "help")
    assert parse_line(f"/orchestra {words}") == mistake


def test_the_order_of_the_help() -> None:
    assert " ".join(command.verb for command in COMMANDS) == (
        "start pause resume cancel retry restart skip add merge fix set status logs doctor help"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shows_an_example_that_is_one(command: type[Command]) -> None:
    assert isinstance(parse_line(f"/orchestra {command.example}"), command)
    assert command.usage.split()[0] == command.verb
    assert "\n" not in command.summary
