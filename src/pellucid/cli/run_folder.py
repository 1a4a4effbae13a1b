"""The folder of one run: ``runs/digits-2026-11-21-1`` with model, history, curves, script and report."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pellucid
from pellucid.cli import network, report
from pellucid.cli.choices import Settings
from pellucid.cli.problem import Problem
from pellucid.core.errors import ArgumentError

if TYPE_CHECKING:
    from pellucid.cli.result import Result

MODEL = "model.safetensors"


def make(out: Path, name: str) -> Path:
    """Make a new folder ``<name>-<date>-<n>`` in ``out``; n counts up, also when two runs start at once.

    Raises:
        ArgumentError: The folder cannot be made.
    """
    today = datetime.date.today().isoformat()
    try:
        out.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            folder = out / f"{name}-{today}-{number}"
            try:
                folder.mkdir()
                return folder
            except FileExistsError:
                number += 1
    except OSError as error:
        raise ArgumentError(
            "--out", f"no folder can be made in '{out}': {error.strerror}.", "--out another/folder"
        ) from None


def fill(folder: Path, problem: Problem, settings: Settings, result: Result) -> None:
    """Write all files of a run; the model first, for it took the longest to make."""
    pellucid.save(result.model, folder / MODEL)
    write_history(folder / "history.csv", result.history)
    if result.history.epoch:
        result.history.plot(folder / "curves.png")
    if result.diagnosis is not None:
        result.diagnosis.save(folder / "diagnosis.json")
    script = network.script(problem, settings)
    (folder / "reproduce.py").write_text(script, encoding="utf-8")
    page = report.page(problem, settings, result, script)
    (folder / "report.html").write_text(page, encoding="utf-8")


def write_history(path: Path, history: Any) -> None:
    """Write one line per epoch, epochs counted from 1."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *history.history])
        for row, epoch in enumerate(history.epoch):
            writer.writerow([epoch + 1, *(values[row] for values in history.history.values())])


def find_model(path: Path) -> Path:
    """Return the model file in a run's folder, or the path itself."""
    return path / MODEL if path.is_dir() and (path / MODEL).is_file() else path
