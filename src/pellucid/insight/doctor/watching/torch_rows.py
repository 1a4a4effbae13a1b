"""The rows that pass through a model of PyTorch's: those that it is trained on, and those that it is asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.data import Column, Data, Rows
from pellucid.insight.doctor.watching.sample import Sample
from pellucid.insight.doctor.watching.torch_eyes import Structure, tensors
from pellucid.insight.doctor.watching.torch_numbers import as_numpy
from pellucid.insight.doctor.watching.torch_output import channels_last

FEWEST = 20
"""Rows without gradients that are a validation; of fewer, somebody may have looked at examples, or played a move."""
SAME = 0.9
"""The share of training rows from which on a batch without gradients is one of them: their accuracy is measured."""


class SeenRows:
    """Samples of both kinds of rows.

    Rows that pass without gradients between training steps are held back ones, if they are no training rows; those of
    the first time are kept, without targets, of which nobody tells. What comes after the training is not looked at:
    it may be a grid to draw, or noise to make pictures of.

    Attributes:
        training: Inputs and targets of the steps.
        held: Inputs of passes without gradients.
        targets: Those of the first batch.
    """

    def __init__(self) -> None:
        self.training, self.held = Sample(), Sample()
        self.targets: np.ndarray | None = None
        self._waiting: list[tuple[np.ndarray, int]] = []

    def take(self, x: Any, y: Any, structure: Structure | None) -> None:
        """Keep the first rows of the training, and see whether later passes have them in the same order."""
        self._settle()
        if not self.training.wants():
            return
        most = self.training.most(x)
        rows, wanted = read(x, most, structure), first_of(y, most)
        if structure is not None and structure.is_image:
            is_like = wanted.ndim == len(structure.shape or ()) + 1
            wanted = channels_last(wanted) if is_like else wanted
        if self.targets is None:
            self.targets = wanted
        self.training.add(rows, wanted if len(wanted) == len(rows) else None, len(x))

    def look(self, x: Any, structure: Structure | None) -> None:
        """Keep the rows of a pass without gradients until a step follows."""
        if not self.training.count or self.held.is_over or not np.ndim(x):
            return
        room = self.held.most(x) - sum(len(rows) for rows, _ in self._waiting)
        self._waiting.append((read(x, max(room, 0), structure), len(x)))

    def _settle(self) -> None:
        """Take in what waited, when a training step comes: then it was no end."""
        if not self._waiting:
            return
        for rows, count in self._waiting:
            self.held.add(rows, None, count)
        self.held.end_pass()
        self._waiting = []

    def data(self) -> Data | None:
        """Return the rows as facts."""
        data = self.training.data()
        held = None if data is None else self._held(data.training.x[""])
        return data if data is None or held is None else replace(data, validation=Rows({"": held}))

    def _held(self, column: Column) -> Column | None:
        """Return the rows that were held back; None where there are none, or where nobody can tell.

        Batches of training rows are left out. Where a sample of the training rows alone was kept, rows that are among
        them may be training rows all, so that none is taken.
        """
        known = {row.tobytes() for row in column.rows}
        batches = [rows for rows in self.held.x if rows.shape[1:] == column.shape]
        shares = [np.mean([row.tobytes() in known for row in rows]) for rows in batches]
        is_whole = column.count <= len(column.rows)
        if not is_whole and any(shares):
            return None
        kept = [rows for rows, share in zip(batches, shares, strict=True) if share < SAME]
        count = sum(map(len, kept)) + self.held.count - sum(map(len, self.held.x))
        if not kept or count < FEWEST:
            return None
        rows = np.concatenate(kept).astype(column.rows.dtype)
        return Column("", rows, count, str(rows.dtype), float(rows.min()), float(rows.max()))


def only_input(given: Any) -> Any:
    """Return the one tensor that a model gets; None where there are several, of which none tells of the targets alone.

    States of other axes, masks, and the lengths of rows do not count.
    """
    first, *others = [each for each in tensors(given) if each.ndim] or [None]
    for each in others:
        is_length = each.ndim == 1 and not each.is_floating_point()
        if each.shape[0] == first.shape[0] and str(each.dtype) != "torch.bool" and not is_length:
            return None
    return first


def read(x: Any, most: int, structure: Structure | None) -> np.ndarray:
    """Return the first rows of a batch, pictures with their channels last."""
    rows = first_of(x, most)
    is_picture = structure is not None and structure.takes_images and rows.ndim > 2
    return channels_last(rows) if is_picture else rows


def first_of(x: Any, most: int) -> np.ndarray:
    """Return the first rows of a tensor or an array."""
    return as_numpy(x, most) if hasattr(x, "detach") else np.asarray(x)[:most]
