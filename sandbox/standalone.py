"""`orchestra sandbox`: the fakes on ports of this machine, until a signal comes."""

import json
import os
import secrets
import shlex
import signal
import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.control import cursor_control, github_control, llm_control
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from sandbox.llm import LanguageModel
from sandbox.serving import LoopbackServer

ENVIRONMENT_FILE = "environment.json"
TICK_EVERY = 0.05  # seconds
REPOSITORY = "acme/widgets"
FILES = {
    "README.md": "# Widgets\n\nSmall things that are painted and counted.\n",
    "widgets.py": '''"""Widgets."""

from dataclasses import dataclass


@dataclass
class Widget:
    """A thing with a name."""

    name: str
''',
    "test_widgets.py": """from widgets import Widget


def test_a_widget_has_a_name() -> None:
    assert Widget("bolt").name == "bolt"
""",
}
PEOPLE = {"ada": "admin", "mallory": "read"}


def run(
    *,
    github_port: int,
    cursor_port: int,
    llm_port: int,
    webhook_url: str,
    directory: Path | None,
    manifest: Path,
) -> None:
    """Serve until SIGINT or SIGTERM; `directory` must be empty or new, None is a passing one.

    Once all ports answer, what a bot needs is printed and written to `environment.json` in
    `directory`. Ends the program with a message where a port is taken or the directory is full.
    """
    with ExitStack() as stack:
        stopping = stack.enter_context(_stopped_by_signals())
        place = directory or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            environment = stack.enter_context(
                serve(
                    github_port,
                    cursor_port,
                    webhook_url,
                    place.resolve(),
                    manifest,
                    llm_port=llm_port,
                )
            )
        except OSError as error:
            raise SystemExit(f"the sandbox cannot start: {error}") from error
        print(how_to_use(environment), flush=True)
        stopping.wait()


@contextmanager
def serve(
    github_port: int,
    cursor_port: int,
    webhook_url: str,
    directory: Path,
    manifest: Path,
    *,
    llm_port: int = 0,
) -> Iterator[dict[str, str]]:
    """All fakes at work with their webhooks and the real time; gives a bot's environment.

    Port 0 is a free one. Raises FileExistsError where `directory` holds something already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty, and the sandbox begins with nothing")
    clock = Clock()
    secret = secrets.token_hex(32)
    github = GitHub(
        clock, directory / "repositories", webhook_url=webhook_url, webhook_secret=secret
    )
    cursor, llm = Cursor(clock, GitHubHost(github)), LanguageModel(clock)
    github.register_app(yaml.safe_load(manifest.read_text("utf-8")))
    with ExitStack() as stack:
        github_server = LoopbackServer(github_control(github, cursor), github_port)
        cursor_server = LoopbackServer(cursor_control(cursor), cursor_port)
        llm_server = LoopbackServer(llm_control(llm), llm_port)
        github.url = github_server.url
        stack.enter_context(_moving(github, cursor))
        furnish(github)
        cursor.repositories.append(REPOSITORY)
        stack.enter_context(github_server)
        stack.enter_context(cursor_server)
        stack.enter_context(llm_server)
        environment = {
            **_of_github(github, directory),
            "CURSOR_API_URL": cursor_server.url,
            "CURSOR_API_KEY": cursor.api_key,
            "CURSOR_API_VERSION": "v0",
            "LLM_BASE_URL": f"{llm_server.url}/v1",
            "OPENAI_API_KEY": llm.api_key,
            "WEBHOOK_SECRET": secrets.token_hex(32),
            "APP_URL": urlsplit(webhook_url)._replace(path="", query="").geturl(),
        }
        _write_private(directory / ENVIRONMENT_FILE, json.dumps(environment, indent=2))
        yield environment


def furnish(github: GitHub) -> None:
    """Make a repository with files and people, and install the App on its owner's account."""
    github.create_repository(REPOSITORY, FILES)
    for login, role in PEOPLE.items():
        github.set_permission(REPOSITORY, login, role)
    github.install(REPOSITORY.partition("/")[0], by="ada")


def how_to_use(environment: Mapping[str, str]) -> str:
    """Shell lines that point a bot here, and one that acts as a person."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    url = environment["GITHUB_API_URL"]
    return "\n".join(
        [
            "# What the bot needs:",
            *exports,
            f"# {REPOSITORY} is there; ada may do everything, mallory may only read. As ada:",
            as_person(url, f"/repos/{REPOSITORY}/issues", {"title": "Hello"}),
        ]
    )


def as_person(url: str, path: str, body: Mapping[str, str], login: str = "ada") -> str:
    """Return a shell command that posts `body` as `login`."""
    return (
        f"curl -s -H 'Authorization: Bearer ghp_{login}'"
        f" -d {shlex.quote(json.dumps(body))} {url}{path}"
    )


def _of_github(github: GitHub, directory: Path) -> dict[str, str]:
    key = directory / "app.pem"
    _write_private(key, github.app.private_key_pem)
    return {
        "GITHUB_API_URL": github.url,
        "GITHUB_APP_ID": str(github.app.id),
        "GITHUB_PRIVATE_KEY_FILE": str(key),
        "GITHUB_WEBHOOK_SECRET": github.webhook_secret,
        "ALLOWED_ACCOUNTS": REPOSITORY.partition("/")[0],
    }


def _write_private(path: Path, text: str) -> None:
    """Write for the owner's eyes alone; who sees the file sees all of it."""
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    stopping = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopping.set()) for number in numbers]
    try:
        yield stopping
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _moving(github: GitHub, cursor: Cursor) -> Iterator[None]:
    """Webhooks go out and time passes while the block runs."""
    stopping = threading.Event()

    def pass_time() -> None:
        while not stopping.wait(TICK_EVERY):
            for tick in (github.tick, cursor.tick):
                try:
                    tick()
                except Exception:
                    traceback.print_exc()  # one script's mistake must not stop the world's time

    ticker = threading.Thread(target=pass_time, name="ticker", daemon=True)
    github.outbox.start()
    cursor.outbox.start()
    ticker.start()
    try:
        yield
    finally:
        stopping.set()
        ticker.join(timeout=5)
        github.outbox.stop()
        cursor.outbox.stop()
