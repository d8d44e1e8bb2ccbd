"""What happens to the repository, and to the App's place on it, while an epic is worked on."""

from bot.core.model.identifiers import EpicStatus
from bot.core.model.interruptions import Interruption
from sandbox.github import Installation
from tests.harness import REPOSITORY, Story
from tests.stories.interrupted import ONE, WAYS_ON, at_work, goes_on, in_peace, interrupted

ACTIVE, PENDING, PAUSED = EpicStatus.ACTIVE, EpicStatus.PENDING, EpicStatus.PAUSED
COMPLETED = EpicStatus.COMPLETED


def the_installation(story: Story) -> Installation:
    """Where the App is installed now."""
    found = story.github.installation_of(story.github.repository(REPOSITORY))
    assert found is not None
    return found


def paused_as(reason: str) -> str:
    return f"@ada **Widgets 2.0** is paused. {reason}{WAYS_ON}"


def good_again(what: str) -> str:
    return f"{what} again. This epic stays paused until somebody comments `/orchestra resume`."


def test_renamed_and_resumed_under_the_new_name(story: Story) -> None:
    at_work(story)
    story.github.rename_repository(REPOSITORY, "gizmos", by="grace")
    story.home = "acme/gizmos"
    interrupted(story)
    assert story.said() == [paused_as("@\u200bgrace renamed or moved the repository.")]
    assert in_peace(story)
    goes_on(story)
    assert str(story.epic().repository) == "acme/gizmos"
    assert "acme/gizmos" in story.cursor.agents[list(story.cursor.agents)[-1]].repository


def test_moved_to_an_owner_with_the_app(story: Story) -> None:
    at_work(story)
    story.github.install("initech")
    story.github.transfer_repository(REPOSITORY, "initech", by="grace")
    story.home = "initech/widgets"
    interrupted(story)
    # Whether the new owner is served is the operator's to say: this one is not.
    assert in_peace(story)
    story.comment("/orchestra resume")
    story.settle()
    assert story.epic().status is PAUSED
    assert len(story.cursor.agents) == 1
    assert "isn't enabled for initech" in story.said()[-1]


def test_moved_to_an_owner_without_the_app(story: Story) -> None:
    at_work(story)
    story.github.transfer_repository(REPOSITORY, "initech", by="grace")
    story.home = "initech/widgets"
    story.expects_open_ends = True
    story.settle()
    story.wait(3 * 3600, step=600)
    assert len(story.cursor.agents) == 1
    # Nobody says that the App may come back, so it is asked about at times.
    before = len(story.github.ledger.entries)
    story.wait(3600, step=600)
    assert len(story.github.ledger.entries) - before < 50


def test_archived_and_brought_back(story: Story) -> None:
    at_work(story)
    story.github.archive_repository(REPOSITORY, by="grace")
    interrupted(story)
    assert story.epic().unreachable is Interruption.ARCHIVED
    assert in_peace(story)
    story.github.unarchive_repository(REPOSITORY, by="grace")
    story.settle()
    assert story.epic().status is PAUSED
    assert story.said() == [good_again("The repository can be written to")]
    assert "orchestra: paused" in {label.name for label in story.github.issue(REPOSITORY, 1).labels}
    story.rest()
    assert "> **Needs you:** @\u200bgrace archived the repository.\n" in story.progress()
    goes_on(story)


def test_deleted(story: Story) -> None:
    at_work(story)
    story.github.delete_repository(REPOSITORY, by="grace")
    story.settle()
    story.wait(15)
    assert "RUNNING" not in {agent.status for agent in story.cursor.agents.values()}
    assert in_peace(story)
    assert len(story.cursor.agents) == 1


def test_uninstalled_and_installed_again(story: Story) -> None:
    at_work(story)
    story.github.uninstall(the_installation(story), by="grace")
    interrupted(story)
    assert story.epic().unreachable is Interruption.UNINSTALLED
    assert in_peace(story)
    assert story.said() == []

    story.github.install("acme", by="grace")
    story.settle()
    assert story.epic().status is PAUSED
    assert story.said() == [good_again("The App is installed")]
    goes_on(story)


def test_suspended_and_unsuspended(story: Story) -> None:
    at_work(story)
    installation = the_installation(story)
    story.github.suspend(installation, by="grace")
    interrupted(story)
    assert story.epic().unreachable is Interruption.SUSPENDED
    assert in_peace(story)
    story.github.unsuspend(installation, by="grace")
    story.settle()
    assert story.said() == [good_again("The App can work")]
    goes_on(story)


def test_taken_out_of_the_installation_and_put_back(story: Story) -> None:
    at_work(story)
    installation = the_installation(story)
    story.github.change_repositories(installation, remove=[REPOSITORY], by="grace")
    interrupted(story)
    assert story.epic().unreachable is Interruption.UNINSTALLED
    assert in_peace(story)
    story.github.change_repositories(installation, add=[REPOSITORY], by="grace")
    story.settle()
    assert story.said() == [good_again("The App is installed")]
    goes_on(story)


def test_another_repository_taken_out_means_nothing(story: Story) -> None:
    story.github.create_repository("acme/gadgets")
    at_work(story)
    story.github.change_repositories(the_installation(story), remove=["acme/gadgets"], by="grace")
    story.settle()
    assert story.epic().status is ACTIVE
    story.comment("/orchestra cancel")
    story.wait_for(story.has(EpicStatus.CANCELLED))


def test_uninstalled_before_the_start(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.github.uninstall(the_installation(story), by="grace")
    story.settle()
    assert story.epic().status is PENDING
    assert in_peace(story)
    story.github.install("acme", by="grace")
    story.comment("/orchestra start")
    story.wait_for(story.has(COMPLETED))


def test_the_word_of_the_uninstalling_is_lost(story: Story) -> None:
    """Requests are refused and nobody is told why: nothing crashes, and few are made."""
    at_work(story)
    story.lose = lambda webhook: webhook.headers["X-GitHub-Event"] == "installation"
    story.github.uninstall(the_installation(story), by="grace")
    story.comment("/orchestra status")
    story.expects_open_ends = True
    story.wait(3 * 3600, step=600)
    asked = len(story.github.ledger.entries)
    story.wait(3600, step=600)
    assert len(story.cursor.agents) <= 4
    assert len(story.github.ledger.entries) - asked <= 20
