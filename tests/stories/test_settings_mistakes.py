"""Mistakes in the settings file: shown with their lines, and nothing is half understood."""

from bot.core.model.identifiers import EpicStatus
from sandbox.github import Fault
from tests.harness import Story
from tests.stories.steps import (
    COMPLETED,
    ONE,
    PAUSED,
    answers,
    before_tasks,
    configure,
    give,
    obeyed,
    pending,
    refused,
)

PENDING = EpicStatus.PENDING


def test_every_mistake_is_shown_with_its_line_and_nothing_starts(story: Story) -> None:
    text = (
        "merge:\n"
        "  wehn: green\n"
        "  grace: 2h\n"
        "on_failure: contine\n"
        "agents: {retries: many}\n"
        "permissions: {cancle: write}\n"
    )
    configure(story, text)
    pending(story)
    assert before_tasks(story) == (
        "### Widgets 2.0 · needs a correction\n"
        "\n"
        "> [!IMPORTANT]\n"
        "> Nothing starts until `.github/orchestra.yml` is correct:\n"
        ">\n"
        "> - .github/orchestra.yml line 2: merge.wehn: There is no such key. Did you mean when?"
        " Accepted: when, method, delete\\_branch, undraft, up\\_to\\_date, ignore\\_checks, grace,"
        " checks\\_timeout, approver, governed.\n"
        "> - .github/orchestra.yml line 3: merge.grace: “2h” isn't accepted. Accepted: a duration"
        " from 0s to 1h, such as 90s, 10m or 1h30m.\n"
        "> - .github/orchestra.yml line 4: on\\_failure: “contine” isn't accepted. Did you mean"
        " continue? Accepted: pause, continue or stop.\n"
        "> - .github/orchestra.yml line 5: agents.retries: “many” isn't accepted. Accepted: a whole"
        " number from 0 to 10.\n"
        "> - .github/orchestra.yml line 6: permissions.cancle: There is no such key. Did you mean"
        " cancel? Accepted: command, start, plan, pause, resume, cancel, retry, restart, skip, add,"
        " merge, fix, set, budget, status, logs, doctor, help.\n"
        "\n"
        "**Next:** correct `.github/orchestra.yml`. Then comment `/orchestra start`."
    )
    assert refused(story, "start").startswith(
        "The settings file has mistakes:\n\n- .github/orchestra.yml line 2: merge.wehn: There is no"
    )
    assert (story.epic().status, story.cursor.agents) == (PENDING, {})


def test_a_file_that_is_no_yaml(story: Story) -> None:
    configure(story, "label: [\n")
    pending(story)
    assert told_at_start(story) == (" line 1: This isn't YAML: did not find expected node content.")


def test_a_corrected_file_is_read_at_start(story: Story) -> None:
    configure(story, "on_failure: contine\n")
    pending(story)
    refused(story, "start")
    configure(story, "on_failure: continue\n", forget=True)
    obeyed(story, "start")
    assert story.epic().settings.on_failure == "continue"
    story.wait_for(story.has(COMPLETED))


def test_mistakes_made_meanwhile_are_said_at_resume(story: Story) -> None:
    story.start(ONE)
    configure(story, "merge: {when: never}\n", forget=True)
    obeyed(story, "pause")
    assert told(refused(story, "resume")) == (
        " line 1: merge.when: “never” isn't accepted. Accepted: green, approved, immediately or"
        " manual."
    )
    assert story.epic().status is PAUSED


def told_at_start(story: Story) -> str:
    """What `start` answers of the file."""
    answer = refused(story, "start")
    assert (story.epic().status, story.cursor.agents) == (PENDING, {})
    return told(answer)


def told(answer: str) -> str:
    """The one mistake that is named, without what every answer says."""
    begin, mistake, end = answer.split("\n\n")
    assert begin == "The settings file has mistakes:"
    assert end == "Correct them, then comment the command again."
    return mistake.removeprefix("- .github/orchestra.yml")


NOT_HELD = {
    "a key twice": (
        "on_failure: pause\non_failure: stop\n",
        " line 2: on\\_failure: This key is already set in line 1.",
    ),
    "more than 64 KiB": (
        f"# {'x' * 64 * 1024}\n",
        ": The file is larger than 65,536 bytes.",
    ),
    "several documents": (
        "label: robot\n---\nlabel: bot\n",
        " line 2: The file holds several documents. Keep one.",
    ),
    "an alias": (
        "label: &a robot\nbase_branch: *a\n",
        " line 2: base\\_branch: The alias \\*a isn't accepted. Write the value itself.",
    ),
    "a tag": (
        "label: !word robot\n",
        " line 1: label: The tag !word isn't accepted. Write the value itself.",
    ),
    "a value for a section": (
        "merge: squash\n",
        " line 1: merge: “squash” isn't accepted here. Accepted: keys with values: when, method,"
        " delete\\_branch, undraft, up\\_to\\_date, ignore\\_checks, grace, checks\\_timeout,"
        " approver, governed.",
    ),
    "a list for a section": (
        "permissions: []\n",
        " line 1: permissions: This list isn't accepted here. Accepted: keys with values: command,"
        " start, plan, pause, resume, cancel, retry, restart, skip, add, merge, fix, set, budget,"
        " status, logs, doctor, help.",
    ),
}


def test_what_the_file_must_not_hold(story: Story) -> None:
    pending(story)
    for name, (text, mistake) in NOT_HELD.items():
        configure(story, text, forget=True)
        assert told_at_start(story) == mistake, name


def test_a_file_that_github_does_not_show(story: Story) -> None:
    refusal = {"message": "Resource not accessible by integration"}
    story.github.faults.add(Fault("GET /repos/.*/contents/", status=403, body=refusal, times=99))
    pending(story)
    comment = give(story, "start")
    story.wait(90)
    assert story.reactions(comment) == ["confused"]
    assert told(answers(story)[-1]) == (
        ": GitHub doesn't let me read this file: “Resource not accessible by integration”"
    )
    story.github.faults.waiting.clear()
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))
