"""Activation functions: those of ``pellucid.functional``, on tensors."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional import activations
from pellucid.keras.operation import operation

celu = operation(activations.celu)
elu = operation(activations.elu)
glu = operation(activations.glu)
hard_shrink = operation(activations.hard_shrink)
hard_sigmoid = operation(activations.hard_sigmoid)
hard_silu = operation(activations.hard_silu)
hard_swish = operation(activations.hard_silu, "hard_swish")
leaky_relu = operation(activations.leaky_relu)
log_sigmoid = operation(activations.log_sigmoid)
log_softmax = operation(activations.log_softmax)
relu6 = operation(activations.relu6)
selu = operation(activations.selu)
sigmoid = operation(activations.sigmoid)
silu = operation(activations.silu)
soft_shrink = operation(activations.soft_shrink)
softmax = operation(activations.softmax)
softplus = operation(activations.softplus)
softsign = operation(activations.softsign)
sparse_plus = operation(activations.sparse_plus)
sparse_sigmoid = operation(activations.sparse_sigmoid)
sparsemax = operation(activations.sparsemax)
squareplus = operation(activations.squareplus)
swish = operation(activations.silu, "swish")
tanh_shrink = operation(activations.tanh_shrink)
threshold = operation(activations.threshold)


@operation
def relu(x: Any) -> jax.Array:
    """Return the positive part, whole numbers as whole numbers."""
    x = jnp.asarray(x)
    return jnp.maximum(x, 0) if jnp.issubdtype(x.dtype, jnp.integer) else activations.relu(x)


@operation
def hard_tanh(x: Any) -> jax.Array:
    """Return the input cut off at -1 and 1, whole numbers as whole numbers."""
    return jnp.clip(jnp.asarray(x), -1, 1)


@operation
def gelu(x: Any, approximate: bool = True) -> jax.Array:
    """Return the Gaussian error linear unit, approximated by a tanh unless told otherwise."""
    return activations.gelu(x, approximate=approximate)
