"""Attention layers as Keras code uses them: series with more axes before the steps, shapes of all inputs."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.keras.sides.layer import LayerSide
from pellucid.layers import Input
from pellucid.modules.signatures import parameters_of


class AttentionSide(LayerSide):
    """Mixed into the layers of attention."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; a fused kernel has no scores to return."""
        if kwargs.get("return_attention_scores") and getattr(self, "flash_attention", None):
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}'",
                "Returning attention scores is not supported when flash attention is enabled.",
                "flash_attention=False",
            )
        return super().__call__(*args, **kwargs)

    def compute_output_shape(self, *shapes: Any, **named: Any) -> Any:
        """Return the shape of the outputs for the shapes of query, value and, if it is another, key."""
        if len(shapes) + len(named) < 2:
            return super().compute_output_shape(*shapes, **named)
        given = dict(zip(parameters_of(type(self).call), shapes, strict=False))
        given |= {name.removesuffix("_shape"): shape for name, shape in named.items()}
        specs = {n: Input(batch_shape=tuple(s)) for n, s in given.items() if s is not None}
        return jax.tree.map(lambda tensor: tuple(tensor.shape), self.clone()(**specs))


class ScoredSide(AttentionSide):
    """Mixed into ``Attention`` and ``AdditiveAttention``."""

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Return what every step gathers; axes between batch and steps are further rows."""
        call: Any = super().call
        options = (training, return_attention_scores, use_causal_mask)
        several = isinstance(inputs, (list, tuple)) and all(hasattr(x, "shape") for x in inputs)
        if not several or jnp.ndim(inputs[0]) < 4 or len({x.shape[:-2] for x in inputs}) > 1:
            return call(inputs, mask, *options)
        before = inputs[0].shape[:-2]
        flat = [x.reshape(-1, *x.shape[-2:]) for x in inputs]
        masks = [None if m is None else m.reshape(-1, m.shape[-1]) for m in mask or ()] or None
        found = call(flat, masks, *options)
        return jax.tree.map(lambda array: array.reshape(*before, *array.shape[1:]), found)


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's layers of attention."""
    return ScoredSide if plain.__name__ in ("AdditiveAttention", "Attention") else AttentionSide
