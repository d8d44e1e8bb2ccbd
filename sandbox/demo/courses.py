"""What people do in each scenario, and what must come of it.

Each course waits for what it needs by yielding, acts, and raises StuckError where a claim of its
scenario does not hold.
"""

from collections.abc import Generator
from datetime import timedelta

from sandbox.demo.files import BOTH, DESCRIBED, EXPLAINED, LOG_END, PAINT, README, REQUEST
from sandbox.demo.scene import Course, Pull, Scene, expect, until
from sandbox.demo.view import shown

# Failed checks are left alone for five minutes, lest a person or the vendor be about to push.
QUIET = timedelta(minutes=5, seconds=1)


def nobody_acts(scene: Scene) -> Course:
    """Leave the epic alone: it needs nobody after its start."""
    del scene
    yield from ()


def somebody_pushes(scene: Scene) -> Course:
    """Push to main a conflict with the first task's pull request; its agent resolves it."""
    pull = yield from until("the first pull request", lambda: scene.pull_of(1))
    number = pull["number"]
    scene.say(f"ada pushes to main what conflicts with #{number}")
    scene.director.commit({"widgets.py": DESCRIBED}, "Say what widgets are for")
    yield from until(
        f"#{number} to be in conflict",
        lambda: scene.person.pull(number)["mergeable_state"] == "dirty",
    )
    yield from until("the agent to be sent back", scene.director.follow_ups)
    scene.say(f"the agent is asked to resolve the conflict of #{number}")
    yield from until(f"the merge of #{number}", lambda: scene.merged(number))
    _expect_in_main(scene, "widgets.py", *BOTH.splitlines())
    _expect_sent_back_once(scene, "conflict")


def check_fails(scene: Scene) -> Course:
    """Let the first head be red, also when run again; the agent gets the reason and fixes it."""
    pull = yield from until("the first pull request", lambda: scene.pull_of(1))
    number, red = pull["number"], pull["head"]["sha"]
    yield from until("its check to fail", lambda: scene.conclusions(red) == {"failure"})
    yield from until("the bot's five quiet minutes", lambda: scene.bot_says("is sent back at"))
    expect(not scene.director.follow_ups(), "the agent was sent back at once")
    scene.say("five quiet minutes pass (the bot's clock is moved on)")
    scene.move_clock(QUIET)
    yield from until("the agent to be sent back", scene.director.follow_ups)
    scene.say("the agent is sent back with the end of the check's log")
    yield from until("a new head", lambda: scene.head(number) != red)
    green = scene.head(number)
    yield from until("a green check", lambda: scene.conclusions(green) == {"success"})
    yield from until(f"the merge of #{number}", lambda: scene.merged(number))
    expect(scene.conclusions(red) == {"failure"}, "the first head's check is not red")
    _expect_sent_back_once(scene, LOG_END)


def reviewer_objects(scene: Scene) -> Course:
    """Merge the first pull request only after its reviewer's comment was seen to."""
    number = yield from _green(scene, 1)
    before = scene.head(number)
    scene.say(f"ada requests changes of #{number}: {REQUEST}")
    comment = {"path": "widgets.py", "line": 8, "body": REQUEST}
    scene.person.review(number, "REQUEST_CHANGES", "Nearly there.", comment)
    yield from until("the agent to be sent back", scene.director.follow_ups)
    scene.say("the agent is sent back with the comment")
    yield from until("a new head", lambda: scene.head(number) != before)
    yield from until("a reply to the comment", lambda: scene.replies(number))
    scene.say(f"the comment is answered: {shown(scene.replies(number)[-1]['body'])}")
    yield from _approve(scene, number)
    _expect_in_main(scene, "widgets.py", *EXPLAINED.splitlines())
    _expect_sent_back_once(scene, REQUEST)
    yield from _approve(scene, (yield from _green(scene, 2)))


