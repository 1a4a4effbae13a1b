"""Every `python` block of the README and of the documentation runs, and prints what the page shows.

The blocks of one page are one program: a fresh process in an empty folder, with warnings as errors. A block that is
followed by a `text` block must print just that text; numbers may differ in the last place, because processors round
differently. A block that cannot run where the tests run is marked ```python no-run and must say why in the text.
The many pages of docs/doctor share one process: `test_doctor_pages.py`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
PAGES = [
    page for page in WRITTEN if "```python\n" in page.read_text() and page.parent.name != "doctor"
]
FENCE = re.compile(
    r"^```(?P<kind>[a-z]+)(?P<flag> no-run)?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")
MARK = "<<pellucid-docs block {}>>"


@dataclass(frozen=True)
class Block:
    """A `python` block of a page, and what it should print (None: the page does not say)."""

    line: int
    code: str
    printed: str | None


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page that run, in order."""
    fences = list(FENCE.finditer(text))
    found = []
    for fence, follower in zip_longest(fences, fences[1:]):
        if fence["kind"] != "python" or fence["flag"]:
            continue
        shows = (
            follower is not None
            and follower["kind"] == "text"
            and not text[fence.end() : follower.start()].strip()
        )
        line = text.count("\n", 0, fence.start()) + 2
        found.append(Block(line, fence["body"], follower["body"] if shows else None))
    return found


def program(page: Path, found: list[Block]) -> str:
    """Return one script of all blocks; each keeps its place in the page, for the traceback."""
    parts = [f"compile_ = compile\npage = {str(page)!r}\n"]
    for index, block in enumerate(found):
        parts.append(f"print({MARK.format(index)!r}, flush=True)\n")
        padded = "\n" * (block.line - 1) + block.code
        parts.append(f"exec(compile_({padded!r}, page, 'exec'), globals())\n")
    return "".join(parts)


def same(shown: str, printed: str) -> bool:
    """Tell whether two texts agree: words exactly, spaces freely, decimals to one unit of their last place but one."""
    if NUMBER.sub("#", shown).split() != NUMBER.sub("#", printed).split():
        return False
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(printed), strict=True)
    return all(close(one, two) for one, two in pairs)


def close(one: str, two: str) -> bool:
    """Tell whether two numbers, as printed, are the same up to ten units of the last place shown; integers exactly."""
    one, two = one.replace(",", ""), two.replace(",", "")
    if "." not in one:
        return one == two
    places = len(one.split(".")[1].split("e")[0])
    return abs(float(one) - float(two)) <= 10.0 ** (1 - places) * max(1.0, abs(float(one)) / 10)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path) -> None:
    found = blocks(page.read_text())
    assert found, "no block was found, although there is one"
    script = tmp_path / "page.py"
    script.write_text(program(page, found))
    folder = tmp_path / "here"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, (
        f"{page.name} does not run:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    )
    outputs = re.split(re.escape(MARK).replace(r"\{\}", r"\d+") + "\n", done.stdout)[1:]
    assert len(outputs) == len(found)
    for block, printed in zip(found, outputs, strict=True):
        if block.printed is not None:
            assert same(block.printed, printed), (
                f"{page.name}, line {block.line}, shows\n{block.printed}\nbut prints\n{printed}"
            )


def test_the_readme_shows_a_network_that_trains() -> None:
    found = blocks((ROOT / "README.md").read_text())
    assert any("fit(" in block.code and block.printed for block in found)


@pytest.mark.parametrize(
    ("shown", "printed", "agree"),
    [
        ("accuracy: 0.9712", "accuracy: 0.9713", True),
        ("accuracy: 0.9712", "accuracy: 0.9812", False),
        ("epoch 17", "epoch 18", False),
        ("loss 1.5", "cost 1.5", False),
        ("a\n b", "a b", True),
    ],
)
def test_comparison(shown: str, printed: str, agree: bool) -> None:
    assert same(shown, printed) is agree
