"""A request being answered, the table of routes, and paging."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from sandbox.github.errors import Refusal, not_found, unprocessable
from sandbox.github.state import ROLES, Actor, App, Installation, Repository
from sandbox.github.state.world import World

LEVELS = ("", "read", "write", "admin")
SIGNED = "/_signed/"
Item = TypeVar("Item")


@dataclass
class Answer:
    """Status, JSON body (None: no body), further headers, and `text` in place of JSON."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None


@dataclass
class Call:
    """One authenticated request; `app` is set on routes that take an App's JWT."""

    github: World
    route: "Route"
    path: str
    params: Mapping[str, Any]
    query: QueryParams
    headers: Mapping[str, str]
    body: dict[str, Any]
    acting: Actor | None = None
    app: App | None = None

    @property
    def actor(self) -> Actor:
        """Who the token stands for."""
        assert self.acting is not None
        return self.acting

    @property
    def repository(self) -> Repository:
        """The repository in the path."""
        return self.github.repository(f"{self.params['owner']}/{self.params['repo']}")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string of the body; 422 if it is missing without a default, or no string."""
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise unprocessable(f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a string of the body, or None where it is null or left out."""
        return None if self.body.get(name) is None else self.text(name)


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One row of the table.

    `needs` are the App permissions of which one is enough, as `issues=write`; `role` is what a
    person must at least have; `takes_jwt` marks the App's own routes.
    """

    method: str
    template: str
    handler: Handler
    needs: tuple[str, ...]
    role: str
    takes_jwt: bool

    @property
    def is_signed(self) -> bool:
        """Whether the address alone lets one in, as to the storage that holds job logs."""
        return self.template.startswith(SIGNED)

    @property
    def kind(self) -> str:
        """The route as GitHub's OpenAPI names it."""
        return f"{self.method} {self.template.replace(':path', '').replace(':int', '')}"

    def check(self, actor: Actor, repository: Repository) -> None:
        """404 for what the actor cannot see, 403 for what it may not do."""
        if actor.installation is None:
            self._check_role(actor, repository)
        else:
            self._check_app(actor, actor.installation, repository)
        if repository.archived and self.method not in ("GET", "HEAD"):
            raise Refusal(403, "Repository was archived so is read-only.")

    def _check_app(self, actor: Actor, installation: Installation, repository: Repository) -> None:
        narrowed = actor.repositories is not None and repository.name not in actor.repositories
        if narrowed or not installation.covers(repository):
            raise not_found()
        if self.needs and not any(self.granted(actor, need) for need in self.needs):
            raise Refusal(
                403,
                "Resource not accessible by integration",
                headers={"x-accepted-github-permissions": "; ".join(self.needs)},
            )

    def granted(self, actor: Actor, need: str) -> bool:
        """Whether an App's token carries the permission `need`, as `issues=write`."""
        name, _, level = need.partition("=")
        granted = (actor.permissions or {}).get(name, "")
        return LEVELS.index(granted) >= LEVELS.index(level)

    def _check_role(self, actor: Actor, repository: Repository) -> None:
        role = repository.role_of(actor.user)
        if role == "none":
            raise not_found()
        if ROLES.index(role) < ROLES.index(self.role):
            raise Refusal(403, "Must have push access to repository.")


TABLE: list[Route] = []


def route(
    method: str, template: str, *needs: str, role: str = "read", takes_jwt: bool = False
) -> Callable[[Handler], Handler]:
    """Enter a handler in the table; `template` uses Starlette's `:path` and `:int` marks."""

    def enter(handler: Handler) -> Handler:
        TABLE.append(Route(method, template, handler, needs, role, takes_jwt))
        return handler

    return enter


def repo_route(
    method: str, tail: str, *needs: str, role: str = "read", takes_jwt: bool = False
) -> Callable[[Handler], Handler]:
    """`route` below `/repos/{owner}/{repo}`."""
    template = "/repos/{owner}/{repo}" + tail
    return route(method, template, *needs, role=role, takes_jwt=takes_jwt)


def paged(
    call: Call, items: Iterable[Item], render: Callable[[Item], Any], key: str = ""
) -> Answer:
    """One page of `items`, 30 unless `per_page` (at most 100) says otherwise, with `Link`.

    `key` wraps the list as `{total_count, key: […]}`.
    """
    everything = list(items)
    size = min(max(_number(call, "per_page", 30), 1), 100)
    number = max(_number(call, "page", 1), 1)
    last = max((len(everything) + size - 1) // size, 1)
    shown = [render(item) for item in everything[(number - 1) * size : number * size]]
    body: Any = {"total_count": len(everything), key: shown} if key else shown
    links = _links(call, number, last)
    return Answer(200, body, {"link": links} if links else {})


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return int(text) if text.isdigit() else default


def _links(call: Call, number: int, last: int) -> str:
    wanted: dict[str, int] = {}
    if number > 1:
        wanted |= {"prev": number - 1, "first": 1}
    if number < last:
        wanted |= {"next": number + 1, "last": last}
    own = f"{call.github.url}{call.path}"
    return ", ".join(
        f'<{own}?{urlencode({**call.query, "page": page})}>; rel="{name}"'
        for name, page in wanted.items()
    )
