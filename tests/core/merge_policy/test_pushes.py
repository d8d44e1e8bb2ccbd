"""Which pushes made a head, who vouched for it, and which paths govern."""

import time

import pytest

from bot.core.merge_policy.paths import is_under
from bot.core.merge_policy.pushes import is_vouched, leading_to
from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.pushes import NO_COMMIT, Push


def push(before: str, after: str, by: str = "cursor[bot]", **facts: bool) -> Push:
    known = {"is_bot": by.endswith("[bot]"), "by_us": by == "us[bot]", **facts}
    start = NO_COMMIT if before == "0" else CommitSha(before)
    return Push(branch="b", before=start, after=CommitSha(after), by=Login(by), **known)


def vouch(after: str) -> Push:
    return push("0", after, "ada", vouched=True)


MADE, ON, HERS = push("0", "a"), push("a", "b"), push("b", "c", "grace")


@pytest.mark.parametrize(
    ("pushes", "head", "found", "is_whole"),
    [
        ((MADE, ON), "b", {MADE, ON}, True),
        ((ON, MADE, HERS), "c", {MADE, ON, HERS}, True),
        ((MADE, HERS), "c", {HERS}, False),
        ((), "a", set(), False),
        ((MADE, ON, vouch("b"), HERS), "c", {HERS}, True),
        ((MADE, ON, HERS, vouch("c")), "c", set(), True),
        # Pushed back: what was pushed in between is still seen.
        (
            (MADE, ON, HERS, push("c", "b", "grace")),
            "b",
            {MADE, ON, HERS, push("c", "b", "grace")},
            True,
        ),
        ((MADE, push("x", "a", "grace")), "a", {MADE, push("x", "a", "grace")}, False),
    ],
)
def test_the_pushes_that_made_a_head(
    pushes: tuple[Push, ...], head: str, found: set[Push], is_whole: bool
) -> None:
    made, whole = leading_to(pushes, "b", CommitSha(head))
    assert (set(made), whole) == (found, is_whole)
    assert leading_to(pushes, "other", CommitSha(head)) == ((), False)


@pytest.mark.parametrize(
    ("pushes", "head", "vouched"),
    [
        ((MADE, vouch("a")), "a", True),
        ((MADE, vouch("a"), push("a", "b", "us[bot]")), "b", True),
        ((MADE, vouch("a"), ON), "b", False),
        ((MADE, vouch("a"), push("a", "b", "us[bot]"), push("b", "c", "grace")), "c", False),
        ((vouch("a"),), "b", False),
        ((push("a", "a", "us[bot]"),), "a", False),
    ],
)
def test_only_our_own_pushes_keep_a_word_for_a_head(
    pushes: tuple[Push, ...], head: str, vouched: bool
) -> None:
    assert is_vouched(pushes, "b", CommitSha(head)) is vouched


@pytest.mark.parametrize(
    ("path", "pattern", "named"),
    [
        ("deploy/prod.yml", "deploy/", True),
        ("deploy/prod.yml", "deploy", True),
        ("deploy/prod.yml", "/deploy", True),
        ("deployment/prod.yml", "deploy", False),
        ("src/deploy/prod.yml", "deploy/", False),
        ("src/deploy/prod.yml", "**/deploy", True),
        ("a/b/main.tf", "**/*.tf", True),
        ("main.tf", "**/*.tf", True),
        ("main.tfx", "**/*.tf", False),
        ("infra/a/main.tf", "infra/*/*.tf", True),
        ("infra/main.tf", "infra/*/*.tf", False),
        ("Makefile", "Makefile", True),
        ("src/Makefile", "Makefile", False),
        ("a.lock.json", "*.lock.*", True),
        ("ab", "a*b*b", False),
        ("anything/at/all", "**", True),
        ("x", "/", False),
        ("deploy/prod.yml", "./deploy/**", True),
        ("x", "./", False),
    ],
)
def test_patterns_of_paths(path: str, pattern: str, named: bool) -> None:
    assert is_under(path, pattern) is named


def test_no_pattern_takes_long() -> None:
    began = time.perf_counter()
    is_under("a" * 4_000 + "/" + "a/" * 120, "*a" * 120)
    is_under("a/" * 2_000 + "b", "**/a/" * 50 + "c")
    assert time.perf_counter() - began < 1
