"""The other commands, the help, and what starting the command line may import."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid import activations, layers, optimizers
from pellucid.cli import check, graphics
from pellucid.cli.choices import DEFAULTS, Activation, OptimizerName
from pellucid.cli.graphics import Card, advice, find_card
from pellucid.cli.scores import score_quantities, wilson
from tests.cli.conftest import Run, command

# Help.


@pytest.mark.parametrize(
    "arguments", [["--help"], ["train", "--help"], ["--version"], []], ids=" ".join
)
def test_help_imports_nothing_heavy(arguments: list[str]):
    code = (
        "import sys\nfrom pellucid.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'jax', 'numpy', 'optax', 'matplotlib', 'sklearn', 'safetensors', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "pellucid" in done.stdout + done.stderr


def test_help_shows_limits_choices_and_defaults():
    code, output = command("train", "--help")
    words = " ".join(output.split())
    assert code == 0
    for part in (
        "0<=x<1",
        "x>=1",
        "relu|leaky_relu",
        "adam|adamw",
        "digits 128,64",
        "classification|regression",
    ):
        assert part in words


def test_choices_are_names_that_pellucid_knows():
    assert {each.value for each in Activation} <= set(activations.TABLE)
    assert {each.value for each in OptimizerName} <= set(optimizers.TABLE)
    for settings in DEFAULTS.values():
        assert settings.activation in set(Activation)
        assert settings.optimizer in set(OptimizerName)


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "pellucid", "--version"], capture_output=True, text=True
    )
    assert done.stdout == f"pellucid {pellucid.__version__}\n"


def test_an_unknown_command_is_refused():
    code, output = command("trian")
    assert code == 2
    assert "train" in output


# predict.


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_predict_prints_labels_and_probabilities(flowers_run: Run, flowers: Path):
    code, output = command("predict", flowers_run.folder / "model.safetensors", flowers)
    lines = output.splitlines()
    told = next(line for line in lines if line.startswith("accuracy"))
    rows = read("\n".join(line for line in lines if line != told))
    assert code == 0
    assert len(rows) == 60
    assert set(rows[0]) == {"prediction", "probability of <rose>", "probability of lily"}
    assert all(
        float(row["probability of lily"]) + float(row["probability of <rose>"]) == pytest.approx(1)
        for row in rows
    )
    with flowers.open() as file:
        right = np.mean(
            [
                a["prediction"] == b["flower"]
                for a, b in zip(rows, csv.DictReader(file), strict=True)
            ]
        )
    assert told.startswith(f"accuracy {100 * right:.1f} % on these 60 rows")


def test_predict_works_without_the_target_column_and_writes(
    houses_run: Run, houses: Path, tmp_path: Path
):
    only = tmp_path / "only.csv"
    only.write_text("area\n100\n150\n")
    out = tmp_path / "answers.csv"
    code, output = command("predict", houses_run.folder, only, "--out", out)
    assert code == 0
    assert "2 rows written" in output
    first, second = (float(row["prediction"]) for row in read(out.read_text()))
    assert first == pytest.approx(400_000, rel=0.15)
    assert second == pytest.approx(550_000, rel=0.15)


def test_predict_takes_arrays_of_images_flat_or_one(digits_run: Run, tmp_path: Path):
    images = np.random.default_rng(0).integers(0, 17, (5, 8, 8)).astype("uint8")
    outputs = []
    for number, array in enumerate([images, images.reshape(5, 64), images[0]]):
        np.save(tmp_path / "x.npy", array)
        out = tmp_path / f"{number}.npy"
        assert command("predict", digits_run.folder, tmp_path / "x.npy", "--out", out)[0] == 0
        outputs.append(np.load(out))
    assert outputs[0].shape == (5, 10)
    assert np.array_equal(outputs[0], outputs[1])
    np.testing.assert_allclose(outputs[0][:1], outputs[2], atol=1e-6)


def refused(*arguments: Any) -> str:
    code, output = command(*arguments)
    assert code == 2
    assert "Traceback" not in output
    return output


def test_predict_refuses_what_it_cannot_read(digits_run: Run, flowers_run: Run, tmp_path: Path):
    np.save(tmp_path / "wrong.npy", np.zeros((3, 7), "float32"))
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "table.csv").write_text("size\n1.0\n")
    assert "rows of shape (8, 8)" in refused("predict", digits_run.folder, tmp_path / "wrong.npy")
    assert "no .npy file of numbers" in refused(
        "predict", digits_run.folder, tmp_path / "objects.npy"
    )
    assert "lacks the column 'colour'" in refused(
        "predict", flowers_run.folder, tmp_path / "table.csv"
    )
    assert "no such file" in refused("predict", digits_run.folder, tmp_path / "nowhere.npy")
    assert "there is no file" in refused(
        "predict", tmp_path / "nowhere.safetensors", tmp_path / "table.csv"
    )
    assert "end in .csv or .npy" in refused(
        "predict", digits_run.folder, tmp_path / "wrong.npy", "--out", "x.txt"
    )


def test_predict_refuses_a_damaged_model(digits_run: Run, flowers: Path, tmp_path: Path):
    raw = (digits_run.folder / "model.safetensors").read_bytes()
    (tmp_path / "half.safetensors").write_bytes(raw[: len(raw) // 2])
    assert "truncated" in refused("predict", tmp_path / "half.safetensors", flowers)


def test_predict_with_a_model_of_plain_numbers_reads_a_table(tmp_path: Path):
    model = pellucid.Sequential([layers.Dense(1, kernel_initializer="ones")])
    model.build((None, 2))
    model.save(tmp_path / "sum.safetensors")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n3,4\n")
    code, output = command("predict", tmp_path / "sum.safetensors", tmp_path / "x.csv")
    assert code == 0
    assert [row["prediction"] for row in read(output)] == ["3", "7"]
    (tmp_path / "y.csv").write_text("a,b\n1,red\n3,blue\n")
    assert "plain numbers" in refused("predict", tmp_path / "sum.safetensors", tmp_path / "y.csv")


# summary and check.


def test_summary_shows_what_a_file_holds(flowers_run: Run):
    code, output = command("summary", flowers_run.folder)
    assert code == 0
    for part in (
        "dense (Dense)",
        "labels:",
        "<rose>, lily",
        "Adam()",
        "colour",
        "category",
        "to predict 'flower'",
    ):
        assert part in output


def test_check_tells_device_versions_and_speed(monkeypatch: Any):
    monkeypatch.setattr(check, "SECONDS", 0.02)
    monkeypatch.setattr(check, "find_card", lambda: Card("GTX 1080", "535.54"))
    code, output = command("check")
    assert code == 0
    for part in ("Device: ", "jaxlib", "GFLOP/s", "steps/s", "GTX 1080, driver 535.54"):
        assert part in output
    if "(cpu)" in output:
        assert "NOT used" in output
        assert "pip install" in output or "JAX_PLATFORMS" in output


@pytest.mark.parametrize(
    ("card", "system", "platforms", "part"),
    [
        (Card("H100", "580.65"), "linux", None, 'pip install "pellucid[gpu]"'),
        (Card("A100", "550.1"), "linux", None, 'pip install --upgrade "jax[cuda12]"'),
        (Card("K80", "470.2"), "linux", None, "too old"),
        (Card("an NVIDIA card", None), "linux", None, "does not answer"),
        (Card("RTX", "580.1"), "win32", None, "WSL 2"),
        (Card("RTX", "580.1"), "linux", "cpu", "unset JAX_PLATFORMS"),
        (Card("RTX", "580.1"), "linux", "cuda,cpu", "pellucid[gpu]"),
        (Card("RTX", "unknown"), "linux", None, "too old"),
    ],
)
def test_the_advice_suits_the_driver(card: Card, system: str, platforms: str | None, part: str):
    assert part in advice(card, system, platforms)


def test_a_card_without_a_driver_is_found_among_the_machine_s_parts(
    tmp_path: Path, monkeypatch: Any
):
    monkeypatch.setattr(graphics.shutil, "which", lambda name: None)
    for name, vendor, kind in (
        ("a", "0x8086", "0x030000"),
        ("b", "0x10de", "0x040300"),
        ("c", "0x10de", "0x030200"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vendor").write_text(vendor + "\n")
        (tmp_path / name / "class").write_text(kind + "\n")
    assert find_card(tmp_path) == Card("an NVIDIA card", None)
    (tmp_path / "c" / "vendor").write_text("0x1002\n")
    assert find_card(tmp_path) is None


def test_the_driver_s_answer_is_read(tmp_path: Path, monkeypatch: Any):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA H200, 580.65.06'\n")
    tool.chmod(0o755)
    monkeypatch.setattr(graphics.shutil, "which", lambda name: str(tool))
    assert find_card(tmp_path) == Card("NVIDIA H200", "580.65.06")
    tool.write_text("#!/bin/sh\necho 'failed to communicate with the driver'\nexit 9\n")
    assert find_card(tmp_path) is None


# Scores, against the formulas written differently.


def test_scores_equal_scikit_learn_s():
    sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn")
    random = np.random.default_rng(0)
    truth, answers = random.normal(size=50), random.normal(size=50)
    score = score_quantities(truth, answers, np.zeros(3))
    assert score.mae == pytest.approx(sklearn.mean_absolute_error(truth, answers))
    assert score.rmse == pytest.approx(sklearn.mean_squared_error(truth, answers) ** 0.5)
    assert score.r2 == pytest.approx(sklearn.r2_score(truth, answers))


def test_the_interval_solves_its_equation():
    """Both ends p of Wilson's interval satisfy (f - p)² = z² p (1 - p) / n."""
    for right, rows in ((0, 5), (3, 10), (97, 100), (10, 10)):
        for end in wilson(right, rows):
            distance = (right / rows - end) ** 2 - 1.96**2 * end * (1 - end) / rows
            assert distance == pytest.approx(0, abs=1e-12)
