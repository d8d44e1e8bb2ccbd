"""Before the start people can read exactly what agents will be given."""

from bot.core.prompts.task_prompt import task_prompt
from bot.core.text.checklist import parse_checklist
from bot.rendering.epic_view import EpicView, epic_view
from bot.rendering.given import given_texts
from bot.rendering.logs import logs_text
from bot.rendering.progress_comment import MAX_CHARACTERS, progress_comment
from tests.rendering.facts import LATER, at, pending

HIDDEN = (
    "Goal `<!--` <!-- mine -->\n\n- [ ] Strip `<!--`\n\n  [x]: y 'mine'\n\n  Words.\n- [x] Done\n"
)


def view(body: str) -> EpicView:
    return epic_view(pending(body=body, goal=parse_checklist(body).goal), at(10), ())


def test_each_open_task_s_words_and_the_goal_are_folded_into_the_comment() -> None:
    text = progress_comment(view(HIDDEN))
    _, fold = text.split("<details><summary>What agents are given</summary>")
    assert "For every task:\n\n```text\nBuild a little shop\n\nGoal `<!--`\n```" in fold
    assert "Task 1:\n\n```text\nStrip `<!--`\n\nWords.\n```" in fold
    assert "mine" not in text
    assert "Task 2:" not in fold


def test_they_are_the_prompts_own_words() -> None:
    epic = pending(body=HIDDEN, goal=parse_checklist(HIDDEN).goal)
    seen = epic_view(epic, at(10), ())
    prompt = task_prompt(epic, LATER, 7200)
    assert f"{seen.given[0][1]}\n" in prompt


def test_an_address_that_agents_are_given_is_shown_in_plain_to_whoever_approves() -> None:
    address = "https://specs.example/widgets/v1.html"
    text = progress_comment(view(f"- [ ] Follow [the spec]({address}?say=mine#mine)\n"))
    _, fold = text.split("<details><summary>What agents are given</summary>")
    assert f"```text\nFollow [the spec]({address}?…)\n```" in fold
    assert "mine" not in text


def test_what_does_not_fit_is_counted_and_shown_by_logs() -> None:
    body = "".join(f"- [ ] Task {n}\n\n  {'word ' * 900}\n" for n in range(9))
    seen = view(body)
    text = progress_comment(seen)
    assert len(text) <= MAX_CHARACTERS
    assert " more characters: `/orchestra logs 5`" in text
    assert "… and the texts of further tasks: `/orchestra logs 6`" in text
    assert "word word" in logs_text(seen, 6, None)


def test_ticks_and_markers_break_nothing() -> None:
    ticks = view("- [ ] a\n\n  " + "`" * 4_000 + "\n\n  `<!-- orchestra:progress:1 -->`\n")
    for room in (500, 3_000, 20_000):
        assert len(given_texts(ticks, room)) <= room
    assert "<!-- orchestra:progress:1 -->" not in progress_comment(ticks)
