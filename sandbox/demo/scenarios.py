"""What the demo can show: an issue, and how agents, checks and people behave meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.demo import courses
from sandbox.demo.files import (
    ANNOTATION,
    BOTH,
    COLOUR,
    EXPLAINED,
    LOG,
    PAINT,
    README,
    WRONG,
)
from sandbox.demo.scene import Course, Scene

TITLE = "Colourful widgets"
GOAL = "Widgets are all grey. Let people choose.\n\n"
GIVE = "Give widgets a colour"
PAINTING = "Paint widgets"
DESCRIBE = "Describe colours in the README"
BODY = f"""{GOAL}- [ ] {GIVE}
  - A widget without one stays grey.
- [ ] {PAINTING}
- [ ] {DESCRIBE}
"""
GRAPH = f"{GOAL}- [ ] {GIVE}\n- [ ] {DESCRIBE}\n- [ ] {PAINTING} `after: 1`\n"
TWO = f"{GOAL}- [ ] {GIVE}\n- [ ] {DESCRIBE}\n"
WISH = f"{GIVE}.\n\n{DESCRIBE}.\n"
TEST = {"required_checks": ["test"]}


@dataclass(frozen=True)
class Scenario:
    """`plans` go to the Cursor fake in this order, `checks` and `rules` to GitHub's.

    `settings` is the text of the repository's settings file, if it has one. `course` is what
    people do, and what must come of it; `verdict` says that in the demo's last line. `shows` are
    the beginnings of states that tasks must have been seen in. `passes` are the words in the
    progress comment's heading that it goes through besides the usual ones, `ends` is the one that
    means success.
    """

    summary: str
    plans: tuple[Mapping[str, Any], ...]
    title: str = TITLE
    body: str = TWO
    checks: Mapping[str, Any] = field(default_factory=lambda: {"test": {"after": 0.5}})
    rules: Mapping[str, Any] = field(default_factory=lambda: {"main": TEST})
    settings: str = ""
    course: Callable[[Scene], Course] = courses.nobody_acts
    verdict: str = ""
    movable_clock: bool = False
    shows: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    ends: str = "done"


def _turn(**script: Any) -> dict[str, Any]:
    return {"seconds_to_running": 0.3, "seconds_to_end": 1.5, **script}


def _agent(title: str, **script: Any) -> dict[str, Any]:
    return {"match": title, "script": _turn(**script)}


def _writes(text: str, *later: str) -> dict[str, Any]:
    """Write the widgets, and write them again each time the agent is sent back."""
    turns = [_turn(commits=[{"widgets.py": one}]) for one in later]
    return {"commits": [{"widgets.py": text}], "follow_ups": turns}


_DESCRIBES = _agent(DESCRIBE, commits=[{"README.md": README}])

SCENARIOS = {
    "happy": Scenario(
        summary="three tasks, one after another; the second one's first agent fails",
        body=BODY,
        shows=("🔴 agent failed: The machine ran out of memory.",),
        plans=(
            _agent(GIVE, **_writes(COLOUR)),
            _agent(PAINTING, outcome="ERROR", summary="The machine ran out of memory."),
            _agent(PAINTING, **_writes(COLOUR + PAINT)),
            _DESCRIBES,
        ),
    ),
    "conflict": Scenario(
        summary="somebody's push conflicts with a pull request; its agent resolves it",
        plans=(_agent(GIVE, **_writes(COLOUR, BOTH)), _DESCRIBES),
        checks={"test": {"after": 3.0}},
        course=courses.somebody_pushes,
        verdict="conflict resolved by its agent",
    ),
    "red-ci": Scenario(
        summary="a check fails; the agent is sent back with the end of its log",
        plans=(_agent(GIVE, **_writes(WRONG, COLOUR)), _DESCRIBES),
        checks={
            "test": {
                "after": 0.5,
                "fails_while": ["widgets.py", "GREY"],
                "log": LOG,
                "annotations": [ANNOTATION],
            }
        },
        course=courses.check_fails,
        verdict="red check fixed by its agent, sent back once with the end of the log",
        movable_clock=True,
    ),
    "review": Scenario(
        summary="a reviewer requests changes, is answered, and approves",
        plans=(_agent(GIVE, **_writes(COLOUR, EXPLAINED)), _DESCRIBES),
        settings="merge: {when: approved}\n",
        course=courses.reviewer_objects,
        verdict="reviewer's comment seen to, answered and approved",
    ),
    "plan": Scenario(
        summary="an issue without a checklist: a language model proposes one, a person accepts it",
        body=WISH,
        plans=(_agent(GIVE, **_writes(COLOUR)), _DESCRIBES),
        course=courses.plan_is_accepted,
        verdict="plan proposed, accepted and written into the issue",
        passes=("needs a checklist", "planning", "plan proposed"),
    ),
    "parallel": Scenario(
        summary="two tasks side by side; a third waits for the one that it comes after",
        body=GRAPH,
        plans=(
            _agent(GIVE, seconds_to_end=4.0, **_writes(COLOUR)),
            _agent(DESCRIBE, seconds_to_end=4.0, commits=[{"README.md": README}]),
            _agent(PAINTING, **_writes(COLOUR + PAINT)),
        ),
        settings="agents: {max_parallel: 2}\n",
        course=courses.side_by_side,
        verdict="two agents at work at once, the third after the first one's merge",
    ),
    "budget": Scenario(
        summary="the money for agents runs out after the first task; a person allows more",
        plans=(_agent(GIVE, **_writes(COLOUR)), _DESCRIBES),
        settings="budget: {epic: 1}\n",
        course=courses.money_runs_out,
        verdict="paused where the budget ended, continued after /orchestra budget +10",
        passes=("paused",),
    ),
    "epic-branch": Scenario(
        summary="tasks are merged into a branch of the epic, which a person lets into main",
        body=BODY,
        plans=(
            _agent(GIVE, **_writes(COLOUR)),
            _agent(PAINTING, **_writes(COLOUR + PAINT)),
            _DESCRIBES,
        ),
        rules={"main": {**TEST, "required_approvals": 1}, "epic/1": TEST},
        settings='base_branch: "epic/{number}"\n',
        course=courses.last_one_is_approved,
        verdict="epic/1 approved by a person and merged into main",
    ),
}
