"""``pellucid train``: a few epochs on digits and on small tables, and everything that a run leaves behind."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid import datasets
from pellucid.cli import diagnosis, run_folder
from pellucid.cli.choices import DEFAULTS
from pellucid.cli.problem import load_problem
from pellucid.core.errors import DataError
from pellucid.insight.doctor.changes import SetLayers, SetOptimizer
from pellucid.insight.doctor.diagnosis import diagnosis_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Finding, Place, Repair, Sign
from tests.cli.conftest import Run, command, train, write_csv

FILES = {
    "curves.png", "diagnosis.json", "history.csv", "model.safetensors", "report.html", "reproduce.py",
}  # fmt: skip


@pytest.fixture(params=["digits", "flowers", "houses"])
def any_run(request: pytest.FixtureRequest) -> Run:
    return request.getfixturevalue(f"{request.param}_run")


def history(run: Run) -> dict[str, list[float]]:
    with (run.folder / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def test_a_run_leaves_all_its_files(any_run: Run):
    assert any_run.code == 0, any_run.output
    assert {path.name for path in any_run.folder.iterdir()} == FILES
    assert re.fullmatch(r"(digits|my-flowers|houses)-\d{4}-\d\d-\d\d-1", any_run.folder.name)
    assert (any_run.folder / "curves.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert str(any_run.folder) in any_run.output


def test_digits_tell_device_progress_score_and_trivial_score(digits_run: Run):
    assert "1,437 training rows of 8 × 8 numbers; 10 classes" in digits_run.output
    assert "epoch 4/4" in digits_run.output
    assert re.search(r"Test: accuracy [6-9]\d\.\d % \(95 % interval", digits_run.output)
    assert "always answering '3' gives 10.3 %" in digits_run.output


def test_the_printed_score_is_the_model_s(digits_run: Run):
    model = pellucid.load(digits_run.folder / "model.safetensors")
    _, (x, y) = datasets.digits.load_data()
    accuracy = np.mean(model.predict(x).argmax(-1) == y)
    assert f"Test: accuracy {100 * accuracy:.1f} %" in digits_run.output


def test_history_has_a_line_per_epoch(digits_run: Run):
    columns = history(digits_run)
    assert columns["epoch"] == [1, 2, 3, 4]
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(columns)
    assert columns["loss"][-1] < columns["loss"][0]


def test_the_cosine_schedule_ends_near_zero(digits_run: Run):
    rates = history(digits_run)["learning_rate"]
    assert rates[0] > 0.0008
    assert 0 <= rates[-1] < 1e-5


def test_quantities_are_told_in_their_own_unit(houses_run: Run, houses: Path):
    error = float(
        re.search(r"mean absolute error ([\d,.]+)", houses_run.output)[1].replace(",", "")
    )
    trivial = float(
        re.search(r"the mean, [\d,]+, gives ([\d,]+)", houses_run.output)[1].replace(",", "")
    )
    assert error < 0.2 * trivial
    assert trivial > 50_000
    assert history(houses_run)["val_mean_absolute_error"][0] > 10_000
    model = pellucid.load(houses_run.folder / "model.safetensors")
    answers = model.preprocessing.unscale_targets(
        model.predict(model.preprocessing.transform(houses))
    )[:, 0]
    truth = model.preprocessing.targets(houses)
    assert np.abs(answers - truth).mean() < 0.2 * trivial


def test_quiet_prints_the_result_only(houses_run: Run):
    assert houses_run.output.startswith("Test: ")
    assert "epoch" not in houses_run.output.split("Kept in")[0]


def test_a_table_says_what_was_done_to_it(flowers_run: Run):
    assert "id: left out (row numbers)" in flowers_run.output
    assert "39 rows train" in flowers_run.output or "40 rows train" in flowers_run.output


@pytest.mark.slow
def test_the_script_prints_the_same_score(any_run: Run, tmp_path: Path):
    script = any_run.folder / "reproduce.py"
    printed = subprocess.run(
        [sys.executable, "-W", "error", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    ).stdout.splitlines()[-1]
    number = float(printed.split()[-1])
    told = re.search(r"Test: (?:accuracy|mean absolute error) ([\d,.]+)", any_run.output)[
        1
    ].replace(",", "")
    assert number == pytest.approx(float(told) / (100 if "accuracy" in printed else 1), rel=1e-3)


def test_the_same_seed_gives_the_same_numbers(houses_run: Run, houses: Path, tmp_path: Path):
    again = train(
        tmp_path,
        *(
            houses,
            "--target",
            "price",
            "--epochs",
            60,
            "--hidden",
            "8",
            "--dropout",
            0,
            "--learning-rate",
            0.02,
            "-q",
        ),
    )
    assert history(again) == history(houses_run)


def test_runs_of_one_day_are_counted(tmp_path: Path):
    first, second = run_folder.make(tmp_path, "digits"), run_folder.make(tmp_path, "digits")
    assert first.name.endswith("-1")
    assert second.name.endswith("-2")


# The report.


class Page(HTMLParser):
    """Checks that tags close, and collects what the page would fetch."""

    VOID = {"meta", "br", "img", "line", "circle", "polyline", "link"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")
        ]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_report_is_whole_and_fetches_nothing(any_run: Run):
    text = (any_run.folder / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert page.open == []
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    assert "$" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)
    words = [
        "while training",
        "validation, after the epoch",
        "Worst answers",
        "Settings",
        "Versions",
    ]
    for each in [*words, "prefers-color-scheme: dark"]:
        assert each in text
    assert (any_run.folder / "reproduce.py").read_text().splitlines()[-1].split("(")[0] in text


def test_the_report_shows_pictures_rows_or_residuals(
    digits_run: Run, flowers_run: Run, houses_run: Run
):
    digits, flowers, houses = (
        (run.folder / "report.html").read_text() for run in (digits_run, flowers_run, houses_run)
    )
    assert digits.count("<img") > 3
    assert 'class="matrix"' in digits
    assert 'class="matrix"' in flowers
    worst = flowers.split("Worst answers")[1].split("</table>")[0]
    assert ">colour</th>" in worst
    assert worst.count(">lily</td>") + worst.count(">&lt;rose&gt;</td>") == 2 * (
        worst.count("<tr>") - 1
    )
    assert 'class="matrix"' not in houses
    assert houses.count('class="point"') == 2 * 16
    assert "loss is that of the scaled target" in houses


def test_texts_of_the_data_are_escaped(flowers_run: Run):
    text = (flowers_run.folder / "report.html").read_text()
    assert "&lt;rose&gt;" in text
    assert "<rose>" not in text


# The doctor.


def test_the_doctor_is_heard_in_the_report_and_kept_as_data(any_run: Run):
    text = (any_run.folder / "report.html").read_text()
    found = json.loads((any_run.folder / "diagnosis.json").read_text())
    section = text.split("<h2>What the doctor says</h2>")[1].split("<h2>")[0]
    assert set(found) >= {"healthy", "findings", "hints", "unknown", "checks"}
    assert not [sentence for sentence in found["unknown"] if "failed" in sentence]
    assert ("Doctor: " in any_run.output) is not found["healthy"]
    for finding in found["findings"]:
        assert finding["code"] in section


def test_without_the_doctor_the_training_is_the_same_to_the_bit(
    flowers_run: Run, flowers: Path, tmp_path: Path
):
    words = (flowers, "--target", "flower", "--epochs", 30, "--hidden", "8", "--no-doctor")
    run = train(tmp_path, *words)
    assert history(run) == history(flowers_run)
    assert {path.name for path in run.folder.iterdir()} == FILES - {"diagnosis.json"}
    assert "doctor" not in (run.folder / "report.html").read_text()


def test_an_alarm_is_one_line_with_the_option_that_repairs_it():
    place = Place(None, "learning_rate", "10.0")
    change = SetOptimizer(None, {"learning_rate": 0.01})
    sign = Sign("serious", 0.9, place, ("It jumps.",), Repair("SGD(0.01)", (change,)))
    finding = Finding("D401", "The rate is too large", ("F07",), sign)
    nothing = diagnosis_of(Facts())
    assert diagnosis.in_a_line(nothing) is None
    assert diagnosis.in_a_line(None) is None
    line = diagnosis.in_a_line(replace(nothing, findings=(finding, finding)))
    everywhere = SetLayers("activation", "relu", but=("dense_2",))
    assert diagnosis.repair_in_words(Repair("relu", (everywhere,))) == "--activation relu"
    assert line == (
        "Doctor: The rate is too large (learning_rate=10.0) [D401]. Repair: --learning-rate 0.01. "
        "1 more in report.html."
    )


# Refusals.


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["digit"], ["neither a data set", "Repair: pellucid train digits"]),
        (["nowhere.csv"], ["nor a file"]),
        (["digits", "--target", "x"], ["for CSV files"]),
        (["digits", "--hidden", "12,-1"], ["--hidden 128,64", "'12,-1'"]),
        (["digits", "--hidden", "1e3"], ["whole numbers"]),
        (["digits", "--dropout", "1"], ["0<=x<1"]),
        (["digits", "--validation", "0"], ["0<x<1"]),
        (["digits", "--learning-rate", "nan"], ["x>0"]),
        (["digits", "--epochs", "0"], ["'--epochs'"]),
        (["digits", "--activation", "rellu"], ["rellu"]),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    arguments: list[str], parts: list[str], tmp_path: Path
):
    code, output = command("train", *arguments, "--out", tmp_path / "runs")
    assert code == 2
    for part in parts:
        assert part in output
    assert "Traceback" not in output
    assert not (tmp_path / "runs").exists()


def test_a_training_that_diverges_says_so(tmp_path: Path):
    words = ("digits", "--learning-rate", 1e30, "--optimizer", "sgd", "--epochs", 3, "-q")
    run = train(tmp_path, *words, "--no-doctor")
    assert run.code == 1
    assert "diverged" in run.output
    assert "--learning-rate 1e+29" in run.output
    left = {path.name for path in run.folder.iterdir()}
    assert left == FILES - {"curves.png", "diagnosis.json"}


def test_a_table_without_a_target_lists_the_columns(flowers: Path):
    code, output = command("train", flowers)
    assert code == 2
    assert "id, size, colour, flower" in output
    assert f"Repair: pellucid train {flowers} --target flower" in output


def test_a_misspelt_target_names_the_nearest(flowers: Path, tmp_path: Path):
    code, output = command("train", flowers, "--target", "flwer", "--out", tmp_path / "runs")
    assert code == 2
    assert output.splitlines()[-1].strip() == "Repair: --target 'flower'"


def test_a_class_that_cannot_train_is_refused_by_name(tmp_path: Path):
    labels = ["a"] * 10 + ["b"] * 11
    path = write_csv(tmp_path / "t.csv", {"x": [i * 7 % 5 + 0.5 for i in range(21)], "y": labels})
    settings = replace(DEFAULTS["table"], validation=0.9)
    with pytest.raises(DataError, match=r"class '.' has 1\d rows, and none is left"):
        load_problem(str(path), settings, "y", None)


def test_no_folder_is_left_when_nothing_was_trained(houses: Path, tmp_path: Path, monkeypatch: Any):
    def stop(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pellucid.Model, "fit", stop)
    code, output = command("train", houses, "--target", "price", "--out", tmp_path / "runs")
    assert code == 130
    assert "Stopped." in output
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal")
def test_control_c_keeps_the_model(tmp_path: Path):
    command_line = [sys.executable, "-m", "pellucid", "train", "digits", "--epochs", "1000000"]
    command_line += ["--patience", "1000000", "--out", str(tmp_path)]
    with subprocess.Popen(
        command_line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("epoch 3/"):
                break
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        output = process.stdout.read()
        assert process.wait(timeout=120) == 130, output
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in folder.iterdir()} == FILES
    assert "you stopped it" in (folder / "report.html").read_text()
    assert pellucid.load(folder / "model.safetensors").classes.tolist() == list(range(10))
