"""People are called once over each state, however often it comes and goes."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import follow_ups, opened, push, waits
from tests.stories.steps import ONE, configure, give, script_check

ACTIVE, PAUSED = EpicStatus.ACTIVE, EpicStatus.PAUSED
BOT = "reviewer[bot]"


def calls(story: Story) -> list[str]:
    """Our comments that mention ada."""
    return [text for text in story.said() if text.startswith("@ada ")]


def agent_that_obeys(*, rounds: int) -> AgentScript:
    """An agent that is done in five seconds, and so each time it is sent back."""
    again = tuple(
        AgentScript(commits=({"widgets.py": f"{n}\n"},), seconds_to_commit=1, seconds_to_end=5)
        for n in range(rounds)
    )
    return AgentScript(commits=({"widgets.py": "first\n"},), follow_ups=again)


def reviewed_again(story: Story, by: str, number: int) -> None:
    """Changes are asked for and made; the pull request waits for the reviewer again."""
    pull = story.pull().number
    story.github.review(REPOSITORY, pull, "REQUEST_CHANGES", f"Not yet ({number}).", by=by)
    story.wait_for(lambda: len(follow_ups(story)) == number, most=20)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN), most=30)
    story.wait_for(lambda: "review the pull request again" in waits(story), most=10)


def under_review(story: Story, by: str, *, rounds: int, between: float) -> None:
    script_check(story, after=1)
    configure(story, "merge: {when: manual}\nfixes: {review: 9}\n")
    story.github.set_permission(REPOSITORY, by, "write")
    story.cursor.plan(agent_that_obeys(rounds=rounds))
    opened(story)
    for number in range(1, rounds + 1):
        reviewed_again(story, by, number)
        story.wait(between)


def test_a_review_bot_s_rounds_call_once(story: Story) -> None:
    under_review(story, BOT, rounds=5, between=0)
    began = story.clock.now()
    assert len(follow_ups(story)) == 5
    # Before the first review the merge was a person's.
    assert len(calls(story)) <= 2
    about_it = [text for text in calls(story) if "again." in text]
    assert about_it == [about_it[0]]
    story.rest()
    assert "> **Needs you:** Waiting for" in story.progress()
    story.wait(3 * 3600, step=600)
    assert (story.clock.now() - began).total_seconds() >= 3 * 3600
    assert [text for text in calls(story) if "again." in text] == about_it


def test_a_person_s_rounds_call_each_time(story: Story) -> None:
    under_review(story, "grace", rounds=2, between=600)
    assert len([text for text in calls(story) if "again." in text]) == 2


def test_a_check_that_comes_and_goes_calls_once_an_hour(story: Story) -> None:
    script_check(story, never_ends=True)
    head = push(story, "main", {"more.md": "More.\n"})
    opened(story, ONE)

    def turns(conclusion: str) -> None:
        for data in ({"status": "in_progress"}, {"status": "completed", "conclusion": conclusion}):
            story.github.set_check_run(REPOSITORY, head, "test", **data)
        story.wait(5)

    for _ in range(4):
        turns("failure")
        assert story.epic().base_red == ("test",)
        turns("success")
        assert story.epic().base_red == ()
    assert len(calls(story)) == 1
    turns("failure")
    story.rest()
    assert len(calls(story)) == 1
    assert "> **Needs you:** Check “test” is failing on `main`." in story.progress()
    # It is said once more where it is still so when the hour is over.
    story.wait(3300, step=600)
    assert len(calls(story)) == 1
    story.wait(300, step=60)
    assert len(calls(story)) == 2


def test_whoever_pauses_and_resumes_calls_once(story: Story) -> None:
    script_check(story, never_ends=True)
    story.github.set_permission(REPOSITORY, "grace", "write")
    opened(story, ONE)
    for _ in range(3):
        give(story, "pause", by="grace")
        give(story, "resume", by="grace")
    assert len(calls(story)) == 1
    give(story, "pause", by="grace")
    assert story.epic().status is PAUSED
    assert len(calls(story)) == 1
    story.wait(3700, step=600)
    assert ["grace paused" in text for text in calls(story)] == [True, True]
    # Ada has resumed it herself: what comes after that is news to her.
    give(story, "resume")
    give(story, "pause", by="grace")
    assert len([text for text in calls(story) if "grace paused" in text]) == 3


def test_a_pull_request_closed_and_reopened_by_a_bot_calls_once(story: Story) -> None:
    script_check(story, never_ends=True)
    opened(story, ONE)
    number = story.pull().number
    for _ in range(4):
        story.github.close(REPOSITORY, number, by=BOT)
        story.wait_for(story.has(PAUSED), most=30)
        story.github.reopen(REPOSITORY, number, by=BOT)
        story.wait_for(story.has(ACTIVE), most=30)
    assert len(calls(story)) == 1


def test_each_of_two_tasks_calls(story: Story) -> None:
    script_check(story, after=1)
    configure(story, "merge: {when: manual}\n")
    opened(story, "- [ ] First thing\n- [ ] Second thing\n")
    story.wait(30)
    push(story, story.pull().head, {"more.py": "1\n"})
    story.wait(60)
    push(story, story.pull().head, {"more.py": "2\n"})
    story.wait(60)
    assert len(calls(story)) == 1
    give(story, "merge 1")
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN), most=200)
    story.wait(60)
    assert [text.partition("(task ")[2][:1] for text in calls(story)] == ["1", "2"]
