"""A comment as a page that looks like GitHub's."""

import re

from markdown_it import MarkdownIt

STYLE = """
@font-face { font-family: Signs; src: local("Noto Color Emoji");
             unicode-range: U+26A0, U+26AA-26AB, U+2705, U+274C, U+1F534-1F7EB, U+FE0F; }
body { margin: 0; padding: 16px; background: #fff; color: #1f2328;
       font: 14px/1.5 Signs, "Liberation Sans", "DejaVu Sans", sans-serif; }
.box { border: 1px solid #d1d9e0; border-radius: 6px; }
.top { padding: 9px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0;
       border-radius: 6px 6px 0 0; color: #59636e; }
.top b { color: #1f2328; }
.text { padding: 4px 16px 16px; overflow-wrap: anywhere; }
h3 { font-size: 1.25em; margin: 14px 0 16px; }
p, ul, table, details, blockquote { margin: 0 0 14px; }
a { color: #0969da; text-decoration: none; }
code { font: 85% "Liberation Mono", "DejaVu Sans Mono", monospace; padding: .2em .4em;
       background: #818b981f; border-radius: 6px; }
pre { background: #f6f8fa; border-radius: 6px; padding: 12px; overflow: auto; }
pre code { background: none; padding: 0; }
blockquote { border-left: .25em solid #d1d9e0; padding: 0 1em; color: #59636e; }
blockquote.alert { color: inherit; }
.alert > strong:first-child, .alert b { display: block; margin-bottom: 8px; }
.note { border-color: #0969da; } .important { border-color: #8250df; }
.warning { border-color: #9a6700; } .caution { border-color: #cf222e; }
.tip { border-color: #1a7f37; }
table { border-collapse: collapse; display: block; max-width: 100%; overflow: auto; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; overflow-wrap: normal; }
tr:nth-child(even) td { background: #f6f8fa; }
details:last-child { margin: 0; }
"""
_ALERT = re.compile(r"<blockquote>\s*<p>\[!(\w+)\](?:<br ?/?>)?\s*")
_REFERENCE = re.compile(r"(?<![\w&/\"'>])#(\d+)\b")


_MERMAID = re.compile(r'<pre><code class="language-mermaid">(.*?)</code></pre>', re.S)
_MEASURE = "document.title = document.documentElement.offsetHeight"


def page(comment: str, width: int, mermaid: str = "") -> str:
    """Return the comment as HTML `width` pixels wide, its alerts and references as GitHub's.

    `mermaid` is the address of the script that draws Mermaid's pictures. A picture is only drawn
    where nothing else is shown: GitHub folds it.
    """
    # In comments GitHub keeps line ends ("Basic writing and formatting syntax").
    markdown = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
    text = _ALERT.sub(_alert, markdown.render(comment))
    parts = re.split(r"(<pre>.*?</pre>)", text, flags=re.S)
    text = "".join(
        part if part.startswith("<pre>") else _REFERENCE.sub(r'<a href="#">#\1</a>', part)
        for part in parts
    )
    script = f"<script>{_MEASURE}</script>"
    if comment.startswith("<details>") and mermaid:
        text = _MERMAID.sub(r'<pre class="mermaid">\1</pre>', text)
        text = text.replace("<details>", "<details open>", 1)
        drawn = f"<script>mermaid.run().then(() => {{ {_MEASURE} }})</script>"
        script = f'<script src="{mermaid}"></script>{drawn}'
    return (
        f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<style>{STYLE} body {{ width: {width - 32}px; }}</style>"
        '<div class="box"><div class="top"><b>orchestra</b> bot commented</div>'
        f'<div class="text">{text}</div></div>'
        f"{script}"
    )


def _alert(found: re.Match[str]) -> str:
    kind = found[1].lower()
    return f'<blockquote class="alert {kind}"><b>{kind.capitalize()}</b><p>'
