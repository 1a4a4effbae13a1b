"""Files of comma-separated values as data sets: ``make_csv_dataset`` and ``CsvDataset``."""

from __future__ import annotations

import csv
import glob
import gzip
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow.dtypes import DType
from pellucid.keras.tensorflow.text import Text, texts, to_str


def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10_000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: Any = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Return batches of columns by name, and of the labels beside them if ``label_name`` is given.

    Args:
        file_pattern: One name, several, or a pattern such as ``"data/*.csv"``.
        batch_size: Rows of a batch.
        column_names: The names, where the files have none in a first line.
        column_defaults: For each column a dtype, or the value of empty fields; found in the first rows when omitted.
        label_name: The column that is the target.
        select_columns: The columns that are kept, by name or number; all when omitted.
        field_delim: What stands between fields.
        use_quote_delim: Whether fields may stand in quotes.
        na_value: What an empty field looks like, beside nothing at all.
        header: Whether the first line of each file holds the names.
        num_epochs: How often the rows are repeated; without end when omitted.
        shuffle: Whether the rows are mixed.
        shuffle_buffer_size: As of ``Dataset.shuffle``.
        shuffle_seed: As of ``Dataset.shuffle``.
        prefetch_buffer_size: Accepted.
        num_parallel_reads: Accepted.
        sloppy: Accepted.
        num_rows_for_inference: How many rows decide what kind a column is; None for all.
        compression_type: ``"GZIP"`` or None.
        ignore_errors: Accepted.
        encoding: Of the files.

    Raises:
        DataError: No file matches, or a row has another number of fields.
        ArgumentError: ``label_name`` or ``select_columns`` name no column.
    """
    files = [path for one in _names(file_pattern) for path in sorted(glob.glob(one)) or [one]]
    rows = []
    for path in files:
        found = _rows(path, field_delim, use_quote_delim, compression_type, encoding)
        if header:
            first = next(found, [])
            column_names = column_names or first
        rows += found
    if not column_names:
        raise ArgumentError(
            "make_csv_dataset", "without a header, names are needed.", "column_names=['x', 'y']"
        )
    names = list(column_names)
    chosen = [_place(names, each) for each in (select_columns or names)]
    _check(rows, names)
    wanted = column_defaults or [None] * len(chosen)
    columns = {
        names[place]: _column([row[place] for row in rows], kind, na_value, num_rows_for_inference)
        for place, kind in zip(chosen, wanted, strict=True)
    }
    whole: Any = columns
    if label_name is not None:
        _place(list(columns), label_name)
        whole = (columns, columns.pop(label_name))
    data = Dataset.from_tensor_slices(whole)
    data = data.shuffle(min(shuffle_buffer_size, len(rows)), shuffle_seed) if shuffle else data
    return data.repeat(num_epochs).batch(batch_size, drop_remainder=num_epochs is None)


def CsvDataset(
    filenames: Any,
    record_defaults: Sequence[Any],
    compression_type: str | None = None,
    buffer_size: int | None = None,
    header: bool = False,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
    exclude_cols: Sequence[int] | None = None,
) -> Dataset:
    """Return the rows of files as tuples; ``record_defaults`` says each column's dtype or default value."""
    rows = []
    for path in _names(filenames):
        found = _rows(path, field_delim, use_quote_delim, compression_type, "utf-8")
        rows += list(found)[1 if header else 0 :]
    places = list(select_cols if select_cols is not None else range(len(rows[0])))
    places = [place for place in places if place not in (exclude_cols or ())]
    columns = [
        _column([row[place] for row in rows], kind, na_value, None)
        for place, kind in zip(places, record_defaults, strict=True)
    ]
    return Dataset.from_tensor_slices(tuple(columns))


def _names(files: Any) -> list[str]:
    if isinstance(files, os.PathLike):
        return [os.fspath(files)]
    return [
        to_str(name)
        for name in texts(
            [os.fspath(f) for f in files] if isinstance(files, list) else files
        ).ravel()
    ]


def _rows(
    path: str, between: str, quotes: bool, compression: str | None, encoding: str
) -> Iterator[list[str]]:
    opened = gzip.open if compression == "GZIP" else open
    if not os.path.isfile(path):
        raise DataError("tf.data", f"there is no file {path}.", "print(os.listdir('.'))")
    with opened(path, "rt", encoding=encoding, newline="") as lines:
        quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
        yield from (row for row in csv.reader(lines, delimiter=between, quoting=quoting) if row)


def _check(rows: list[list[str]], names: list[str]) -> None:
    wrong = next((place for place, row in enumerate(rows) if len(row) != len(names)), None)
    if wrong is not None:
        raise DataError(
            "make_csv_dataset",
            f"row {wrong + 1} has {len(rows[wrong])} fields, but there are {len(names)} columns.",
            "field_delim=';' if that is what stands between fields",
        )


def _place(names: list[str], wanted: Any) -> int:
    if isinstance(wanted, str) and wanted not in names:
        raise ArgumentError(
            "make_csv_dataset", f"there is no column {wanted!r} among {names}.", f"{names[-1]!r}"
        )
    return names.index(wanted) if isinstance(wanted, str) else int(wanted)


def _column(fields: list[str], kind: Any, empty: str, looked_at: int | None) -> np.ndarray:
    """Return a column as numbers or texts, of the kind that was asked for or that its first fields are."""
    default = None
    if kind is not None:
        kind, default = _kind_and_default(kind)
    else:
        kind = _kind(fields[:looked_at], empty)
    nothing = default if default is not None else "" if kind is str else 0
    values = [nothing if field in ("", empty) else field for field in fields]
    if kind is str:
        return np.array(values, dtype=object)
    return np.array([kind(value) for value in values], "int32" if kind is int else "float32")


def _kind_and_default(given: Any) -> tuple[type, Any]:
    """Return what a column's dtype or default says: ``tf.float32``, ``0.0``, ``[""]``, ``tf.constant([0])``."""
    if isinstance(given, (DType, type)) or (isinstance(given, str) and given in _KINDS):
        return _KINDS[str(getattr(given, "name", getattr(given, "__name__", given)))], None
    while isinstance(given, (list, tuple, np.ndarray)) or (
        isinstance(given, Tensor) and given.ndim
    ):
        if len(given) == 0:
            return str if isinstance(given, Text) else _KINDS[
                str(getattr(given, "dtype", "float32"))
            ], None
        given = given[0]
    if isinstance(given, (str, bytes, Text)):
        return str, to_str(texts(given)[()]) or None
    value = np.asarray(given)
    return (int if value.dtype.kind in "iu" else float), value.item()


_KINDS: dict[str, type] = {
    "string": str, "str": str, "float16": float, "float32": float, "float64": float, "float": float,
    "int32": int, "int64": int, "int": int,
}  # fmt: skip


def _kind(fields: list[str], empty: str) -> type:
    for kind in (int, float):
        try:
            for field in fields:
                if field not in ("", empty):
                    kind(field)
        except ValueError:
            continue
        return kind
    return str
