"""``pellucid doctor``: what it says of scripts and notebooks, its exit codes, JSON and acknowledgement."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pellucid.insight.doctor import diagnosis, round as rounds
from pellucid.insight.doctor.attendant import DoctorAttendant
from pellucid.insight.doctor.checks import all_checks
from pellucid.keras import notices
from pellucid.training.attendance import attended
from tests.cli.conftest import command

SICK, HEALTHY = '"softmax"', '"sigmoid"'

SCRIPT = """\
import numpy as np
from keras import Sequential, layers
x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
y = (x[:, 0] > 0).astype("float32")
def made():
    model = Sequential([layers.Dense(4, activation="relu"), layers.Dense(1, activation={activation})])
    model.compile("adam", "binary_crossentropy")
    return model
"""


@pytest.fixture(autouse=True)
def no_frameworks(monkeypatch: pytest.MonkeyPatch):
    """Hide Keras and TensorFlow, which other tests may have imported."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("keras", "tensorflow", "tf_keras"):
            monkeypatch.delitem(sys.modules, name)
    yield
    notices.reset()


@pytest.fixture
def one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the doctor know one fault only, so that what he tells is known."""
    known = (check for check in all_checks() if check.code == "D201")
    monkeypatch.setattr(diagnosis, "all_checks", lambda kept=tuple(known): kept)


@pytest.fixture
def doctor(tmp_path: Path, one_check: None):
    """Write a script that trains, and send the doctor there; return exit code, output and the data."""

    def ask(
        lines: str, *options: Any, activation: str = SICK, rehearsal: bool = False
    ) -> tuple[int, str, list[Any]]:
        path, found = tmp_path / "train.py", tmp_path / "found.json"
        path.write_text(SCRIPT.format(activation=activation) + lines)
        without = () if rehearsal else ("--no-rehearsal",)
        code, output = command("doctor", *without, "--json", found, *options, path)
        return code, output, json.loads(found.read_text()) if found.is_file() else []

    return ask


def test_a_finding_is_told_once_with_the_lines_of_the_script(doctor):
    code, output, found = doctor(
        "for fold in range(2):\n    made().fit(x, y, epochs=2, verbose=0)\nmade().fit(x, y, verbose=0)\n"
        "made().train_on_batch(x, y)\nprint('ran on')\n"
    )
    assert code == 2
    assert output.startswith("ran on\n\nThe doctor on train.py: 3 trainings, 1 thing to mend.\n")
    assert output.count("[D201") == 2
    for part in (
        "train.py:10, 2 trainings, compiled at train.py:7:\n  made().fit(x, y, epochs=2, verbose=0)\n1. ",
        "where:    layer 'dense_1', activation=softmax",
        "seen in:  2 of 2 trainings",
        "train.py:11, compiled at train.py:7:",
        "Here too: [D201] as at train.py:10.",
        "Not seen: train_on_batch (train.py:12).",
    ):
        assert part in output, part
    assert [entry["where"] for entry in found] == [
        *["train.py:10"] * 2,
        "train.py:11",
        "train.py:12",
    ]
    first, last = found[0], found[-1]
    assert (first["compiled"], first["ended"]) == ("train.py:7", True)
    assert first["line"] == "made().fit(x, y, epochs=2, verbose=0)"
    assert first["diagnosis"]["findings"][0]["code"] == "D201"
    assert (last["what"], last["diagnosis"]) == ("train_on_batch", None)


def test_a_healthy_script_trains_to_the_same_bit_and_ends_with_0(doctor, tmp_path: Path):
    lines = "model = made()\nmodel.fit(x, y, epochs=3, verbose=0)\nprint(float(model.evaluate(x, y, verbose=0)))\n"
    code, output, found = doctor(lines, activation=HEALTHY, rehearsal=True)
    alone = command("run", tmp_path / "train.py")[1]
    assert output.splitlines()[0] == alone.splitlines()[0]
    assert code == 0, output
    assert "1 training, no things to mend." in output
    assert "Nothing wrong was seen." in output
    assert found[0]["diagnosis"]["healthy"]


def test_acknowledged_findings_count_no_more(doctor):
    fit = "made().fit(x, y, verbose=0)\n"
    for known in ("D201", "D201@dense_1"):
        code, output, _ = doctor(fit, "--acknowledge", known)
        assert code == 0, output
        assert "Acknowledged: D201." in output
    assert doctor(fit, "--acknowledge", "D201@dense")[0] == 2
    code, output, _ = doctor(fit, "--acknowledge", "D20")
    assert code == 3
    assert "Repair: --acknowledge D201" in output


def test_quiet_prints_a_line_for_each_finding(doctor):
    code, output, _ = doctor("made().fit(x, y, verbose=0)\n", "--quiet")
    assert code == 2
    (line,) = output.splitlines()
    assert line.startswith("train.py:9: serious: A softmax over one unit (layer 'dense_1'")
    assert "[D201]. Repair: " in line
    assert doctor("made().fit(x, y, verbose=0)\n", "-q", activation=HEALTHY)[1] == ""


def test_trainings_are_cut_and_what_follows_the_script_is_its_own(doctor, tmp_path: Path):
    lines = (
        "history = made().fit(x, y, epochs=50, verbose=0)\nprint(len(history.epoch))\n"
        "from keras import callbacks\n"
    )
    code, output, found = doctor(lines, "--epochs", 2, activation=HEALTHY)
    assert output.splitlines()[0] == "2"
    assert code == 0
    assert not [each for each in found[0]["diagnosis"]["hints"] if each["argument"] == "epochs"]
    path = tmp_path / "words.py"
    path.write_text("import sys\nprint(sys.argv[1:])\n")
    code, output = command("doctor", path, "--epochs", "7")
    assert (code, output.splitlines()[0]) == (0, "['--epochs', '7']")
    assert "saw no training in words.py: nothing called fit." in output


def test_a_script_that_fails_ends_with_3_and_its_traceback(doctor):
    code, output, found = doctor("made().fit(x, y, verbose=0)\nraise ValueError('mine')\n")
    assert code == 3
    assert 'train.py", line 10, in <module>' in output
    assert "ValueError: mine" in output
    assert output.index("ValueError") < output.index("[D201")
    assert found[0]["ended"]
    assert doctor("made().fit(x, y[:5], verbose=0)\n")[0] == 3
    assert doctor("raise SystemExit(1)\n")[0] == 3
    assert doctor("raise SystemExit(0)\n")[0] == 0


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["nowhere.py"], ["nowhere.py does not exist.", "Repair: pellucid doctor SCRIPT.py"]),
        (
            ["--json", "no/where.json", "x.py"],
            ["in a folder that does not exist", "Repair: --json"],
        ),
        (["--acknowledge", "E1", "x.py"], ["it is 'E1'; docs/doctor.md lists the codes"]),
    ],
)
def test_mistakes_are_told_in_two_lines(words: list[str], parts: list[str]):
    code, output = command("doctor", *words)
    assert code == 3
    assert len(output.splitlines()) == 2
    for part in parts:
        assert part in output


def test_a_notebook_is_attended_by_cell_and_by_every_check(tmp_path: Path):
    cells = [SCRIPT.format(activation=SICK), "made().fit(x, y, verbose=0);"]
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": each} for each in cells]
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    status, output = command("doctor", "--no-rehearsal", "-q", path)
    assert status == 2
    assert output.startswith("book.ipynb[cell 2]:1: serious: A softmax over one unit ")


def test_a_script_of_pellucids_own_may_ask_the_doctor_itself(tmp_path: Path, one_check: None):
    path = tmp_path / "own.py"
    path.write_text(
        "import numpy as np, pellucid\nfrom pellucid import Sequential, layers\n"
        "x = np.random.default_rng(0).normal(size=(32, 3)); y = (x[:, 0] > 0).astype(int)\n"
        "def made():\n    model = Sequential([layers.Dense(1, activation='softmax')])\n"
        "    model.strict = False\n    model.compile('sgd', 'binary_crossentropy')\n    return model\n"
        "known = pellucid.doctor.Doctor(acknowledge=['D201'])\n"
        "print(made().fit(x, y, verbose=0, doctor=known).diagnosis.acknowledged[0].code)\n"
        "made().fit(x, y, verbose=0, doctor=False)\n"
    )
    code, output = command("doctor", "--no-rehearsal", path)
    assert output.startswith("D201\n")
    assert code == 0
    assert "Not seen: fit(doctor=False) (own.py:11)." in output


def test_a_step_of_the_scripts_own_is_not_seen(doctor):
    own = (
        "import keras\nclass Own(keras.Model):\n    def train_step(self, data):\n        return {'loss': 0.0}\n"
        "    def call(self, x):\n        return x\n"
        "model = Own(); model.compile('sgd')\nmodel.fit(x, y, epochs=9, verbose=0)\n"
    )
    code, output, _ = doctor(own, "--epochs", 1)
    assert code == 0
    assert "saw no training in train.py" in output
    assert "Not seen: a train_step of its own (train.py:16)." in output


def test_a_doctor_who_fails_does_not_end_the_script(doctor, monkeypatch: pytest.MonkeyPatch):
    def trip(self: Any) -> list[str]:
        raise RuntimeError("tripped")

    monkeypatch.setattr(DoctorAttendant, "begin", trip)
    code, output, _ = doctor("made().fit(x, y, verbose=0)\nprint('ran on')\n", activation=HEALTHY)
    assert output.startswith("ran on\n")
    assert "Not known: Looking at this training failed: RuntimeError: tripped" in output
    assert code == 0
    assert attended.get() is None


def test_the_same_line_and_a_trained_model_are_not_rehearsed_for_ever(
    doctor, monkeypatch: pytest.MonkeyPatch
):
    seen = []
    began = DoctorAttendant.begin

    def begin(self: DoctorAttendant) -> list[str]:
        seen.append((self.doctor.rehearsal, self.trained))
        object.__setattr__(self.doctor, "rehearsal", False)
        return began(self)

    monkeypatch.setattr(DoctorAttendant, "begin", begin)
    monkeypatch.setattr(rounds, "REHEARSALS", 2)
    doctor(
        "for _ in range(3):\n    model = made()\n    model.fit(x, y, verbose=0)\n"
        "model.fit(x, y, verbose=0)\n",
        rehearsal=True,
    )
    assert seen == [(True, False), (True, False), (False, False), (False, True)]


def test_a_training_that_goes_on_was_not_too_short(doctor, monkeypatch: pytest.MonkeyPatch):
    few = tuple(check for check in all_checks() if check.code == "D404")
    monkeypatch.setattr(diagnosis, "all_checks", lambda: few)
    once, repeated = "model = made()\n", "for _ in range(3):\n    model.fit(x, y, verbose=0)\n"
    code, output, _ = doctor(once + "model.fit(x, y, verbose=0)\n", activation=HEALTHY)
    assert "[D404" in output and code == 1
    code, output, _ = doctor(once + repeated, activation=HEALTHY)
    assert "[D404" not in output and code == 0
