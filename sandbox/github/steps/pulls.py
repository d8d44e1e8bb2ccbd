"""Pull requests and reviews."""

from collections.abc import Iterable

from sandbox.github.operations import merge_queue, merging, pulls, reverting, reviews
from sandbox.github.state import PullRequest, Review, ReviewComment
from sandbox.github.state.world import World


class PullActs(World):
    """What people do to pull requests."""

    def open_pull_request(
        self,
        full_name: str,
        *,
        head: str,
        base: str,
        title: str,
        body: str | None,
        author_login: str,
        draft: bool = False,
    ) -> PullRequest:
        """Open a pull request from a branch of the same repository."""
        with self.lock:
            return pulls.create(
                self,
                self.repository(full_name),
                self.person(author_login),
                head=head,
                base=base,
                title=title,
                body=body,
                draft=draft,
            )

    def pull(self, full_name: str, number: int) -> PullRequest:
        """Return the pull request."""
        return pulls.find(self.repository(full_name), number)

    def ready_for_review(self, full_name: str, number: int, *, by: str) -> None:
        """Take a pull request out of draft."""
        with self.lock:
            pulls.set_draft(self, self.pull(full_name, number), self.person(by), False)

    def convert_to_draft(self, full_name: str, number: int, *, by: str) -> None:
        """Make a draft of a pull request."""
        with self.lock:
            pulls.set_draft(self, self.pull(full_name, number), self.person(by), True)

    def retarget(self, full_name: str, number: int, base: str, *, by: str) -> None:
        """Have a pull request go into another branch."""
        with self.lock:
            pulls.edit(self, self.pull(full_name, number), self.person(by), {"base": base})

    def merge_pull_request(
        self, full_name: str, number: int, *, by: str, method: str = "merge"
    ) -> str:
        """Merge and return the base branch's new SHA."""
        with self.lock:
            pull = self.pull(full_name, number)
            return merging.merge(self, pull, self.person(by), method=method)

    def review(
        self,
        full_name: str,
        number: int,
        event: str,
        body: str = "",
        *,
        by: str,
        comments: Iterable[tuple[str, int, str]] = (),
    ) -> Review:
        """Review: event APPROVE, REQUEST_CHANGES or COMMENT; comments are (path, line, text)."""
        with self.lock:
            pull, actor = self.pull(full_name, number), self.person(by)
            lines = [(path, line, text) for path, line, text in comments]
            return reviews.submit(self, pull, actor, event, body=body, comments=lines)

    def dismiss_review(self, full_name: str, number: int, review_id: int, *, by: str) -> None:
        """Dismiss a review."""
        with self.lock:
            pull = self.pull(full_name, number)
            reviews.dismiss(self, pull, reviews.find(pull, review_id), self.person(by))

    def reply(self, full_name: str, comment_id: int, body: str, *, by: str) -> ReviewComment:
        """Answer a review's comment on a line."""
        with self.lock:
            found = reviews.find_comment(self.repository(full_name), comment_id)
            return reviews.reply(self, found, self.person(by), body)

    def resolve_threads(
        self, full_name: str, number: int, *, by: str, resolved: bool = True
    ) -> None:
        """Resolve, or reopen, all conversations of a pull request."""
        with self.lock:
            for thread in self.pull(full_name, number).threads:
                reviews.resolve(self, thread, self.person(by), resolved)

    def request_review(
        self,
        full_name: str,
        number: int,
        people: Iterable[str] = (),
        teams: Iterable[str] = (),
        *,
        by: str,
    ) -> None:
        """Ask people, and teams by their slugs, for a review."""
        with self.lock:
            pull, actor = self.pull(full_name, number), self.person(by)
            reviews.ask(self, pull, actor, list(people), list(teams))

    def dequeue(self, full_name: str, number: int, *, by: str, reason: str = "MANUAL") -> None:
        """Take a pull request out of its merge queue; `reason` is the webhook's word."""
        with self.lock:
            merge_queue.leave(self, self.pull(full_name, number), self.person(by), reason)

    def revert(self, full_name: str, number: int, *, by: str) -> PullRequest:
        """Open the pull request that takes a merged one back."""
        with self.lock:
            return reverting.revert(self, self.pull(full_name, number), self.person(by))
