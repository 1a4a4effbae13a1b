"""What all layers that merge share: several inputs, equal batches, the union of the masks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.core.specs import shape_in_words
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
                who(self),
                f"the layer should be called on {wanted}, but it got {len(inputs)}.",
                f"{self.name}([a, b])",
            )
        if any(jnp.ndim(array) == 0 for array in inputs):
            raise ShapeError(
                who(self),
                "its inputs are batches of rows, but one of them is a single number.",
                "layers.Rescaling(scale, offset) multiplies by a number or adds one",
            )
        return [jnp.asarray(array) for array in inputs]

    def require_masks(self, inputs: Any, mask: Any) -> None:
        """Refuse anything but one mask or None for each input."""
        problem = None
        if mask is None:
            return
        if not isinstance(mask, (list, tuple)):
            problem = "`mask` should be a list."
        elif not isinstance(inputs, (list, tuple)):
            problem = "`inputs` should be a list."
        elif len(mask) != len(inputs):
            problem = f"`inputs` and `mask` should have the same length, but have {len(inputs)} and {len(mask)}."
        if problem:
            raise ArgumentError(
                who(self), problem, f"{self.name}.compute_mask([a, b], [mask, None])"
            )

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the union of the masks, or None if an input has none."""
        self.require_masks(inputs, mask)
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
