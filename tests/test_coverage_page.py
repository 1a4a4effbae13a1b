"""docs/coverage.md says what is true: its places and proving tests exist, and its sums are right."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
ROW = re.compile(
    r"^\| (?P<doc>\d) \| (?P<kind>.+?) \| (?P<item>.+) \| (?P<status>\w+) \| (?P<place>.+?) \| (?P<test>.+?) \|$"
)
KINDS = {"system", "concept", "formula", "snippet", "exercise", "use case"}


def table() -> list[dict[str, str]]:
    """Return the rows of the page."""
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d ", line)]
    rows = [ROW.match(line) for line in lines]
    assert all(rows), "a row has not six columns"
    return [row.groupdict() for row in rows if row]


def is_there(root: Path, place: str) -> bool:
    """Tell whether a place, a file or a name that can be imported, exists."""
    if "/" in place or place.endswith(".md"):
        return (root / place).exists()
    parts = place.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def test_the_documents_are_covered_row_by_row() -> None:
    rows = table()
    assert {row["doc"] for row in rows} == set("01234")
    assert {row["kind"] for row in rows} == KINDS
    assert len(rows) > 250


def test_what_is_done_has_a_place_and_a_proof(root: Path) -> None:
    for row in table():
        place, test = (row[name].strip("`") for name in ("place", "test"))
        assert row["status"] in {"done", "partial", "missing"}, row
        if row["status"] == "done":
            assert "—" not in {place, test}, row
        if place != "—":
            assert is_there(root, place), f"{place} is not there: {row['item']}"
        if test != "—":
            assert (root / test).is_file(), f"{test} is not there: {row['item']}"


def test_the_sums_are_right() -> None:
    text, rows = PAGE.read_text(), table()
    count = Counter(row["status"] for row in rows)
    head = (
        f"{len(rows)} rows, of which\n"
        f"{count['done']} are done, {count['partial']} partial and {count['missing']} missing"
    )
    assert head in text
    for doc in "01234":
        part = Counter(row["status"] for row in rows if row["doc"] == doc)
        line = f"{part.total()} items: {part['done']} done, {part['partial']} partial, {part['missing']} missing."
        assert line in text


@pytest.mark.parametrize(
    "place", ["pellucid.layers.Nothing", "lessons/nothing.py", "nothing.at_all"]
)
def test_a_wrong_place_is_noticed(root: Path, place: str) -> None:
    assert not is_there(root, place)
