"""Strangers' text meets patterns and parsers: none may take long, whatever it says.

Each pattern in `bot` and `jobs` is found by itself, and tried by the methods that its module calls.
Time is that of this thread alone, so a busy machine fails nothing. `WORST=all` tries every text at
its full length, which takes a quarter of an hour.
"""

import ast
import importlib
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bot
import jobs
import storage
from bot.clients.github.job_log import cleaned, end_of_log
from bot.core.commands.parsing import parse_line
from bot.core.model.identifiers import RepositoryName
from bot.core.text import checklist, closing_keywords, issue_body, sanitize, skip_words
from bot.core.text.comment_parser import may_command, parse_comment
from bot.core.text.diagrams import drawn_lines
from bot.core.text.item_matching import is_alike
from bot.core.transitions.transition import quoted
from bot.redaction import Redaction
from bot.rendering import escape
from bot.settings_file import parse_settings

SIZE = 256 * 1024
MAX_BODY = 65_536  # characters that GitHub takes for an issue or a comment
LIMIT = 1.0  # seconds
METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")

# What is repeated, with what comes before and after: near misses of what the patterns look for.
PIECES = (
    *(
        "a",
        "A",
        "0",
        "-",
        " ",
        "\t",
        "\n",
        "\r",
        " \n",
        "`",
        "[",
        "<",
        "(",
        "@",
        "#",
        ":",
        "/",
        ".",
    ),
    *("\\", "|", '"', "\u200b", "\u200d", "\ufe0f", "\ufeff", "\ud800", "\xa0", "x/", "a.", "a b "),
    *("sk-", "sk-a", "sk-a-", "-sk_a", "eyJ", "-eyJa", "-eyJabcdefgh", "eyJabcdefgh.", "xoxa-"),
    *("AKIA", "ghp_", "npm-", "bearer ", "basic A", "://", "://a:", "a:", "PRIVATE KEY"),
    *("-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN A", "\x1b[", "\x1b]", "\x1b[0"),
    *(
        "<!--",
        "<!-",
        "-->",
        "<!---",
        "~~",
        "~~a",
        "[ ]",
        "- [",
        "- [ ] ",
        "1. ",
        "> ",
        "* i\n 1. b\n",
    ),
    *("no ", "[no a ", "[skip ", "a skip", "***", "fixes ", "fixes #", "fixes https://a/", "GH-"),
    *(
        "not authorized ",
        "base branch ",
        "head ",
        "workflow ",
        "/orchestra ",
        "\n/orchestra",
        "%\n",
    ),
    *("A[", "A[b]-->", ":-\n", "|-", "$\\a", "$%", "as a ", "&#x", "github.com/a?b", "<rp>", "%%"),
    *("1h", "2024-01-01T", "https://", "www.", "%a", "? ", "&a ", "*a ", "{", "[[", "- - ", "a: "),
)
KILLERS = {"sk-", "-eyJa", " ", "* i\n 1. b\n"}
ENDS = (("", ""), ("", "\x00"), ("a", "!"), ("\n", "@"))


def _modules() -> Iterator[ModuleType]:
    for package in (bot, jobs, storage):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def _source(module: ModuleType) -> str:
    assert module.__file__
    return Path(module.__file__).read_text(encoding="utf-8")


