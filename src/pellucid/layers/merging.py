"""Layers that make one array of several: sums, products, averages, extremes, side by side, inner products.

Masks: where an input is masked it does not take part, and where all are masked the result is 0. The result's mask is
the union of the inputs' masks; it has none as soon as one input has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.core.limits import Boolean, Instance, Integer, Limit
from pellucid.core.specs import shape_in_words
from pellucid.functional.measures.similarity import unit_length
from pellucid.functional.merging import average, batch_dot, merge, only_valid
from pellucid.layers.checks import who
from pellucid.modules import Layer


class Merge(Layer):
    """The base of layers that merge; a subclass says how a list of arrays becomes one.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.
    """

    count: ClassVar[int | None] = None

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the arrays as one; each has a mask or None, or there are no masks at all."""
        raise NotImplementedError

    def require_shapes(self, arrays: list[jax.Array]) -> None:
        """Refuse shapes that do not fit together: here, those that do not broadcast."""
        for array in arrays[1:]:
            require_broadcast(self, arrays[0], array)

    def call(self, inputs: Sequence[jax.Array], mask: Any = None) -> jax.Array:
        """Return the inputs as one array."""
        arrays = self._several(inputs)
        batches = [array.shape[0] for array in arrays]
        if len(set(batches)) > 1:
            raise ShapeError(
                who(self),
                f"its inputs have batches of {_listed(batches)} rows: rows belong together one by one.",
                "give inputs of equally many rows: len(a) == len(b)",
            )
        self.require_shapes(arrays)
        return self.merge(arrays, None if mask is None else list(mask))

    def _several(self, inputs: Any) -> list[jax.Array]:
        if not isinstance(inputs, (list, tuple)):
            raise ArgumentTypeError(
                who(self),
                f"it makes one array of several, but it got a single one: {shape_in_words(inputs.shape)}.",
                f"{self.name}([a, b]), with the inputs in a list; a Sequential hands on one array only, "
                "pellucid.Model(inputs, outputs) any number",
            )
        if not inputs or (self.count is not None and len(inputs) != self.count):
            wanted = "at least one input" if self.count is None else f"exactly {self.count} inputs"
            raise ArgumentError(
                who(self), f"it needs {wanted}, but it got {len(inputs)}.", f"{self.name}([a, b])"
            )
        scalars = [array for array in inputs if jnp.ndim(array) == 0]
        if scalars:
            raise ShapeError(
                who(self),
                f"its inputs are batches of rows, but {scalars[0]!r} is a single number.",
                "layers.Rescaling(scale, offset) multiplies by a number or adds one",
            )
        return [jnp.asarray(array) for array in inputs]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the union of the masks, or None if an input has none."""
        if mask is None or any(each is None for each in mask):
            return None
        same = len({each.ndim for each in mask}) == 1
        return reduce(jnp.logical_or, mask) if same else None


def require_broadcast(layer: Layer, first: jax.Array, other: jax.Array) -> None:
    """Refuse two arrays whose axes after the batch, counted from the last, are neither equal nor 1.

    Raises:
        ShapeError: With both shapes and the axis.
    """
    for a, b in zip(first.shape[:0:-1], other.shape[:0:-1], strict=False):
        if a != b and 1 not in (a, b):
            raise ShapeError(
                who(layer),
                f"it merges number by number, but one input has {shape_in_words(first.shape)} and another "
                f"{shape_in_words(other.shape)}: {a} and {b} do not match.",
                f"a layer that makes both alike before it, e.g. layers.Dense({a}), or layers.Concatenate()",
            )


def _listed(items: Sequence[Any]) -> str:
    return " and ".join(str(item) for item in items)


class Add(Merge):
    """Adds its inputs, as in the shortcuts of residual networks.

    Equation: ``y = x_1 + x_2 + ...`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Add
        >>> Add()([jnp.array([[1.0, 2.0]]), jnp.array([[10.0, 20.0]])])
        Array([[11., 22.]], dtype=float32)

    Differs from Keras: where an input is masked it counts as 0, so that padding never reaches the sum.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the sum."""
        return merge(jnp.add, arrays, masks)


class Subtract(Merge):
    """Subtracts the second input from the first.

    Equation: ``y = x_1 - x_2`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of two arrays.

    Shapes:
        inputs: both (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Subtract
        >>> Subtract()([jnp.array([[1.0, 2.0]]), jnp.array([[10.0, 20.0]])])
        Array([[ -9., -18.]], dtype=float32)

    Differs from Keras: where an input is masked it counts as 0.
    """

    count = 2

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the difference."""
        return merge(jnp.subtract, arrays, masks)


class Multiply(Merge):
    """Multiplies its inputs, number by number, as gates do.

    Equation: ``y = x_1 x_2 ...`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Multiply
        >>> Multiply()([jnp.array([[1.0, 2.0]]), jnp.array([[10.0, 20.0]])])
        Array([[10., 40.]], dtype=float32)

    As in Keras, where an input is masked it counts as 1.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the product."""
        return merge(jnp.multiply, arrays, masks, neutral=1)


class Average(Merge):
    """Takes the mean of its inputs, number by number, e.g. of several networks' answers.

    Equation: ``y = (x_1 + ... + x_n) / n`` with the ``n`` inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Average
        >>> Average()([jnp.array([[1.0, 2.0]]), jnp.array([[3.0, 6.0]])])
        Array([[2., 4.]], dtype=float32)

    Differs from Keras: where an input is masked, the mean is of the others.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the mean."""
        return average(arrays, masks)


class Maximum(Merge):
    """Takes the largest of its inputs, number by number.

    Equation: ``y = max(x_1, x_2, ...)`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Maximum
        >>> Maximum()([jnp.array([[1.0, 9.0]]), jnp.array([[3.0, 6.0]])])
        Array([[3., 9.]], dtype=float32)

    As in Keras, where an input is masked it does not take part.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the largest numbers."""
        return merge(jnp.maximum, arrays, masks, neutral=-jnp.inf)


class Minimum(Merge):
    """Takes the smallest of its inputs, number by number.

    Equation: ``y = min(x_1, x_2, ...)`` with the inputs ``x``.

    Args:
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: A list of arrays.

    Shapes:
        inputs: each (batch, ...); outputs: likewise; sizes of 1 are repeated, missing axes come after the batch

    Raises:
        ShapeError: The shapes do not fit together.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Minimum
        >>> Minimum()([jnp.array([[1.0, 9.0]]), jnp.array([[3.0, 6.0]])])
        Array([[1., 6.]], dtype=float32)

    As in Keras, where an input is masked it does not take part.
    """

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the smallest numbers."""
        return merge(jnp.minimum, arrays, masks, neutral=jnp.inf)


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
                    f"it joins along axis {self.axis}, all other axes must agree, but one input has "
                    f"{shape_in_words(arrays[0].shape)} and another {shape_in_words(array.shape)}.",
                    "another axis=, or layers.Flatten() on each before it",
                )

    def merge(self, arrays: list[jax.Array], masks: list[Any] | None) -> jax.Array:
        """Return the inputs side by side."""
        parts = arrays if masks is None else only_valid(arrays, masks, 0)
        return jnp.concatenate(parts, axis=self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the masks side by side, or their union."""
        if mask is None:
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
