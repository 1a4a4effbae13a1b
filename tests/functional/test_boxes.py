"""Boxes: formats, moves and overlaps, against sums over pixels, loops in NumPy and Keras."""

from __future__ import annotations

import os
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.core.errors import ArgumentError
from pellucid.functional import boxes

RNG = np.random.default_rng(2)
CORNERS = np.sort(RNG.uniform(0, 40, (3, 5, 2, 2)), 2).reshape(3, 5, 4).astype("float32")
HEIGHT, WIDTH = 50, 40


def by_hand(box, name):
    """A box in a format, number by number."""
    left, top, right, bottom = (float(number) for number in box)
    high, wide = bottom - top, right - left
    across, down = (WIDTH, HEIGHT) if name.startswith("rel_") else (1, 1)
    parts = {
        "l": left / across,
        "t": top / down,
        "r": right / across,
        "b": bottom / down,
        "w": wide / across,
        "h": high / down,
        "x": (left + right) / 2 / across,
        "y": (top + bottom) / 2 / down,
    }
    order = {
        "xyxy": "ltrb",
        "yxyx": "tlbr",
        "xywh": "ltwh",
        "center_xywh": "xywh",
        "center_yxhw": "yxhw",
    }[name.removeprefix("rel_")]
    return [parts[letter] for letter in order]


@pytest.mark.parametrize("source", boxes.FORMATS)
@pytest.mark.parametrize("target", boxes.FORMATS)
def test_formats_are_the_numbers_by_hand(source, target):
    given, wanted = (
        np.array([[by_hand(box, name) for box in image] for image in CORNERS], "float32")
        for name in (source, target)
    )
    found = boxes.convert_format(jnp.asarray(given), source, target, HEIGHT, WIDTH)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "arguments", [("xyxy", "corners"), ("boxes", "xyxy"), ("xyxy", "rel_xyxy")]
)
def test_unknown_formats_and_sizes_are_refused(arguments):
    with pytest.raises(ArgumentError):
        boxes.convert_format(jnp.asarray(CORNERS), *arguments)


def painted(box, size=40):
    """The pixels that a box of whole numbers covers."""
    left, top, right, bottom = np.asarray(box, int)
    picture = np.zeros((size, size), bool)
    picture[top:bottom, left:right] = True
    return picture


def test_overlaps_are_counts_of_pixels():
    whole = np.floor(CORNERS[0])
    wanted = [
        [
            (painted(one) & painted(two)).sum() / max((painted(one) | painted(two)).sum(), 1)
            for two in whole
        ]
        for one in whole
    ]
    np.testing.assert_allclose(boxes.iou(jnp.asarray(whole), jnp.asarray(whole)), wanted, atol=1e-6)


def test_batches_and_single_lists_of_boxes_go_together():
    batch = boxes.iou(jnp.asarray(CORNERS), jnp.asarray(CORNERS[0]))
    alone = [boxes.iou(jnp.asarray(each), jnp.asarray(CORNERS[0])) for each in CORNERS]
    np.testing.assert_allclose(batch, np.stack(alone), atol=1e-6)


def test_moved_boxes_enclose_every_moved_point():
    angle, scale, shear = 30.0, 1.3, (10.0, -20.0)
    found = boxes.affine(jnp.asarray(CORNERS), angle, (0.1, -0.2), scale, shear, (HEIGHT, WIDTH))
    turn, x, y = np.radians([-angle, -shear[0], -shear[1]])
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    whole = rotation @ [[1, 0], [np.tan(y), 1]] @ [[1, np.tan(x)], [0, 1]]
    extent = np.array([WIDTH - 1, HEIGHT - 1])
    middle, shift = extent / 2, extent * [0.1, -0.2]
    for image, results in zip(CORNERS, np.asarray(found), strict=True):
        for box, result in zip(image, results, strict=True):
            inside = RNG.uniform(box[:2], box[2:], (500, 2))
            edges = [[box[i], box[j]] for i in (0, 2) for j in (1, 3)]
            points = np.concatenate([inside, edges])
            moved = middle + scale * np.linalg.solve(whole, (points - middle + shift).T).T
            np.testing.assert_allclose([*moved.min(0), *moved.max(0)], result, atol=2e-3)


def test_deltas_lead_back():
    anchors, wanted = (
        boxes.convert_format(jnp.asarray(array), "xyxy", "center_xywh")
        for array in (CORNERS[0], CORNERS[1])
    )
    back = boxes.decode_deltas(anchors, boxes.encode_deltas(anchors, wanted))
    np.testing.assert_allclose(back, wanted, rtol=1e-4)


def test_the_complete_overlap_falls_with_the_distance():
    one = jnp.array([0.0, 0.0, 4.0, 4.0])
    apart = [boxes.ciou(one, one + shift) for shift in (0.0, 2.0, 6.0, 20.0)]
    assert apart[0] == pytest.approx(1, abs=1e-5)
    assert all(float(a) > float(b) for a, b in pairwise(apart))
    assert np.isfinite(jax.grad(lambda box: boxes.ciou(box, one + 1.0))(one)).all()


def test_labels_of_what_is_gone_are_minus_one():
    corners = jnp.array([[0.0, 0.0, 2.0, 2.0], [3.0, 0.0, 3.0, 2.0]])
    assert boxes.labels_left(np.array([4, 5]), corners).tolist() == [4, -1]
    one_hot = boxes.labels_left(np.eye(2), corners)
    assert one_hot.tolist() == [[1.0, 0.0], [-1.0, -1.0]]


@pytest.mark.oracle
def test_overlaps_deltas_and_moves_are_kerass():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    theirs = pytest.importorskip("keras", reason="oracle extra").utils.bounding_boxes
    first, second = CORNERS[:1], CORNERS[1:2]
    np.testing.assert_allclose(
        boxes.iou(jnp.asarray(first), jnp.asarray(second)),
        theirs.compute_iou(first, second, "xyxy"),
        atol=1e-5,
    )
    np.testing.assert_allclose(
        boxes.ciou(jnp.asarray(first), jnp.asarray(second)),
        theirs.compute_ciou(first, second, "xyxy"),
        atol=1e-5,
    )
    one = np.ones(1, "float32")
    moved = theirs.affine_transform(
        first, 25 * one, 0.1 * one, -0.3 * one, 1.2 * one, 0 * one, 12 * one, HEIGHT, WIDTH
    )
    ours = boxes.affine(
        jnp.asarray(first), 25 * one, (0.1 * one, -0.3 * one), 1.2 * one, (0 * one, 12 * one), (HEIGHT, WIDTH)
    )  # fmt: skip
    np.testing.assert_allclose(ours, moved, atol=1e-3)
    anchors = boxes.convert_format(jnp.asarray(first[0]), "xyxy", "center_yxhw")
    wanted = boxes.convert_format(jnp.asarray(second[0]), "xyxy", "center_yxhw")
    np.testing.assert_allclose(
        boxes.encode_deltas(anchors, wanted),
        theirs.encode_box_to_deltas(first[0], second[0], "xyxy", "xyxy"),
        atol=1e-4,
    )
