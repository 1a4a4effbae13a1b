"""Bounding boxes in images: their formats, where they go when images are moved, and how far two overlap.

Terms: *corners* are left, top, right and bottom in pixels, the format ``"xyxy"``; all functions compute with them. A
format names its four numbers in order; ``rel_`` means parts of the image's width and height instead of pixels.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError

FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)  # fmt: skip
_ACROSS_FIRST = [1, 0, 3, 2]
TINY = 1e-7


def convert_format(
    boxes: jax.Array, source: str, target: str, height: Any = None, width: Any = None
) -> jax.Array:
    """Return boxes in another format.

    Args:
        boxes: Shape (..., 4).
        source: Their format, one of ``FORMATS``: ``"xyxy"`` (left, top, right, bottom), ``"yxyx"``, ``"xywh"`` (left,
            top, width, height), ``"center_xywh"``, ``"center_yxhw"``, and with ``rel_`` in parts of the image's size.
        target: The format that is wanted.
        height: The images' height in pixels; needed between relative and absolute formats.
        width: Their width.

    Raises:
        ArgumentError: An unknown format; a size that is needed and not there.
        ShapeError: The last axis has not four numbers.

    Example:
        >>> convert_format(jnp.array([10.0, 20.0, 30.0, 60.0]), "xyxy", "center_xywh").tolist()
        [20.0, 40.0, 20.0, 40.0]
        >>> convert_format(
        ...     jnp.array([10.0, 20.0, 30.0, 60.0]), "xyxy", "rel_yxyx", 100, 50
        ... ).tolist()
        [0.20000000298023224, 0.20000000298023224, 0.6000000238418579, 0.6000000238418579]
    """
    names = [_known(name) for name in (source, target)]
    if boxes.shape[-1] != 4:
        raise ShapeError(
            "Boxes",
            f"a box is four numbers, but the shape is {boxes.shape}.",
            "boxes of shape (..., boxes, 4)",
        )
    relative = [name.startswith("rel_") for name in names]
    if relative[0] != relative[1] and (height is None or width is None):
        raise ArgumentError(
            "Boxes",
            f"must receive `height` and `width` between {source!r} and {target!r}: one is in parts of the size.",
            "height=images.shape[1], width=images.shape[2]",
        )
    if names[0] == names[1]:
        return boxes
    corners = _to_corners(boxes, names[0].removeprefix("rel_"))
    if relative[0] != relative[1]:
        scale = jnp.stack([jnp.asarray(size, boxes.dtype) for size in (width, height)] * 2, -1)
        corners = corners * scale if relative[0] else corners / scale
    return _from_corners(corners, names[1].removeprefix("rel_"))


def _known(name: str) -> str:
    if str(name).lower() not in FORMATS:
        raise ArgumentError(
            "Boxes",
            f"a format is one of {', '.join(FORMATS)}, but {name!r} came.",
            'bounding_box_format="xyxy"',
        )
    return str(name).lower()


def _to_corners(boxes: jax.Array, name: str) -> jax.Array:
    if name in ("yxyx", "center_yxhw"):
        boxes = boxes[..., _ACROSS_FIRST]
    first, second = boxes[..., :2], boxes[..., 2:]
    if name == "xywh":
        second = first + second
    elif name.startswith("center"):
        first, second = first - second / 2, first + second / 2
    return jnp.concatenate([first, second], -1)


def _from_corners(corners: jax.Array, name: str) -> jax.Array:
    first, second = corners[..., :2], corners[..., 2:]
    if name == "xywh":
        second = second - first
    elif name.startswith("center"):
        first, second = (first + second) / 2, second - first
    boxes = jnp.concatenate([first, second], -1)
    return boxes[..., _ACROSS_FIRST] if name in ("yxyx", "center_yxhw") else boxes


def area(corners: jax.Array) -> jax.Array:
    """Return width times height of boxes as corners: (...,) of (..., 4).

    >>> area(jnp.array([1.0, 1.0, 3.0, 4.0])).item()
    6.0
    """
    return jnp.prod(corners[..., 2:] - corners[..., :2], -1)


def clip_to_size(corners: jax.Array, height: Any, width: Any) -> jax.Array:
    """Return boxes as corners cut off at the image's edges.

    >>> clip_to_size(jnp.array([-1.0, 2.0, 5.0, 9.0]), 8, 4).tolist()
    [0.0, 2.0, 4.0, 8.0]
    """
    ends = jnp.stack([jnp.asarray(size, corners.dtype) for size in (width, height)] * 2, -1)
    return jnp.clip(corners, 0, ends)


def labels_left(labels: Any, corners: jax.Array) -> jax.Array:
    """Return labels with -1 for boxes without area, of which nothing is left.

    Args:
        labels: Whole numbers, (..., boxes), or one-hot, (..., boxes, classes).
        corners: The boxes, (..., boxes, 4).

    >>> labels_left([7, 8], jnp.array([[0.0, 0.0, 1.0, 1.0], [2.0, 0.0, 2.0, 1.0]])).tolist()
    [7, -1]
    """
    labels, there = jnp.asarray(labels), area(corners) > 0
    if labels.ndim == corners.ndim and labels.shape[:-1] == there.shape:
        there = there[..., None]
    return jnp.where(there, labels, -1)


def corner_points(corners: jax.Array) -> jax.Array:
    """Return the four corners of boxes as points, x and y: (..., boxes, 4, 2) of (..., boxes, 4)."""
    left, top, right, bottom = jnp.moveaxis(corners, -1, 0)
    across, down = (left, right, right, left), (top, top, bottom, bottom)
    return jnp.stack([jnp.stack(across, -1), jnp.stack(down, -1)], -1)


def enclosing(points: jax.Array) -> jax.Array:
    """Return the smallest upright boxes around points, as corners: (..., 4) of (..., points, 2).

    >>> enclosing(jnp.array([[1.0, 5.0], [3.0, 2.0]])).tolist()
    [1.0, 2.0, 3.0, 5.0]
    """
    return jnp.concatenate([points.min(-2), points.max(-2)], -1)


def affine(
    corners: jax.Array,
    angle: Any,
    translate: tuple[Any, Any],
    scale: Any,
    shear: tuple[Any, Any],
    size: tuple[Any, Any],
    center: tuple[Any, Any] = (0.5, 0.5),
) -> jax.Array:
    """Return upright boxes around boxes that were shifted, sheared, turned and scaled about a centre.

    Equation: ``p' = c + s (R S_v S_h)^-1 (p - c + t)`` for each corner ``p``; the centre ``c``, the scale ``s``, the
    rotation ``R`` by the angle, the shears ``S`` by their angles along both axes and the shift ``t``.

    Args:
        corners: Shape (batch, boxes, 4).
        angle: In degrees, against the clock, a number or (batch,).
        translate: To the right and down, in parts of the width and the height less one pixel.
        scale: The factor.
        shear: Angles along x and y, in degrees.
        size: The images' height and width in pixels.
        center: x and y, in parts of the width and the height less one pixel. Default the middle.

    Source: as ``keras.utils.bounding_boxes.affine_transform``, in which a sign is wrong where ``shear[0]`` is not 0.

    Example:
        >>> box = jnp.array([[[0.0, 0.0, 2.0, 1.0]]])
        >>> affine(box, jnp.array([90.0]), (0, 0), 1, (0, 0), (5, 5)).round(3).tolist()
        [[[0.0, 2.0, 1.0, 4.0]]]
    """
    turn, x, y = (jnp.radians(-jnp.asarray(value, corners.dtype)) for value in (angle, *shear))
    turn, x, y = jnp.broadcast_arrays(turn, x, y)
    one, none = jnp.ones_like(turn), jnp.zeros_like(turn)
    rotation = _matrix(jnp.cos(turn), jnp.sin(turn), -jnp.sin(turn), jnp.cos(turn))
    down, along = _matrix(one, none, jnp.tan(y), one), _matrix(one, jnp.tan(x), none, one)
    back = jnp.linalg.inv(rotation @ down @ along)
    extent = jnp.array([size[1] - 1, size[0] - 1], corners.dtype)
    middle = jnp.stack([jnp.asarray(part, corners.dtype) for part in center], -1) * extent
    shift = jnp.stack([jnp.asarray(part, corners.dtype) for part in translate], -1) * extent
    offsets = corner_points(corners) - _for_points(middle) + _for_points(shift)
    moved = jnp.einsum("...ij,...pkj->...pki", back, offsets)
    return enclosing(_for_points(middle) + jnp.asarray(scale)[..., None, None, None] * moved)


def _matrix(a: jax.Array, b: jax.Array, c: jax.Array, d: jax.Array) -> jax.Array:
    return jnp.stack([jnp.stack([a, b], -1), jnp.stack([c, d], -1)], -2)


def _for_points(vectors: jax.Array) -> jax.Array:
    """Give one vector, or one an image, the axes of the corners of boxes."""
    return vectors[..., None, None, :]


def iou(corners: jax.Array, others: jax.Array) -> jax.Array:
    """Return for every pair of boxes their intersection over union: (..., n, m) of (..., n, 4) and (..., m, 4).

    Equation: ``|A and B| / |A or B|``, 0 for boxes without area.

    >>> iou(jnp.array([[0.0, 0.0, 2.0, 2.0]]), jnp.array([[1.0, 0.0, 3.0, 2.0]])).round(4).tolist()
    [[0.33329999446868896]]
    """
    one, two = corners[..., :, None, :], others[..., None, :, :]
    shared = _shared(one, two)
    union = area(one) + area(two) - shared
    return jnp.where(union > 0, shared / jnp.where(union > 0, union, 1), 0)


def _shared(one: jax.Array, two: jax.Array) -> jax.Array:
    low, high = jnp.maximum(one[..., :2], two[..., :2]), jnp.minimum(one[..., 2:], two[..., 2:])
    return jnp.prod(jnp.maximum(high - low, 0), -1)


def ciou(corners: jax.Array, others: jax.Array) -> jax.Array:
    """Return the complete intersection over union of boxes one by one: (...,) of twice (..., 4).

    Equation: ``IoU - d^2 / e^2 - a v`` with the distance ``d`` of the centres, the diagonal ``e`` of the smallest box
    around both, ``v = 4 / pi^2 (atan(w' / h') - atan(w / h))^2`` and ``a = v / (1 - IoU + v)``.

    Source: Zheng et al., Enhancing geometric factors in model learning and inference, 2020,
    https://arxiv.org/abs/2005.03572.

    >>> box = jnp.array([0.0, 0.0, 2.0, 2.0])
    >>> ciou(box, box + jnp.array([1.0, 0.0, 1.0, 0.0])).round(4).item()
    0.25639998912811279
    """
    corners, others = jnp.broadcast_arrays(corners, others)
    shared = _shared(corners, others)
    overlap = shared / (area(corners) + area(others) - shared + TINY)
    around = enclosing(jnp.stack([*jnp.split(corners, 2, -1), *jnp.split(others, 2, -1)], -2))
    diagonal = jnp.sum((around[..., 2:] - around[..., :2]) ** 2, -1) + TINY
    apart = jnp.sum((_middle(corners) - _middle(others)) ** 2, -1)
    shapes = [
        jnp.arctan(side[..., 0] / (side[..., 1] + TINY)) for side in map(_sides, (corners, others))
    ]
    unlike = 4 / math.pi**2 * (shapes[1] - shapes[0]) ** 2
    return overlap - apart / diagonal - unlike**2 / (1 - overlap + unlike + TINY)


def _middle(corners: jax.Array) -> jax.Array:
    return (corners[..., :2] + corners[..., 2:]) / 2


def _sides(corners: jax.Array) -> jax.Array:
    return corners[..., 2:] - corners[..., :2]


def encode_deltas(anchors: jax.Array, boxes: jax.Array) -> jax.Array:
    """Return what a detector learns, how boxes differ from their anchors: (..., 4) of twice (..., 4).

    Equation: ``((c - c_a) / s_a, log(s / s_a))`` with the centres ``c`` and sizes ``s`` of boxes and of anchors
    ``_a``; both are given as centre and size.

    >>> encode_deltas(jnp.array([4.0, 4.0, 2.0, 2.0]), jnp.array([5.0, 4.0, 2.0, 2.0])).tolist()
    [0.5, 0.0, 0.0, 0.0]
    """
    sizes, known = jnp.maximum(boxes[..., 2:], TINY), jnp.maximum(anchors[..., 2:], TINY)
    places = (boxes[..., :2] - anchors[..., :2]) / known
    return jnp.concatenate([places, jnp.log(sizes / known)], -1)


def decode_deltas(anchors: jax.Array, deltas: jax.Array) -> jax.Array:
    """Return the boxes, as centre and size, that differ from their anchors by deltas: undoes :func:`encode_deltas`.

    >>> decode_deltas(jnp.array([4.0, 4.0, 2.0, 2.0]), jnp.array([0.5, 0.0, 0.0, 0.0])).tolist()
    [5.0, 4.0, 2.0, 2.0]
    """
    sizes = anchors[..., 2:]
    places = deltas[..., :2] * sizes + anchors[..., :2]
    return jnp.concatenate([places, jnp.exp(deltas[..., 2:]) * sizes], -1)
