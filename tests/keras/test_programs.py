"""Whole Keras programs, run as `pellucid run` runs them: what each must reach, and the same on Keras itself.

A program's docstring says where else it runs, what its scores must reach and how far they may differ from Keras's:

    runs on: Keras 3 | TensorFlow (only with it) | old Keras (what Keras 3 refuses in it)
    reaches: accuracy >= 0.9, loss <= 0.3
    agrees: accuracy 0.05
    document: of which source document it is a snippet, completed where the document leaves a hole

It ends by defining RESULT: its scores, shapes (which must equal Keras's), and the keys of its history.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.util
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from pellucid.keras.finder import install, uninstall
from pellucid.keras.utils import set_random_seed

FOLDER = Path(__file__).parent / "programs"
ON_KERAS = Path(__file__).parent / "on_keras.py"
FRAMEWORKS = ("keras", "tensorflow")
TENSORFLOW = importlib.util.find_spec("tensorflow") is not None


@dataclass(frozen=True)
class Program:
    """A program and what its docstring says of it."""

    path: Path
    runs_on: str
    reaches: tuple[tuple[str, str, float], ...]
    agrees: dict[str, float]
    needs_data: bool


def read(path: Path) -> Program:
    """Read a program's docstring."""
    text = path.read_text(encoding="utf8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    facts = dict(re.findall(r"^([a-z ]+): (.+)$", docstring, re.MULTILINE))
    bounds = [re.fullmatch(r"(.+) (>=|<=) (\S+)", part) for part in facts["reaches"].split(", ")]
    margins = [part.rpartition(" ") for part in filter(None, facts.get("agrees", "").split(", "))]
    return Program(
        path,
        facts["runs on"],
        tuple((bound[1], bound[2], float(bound[3])) for bound in bounds),
        {name: float(margin) for name, _, margin in margins},
        "PELLUCID_DATA" in text or "mnist" in text,
    )


PROGRAMS = {
    path.stem: read(path) for path in sorted(FOLDER.glob("*.py")) if path.stem != "conftest"
}
each_program = pytest.mark.parametrize("name", PROGRAMS)
each_modern_program = pytest.mark.parametrize(
    "name", [name for name, program in PROGRAMS.items() if not program.runs_on.startswith("old")]
)


def skip_without_data(program: Program) -> None:
    """Skip a program whose data are not at hand."""
    if program.needs_data and not os.environ.get("PELLUCID_DATA"):
        pytest.skip("PELLUCID_DATA names no folder with the data sets")


@contextlib.contextmanager
def frameworks_set_aside():
    """Hide Keras and TensorFlow that another test has imported into this process."""
    kept = {
        name: sys.modules.pop(name)
        for name in list(sys.modules)
        if name.split(".")[0] in FRAMEWORKS
    }
    try:
        yield
    finally:
        sys.modules.update(kept)


def plain(value):
    """Return numbers and shapes of a RESULT as JSON can hold them."""
    return value.item() if hasattr(value, "item") else list(value)


@functools.cache
def result_of(name: str) -> dict:
    """Run a program on Pellucid, in a folder of its own; return its RESULT as JSON would keep it."""
    path = str(PROGRAMS[name].path)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), frameworks_set_aside():
        set_random_seed(0)  # NumPy's too: whatever ran before, the same numbers
        install()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = runpy.run_path(path, run_name="__main__")["RESULT"]
            return json.loads(json.dumps(found, default=plain))
        finally:
            uninstall()


@each_program
def test_the_program_reaches_what_it_must(name):
    program = PROGRAMS[name]
    skip_without_data(program)
    scores = result_of(name)["scores"]
    for score, relation, bound in program.reaches:
        reached = scores[score] >= bound if relation == ">=" else scores[score] <= bound
        assert reached, f"{score} is {scores[score]:.6g}, and must be {relation} {bound}"


class Keras:
    """Keras itself, in a process of its own that is asked for one program after the other."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, str(ON_KERAS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "KERAS_BACKEND": "tensorflow" if TENSORFLOW else "jax"},
        )

    def ask(self, **request) -> None:
        """Have it answer one request."""
        print(json.dumps(request), file=self.process.stdin, flush=True)
        said = json.loads(self.process.stdout.readline())
        assert said["error"] is None, said["error"]

    def close(self) -> None:
        """Let it end."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def on_keras():
    """Return Keras in a process of its own."""
    if importlib.util.find_spec("keras") is None:
        pytest.skip("Keras is not installed (extra `oracle`)")
    keras = Keras()
    yield keras
    keras.close()


@pytest.mark.oracle
@pytest.mark.slow
@each_modern_program
def test_keras_itself_says_the_same(name, on_keras, tmp_path):
    program = PROGRAMS[name]
    skip_without_data(program)
    if program.runs_on == "TensorFlow" and not TENSORFLOW:
        pytest.skip("this program uses functions of TensorFlow, which is not installed")
    (tmp_path / "work").mkdir()
    answer = tmp_path / "result.json"
    on_keras.ask(program=str(program.path), folder=str(tmp_path / "work"), result=str(answer))
    theirs, ours = json.loads(answer.read_text()), result_of(name)
    assert ours["shapes"] == theirs["shapes"]
    assert ours.get("history") == theirs.get("history")
    assert ours.get("parameters") == theirs.get("parameters")
    for score, margin in program.agrees.items():
        assert ours["scores"][score] == pytest.approx(theirs["scores"][score], abs=margin), score


def test_there_are_programs_of_each_kind():
    kinds = [program.runs_on.split(" (")[0] for program in PROGRAMS.values()]
    assert len(kinds) >= 60
    assert set(kinds) == {"Keras 3", "TensorFlow", "old Keras"}


def test_modern_programs_say_how_far_they_may_differ():
    lacking = [
        name
        for name, program in PROGRAMS.items()
        if not program.agrees and program.runs_on[:3] != "old"
    ]
    assert lacking == []
