"""What an agent is given is what GitHub's page shows, whatever the Markdown."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.identifiers import Login
from bot.core.model.observations import CheckFailure, ReviewText, ReviewThread, ThreadComment
from bot.core.prompts.feedback import failures_text, reviews_text
from bot.core.text.checklist import parse_checklist
from bot.core.text.visible import parse_blocks, visible
from tests.core.text.hidden import HIDDEN


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("around", ["{}", "Before.\n\n{}\n\nAfter.", "- [ ] Task\n\n  {}\n"])
def test_what_the_page_does_not_show_reaches_no_agent(hidden: str, around: str) -> None:
    text = around.format(hidden.replace("\n", "\n  ") if "- [" in around else hidden)
    checklist = parse_checklist(text)
    given_to_agents = [checklist.goal, *(item.description for item in checklist.items)]
    assert "mine" not in visible(text)
    assert not [one for one in given_to_agents if "mine" in one]


@pytest.mark.parametrize(
    "shown",
    [
        "Strip `<!--` from templates",
        "Strip `<!--` and `-->`, ``<b a='c'> ` ``",
        "    <!-- code -->",
        "```html\n<!-- code -->\n[x]: y 'z'\n```",
        "a < b and c > d, a<b, 1 <- 2",
        "not closed <!-- here",
        "&lt;!-- entities --&gt;",
        r"\<!-- escaped --> \[x]: y",
        "<https://x.y> and https://x.y?a=b",
        "[a](https://x.y) [a](docs/b.md)",
        "Use `[x]: y 'z'` for **links**, *a* and ~~b~~",
        "# A heading\n\nAnother\n===\n\n---\n\n> quoted\n> more\n\n1. a\n   - b",
        "| a | b |\n| --- | :-: |\n| c | d |",
        "`&#x200b;` in code",
        "a <b>bold</b><br> word",
        "<details>\n<summary>More</summary>\n\nbody\n\n</details>",
        "[text in brackets] and [ ] and [x]",
        "a[0][1] = b[i](c)(d)",
        "[a](https://x.y/spec/v1.html) and [b](../docs/b.md) and [c](mailto:ada@x.y)",
        "https://github.com/acme/widgets/issues/7#issuecomment-12 and `https://github.com/a?b=c`",
        "https://github.com/acme/widgets/blob/main/a.py#L1-L5",
        "costs $5, 20% less than $6, or \\$7; `echo $HOME/\\x` and `$PATH`",
        "$O(n \\log n)$ and $`\\sqrt{2}`$ and $$\\frac{a}{b}$$, 5\\% of it",
        "H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>",
        "<ruby>a<rt>b</rt></ruby>",
        "```python\n# % <!-- -->\n```",
        "```math\n\\sum_{i=1}^n i\n```",
        "```mermaid\nsequenceDiagram\n  A->>B: hello\n  Note over A,B: both\n```",
        "```mermaid\nerDiagram\n  CUSTOMER ||--o{ ORDER : places\n  ORDER {\n    int id\n  }\n```",
        "```mermaid\nclassDiagram\n  class Shape {\n    <<interface>>\n    +draw()\n  }\n```",
        "```mermaid\nflowchart LR\n  A[Web client] -->|sends| B(Server)\n  B --> C{Known?}\n```",
    ],
)
def test_what_the_page_shows_is_kept_as_it_was_written(shown: str) -> None:
    assert visible(shown).rstrip() == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\n:-\nb | c", "| a |\n:-\n| b |"),
        ("x\na | b\n--|--\nc", "x\n| a | b |\n--|--\n| c |  |"),
        ("|a|b|\n|-|-|\nc|d|e\n> f", "| a | b |\n|-|-|\n| c | d |\n> f"),
        ("|a|\n|-|\n|\nb|c", "| a |\n|-|\n|\nb|c"),
        ("- a | b\n-|-", ""),
        ("a | b\n---", "a | b\n---"),
        ("a \\| b | c\n-|-", "| a \\| b | c |\n-|-"),
        ("[a](https://x.y/z?q=1#f) [b](c#d)", "[a](https://x.y/z?…) [b](c#…)"),
        ("[a](javascript:x) [b](https://u@x.y)", "[a] [b]"),
        ("https://github.com/a/b/pull/1?w=1, so", "https://github.com/a/b/pull/1 so"),
        ("a <script>b</script> c", "a  c"),
        ("Add a <title> to it", "Add a  to it"),
        ("a <rp>b</rp> c", "a  c"),
        ("a <rp>b", "a"),
        ("a <video>b <b>c</b></video> d", "a  d"),
        ("$\\color{red} x$ and $y$", "$$ and $y$"),
        ("$x % why\n$", "$x \n$"),
        ("```math\nx % why\ny\n```", "```math\nx\ny\n```"),
        ("```geojson\n{}\n```", "```geojson\n```"),
        ("```mermaid\npie\n  %% why\n  title A\n```", "```mermaid\npie\n  title A\n```"),
        (
            "```mermaid\ngraph TD\n  client[The client] -- asks client --> db[(DB)]\n```",
            "```mermaid\ngraph TD\n  n1[The client] -- asks n1 --> db[(DB)]\n```",
        ),
        (
            "```mermaid\nsequenceDiagram\n  actor ada as Ada ada\n  ada->>B: ada\n```",
            "```mermaid\nsequenceDiagram\n  actor n1 as Ada ada\n  n1->>B: ada\n```",
        ),
        (
            "```mermaid\nstateDiagram\n  idle : Waiting\n  idle --> done : ends\n```",
            "```mermaid\nstateDiagram\n  n1 : Waiting\n  n1 --> done : ends\n```",
        ),
        ("> ```mermaid\n> pie\n> %% why\n> ```", "> ```mermaid\n> pie\n> ```"),
        ("``` not a language\na\n```", "```\na\n```"),
    ],
)
def test_of_what_is_partly_shown_the_rest_is_left_out(written: str, shown: str) -> None:
    lines = [line.rstrip() for line in visible(written).strip().split("\n")]
    assert lines == [line.rstrip() for line in shown.split("\n")]


def test_a_code_span_with_a_comment_stays_in_title_description_and_goal() -> None:
    words = "Strip `<!--` from templates"
    found = parse_checklist(f"{words}\n\n- [ ] {words}\n\n  {words}\n")
    assert (found.goal, found.items[0].title, found.items[0].description) == (words,) * 3


@pytest.mark.parametrize("hidden", HIDDEN)
def test_reviews_and_checks_hide_nothing_from_their_readers(hidden: str) -> None:
    comment = ThreadComment(id=1, by=Login("bob"), body=f"a\n\n{hidden}")
    thread = ReviewThread(path="a.py", line=1, comments=(comment,))
    review = ReviewText(review_id=1, by=Login("bob"), body=f"{hidden}\n", threads=(thread,))
    failure = CheckFailure(
        name="test", conclusion="failure", summary=hidden, annotations=(f"a.py:1: b\n\n{hidden}",)
    )
    assert "mine" not in reviews_text([review])
    assert "mine" not in failures_text([failure])


PARTS = [
    "[",
    "]",
    "(",
    ")",
    "!",
    "<",
    ">",
    "<!--",
    "-->",
    "`",
    "a",
    "'",
    '"',
    "\n",
    "\n\n",
    ":",
    " ",
]


@given(st.lists(st.sampled_from([*PARTS, "- [ ] ", "    ", "> ", "|", "=", "<b ", "<p x="])))
def test_any_text_can_be_reduced_and_gains_no_words(parts: list[str]) -> None:
    text = "".join(parts)
    shown = visible(text)
    assert shown.count("a") <= text.count("a")
    assert len(shown.split("\n")) <= len(text.split("\n")) + 1


@pytest.mark.parametrize(
    "hostile",
    [
        "[",
        "![",
        "[a](",
        "[](",
        "<",
        "<a ",
        '<a x="',
        "<!--",
        "<![CDATA[>",
        "`<",
        "&amp;",
        "[a]: b\n",
        "<p\n\n",
        "* i\n 1. b\n",
        "> ",
        "|a\n",
        "[^a]: b\n\n",
        "<!---->",
        "<b>\n\n",
        "<rp>",
        "<script>",
        "<x></y>",
        "<sub><div></sub>",
        "[<rp>](b)\n\n",
        "|a|\n:-\n",
        "a\n    b|c\n-|-\n",
        "<source>\n",
        "$\\a",
        "$%a",
        "https://github.com/a?b ",
        "```mermaid\ngraph TD\na[b\n```\n",
    ],
)
def test_a_hostile_text_is_reduced_in_time(hostile: str) -> None:
    text = hostile * (65_536 // len(hostile))
    parse_blocks(text)
    began = time.thread_time()
    visible(text)
    assert time.thread_time() - began < 1


@pytest.mark.parametrize("text", ["a\n[^1]: mine", "> a\n> [^1]: mine\n> too", "- a\n  [^1]: mine"])
def test_a_footnote_hides_nothing_within_a_paragraph(text: str) -> None:
    assert "mine" not in visible(text)
    assert "a" in visible(text)


WIDE = "|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|x\n" * 280


@pytest.mark.parametrize(
    "text",
    [
        WIDE,
        f"> {WIDE}",
        "\n".join([WIDE] * 4),
        "|a|b|\n|-|-|\n" + "|x\n" * 60_000,
        # What ends a line elsewhere, but not in Markdown, ends no table.
        "\n".join([WIDE.replace("|x\n", "|x\u2028\n", 1)] * 4),
        "\n".join([WIDE.replace("|x\n", "|x\f\n", 1)] * 4),
    ],
)
def test_a_table_of_a_million_cells_is_not_even_read(text: str) -> None:
    began = time.thread_time()
    assert "x" not in visible(f"{text}\n\nand more")
    assert "and more" in visible(f"{text}\n\nand more")
    assert time.thread_time() - began < 1.0


def test_a_table_that_people_write_is_kept() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert visible(table).splitlines()[-1] == "| 1 | 2 |"
