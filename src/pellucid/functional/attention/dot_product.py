"""Scaled dot-product attention over several heads: one function, and the lowering that is best for the platform."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from pellucid.functional.attention.additive import attend
from pellucid.functional.attention.masks import both, causal_mask, window_mask


def dot_product_attention(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    *,
    mask: jax.Array | None = None,
    causal: bool = False,
    window: int | None = None,
    scale: float | None = None,
    rate: jax.Array | float = 0.0,
    dropout_key: jax.Array | None = None,
    fused: bool | None = None,
) -> jax.Array:
    """Let every step of every head gather what it asks for from the source.

    Equation: ``o[t] = sum_s w[t, s] v[s]`` with ``w[t] = softmax(scale q[t] · k[s])`` over the steps ``s`` of the
    source that the mask allows. A step that may look at nothing gathers 0.

    Args:
        query: Shape (batch, steps, heads, width).
        key: Shape (batch, source, key heads, width); the key heads divide the heads, and each serves a run of
            neighbouring heads.
        value: Shape (batch, source, key heads, value width).
        mask: True where a step may look; broadcasts against (batch, heads, steps, source); None allows all.
        causal: Whether a step may only look at itself and what came before.
        window: How far a step may look, itself counted; None for any distance.
        scale: Default ``1 / sqrt(width)``, which gives scores of variance 1 to numbers of variance 1.
        rate: The part of the weights that is dropped, in [0, 1).
        dropout_key: A JAX key for the dropping; None where nothing is dropped.
        fused: Whether cuDNN's kernel is taken where :func:`fits_cudnn` allows it; None for yes.

    Returns:
        The outputs, shape (batch, steps, heads, value width).

    Example:
        >>> x = jnp.array([[[[1.0]], [[3.0]]]])
        >>> dot_product_attention(0 * x, x, x, causal=True).ravel()
        Array([1., 2.], dtype=float32)

    Source: Vaswani et al., Attention Is All You Need, 2017, https://arxiv.org/abs/1706.03762.
    """
    plain = mask is None and window is None and dropout_key is None
    if plain and fused is not False and fits_cudnn(query, key, value):
        return jax.nn.dot_product_attention(
            query, key, value, is_causal=causal, scale=scale, implementation="cudnn"
        )
    return attention_with_weights(
        query,
        key,
        value,
        mask=mask,
        causal=causal,
        window=window,
        scale=scale,
        rate=rate,
        dropout_key=dropout_key,
    )[0]


def attention_with_weights(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    *,
    mask: jax.Array | None = None,
    causal: bool = False,
    window: int | None = None,
    scale: float | None = None,
    rate: jax.Array | float = 0.0,
    dropout_key: jax.Array | None = None,
) -> tuple[jax.Array, jax.Array]:
    """As :func:`dot_product_attention`, and also return the weights, before any was dropped.

    Returns:
        The outputs, shape (batch, steps, heads, value width), and the weights, shape (batch, heads, steps, source).

    Example:
        >>> x = jnp.array([[[[1.0]], [[3.0]]]])
        >>> attention_with_weights(0 * x, x, x, causal=True)[1][0, 0]
        Array([[1. , 0. ],
               [0.5, 0.5]], dtype=float32)
    """
    steps, heads, width = query.shape[1:]
    source, key_heads = key.shape[1], key.shape[2]
    if causal:
        mask = both(mask, causal_mask(steps, source))
    if window is not None:
        mask = both(mask, window_mask(steps, source, window))
    scale = 1 / math.sqrt(width) if scale is None else scale
    queries, keys, values = (jnp.moveaxis(each, 1, 2) for each in (query * scale, key, value))
    if heads != key_heads:
        keys, values = (jnp.repeat(each, heads // key_heads, axis=1) for each in (keys, values))
    scores = jnp.einsum("bhtd,bhsd->bhts", queries, keys)
    outputs, weights = attend(scores, values, mask, rate, dropout_key)
    return jnp.moveaxis(outputs, 1, 2), weights


def fits_cudnn(query: jax.Array, key: jax.Array, value: jax.Array) -> bool:
    """Tell whether cuDNN's fused attention may stand for the formula.

    It does on NVIDIA's cards, in half precision, for heads of one width that is a multiple of 8 and at most 128. It has
    no second derivative; who needs one switches it off.

    Example:
        >>> x = jnp.zeros((2, 16, 4, 64), "bfloat16")
        >>> fits_cudnn(x, x, x) == (jax.default_backend() == "gpu")
        True
    """
    width = query.shape[-1]
    return (
        jax.default_backend() == "gpu"
        and query.dtype in (jnp.bfloat16, jnp.float16)
        and key.dtype == value.dtype == query.dtype
        and value.shape[-1] == width
        and width % 8 == 0
        and width <= 128
    )
