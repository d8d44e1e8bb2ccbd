"""Play one story whose every text is hostile, end its epics, and look at what was stored."""

import hashlib
import hmac
import json
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from structlog.testing import capture_logs

from bot.clients.agents.run_secret import derive_run_secret
from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from sandbox.webhooks import Webhook, sign
from storage import due, faults, tables
from storage.database import Database
from tests.databases import Kind, fresh_database
from tests.fakes import APP_URL, GITHUB_SECRET, MASTER_SECRET, Fakes
from tests.harness import REPOSITORY, Story, run_story
from tests.hostile.strings import hostile, hostile_line

ONE = "- [ ] First thing\n"
# What a person, a CI or an App names or writes, wherever it stands in a webhook.
_WRITTEN = {
    *("body", "login", "title", "name", "ref", "head_branch", "base_ref", "before", "context"),
    *("description", "display_name", "message", "slug", "conclusion", "summary", "text", "label"),
    *("node_id", "html_url", "email", "path"),
}
# GitHub's own, of which no two webhooks differ.
_GITHUBS = frozenset({"repository", "installation", "organization"})
_LEFT = re.compile(r"[\x00\ud800-\udfff]")
COPIES = 24
MAX_WAITS = 60
# With how many strings a story is played, about.
STRINGS_PER_STORY = 70


@dataclass
class Attack:
    """One story's hostile strings; `used` counts them."""

    story: Story
    chance: random.Random
    used: int = 0
    commanded: list[Any] = field(default_factory=list)

    def text(self, most: int = 60_000) -> str:
        """The next one."""
        self.used += 1
        return hostile(self.chance, most)

    def line(self, most: int = 250) -> str:
        """The next one, without a line end."""
        self.used += 1
        return hostile_line(self.chance, most)

    def command(self, text: str, by: str = "ada") -> None:
        """Give a command, whose answer is looked for in the end."""
        self.commanded.append(self.story.comment(text, by=by))


def play(near: Fakes, directory: Path, kind: Kind, seed: int) -> int:
    """Play it; returns how many strings came in.

    Raises:
        AssertionError: a fault of ours, a command without an answer, an epic that does not end.
    """
    with (
        fresh_database(kind) as database,
        run_story(near, database, directory) as story,
        capture_logs() as logged,
    ):
        story.expects_readers = False
        story.expects_open_ends = True
        attack = Attack(story, random.Random(seed))
        _write_an_epic(attack)
        _end(attack)
        _work_on_an_epic(attack)
        _end(attack)
        errors = [one for one in logged if one["log_level"] in ("error", "critical")]
        assert errors == [], errors[0]
        _audit(attack, database)
    return attack.used


def _write_an_epic(attack: Attack) -> None:
    """Issue, labels, commands and edits: whether it starts is as it may be."""
    story, github = attack.story, attack.story.github
    body = f"{attack.text()}\n\n{ONE}- [ ] {attack.line()}\n  {attack.line()}\n- [ ] Last\n"
    story.open_epic(body[:60_000], title=attack.line() + "x")
    github.label(REPOSITORY, story.issue, attack.line(50), by="ada")
    _send_copies(attack)
    story.settle()
    for form in (
        "/orchestra start base={}",
        "/orchestra set model={}",
        "/orchestra {}",
        "/orchestra start",
        "/orchestra add {}",
        "/orchestra fix 1 {}",
        "/orchestra status\n{}\n",
        "/orchestra plan {}",
    ):
        attack.command(form.replace("{}", attack.line(900)))
        story.comment(attack.text() + "x", by="mallory")
    # Whose name ends like a bot's is one here, and bots are not answered.
    stranger = attack.line(39) + "x"
    attack.command("/orchestra status", by=stranger)
    github.edit_issue(
        REPOSITORY, story.issue, by="ada", body=f"{body[:50_000]}- [ ] {attack.line()}\n"
    )
    _send_copies(attack)
    story.settle()
    _pass_time(story, 20, 40)


def _work_on_an_epic(attack: Attack) -> None:
    """What agents, CI and reviewers say of work that is under way."""
    story, github = attack.story, attack.story.github
    script = AgentScript(summary=attack.text(), pull_request_title=attack.line() + "x")
    story.cursor.default_script = replace(script, follow_ups=(AgentScript(summary=attack.text()),))
    story.open_epic(ONE, title=attack.line() + "x")
    story.settle()
    attack.command("/orchestra start")
    story.settle()
    _report_of_agents(attack)
    story.settle()
    _pass_time(story, 2, 5, 5, 20)
    pulls = github.repository(REPOSITORY).pulls
    if not pulls:
        return
    pull = pulls[-1]
    sha = pull.head_sha
    for conclusion in ("failure", "success", "cancelled"):
        told = {"status": "completed", "conclusion": conclusion}
        github.set_check_run(REPOSITORY, sha, attack.line(100), **told)
    github.set_status(REPOSITORY, sha, attack.line(100), "failure")
    if not pull.merged_at:
        said = [("README.md", 1, attack.text() + "x")]
        github.review(
            REPOSITORY, pull.number, "REQUEST_CHANGES", attack.text() + "x", by="ada", comments=said
        )
        story.comment(attack.text() + "x", on=pull.number)
        attack.commanded.append(story.comment(f"/orchestra fix {attack.line()}", on=pull.number))
    _send_copies(attack)
    story.settle()
    _pass_time(story, 10, 60, 330, 10)


