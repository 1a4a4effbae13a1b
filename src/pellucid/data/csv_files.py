"""Tables as columns by name, read from CSV files with Python's own reader, or taken from data frames.

Terms: a *table* is a dict from column name to a NumPy array of one value per row. A column is float64 (NaN is missing),
bool, or object: text, with None for missing. A CSV file's columns are all text; what they mean is decided once, when
a :class:`~pellucid.data.tables.TablePreprocessor` is fitted, so that a later file of other rows cannot change it.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import DataError
from pellucid.data.arrays import to_numpy
from pellucid.data.frames import columns, is_frame, is_numeric

Table = dict[str, np.ndarray]
"""Columns by name, all of the same length."""

MISSING = frozenset(
    ["", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "none"]
)
"""Fields that stand for "no value", after blanks around them are dropped."""

DELIMITERS = ",;\t|"


def read_csv(path: str | Path, header: bool | None = None, encoding: str = "utf-8-sig") -> Table:
    """Read a CSV file, plain or ``.gz``, as columns of text.

    Commas, semicolons, tabs and bars are told apart by the first lines; quoted fields may hold any of them and line
    breaks; blanks around fields are dropped; a byte-order mark is skipped.

    Args:
        path: The file.
        header: Whether the first line holds names; None: it does when none of its fields is a number or empty.
            Without names the columns are called ``column_1``, ``column_2``, ...
        encoding: Of the text; UTF-8 with or without a mark by default.

    Returns:
        Arrays of text by column name, None where a field is missing.

    Raises:
        DataError: The file is empty, is not there, or a line has another number of fields; line and counts are named.

    pandas reads more dialects; this reader needs no pandas and takes about 0.4 s for 50,000 rows of 15 columns.
    """
    text = _read_text(Path(path), encoding)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, Path(path).name)
    names = rows[0]
    if header is None:
        header = not any(field in MISSING or is_number_text(field) for field in names)
    body = rows[1:] if header else rows
    if not body:
        raise DataError(
            Path(path).name, "the file has a header but no rows.", "check how it was written"
        )
    if not header:
        names = [f"column_{number}" for number in range(1, len(names) + 1)]
    _check_names(names, Path(path).name)
    return {
        name: np.array([None if field in MISSING else field for field in fields], dtype=object)
        for name, fields in zip(names, zip(*body, strict=True), strict=True)
    }


def as_table(data: Any) -> Table:
    """Return a table from a CSV file's path, a data frame of any library, a dict of columns, or a 2-D array.

    Args:
        data: Path of a ``.csv`` or ``.csv.gz`` file; frame; dict from name to column; array ``(rows, columns)``.

    Raises:
        DataError: It is none of these, or the columns differ in length.

    >>> as_table({"age": [22, None], "sex": ["male", "female"]})
    {'age': array([22., nan]), 'sex': array(['male', 'female'], dtype=object)}
    """
    if isinstance(data, (str, Path)):
        return read_csv(data)
    if is_frame(data):
        table = {name: _from_series(series) for name, series in columns(data).items()}
    elif isinstance(data, Mapping):
        table = {str(name): _from_values(values) for name, values in data.items()}
    else:
        array = to_numpy(data, "table")
        if array.ndim != 2:
            raise DataError(
                "table",
                f"a CSV file, a data frame, a dict of columns or a 2-D array is needed, but a {type(data).__name__} "
                f"of shape {array.shape} came.",
            )
        table = {
            f"column_{i + 1}": _from_values(array[:, i].tolist()) for i in range(array.shape[1])
        }
    lengths = {name: len(values) for name, values in table.items()}
    if not lengths or min(lengths.values()) == 0:
        raise DataError("table", "the table has no rows or no columns.", "check how it was loaded")
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"'{name}' has {length}" for name, length in list(lengths.items())[:4])
        raise DataError("table", f"all columns must have the same number of rows, but {shown}.")
    return table


def table_rows(table: Table) -> int:
    """Return the number of rows.

    >>> table_rows({"a": np.zeros(3)})
    3
    """
    return len(next(iter(table.values())))


def take_rows(table: Table, index: np.ndarray) -> Table:
    """Return the table of some rows, e.g. of one side of a split; ``index`` is row numbers or a mask.

    >>> take_rows({"a": np.array([1.0, 2.0, 3.0])}, np.array([2, 0]))
    {'a': array([3., 1.])}
    """
    return {name: values[index] for name, values in table.items()}


def is_number_text(field: str) -> bool:
    """Tell whether a field of text is a finite number, with a point or (one) comma for the decimals.

    >>> (
    ...     is_number_text("-1.5e3"),
    ...     is_number_text("7,4"),
    ...     is_number_text("1_000"),
    ...     is_number_text("inf"),
    ... )
    (True, True, False, False)
    """
    return parse_number(field) is not None


def parse_number(field: str) -> float | None:
    """Return the finite number that a text holds, or None.

    >>> parse_number("3"), parse_number("7,4"), parse_number("3+")
    (3.0, 7.4, None)
    """
    try:
        number = float(field)
    except ValueError:
        try:
            number = float(field.replace(",", ".", 1))
        except ValueError:
            return None
    return number if abs(number) < np.inf and "_" not in field else None


def _read_text(path: Path, encoding: str) -> str:
    if not path.is_file():
        raise DataError(
            str(path), "there is no such file.", f"check the path; the folder is {Path.cwd()}"
        )
    raw = path.read_bytes()
    try:
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            path.name,
            f"the text is not {encoding.removesuffix('-sig').upper()}: byte {error.object[error.start]:#x} at "
            f"position {error.start}.",
            'save it as UTF-8, or read it with read_csv(path, encoding="cp1252")',
        ) from None
    except (OSError, EOFError) as error:
        raise DataError(path.name, f"the file cannot be unpacked: {error}.") from None
    if not text.strip():
        raise DataError(path.name, "the file is empty.", "check how it was written")
    return text


def _delimiter(text: str) -> str:
    """Find the sign that divides each of the first lines into the same, largest number of fields."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:10]

    def score(sign: str) -> tuple[int, int]:
        counts = [len(fields) for fields in csv.reader(lines, delimiter=sign)]
        return (counts.count(counts[0]) if counts[0] > 1 else 0, counts[0])

    return max(DELIMITERS, key=score)


