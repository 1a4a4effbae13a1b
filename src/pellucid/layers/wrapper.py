"""The base of layers around one other layer."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import ArgumentTypeError
from pellucid.modules import Layer
from pellucid.modules.binding import declare


class Wrapper(Layer):
    """Holds another layer, and does to inputs what that one does; a subclass overrides ``call`` to change something.

    Equation: ``y = layer(x)``.

    Args:
        layer: The layer inside, ``self.layer`` in the subclass.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: those of the layer inside

    Raises:
        ArgumentTypeError: ``layer`` is no layer.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dense, Wrapper
        >>> class Doubled(Wrapper):
        ...     def call(self, inputs):
        ...         return 2 * self.layer(inputs)
        >>> Doubled(Dense(1, kernel_initializer="ones"))(jnp.array([[1.0, 2.0]]))
        Array([[6.]], dtype=float32)

    Differs from Keras: without a ``call`` of its own it is the layer inside; there it cannot be called. PyTorch
    needs no such base: any module may hold another.
    """

    def __init__(self, layer: Layer, **kwargs: Any):
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise ArgumentTypeError(
                type(self).__name__,
                f"`layer` must be a layer, but it is {layer!r:.60}.",
                f"{type(self).__name__}(layers.Dense(10))",
            )
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Let the layer inside declare its weights."""
        declare(self.layer, input_shape)

    def call(self, inputs: Any) -> Any:
        """Return what the layer inside makes of the inputs."""
        return self.layer(inputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return what the layer inside makes of the mask."""
        return self.layer.compute_mask(inputs, mask)
