"""What a symbolic tensor says when it is used as if it were an array, and which layer to call in the place of that."""

from __future__ import annotations

import re

import jax

from pellucid.core.errors import UsageError, message, user_line
from pellucid.modules.graph import Symbolic

# Functions and methods for which there is a layer.
_LAYER_OF = {
    "concatenate": "Concatenate()([a, b])", "concat": "Concatenate()([a, b])", "hstack": "Concatenate()([a, b])",
    "stack": "Lambda(lambda x: jnp.stack(x, axis=1))([a, b])",
    "maximum": "Maximum()([a, b])", "minimum": "Minimum()([a, b])", "dot": "Dot(axes=1)([a, b])",
    "reshape": "Reshape((...))(x)", "ravel": "Flatten()(x)", "flatten": "Flatten()(x)",
    "transpose": "Permute((2, 1))(x)", "T": "Permute((2, 1))(x)", "swapaxes": "Permute((2, 1))(x)",
    "relu": "ReLU()(x)", "softmax": "Softmax()(x)", "tanh": "Activation('tanh')(x)",
    "sigmoid": "Activation('sigmoid')(x)", "gelu": "Activation('gelu')(x)",
}  # fmt: skip


def who(tensor: Symbolic) -> str:
    """Name a tensor in messages."""
    return f"The symbolic tensor '{tensor.name}' of shape {tensor.shape}"


def no_value(tensor: Symbolic, what: str, repair: str) -> UsageError:
    """Build the error for a use that needs numbers."""
    return UsageError(who(tensor), f"it has no numbers yet, so it cannot be {what}.", repair)


def no_function(tensor: Symbolic, function: str | None) -> UsageError:
    """Build the error for a function on arrays; JAX does not tell which, so it is read off the user's line."""
    if function is None:
        found = re.search(r"\b((?:\w+\.)+\w+)\(", (user_line() or "").partition(": ")[2])
        function = str(found[1]) if found else "a function on arrays"
    layer = _LAYER_OF.get(function.rpartition(".")[2])
    repair = f"layers.{layer}, or " if layer and not layer.startswith("Lambda") else ""
    general = (
        layer if layer and layer.startswith("Lambda") else f"Lambda(lambda x: {function}(x))(x)"
    )
    return UsageError(
        who(tensor),
        f"{function} got it in the place of an array; in a graph layers are called.",
        f"{repair}layers.{general}",
    )


def no_attribute(tensor: Symbolic, name: str) -> AttributeError:
    """Build the error for an attribute that arrays have and symbolic tensors have not."""
    if name not in _LAYER_OF and not hasattr(jax.Array, name):
        return AttributeError(f"a SymbolicTensor has no attribute `{name}`")
    repair = f"layers.{_LAYER_OF.get(name, 'Lambda(lambda x: ...)(x)')}"
    return AttributeError(
        message(who(tensor), f"`.{name}` needs an array; in a graph a layer does it.", repair)
    )
