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


@dataclass(frozen=True)
class Entrance:
    """An input and a layer with a weighted sum that it enters.

    Attributes:
        column: The input, as it arrives there.
        rescaled: The layer by which it was rescaled on the way, or None.
        layer: The first layer that weighs it.
        size: Root mean square of the input's numbers.
        sums: Root mean square that the layer's sums have with a kernel of usual spread.
    """

    column: Column
    rescaled: Layer | None
    layer: Layer
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
    fed = [layer for layer in facts.layers if layer.inputs == ()]
    several = facts.data is not None and len(facts.data.training.x) > 1
    if several and any(layer.given for layer in facts.layers):
        fed = [layer for layer in facts.layers if column.name in layer.given]
    elif several:
        fed = [layer for layer in fed if layer.input_shape == column.shape]
    yield from _first_of(facts, fed)


def _first_of(facts: Facts, given: Iterable[Layer]) -> Iterator[Layer]:
    """Yield these layers, and in the place of those that change no numbers what follows them."""
    fed = list(given)
    while fed:
        layer = fed.pop(0)
        if layer.kind in PASSING | POOLING:
            fed += followers(facts, layer)
        else:
            yield layer


def entrances(facts: Facts) -> Iterator[Entrance]:
    """Yield where inputs are weighed: not behind a layer that normalises or encodes them, nor before one.

    A ``Rescaling`` by plain numbers is reckoned with.
    """
    for column in inputs_of(facts):
        for layer, arriving, rescaled in _arrivals(facts, column):
            is_known = layer.ours and layer.kind not in NORMALISING | ENCODING | {"Lambda"}
            weights = kernel(layer)
            if not is_known or weights is None or _is_normalised_next(facts, layer):
                continue
            size = size_of(arriving)
            sums = size * usual_spread(weights) * fan_in(weights) ** 0.5
            yield Entrance(arriving, rescaled, layer, size, sums)


def _arrivals(facts: Facts, column: Column) -> Iterator[tuple[Layer, Column, Layer | None]]:
    """Yield the layers that do something to an input first, and the input there, behind at most one rescaling."""
    for layer in first_layers(facts, column):
        scale, offset = number(layer, "scale"), number(layer, "offset") or 0.0
        if layer.kind != "Rescaling" or scale is None:
            yield layer, column, None
            continue
        arriving = replace(
            column,
            rows=column.rows * scale + offset,
            low=column.low * scale + offset,
            high=column.high * scale + offset,
        )
        for following in _first_of(facts, followers(facts, layer)):
            yield following, arriving, layer


def _is_normalised_next(facts: Facts, layer: Layer) -> bool:
    """Tell whether a layer's sums are brought to a common size before anything bends them."""
    following = only_follower(facts, layer)
    is_plain = layer.activation == "linear"
    return is_plain and following is not None and following.kind in NORMALISING - {"Rescaling"}


def is_pixels(column: Column) -> bool:
    """Tell whether numbers are brightness from 0 to 255: of images, or of rows with many numbers."""
    is_image = len(column.shape) >= 2 or (len(column.shape) == 1 and column.shape[0] >= 49)
    return is_image and column.low >= 0 and 200 <= column.high <= 255
