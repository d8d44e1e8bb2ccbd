"""Whose word counts: people with write permission, on an account that is served."""

from dataclasses import replace

from bot.core.model.identifiers import EpicStatus
from sandbox.github import CheckScript, Fault
from tests.harness import REPOSITORY, Story, manifest
from tests.stories.steps import ONE, answers, configure, give, obeyed

NOT_ALLOWED = "Sorry @\u200b{}, only people with write access to this repository can give commands."
COULD_NOT_ASK = (
    "I couldn't ask GitHub who can give commands here, so nothing was done. Please repeat the"
    " command."
)
STRANGER = (
    "This Orchestra server isn't enabled for acme. Its operator can add the account to"
    " `ALLOWED_ACCOUNTS`."
)
PERMISSION = "GET .*/collaborators/.*/permission"


def test_someone_without_permission_is_refused_politely(story: Story) -> None:
    story.open_epic()
    story.settle()
    comment = story.comment("/orchestra start", by="mallory")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [NOT_ALLOWED.format("mallory")]
    assert story.epic().status is EpicStatus.PENDING
    assert story.cursor.ledger.entries == []


def test_a_stranger_to_the_repository_is_refused_too(story: Story) -> None:
    story.open_epic()
    story.settle()
    comment = story.comment("/orchestra cancel", by="passer-by")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [NOT_ALLOWED.format("passer-by")]


def test_a_label_by_someone_without_permission_makes_no_epic(story: Story) -> None:
    story.open_epic(by="mallory")
    story.settle()
    assert story.bot_comments() == [NOT_ALLOWED.format("mallory")]
    assert not story.epic().activated


