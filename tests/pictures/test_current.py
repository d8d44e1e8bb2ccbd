"""The texts of which the documentation shows pictures are those that the product renders now."""

from tests.pictures.__main__ import TEXTS
from tests.pictures.page import page
from tests.pictures.texts import texts


def test_the_committed_texts_are_current() -> None:
    written = {path.stem: path.read_text() for path in TEXTS.glob("*.md")}
    assert written == texts(), "run `make pictures`"


def test_pages_have_no_markdown_left() -> None:
    for text in texts().values():
        shown = page(text, 780)
        assert "[!" not in shown
        assert "| --" not in shown
