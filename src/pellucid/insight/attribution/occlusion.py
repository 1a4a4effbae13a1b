"""Occlusion: how far the answer falls when a patch of the input is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.insight.attribution.attribution import Attribution, attribution_of, names_of_columns
from pellucid.insight.attribution.question import question_of

PATCHES = 8
"""A side of a picture is covered by so many patches beside each other, if no size is given."""


def occlusion(
    model: Any,
    x: Any,
    target: Any = None,
    *,
    patch: int | tuple[int, ...] | None = None,
    stride: int | tuple[int, ...] | None = None,
    baseline: float = 0.0,
    of: str = "logits",
) -> Attribution:
    """Return how far the answer falls when the patch around each place is hidden; no derivative is taken.

    Equation: ``A_i`` is the mean of ``S(x) - S(x without p)`` over all patches ``p`` that cover the place ``i``, with
    ``S`` the target's score.

    Args:
        model: As for :func:`~pellucid.insight.saliency`; it need not be differentiable.
        x: Pictures ``(rows, height, width, channels)`` or ``(rows, height, width)``, series ``(rows, steps,
            channels)``, tables ``(rows, features)``, or whole numbers for an embedding, ``(rows, steps)``. The last of
            three axes is taken for channels, unless ``patch`` has two sizes.
        target: As for :func:`~pellucid.insight.saliency`.
        patch: The patch's size: one for all axes, or one for each, at least 1; it covers all channels. Default None: an
            eighth of each axis of a picture or series (at least 2), one feature of a table.
        stride: How far the patch is moved each time, at least 1 and not more than ``patch``. Default None: half the
            patch.
        baseline: What stands in the place of what is hidden. Default 0, at an embedding usually the padding.
        of: As for :func:`~pellucid.insight.saliency`.

    Returns:
        An :class:`~pellucid.insight.Attribution`; its values have ``x``'s shape without channels. ``details`` has
        ``"patch"``, ``"stride"``, ``"baseline"`` and how many ``"patches"`` were tried.

    Raises:
        ArgumentError: A patch or stride that does not fit.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1)])
        >>> model.build((None, 2))
        >>> model.set_weights([[[3.0], [-4.0]], [0.0]])
        >>> insight.occlusion(model, np.array([[2.0, 1.0]])).values
        array([[ 6., -4.]], dtype=float32)

    Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014,
    https://arxiv.org/abs/1311.2901.
    Keras has no attributions. Captum's ``Occlusion`` counts the channels as an axis and moves a patch by 1.
    """
    question = question_of("occlusion", model, x, target, of, differentiates=False)
    start = question.start
    sizes = _axes(start.shape, patch)
    extents = _extents("patch", patch, tuple(_default_patch(s, start.ndim) for s in sizes), sizes)
    strides = _extents("stride", stride, tuple(max(e // 2, 1) for e in extents), extents)
    fallen = np.zeros((len(start), *sizes), np.float64)
    covered = np.zeros(sizes, np.float64)
    count = 0
    for corner in _corners(sizes, extents, strides):
        inside = tuple(slice(a, a + e) for a, e in zip(corner, extents, strict=True))
        hidden = start.copy()
        hidden[(slice(None), *inside)] = baseline
        fall = question.scores - question.scores_at(hidden)
        fallen[(slice(None), *inside)] += fall.reshape(-1, *(1 for _ in sizes))
        covered[inside] += 1
        count += 1
    values = (fallen / covered).astype(np.float32)
    details = {"patch": extents, "stride": strides, "baseline": float(baseline), "patches": count}
    return attribution_of(question, "occlusion", values, names_of_columns(x), details=details)


def _axes(shape: tuple[int, ...], patch: Any) -> tuple[int, ...]:
    """Return the sizes of the axes over which the patch moves: all but batch and channels."""
    inner = shape[1:]
    plane = len(inner) == 2 and isinstance(patch, tuple) and len(patch) == 2
    return inner if len(inner) < 2 or plane else inner[:-1]


def _default_patch(size: int, rank: int) -> int:
    return 1 if rank == 2 else min(max(size // PATCHES, 2), size)


def _extents(
    name: str, given: Any, default: tuple[int, ...], limits: tuple[int, ...]
) -> tuple[int, ...]:
    """Return one size for each axis, checked."""
    one_for_all = (given,) * len(limits) if isinstance(given, int) else given
    sizes: Any = default if given is None else one_for_all
    fits = isinstance(sizes, tuple) and len(sizes) == len(limits)
    if not (fits and all(s in range(1, most + 1) for s, most in zip(sizes, limits, strict=True))):
        raise ArgumentError(
            "occlusion",
            f"`{name}` must be an integer, or one for each axis, from 1 to {limits}, but it is {given!r}.",
            f"{name}={default}",
        )
    return sizes


def _corners(
    sizes: tuple[int, ...], extents: tuple[int, ...], strides: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Yield where patches begin; the last one of each axis ends at its end, so that every place is covered."""
    axes = []
    for size, extent, stride in zip(sizes, extents, strides, strict=True):
        starts = list(range(0, size - extent + 1, stride))
        axes.append(starts if starts[-1] == size - extent else [*starts, size - extent])
    return product(*axes)