def last_one_is_approved(scene: Scene) -> Course:
    """Tasks are merged into the epic's branch, which a person lets into main."""
    branch = f"epic/{scene.issue}"

    def final() -> Pull | None:
        pulls = scene.person.pulls()
        return next((one for one in pulls if one["head"]["ref"] == branch), None)

    pull = yield from until(f"a pull request of {branch}", final)
    tasks = [one for one in scene.person.pulls() if one["number"] != pull["number"]]
    bases = {(one["base"]["ref"], one["merged_at"] is not None) for one in tasks}
    expect(bases == {(branch, True)}, f"not every task is merged into {branch}: {bases}")
    expect(pull["base"]["ref"] == "main", f"#{pull['number']} is not for main")
    expect(PAINT not in scene.person.file("widgets.py"), f"main has it before {branch}")
    head = scene.head(pull["number"])
    yield from until("its checks", lambda: scene.conclusions(head) == {"success"})
    yield from _approve(scene, pull["number"])
    _expect_in_main(scene, "widgets.py", *PAINT.splitlines())
    _expect_in_main(scene, "README.md", *README.splitlines())


def plan_is_accepted(scene: Scene) -> Course:
    """Have a checklist proposed for an issue without one, and accept it."""
    yield from until("the bot's answer", lambda: scene.bot_says("has no checklist yet"))
    scene.say("ada comments: /orchestra plan")
    scene.person.comment(scene.issue, "/orchestra plan")
    proposal = yield from until("a plan", scene.proposal)
    tasks = [line.partition("] ")[2] for line in proposal.splitlines() if line.startswith("+- [ ]")]
    scene.say(f"the bot proposes {len(tasks)} tasks: {'; '.join(tasks)}")
    expect("- [ ]" not in scene.body(), "the plan is in the issue before anybody accepted it")
    scene.say("ada comments: /orchestra plan accept")
    scene.person.comment(scene.issue, "/orchestra plan accept")
    yield from until("the plan in the issue", lambda: "- [ ]" in scene.body())
    missing = [task for task in tasks if f"- [ ] {task}" not in scene.body()]
    expect(not missing, f"the issue is without {missing}")


def side_by_side(scene: Scene) -> Course:
    """Have two agents at work at once, and a third only once the first one's work is merged."""
    yield from until("two agents at work", lambda: len(scene.director.at_work()) == 2)
    scene.say("two agents are at work at once")
    first = yield from until("the first pull request", lambda: scene.pull_of(1))
    yield from until("the third pull request", lambda: scene.pull_of(3))
    expect(scene.merged(first["number"]), "the third task began before the first was merged")
    expect(len(scene.director.agents()) == 3, "there were more agents than tasks")


def money_runs_out(scene: Scene) -> Course:
    """Let the budget last for one agent, and allow more once the bot asks."""
    yield from until("the bot to ask", lambda: scene.bot_says("no money left for another agent"))
    expect(len(scene.director.agents()) == 1, "an agent was launched without the money for it")
    scene.say("ada comments: /orchestra budget +10")
    scene.person.comment(scene.issue, "/orchestra budget +10")
    yield from until("the second agent", lambda: len(scene.director.agents()) == 2)


def _green(scene: Scene, task: int) -> Generator[str, None, int]:
    pull = yield from until(f"task {task}'s pull request", lambda: scene.pull_of(task))
    number = int(pull["number"])
    yield from until(
        f"green checks of #{number}",
        lambda: scene.conclusions(scene.head(number)) == {"success"},
    )
    return number


def _approve(scene: Scene, number: int) -> Course:
    expect(not scene.merged(number), f"#{number} was merged unapproved")
    scene.say(f"ada approves #{number}")
    scene.person.review(number, "APPROVE", "Thank you.")
    yield from until(f"the merge of #{number}", lambda: scene.merged(number))


def _expect_in_main(scene: Scene, path: str, *lines: str) -> None:
    there = scene.person.file(path).splitlines()
    missing = [line for line in lines if line not in there]
    expect(not missing, f"main's {path} is without {missing}")


def _expect_sent_back_once(scene: Scene, words: str) -> None:
    told = scene.director.follow_ups()
    expect(len(told) == 1, f"the agent was sent back {len(told)} times, not once")
    expect(words in told[0], f"the agent was not told “{words}” but: {told[0]}")
