"""What of a check's output an agent may read: the telling end of a log, without secrets."""

import re

from bot.logs import Redaction

LOG_LINES = 80
LOG_CHARACTERS = 8000

# Escape sequences as terminals know them (ECMA-48): colours, cursor, links and titles.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\-_])")
_OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")
# GitHub Actions puts one before each line of a job's log.
_TIMESTAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?", re.MULTILINE)
# Beyond what our own logs may hold, the keys of the services that CI is often given.
_OTHER_TOKENS = re.compile(
    r"""
      \b(?:AKIA|ASIA)[A-Z0-9]{12,}
    | \bgh[opsur]_[A-Za-z0-9_.\-]{4,}
    | \bgithub_pat_\w{4,}
    | \bcrsr_\w{4,}
    | \b(?:sk|rk|pk)[-_](?:[a-z0-9]{1,20}[-_]){0,5}[A-Za-z0-9]{16,}
    | \bxox[a-z]-[A-Za-z0-9\-]{8,}
    | \b(?:npm|glpat|pypi|hf)[-_][A-Za-z0-9_\-]{16,}
    | \bAIza[A-Za-z0-9_\-]{30,}
    """,
    re.VERBOSE,
)
_BEARER = re.compile(r"\b(bearer|token|basic)(\s+)[^\s\"'\\,]{8,}", re.IGNORECASE)
_REDACTION = Redaction(())
# Read beyond what is shown, so that a token or a colour that reaches across the cut is recognised.
_MARGIN = 16_000


def cleaned(text: str, most: int) -> str:
    """Return the text without terminal codes and without anything that looks like a token.

    It is cut to `most` characters.
    """
    text = text[: most + _MARGIN].replace("\r\n", "\n").replace("\r", "\n")
    text = _ANSI.sub("", text)
    return _without_tokens(_OTHER_CONTROLS.sub("", text)).strip()[:most]


def end_of_log(text: str) -> str:
    """Return the last 80 lines (at most 8,000 characters) up to the last error that the log names.

    What comes after is the runner's cleaning up.
    """
    plain = cleaned(_TIMESTAMP.sub("", text), len(text))
    lines = plain.splitlines()
    errors = [index for index, line in enumerate(lines) if line.startswith("##[error]")]
    if errors:
        lines = lines[: errors[-1] + 1]
    return "\n".join(lines[-LOG_LINES:])[-LOG_CHARACTERS:]


def _without_tokens(text: str) -> str:
    text = _REDACTION.clean(text)
    text = _OTHER_TOKENS.sub("[redacted]", text)
    return _BEARER.sub(r"\1\2[redacted]", text)
