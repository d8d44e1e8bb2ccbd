"""What `/orchestra doctor` finds: each thing as it should be, and as it should not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.events import CommandGiven
from bot.core.model.findings import FindingKind, Health, Topic
from bot.core.model.identifiers import EpicStatus, Login
from bot.core.model.settings import Level, Rule
from sandbox.cursor import Fault as CursorFault
from sandbox.github import BranchRules, CheckScript, Fault, MergeQueue
from sandbox.github.webhooks.deliveries import send_again
from tests.fakes import Fakes
from tests.jobs.arrivals import Arrivals
from tests.jobs.enrich.doctors import REQUIRED, ask, findings, repository, rule, write
from tests.jobs.fakes import REPOSITORY

ON_PULL_REQUESTS = "on: [push, pull_request]\n"
HEAD = "orchestra/epic-1/task-1-abc"
OUR_BRANCHES = "orchestra/*"


@pytest.fixture
def world(near: Fakes, tmp_path: Path) -> Iterator[Arrivals]:
    with repository(near, tmp_path) as made:
        yield made


def deliver(world: Arrivals, *statuses: int) -> None:
    """Have GitHub deliver webhooks that are answered so, oldest first."""
    for status in statuses:
        world.github.open_issue(REPOSITORY, "Noise", "", by="ada")
        world.github.outbox.delivered += [(one, status) for one in world.github.outbox.take()]


def pull_request(world: Arrivals, check: CheckScript | None, *, merged: bool = True) -> int:
    """Open a pull request of ours with that check on it, and merge it."""
    checks = world.github.repository(REPOSITORY).ci.checks
    checks.clear()
    if check is not None:
        checks["test"] = check
    rule(world, BranchRules())
    world.github.commit_files(REPOSITORY, HEAD, {"a.txt": "a"}, "Work", "ada")
    number: int = world.github.open_pull_request(
        REPOSITORY, head=HEAD, base="main", title="First", body="", author_login="ada"
    ).number
    world.github.clock.advance(5)
    world.github.tick()
    if merged:
        world.github.merge_pull_request(REPOSITORY, number, by="ada")
    return number


def test_all_is_well(world: Arrivals) -> None:
    write(world, ci=ON_PULL_REQUESTS)
    deliver(world, 200)
    found = findings(world)
    bad = [one.kind for one in found.values() if one.health is not Health.GOOD]
    assert bad == [FindingKind.LAUNCHES_MAY_DOUBLE]
    assert found[FindingKind.CHECKS_REQUIRED].names == ("test",)
    tasks = found[FindingKind.TASKS]
    assert (tasks.count, tasks.total) == (1, 2)
    assert found[FindingKind.MERGE_METHOD].word == "squash"
    assert found[FindingKind.WHO_MAY].rule == Rule(level=Level.WRITE)
    assert FindingKind.BRANCHES_ALLOWED in found


def test_it_costs_this_many_requests(world: Arrivals) -> None:
    epic = world.epic(status=EpicStatus.PENDING)
    before = len(world.github.ledger.entries)
    command = CommandGiven(comment_id=None, line=0, text="/orchestra doctor", by=Login("ada"))
    world.read(command, epic)
    asked = [entry.kind for entry in world.github.ledger.entries[before:]]
    # The sender's permission, the settings file (asked for twice where there is none) and a token.
    beside = ("permission", "contents", "SettingsFile", "access_tokens")
    assert len([kind for kind in asked if not any(one in kind for one in beside)]) == 11, asked


@pytest.mark.parametrize(
    "rules",
    [
        BranchRules(required_checks=["test", "Orchestra"]),
        BranchRules(required_checks=["test", "gate"], required_apps={"gate": 0}),
    ],
)
def test_our_own_check_must_not_be_required(world: Arrivals, rules: BranchRules) -> None:
    named = dict.fromkeys(rules.required_apps, world.github.app.id)
    rule(world, replace(rules, required_apps=named))
    found = findings(world)
    assert found[FindingKind.OWN_CHECK_REQUIRED].health is Health.BAD
    assert found[FindingKind.OWN_CHECK_REQUIRED].names == (rules.required_checks[1],)
    assert FindingKind.CHECK_APP_UNKNOWN not in found


def test_a_check_of_an_app_that_reports_nothing_here(world: Arrivals) -> None:
    rule(world, BranchRules(required_checks=["test", "gate"], required_apps={"gate": 4711}))
    found = findings(world)[FindingKind.CHECK_APP_UNKNOWN]
    assert (found.health, found.names) == (Health.WARNING, ("gate",))


def test_a_check_of_an_app_that_reported_on_a_pull_request(world: Arrivals) -> None:
    pull_request(world, CheckScript(after=0.5))
    app = world.github.ci_app.id
    rule(world, BranchRules(required_checks=["test"], required_apps={"test": app}))
    assert FindingKind.CHECK_APP_UNKNOWN not in findings(world)


def test_what_was_granted_and_what_is_set_is_named(world: Arrivals) -> None:
    manifest = {"default_permissions": {"issues": "write", "contents": "read"}}
    world.github.register_app({**manifest, "default_events": ["issues"]})
    write(world, settings="merge:\n  when: sometimes\n")
    rule(world, BranchRules())
    world.github.set_permission(REPOSITORY, "ada", "admin")
    found = findings(world)
    assert found[FindingKind.UNPROTECTED].health is Health.WARNING
    assert found[FindingKind.SETTINGS_MISTAKE].health is Health.BAD
    assert "contents (write)" in found[FindingKind.PERMISSIONS_MISSING].names
    assert "push" in found[FindingKind.EVENTS_MISSING].names


def test_the_base_and_who_may_command(world: Arrivals) -> None:
    write(world, settings="base_branch: gone\npermissions: {merge: admin}\n")
    found = findings(world)
    assert found[FindingKind.BASE_MISSING].branch == "gone"
    who = found[FindingKind.WHO_MAY]
    assert (who.verb, who.rule) == ("merge", Rule(level=Level.ADMIN))


def test_models_of_the_settings_and_of_tasks(world: Arrivals) -> None:
    write(world, settings="agents: {model: abacus, model_by_complexity: {simple: gpt-4}}\n")
    found = ask(world, "- [ ] First `model: slide-rule`\n- [ ] Second `model: o3`\n")
    models = {one.word: one for one in found if one.topic is Topic.AGENTS and one.names}
    fallback = "claude-4-sonnet-thinking"
    assert {name: (one.kind, one.instead) for name, one in models.items()} == {
        "abacus": (FindingKind.MODEL_NOT_OFFERED, fallback),
        "gpt-4": (FindingKind.MODEL_OFFERED, "o3"),
        "slide-rule": (FindingKind.MODEL_NOT_OFFERED, fallback),
        "o3": (FindingKind.MODEL_OFFERED, None),
    }
    assert models["abacus"].health is Health.WARNING
    assert fallback in models["abacus"].names
    world.database.shift += timedelta(seconds=61)
    write(world, settings="agents: {model: default}\n")
    assert FindingKind.MODEL_NOT_OFFERED not in findings(world)


def test_what_cannot_be_asked_is_a_finding(world: Arrivals) -> None:
    world.github.faults.add(Fault("GET .*/installation$", status=502, times=2))
    found = findings(world)[FindingKind.UNAVAILABLE]
    assert found.health is Health.BAD
    assert found.service == "GitHub"


def test_what_was_found_before_a_fault_is_kept(world: Arrivals) -> None:
    world.github.commit_files(REPOSITORY, "orchestra", {"a": "a"}, "Theirs", "ada")
    world.github.faults.add(Fault("GET .*/rules/branches/", status=502, times=2))
    found = ask(world)
    unavailable = [one.topic for one in found if one.kind is FindingKind.UNAVAILABLE]
    assert unavailable == [Topic.BRANCHES, Topic.BASE]
    assert FindingKind.NAME_TAKEN in {one.kind for one in found}


@pytest.mark.parametrize(
    ("rules", "kind", "health"),
    [
        (BranchRules(other=["creation"]), FindingKind.BRANCHES_REFUSED, Health.BAD),
        (BranchRules(required_approvals=1), FindingKind.BRANCHES_REFUSED, Health.BAD),
        (BranchRules(other=["deletion"]), FindingKind.BRANCHES_KEPT, Health.WARNING),
        (
            BranchRules(name_patterns=[("starts_with", "feature/")]),
            FindingKind.NAME_REFUSED,
            Health.BAD,
        ),
        (
            BranchRules(name_patterns=[("starts_with", "orchestra/")]),
            FindingKind.BRANCHES_ALLOWED,
            Health.GOOD,
        ),
        (
            BranchRules(name_patterns=[("regex", "^[a-z]+/")]),
            FindingKind.NAME_PATTERN,
            Health.WARNING,
        ),
        (BranchRules(other=["non_fast_forward"]), FindingKind.BRANCHES_ALLOWED, Health.GOOD),
    ],
)
def test_rulesets_for_branches_of_ours(
    world: Arrivals, rules: BranchRules, kind: FindingKind, health: Health
) -> None:
    rule(world, rules, OUR_BRANCHES)
    assert findings(world)[kind].health is health


@pytest.mark.parametrize(
    ("workflows", "kind", "health"),
    [
        ({"ci": "on: pull_request\n"}, FindingKind.MERGE_QUEUE_UNHEARD, Health.BAD),
        ({"ci": "on: [pull_request, merge_group]\n"}, FindingKind.MERGE_QUEUE, Health.GOOD),
        ({}, FindingKind.MERGE_QUEUE_UNCHECKED, Health.WARNING),
    ],
)
def test_a_merge_queue_needs_workflows_that_listen(
    world: Arrivals, workflows: dict[str, str], kind: FindingKind, health: Health
) -> None:
    if workflows:
        write(world, **workflows)
    rule(world, replace(REQUIRED, merge_queue=MergeQueue()))
    assert findings(world)[kind].health is health


def test_a_merge_queue_that_requires_no_check_waits_for_none(world: Arrivals) -> None:
    write(world, ci="on: pull_request\n")
    rule(world, BranchRules(required_approvals=1, merge_queue=MergeQueue()))
    assert findings(world)[FindingKind.MERGE_QUEUE].health is Health.GOOD


@pytest.mark.parametrize(
    ("workflows", "kind", "names"),
    [
        (
            {"ci": ON_PULL_REQUESTS, "release": "on: push\n"},
            FindingKind.WORKFLOWS_LISTEN,
            ("ci.yml",),
        ),
        (
            {"release": "on:\n  push:\n    branches: [main]\n"},
            FindingKind.WORKFLOWS_DO_NOT_LISTEN,
            ("release.yml",),
        ),
        ({}, FindingKind.NO_WORKFLOWS, ()),
    ],
)
def test_workflows_that_run_for_pull_requests(
    world: Arrivals, workflows: dict[str, str], kind: FindingKind, names: tuple[str, ...]
) -> None:
    if workflows:
        write(world, **workflows)
    assert findings(world)[kind].names == names


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        (CheckScript(event="pull_request"), FindingKind.CHECKS_STARTED),
        (CheckScript(event="push"), FindingKind.CHECKS_NOT_STARTED),
        (CheckScript(as_status=True), FindingKind.CHECKS_STARTED),
        (
            CheckScript(event="pull_request", awaits_approval=True),
            FindingKind.CHECKS_AWAIT_APPROVAL,
        ),
        (None, FindingKind.CHECKS_NOT_STARTED),
    ],
)
def test_an_earlier_pull_request_shows_whether_checks_start(
    world: Arrivals, check: CheckScript | None, kind: FindingKind
) -> None:
    number = pull_request(world, check)
    assert findings(world)[kind].pull_request == number


def test_nothing_may_have_begun_on_one_that_is_open(world: Arrivals) -> None:
    pull_request(world, None, merged=False)
    found = findings(world)
    assert not [one for one in found.values() if one.pull_request is not None]


def test_cursor_reaches_the_repository_or_not(world: Arrivals) -> None:
    assert findings(world)[FindingKind.REPOSITORY_REACHED].word == REPOSITORY


def test_cursor_does_not_reach_the_repository(world: Arrivals) -> None:
    world.cursor.repositories.clear()
    assert findings(world)[FindingKind.REPOSITORY_NOT_REACHED].health is Health.BAD


def test_cursor_does_not_list_its_repositories(world: Arrivals) -> None:
    limited = CursorFault(429, {"error": "Rate limit exceeded"}, {"Retry-After": "60"})
    world.cursor.fail("GET /v0/repositories", limited)
    found = findings(world)
    assert found[FindingKind.REPOSITORIES_NOT_LISTED].health is Health.WARNING
    assert FindingKind.AGENT_KEY in found


@pytest.mark.parametrize(
    ("statuses", "kind", "counts"),
    [
        ((), FindingKind.NO_WEBHOOKS, None),
        ((200, 200), FindingKind.WEBHOOKS_ARRIVE, (2, 2)),
        ((500, 200), FindingKind.WEBHOOKS_FAILED, (1, 2)),
        ((200, 0), FindingKind.WEBHOOKS_FAIL, (1, 2)),
    ],
)
def test_whether_webhooks_arrive(
    world: Arrivals, statuses: tuple[int, ...], kind: FindingKind, counts: tuple[int, int] | None
) -> None:
    deliver(world, *statuses)
    found = findings(world)[kind]
    assert counts is None or (found.count, found.total) == counts
    assert found.quote == {500: "Internal Server Error", 0: "failed to connect to host"}.get(
        next((one for one in statuses if one != 200), 200)
    )


def test_a_webhook_that_arrived_the_second_time_has_arrived(world: Arrivals) -> None:
    deliver(world, 500)
    send_again(world.github, world.github.deliveries[-1].id)
    world.github.outbox.delivered += [(one, 200) for one in world.github.outbox.take()]
    found = findings(world)[FindingKind.WEBHOOKS_ARRIVE]
    assert (found.count, found.total) == (1, 1)
