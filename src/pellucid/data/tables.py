"""Tables with text, categories and holes become the numbers that a network takes, and the way there is kept.

What is fitted is plain data: :meth:`TablePreprocessor.state` gives it as JSON and arrays, which stand in the model
file, so that a saved model predicts on raw tables in another process.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from pellucid.core.errors import DataError, FileFormatError, UsageError, nearest
from pellucid.core.limits import Choice, Instance, Integer, Limit
from pellucid.core.record import Recorded
from pellucid.data.column_choice import choose_column
from pellucid.data.columns import Column, as_numbers, missing_values
from pellucid.data.csv_files import Table, as_table, take_rows
from pellucid.data.table_state import column_state, restore_classes, restore_columns
from pellucid.data.table_target import find_column, infer_task, read_labels

VERSION = 1
"""Of the form of :meth:`TablePreprocessor.state`."""


class TablePreprocessor(Recorded):
    """Learn from a table how its columns become numbers, and turn tables into arrays that way.

    Numbers are standardised, ``(x - mean) / standard deviation``; categories become one feature each (one-hot);
    booleans 0 and 1; a missing number becomes the median with a 0/1 feature beside it, a missing category a category of
    its own. Constant columns, row numbers and text that is different in nearly every row are left out, and
    :attr:`notes` says so.

    Args:
        target: The column to predict, by name or position (-1 is the last); None: there is none.
        task: ``"classification"`` or ``"regression"``; None: found from the target (:func:`infer_task`).
        max_categories: Most features that a column of categories becomes, at least 2; the rarest share one.
        identifiers: What to do with text that is different in nearly every row: ``"drop"`` or ``"refuse"`` it.

    Attributes:
        columns: The fitted columns, in the order of their features.
        notes: What was done, a sentence for each column that is not used as it came.
        classes: The class labels in the order of their indices; None for regression.
        task_found: ``"classification"`` or ``"regression"``.
        target_mean: Mean of the fitted targets of a regression.
        target_scale: Their standard deviation.

    >>> table = {
    ...     "age": [20, 30, None, 40],
    ...     "sex": ["f", "m", "m", "f"],
    ...     "ill": ["no", "yes", "yes", "no"],
    ... }
    >>> prepare = TablePreprocessor(target="ill").fit(table)
    >>> prepare.feature_names
    ['age', 'age is missing', 'sex = f', 'sex = m']
    >>> prepare.transform(table)[:3].round(2).tolist()
    [[-1.22..., 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0]]
    >>> prepare.task_found, prepare.targets(table).tolist()
    ('classification', ['no', 'yes', 'yes', 'no'])

    Keras has a ``FeatureSpace`` in which each column is declared by hand; so has scikit-learn its
    ``ColumnTransformer``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "target": Instance((str, int), "the name or the position of a column", optional=True),
        "task": Choice(("classification", "regression"), optional=True),
        "max_categories": Integer(2),
        "identifiers": Choice(("drop", "refuse")),
    }

    def __init__(
        self,
        target: str | int | None = None,
        task: str | None = None,
        *,
        max_categories: int = 30,
        identifiers: str = "drop",
    ):
        self.target = target
        self.task = task
        self.max_categories = max_categories
        self.identifiers = identifiers
        self.columns: list[Column] = []
        self.notes: list[str] = []
        self.classes: np.ndarray | None = None
        self.target_name: str | None = None
        self.task_found: str | None = None
        self.target_mean, self.target_scale = 0.0, 1.0

    def fit(self, data: Any) -> Self:
        """Learn the columns from a CSV file's path, a data frame, a dict of columns or a 2-D array.

        Raises:
            DataError: No column is of use, or a value cannot be understood; column, row and value are named.
            ArgumentError: There is no such target column.
        """
        table = as_table(data)
        self.notes, self.classes, self.target_name = [], None, None
        if self.target is not None:
            self.target_name = find_column(table, self.target)
            table = self._fit_target(table)
        choices = [
            choose_column(name, values, self.max_categories, self.identifiers)
            for name, values in table.items()
            if name != self.target_name
        ]
        self.columns = [column for column, _ in choices if column is not None]
        self.notes += [note for _, note in choices if note]
        if not self.columns:
            raise DataError(
                "TablePreprocessor",
                "no column is left to learn from. " + " ".join(self.notes),
                "give the table a column of numbers or of categories that repeat",
            )
        return self

    def transform(self, data: Any) -> np.ndarray:
        """Return the features of a table, float32 of shape ``(rows, features)``; the target may be there or not.

        Raises:
            DataError: A column is not there, or a value in a column of numbers is no number.
            UsageError: The preprocessor has not been fitted.
        """
        self._need_fit()
        table = as_table(data)
        lacking = [column.name for column in self.columns if column.name not in table]
        if lacking:
            close = nearest(lacking[0], table)
            raise DataError(
                "TablePreprocessor",
                f"the table lacks the column '{lacking[0]}'; it has: {', '.join(table)}.",
                f"rename '{close}' to '{lacking[0]}'"
                if close
                else f"add the column '{lacking[0]}'",
            )
        parts = [column.encode(table[column.name]) for column in self.columns]
        return np.concatenate(parts, axis=1).astype(np.float32)

    def targets(self, data: Any) -> np.ndarray:
        """Return the target column: labels as they are written for classification, float64 for regression.

        Raises:
            DataError: The table has no such column, or a target is missing.
        """
        self._need_fit()
        table = as_table(data)
        if self.target_name is None or self.target_name not in table:
            raise DataError(
                "TablePreprocessor",
                f"the table has no target column {self.target_name!r}; it has: {', '.join(table)}.",
            )
        values = table[self.target_name]
        missing = missing_values(values)
        if missing.any():
            raise DataError(
                f"column '{self.target_name}'",
                f"the target is missing in {int(missing.sum())} rows, the first is row {int(np.argmax(missing))}.",
                "use arrays(data), which leaves these rows out, or fill them",
            )
        return self._read_target(values)

    def arrays(self, data: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return features and targets of the rows that have a target."""
        table = as_table(data)
        if self.target_name in table:
            table = take_rows(table, ~missing_values(table[self.target_name]))
        return self.transform(table), self.targets(table)

    def scale_targets(self, y: Any) -> np.ndarray:
        """Return quantities as ``(y - mean) / standard deviation`` of the fitted targets, float32 ``(rows, 1)``.

        A network learns targets near 0 with a spread of 1 best; :meth:`unscale_targets` brings its predictions back
        into the user's units.
        """
        scaled = (np.asarray(y, np.float64).reshape(-1, 1) - self.target_mean) / self.target_scale
        return scaled.astype(np.float32)

    def unscale_targets(self, scaled: Any) -> np.ndarray:
        """Return predictions of scaled targets in the units of the target column, float64 of the same shape."""
        return np.asarray(scaled, np.float64) * self.target_scale + self.target_mean

    @property
    def feature_names(self) -> list[str]:
        """The names of the features, one for each column of :meth:`transform`'s array."""
        return [feature for column in self.columns for feature in column.features]

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return what was fitted as data: a dict for JSON, and arrays by name.

        >>> made, arrays = TablePreprocessor().fit({"a": [1.0, 2.0], "b": ["x", "y"]}).state()
        >>> arrays["scale"], made["columns"][1]
        (array([0.5]), {'kind': 'category', 'name': 'b', 'categories': ['x', 'y']})
        """
        self._need_fit()
        described, arrays = column_state(self.columns)
        if self.task_found == "regression":
            arrays["target"] = np.array([self.target_mean, self.target_scale])
        return {
            "version": VERSION,
            "config": self.get_config(),
            "target_name": self.target_name,
            "task": self.task_found,
            "classes": None if self.classes is None else self.classes.tolist(),
            "columns": described,
            "notes": list(self.notes),
        }, arrays

    @classmethod
    def from_state(cls, described: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        """Make a fitted preprocessor from :meth:`state`'s answer; only data are read, nothing is run.

        Raises:
            FileFormatError: Something is not as :meth:`state` writes it.
        """
        try:
            if int(described["version"]) <= VERSION:
                return cls(**described["config"])._restore(described, arrays)
        except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
            raise FileFormatError(
                "TablePreprocessor", f"the saved preprocessing is damaged: {error!r}."
            ) from None
        raise FileFormatError(
            "TablePreprocessor",
            f"the saved preprocessing is of version {described['version']}; this Pellucid reads up to {VERSION}.",
            "pip install --upgrade pellucid",
        )

    def _restore(self, described: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        self.columns = restore_columns(described["columns"], arrays)
        self.notes = [str(note) for note in described["notes"]]
        self.target_name, self.task_found = described["target_name"], described["task"]
        self.classes = restore_classes(described["classes"])
        if self.task_found == "regression":
            self.target_mean, self.target_scale = (float(number) for number in arrays["target"])
        return self

    def _need_fit(self) -> None:
        if not self.columns:
            raise UsageError("TablePreprocessor", "it has not been fitted.", "prepare.fit(table)")

    def _fit_target(self, table: Table) -> Table:
        """Learn the target; return the rows that have one."""
        values = table[self.target_name or ""]
        missing = missing_values(values)
        if missing.all():
            raise DataError(f"column '{self.target_name}'", "all targets are missing.")
        if missing.any():
            self.notes.append(
                f"{self.target_name}: {int(missing.sum())} rows without a target are left out."
            )
        table = take_rows(table, ~missing)
        values = table[self.target_name or ""]
        self.task_found = self.task or infer_task(values)
        found = self._read_target(values)
        if self.task_found == "classification":
            self.classes = np.unique(found)
        else:
            self.target_mean, self.target_scale = float(found.mean()), float(found.std())
        if len(np.unique(found)) < 2:
            raise DataError(
                f"column '{self.target_name}'",
                f"all targets are the same: {found[0]!r}; there is nothing to learn.",
            )
        return table

    def _read_target(self, values: np.ndarray) -> np.ndarray:
        if self.task_found == "regression":
            return as_numbers(values, self.target_name or "")
        return read_labels(values, self.classes is not None and self.classes.dtype.kind == "U")
