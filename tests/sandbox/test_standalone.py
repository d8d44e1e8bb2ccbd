import json
import os
import shlex
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.settings import Settings
from sandbox.serving import LoopbackServer
from sandbox.standalone import ENVIRONMENT_FILE, REPOSITORY, as_person, how_to_use, run, serve
from sandbox.webhooks import sign

MANIFEST = Path(__file__).parents[2] / "app.yml"
NOWHERE = "http://127.0.0.1:9/webhooks/github"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with serve(0, 0, NOWHERE, tmp_path, MANIFEST) as given:
        yield given


def test_a_bot_is_given_all_it_needs(environment: dict[str, str]) -> None:
    servers = {"DATABASE_URL": "sqlite:////tmp/x", "REDIS_URL": "unix:///tmp/x"}
    settings = Settings.from_environment({**servers, **environment}, "worker")
    assert settings.app_url == "http://127.0.0.1:9"
    assert settings.cursor_api_version == "v0"
    assert settings.allowed_accounts == frozenset({"acme"})
    assert settings.warnings == ()


def test_key_and_environment_are_for_their_owner_alone(
    environment: dict[str, str], tmp_path: Path
) -> None:
    written = tmp_path / ENVIRONMENT_FILE
    assert json.loads(written.read_text()) == environment
    for path in (written, Path(environment["GITHUB_PRIVATE_KEY_FILE"])):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_printed_can_be_pasted_into_a_shell(environment: dict[str, str]) -> None:
    lines = how_to_use(environment).splitlines()
    exports = [shlex.split(line)[1] for line in lines if line.startswith("export ")]
    assert dict(line.split("=", 1) for line in exports) == environment
    assert lines[-1].startswith("curl ")


def test_the_repository_is_there_and_people_may_do_what_they_may(
    environment: dict[str, str],
) -> None:
    url = f"{environment['GITHUB_API_URL']}/repos/{REPOSITORY}"
    for login, status in (("ada", 201), ("mallory", 403)):
        branch = {"ref": "refs/heads/mine", "sha": _head(url)}
        headers = {"Authorization": f"Bearer ghp_{login}"}
        answer = httpx.post(f"{url}/git/refs", json=branch, headers=headers, trust_env=False)
        assert answer.status_code == status, answer.text


def _head(url: str) -> str:
    headers = {"Authorization": "Bearer ghp_mallory"}
    answer = httpx.get(f"{url}/git/ref/heads/main", headers=headers, trust_env=False)
    return str(answer.json()["object"]["sha"])


def test_a_persons_command_is_one_line_that_posts() -> None:
    words = shlex.split(as_person("http://here", "/repos/a/b/issues", {"title": "It's"}))
    assert words[-1] == "http://here/repos/a/b/issues"
    assert json.loads(words[words.index("-d") + 1]) == {"title": "It's"}
    assert "Authorization: Bearer ghp_ada" in words


def test_webhooks_go_out_signed_with_the_secret_given(tmp_path: Path) -> None:
    came = threading.Event()
    bodies: list[tuple[bytes, str]] = []

    async def take(request: Request) -> Response:
        bodies.append((await request.body(), request.headers["x-hub-signature-256"]))
        came.set()
        return Response(status_code=202)

    receiver = Starlette(routes=[Route("/webhooks/github", take, methods=["POST"])])
    with (
        LoopbackServer(receiver) as server,
        serve(0, 0, f"{server.url}/webhooks/github", tmp_path, MANIFEST) as environment,
    ):
        assert came.wait(10)
    body, signature = bodies[0]
    assert json.loads(body)["installation"]["account"]["login"] == "acme"
    assert signature == sign(environment["GITHUB_WEBHOOK_SECRET"], body)


def test_it_runs_until_a_signal_and_says_how_it_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    place = tmp_path / "new"
    ending = threading.Thread(target=_end_when_ready, args=[place / ENVIRONMENT_FILE])
    ending.start()
    ports = {"github_port": 0, "cursor_port": 0, "llm_port": 0}
    run(**ports, webhook_url=NOWHERE, directory=place, manifest=MANIFEST)
    ending.join()
    assert "export GITHUB_API_URL=http://127.0.0.1:" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is before


def _end_when_ready(file: Path) -> None:
    turn = threading.Event()
    while not file.exists():
        turn.wait(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_full_directory_and_a_taken_port_are_named(tmp_path: Path) -> None:
    (tmp_path / "old").touch()
    with pytest.raises(SystemExit, match="is not empty"):
        run(
            github_port=0,
            cursor_port=0,
            llm_port=0,
            webhook_url="",
            directory=tmp_path,
            manifest=MANIFEST,
        )
    with LoopbackServer(Starlette()) as other, pytest.raises(SystemExit, match="in use"):
        run(
            github_port=other.port,
            cursor_port=0,
            llm_port=0,
            webhook_url="",
            directory=tmp_path / "new",
            manifest=MANIFEST,
        )
