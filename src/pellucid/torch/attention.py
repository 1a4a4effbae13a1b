"""The encoder of a transformer: one block, and a stack of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.layers import TransformerEncoderBlock
from pellucid.torch import normalization
from pellucid.torch.modules import numbers
from pellucid.torch.stack import Stack


def encoder_layer(module: Any, stack: Stack) -> None:
    """Convert ``TransformerEncoderLayer``; the batch always comes first here."""
    attention = module.self_attn
    if attention.in_proj_bias is None:
        raise stack.refuse("bias=False: every part of a block has a bias here.")
    if attention.in_proj_weight is None or attention.bias_k is not None or attention.add_zero_attn:
        raise stack.refuse("its attention has settings that the block here has not.")
    activation = getattr(module.activation, "__name__", type(module.activation).__name__).lower()
    if activation not in ("relu", "gelu"):
        raise stack.refuse(f"its activation {module.activation!r} has no counterpart.")
    stack.as_in_torch()
    block = TransformerEncoderBlock(
        module.linear1.out_features,
        attention.num_heads,
        dropout=module.dropout.p,
        activation=activation,
        layer_norm_epsilon=module.norm1.eps,
        norm_first=module.norm_first,
    )
    weights = {f"attention__{name}": a for name, a in _attention(attention).items()}
    for ours, theirs in (("intermediate_dense", module.linear1), ("output_dense", module.linear2)):
        weights[f"{ours}__kernel"] = numbers(theirs.weight).T
        weights[f"{ours}__bias"] = numbers(theirs.bias)
    for ours, theirs in (("attention_norm", module.norm1), ("feed_forward_norm", module.norm2)):
        weights[f"{ours}__gamma"] = numbers(theirs.weight)
        weights[f"{ours}__beta"] = numbers(theirs.bias)
    stack.add(block, **weights)


def _attention(module: Any) -> dict[str, np.ndarray]:
    """Return the arrays of an attention: there all heads share one matrix, here each has its own part."""
    features, heads = module.embed_dim, module.num_heads
    parts = zip(
        ("query", "key", "value"),
        np.split(numbers(module.in_proj_weight), 3),
        np.split(numbers(module.in_proj_bias), 3),
        strict=True,
    )
    found = {}
    for name, kernel, bias in parts:
        found[f"{name}_kernel"] = kernel.T.reshape(features, heads, -1)
        found[f"{name}_bias"] = bias.reshape(heads, -1)
    found["attention_output_kernel"] = numbers(module.out_proj.weight).T.reshape(
        heads, -1, features
    )
    found["attention_output_bias"] = numbers(module.out_proj.bias)
    return found


def encoder(module: Any, stack: Stack) -> None:
    """Convert ``TransformerEncoder``: its blocks, and the normalisation behind them."""
    for each in module.layers:
        encoder_layer(each, stack)
    if module.norm is not None:
        normalization.layer(module.norm, stack)
