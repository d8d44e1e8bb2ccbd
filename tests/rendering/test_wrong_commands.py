"""What a person reads who gave a command that is not understood."""

from datetime import timedelta

import pytest

from bot.core.effects import PostComment, React
from bot.rendering.epic_view import epic_view
from bot.rendering.escape import quote
from bot.rendering.messages import message_comment
from tests.core.transitions import scenes

_START = "Usage: `/orchestra start [base=B] [model=M] [budget=N] [at=TIME]`"
_PAUSE = "Usage: `/orchestra pause [after]`"
_SET = "Usage: `/orchestra set KEY=VALUE [KEY=VALUE…]`"
_HELP = "`/orchestra help` lists the commands."


@pytest.mark.parametrize(
    ("words", "said", "usage"),
    [
        ("", "There is no command after `/orchestra`.", _HELP),
        ("fly", "There is no command “fly”.", _HELP),
        ("pause now", "I don't understand “now” after `pause`.", _PAUSE),
        ("cancel 1", "`cancel` takes no arguments.", "Usage: `/orchestra cancel`"),
        (
            "start now",
            "`start` has no setting “now”. It accepts `base`, `model`, `budget` and `at`.",
            _START,
        ),
        (
            "start budget=much",
            "I can't read “much” as US dollars. Write for example 4 or 2.50.",
            _START,
        ),
        ("start base=a..b", "“a..b” can't be the name of a branch.", _START),
        ("set model=a|b", "“a&#124;b” can't be the name of a model.", _SET),
        (
            "set retries=2",
            "`set` has no setting “retries”. It accepts `model`, `priority`, `merge`,"
            " `on_failure` and `max_parallel`.",
            _SET,
        ),
        (
            "set max_parallel=many",
            "`max_parallel` takes a whole number from 1 to 20. “many” isn't one.",
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
