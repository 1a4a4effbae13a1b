"""``keras.utils.bounding_boxes``: formats of boxes, boxes moved, how far two overlap, what a detector learns."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.functional import boxes as geometry
from pellucid.keras.operation import operation


def _sizes(image_shape: Any) -> tuple[Any, Any]:
    """Return height and width of ``(height, width, channels)``, or None twice."""
    return (None, None) if image_shape is None else tuple(image_shape)[:2]


def _floats(boxes: Any, dtype: Any = "float32") -> jax.Array:
    return jnp.asarray(boxes, dtype)


def _only_corners(who: str, bounding_box_format: str) -> None:
    if bounding_box_format != "xyxy":
        raise NotImplementedError(
            f"{who}: boxes must be corners, but their format is {bounding_box_format!r}. "
            f"Repair: convert_format(boxes, {bounding_box_format!r}, 'xyxy', height, width)"
        )


@operation
def convert_format(
    boxes: Any,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: str = "float32",
) -> Any:
    """Return boxes in another format.

    Args:
        boxes: Shape (..., 4), or a dict with ``boxes``; of it the others stay.
        source: Their format, as ``"xyxy"``, ``"center_yxhw"`` or ``"rel_xywh"``.
        target: The one that is wanted.
        height: The images' height, needed between relative and absolute formats.
        width: Their width.
        dtype: The dtype of the result.
    """
    if isinstance(boxes, dict):
        found = _floats(boxes["boxes"], dtype)
        return {**boxes, "boxes": geometry.convert_format(found, source, target, height, width)}
    return geometry.convert_format(_floats(boxes, dtype), source, target, height, width)


@operation
def clip_to_image_size(
    bounding_boxes: dict[str, Any],
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Return boxes cut off at the edges; the label of a box of which nothing is left is -1.

    Args:
        bounding_boxes: ``boxes``, (..., 4), and maybe ``labels``, (...).
        height: The images' height; with ``"rel_xyxy"`` it is not needed.
        width: Their width.
        bounding_box_format: ``"xyxy"`` or ``"rel_xyxy"``.

    Raises:
        ArgumentError: Height or width is not there and needed.
    """
    if bounding_box_format == "rel_xyxy":
        height, width = 1, 1
    else:
        _only_corners("clip_to_image_size", bounding_box_format)
    if height is None or width is None:
        raise ArgumentError(
            "clip_to_image_size",
            '`height` and `width` must be set with "xyxy".',
            "height=images.shape[1], width=images.shape[2]",
        )
    boxes = geometry.clip_to_size(jnp.asarray(bounding_boxes["boxes"]), height, width)
    found = {**bounding_boxes, "boxes": boxes}
    if bounding_boxes.get("labels") is not None:
        found["labels"] = geometry.labels_left(bounding_boxes["labels"], boxes)
    return found


@operation
def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> jax.Array:
    """Return upright boxes around boxes that were moved: turned, shifted, scaled and sheared.

    Args:
        boxes: Corners, (batch, boxes, 4) or (boxes, 4).
        angle: In degrees, (batch,); likewise the others.
        translate_x: To the right, in parts of the width.
        translate_y: Down, in parts of the height.
        scale: The factor.
        shear_x: The angle along x, in degrees.
        shear_y: The angle along y.
        height: The images' height.
        width: Their width.
        center_x: About where, in parts of the width. Default the middle.
        center_y: In parts of the height.
        bounding_box_format: ``"xyxy"``.
    """
    _only_corners("affine_transform", bounding_box_format)
    corners = _floats(boxes)
    parts = (translate_x, translate_y), scale, (shear_x, shear_y)
    middle = (0.5 if center_x is None else center_x, 0.5 if center_y is None else center_y)
    batch = corners if corners.ndim == 3 else corners[None]
    moved = geometry.affine(batch, angle, *parts, (height, width), middle)
    return moved if corners.ndim == 3 else moved[0]


@operation
def crop(
    boxes: Any, top: Any, left: Any, height: Any, width: Any, bounding_box_format: str = "xyxy"
) -> jax.Array:
    """Return boxes as they lie in a window of the image, cut off at its edges.

    Args:
        boxes: Corners, (..., 4).
        top: The window's first row.
        left: Its first column.
        height: Its height.
        width: Its width.
        bounding_box_format: ``"xyxy"``.
    """
    _only_corners("crop", bounding_box_format)
    return geometry.clip_to_size(_shifted(boxes, -left, -top), height, width)


