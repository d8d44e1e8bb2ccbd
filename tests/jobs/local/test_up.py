import fcntl
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from bot.cli.app import about
from bot.settings import Settings, SettingsError
from jobs.local.up import (
    CannotStartError,
    local_environment,
    product_processes,
    run_all,
)
from jobs.local.valkey import EmbeddedValkey, socket_path
from sandbox.github.state.tokens import private_key

COMPLETE = {
    "APP_URL": "https://orchestra.example",
    "GITHUB_APP_ID": "1",
    "GITHUB_PRIVATE_KEY": private_key(),
    "GITHUB_WEBHOOK_SECRET": "from-github",
    "CURSOR_API_KEY": "crsr_1",
    "WEBHOOK_SECRET": "w" * 32,
}
STORES = {"DATABASE_URL": "sqlite:////tmp/x.db", "REDIS_URL": "redis://queue"}


def test_the_product_is_web_workers_and_clock() -> None:
    specs = product_processes(workers=2, host="0.0.0.0", port=8000)
    assert [spec.name for spec in specs] == ["web", "worker-1", "worker-2", "clock"]
    assert list(specs[0].command[1:]) == [
        "-m",
        "bot.cli.app",
        *["web", "--host", "0.0.0.0", "--port", "8000", "--checked"],
    ]


def test_the_web_process_has_no_key_that_opens_another_service() -> None:
    keys = {"OPENAI_API_KEY": "o", "ANY_API_KEY": "a", "GITHUB_PRIVATE_KEY_FILE": "/key.pem"}
    web, *others = product_processes(workers=1, host="0.0.0.0", port=8000)
    given = web.environment({**COMPLETE, **STORES, **keys})
    assert {*COMPLETE, *STORES} - {*given} == {"CURSOR_API_KEY", "GITHUB_PRIVATE_KEY"}
    assert not {*given} & {*keys}
    assert all(spec.environment(COMPLETE) == COMPLETE for spec in others)
    settings = Settings.from_environment({**COMPLETE, **STORES}, "web")
    assert settings.cursor_api_key.get_secret_value() == ""
    assert settings.github_private_key.get_secret_value() == ""


def test_what_the_environment_names_is_used_before_our_own(tmp_path: Path) -> None:
    theirs = {"DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://queue"}
    assert local_environment(theirs) == theirs
    ours = local_environment({"ORCHESTRA_DATA": str(tmp_path), "REDIS_URL": " "})
    assert ours["DATABASE_URL"] == f"sqlite:///{tmp_path}/orchestra.sqlite3"
    assert ours["REDIS_URL"] == f"unix://{socket_path(tmp_path)}"


def test_nothing_is_started_with_an_incomplete_environment(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CURSOR_API_KEY is not set"):
        run_all({"ORCHESTRA_DATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_one_data_directory_serves_one_at_a_time(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(CannotStartError, match="another `orchestra up` runs on"):
            run_all({**COMPLETE, "ORCHESTRA_DATA": str(tmp_path)})


def test_the_end_is_asked_for_while_it_still_starts(tmp_path: Path) -> None:
    stopping, data = threading.Event(), tmp_path / "data"
    sleeper = [sys.executable, "-c", "import time; print('migrating', flush=True); time.sleep(60)"]
    lines: list[str] = []

    def show(_name: str, line: str) -> None:
        lines.append(line)
        stopping.set()

    environment = {**COMPLETE, "ORCHESTRA_DATA": str(data)}
    code = run_all(environment, port=0, show=show, stopping=stopping, program=sleeper)
    assert (code, lines) == (0, ["migrating"])
    assert not socket_path(data).exists()


def test_a_queue_that_was_killed_is_there_again(tmp_path: Path) -> None:
    stays = "sys.argv[1] not in ('migrate', 'doctor')"
    script = f"import sys, time; print('at it', flush=True); time.sleep(99 * ({stays}))"
    program = [sys.executable, "-c", script]
    stopping, data, lines = threading.Event(), tmp_path / "data", list[str]()

    def show(name: str, line: str) -> None:
        lines.append(f"{name}: {line}")
        if name == "clock":
            with EmbeddedValkey(data).client() as client:
                os.kill(client.info("server")["process_id"], signal.SIGKILL)
        elif name == "valkey":
            stopping.set()

    environment = {**COMPLETE, "ORCHESTRA_DATA": str(data)}
    ender = threading.Timer(30, stopping.set)
    ender.start()
    code = run_all(environment, port=0, show=show, stopping=stopping, program=program)
    ender.cancel()
    assert code == 0
    assert "valkey: it doesn't answer; starting it again" in lines


def test_what_it_stores_is_nobody_elses_to_read(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    writes = f"open({str(data / 'written')!r}, 'w').close(); raise SystemExit(7)"
    before = os.umask(0o022)
    try:
        about()  # what every command begins with
        environment = {**COMPLETE, "ORCHESTRA_DATA": str(data)}
        assert run_all(environment, port=0, program=[sys.executable, "-c", writes]) == 7
    finally:
        os.umask(before)
    files = [path for path in data.rglob("*") if path.is_file()]
    assert data / "written" in files
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []


def test_it_ends_with_the_code_of_what_cannot_work(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit(7 * (sys.argv[1] == 'doctor'))"]
    environment = {**COMPLETE, "ORCHESTRA_DATA": str(tmp_path / "data")}
    assert run_all(environment, port=0, program=failing) == 7


def test_a_database_of_before_is_closed_to_others(tmp_path: Path) -> None:
    stored, others = tmp_path / "orchestra.sqlite3-wal", tmp_path / "notes.txt"
    for path in (stored, others):
        path.touch(mode=0o644)
    ending = [sys.executable, "-c", "import sys; sys.exit(7)"]
    assert run_all({**COMPLETE, "ORCHESTRA_DATA": str(tmp_path)}, port=0, program=ending) == 7
    assert [oct(path.stat().st_mode & 0o777) for path in (stored, others)] == ["0o600", "0o644"]


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    environment = {**COMPLETE, "ORCHESTRA_DATA": str(tmp_path)}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStartError, match=f"{port} cannot be used .*--port"):
            run_all(environment, port=port)


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStartError, match=r"cannot be written .*ORCHESTRA_DATA"):
        run_all({**COMPLETE, "ORCHESTRA_DATA": str(tmp_path / "file" / "x")})
