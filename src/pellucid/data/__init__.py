"""Data on their way into a model: arrays, targets, splits, tables. NumPy only, so that it is light to import.

The names are resolved when they are first used: a run on arrays imports nothing of tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.core.late import late_attributes

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

_FILES = {
    "arrays": ("as_inputs", "check_same_rows", "rows"),
    "classes": ("Targets",),
    "csv_files": ("as_table", "read_csv", "take_rows"),
    "frames": ("feature_names",),
    "graphs": ("pad_graphs",),
    "head": ("Head",),
    "labels": ("encode_with",),
    "splits": ("class_weights", "split_note", "train_validation_split"),
    "table_target": ("infer_task",),
    "tables": ("TablePreprocessor",),
    "targets": ("fit_targets",),
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

__getattr__, __dir__ = late_attributes(__name__, _FILES)
