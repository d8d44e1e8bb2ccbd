"""A pull request that its agent is sent back to, and one that is mended without the agent."""

from collections import Counter

from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.crash_scenarios.common import MOST, asked, turns, with_agent
from tests.stories.pull_requests import demand, push, repository, the_agent


def audit_sent_back(story: Story, *, emitted: int = 1) -> None:
    """`emitted` is how often a person was asked to approve, once for each head."""
    assert turns(story) == 2
    assert len(the_agent(story).prompts) == 2
    assert story.markers() == Counter(progress=1, ask=emitted)
    assert len(repository(story).pulls) == 1


def red(story: Story) -> None:
    with_agent(story, fails_while=("widgets.py", "GREY"), after=80)
    story.wait(70, step=35)


def rerun(story: Story) -> None:
    def is_run_again() -> bool:
        runs = repository(story).check_runs.values()
        return len([one for one in runs if one.name == "test"]) > 1

    story.wait_for(is_run_again, most=MOST)


def audit_rerun(story: Story) -> None:
    assert asked(story, "/rerun") == 1
    assert turns(story) == 1


def red_for_long(story: Story) -> None:
    with_agent(story, fails_while=("widgets.py", "GREY"), log="AssertionError: GREY\n")
    story.wait(290, step=60)
    assert turns(story) == 1


def wait_for_second_turn(story: Story) -> None:
    story.wait_for(lambda: turns(story) == 2, most=MOST)


def review(story: Story) -> None:
    comments = [("widgets.py", 1, "name it")]
    story.github.review(
        REPOSITORY, story.pull().number, "REQUEST_CHANGES", "No.", by="grace", comments=comments
    )
    wait_for_second_turn(story)


def reviewed(story: Story) -> None:
    again = AgentScript(commits=({"widgets.py": "RED\n"},), seconds_to_end=40)
    with_agent(story, again)
    review(story)
    story.wait(30, step=30)


def answer(story: Story) -> None:
    def is_answered() -> bool:
        is_replied = len(story.pull().threads[0].comments) > 1 and bool(story.pull().requested)
        return is_replied and story.markers()["ask"] > 0

    story.wait_for(is_answered, most=MOST)


def audit_answered(story: Story) -> None:
    _, reply = story.pull().threads[0].comments
    assert reply.user.login == "orchestra[bot]"
    assert [one.login for one in story.pull().requested if hasattr(one, "login")] == ["grace"]
    # On a slow machine the head before the review has been asked about too.
    audit_sent_back(story, emitted=min(story.markers()["ask"], 2))


def conflict(story: Story) -> None:
    push(story, "main", {"widgets.py": "RED\n"})
    wait_for_second_turn(story)


def behind(story: Story) -> None:
    demand(story, strict=True)
    with_agent(story)
    story.wait(20)


def fall_behind(story: Story) -> None:
    def is_up_to_date() -> bool:
        git = repository(story).git
        return git.head("main") in git.ancestors(story.pull().head_sha)

    push(story, "main", {"other.md": "other\n"})
    story.wait_for(is_up_to_date, most=MOST)


def audit_up_to_date(story: Story) -> None:
    assert asked(story, "update-branch") == 1
    assert turns(story) == 1
    # The review that is asked for stays asked for on the new head.
    assert story.markers() == Counter(progress=1, ask=1)
