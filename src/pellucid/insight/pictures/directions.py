"""Two directions in the space of a model's weights: drawn at random, given, or those along which a training moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError, unknown_name

Weights = dict[str, np.ndarray]
Pair = tuple[Weights, Weights]


@dataclass(frozen=True, eq=False)
class Plane:
    """Two directions through the weights of a model, and where a training ran in their plane.

    Attributes:
        directions: Each direction, by the weights' paths.
        cosine: The cosine of the angle between them.
        path: The places of recorded weights, (moments, 2), or None.
        explained: The share of the recorded weights' variance along each direction, or None.
    """

    directions: Pair
    cosine: float
    path: np.ndarray | None = None
    explained: tuple[float, float] | None = None


def flat(weights: Mapping[str, Any], paths: Sequence[str]) -> np.ndarray:
    """Return all weights as one vector, in float64."""
    return np.concatenate([np.asarray(weights[path], np.float64).reshape(-1) for path in paths])


def plane_of(first: Weights, second: Weights) -> Plane:
    """Return the plane of two directions."""
    one, two = flat(first, list(first)), flat(second, list(first))
    lengths = float(np.linalg.norm(one) * np.linalg.norm(two))
    return Plane((first, second), float(one @ two) / lengths if lengths else 0.0)


def random_plane(who: str, params: Mapping[str, Any], seed: int) -> Plane:
    """Draw two directions from a normal distribution, each filter as long as the weights' own.

    Raises:
        ArgumentError: No weight has more than one axis, so that there is no filter.
    """
    draw = np.random.default_rng(seed).standard_normal
    first, second = (
        {path: filter_normalised(draw(np.shape(a)), a) for path, a in params.items()}
        for _ in range(2)
    )
    plane = plane_of(first, second)
    if not all(np.any(np.concatenate([a.ravel() for a in d.values()])) for d in plane.directions):
        raise ArgumentError(
            who,
            "random directions are as long as the filters of the weights, but all weights with more than one axis "
            "are zero, or there are none.",
            "directions=({'dense/kernel': array}, {'dense/bias': array})",
        )
    return plane


def filter_normalised(direction: np.ndarray, weight: Any) -> np.ndarray:
    """Give each filter of a direction the length of the weight's filter: ``d_j <- d_j / |d_j| * |w_j|``.

    A filter is what leads to one unit or channel: all numbers with the same index on the last axis. Weights of one axis
    (biases, the scales of batch normalisation) do not move.

    >>> filter_normalised(np.ones((2, 1)), np.array([[3.0], [4.0]])).round(4).tolist()
    [[3.5355], [3.5355]]
    """
    weight = np.asarray(weight, np.float64)
    if weight.ndim < 2:
        return np.zeros(weight.shape)
    axes = tuple(range(weight.ndim - 1))
    own = np.sqrt((direction**2).sum(axes, keepdims=True))
    wanted = np.sqrt((weight**2).sum(axes, keepdims=True))
    return direction / np.where(own > 0, own, 1.0) * wanted


def given_plane(who: str, params: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> Plane:
    """Check two directions by the weights' paths; a path that is left out does not move.

    Raises:
        UnknownNameError: A path that no trainable weight has.
        ShapeError: A direction of another shape than its weight.
    """
    found = []
    for direction in given:
        for path, array in direction.items():
            if path not in params:
                raise unknown_name("trainable weight", path, params)
            if np.shape(array) != np.shape(params[path]):
                raise ShapeError(
                    who,
                    f"the direction of '{path}' has shape {np.shape(array)}, but the weight has "
                    f"{np.shape(params[path])}.",
                )
        found.append(
            {p: np.asarray(direction.get(p, np.zeros(np.shape(a)))) for p, a in params.items()}
        )
    return plane_of(found[0], found[1])


def path_plane(who: str, params: Mapping[str, Any], moments: Sequence[Mapping[str, Any]]) -> Plane:
    """Return the two directions along which recorded weights vary most, and their places in that plane.

    The directions are the first two right singular vectors of the recorded weights about their mean, of length 1; the
    places are counted from the weights ``params``.

    Args:
        who: The function, for messages.
        params: The weights at the plane's origin.
        moments: The recorded weights.

    Raises:
        ArgumentError: Fewer than three moments, weights of another model, or a path on one straight line.
    """
    paths = list(params)
    if len(moments) < 3:
        raise ArgumentError(
            who,
            f"the path has {len(moments)} moments; a plane needs three at least.",
            "path = WeightPath(); model.fit(x, y, epochs=10, callbacks=[path])",
        )
    shapes = {p: np.shape(a) for p, a in params.items()}
    if {p: np.shape(a) for p, a in moments[0].items()} != shapes:
        raise ArgumentError(who, "the path was recorded on a model of other weights.")
    table = np.stack([flat(moment, paths) for moment in moments])
    _, sizes, vectors = np.linalg.svd(table - table.mean(0), full_matrices=False)
    if len(sizes) < 2 or sizes[1] <= 1e-6 * sizes[0]:
        raise ArgumentError(
            who, "the recorded weights lie on one straight line.", "directions='random'"
        )
    # The end of a training shall lie to the right and above its start.
    for axis in range(2):
        if (table[-1] - table[0]) @ vectors[axis] < 0:
            vectors[axis] *= -1
    shares = sizes**2 / (sizes**2).sum()
    places = (table - flat(params, paths)) @ vectors[:2].T
    first, second = (unflat(vector, params) for vector in vectors[:2])
    return Plane((first, second), 0.0, places, (float(shares[0]), float(shares[1])))


def unflat(vector: np.ndarray, params: Mapping[str, Any]) -> Weights:
    """Return a vector as arrays of the weights' shapes; the inverse of :func:`flat`."""
    ends = np.cumsum([np.size(array) for array in params.values()])[:-1]
    parts = np.split(vector, ends)
    return {
        path: part.reshape(np.shape(array))
        for (path, array), part in zip(params.items(), parts, strict=True)
    }
