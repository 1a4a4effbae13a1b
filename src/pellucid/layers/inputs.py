"""Where a model's inputs enter: their shape and dtype, said before there are data."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Instance, Integer, Limit
from pellucid.core.specs import Shape, as_shape, shape_in_words
from pellucid.layers.checks import who
from pellucid.modules import Layer
from pellucid.modules.symbolic import SymbolicTensor, input_tensor


class InputLayer(Layer):
    """Says what one input sample looks like, and holds the data to it.

    Args:
        shape: The shape of one sample, without the batch, e.g. ``(784,)``; None where a size varies.
        batch_size: The number of samples in a batch, if it is fixed. Default None.
        dtype: The dtype of the inputs. Default ``"float32"``. Integers given for floats, and floats for integers, are
            converted; other widths stay as they are.
        batch_shape: The shape with the batch, in the place of ``shape`` and ``batch_size``.
        **kwargs: ``name`` as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, *shape); outputs: (batch, *shape); between (batch,) and (batch, 1) the axis is added or dropped

    Raises:
        ShapeError: The data have another shape.

    Example:
        >>> from pellucid.layers import InputLayer
        >>> InputLayer((28, 28)).batch_shape
        (None, 28, 28)

    Differs from PyTorch: models there do not know the shape of their inputs.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "shape": Instance((int, tuple, list), "a tuple of sizes without the batch", optional=True),
        "batch_size": Integer(1, optional=True),
        "batch_shape": Instance((tuple, list), "a tuple of sizes with the batch", optional=True),
    }

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        batch_shape: Any = None,
        **kwargs: Any,
    ):
        super().__init__(dtype=dtype, **kwargs)
        if (shape is None) == (batch_shape is None):
            raise ArgumentError(
                type(self).__name__,
                "exactly one of `shape` (one sample) and `batch_shape` (a whole batch) is needed.",
                "Input(shape=(784,))",
            )
        if batch_shape is not None and batch_size is not None:
            raise ArgumentError(
                type(self).__name__,
                f"`batch_shape` {tuple(batch_shape)} names the batch size already, but `batch_size` came too.",
                f"Input(shape={tuple(batch_shape)[1:]}, batch_size={batch_size})",
            )
        whole = (batch_size, *as_shape(shape)) if batch_shape is None else as_shape(batch_shape)
        self.batch_shape: Shape = whole

    def tensor(self) -> SymbolicTensor:
        """Return the symbolic tensor that enters a graph here: always the same one."""
        return (
            self._nodes[0].outputs
            if self._nodes
            else input_tensor(self, self.batch_shape, self.dtype)
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs, checked."""
        inputs = jnp.asarray(inputs)
        wanted = self.batch_shape[1:]
        if inputs.ndim == 1 and wanted == (1,):
            inputs = inputs[:, None]
        elif inputs.ndim == 2 and inputs.shape[1] == 1 and wanted == ():
            inputs = inputs[:, 0]
        came = inputs.shape[1:]
        if len(came) != len(wanted) or any(
            w not in (None, c) for w, c in zip(wanted, came, strict=True)
        ):
            raise ShapeError(
                who(self),
                f"it takes {shape_in_words(self.batch_shape)}, but got {shape_in_words(inputs.shape)} "
                f"(shape {inputs.shape}).",
                f"Input(shape={came}) if that is what the data look like; the batch is not part of it",
            )
        inexact = jnp.issubdtype(inputs.dtype, jnp.inexact)
        if inexact != jnp.issubdtype(jnp.dtype(self.dtype), jnp.inexact):
            inputs = inputs.astype(jax.dtypes.canonicalize_dtype(self.dtype))
        return inputs


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    name: str | None = None,
    batch_shape: Any = None,
) -> SymbolicTensor:
    """Begin a graph: a symbolic tensor that stands for the batches of data to come.

    Call layers on it and make a model of what comes out, ``Model(x, y)``; or put it first into ``Sequential``.

    Args:
        shape: The shape of one sample, without the batch, e.g. ``(784,)`` or 784; None where a size varies.
        batch_size: The number of samples in a batch, if it is fixed. Default None.
        dtype: The dtype of the inputs. Default ``"float32"``.
        name: The input's name, by which data in a dict are matched. Default None, made by the model.
        batch_shape: The shape with the batch, in the place of ``shape`` and ``batch_size``.

    Returns:
        The tensor; its ``shape`` has None for the batch.

    Example:
        >>> from pellucid import Model, Sequential
        >>> from pellucid.layers import Dense, Input
        >>> x = Input(shape=(784,))
        >>> Model(x, Dense(10)(x)).count_params()
        7850
        >>> Sequential([Input(shape=(784,)), Dense(10)]).count_params()
        7850

    Differs from Keras: no sparse, ragged or optional inputs. Differs from PyTorch: it has no such thing.
    """
    return InputLayer(shape, batch_size, dtype, batch_shape, name=name).tensor()
