"""What the people of a scenario see and do while it is played."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sandbox.demo.director import Director
from sandbox.demo.person import BOT, Person
from sandbox.demo.view import task_of

Found = TypeVar("Found")
Pull = dict[str, Any]
# Goes on at each look; yields what it waits for, in words that follow "waiting for".
Course = Generator[str, None, None]


class StuckError(Exception):
    """The epic did not come to the end it should; the text says where it stands."""


@dataclass(frozen=True)
class Scene:
    """`person` before the epic's `issue`, and the `director` behind the curtain."""

    person: Person
    director: Director
    issue: int
    say: Callable[[str], None]
    move_clock: Callable[[timedelta], None]

    def pull_of(self, task: int) -> Pull | None:
        """Return the task's newest pull request."""
        found = [pull for pull in self.person.pulls() if task_of(pull) == task]
        return found[-1] if found else None

    def head(self, pull: int) -> str:
        """Return the head's SHA."""
        return str(self.person.pull(pull)["head"]["sha"])

    def conclusions(self, sha: str) -> set[str | None]:
        """Those of all check runs on a commit; None is one still running."""
        return {check["conclusion"] for check in self.person.checks(sha)}

    def merged(self, pull: int) -> bool:
        """Whether the pull request is merged."""
        return self.person.pull(pull)["merged_at"] is not None

    def replies(self, pull: int) -> list[Pull]:
        """Return the bot's answers to comments on lines."""
        said = self.person.line_comments(pull)
        return [one for one in said if one["user"]["login"] == BOT and one.get("in_reply_to_id")]

    def body(self) -> str:
        """Return the issue's text."""
        return str(self.person.issue(self.issue)["body"] or "")

    def proposal(self) -> str | None:
        """Return the bot's newest comment that proposes a plan."""
        said = self.person.comments(self.issue)
        return next((text for text in reversed(said) if "```diff" in text), None)

    def bot_says(self, words: str) -> bool:
        """Whether the progress comment holds `words`."""
        return words in (self.person.progress_comment(self.issue) or "")


def until(what: str, look: Callable[[], Found | None]) -> Generator[str, None, Found]:
    """Wait for `look` to find something, and return that."""
    while not (found := look()):
        yield what
    return found


def expect(claim: bool, otherwise: str) -> None:
    """StuckError(`otherwise`) unless the claim holds."""
    if not claim:
        raise StuckError(otherwise)
