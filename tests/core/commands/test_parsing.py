import pytest

from bot.core.commands.cancel import Cancel
from bot.core.commands.doctor import Doctor
from bot.core.commands.fix import Fix
from bot.core.commands.help import Help
from bot.core.commands.logs import Logs
from bot.core.commands.merge import Merge
from bot.core.commands.parsing import ALIASES, COMMANDS, Command, nearest, parse_line, verbs_of
from bot.core.commands.pause import Pause
from bot.core.commands.restart import Restart
from bot.core.commands.resume import Resume
from bot.core.commands.retry import Retry
from bot.core.commands.set import Set
from bot.core.commands.skip import Skip
from bot.core.commands.start import Start
from bot.core.commands.status import Status
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind


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


def unknown(word: str, nearest: str | None = None, usage: str = Help.usage) -> Refusal:
    return Refusal(kind=Kind.UNKNOWN_COMMAND, word=word, nearest=nearest, usage=usage)


def unexpected(word: str, usage: str) -> Refusal:
    verb = usage.split(maxsplit=1)[0]
    return Refusal(kind=Kind.UNEXPECTED_WORDS, verb=verb, word=word, usage=usage)


def no_number(word: str, usage: str, kind: Kind = Kind.NOT_A_TASK_NUMBER) -> Refusal:
    return Refusal(kind=kind, word=word, limit=9999, usage=usage)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("", Refusal(kind=Kind.NO_COMMAND, usage="help")),
        ("strat", unknown("strat", "start", Start.usage)),
        ("walk", unknown("walk")),
        ("x" * 90, unknown("x" * 59 + "…")),
        ("pause later", unexpected("later", "pause [after]")),
        ("pause after all", unexpected("all", "pause [after]")),
        ("cancel 3", unexpected("3", "cancel")),
        ("retry 0", no_number("0", "retry [N|all]", Kind.NOT_ALL_OR_A_TASK_NUMBER)),
        ("retry 1 2", unexpected("2", "retry [N|all]")),
        ("skip 10000", no_number("10000", "skip [N]")),
        ("skip ٣", no_number("٣", "skip [N]")),
        ("skip 1 2", unexpected("2", "skip [N]")),
        ("restart all", no_number("all", "restart [N]")),
        ("restart 1 2", unexpected("2", "restart [N]")),
        ("merge now", no_number("now", "merge [N]")),
        ("logs -1", no_number("-1", "logs [N]")),
        ("doctor 2", unexpected("2", "doctor")),
    ],
)
def test_wrong_lines(words: str, refusal: Refusal) -> None:
    assert parse_line(f"/orchestra {words}") == refusal


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("/orchestra START base=x", "start"),
        ("/orchestra help", "help"),
        ("/orchestra frobnicate", ""),
        ("/orchestra skip x", ""),
        ("/orchestra", ""),
    ],
)
def test_the_verb_that_permission_is_asked_for(text: str, verb: str) -> None:
    assert verbs_of(parse_line(text)) == (verb,)


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
        ("stop", "pause"),
        ("stopp", "pause"),
        ("unskip", None),
        ("unmerge", None),
        ("remove", None),
        ("disable", None),
        ("plann", "plan"),
        ("bugdet", "budget"),
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
    refusal = parse_line(f"/orchestra {words}")
    assert isinstance(refusal, Refusal)
    assert refusal.nearest == line
    assert isinstance(parse_line(f"/orchestra {line}"), COMMANDS)


def test_the_order_of_the_help() -> None:
    assert " ".join(command.verb for command in COMMANDS) == (
        "start plan pause resume cancel retry restart skip add merge fix set budget status logs"
        " doctor help"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shows_an_example_that_is_one(command: type[Command]) -> None:
    assert isinstance(parse_line(f"/orchestra {command.example}"), command)
    assert command.usage.split()[0] == command.verb


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("stop", "pause"),
        ("STOP after", "pause after"),
        ("abort", "cancel"),
        ("continue", "resume"),
        ("unpause", "resume"),
        ("rerun #2", "retry 2"),
        ("retry task 2", "retry 2"),
        ("retry 2.", "retry 2"),
        ("skip 2.", "skip 2"),
        ("skip Task #3", "skip 3"),
        ("restart 2)", "restart 2"),
        ("fix task 2 Do it", "fix 2 Do it"),
        ("go", "start"),
        ("begin base develop", "start base=develop"),
        ("start base: develop model o3", "start base=develop model=o3"),
        ("run base:develop", "start base=develop"),
        ("set merge approved", "set merge=approved"),
        ("set merge: approved on_failure=stop", "set merge=approved on_failure=stop"),
        ("set merge : approved on_failure = stop", "set merge=approved on_failure=stop"),
        ("start base = develop model= o3", "start base=develop model=o3"),
        ("start base =develop model :o3", "start base=develop model=o3"),
        ("start base: model", "start base=model"),
        ("set model:gpt-4:mini", "set model=gpt-4:mini"),
        ("skip #2,", "skip 2"),
        ("merge task #2", "merge 2"),
    ],
)
def test_what_is_taken_as_meant(line: str, meant: str) -> None:
    assert not isinstance(parse_line(f"/orchestra {meant}"), Refusal)
    assert parse_line(f"/orchestra {line}") == parse_line(f"/orchestra {meant}")


def test_every_alias_stands_for_a_verb() -> None:
    verbs = {command.verb for command in COMMANDS}
    assert set(ALIASES.values()) <= verbs
    assert not verbs & ALIASES.keys()


@pytest.mark.parametrize(
    "word",
    [
        *("nomerge", "noresume", "not-merge", "dontstart", "dont-cancel"),
        *("nostop", "dontstop", "norun", "nogo", "noabort", "unstop", "discontinue"),
    ],
)
def test_what_somebody_does_not_want_is_not_suggested(word: str) -> None:
    assert nearest(word) is None


@pytest.mark.parametrize(
    ("word", "verb"), [("unpuase", "resume"), ("rrestart", "restart"), ("sstop", "pause")]
)
def test_a_mistyped_word_is_no_opposite(word: str, verb: str) -> None:
    assert nearest(word) == verb


@pytest.mark.parametrize(
    "words",
    [
        *("merge=unapproved", "merge=disapproved", "merge=notgreen"),
        *("on_failure=discontinue", "on_failure=nostop", "on_failure=dontpause"),
    ],
)
def test_no_value_that_means_the_opposite_is_suggested(words: str) -> None:
    refusal = parse_line(f"/orchestra set {words}")
    assert isinstance(refusal, Refusal)
    assert (refusal.kind, refusal.nearest) == (Kind.UNKNOWN_VALUE, None)
