from typing import Any

import pytest

from bot.core.commands.parsing import parse_line
from bot.core.commands.set import Set
from bot.core.model.refusals import Refusal
from bot.core.model.refusals import RefusalKind as Kind
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
        ("max_parallel=3", Overrides(max_parallel=3)),
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


_KEYS = ("model", "priority", "merge", "on_failure", "max_parallel")


def unknown_key(word: str, nearest: str | None = None) -> dict[str, Any]:
    kind = Kind.UNKNOWN_KEY
    return {"kind": kind, "verb": "set", "word": word, "accepted": _KEYS, "nearest": nearest}


def unknown_value(
    key: str, word: str, *accepted: str, nearest: str | None = None
) -> dict[str, Any]:
    kind = Kind.UNKNOWN_VALUE
    return {"kind": kind, "key": key, "word": word, "accepted": accepted, "nearest": nearest}


def not_a_number(word: str) -> dict[str, Any]:
    return {"kind": Kind.NOT_A_NUMBER, "key": "max_parallel", "word": word, "limit": 20}


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("", {"kind": Kind.NO_SETTING, "accepted": _KEYS}),
        ("mrge=manual", unknown_key("mrge", "set merge=manual")),
        ("mrge=manal", unknown_key("mrge", "set merge=manual")),
        ("mrge=later", unknown_key("mrge")),
        ("on-failure=stop", unknown_key("on-failure", "set on_failure=stop")),
        ("parallel=2", unknown_key("parallel", "set max_parallel=2")),
        *(
            (f"max_parallel={word}", not_a_number(word))
            for word in ("0", "21", "two", "-1", "1.5", "\u0662", "00201", "05")
        ),
        ("budget=2", unknown_key("budget")),
        ("faster", unknown_key("faster")),
        (
            "merge=aproved",
            unknown_value("merge", "aproved", *MergeWhen, nearest="set merge=approved"),
        ),
        ("model=o3 merge=never", unknown_value("merge", "never", *MergeWhen)),
        ("model=o3 priority=fast", unknown_value("priority", "fast", *Priority)),
        (
            "model=o3 priority=Sped on_failure=contnue",
            unknown_value(
                "priority",
                "Sped",
                *Priority,
                nearest="set model=o3 priority=speed on_failure=continue",
            ),
        ),
        (
            "on_failure=pausse",
            unknown_value("on_failure", "pausse", *OnFailure, nearest="set on_failure=pause"),
        ),
        ("model=a;b", {"kind": Kind.NOT_A_MODEL, "word": "a;b"}),
        ("merge", {"kind": Kind.NO_VALUE, "key": "merge"}),
        ("merge=", {"kind": Kind.NO_VALUE, "key": "merge"}),
        ("merge=green Merge=manual", {"kind": Kind.DUPLICATE_KEY, "key": "merge"}),
    ],
)
def test_wrong_lines(words: str, facts: dict[str, Any]) -> None:
    assert parse_line(f"/orchestra set {words}") == Refusal(**facts, usage=Set.usage)