def test_write_permission_is_enough(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.open_epic(by="grace")
    story.settle()
    comment = story.comment("/orchestra start", by="grace")
    story.settle()
    assert story.reactions(comment) == ["+1"]
    assert story.epic().started_by == "grace"


def test_an_account_that_is_not_served_gets_one_line(story: Story) -> None:
    allowed = frozenset({"another"})
    settings = replace(story.services.settings, allowed_accounts=allowed)
    story.services = replace(story.services, settings=settings)
    story.open_epic()
    story.settle()
    assert story.bot_comments() == [STRANGER]
    comment = story.comment("/orchestra start")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [STRANGER]
    assert story.cursor.ledger.entries == []


def test_a_permission_question_that_fails_is_asked_again(story: Story) -> None:
    story.open_epic()
    story.settle()
    story.github.faults.add(Fault(PERMISSION, status=502, times=3))
    comment = story.comment("/orchestra start")
    story.settle()
    assert story.epic().status is EpicStatus.PENDING
    story.wait_for(story.has(EpicStatus.ACTIVE), most=30)
    story.settle()
    assert story.reactions(comment) == ["+1"]
    assert story.said() == []


def test_what_github_refuses_to_be_asked_is_said_with_the_remedy(story: Story) -> None:
    configure(story, "permissions: {command: [acme/platform]}\n")
    permissions = {**manifest()["default_permissions"]}
    del permissions["members"]
    story.github.register_app({**manifest(), "default_permissions": permissions})
    story.open_epic()
    story.settle()
    give(story, "start")
    story.wait(60)
    assert answers(story)[-1] == (
        "GitHub refused to say who can give commands here: “Resource not accessible by"
        " integration”. Nothing was done. An owner of the account can check under Settings, GitHub"
        " Apps, Configure whether the App has access to this repository and asks for a permission."
    )


def test_bots_are_heard_where_they_are_listed_from_the_first_word_on(story: Story) -> None:
    configure(story, "permissions: {start: [write, 'renovate[bot]']}\n")
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    stranger = give(story, "start", by="other[bot]")
    assert (story.reactions(stranger), story.said()) == ([], [])
    obeyed(story, "start", by="renovate[bot]")
    assert story.epic().started_by == "renovate[bot]"
    assert [entry.kind for entry in story.requests("/contents/")] == [
        "GET /repos/{owner}/{repo}/contents/{path}"
    ]


def test_an_app_in_a_persons_name_is_a_bot(story: Story) -> None:
    story.open_epic()
    story.settle()
    github = story.github
    said = github.comment(
        REPOSITORY, story.issue, "/orchestra start", by="ada", through=github.ci_app
    )
    story.settle()
    assert (story.reactions(said), story.epic().status) == ([], EpicStatus.PENDING)
    configure(story, "permissions: {start: [ada]}\n")
    story.wait(400)
    github.comment(REPOSITORY, story.issue, "/orchestra start", by="ada", through=github.ci_app)
    story.settle()
    assert story.epic().status is EpicStatus.ACTIVE


def test_an_app_in_a_persons_name_gets_no_answer_while_the_settings_have_to_be_read(
    story: Story,
) -> None:
    story.open_epic()
    story.settle()
    story.wait(400)
    github = story.github
    said = github.comment(
        REPOSITORY, story.issue, "/orchestra start", by="ada", through=github.ci_app
    )
    story.settle()
    assert (story.reactions(said), story.said()) == ([], [])
    assert story.epic().status is EpicStatus.PENDING


def test_no_team_lets_an_app_command_in_a_members_name(story: Story) -> None:
    configure(story, "permissions: {start: [acme/leads], status: [ada]}\n")
    story.github.team("acme", "leads", ["ada"])
    story.open_epic()
    story.settle()
    github = story.github
    github.comment(REPOSITORY, story.issue, "/orchestra start", by="ada", through=github.ci_app)
    story.settle()
    assert story.epic().status is EpicStatus.PENDING
    assert len(answers(story)) == 1


def test_an_account_of_type_bot_approves_nothing_whatever_its_name(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "copilot", "admin")
    story.github.user("copilot").kind = "Bot"
    story.open_epic(by="copilot")
    story.settle()
    assert story.said() == []
    story.start(ONE)
    story.github.edit_issue(
        REPOSITORY, story.issue, body=f"{ONE}- [ ] Mine bitcoin\n", by="copilot"
    )
    story.wait(12)
    assert "> The edit by copilot isn't used." in story.progress()
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert len(story.cursor.agents) == 1


def test_a_bot_that_is_listed_may_label(story: Story) -> None:
    configure(story, "permissions: {start: [write, 'renovate[bot]']}\n")
    story.open_epic(ONE, by="renovate[bot]")
    story.settle()
    assert story.epic().activated
    assert story.progress().startswith("### Widgets 2.0 · ready to start")


def test_after_five_tries_the_command_is_to_be_repeated(story: Story) -> None:
    story.open_epic()
    story.settle()
    story.github.faults.add(Fault(PERMISSION, status=502, times=5))
    comment = story.comment("/orchestra start")
    story.wait(60)
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [COULD_NOT_ASK]
    story.comment("/orchestra start")
    story.settle()
    assert story.epic().status is EpicStatus.ACTIVE


def test_an_account_that_is_served_no_longer_gets_no_agent_and_no_merge(story: Story) -> None:
    story.open_epic()
    story.settle()
    served = story.services
    allowed = replace(served.settings, allowed_accounts=frozenset({"another"}))
    story.comment("/orchestra start")
    # Taken off between the command and the launch, and again between the checks and the merge.
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=60)
    story.settle()
    assert len(story.cursor.agents) == 1
    story.services = replace(served, settings=allowed)
    story.wait(1200, step=60)
    assert story.epic().status is EpicStatus.ACTIVE
    assert not [one for one in story.requests("merge") if one.kind.startswith("PUT")]
    assert "isn't enabled for the account" in story.progress()
    story.services = served
    story.wait_for(story.has(EpicStatus.COMPLETED), most=1200)


def test_a_first_settings_file_with_a_mistake_lets_only_admins_command(story: Story) -> None:
    configure(story, "permissions: {command: admin}\nmerge: {when: aproved}\n")
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.open_epic(by="grace")
    story.settle()
    assert not story.epic().activated
    assert "admin" in answers(story)[0]


def test_a_first_file_with_a_mistake_after_none_lets_only_admins_command(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.open_epic()
    story.settle()
    configure(story, "permissions: {command: admin}\nmerge: {when: aproved}\n", forget=True)
    story.comment("/orchestra set priority=speed", by="grace")
    story.settle()
    assert "admin" in answers(story)[-1]


def test_a_start_asks_for_settings_that_nothing_told_of(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.COMPLETED))
    story.issue = story.github.open_issue(REPOSITORY, "Next", ONE, by="ada").number
    story.lose = lambda webhook: webhook.headers.get("X-GitHub-Event") == "push"
    configure(story, "merge: {when: approved}\n")
    story.comment("/orchestra start")
    story.settle()
    assert story.epic().settings.merge_when == "approved"
    story.comment("/orchestra cancel")
    story.settle()
