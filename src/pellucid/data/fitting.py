"""Shapes of targets against shapes of outputs: what is the same but for an axis of size 1, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.errors import TargetError
from pellucid.data.head import Head, dense, loss_name, refuse


@dataclass(frozen=True)
class Case:
    """One case of the contract: targets, last layer and loss.

    Args:
        values: Targets as :func:`~pellucid.data.labels.read_targets` gave them.
        head: The last layer.
        loss: The loss.
        classes: Labels that are known already, or None.
        name: What the messages call the targets.
    """

    values: np.ndarray
    head: Head
    loss: Any
    classes: np.ndarray | None
    name: str

    @property
    def units(self) -> int:
        """The number of units; where the last axis has no known size, as many as the labels need."""
        if self.head.units is not None:
            return self.head.units
        numbers = self.values.dtype.kind != "U"
        return int(self.values.max()) + 1 if numbers else len(np.unique(self.values))

    @property
    def loss_name(self) -> str:
        """The loss's name for messages."""
        return loss_name(self.loss)

    def refuse(self, problem: str, repair: str) -> TargetError:
        """Build the error that names layer, loss, problem and repair."""
        return refuse(self.head, self.loss, problem, repair)

    def wrong_shape(self, wanted: Sequence[int | None]) -> TargetError:
        """Build the error for targets of a shape that nothing unambiguous brings to ``wanted``."""
        return self.refuse(
            f"the loss needs {in_words(wanted)}, but {self.name} has {in_words(self.values.shape[1:])} "
            f"(shape {self.values.shape}).",
            _shape_repair(self, wanted),
        )


def has_shape(values: np.ndarray, wanted: Sequence[int | None]) -> bool:
    """Tell whether each row has the wanted shape; sizes that are None fit any.

    >>> (
    ...     has_shape(np.zeros((5, 2)), (2,)),
    ...     has_shape(np.zeros((5, 2)), (None,)),
    ...     has_shape(np.zeros(5), (1,)),
    ... )
    (True, True, False)
    """
    return values.ndim == len(wanted) + 1 and all(
        size is None or size == found for size, found in zip(wanted, values.shape[1:], strict=True)
    )


def fit_shape(case: Case, strict: bool = True) -> tuple[np.ndarray, str]:
    """Return targets in the output's shape, adding or dropping a last axis of size 1.

    Args:
        case: The case.
        strict: Whether any other shape is refused; otherwise only one of the same rank that would broadcast. (Losses
            of one's own may take targets of another rank, e.g. class labels beside embeddings.)

    Returns:
        The targets and a note, empty if nothing changed.

    Raises:
        TargetError: The shapes differ in another way.
    """
    values, wanted = case.values, case.head.shape
    if has_shape(values, wanted):
        return values, ""
    if has_shape(values[..., None], wanted):
        note = f"{case.name} got a last axis of size 1, to stand against {_units(case)}"
        return values[..., None], note
    if values.shape[-1] == 1 and values.ndim > 1 and has_shape(values[..., 0], wanted):
        return values[..., 0], f"the last axis of {case.name}, of size 1, was dropped"
    if strict or _broadcasts(values.shape, (len(values), *wanted)):
        raise case.wrong_shape(wanted)
    return values, ""


def _broadcasts(shape: Sequence[int], other: Sequence[int | None]) -> bool:
    return len(shape) == len(other) and all(
        a == b or 1 in (a, b) or b is None for a, b in zip(shape, other, strict=True)
    )


def _units(case: Case) -> str:
    return "the one unit" if case.head.units == 1 else "the output"


def in_words(shape: Sequence[int | None]) -> str:
    """Say in words what each row of targets holds.

    >>> in_words(()), in_words((1,)), in_words((3,)), in_words((5, 2))
    ('one value per row', 'one column', '3 columns', 'rows of shape (5, 2)')
    """
    if not shape:
        return "one value per row"
    if len(shape) == 1:
        return "one column" if shape[0] == 1 else f"{shape[0]} columns"
    return f"rows of shape {tuple(shape)}"


def _shape_repair(case: Case, wanted: Sequence[int | None]) -> str:
    """Find the one line that most probably repairs a shape."""
    name, shape, head = case.name, case.values.shape, case.head
    activation = head.activation if head.known and head.activation != "linear" else None
    if len(shape) == 2 and shape[0] == 1 and shape[1] > 1 and len(wanted) <= 1:
        return f"{name} is one row; turn it into a column: {name} = {name}.reshape(-1)"
    if len(head.shape) > 1 and len(shape) < len(head.shape) + 1:
        return f"the output has more axes than {name}: put Flatten() before layer '{head.layer}'"
    if len(shape) == 1:
        return (
            f"for one class per row: {dense(head.units, 'softmax')} with loss='sparse_categorical_crossentropy'; "
            f"for one number per row: {dense(1)}"
        )
    if len(shape) == 2 and head.units == 1 and shape[1] == 2:
        return f"for two classes as columns: {name} = {name}[:, 1]; for two outputs: {dense(2, activation)}"
    if len(shape) == 2:
        return f"{dense(shape[1], activation)}, one unit for each column of {name}"
    return f"{name} = {name}.reshape(len({name}), -1)"
