"""Draws progress.png, the picture in the README: a real progress comment of an epic at work.

The Markdown is what the product posts; the page around it resembles GitHub's. Chromium makes the
picture (fonts: Liberation, Noto Color Emoji):

    .venv/bin/python docs/images/make_progress.py > /tmp/progress.html
    chromium --headless --no-sandbox --disable-gpu --no-first-run --user-data-dir=$(mktemp -d) \
        --disable-background-networking --disable-component-update --disable-sync \
        --hide-scrollbars --force-device-scale-factor=1.5 --window-size=940,520 \
        --screenshot=docs/images/progress.png file:///tmp/progress.html
"""

import re
import sys
from datetime import UTC, datetime, timedelta

from markdown_it import MarkdownIt

from bot.core.model.epic import AgentRun, Epic, PullRequest, Task
from bot.core.model.identifiers import (
    CommitSha,
    EpicStatus,
    Login,
    RepositoryName,
    RunId,
    TaskStatus,
)
from bot.rendering.epic_view import LogText, standing
from bot.rendering.progress_comment import progress_comment

START = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
TITLES = (
    "Give invoices a currency",
    "Read exchange rates from the bank's feed",
    "Show totals in `EUR` and in the invoice's currency",
    "Let people choose a currency on the checkout page",
    "Describe currencies in the manual",
)
STYLE = """
@font-face { font-family: Signs; src: local("Noto Color Emoji");
             unicode-range: U+26AA-26AB, U+2705, U+1F534-1F7EB; }
body { margin: 0; padding: 20px; background: #fff; color: #1f2328;
       font: 14px/1.5 Signs, "Liberation Sans", "DejaVu Sans", sans-serif; }
.box { border: 1px solid #d1d9e0; border-radius: 6px; }
.top { padding: 9px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0;
       border-radius: 6px 6px 0 0; color: #59636e; }
.top b { color: #1f2328; }
.top i { font-style: normal; font-size: 12px; border: 1px solid #d1d9e0; border-radius: 2em;
         padding: 0 7px; margin: 0 4px; }
.text { padding: 4px 16px 16px; }
h3 { font-size: 1.25em; margin: 14px 0 16px; }
p, table, details { margin: 0 0 14px; }
a { color: #0969da; text-decoration: none; }
code { font: 85% "Liberation Mono", "DejaVu Sans Mono", monospace; padding: .2em .4em;
       background: #818b981f; border-radius: 6px; }
table { border-collapse: collapse; }
th, td { border: 1px solid #d1d9e0; padding: 6px 12px; white-space: nowrap; }
td:nth-child(2) { white-space: normal; }
tr:nth-child(even) td { background: #f6f8fa; }
details:last-child { margin: 0; }
"""


def epic() -> Epic:
    """Two of five tasks are merged, the third waits for a check."""
    return Epic(
        id=1,
        token="0" * 32,
        repository=RepositoryName("acme", "shop"),
        default_branch="main",
        issue_number=40,
        status=EpicStatus.ACTIVE,
        recognised=True,
        title="Invoices in any currency",
        started_by=Login("octocat"),
        started_at=START,
        tasks=(_merged(1, 0, 14), _merged(2, 14, 41), _open(3, 41), _later(4), _later(5)),
    )


def _merged(number: int, began: int, ended: int) -> Task:
    return Task(
        number=number,
        title=TITLES[number - 1],
        status=TaskStatus.COMPLETED,
        pull_request_number=40 + number,
        base_sha=_sha(number),
        merge_sha=_sha(number + 1),
        started_at=START + timedelta(minutes=began),
        ended_at=START + timedelta(minutes=ended),
        runs=(_run(number),),
    )


def _open(number: int, began: int) -> Task:
    return Task(
        number=number,
        title=TITLES[number - 1],
        status=TaskStatus.PR_OPEN,
        waiting_for="required check “test” to finish",
        pull_request_number=40 + number,
        pull_request=PullRequest(number=40 + number, url="", head_sha=_sha(9)),
        base_sha=_sha(number),
        started_at=START + timedelta(minutes=began),
        runs=(_run(number),),
    )


def _later(number: int) -> Task:
    return Task(number=number, title=TITLES[number - 1])


def _sha(number: int) -> CommitSha:
    return CommitSha(f"{number * 0x3B9ACA07 % 0xFFFFFFF:07x}".ljust(40, "0"))


def _run(number: int) -> AgentRun:
    return AgentRun(
        id=RunId(f"run-{number}"),
        task_number=number,
        attempt=1,
        branch=f"orchestra/epic-40/task-{number}",
        start_ref="main",
        url=f"https://cursor.com/agents?id=bc-{number}",
    )


def page(comment: str) -> str:
    """The comment as HTML, in a box like GitHub's, with its references made links."""
    # In comments GitHub keeps line ends (its documentation, "Basic writing and formatting syntax").
    markdown = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
    text = markdown.render(comment)
    text = re.sub(r"#(\d+)(?=</td>)", r'<a href="#">#\1</a>', text)
    return (
        f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>'
        '<div class="box"><div class="top"><b>orchestra</b><i>bot</i> commented · edited</div>'
        f'<div class="text">{text}</div></div>'
    )


def main() -> None:
    """Write the page to standard output."""
    now = START + timedelta(minutes=55)
    log = [LogText(at=now, task=3, text="waiting for required check “test” to finish")]
    sys.stdout.write(page(progress_comment(standing(epic(), now, log))))


if __name__ == "__main__":
    main()
