"""What attention with heads does: project, let each head attend, join, project back."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.core.limits import Boolean, Instance, Integer, Limit, Real
from pellucid.functional.attention import attention_with_weights, both, dot_product_attention
from pellucid.layers.attention.folding import folded, folded_mask, unfolded, unfolded_weights
from pellucid.layers.attention.series import KernelAndBias, Series, cleared
from pellucid.layers.checks import require_size, who
from pellucid.layers.noise import seeded_key, switched_off
from pellucid.modules import Layer


class HeadedAttention(Layer):
    """The base of multi-head and grouped-query attention; a subclass's constructor says the sizes."""

    limits: ClassVar[dict[str, Limit]] = {
        "dropout": Real(0, 1, closed="left"),
        "use_bias": Boolean(),
        "use_gate": Boolean(),
        "sliding_window": Integer(1, optional=True),
        "flash_attention": Instance((bool,), "True or False", optional=True),
        "position_encoding": Instance((Layer,), "a layer such as RotaryEmbedding()", optional=True),
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("dropout",)

    # What a subclass sets: how many heads the query has, how many keys and values have, and how wide each is.
    _heads: int
    _key_heads: int
    _key_width: int
    _value_width: int
    _output_shape: tuple[int, ...] | None = None
    attention_axes: Any = None
    dropout: Any
    use_bias: bool
    use_gate: bool
    sliding_window: int | None
    flash_attention: bool | None
    position_encoding: Any
    seed: int | None
    kernel_initializer: Any
    bias_initializer: Any
    kernel_regularizer: Any
    bias_regularizer: Any
    kernel_constraint: Any
    bias_constraint: Any

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Declare the projections of query, key and value into heads, and of the heads back."""
        key_shape = value_shape if key_shape is None else key_shape
        self._check_shapes(query_shape, value_shape, key_shape)
        query_heads = (self._heads, self._key_width)
        self._declare_projection("query", (query_shape[-1], *query_heads), query_heads)
        key_heads = (self._key_heads, self._key_width)
        self._declare_projection("key", (key_shape[-1], *key_heads), key_heads)
        value_heads = (self._key_heads, self._value_width)
        joined = (self._heads, self._value_width)
        if self.use_gate:
            self._declare_projection("gate", (query_shape[-1], *joined), joined)
        self._declare_projection("value", (value_shape[-1], *value_heads), value_heads)
        outputs = self._output_shape or (query_shape[-1],)
        self._declare_projection("attention_output", (*joined, *outputs), outputs)

    def _declare_projection(self, name: str, kernel: Any, bias: Any) -> None:
        """Declare ``<name>_kernel`` and ``<name>_bias``, under Keras's paths ``<name>/kernel`` and ``<name>/bias``."""
        declared = self.add_weight(
            kernel,
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name=f"{name}/kernel",
        )
        setattr(self, f"{name}_kernel", declared)
        if self.use_bias:
            declared = self.add_weight(
                bias,
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name=f"{name}/bias",
            )
            setattr(self, f"{name}_bias", declared)

    def call(
        self,
        query: jax.Array,
        value: jax.Array,
        key: jax.Array | None = None,
        query_mask: jax.Array | None = None,
        value_mask: jax.Array | None = None,
        key_mask: jax.Array | None = None,
        attention_mask: jax.Array | None = None,
        return_attention_scores: bool = False,
        training: Any = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Return what every step of the query gathers; on request also the weights of every head."""
        series = self._series(query, value, key, (query_mask, value_mask, key_mask))
        queries, keys, values = self._project(series)
        axes = self._axes(series.query.ndim)
        allowed = self._allowed(series, attention_mask, queries.shape, keys.shape, axes)
        drops = training and not switched_off(self.dropout)
        options = {
            "mask": allowed,
            "causal": self._on_one_axis(use_causal_mask, axes),
            "window": self._on_one_axis(self.sliding_window, axes),
            "rate": self.dropout,
            "dropout_key": seeded_key(self, self.seed) if drops else None,
        }
        heads = (folded(each, axes) for each in (queries, keys, values))
        if not return_attention_scores:
            joined = dot_product_attention(*heads, **options, fused=self.flash_attention)
            return self._join(unfolded(joined, queries.shape, axes), series.query)
        joined, weights = attention_with_weights(*heads, **options)
        outputs = self._join(unfolded(joined, queries.shape, axes), series.query)
        return outputs, unfolded_weights(weights, queries.shape, keys.shape, axes)

    def _series(self, query: Any, value: Any, key: Any, masks: Any) -> Series:
        key = value if key is None else key
        self._check_shapes(*(jnp.shape(each) for each in (query, value, key)))
        for series, name in ((query, "query"), (key, "key"), (value, "value")):
            require_size(self, series.shape, -1, getattr(self, f"{name}_kernel").shape[0])
        return cleared(query, value, key, masks, jax.dtypes.canonicalize_dtype(self.dtype))

    def _project(self, series: Series) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Return queries, keys and values in heads, each (batch, ..., heads, width)."""
        kernels = (self._kernel_and_bias(name) for name in ("query", "key", "value"))
        queries, keys, values = series.project(*kernels)
        if self.position_encoding is not None:
            queries, keys = self.position_encoding(queries), self.position_encoding(keys)
        return queries, keys, values

    def _kernel_and_bias(self, name: str) -> KernelAndBias:
        bias = getattr(self, f"{name}_bias") if self.use_bias else None
        return getattr(self, f"{name}_kernel"), bias

    def _allowed(
        self, series: Series, attention_mask: Any, query_shape: Any, key_shape: Any, axes: Any
    ) -> jax.Array | None:
        """Return who may look at what, by the mask of the call and by the padding."""
        if attention_mask is None:
            return series.padding(axes)
        given = jnp.asarray(attention_mask).astype(bool)
        return both(folded_mask(given, query_shape, key_shape, axes), series.padding(axes))

    def _on_one_axis(self, setting: Any, axes: tuple[int, ...]) -> Any:
        """Return a setting that speaks of before and after, once it is sure that there is one axis."""
        if setting and len(axes) != 1:
            raise ShapeError(
                who(self),
                f"attention goes over the axes {axes}; before and after exist on one axis only.",
                "attention_mask=..., of shape (batch, steps..., source...)",
            )
        return setting

    def _axes(self, rank: int) -> tuple[int, ...]:
        """Return the axes of the inputs that attention goes over."""
        if self.attention_axes is None:
            return tuple(range(1, rank - 1))
        given = self.attention_axes
        axes = tuple(axis % rank for axis in ((given,) if isinstance(given, int) else given))
        if not axes or any(axis in (0, rank - 1) for axis in axes):
            raise ShapeError(
                who(self),
                f"attention_axes={given} names the batch or the features of inputs of {rank} axes.",
                f"attention_axes={tuple(range(1, rank - 1))}",
            )
        return axes

    def _check_shapes(self, query: Any, value: Any, key: Any) -> None:
        if value is None:
            raise ArgumentTypeError(
                who(self),
                "it needs a query and values.",
                f"{self.name}(x, x) lets the steps of x look at each other",
            )
        if min(len(query), len(value), len(key)) < 3:
            raise ShapeError(
                who(self),
                "query, value and key are series, shape (batch, steps, features), "
                f"but they have {query}, {value}, {key}.",
                "x[:, None] makes a series of one step of each row",
            )
        if tuple(value[1:-1]) != tuple(key[1:-1]):
            raise ShapeError(
                who(self),
                f"values of shape {value} cannot belong to keys of shape {key}; each key needs its value.",
            )

    def _join(self, heads: jax.Array, query: jax.Array) -> jax.Array:
        """Return the outputs: the heads, gated where asked for, projected back."""
        if self.use_gate:
            kernel, bias = self._kernel_and_bias("gate")
            gate = jnp.tensordot(query, kernel, 1)
            heads = heads * jax.nn.sigmoid(gate if bias is None else gate + bias)
        kernel, bias = self._kernel_and_bias("attention_output")
        rows = heads.reshape(-1, self._heads * self._value_width)
        outputs = jnp.matmul(rows, kernel.reshape(rows.shape[1], -1))
        outputs = outputs.reshape(*heads.shape[:-2], *kernel.shape[2:])
        return outputs if bias is None else outputs + bias
