"""What a person reads who gave a command that is not understood."""

from datetime import timedelta

import pytest

from bot.core.effects import PostComment, React
from bot.rendering.epic_view import epic_view
from bot.rendering.escape import quote
from bot.rendering.messages import message_comment
from tests.core.transitions import scenes

_START = "Usage: `/orchestra start [base=B] [model=M] [at=TIME]`"
_PAUSE = "Usage: `/orchestra pause [after]`"
_SET = "Usage: `/orchestra set KEY=VALUE [KEY=VALUE…]`"
_HELP = "`/orchestra help` lists the commands."


@pytest.mark.parametrize(
    ("words", "said", "usage"),
    [
        ("", "There is no command after `/orchestra`.", _HELP),
        ("plan", "There is no command “plan”.", _HELP),
        ("pause now", "I don't understand “now” after `pause`.", _PAUSE),
        ("cancel 1", "`cancel` takes no arguments.", "Usage: `/orchestra cancel`"),
        ("start now", "`start` has no setting “now”. It accepts `base`, `model` and `at`.", _START),
        (
            "start budget=5",
            "`start` has no setting “budget”. It accepts `base`, `model` and `at`.",
            _START,
        ),
        ("start base=a..b", "“a..b” can't be the name of a branch.", _START),
        ("set model=a|b", "“a&#124;b” can't be the name of a model.", _SET),
        (
            "set max_parallel=2",
            "`set` has no setting “max\\_parallel”. It accepts `model`, `priority`, `merge` and"
            " `on_failure`.",
            _SET,
        ),
    ],
)
def test_a_wrong_command_is_answered_with_what_is_wrong_and_the_usage(
    words: str, said: str, usage: str
) -> None:
    before = scenes.epic()
    decision = scenes.after(before, scenes.command(words))
    react, comment = scenes.asked(decision)
    assert isinstance(react, React)
    assert react.content == "confused"
    assert isinstance(comment, PostComment)
    shown = epic_view(decision.epic, scenes.NOW + timedelta(seconds=1))
    _, _, text = message_comment(comment.message, shown, "p").partition("\n")
    line = f"/orchestra {words}".strip()
    assert text == f"{quote(line)}\n\n{said}\n\n{usage}\n"
    assert decision.epic == before
