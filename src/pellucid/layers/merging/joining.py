"""Merging along an axis: side by side, or by inner products."""

from __future__ import annotations

from functools import reduce
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Boolean, Instance, Integer, Limit
from pellucid.core.specs import shape_in_words
from pellucid.functional.measures.similarity import unit_length
from pellucid.functional.merging import batch_dot, only_valid
from pellucid.layers.checks import who
from pellucid.layers.merging.base import Merge


class Concatenate(Merge):
    """Puts its inputs side by side along one axis.

    Args:
        axis: The axis along which they are joined, not the batch's. Default -1, the features.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ..., size, ...), alike but for the axis; outputs: (batch, ..., sum of the sizes, ...)

    Raises:
        ShapeError: The shapes differ on another axis.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Concatenate
        >>> Concatenate()([jnp.array([[1.0, 2.0]]), jnp.array([[3.0]])])
        Array([[1., 2., 3.]], dtype=float32)

    Masks: joined like the inputs, if ``axis`` is the steps' axis; else a step counts that counts in any input, and
    inputs without a mask count everywhere. Differs from Keras: where an input is masked, zeros stand for it.
    """

    limits: ClassVar[dict[str, Limit]] = {"axis": Integer()}

    def __init__(self, axis: int = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.axis = axis
        if axis == 0:
            raise ArgumentError(
                type(self).__name__,
                "`axis` 0 is the batch: rows of one batch would become rows of another.",
                "axis=-1 joins the features, axis=1 the steps",
            )

    def require_shapes(self, arrays: list[jax.Array]) -> None:
        """Refuse shapes that differ on another axis than the one that is joined."""
        rank = arrays[0].ndim
        if not -rank < self.axis < rank:
            raise ShapeError(
                who(self),
                f"it joins along axis {self.axis}, but it got {shape_in_words(arrays[0].shape)}.",
                f"layers.Concatenate(axis={rank - 1})",
            )
        first = _without(arrays[0].shape, self.axis)
        for array in arrays[1:]:
            if array.ndim != rank or _without(array.shape, self.axis) != first:
                raise ShapeError(
                    who(self),
                    "it requires inputs with matching shapes except for the concatenation axis, "
                    f"{self.axis}, but one input has "
                    f"{shape_in_words(arrays[0].shape)} and another {shape_in_words(array.shape)}.",
                    "another axis=, or layers.Flatten() on each before it",
                )

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the inputs side by side."""
        parts = arrays if masks is None else only_valid(arrays, masks, 0)
        return jnp.concatenate(parts, axis=self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the masks side by side, or their union."""
        self.require_masks(inputs, mask)
        if mask is None or all(each is None for each in mask):
            return None
        rank = next(each.ndim for each in mask if each is not None)
        full = [
            jnp.ones(array.shape[:rank], bool) if each is None else each
            for array, each in zip(inputs, mask, strict=True)
        ]
        axis = self.axis % inputs[0].ndim
        return jnp.concatenate(full, axis=axis) if axis < rank else reduce(jnp.logical_or, full)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    sizes = list(shape)
    del sizes[axis]
    return tuple(sizes)


class Dot(Merge):
    """Takes inner products of two inputs, e.g. how well two embeddings agree.

    Equation: ``z[b, i, j] = sum_k x[b, i, k] y[b, k, j]`` with the inputs ``x`` and ``y``; ``k`` runs along ``axes``,
    and ``i`` and ``j`` stand for all other axes.

    Args:
        axes: The axis of both that is summed over, or a pair of axes, one for each; not the batch's.
        normalize: Whether ``x`` and ``y`` are brought to length 1 along the axis first: the product is then the cosine
            of the angle between them. Default False.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of two arrays.

    Shapes:
        inputs: both (batch, ...), of equal size along ``axes``; outputs: (batch, rest of x, rest of y), or (batch, 1)

    Raises:
        ShapeError: The sizes along ``axes`` differ.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dot
        >>> Dot(axes=1)([jnp.array([[1.0, 2.0]]), jnp.array([[3.0, 4.0]])])
        Array([[11.]], dtype=float32)

    Masks: masked steps count as zeros; the result has no mask. Differs from PyTorch: there it is ``einsum`` or
    ``bmm``.
    """

    count = 2
    limits: ClassVar[dict[str, Limit]] = {
        "axes": Instance((int, tuple, list), "an integer or a pair of integers"),
        "normalize": Boolean(),
    }

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
        if len(pair) != 2 or not all(isinstance(axis, int) and axis != 0 for axis in pair):
            raise ArgumentError(
                type(self).__name__,
                f"`axes` must be an axis or a pair of axes other than 0, the batch's, but it is {axes!r}.",
                "axes=1 sums over the first axis after the batch, axes=(2, 1) is a product of matrices",
            )
        self.axes = pair
        self.normalize = normalize

    def require_shapes(self, arrays: list[jax.Array]) -> None:
        """Refuse shapes without these axes, or of different sizes there."""
        x, y = arrays
        there = all(-a.ndim < axis < a.ndim for a, axis in zip(arrays, self.axes, strict=True))
        if there and x.shape[self.axes[0]] == y.shape[self.axes[1]]:
            return
        raise ShapeError(
            who(self),
            f"it sums over axis {self.axes[0]} of {shape_in_words(x.shape)} and axis {self.axes[1]} of "
            f"{shape_in_words(y.shape)}, which must be of one size.",
            "another axes=(first, second): axis 1 is the first after the batch",
        )

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the inner products."""
        pair = arrays if masks is None else only_valid(arrays, masks, 0)
        if self.normalize:
            pair = [unit_length(a, axis) for a, axis in zip(pair, self.axes, strict=True)]
        first, second = (axis % a.ndim for a, axis in zip(pair, self.axes, strict=True))
        return batch_dot(pair[0], pair[1], (first, second))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the masks: their steps are summed over or in pairs."""
