"""What an optimizer remembers between steps, and the types of its arguments.

Terms: *weights* and *gradients* are dicts of arrays by path; a *slot* is a dict of arrays by the
same paths, e.g. all velocities; the *state* is a dict of slots by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.late import LateModule

if TYPE_CHECKING:
    import optax
else:
    # Only what is traced needs its rules; a program that is loaded from disk does not wait for them.
    optax = LateModule("optax")

Weights = dict[str, jax.Array]
State = dict[str, Any]


def slot_dtype(dtype: Any) -> Any:
    """Return the dtype of a slot for weights of `dtype`: the same, but float32 for 16-bit weights.

    A bfloat16 number has 8 bits, so an average that takes in a thousandth of each gradient would
    never move.

    >>> slot_dtype("float16"), slot_dtype(np.dtype("float64"))
    (dtype('float32'), dtype('float64'))
    """
    dtype = np.dtype(dtype)
    return dtype if dtype.itemsize >= 4 else np.dtype("float32")


def zeros(weights: Weights) -> dict[str, Any]:
    """Return a slot of zeros, as NumPy arrays, for which nothing is compiled.

    >>> zeros({"w": np.ones(2, "float32")})
    {'w': array([0., 0.], dtype=float32)}
    """
    return {path: np.zeros(w.shape, slot_dtype(w.dtype)) for path, w in weights.items()}


def copies(weights: Weights) -> dict[str, Any]:
    """Return a slot that begins as the weights; shapes alone give shapes.

    >>> copies({"w": np.ones(2, "float32")})["w"].dtype
    dtype('float32')
    """

    def copied(w: Any) -> Any:
        if isinstance(w, jax.ShapeDtypeStruct):
            return jax.ShapeDtypeStruct(w.shape, slot_dtype(w.dtype))
        return jnp.array(w, slot_dtype(w.dtype), copy=True)

    return {path: copied(w) for path, w in weights.items()}


def is_off(number: Any) -> bool:
    """Tell whether a number is exactly 0 on the host; a traced one is not known to be.

    >>> is_off(0.0), is_off(0.9)
    (True, False)
    """
    return isinstance(number, (int, float)) and number == 0


def through(
    transformation: Any, grads: Weights, state: Any, params: Weights | None = None
) -> tuple[Weights, Any]:
    """Send gradients through an Optax transformation.

    Optax's types forget that what comes out are weights; this says so once for all rules.

    Args:
        transformation: What to send them through.
        grads: The gradients.
        state: The transformation's state, of its own type.
        params: The weights, if the transformation needs them.
    """
    return transformation.update(grads, state, params)
