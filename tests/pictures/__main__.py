"""Write the texts, and draw those that the documentation shows."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.pictures.page import page
from tests.pictures.texts import texts

IMAGES = Path(__file__).parent.parent.parent / "docs/images"
TEXTS = IMAGES / "texts"
# Pixels: a desktop's comment column, and a phone.
WIDTHS = {"desktop": 780, "phone": 390}
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The page's own time, in ms, in which its pictures are drawn.
_DRAWING = "--virtual-time-budget=10000"
_MERMAID = "mermaid@11.17.2"


def write_texts() -> None:
    """Write each text to its file, and remove files of texts that are no more."""
    TEXTS.mkdir(parents=True, exist_ok=True)
    for old in TEXTS.glob("*.md"):
        old.unlink()
    for name, text in texts().items():
        (TEXTS / f"{name}.md").write_text(text)


def draw(chromium: str) -> None:
    """Draw every text at both widths, as high as it is."""
    with tempfile.TemporaryDirectory() as directory:
        plain = [chromium, *_FLAGS, f"--user-data-dir={directory}/profile"]
        mermaid = _mermaid(Path(directory))
        for name, text in texts().items():
            source = Path(directory) / f"{name}.html"
            for kind, width in WIDTHS.items():
                html = page(text, width, mermaid)
                source.write_text(html)
                browser = [*plain, _DRAWING] if mermaid in html else plain
                measured = _run([*browser, f"--window-size={width},100", "--dump-dom"], source)
                height = re.search(r"<title>(\d+)</title>", measured)
                assert height is not None, "the page has not measured itself"
                shot = IMAGES / f"{name}-{kind}.png"
                size = f"--window-size={width},{height[1]}"
                _run([*browser, size, f"--screenshot={shot}"], source)
    shutil.copy(IMAGES / "progress-running-desktop.png", IMAGES / "progress.png")


def _mermaid(directory: Path) -> str:
    """Fetch what GitHub draws Mermaid's pictures with; returns its address."""
    npm = ["npm", "install", "--silent", "--no-save", "--prefix", str(directory), _MERMAID]
    subprocess.run(npm, check=True, timeout=300)
    return (directory / "node_modules/mermaid/dist/mermaid.min.js").as_uri()


def _run(command: list[str], source: Path) -> str:
    done = subprocess.run(
        [*command, source.as_uri()], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def main() -> int:
    """Write and draw; without Chromium, only write."""
    write_texts()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("Chromium is not installed: texts written, no pictures drawn\n")
        return 1
    draw(chromium)
    return 0


if __name__ == "__main__":
    sys.exit(main())
