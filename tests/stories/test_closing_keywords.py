"""No merge closes the epic's issue, whatever agents write."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import opened
from tests.stories.steps import configure, script_check

COMPLETED = EpicStatus.COMPLETED


def test_the_pull_requests_text_only_refers_to_the_epic(story: Story) -> None:
    story.cursor.plan(AgentScript(summary="Fixes #1, and closes acme/widgets#1."))
    story.start()
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    assert story.pull().issue.body == "Refs #1, and Refs acme/widgets#1."
    issue = story.github.issue(REPOSITORY, story.issue)
    assert (story.issue, issue.state) == (1, "open")
    story.wait_for(story.has(COMPLETED))


def test_an_issue_that_our_merge_closed_is_reopened(story: Story) -> None:
    # This way of merging takes commits over, with what their messages say.
    configure(story, "merge: {method: merge}\n")
    script_check(story, after=20)
    opened(story, "- [ ] First thing, fixes #1\n- [ ] Second thing\n")
    files = {"by-hand.txt": "x\n"}
    story.github.commit_files(REPOSITORY, story.pull().head, files, "Fixes #1", "grace")
    story.wait_for(story.has(COMPLETED))
    merge = story.requests("/merge-async")[0]
    assert merge.request["commit_title"] == "First thing, Refs #1 (#2)"
    issue = story.github.issue(REPOSITORY, story.issue)
    states = [
        entry.request["state"]
        for entry in story.requests("PATCH /repos/{owner}/{repo}/issues/{issue_number}")
        if entry.request and "state" in entry.request
    ]
    assert states == ["open", "closed"]
    assert issue.state == "closed"
    assert story.body() == "- [x] First thing, fixes #1\n- [x] Second thing\n"
    assert [text.splitlines()[0] for text in story.said()] == [
        "@ada **Widgets 2.0** is done with 2 of 2 tasks."
    ]


def test_a_long_title_full_of_mentions_fits_and_calls_nobody(story: Story) -> None:
    story.cursor.plan(AgentScript(no_pull_request=True))
    story.start(f"- [ ] {'@a ' * 64}[skip ci]\n")
    story.wait_for(story.has(COMPLETED))
    title = story.pull().issue.title
    assert len(title) <= 256
    assert "@a" not in title
    assert "[skip ci]" not in story.requests("/merge-async")[0].request["commit_title"]
