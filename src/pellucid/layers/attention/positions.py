"""Layers that tell a network where in a series a step stands."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers
from pellucid.core.errors import ShapeError
from pellucid.core.limits import Integer, Limit, Real
from pellucid.functional.positions import rotary, sinusoidal_positions
from pellucid.layers.checks import as_float, require_size, who
from pellucid.modules import Layer


def require_series(layer: Layer, shape: Any) -> None:
    """Refuse what is no series of features.

    Raises:
        ShapeError: There are fewer than three axes.
    """
    if len(shape) < 3:
        raise ShapeError(
            who(layer),
            f"it needs series, shape (batch, steps, features), but it got {tuple(shape)}.",
            "x[:, None] makes a series of one step of each row",
        )


class PositionEmbedding(Layer):
    """Adds a learned row of numbers to every step, one row for each position.

    Equation: ``y[t] = x[t] + E[t + start_index]`` with the table ``E``.

    Args:
        sequence_length: The number of positions, the longest series' length, at least 1.
        initializer: Starting values of ``E``. Default ``"glorot_uniform"``.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        start_index: The position of the first step; for series that are continued. Default 0.

    Shapes:
        inputs and outputs: (batch, steps, features); embeddings: (sequence_length, features)

    Raises:
        ShapeError: A series is longer than ``sequence_length``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import PositionEmbedding
        >>> PositionEmbedding(4, initializer="ones")(jnp.zeros((1, 2, 3)))
        Array([[[1., 1., 1.],
                [1., 1., 1.]]], dtype=float32)

    Source: Gehring et al., Convolutional Sequence to Sequence Learning, 2017, https://arxiv.org/abs/1705.03122.
    Differs from KerasHub: the rows are added here, so that the layer stands in a stack; there they are returned alone.
    Keras and PyTorch have no such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {"sequence_length": Integer(1)}
    embeddings: jax.Array

    def __init__(self, sequence_length: int, initializer: Any = "glorot_uniform", **kwargs: Any):
        super().__init__(**kwargs)
        self.sequence_length = int(sequence_length)
        self.initializer = initializers.get(initializer)

    def build(self, input_shape: Any) -> None:
        """Declare a row of as many features as the inputs have for each position."""
        require_series(self, input_shape)
        self.embeddings = self.add_weight((self.sequence_length, input_shape[-1]), self.initializer)

    def call(self, inputs: jax.Array, start_index: Any = 0) -> jax.Array:
        """Return the inputs with each step's row added."""
        require_size(self, inputs.shape, -1, self.embeddings.shape[1])
        steps = inputs.shape[1]
        last = start_index + steps if isinstance(start_index, int) else steps
        if last > self.sequence_length:
            raise ShapeError(
                who(self),
                f"a series reaches position {last}, but it has rows for {self.sequence_length} positions.",
                f"PositionEmbedding(sequence_length={last})",
            )
        rows = jax.lax.dynamic_slice_in_dim(self.embeddings, start_index, steps)
        return as_float(inputs, self) + rows


class SinusoidalPositionEncoding(Layer):
    """Adds waves of many lengths to every step; together they tell its position, and nothing is learned.

    Equation: ``y[t, 2 i] = x[t, 2 i] + sin(p / max_wavelength^(2 i / n))`` and
    ``y[t, 2 i + 1] = x[t, 2 i + 1] + cos(p / max_wavelength^(2 i / n))`` with the position ``p = t + start_index`` and
    ``n`` features.

    Args:
        max_wavelength: The longest wavelength over ``2 pi``, above 0, in steps. Default 10,000.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        start_index: The position of the first step; for series that are continued. Default 0.

    Shapes:
        inputs and outputs: (batch, steps, features)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SinusoidalPositionEncoding
        >>> SinusoidalPositionEncoding()(jnp.zeros((1, 1, 4)))
        Array([[[0., 1., 0., 1.]]], dtype=float32)

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.5, https://arxiv.org/abs/1706.03762.
    Differs from KerasHub's ``SinePositionEncoding``: the waves are added here; there they are returned alone. Keras and
    PyTorch have no such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {"max_wavelength": Real(0, closed="neither")}

    def __init__(self, max_wavelength: float = 10_000.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.max_wavelength = max_wavelength

    def call(self, inputs: jax.Array, start_index: Any = 0) -> jax.Array:
        """Return the inputs with the waves added."""
        require_series(self, inputs.shape)
        x = as_float(inputs, self)
        positions = positions_from(start_index, x)
        width = x.shape[-1]
        # Position 1,001 and its neighbour would be one number in half precision.
        waves = sinusoidal_positions(positions, width, longest=self.max_wavelength)
        return x + waves.astype(x.dtype)


class RotaryEmbedding(Layer):
    """Turns pairs of features by angles that grow with the position, so that products depend on distances alone.

    Equation: ``y[t, 2 i] = x[t, 2 i] cos a - x[t, 2 i + 1] sin a`` and
    ``y[t, 2 i + 1] = x[t, 2 i] sin a + x[t, 2 i + 1] cos a`` with ``a = p / max_wavelength^(2 i / n)``, the position
    ``p = (t + start_index) / scaling_factor`` and ``n`` features.

    Its place is between the projections and the products of an attention layer:
    ``MultiHeadAttention(..., position_encoding=RotaryEmbedding())``.

    Args:
        max_wavelength: The longest wavelength over ``2 pi``, above 0, in steps. Default 10,000.
        scaling_factor: Positions are divided by it, above 0; more than 1 stretches a trained model to longer series.
            Default 1.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        start_index: The position of the first step; for series that are continued. Default 0.

    Shapes:
        inputs and outputs: (batch, steps, features) or (batch, steps, heads, features), features even

    Raises:
        ShapeError: The number of features is odd.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RotaryEmbedding
        >>> RotaryEmbedding()(jnp.array([[[1.0, 0.0], [1.0, 0.0]]])).round(1)
        Array([[[1. , 0. ],
                [0.5, 0.8]]], dtype=float32)

    Source: Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021,
    https://arxiv.org/abs/2104.09864.
    Differs from KerasHub: neighbours make a pair, as in the paper; there the first and the second half of the features
    do. Keras and PyTorch have no such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "max_wavelength": Real(0, closed="neither"),
        "scaling_factor": Real(0, closed="neither"),
    }

    def __init__(
        self, max_wavelength: float = 10_000.0, scaling_factor: float = 1.0, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.max_wavelength = max_wavelength
        self.scaling_factor = scaling_factor

    def call(self, inputs: jax.Array, start_index: Any = 0) -> jax.Array:
        """Return the inputs, each pair of features turned."""
        require_series(self, inputs.shape)
        if inputs.shape[-1] % 2:
            raise ShapeError(
                who(self),
                f"features are turned in pairs, but there are {inputs.shape[-1]}.",
                f"give it {inputs.shape[-1] + 1} features, e.g. key_dim={inputs.shape[-1] + 1}",
            )
        x = as_float(inputs, self)
        heads = x[:, :, None] if x.ndim == 3 else x
        positions = positions_from(start_index, x) / self.scaling_factor
        turned = rotary(heads.astype(positions.dtype), positions, longest=self.max_wavelength)
        return turned.reshape(x.shape).astype(x.dtype)


def positions_from(start_index: Any, x: jax.Array) -> jax.Array:
    """Return the positions of the steps of a series, in at least single precision."""
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    return jnp.arange(x.shape[1], dtype=dtype) + jnp.asarray(start_index, dtype)
