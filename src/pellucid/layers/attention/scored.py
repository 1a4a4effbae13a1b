"""What Luong's and Bahdanau's attention share: inputs as a list, masks, dropping, the weighted mean."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional.attention import attend, both, causal_mask
from pellucid.functional.padding import clear_padding
from pellucid.layers.checks import as_float, who
from pellucid.layers.noise import seeded_key, switched_off
from pellucid.modules import Layer


class ScoredAttention(Layer):
    """The base of attention layers without projections; a subclass says how a pair is scored.

    Args:
        use_scale: Whether the scores have a learned scale.
        dropout: The part of the weights that is dropped in training, in [0, 1).
        seed: An integer that is folded into the layer's key, or None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "use_scale": Boolean(),
        "dropout": Real(0, 1, closed="left"),
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("dropout",)

    def __init__(self, use_scale: bool, dropout: float, seed: int | None, **kwargs: Any):
        super().__init__(**kwargs)
        self.use_scale = use_scale
        self.dropout = dropout
        self.seed = seed

    def score(self, query: jax.Array, key: jax.Array) -> jax.Array:
        """Return the scores of all pairs, shape (batch, steps, source)."""
        raise NotImplementedError

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Return what every step of the query gathers from the values; on request also the weights."""
        query, value, key = (as_float(each, self) for each in self._three(inputs))
        query_mask, value_mask = self._two_masks(mask)
        query = clear_padding(query, query_mask)
        value, key = clear_padding(value, value_mask), clear_padding(key, value_mask)
        allowed = None if value_mask is None else value_mask.astype(bool)[:, None]
        if use_causal_mask:
            allowed = both(allowed, causal_mask(query.shape[1], value.shape[1]))
        drops = training and not switched_off(self.dropout)
        outputs, weights = attend(
            self.score(query, key),
            value,
            allowed,
            self.dropout,
            seeded_key(self, self.seed) if drops else None,
        )
        outputs = clear_padding(outputs, query_mask)
        return (outputs, weights) if return_attention_scores else outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the query's mask: the outputs have its steps."""
        return self._two_masks(mask)[0]

    def _three(self, inputs: Any) -> tuple[Any, Any, Any]:
        self._require_list(inputs)
        query, value = inputs[:2]
        key = inputs[2] if len(inputs) == 3 else value
        self._check_shapes(*(jnp.shape(each) for each in (query, value, key)))
        return query, value, key

    def _require_list(self, inputs: Any) -> None:
        several = isinstance(inputs, (list, tuple)) and len(inputs) in (2, 3)
        # The shape of a single series is a tuple of three as well, but of sizes.
        if not several or any(each is None or isinstance(each, int) for each in inputs):
            raise ArgumentTypeError(
                who(self),
                "it takes a list of two or three arrays, [query, value] or [query, value, key].",
                f"{self.name}([x, x]) lets the steps of x look at each other",
            )

    def _check_shapes(self, query: Any, value: Any, key: Any) -> None:
        if any(len(shape) != 3 for shape in (query, value, key)):
            raise ShapeError(
                who(self),
                "query, value and key are series, shape (batch, steps, features), "
                f"but they have {query}, {value}, {key}.",
                "x[:, None] makes a series of one step of each row",
            )
        if query[-1] != key[-1]:
            raise ShapeError(
                who(self),
                f"a query of {query[-1]} features cannot be compared with keys of {key[-1]}.",
                f"layers.Dense({query[-1]}) on the keys first",
            )
        if value[1] != key[1]:
            raise ShapeError(
                who(self),
                f"there are {value[1]} values for {key[1]} keys; each key needs its value.",
            )

    def _two_masks(self, mask: Any) -> tuple[Any, Any]:
        if mask is None:
            return None, None
        if not isinstance(mask, (list, tuple)) or len(mask) not in (2, 3):
            raise ArgumentTypeError(
                who(self),
                "the mask of several inputs is a list, one mask or None for each.",
                f"{self.name}([query, value], mask=[query_mask, value_mask])",
            )
        return mask[0], mask[1]
