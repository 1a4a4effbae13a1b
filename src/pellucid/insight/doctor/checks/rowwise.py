"""A check of tables whose rows were scaled, each by itself, where the columns were meant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.inputs import place_of
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Repair, Sign

ROWS = 50
WIDTHS = (3, 60)
"""Columns: two of length 1 are a direction; more than 60 are spectra, pixels and vectors of words rather than kinds."""
EVEN = 1e-4
"""The lengths' largest difference, relative: a thousand times single precision's rounding, and no chance's work."""
KINDS = 100.0
"""As in D102: root mean squares that differ by two orders of magnitude are of different units."""
JUMP = 10.0
"""Between neighbouring columns; what goes on from one to the next, as bins of a spectrum do, changes less at once."""
SCALING = ENCODING | {"Normalization", "BatchNormalization"}
"""Layers that look ids up, or bring each column to a size of its own."""


@check(
    "D115",
    "Each row was scaled, not each column",
    faults=("F06", "F31"),
    explains=(*STUCK, *FLAT, "D102", "D103"),
)
def scaled_rows(facts: Facts) -> Iterator[Sign]:
    """A row of different things has no common size: divided by its length, the largest column rules all the others.

    Compared: the rows' lengths, all the same to ``EVEN``, over ``ROWS`` of them, and the columns' root mean squares.
    Thresholds: ``KINDS`` between columns and ``JUMP`` between two neighbours, in 3 to 60 columns of which half keep one
    sign, as measured amounts do, and a third of the numbers at most are 0. So directions, vectors of words and their
    principal components (both signs), counts (zeros), flags and spectra are silent, and what a layer scales next.
    Shares have a sum and not a length in common. Rows of mean 0 and spread 1 are not looked at: so are windows of
    series and measured spectra scaled for good reasons.
    """
    for column in inputs_of(facts):
        if len(column.shape) != 1 or not WIDTHS[0] <= column.shape[0] <= WIDTHS[1]:
            continue
        is_scaled = any(layer.kind in SCALING for layer in first_layers(facts, column))
        rows = column.flat
        if is_scaled or len(rows) < ROWS or not _are_even(np.linalg.norm(rows, axis=1)):
            continue
        sizes = np.sqrt(np.square(rows).mean(axis=0))
        sizes = sizes[sizes > 0]
        if len(sizes) < WIDTHS[0]:
            continue
        jumps = np.abs(np.diff(np.log(sizes)))
        one_sign = float(((rows.min(axis=0) >= 0) | (rows.max(axis=0) <= 0)).mean())
        if sizes.max() < KINDS * sizes.min() or jumps.max() < np.log(JUMP) or one_sign < 0.5:
            continue
        if float((rows == 0).mean()) > 1 / 3:
            continue
        length = float(np.linalg.norm(rows[0]))
        evidence = (
            f"All {len(rows)} rows looked at have the same length, {length:.4g}.",
            f"Their columns are of different kinds: root mean squares from {sizes.min():.3g} to {sizes.max():.3g}.",
        )
        repair = Repair(
            "x = (raw - raw.mean(axis=0)) / raw.std(axis=0), of the table as it was read"
        )
        yield Sign("warning", 0.75, place_of(column), evidence, repair)


def _are_even(lengths: np.ndarray) -> bool:
    """Tell whether lengths are all the same and not 0."""
    return bool(lengths.min() > 0 and np.ptp(lengths) < EVEN * lengths.min())