def _in_place(module: ModuleType) -> Iterator[tuple[str, ast.expr, int]]:
    """Calls of `re` with a pattern that has no name: method, pattern, line."""
    named = {id(one.value) for one in ast.walk(_tree(module)) if isinstance(one, ast.Assign)}
    for call in ast.walk(_tree(module)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        of = call.func.value
        if not isinstance(of, ast.Name) or of.id != "re" or not call.args:
            continue
        known = call.func.attr in (*METHODS, "compile")
        if known and not isinstance(call.args[0], ast.Name) and id(call) not in named:
            yield call.func.attr, call.args[0], call.lineno


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(_source(module))


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    """Each pattern by its name, with the methods that are called of it."""
    found = {}
    for module in _modules():
        source = _source(module)
        for name, pattern in vars(module).items():
            if not isinstance(pattern, re.Pattern) or f"{name} = re.compile(" not in source:
                continue
            called = re.compile(rf"\b{name}\.({'|'.join(METHODS)})\(|re\.(split)\({name}\b")
            methods = {one[1] or one[2] for one in called.finditer(source)}
            # One that is built upon by another module, or called in a way not known here.
            found[f"{module.__name__}.{name}"] = (pattern, tuple(sorted(methods or METHODS)))
        for method, pattern, line in _in_place(module):
            if text := _value(pattern, module):
                found[f"{module.__name__}:{line}"] = (re.compile(text), (method,))
    return found


def _value(pattern: ast.expr, module: ModuleType) -> str | None:
    """The pattern that stands in a call, of constants of its module; None where it has others."""
    try:
        code = compile(ast.Expression(pattern), module.__name__, "eval")
        return str(eval(code, dict(vars(module))))
    except NameError:
        return None


def _tried(pattern: re.Pattern[Any], method: str, said: str) -> None:
    is_text = isinstance(pattern.pattern, str)
    text: Any = said if is_text else said.encode(errors="surrogatepass")
    if method == "finditer":
        assert sum(1 for _ in pattern.finditer(text)) >= 0
    elif method == "sub":
        pattern.sub("" if is_text else b"", text)
    else:
        getattr(pattern, method)(text)


def _texts(key: str, thorough: bool, size: int) -> Iterator[str]:
    """All hostile texts, or a sample: each piece with one of the ends, others for each `key`.

    Those that once took minutes are never left out, nor shortened.
    """
    for number, piece in enumerate(PIECES):
        ends = ENDS if thorough else (ENDS[(number + len(key)) % len(ENDS)],)
        for before, after in ends:
            whole = size if thorough or piece in KILLERS else size // 8
            yield f"{before}{(piece * (whole // len(piece) + 1))[:whole]}{after}"


def _longest(call: Callable[[str], Any], texts: Iterator[str], size: int) -> tuple[float, str]:
    """The longest time, as of a text of full size, were it in proportion; and that text's start."""
    worst = (0.0, "")
    for text in texts:
        took = _took(call, text)
        if took * size / len(text) > LIMIT / 2:
            took = min(took, _took(call, text))
        worst = max(worst, (took * size / len(text), text[:40]))
        # The next ones could take for ever.
        if worst[0] > LIMIT:
            break
    return worst


def _took(call: Callable[[str], Any], text: str) -> float:
    began = time.thread_time()
    call(text)
    return time.thread_time() - began


@pytest.mark.parametrize("name", _patterns())
def test_no_pattern_takes_long(name: str) -> None:
    pattern, methods = _patterns()[name]
    thorough = os.environ.get("WORST") == "all"
    for method in methods:
        worst = _longest(
            lambda text, used=method: _tried(pattern, used, text),  # type: ignore[misc]
            _texts(name, thorough, SIZE),
            SIZE,
        )
        assert worst[0] < LIMIT, (method, worst)


# Put together while running, and tried through the functions below.
_MADE = {
    ("bot.core.text.closing_keywords", "compile"),
    ("bot.redaction", "compile"),
}


def test_no_pattern_is_left_out() -> None:
    made = set()
    for module in _modules():
        for method, pattern, _ in _in_place(module):
            if _value(pattern, module) is None:
                made.add((module.__name__, method))
    assert made == _MADE


DIAGRAMS = ("graph TD", "sequenceDiagram", "stateDiagram", "classDiagram", "erDiagram")
REPOSITORY = RepositoryName.parse("acme/widgets")
PARSERS: dict[str, Callable[[str], Any]] = {
    "may_command": may_command,
    "parse_comment": parse_comment,
    "parse_line": lambda text: parse_line(f"/orchestra {text}"),
    "set": lambda text: parse_line(f"/orchestra set {text}"),
    "add": lambda text: parse_line(f"/orchestra add {text}"),
    "clean": sanitize.clean,
    "one_line": sanitize.one_line,
    "quoted": quoted,
    "skip words": skip_words.without_skip_words,
    "closes": lambda text: closing_keywords.closes(text, REPOSITORY, 1),
    "closing": closing_keywords.without_closing_any,
    "inline": escape.inline,
    "inert": escape.inert,
    "block": escape.block,
    "code": escape.code,
    "quote": escape.quote,
    "link": lambda text: escape.link(text, text),
    "redaction": Redaction(("a secret of ours", "another one")).clean,
    "job log": end_of_log,
    "annotation": lambda text: cleaned(text, 2000),
    "diagram": lambda text: [drawn_lines([kind, text]) for kind in DIAGRAMS],
    "is_alike": lambda text: is_alike(text[:200], text[-200:]),
}
# GitHub takes no longer ones, and the settings file is capped before it is read.
OF_BODIES: dict[str, Callable[[str], Any]] = {
    "checklist": checklist.parse_checklist,
    "tick": lambda text: issue_body.tick(text, "a"),
    "add_line": lambda text: issue_body.add_line(text, "a"),
    "ticked_between": lambda text: issue_body.ticked_between(text, text),
    "settings": parse_settings,
}


@pytest.mark.parametrize("name", [*PARSERS, *OF_BODIES])
def test_no_parser_takes_long(name: str) -> None:
    thorough = os.environ.get("WORST") == "all"
    size = MAX_BODY if name in OF_BODIES else SIZE
    worst = _longest({**PARSERS, **OF_BODIES}[name], _texts(name, thorough, size), size)
    assert worst[0] < LIMIT, worst


def test_redaction_still_knows_long_tokens() -> None:
    token = "eyJ" + "a" * 900 + "." + "b" * 5000 + "." + "c" * 400
    assert Redaction(()).clean(f"x-{token} y") == "x-[redacted] y"
    assert cleaned("key sk-ant-api03-" + "A1" * 20, 200) == "key [redacted]"
