"""Where a model's inputs enter: their shape and dtype, said before there are data."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Instance, Integer, Limit
from pellucid.core.specs import Shape, as_shape
from pellucid.modules import Layer


class InputLayer(Layer):
    """Says what one input sample looks like; it computes nothing.

    Args:
        shape: The shape of one sample, without the batch, e.g. ``(784,)``; None where a size varies.
        batch_size: The number of samples in a batch, if it is fixed. Default None.
        dtype: The dtype of the inputs. Default ``"float32"``.
        batch_shape: The shape with the batch, in the place of ``shape`` and ``batch_size``.
        **kwargs: ``name`` as in :class:`~pellucid.Layer`.

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
        whole = (batch_size, *as_shape(shape)) if batch_shape is None else as_shape(batch_shape)
        self.batch_shape: Shape = whole

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs."""
        return inputs


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    name: str | None = None,
    batch_shape: Any = None,
) -> InputLayer:
    """Say what one input sample looks like, as the first entry of ``Sequential``.

    Args:
        shape: The shape of one sample, without the batch, e.g. ``(784,)`` or 784.
        batch_size: The number of samples in a batch, if it is fixed. Default None.
        dtype: The dtype of the inputs. Default ``"float32"``.
        name: The input's name. Default None, made from the class.
        batch_shape: The shape with the batch, in the place of ``shape`` and ``batch_size``.

    Example:
        >>> from pellucid import Sequential
        >>> from pellucid.layers import Dense, Input
        >>> Sequential([Input(shape=(784,)), Dense(10)]).count_params()
        7850

    Differs from Keras: the answer is an :class:`InputLayer`, which only ``Sequential`` takes.
    """
    return InputLayer(shape, batch_size, dtype, batch_shape, name=name)
