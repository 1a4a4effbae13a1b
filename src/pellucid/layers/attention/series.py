"""Query, value and key of one call: the padding cleared, and one product where one array serves several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import jax
import jax.numpy as jnp

from pellucid.functional.attention import both
from pellucid.functional.padding import clear_padding, places
from pellucid.layers.attention.folding import folded

KernelAndBias = tuple[jax.Array, jax.Array | None]


@dataclass(frozen=True)
class Series:
    """The inputs of an attention layer, each (batch, ..., features), and the masks of their steps, each (batch, steps).

    Attributes:
        query: What looks.
        value: What is gathered; the same object as ``query`` where a series looks at itself.
        key: What is looked at; the same object as ``value`` where the values are their own keys.
        query_mask: True where a step of the query is real, or None.
        source_mask: The same for values and keys.
    """

    query: jax.Array
    value: jax.Array
    key: jax.Array
    query_mask: jax.Array | None
    source_mask: jax.Array | None

    def padding(self, axes: Sequence[int]) -> jax.Array | None:
        """Return who may look at what by the two masks: (rows, 1, steps or 1, source or 1), or None."""
        looks = None if self.query_mask is None else in_rows(self.query_mask, self.query, axes)
        seen = None if self.source_mask is None else in_rows(self.source_mask, self.key, axes)
        return both(
            None if looks is None else looks[:, None, :, None],
            None if seen is None else seen[:, None, None, :],
        )

    def project(
        self, query: KernelAndBias, key: KernelAndBias, value: KernelAndBias
    ) -> list[jax.Array]:
        """Return queries, keys and values in heads, each (batch, ..., heads, width)."""
        if self.query is self.value and self.value is self.key:
            return project(self.query, [query, key, value])
        if self.value is self.key:
            return project(self.query, [query]) + project(self.key, [key, value])
        pairs = ((self.query, query), (self.key, key), (self.value, value))
        return [project(x, [kernel])[0] for x, kernel in pairs]


def in_rows(mask: jax.Array, x: jax.Array, axes: Sequence[int]) -> jax.Array:
    """Bring a mask of steps, axis 1 of ``x``, to the shape (rows, steps) of attention over any axes."""
    full = jnp.broadcast_to(places(mask, x.ndim - 1), x.shape[:-1])
    return folded(full[..., None, None], axes)[..., 0, 0]


def cleared(
    query: jax.Array,
    value: jax.Array,
    key: jax.Array,
    masks: tuple[jax.Array | None, jax.Array | None, jax.Array | None],
    dtype: jax.typing.DTypeLike,
) -> Series:
    """Return the inputs as floats of ``dtype``, zeros in the padding, by the masks of query, value and key."""
    query_mask, value_mask, key_mask = (
        None if mask is None else jnp.asarray(mask).astype(bool) for mask in masks
    )
    source_mask = both(value_mask, key_mask)
    own = query is value and masks[2] is None and masks[0] is masks[1]
    shared = value is key
    query = clear_padding(jnp.asarray(query, dtype), query_mask)
    value = query if own else clear_padding(jnp.asarray(value, dtype), source_mask)
    key = value if shared else clear_padding(jnp.asarray(key, dtype), source_mask)
    return Series(query, value, key, query_mask, source_mask)


def project(x: jax.Array, projections: Sequence[KernelAndBias]) -> list[jax.Array]:
    """Bring features into heads: one matrix product for all projections of the same array.

    Args:
        x: Shape (batch, ..., features).
        projections: Kernels of shape (features, heads, width), each with a bias of shape (heads, width) or None.

    Returns:
        For each projection an array of shape (batch, ..., heads, width).
    """
    flat = [kernel.reshape(kernel.shape[0], -1) for kernel, _ in projections]
    # One long table of rows: of more axes, XLA would copy the transposed gradient for the kernels' derivative.
    rows = x.reshape(-1, x.shape[-1])
    product = jnp.matmul(rows, flat[0] if len(flat) == 1 else jnp.concatenate(flat, axis=1))
    # The derivative of a split is one concatenation, that of slices a sum of padded arrays.
    ends = list(accumulate(each.shape[1] for each in flat))[:-1]
    parts = jnp.split(product, ends, axis=1)
    made = []
    for part, (kernel, bias) in zip(parts, projections, strict=True):
        heads = part.reshape(*x.shape[:-1], *kernel.shape[1:])
        made.append(heads if bias is None else heads + bias)
    return made
