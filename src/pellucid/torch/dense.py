"""Fully connected layers and embeddings."""

from __future__ import annotations

from typing import Any

from pellucid.layers import Dense, Embedding
from pellucid.torch.modules import numbers
from pellucid.torch.stack import Stack


def linear(module: Any, stack: Stack) -> None:
    """Convert ``Linear``: its kernel is (units, features) there, (features, units) here."""
    kernel = numbers(module.weight).T
    if stack.order is not None:
        kernel, stack.order = kernel[stack.order], None
    stack.as_in_torch()
    if stack.shape[-1] != kernel.shape[0]:
        raise stack.refuse(
            f"it takes {kernel.shape[0]} features, but here come rows of shape {stack.torch_shape}.",
            "input_shape=... as the first module of the network takes it, without the batch",
        )
    weights = {"kernel": kernel}
    if module.bias is not None:
        weights["bias"] = numbers(module.bias)
    stack.add(Dense(kernel.shape[1], use_bias=module.bias is not None), **weights)


def embedding(module: Any, stack: Stack) -> None:
    """Convert ``Embedding``; a ``padding_idx`` stays a row as any other, since there it only stops its training."""
    if module.max_norm is not None:
        raise stack.refuse(
            "`max_norm` rewrites the table while it is read; nothing here does that."
        )
    table = numbers(module.weight)
    stack.as_in_torch()
    stack.add(Embedding(*table.shape), embeddings=table)
