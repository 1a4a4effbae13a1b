"""Every check of the doctor has a page in docs/doctor, whose example runs, shows its finding and prints what it shows.

All pages run in this process, so that imports are paid once; each has names of its own and an empty folder.
"""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib
import pytest
from matplotlib import pyplot

from pellucid.doctor import all_checks
from tests.journeys.test_docs_code import blocks, same

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "doctor"
CHECKS = {check.code: check for check in all_checks()}
SECTIONS = ["Example", "Repair", "When it is no fault", "Where the threshold comes from"]
MOST_LINES = 95


def page_of(code: str) -> str:
    """Return the text of a code's page."""
    return (FOLDER / f"{code}.md").read_text(encoding="utf-8")


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in FOLDER.glob("D*.md")} == set(CHECKS)


@pytest.mark.parametrize("code", CHECKS)
def test_page_has_its_parts_and_stands_in_the_index(code: str) -> None:
    text, title = page_of(code), CHECKS[code].title
    assert text.startswith(f"# {code}: {title}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert "**What happens.**" in text and "**How it shows.**" in text
    assert text.count("\n") <= MOST_LINES
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert f"| [{code}]({code}.md) | {title} |" in index


@pytest.mark.parametrize("code", CHECKS)
def test_example_shows_the_finding(
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    space: dict[str, object] = {"__name__": "__main__"}
    printed = []
    for block in blocks(page_of(code)):
        exec(compile("\n" * (block.line - 1) + block.code, f"{code}.md", "exec"), space)
        printed.append(capsys.readouterr().out)
        assert same(block.printed or "", printed[-1]), (
            f"{code}.md, line {block.line}, shows\n{block.printed}\nbut prints\n{printed[-1]}"
        )
    pyplot.close("all")
    assert code in printed[0]
