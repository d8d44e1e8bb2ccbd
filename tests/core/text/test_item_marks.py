"""Which boxes are tasks: not those that are struck out, nor those under criteria."""

import pytest

from bot.core.text.checklist import parse_checklist
from bot.core.text.issue_body import tick


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("## Acceptance criteria\n### API\n- [ ] fast\n## Tasks\n- [ ] a", ["a"]),
        ("### DoD\n- [ ] fast\n## Tasks\n- [ ] a", ["a"]),
        ("## DoD <!-- of all -->\n- [ ] fast\n## Tasks\n- [ ] a", ["a"]),
        ("- [ ] a\n\n  ### Acceptance criteria\n  - [ ] fast\n\n- [ ] b", ["a", "b"]),
        ("- Phase\n  ## DoD\n  - [ ] a\n\n- [ ] b", ["a", "b"]),
        ("> ## DoD\n\n- [ ] a", ["a"]),
    ],
)
def test_criteria_end_where_their_heading_does(body: str, titles: list[str]) -> None:
    assert [item.title for item in parse_checklist(body).items] == titles


@pytest.mark.parametrize(
    "line",
    [
        "~~Dropped~~",
        " ~~Dropped for now~~.",
        "~Dropped~",
        "<del>Dropped</del>",
        "**~~Dropped~~**",
        "~~Drop~~ ~~both~~",
        "~~Dropped~~ ✅",
        "~~Dropped~~ (moved to #5)",
        "~~Dropped~~ <!-- since spring -->",
        "~~Drop\n  ped~~",
        "~~Drop the [page](https://x.y/~a)~~",
    ],
)
def test_a_struck_out_item_is_left_out(line: str) -> None:
    body = f"- [ ] a\n- [ ] {line}\n- [x] {line}\n- [ ] half ~~struck~~ b\n"
    assert [item.title for item in parse_checklist(body).items] == ["a", "half ~~struck~~ b"]
    assert tick(body, "half ~~struck~~ b") == body.replace("[ ] half", "[x] half")


@pytest.mark.parametrize(
    "line",
    [
        "~~Redis~~ Valkey",
        "~~Redis~~ Valkey, ~~not~~",
        "~~Redis~~ and ~~Memcached~~",
        "`~~x~~`",
        r"\~~x~~",
        "~~ x ~~",
        "Take ~5 to ~10",
    ],
)
def test_what_is_struck_out_in_part_is_a_task(line: str) -> None:
    assert [item.title for item in parse_checklist(f"- [ ] {line}").items] == [line]
