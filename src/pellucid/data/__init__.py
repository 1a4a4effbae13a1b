"""Data on their way into a model: arrays, targets, splits, tables. NumPy only, so that it is light to import.

The names are resolved when they are first used: a run on arrays imports nothing of tables.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.data.arrays import as_inputs, check_same_rows, rows
    from pellucid.data.classes import Targets
    from pellucid.data.csv_files import as_table, read_csv, take_rows
    from pellucid.data.frames import feature_names
    from pellucid.data.graphs import pad_graphs
    from pellucid.data.head import Head
    from pellucid.data.labels import encode_with
    from pellucid.data.splits import class_weights, split_note, train_validation_split
    from pellucid.data.table_target import infer_task
    from pellucid.data.tables import TablePreprocessor
    from pellucid.data.targets import fit_targets

_HOMES = {
    "Head": "head",
    "TablePreprocessor": "tables",
    "Targets": "classes",
    "as_inputs": "arrays",
    "as_table": "csv_files",
    "check_same_rows": "arrays",
    "class_weights": "splits",
    "encode_with": "labels",
    "feature_names": "frames",
    "fit_targets": "targets",
    "infer_task": "table_target",
    "pad_graphs": "graphs",
    "read_csv": "csv_files",
    "rows": "arrays",
    "split_note": "splits",
    "take_rows": "csv_files",
    "train_validation_split": "splits",
}

__all__ = [
    "Head",
    "TablePreprocessor",
    "Targets",
    "as_inputs",
    "as_table",
    "check_same_rows",
    "class_weights",
    "encode_with",
    "feature_names",
    "fit_targets",
    "infer_task",
    "pad_graphs",
    "read_csv",
    "rows",
    "split_note",
    "take_rows",
    "train_validation_split",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
