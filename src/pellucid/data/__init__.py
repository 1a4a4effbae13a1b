"""Data on their way into a model: arrays, targets, splits, tables. NumPy only, so that it is light to import."""

from pellucid.data.arrays import as_inputs, check_same_rows, rows
from pellucid.data.frames import feature_names
from pellucid.data.head import Head
from pellucid.data.labels import encode_with
from pellucid.data.splits import class_weights, split_note, train_validation_split
from pellucid.data.targets import Targets, fit_targets

__all__ = [
    "Head",
    "Targets",
    "as_inputs",
    "check_same_rows",
    "class_weights",
    "encode_with",
    "feature_names",
    "fit_targets",
    "rows",
    "split_note",
    "train_validation_split",
]
