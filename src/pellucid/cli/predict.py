"""``pellucid predict``: a model file applied to rows of a CSV file or to an array."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np

import pellucid
from pellucid.cli.run_folder import find_model
from pellucid.cli.scores import amount, score_classes, score_quantities
from pellucid.core.errors import ArgumentError, DataError, ShapeError
from pellucid.core.specs import shape_in_words
from pellucid.data import TablePreprocessor, as_table, read_csv

Columns = dict[str, list[Any]]


def run(model_path: Path, data: Path, out: Path | None) -> None:
    """Predict and write; the score is told on standard error if the truth is in the file."""
    if out is not None and out.suffix not in (".csv", ".npy"):
        raise ArgumentError(
            "--out", f"the name must end in .csv or .npy, but it is '{out}'.", "--out answers.csv"
        )
    model = pellucid.load(find_model(model_path))
    inputs = _inputs(model, data)
    outputs = np.asarray(model.predict(inputs))
    prepare = model.preprocessing
    if isinstance(prepare, TablePreprocessor) and prepare.task_found == "regression":
        outputs = prepare.unscale_targets(outputs)
    columns = _columns(model, outputs)
    _write(columns, outputs, out)
    _tell_score(prepare, data, columns["prediction"])


def _inputs(model: Any, data: Path) -> np.ndarray:
    """Read the data and bring them into the shape of the model's inputs."""
    if data.suffix == ".npy":
        return _fit_shape(model, _read_npy(data), data)
    if model.preprocessing is not None:
        return model.preprocessing.transform(read_csv(data))
    table = as_table(data)
    try:
        array = np.stack([column.astype(np.float32) for column in table.values()], axis=1)
    except (ValueError, TypeError):
        raise DataError(
            data.name, "the model takes plain numbers, but the file holds texts or missing values.",
            "train on the CSV file itself; then the file that pellucid train writes keeps the preprocessing",
        ) from None  # fmt: skip
    return _fit_shape(model, array, data)


def _read_npy(data: Path) -> np.ndarray:
    try:
        return np.load(data, allow_pickle=False)
    except FileNotFoundError:
        raise DataError(
            str(data), "there is no such file.", f"check the path; the folder is {Path.cwd()}"
        ) from None
    except (ValueError, OSError, EOFError) as error:
        raise DataError(
            data.name, f"it is no .npy file of numbers ({error}).", "np.save(path, array)"
        ) from None


def _fit_shape(model: Any, array: np.ndarray, data: Path) -> np.ndarray:
    """Accept rows that are flattened, and a single row."""
    shape = model.input_shape
    inner = tuple(shape[1:]) if isinstance(shape, tuple) else None
    if inner is None or None in inner or array.shape[1:] == inner:
        return array
    if array.shape == inner:
        return array[None]
    if array.ndim > 1 and np.prod(array.shape[1:]) == np.prod(inner):
        return array.reshape(len(array), *inner)
    raise ShapeError(
        data.name,
        f"the model takes {shape_in_words(shape)}, but the file holds {shape_in_words(array.shape)}.",
    )


def _columns(model: Any, outputs: np.ndarray) -> Columns:
    """Name the outputs: prediction first, then each class's probability."""
    flat = outputs.reshape(len(outputs), -1)
    classes = None if model.classes is None else np.asarray(model.classes)
    if classes is not None and flat.shape[1] == len(classes):
        index = flat.argmax(1)
        found: Columns = {"prediction": classes[index].tolist()}
        return found | {
            f"probability of {label}": flat[:, i].tolist()
            for i, label in enumerate(classes.tolist())
        }
    if classes is not None and flat.shape[1] == 1 and len(classes) == 2:
        index = (flat[:, 0] > 0.5).astype(int)
        return {
            "prediction": classes[index].tolist(),
            f"probability of {classes[1]}": flat[:, 0].tolist(),
        }
    if flat.shape[1] == 1:
        return {"prediction": flat[:, 0].tolist()}
    return {"prediction": flat.argmax(1).tolist()} | {
        f"output {i}": flat[:, i].tolist() for i in range(flat.shape[1])
    }


def _write(columns: Columns, outputs: np.ndarray, out: Path | None) -> None:
    if out is not None and out.suffix == ".npy":
        np.save(out, outputs)
    elif out is not None:
        with out.open("w", newline="", encoding="utf-8") as file:
            _write_csv(columns, file)
    else:
        _write_csv(columns, sys.stdout)
    if out is not None:
        print(f"{len(outputs):,} rows written to {out}")


def _write_csv(columns: Columns, file: Any) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{value:.7g}" if isinstance(value, float) else value for value in row])


def _tell_score(prepare: Any, data: Path, answers: list[Any]) -> None:
    """Say how good the answers are, where the file also holds the truth."""
    if not isinstance(prepare, TablePreprocessor) or data.suffix == ".npy":
        return
    table = read_csv(data)
    known = [value is not None for value in table.get(prepare.target_name or "", np.zeros(0))]
    if not known or not all(known):
        return
    truth = prepare.targets(table)
    if prepare.task_found == "regression":
        score = score_quantities(truth, np.asarray(answers), np.array([prepare.target_mean]))
        line = f"mean absolute error {amount(score.mae)}, R² {score.r2:.3f}"
    else:
        labels = np.union1d(truth, np.asarray(answers))
        line = f"accuracy {100 * score_classes(truth, np.asarray(answers), truth, labels).accuracy:.1f} %"
    print(
        f"{line} on these {len(truth):,} rows (the column '{prepare.target_name}' is in the file)",
        file=sys.stderr,
    )
