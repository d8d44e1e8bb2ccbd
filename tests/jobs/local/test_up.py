import fcntl
from pathlib import Path

import pytest

from bot.settings import SettingsError
from jobs.local.up import (
    AlreadyRunningError,
    product_processes,
    run_all,
    with_local_defaults,
)
from sandbox.github.state.tokens import private_key

COMPLETE = {
    "APP_URL": "https://orchestra.example",
    "GITHUB_APP_ID": "1",
    "GITHUB_PRIVATE_KEY": private_key(),
    "GITHUB_WEBHOOK_SECRET": "from-github",
    "CURSOR_API_KEY": "crsr_1",
    "WEBHOOK_SECRET": "w" * 32,
}


def test_the_product_is_web_workers_and_clock() -> None:
    specs = product_processes(workers=2, host="0.0.0.0", port=8000)
    assert [spec.name for spec in specs] == ["web", "worker-1", "worker-2", "clock"]
    assert list(specs[0].command[1:]) == [
        "-m",
        "bot.cli.app",
        *["web", "--host", "0.0.0.0", "--port", "8000"],
    ]


def test_what_the_environment_names_is_used_before_our_own(tmp_path: Path) -> None:
    theirs = {"DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://queue"}
    assert with_local_defaults(theirs, "unix:///ours") == theirs
    ours = with_local_defaults({"ORCHESTRA_DATA": str(tmp_path), "REDIS_URL": " "}, "unix:///ours")
    assert ours["DATABASE_URL"] == f"sqlite:///{tmp_path}/orchestra.sqlite3"
    assert ours["REDIS_URL"] == "unix:///ours"


def test_nothing_is_started_with_an_incomplete_environment(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CURSOR_API_KEY is not set"):
        run_all({"ORCHESTRA_DATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_one_data_directory_serves_one_at_a_time(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(AlreadyRunningError, match="another `orchestra up` runs on"):
            run_all({**COMPLETE, "ORCHESTRA_DATA": str(tmp_path)})
