"""What of a check's output an agent may read: the telling end of a log, without secrets."""

import re

from bot.redaction import Redaction

LOG_LINES = 80
LOG_CHARACTERS = 8000

# Escape sequences as terminals know them (ECMA-48): colours, cursor, links and titles.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[@-Z\\-_])")
_OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")
# GitHub Actions puts one before each line of a job's log.
_TIMESTAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?", re.MULTILINE)
_REDACTION = Redaction(())
# Read beyond what is shown, so that a secret or a colour that reaches across the cut is recognised.
_MARGIN = 16_000
_CUT_WORD = re.compile(rf"\A\S{{1,{_MARGIN}}}")


def cleaned(text: str, most: int) -> str:
    """Return the text without terminal codes and without anything that looks like a secret.

    It is cut to `most` characters.
    """
    if len(text) > most + _MARGIN:
        # Nothing is known of a word that is cut off.
        words = text[: most + _MARGIN].rsplit(maxsplit=1)
        text = words[0] if words else ""
    return _REDACTION.clean(_plain(text)).strip()[:most]


def end_of_log(text: str) -> str:
    """Return the last 80 lines (at most 8,000 characters) up to the last error that the log names.

    What comes after is the runner's cleaning up.
    """
    lines = _plain(_TIMESTAMP.sub("", text)).strip().splitlines()
    errors = [index for index, line in enumerate(lines) if line.startswith("##[error]")]
    end = "\n".join(lines[: errors[-1] + 1] if errors else lines)
    if len(end) > LOG_CHARACTERS + _MARGIN:
        end = _CUT_WORD.sub("", end[-LOG_CHARACTERS - _MARGIN :], count=1)
    shown = _REDACTION.clean(end).splitlines()
    return "\n".join(shown[-LOG_LINES:])[-LOG_CHARACTERS:].strip()


def _plain(text: str) -> str:
    text = _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _OTHER_CONTROLS.sub("", text)
