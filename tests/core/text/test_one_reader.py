"""Whatever list style GitHub renders as a task list is read, ticked and compared by one reader."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.checklist import parse_checklist
from bot.core.text.issue_body import item_keys, tick, ticked_between

BULLETS = st.sampled_from(
    ["- ", "* ", "+ ", "1. ", "1) ", "7. ", "-   ", "-\t", "1. - ", "- - ", "* 1) "]
)
TITLES = st.lists(
    st.sampled_from(["First", "Second", "Third thing", "`x`"]), min_size=1, max_size=5
)
INDENTS = st.sampled_from(["", " ", "  "])
NOT_TASKS = st.sampled_from(
    [
        "",
        "> - [ ] quoted\n\n",
        "```\n- [ ] fenced\n```\n\n",
        "Words.\n\n",
        "<!--\n- [ ] hidden\n-->\n\n",
    ]
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, list[str], int]:
    """Return a body, the titles of its tasks, and one of them, every one open."""
    bullet, indent, titles = draw(BULLETS), draw(INDENTS), draw(TITLES)
    end = draw(st.sampled_from(["\n", "\n\n", "\r\n"]))
    inside = " " * len(f"{indent}{bullet}".expandtabs(4))
    under = draw(st.sampled_from(["", "- [ ] nested", "> - [ ] quoted"]))
    nested = f"{inside}{under}{end}" if under else ""
    # Blocks of one list each: an item in another item's lists would be its own part.
    lines = [f"{indent}{bullet}[ ] {title}{end}{nested}" for title in titles]
    body = draw(NOT_TASKS) + f"{end}Then:{end}{end}".join(lines)
    return body, titles, draw(st.integers(0, len(titles) - 1))


@given(bodies())
def test_each_style_is_read_ticked_and_compared_alike(made: tuple[str, list[str], int]) -> None:
    body, titles, index = made
    checklist = parse_checklist(body)
    assert [item.title for item in checklist.items] == titles
    title, nth = item_keys(checklist)[index]
    ticked = tick(body, title, nth)
    assert ticked is not None
    assert len(ticked) == len(body)
    assert [item.done for item in parse_checklist(ticked).items] == [
        n == index for n in range(len(titles))
    ]
    assert ticked_between(body, ticked) == ((title, nth),)
    assert ticked_between(ticked, body) == ()


@given(bodies(), st.sampled_from(["x", "X"]))
def test_a_tick_is_found_beside_any_other_edit(made: tuple[str, list[str], int], mark: str) -> None:
    body, _, index = made
    key = item_keys(parse_checklist(body))[index]
    ticked = tick(body, *key)
    assert ticked is not None
    edited = f"Other words.\n\n{ticked.replace('[x]', f'[{mark}]')}\n\n- [ ] One more\n"
    assert ticked_between(body, edited) == (key,)