@operation
def pad(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> jax.Array:
    """Return boxes as they lie in an image with more rows above and columns before.

    Args:
        boxes: Corners, (..., 4).
        top: How many rows are above.
        left: How many columns are before.
        height: Accepted, as in Keras.
        width: Accepted.
        bounding_box_format: ``"xyxy"``.
    """
    _only_corners("pad", bounding_box_format)
    return _shifted(boxes, left, top)


def _shifted(boxes: Any, right: Any, down: Any) -> jax.Array:
    return jnp.asarray(boxes) + jnp.stack([jnp.asarray(part) for part in (right, down)] * 2, -1)


@operation
def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Any = None,
) -> jax.Array:
    """Return for every pair of boxes their intersection over union.

    Args:
        boxes1: Shape (batch, n, 4) or (n, 4).
        boxes2: Shape (batch, m, 4) or (m, 4).
        bounding_box_format: Their format.
        use_masking: Whether pairs with a box whose numbers are all below 0 get ``mask_val``.
        mask_val: What they get.
        image_shape: (height, width, channels); needed for relative formats.

    Returns:
        Shape (batch, n, m), or (n, m).

    Raises:
        ShapeError: Boxes of another rank.
    """
    one, two = (
        _corners(boxes1, bounding_box_format, image_shape),
        _corners(boxes2, bounding_box_format, image_shape),
    )
    for corners in (one, two):
        if corners.ndim not in (2, 3):
            raise ShapeError(
                "compute_iou",
                f"boxes have shape (boxes, 4) or (batch, boxes, 4), not {corners.shape}.",
                "boxes[None] for one box",
            )
    found = geometry.iou(one, two)
    if not use_masking:
        return found
    hidden = (one.max(-1) < 0)[..., :, None] | (two.max(-1) < 0)[..., None, :]
    return jnp.where(hidden, mask_val, found)


@operation
def compute_ciou(
    boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None
) -> jax.Array:
    """Return the complete intersection over union of boxes one by one: it also counts how far apart they are.

    Args:
        boxes1: Shape (..., 4).
        boxes2: Shape (..., 4).
        bounding_box_format: Their format.
        image_shape: (height, width, channels); needed for relative formats.
    """
    return geometry.ciou(
        _corners(boxes1, bounding_box_format, image_shape),
        _corners(boxes2, bounding_box_format, image_shape),
    )


def _corners(boxes: Any, bounding_box_format: str, image_shape: Any) -> jax.Array:
    return geometry.convert_format(
        _floats(boxes), bounding_box_format, "xyxy", *_sizes(image_shape)
    )


def _encoding(who: str, name: str, value: str) -> str:
    if value not in ("center_xywh", "center_yxhw"):
        raise ArgumentError(
            who,
            f"`{name}` should be one of 'center_xywh' or 'center_yxhw', but it is {value!r}.",
            f"{name}='center_yxhw'",
        )
    return value


def _variance(who: str, variance: Any) -> jax.Array:
    found = jnp.asarray(1.0 if variance is None else variance, jnp.float32)
    if variance is not None and found.shape[-1:] != (4,):
        raise ArgumentError(
            who,
            f"`variance` must be length 4, but it is {variance}.",
            "variance=[0.1, 0.1, 0.2, 0.2]",
        )
    return found


@operation
def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> jax.Array:
    """Return how boxes differ from their anchors, which is what a detector learns.

    Args:
        anchors: Shape (boxes, 4).
        boxes: Shape (batch, boxes, 4) or (boxes, 4).
        anchor_format: The anchors' format.
        box_format: The boxes' format.
        encoding_format: ``"center_yxhw"`` or ``"center_xywh"``: the order of the differences.
        variance: Four numbers by which they are divided, or None.
        image_shape: (height, width, channels); needed for relative formats.
    """
    who = "encode_box_to_deltas"
    order = _encoding(who, "encoding_format", encoding_format)
    sizes = _sizes(image_shape)
    known = geometry.convert_format(_floats(anchors), anchor_format, order, *sizes)
    wanted = geometry.convert_format(_floats(boxes), box_format, order, *sizes)
    return geometry.encode_deltas(known, wanted) / _variance(who, variance)


@operation
def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """Return the boxes that differ from their anchors by what a detector says.

    Args:
        anchors: Shape (boxes, 4), or a dict of such by level.
        boxes_delta: Shape (batch, boxes, 4) or (boxes, 4), or a dict of such.
        anchor_format: The anchors' format.
        box_format: The format that is wanted.
        encoded_format: ``"center_yxhw"`` or ``"center_xywh"``: the order of the differences.
        variance: Four numbers that they are multiplied by, or None.
        image_shape: (height, width, channels); needed for relative formats.
    """
    who = "decode_deltas_to_boxes"
    order = _encoding(who, "encoded_format", encoded_format)
    sizes, factor = _sizes(image_shape), _variance(who, variance)

    def decoded(anchor: Any, delta: Any) -> jax.Array:
        known = geometry.convert_format(_floats(anchor), anchor_format, order, *sizes)
        found = geometry.decode_deltas(known, _floats(delta) * factor)
        return geometry.convert_format(found, order, box_format, *sizes)

    if isinstance(anchors, dict) and isinstance(boxes_delta, dict):
        return {level: decoded(anchors[level], boxes_delta[level]) for level in anchors}
    return decoded(anchors, boxes_delta)
