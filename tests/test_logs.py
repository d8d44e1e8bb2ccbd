import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs
from bot.redaction import Redaction

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"


@pytest.fixture(autouse=True)
def untouched_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gives the test a root logger of its own and the suite its old one back."""
    monkeypatch.setattr(logging.root, "handlers", [])
    level = logging.root.level
    yield
    for handler in logging.root.handlers:
        handler.close()
    logging.root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def configured(**options: Any) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(stream=stream, **options)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_that_names_what_it_is_about() -> None:
    stream = configured()
    with logs.about(epic="acme/app#7", task=2, agent="bc-1", delivery="guid"):
        structlog.get_logger("jobs.engine.advance").info("task launched", attempt=1)
    structlog.get_logger("jobs.engine.advance").info("idle")
    launched, idle = lines(stream)
    assert launched.pop("timestamp").endswith("Z")
    assert launched == {
        "level": "info",
        "event": "task launched",
        "logger": "jobs.engine.advance",
        "epic": "acme/app#7",
        "task": 2,
        "agent": "bc-1",
        "delivery": "guid",
        "attempt": 1,
    }
    assert "epic" not in idle


def test_only_what_is_known_is_named() -> None:
    stream = configured()
    with logs.about(epic="acme/app#7"), logs.about(task=1):
        structlog.get_logger().info("nested")
    [line] = lines(stream)
    assert (line["epic"], line["task"]) == ("acme/app#7", 1)
    assert not {"agent", "delivery"} & set(line)


@pytest.mark.parametrize("name", ["uvicorn.error", "rq.worker", "sqlalchemy.engine"])
def test_libraries_write_through_the_same_pipe(name: str) -> None:
    library = logging.getLogger(name)
    # A worker run by an earlier test sets the level of RQ's logger.
    library.setLevel(logging.NOTSET)
    own = io.StringIO()
    library.addHandler(logging.StreamHandler(own))
    stream = configured()
    with logs.about(epic="acme/app#7"):
        library.warning("%s of %d failed", "one", 3)
    [line] = lines(stream)
    assert (line["event"], line["logger"], line["epic"]) == ("one of 3 failed", name, "acme/app#7")
    assert own.getvalue() == ""


def test_the_level_is_kept() -> None:
    stream = configured(level="WARNING")
    structlog.get_logger("a").info("quiet")
    structlog.get_logger("a").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_an_exception_is_told_with_its_trace() -> None:
    stream = configured()
    try:
        raise ValueError("token ghs_0123456789abcdefghij was refused")
    except ValueError:
        structlog.get_logger("a").exception("failed")
    [line] = lines(stream)
    assert "ValueError: token [redacted] was refused" in line["exception"]


@pytest.mark.parametrize(
    "secret",
    [
        "ghs_0123456789abcdefghijABCDEFGHIJ",
        "ghp_0123456789abcdefghijABCDEFGHIJ",
        "github_pat_11ABCDEFG0123456789_abcdefg",
        "crsr_0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl",
        PEM,
        PEM[:40],
    ],
)
def test_credentials_are_known_by_their_shape(secret: str) -> None:
    stream = configured()
    structlog.get_logger("a").info(f"answer for {secret}", nested={"deep": [secret]}, text=secret)
    [line] = lines(stream)
    assert line["event"] == "answer for [redacted]"
    assert line["nested"] == {"deep": ["[redacted]"]}
    assert line["text"] == "[redacted]"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Authorization: Bearer abc.defg, next", "Authorization: Bearer [redacted], next"),
        ("authorization: basic dXNlcjpwYXNzd29yZA==", "authorization: basic [redacted]"),
        ("https://x-access-token:abc@github.com/a/b", "https://[redacted]@github.com/a/b"),
        ("redis://:secret@queue:6379/0", "redis://[redacted]@queue:6379/0"),
        ("https://github.com/a/b@main:x", "https://github.com/a/b@main:x"),
        ("a bearer of news", None),
        ("commit 0123456789abcdef0123456789abcdef01234567", None),
        ("ghs_short crsr_short", None),
    ],
)
def test_credentials_are_known_by_their_place(text: str, cleaned: str | None) -> None:
    assert Redaction(()).clean(text) == (cleaned or text)


@pytest.mark.parametrize(
    "secret", ["correct horse", 'with "quotes"', "back\\slash", "ünïcödé words", "two\nlines"]
)
def test_told_secrets_are_redacted_and_the_line_stays_json(secret: str) -> None:
    stream = configured(secrets=[secret, "", "short"])
    structlog.get_logger("a").info("told", value=f"<{secret}>", other="a short word")
    [line] = lines(stream)
    assert (line["value"], line["other"]) == ("<[redacted]>", "a short word")


def test_the_longer_of_two_secrets_leaves_no_rest() -> None:
    redaction = Redaction(["password", "password-and-more"])
    assert redaction.clean("password-and-more") == "[redacted]"


def test_files_keep_everything_and_errors_apart(tmp_path: Path) -> None:
    configured(directory=tmp_path / "logs", secrets=["correct horse"])
    structlog.get_logger("a").info("fine")
    structlog.get_logger("a").error("correct horse broke")
    everything = (tmp_path / "logs" / "orchestra.log").read_text().splitlines()
    errors = (tmp_path / "logs" / "errors.log").read_text().splitlines()
    assert [json.loads(line)["event"] for line in everything] == ["fine", "[redacted] broke"]
    assert [json.loads(line)["event"] for line in errors] == ["[redacted] broke"]


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("a", logging.INFO, __file__, 1, text, None, None)


def test_processes_share_a_rotated_file(tmp_path: Path) -> None:
    path = tmp_path / "orchestra.log"
    first = logs.SharedRotatingFileHandler(path, size=50, kept=2)
    second = logs.SharedRotatingFileHandler(path, size=50, kept=2)
    written = [f"{number:02} {'.' * 16}" for number in range(6)]
    for number, text in enumerate(written):
        (first if number % 2 else second).emit(record(text))
    first.close()
    second.close()
    files = [tmp_path / name for name in ("orchestra.log.2", "orchestra.log.1", "orchestra.log")]
    assert [line for file in files for line in file.read_text().splitlines()] == written


def test_a_file_rotated_meanwhile_is_not_rotated_again(tmp_path: Path) -> None:
    path = tmp_path / "orchestra.log"
    handler = logs.SharedRotatingFileHandler(path, size=50, kept=2)
    handler.emit(record("before"))
    os.rename(path, f"{path}.1")
    handler.doRollover()
    handler.emit(record("after"))
    handler.close()
    assert (tmp_path / "orchestra.log.1").read_text() == "before\n"
    assert path.read_text() == "after\n"
    assert not (tmp_path / "orchestra.log.2").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(form: logs.LogFormat, stream: io.StringIO) -> str:
    logs.configure(stream=stream, form=form, secrets=["much-too-secret"])
    with logs.about(epic="acme/app#7", task=None):
        structlog.get_logger("a").info("task started", key="much-too-secret", nothing=None)
    return stream.getvalue()


def test_a_person_at_a_terminal_reads_words() -> None:
    line = told("auto", Terminal())
    assert "task started" in line
    assert "acme/app#7" in line
    assert not {"{", "much-too-secret", "nothing"} & set(line.replace("=", " ").split())
    assert not line.lstrip("\x1b[2m").startswith("{")


@pytest.mark.parametrize(
    ("form", "stream", "is_json"),
    [
        ("auto", io.StringIO, True),
        ("text", io.StringIO, False),
        ("json", Terminal, True),
    ],
)
def test_the_form_can_be_chosen(
    form: logs.LogFormat, stream: type[io.StringIO], *, is_json: bool
) -> None:
    assert told(form, stream()).startswith("{") is is_json
