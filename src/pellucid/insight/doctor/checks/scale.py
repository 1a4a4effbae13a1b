"""How large inputs are, and how large they make the first sums: what a network feels of its data's scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from pellucid.insight.doctor.checks.kinds import (
    ENCODING,
    NORMALISING,
    PASSING,
    POOLING,
    fan_in,
    followers,
    kernel,
    number,
    only_follower,
    usual_spread,
)
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer

JOINING = frozenset({"Concatenate"})
"""Layers that put numbers beside each other and change none."""
THROUGH = PASSING | POOLING | JOINING


@dataclass(frozen=True)
class Entrance:
    """An input and a layer with a weighted sum that it enters.

    Attributes:
        column: The input, as it arrives there.
        rescaled: The layer by which it was rescaled on the way, or None.
        layer: The first layer that weighs it.
        numbers: How many of the input's numbers meet in one of its units.
        joined: Whether other numbers, which were joined to them on the way, meet there, too.
        size: Root mean square of the input's numbers.
        sums: Root mean square that its part of the layer's sums has with a kernel of usual spread.
    """

    column: Column
    rescaled: Layer | None
    layer: Layer
    numbers: int
    joined: bool
    size: float
    sums: float


def is_readable(column: Column) -> bool:
    """Tell whether a column holds numbers, all of them finite, and more than one row."""
    return (
        column.rows.dtype.kind in "biuf"
        and len(column.rows) > 1
        and column.rows.size > 0
        and bool(np.isfinite(column.flat).all())
    )


def inputs_of(facts: Facts) -> tuple[Column, ...]:
    """Return the inputs that can be read."""
    if facts.data is None:
        return ()
    return tuple(filter(is_readable, facts.data.training.x.values()))


def is_table(column: Column) -> bool:
    """Tell whether each row is a list of separate numbers: no series, no image, no more than 200 columns."""
    return len(column.shape) == 1 and column.shape[0] <= 200


def features(column: Column) -> np.ndarray:
    """Return ``(entries, features)``: steps and pixels are entries, the last axis holds the features."""
    width = column.shape[-1] if column.shape else 1
    return column.rows.reshape(-1, width).astype(float)


def size_of(column: Column) -> float:
    """Return the root mean square of an input's numbers."""
    return float(np.sqrt(np.mean(np.square(column.flat))))


def first_layers(facts: Facts, column: Column) -> Iterator[Layer]:
    """Yield the layers that do something to an input's numbers first; none where that is not known."""
    yield from (layer for layer, _ in _behind(facts, _fed(facts, column), PASSING | POOLING))


def _fed(facts: Facts, column: Column) -> list[Layer]:
    """Return the layers that an input comes into; none where that is not known."""
    fed = [layer for layer in facts.layers if layer.inputs == ()]
    several = facts.data is not None and len(facts.data.training.x) > 1
    if several and any(layer.given for layer in facts.layers):
        fed = [layer for layer in facts.layers if column.name in layer.given]
    elif several:
        fed = [layer for layer in fed if layer.input_shape == column.shape]
    return fed


def _behind(
    facts: Facts, given: Iterable[Layer], through: frozenset[str]
) -> Iterator[tuple[Layer, bool]]:
    """Yield these layers, in the place of those of some kinds what follows them, and whether others were joined."""
    fed = [(layer, False) for layer in given]
    seen: set[str] = set()  # a layer that is called twice may stand before and behind itself
    while fed:
        layer, joined = fed.pop(0)
        if layer.path in seen:
            continue
        seen.add(layer.path)
        if layer.kind in through:
            joined = joined or layer.kind in JOINING
            fed += [(each, joined) for each in followers(facts, layer)]
        else:
            yield layer, joined


def entrances(facts: Facts) -> Iterator[Entrance]:
    """Yield where inputs are weighed: not behind a layer that normalises or encodes them, nor before one.

    A ``Rescaling`` by plain numbers is reckoned with. Numbers joined to others have only their part of the sums.
    """
    for column in inputs_of(facts):
        for layer, joined, arriving, rescaled in _arrivals(facts, column):
            is_known = layer.ours and layer.kind not in NORMALISING | ENCODING | {"Lambda"}
            weights = kernel(layer)
            if not is_known or weights is None or _is_normalised_next(facts, layer):
                continue
            size = size_of(arriving)
            numbers = min(fan_in(weights), column.flat.shape[1]) if joined else fan_in(weights)
            sums = size * usual_spread(weights) * numbers**0.5
            yield Entrance(arriving, rescaled, layer, numbers, joined, size, sums)


def _arrivals(facts: Facts, column: Column) -> Iterator[tuple[Layer, bool, Column, Layer | None]]:
    """Yield the layers that do something to an input first, also behind a join (then True), and the input there.

    The input is as it comes out of at most one rescaling.
    """
    first = _first_in_code(facts, column)
    if first is not None:
        yield first, False, column, None
    for layer, joined in _behind(facts, _fed(facts, column), THROUGH):
        scale, offset = number(layer, "scale"), number(layer, "offset") or 0.0
        if layer.kind != "Rescaling" or scale is None:
            yield layer, joined, column, None
            continue
        arriving = replace(
            column,
            rows=column.rows * scale + offset,
            low=column.low * scale + offset,
            high=column.high * scale + offset,
        )
        for following, again in _behind(facts, followers(facts, layer), THROUGH):
            yield following, joined or again, arriving, layer


AS_THEY_ARE = 0.3
"""The part of the sums that an input would give to usual weights which says that it was not made smaller on the way."""


def _first_in_code(facts: Facts, column: Column) -> Layer | None:
    """Return the layer that weighs the only input first, where code of a ``call`` feeds it.

    The rehearsal saw its sums: smaller ones than the input would make say that the code rescales it.
    """
    found = facts.rehearsed
    if found is None or not found.sums or facts.data is None or len(facts.data.training.x) > 1:
        return None
    first, *later = [facts.layer(path) for path in found.order] or [None]
    weights = kernel(first) if first is not None else None
    if first is None or weights is None or first.input_shape != column.shape:
        return None
    if later and later[0] is not None and later[0].kind in NORMALISING:
        return None
    usual = size_of(column) * usual_spread(weights) * fan_in(weights) ** 0.5
    return first if found.sums.get(first.path, 0.0) >= AS_THEY_ARE * usual else None


def _is_normalised_next(facts: Facts, layer: Layer) -> bool:
    """Tell whether a layer's sums are brought to a common size before anything bends them."""
    following = only_follower(facts, layer)
    is_plain = layer.activation == "linear"
    return is_plain and following is not None and following.kind in NORMALISING - {"Rescaling"}


def is_pixels(column: Column) -> bool:
    """Tell whether numbers are brightness from 0 to 255: of images, or of rows with many numbers."""
    is_image = len(column.shape) >= 2 or (len(column.shape) == 1 and column.shape[0] >= 49)
    return is_image and column.low >= 0 and 200 <= column.high <= 255