def _rows(text: str, delimiter: str, who: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if not row or (len(row) == 1 and not row[0].strip()):
                continue
            if rows and len(row) != len(rows[0]):
                raise DataError(
                    who,
                    f"line {reader.line_num} has {len(row)} fields, but the first line has {len(rows[0])}.",
                    f"correct line {reader.line_num}; a field that holds '{delimiter}' must stand in quotes",
                )
            rows.append([field.strip() for field in row])
    except csv.Error as error:
        raise DataError(who, f"line {reader.line_num} cannot be read: {error}.") from None
    return rows


def _check_names(names: list[str], who: str) -> None:
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise DataError(
            who, f"two columns are called '{double}'.", "rename one of them in the first line"
        )


def _from_series(series: Any) -> np.ndarray:
    missing = series.is_null().to_numpy().astype(bool)
    if is_numeric(series):
        if str(series.dtype) == "Boolean" and not missing.any():
            return series.to_numpy().astype(bool)
        values = [
            np.nan if gone else float(v) for v, gone in zip(series.to_list(), missing, strict=True)
        ]
        return np.array(values) if missing.any() else series.to_numpy().astype(np.float64)
    return _text(series.to_list(), missing)


def _from_values(values: Any) -> np.ndarray:
    items = values.tolist() if isinstance(values, np.ndarray) else list(values)
    missing = np.array([item is None or item != item for item in items], bool)
    known = [item for item, gone in zip(items, missing, strict=True) if not gone]
    if known and all(isinstance(item, (bool, np.bool_)) for item in known) and not missing.any():
        return np.array(items, bool)
    if all(isinstance(item, (int, float, np.number, np.bool_)) for item in known):
        return np.array(
            [np.nan if gone else float(v) for v, gone in zip(items, missing, strict=True)]
        )
    return _text(items, missing)


def _text(items: list[Any], missing: np.ndarray) -> np.ndarray:
    fields = [
        None if gone else str(item).strip() for item, gone in zip(items, missing, strict=True)
    ]
    return np.array(
        [None if field is None or field in MISSING else field for field in fields], dtype=object
    )