def _report_of_agents(attack: Attack) -> None:
    """What is signed may still say anything."""
    story = attack.story
    for task in story.epic().tasks:
        for run in task.runs:
            payload = {
                "event": "statusChange",
                "timestamp": attack.line(),
                "id": run.agent_id or "bc-1",
                "status": attack.line(40),
                "target": {"url": attack.text(), "branchName": attack.text()},
                "summary": attack.text(),
            }
            body = json.dumps(payload).encode()
            secret = derive_run_secret(MASTER_SECRET, run.id)
            url = f"{APP_URL}/webhooks/cursor/1?run={run.id}"
            headers = {
                "Content-Type": "application/json",
                "X-Webhook-Signature": sign(secret, body),
            }
            assert story.post(Webhook(url, headers, body)) == 202


def _send_copies(attack: Attack) -> None:
    """Send some of GitHub's webhooks once more, with other words wherever somebody writes."""
    outbox = attack.story.github.outbox
    held = list(outbox.held)
    for webhook in attack.chance.sample(held, min(len(held), COPIES)):
        payload = json.loads(webhook.body)
        for name in payload.keys() - _GITHUBS:
            payload[name] = _other_words(attack, payload[name])
        body = json.dumps(payload).encode()
        signature = hmac.new(GITHUB_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            **webhook.headers,
            "X-GitHub-Delivery": str(uuid.UUID(int=attack.chance.getrandbits(128))),
            "X-Hub-Signature-256": f"sha256={signature}",
        }
        attack.story.github.outbox.post(replace(webhook, headers=headers, body=body))


def _other_words(attack: Attack, value: Any) -> Any:
    if isinstance(value, list):
        return [_other_words(attack, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _other_value(attack, name, item) for name, item in value.items()}


def _other_value(attack: Attack, name: str, value: Any) -> Any:
    if name in _WRITTEN and isinstance(value, str) and attack.chance.random() < 0.2:
        return attack.text(1_000)
    return value if name in ("repo", "repository") else _other_words(attack, value)


def _end(attack: Attack) -> None:
    """The last word is a `cancel`, and it holds."""
    story = attack.story

    def ended() -> bool:
        return story.epic().status.is_final

    if not ended():
        attack.command("/orchestra cancel")
        story.settle()
        # People whom GitHub does not know are asked about for half a minute each.
        for _ in range(MAX_WAITS):
            if not ended():
                _pass_time(story, 10)
        assert story.epic().status is EpicStatus.CANCELLED, story.say()
    # What waits for an answer that does not come is given up by then.
    _pass_time(story, 30, 60, 120)


def _pass_time(story: Story, *seconds: float) -> None:
    """Let time pass in jumps, which is quicker than to stop wherever something falls due."""
    for step in seconds:
        story.pass_time(step)
        story.settle()


def _audit(attack: Attack, database: Database) -> None:
    story = attack.story
    unanswered = [one.body for one in attack.commanded if not _is_answered(story, one)]
    assert not unanswered, f"{unanswered}, {story.say()}"
    with database.read() as connection:
        now = database.now(connection)
        assert faults.count_parked(connection) == 0
        assert not due.has_uningested(connection, now)
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                assert not row.get("faults"), dict(row)
        undecided = select(tables.inbox.c.kind).where(tables.inbox.c.handled_at.is_(None))
        assert connection.execute(undecided).scalars().all() == []
    with database.read() as connection:
        _look_at_texts(connection)


def _look_at_texts(connection: Any) -> None:
    for table in tables.metadata.sorted_tables:
        for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}").mappings():
            for name, value in row.items():
                if isinstance(value, str):
                    assert not _LEFT.search(value), f"{table.name}.{name}: {value!r}"
                    assert not _LEFT.search(_within(value)), f"{table.name}.{name}: {value!r}"


def _within(value: str) -> str:
    """All strings of a JSON text, as they are once it is read."""
    try:
        found: Any = json.loads(value)
    except ValueError:
        return ""
    return "\n".join(_strings(found))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        yield from _strings([*value, *value.values()])


def _is_answered(story: Story, comment: Any) -> bool:
    return bool({"+1", "confused"} & set(story.reactions(comment)))
