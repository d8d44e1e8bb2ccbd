import pytest

from bot.core.commands import CommandMistake, Set, parse_line
from bot.core.model.settings import MergeWhen, OnFailure, Overrides, Priority


@pytest.mark.parametrize(
    ("words", "overrides"),
    [
        ("model=o3", Overrides(model="o3")),
        ("model=Claude-4", Overrides(model="Claude-4")),
        ("model=default", Overrides(model="default")),
        *((f"priority={each}", Overrides(priority=each)) for each in Priority),
        *((f"merge={each}", Overrides(merge_when=each)) for each in MergeWhen),
        *((f"on_failure={each}", Overrides(on_failure=each)) for each in OnFailure),
        ("MERGE=Approved", Overrides(merge_when=MergeWhen.APPROVED)),
        ("merge=`manual`", Overrides(merge_when=MergeWhen.MANUAL)),
        (
            "on_failure=stop merge=green priority=speed model=o3",
            Overrides(
                model="o3",
                priority=Priority.SPEED,
                merge_when=MergeWhen.GREEN,
                on_failure=OnFailure.STOP,
            ),
        ),
    ],
)
def test_right_lines(words: str, overrides: Overrides) -> None:
    assert parse_line(f"/orchestra set {words}") == Set(overrides)


_TAKES = "it takes model, priority, merge and on_failure"


@pytest.mark.parametrize(
    ("words", "message", "nearest"),
    [
        ("", "set needs a setting, as in set merge=approved.", None),
        ("mrge=manual", f"set does not know “mrge”; {_TAKES}.", "set merge=manual"),
        ("mrge=manal", f"set does not know “mrge”; {_TAKES}.", "set merge=manual"),
        ("mrge=later", f"set does not know “mrge”; {_TAKES}.", None),
        ("on-failure=stop", f"set does not know “on-failure”; {_TAKES}.", "set on_failure=stop"),
        ("max_parallel=2", f"set does not know “max_parallel”; {_TAKES}.", None),
        ("budget=2", f"set does not know “budget”; {_TAKES}.", None),
        ("faster", f"set does not know “faster”; {_TAKES}.", None),
        (
            "merge=aproved",
            "merge is green, approved, immediately or manual, not “aproved”.",
            "set merge=approved",
        ),
        (
            "model=o3 merge=never",
            "merge is green, approved, immediately or manual, not “never”.",
            None,
        ),
        (
            "model=o3 priority=fast",
            "priority is speed, balanced or quality, not “fast”.",
            None,
        ),
        (
            "model=o3 priority=Sped on_failure=contnue",
            "priority is speed, balanced or quality, not “Sped”.",
            "set model=o3 priority=speed on_failure=continue",
        ),
        (
            "on_failure=pausse",
            "on_failure is pause, continue or stop, not “pausse”.",
            "set on_failure=pause",
        ),
        ("model=a;b", "“a;b” cannot be a model.", None),
        ("merge", "merge needs a value, as in merge=…", None),
        ("merge approved", "merge needs a value, as in merge=…", None),
        ("merge=", "merge needs a value, as in merge=…", None),
        ("merge=green Merge=manual", "merge is given twice.", None),
    ],
)
def test_wrong_lines(words: str, message: str, nearest: str | None) -> None:
    mistake = CommandMistake(message, nearest, Set.usage)
    assert parse_line(f"/orchestra set {words}") == mistake
