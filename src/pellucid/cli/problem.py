"""Data ready to train on, from a bundled set or a CSV file, with what the report needs to show them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pellucid import datasets
from pellucid.cli.choices import DATA_SETS, Settings
from pellucid.core.errors import ArgumentError, DataError, nearest
from pellucid.data import TablePreprocessor, read_csv, take_rows, train_validation_split

TEST_FRACTION = 0.2
TOPS = {"digits": 16, "mnist": 255, "fashion_mnist": 255}
"""The brightest pixel of each set."""


@dataclass(frozen=True)
class Problem:
    """What is to be learnt.

    Attributes:
        name: Short name, fit for a folder.
        source: The argument it came from: a set's name, or the CSV file's full path.
        task: ``"classification"`` or ``"regression"``.
        x: Training inputs; for images, ``validation`` rows are split off by ``fit``.
        y: Training targets as they go into ``fit``: labels, or quantities scaled to mean 0 and spread 1.
        validation: ``(x, y)``, or None.
        x_test: Test inputs.
        y_test: Test targets: labels, or quantities in their unit.
        y_train: Training targets likewise, for the trivial predictor.
        outputs: Outputs of the last layer.
        top: The brightest pixel, for images; None for tables.
        names: Class labels to names that a person knows.
        target: The target column of a table.
        rows: The test rows of a table by column, as they stand in the file.
        preprocessing: The fitted preprocessor of a table.
        notes: What was done to the data, in sentences.
    """

    name: str
    source: str
    task: str
    x: np.ndarray
    y: np.ndarray
    validation: tuple[np.ndarray, np.ndarray] | None
    x_test: np.ndarray
    y_test: np.ndarray
    y_train: np.ndarray
    outputs: int
    top: int | None = None
    names: dict[Any, str] = field(default_factory=dict)
    target: str | None = None
    rows: dict[str, np.ndarray] | None = None
    preprocessing: TablePreprocessor | None = None
    notes: list[str] = field(default_factory=list)


def load_problem(what: str, settings: Settings, target: str | None, task: str | None) -> Problem:
    """Get the data that ``what`` names.

    Raises:
        ArgumentError: ``what`` is neither a set nor a file, or the target column is missing or wrong.
    """
    if what in DATA_SETS:
        if target is not None or task is not None:
            raise ArgumentError(
                what, "--target and --task are for CSV files.", f"pellucid train {what}"
            )
        return _images(what)
    path = Path(what)
    if not path.is_file():
        close = nearest(what, DATA_SETS)
        raise ArgumentError(
            "train",
            f"'{what}' is neither a data set ({', '.join(DATA_SETS)}) nor a file.",
            f"pellucid train {close}" if close else "check the path",
        )
    return _table(path, settings, target, task)


def _images(what: str) -> Problem:
    module = getattr(datasets, what)
    (x, y), (x_test, y_test) = module.load_data()
    return Problem(
        name=what,
        source=what,
        task="classification",
        x=x,
        y=y,
        validation=None,
        x_test=x_test,
        y_test=y_test,
        y_train=y,
        outputs=len(module.CLASSES),
        top=TOPS[what],
        names=dict(enumerate(module.CLASSES)),
    )


def _table(path: Path, settings: Settings, target: str | None, task: str | None) -> Problem:
    table = read_csv(path)
    if target is None:
        shown = ", ".join(table)
        raise ArgumentError(
            path.name,
            f"which column is to be predicted? It has: {shown[:300]}{' ...' if len(shown) > 300 else ''}.",
            f"pellucid train {path} --target {_quoted(list(table)[-1])}",
        )
    whole = TablePreprocessor(target, task).fit(table)
    name = str(whole.target_name)
    table = take_rows(table, np.flatnonzero([value is not None for value in table[name]]))
    y, rows_shown = whole.targets(table), table
    # Row numbers are only seen in the whole table; among shuffled training rows they would look like a quantity.
    table = {column: table[column] for column in [*(each.name for each in whole.columns), name]}
    train, held, test = _split(y, settings)
    if whole.task_found == "classification":
        _check_classes(name, y, train)
    prepare = TablePreprocessor(name, whole.task_found).fit(take_rows(table, train))
    x, x_held, x_test = (prepare.transform(take_rows(table, rows)) for rows in (train, held, test))
    quantities = whole.task_found == "regression"
    y_fit, y_held = (
        prepare.scale_targets(y[rows]) if quantities else y[rows] for rows in (train, held)
    )
    return Problem(
        name=_short_name(path),
        source=str(path.resolve()),
        task=str(whole.task_found),
        x=x,
        y=y_fit,
        validation=(x_held, y_held),
        x_test=x_test,
        y_test=y[test],
        y_train=y[train],
        outputs=1 if quantities else len(np.unique(y)),
        target=name,
        rows=take_rows(rows_shown, test),
        preprocessing=prepare,
        notes=[
            f"{len(train):,} rows train, {len(held):,} validate, {len(test):,} test.",
            *_dropped(whole),
            *prepare.notes,
        ],
    )


def _split(y: np.ndarray, settings: Settings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows that train, validate and test; each class has its share of each."""
    seed = settings.seed
    rest, test = train_validation_split(len(y), TEST_FRACTION, y=y, seed=seed)
    train, held = train_validation_split(len(rest), settings.validation, y=y[rest], seed=seed)
    return rest[train], rest[held], test


def _dropped(whole: TablePreprocessor) -> list[str]:
    """Return the notes on columns and rows that are not used at all."""
    used = tuple(f"{column.name}: " for column in whole.columns)
    return [note for note in whole.notes if not note.startswith(used)]


def _check_classes(target: str, y: np.ndarray, train: np.ndarray) -> None:
    """Every class must be among the training rows; with one or two rows it may not be."""
    unseen = np.setdiff1d(y, y[train])
    if len(unseen):
        rows = int((y == unseen[0]).sum())
        raise DataError(
            f"column '{target}'",
            f"class '{unseen[0]}' has {rows} row{'s' if rows > 1 else ''}, and none is left to train on.",
            "remove these rows, give them the label of another class, or use --task regression",
        )


def _short_name(path: Path) -> str:
    stem = path.name.lower().removesuffix(".gz").removesuffix(".csv")
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:60] or "table"


def _quoted(name: str) -> str:
    return f'"{name}"' if re.search(r"[^\w.-]", name) else name
