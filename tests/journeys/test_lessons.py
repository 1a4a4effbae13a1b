"""Every lesson runs as it stands, in its own process and an empty folder, and proves its claims by its own assertions.

A lesson may warn of nothing, must leave the pictures that the table promises, and must use less than a minute of two
cores, counted as processor time so that a busy machine changes nothing.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib import image

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "lessons"
LESSONS = sorted(path.stem for path in FOLDER.glob("*.py"))
ROW = re.compile(
    r"^\| \[`(?P<name>\w+)\.py`\]\((?P<link>[\w.]+)\) \| (?P<words>.+) \| (?P<pictures>\d+) \|$",
    re.MULTILINE,
)
TABLE = {
    row["name"]: row for row in ROW.finditer((FOLDER / "README.md").read_text(encoding="utf-8"))
}
PROCESSOR_SECONDS = 120.0

# Each lesson says this when it has found what it teaches.
SAYS = {
    "activations_losses": "two linear layers equal one: True",
    "backpropagation": "by hand g(-6) = 0.002473, by Pellucid 0.002473",
    "first_network": "18. a more complex model",
    "gradient_descent": "after 25 steps: 0.034001, closed form 0.034001",
    "perceptron_adaline": "gradient through the step: {'dense/bias': 0.0, 'dense/kernel': 0.0}",
    "regularisation": "bias:   the penalty moved it by 0.0e+00",
    "three_loops": "Epoch 1000/1000, Loss:",
}


def pictures_promised(name: str, output: str) -> int:
    """Return how many pictures the table promises; without MNIST the first network has four fewer."""
    missing = 4 if "MNIST is not here" in output else 0
    return int(TABLE[name]["pictures"]) - missing


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a lesson: pictures go to `given`, larger data sets come from a local copy."""
    local = ROOT.parent / "shared" / "data"
    variables = {**os.environ, "MPLBACKEND": "Agg", "PELLUCID_PICTURES": str(tmp_path / "given")}
    if local.is_dir():
        variables.setdefault("PELLUCID_DATA", str(local))
    return variables


def run(name: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a lesson in `folder` with warnings as errors, and return what it printed."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-W", "error", str(FOLDER / f"{name}.py")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
    after = os.times()
    used = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    assert done.returncode == 0, f"{name} fails:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    print(f"{name}: {used:.1f} s of processor time")
    assert used < PROCESSOR_SECONDS
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_lesson(name: str, tmp_path: Path, environment: dict[str, str]) -> None:
    here = tmp_path / "here"
    here.mkdir()
    printed = run(name, here, environment)
    assert SAYS[name] in printed
    pictures = sorted((tmp_path / "given").glob("*.png"))
    assert len(pictures) == pictures_promised(name, printed)
    for picture in pictures:
        pixels = image.imread(picture)
        assert min(pixels.shape[:2]) >= 300, f"{picture.name} is too small to read"
        assert pixels[..., :3].std() > 0.02, f"{picture.name} is empty"
    assert not list(here.iterdir()), (
        "with PELLUCID_PICTURES set, nothing is left in the current folder"
    )
    if "MNIST is not here" in printed:
        pytest.skip("the small digits passed; the MNIST half needs its data: set PELLUCID_DATA")


def test_pictures_go_to_the_current_folder_by_default(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    del environment["PELLUCID_PICTURES"]
    run("gradient_descent", tmp_path, environment)
    assert (tmp_path / "pictures" / "parabola.png").is_file()


def test_every_lesson_is_in_the_tables_and_in_the_documentation() -> None:
    assert len(LESSONS) >= 7
    assert sorted(TABLE) == LESSONS == sorted(SAYS)
    assert all(row["link"] == f"{name}.py" for name, row in TABLE.items())
    pages = ROOT / "docs" / "lessons"
    assert sorted(page.stem for page in pages.glob("*.md") if page.stem != "index") == LESSONS
    index = (pages / "index.md").read_text(encoding="utf-8")
    for name in LESSONS:
        assert re.search(rf"^{name}$", index, re.MULTILINE), (
            f"docs/lessons/index.md does not list {name}"
        )
        assert f"lessons/{name}.py" in (pages / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_is_a_page_that_ends_with_its_proof(name: str) -> None:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert text.startswith("# %% [markdown]\n# # "), "a lesson begins with its title"
    cells = re.split(r"^# %%", text, flags=re.MULTILINE)[1:]
    prose = [cell for cell in cells if cell.startswith(" [markdown]")]
    assert len(prose) >= 6
    claims = [
        node
        for node in ast.walk(ast.parse(cells[-1].partition("\n")[2]))
        if isinstance(node, ast.Assert)
    ]
    assert len(claims) >= 5
