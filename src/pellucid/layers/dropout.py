"""Further kinds of dropout: whole channels, selu's own, and Gaussian factors."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.limits import Integer, Limit, Real
from pellucid.functional.dropout import alpha_dropout, gaussian_dropout
from pellucid.functional.noise import dropout
from pellucid.layers.checks import as_float
from pellucid.layers.noise import checked_sizes, seeded_key, switched_off
from pellucid.layers.spatial import DATA_FORMAT, channel_axis, require_rank
from pellucid.modules import Layer


class SpatialDropout(Layer):
    """The base of ``SpatialDropout1D``, ``SpatialDropout2D`` and ``SpatialDropout3D``, which differ in their rank only.

    Args:
        rate: The part of the channels that is set to zero, in [0, 1).
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.
    """

    rank: ClassVar[int] = 0
    limits: ClassVar[dict[str, Limit]] = {
        "rate": Real(0, 1, closed="left"),
        "data_format": DATA_FORMAT,
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("rate",)

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.rate = rate
        self.data_format = data_format
        self.seed = seed

    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:
        """Return the inputs, a part of the channels set to zero in training."""
        require_rank(self, inputs.shape, self.rank, self.data_format)
        x = as_float(inputs, self)
        if not training or switched_off(self.rate):
            return x
        shape = [1] * x.ndim
        for axis in (0, channel_axis(self.data_format)):
            shape[axis] = x.shape[axis]
        return dropout(x, self.rate, seeded_key(self, self.seed), shape)


class SpatialDropout1D(SpatialDropout):
    """Sets a random part of the channels of every series to zero while training, each over all steps.

    Equation: ``y[t, c] = x[t, c] m[c] / (1 - rate)`` with ``m[c]`` = 1 with probability ``1 - rate``, else 0; outside
    training ``y = x``. Neighbouring steps are alike, so dropping single numbers would hide little.

    Args:
        rate: The part of the channels that is set to zero, in [0, 1). Enters programs as an array.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format`` as in :class:`SpatialDropout2D`; ``name``, ``dtype`` and others as in
            :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, steps, channels)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SpatialDropout1D
        >>> y = SpatialDropout1D(0.5)(jnp.ones((1, 3, 1000)), training=True)
        >>> sorted(set(y[0, 0].tolist())), bool((y == y[:, :1]).all())
        ([0.0, 2.0], True)

    Source: Tompson et al., Efficient Object Localization, 2015, https://arxiv.org/abs/1411.4280.
    Differs from Keras: ``rate=1`` is refused. As PyTorch's ``Dropout1d``, with the channels last.
    """

    rank = 1

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any):
        super().__init__(rate, seed=seed, **kwargs)


class SpatialDropout2D(SpatialDropout):
    """Sets a random part of the channels of every image to zero while training, each as a whole.

    Equation: ``y[i, j, c] = x[i, j, c] m[c] / (1 - rate)`` with ``m[c]`` = 1 with probability ``1 - rate``, else 0;
    outside training ``y = x``. Neighbouring cells are alike, so dropping single numbers would hide little.

    Args:
        rate: The part of the channels that is set to zero, in [0, 1). Enters programs as an array.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ShapeError: The inputs are no images.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SpatialDropout2D
        >>> y = SpatialDropout2D(0.5)(jnp.ones((1, 2, 2, 1000)), training=True)
        >>> sorted(set(y[0, 0, 0].tolist())), bool((y == y[:, :1, :1]).all())
        ([0.0, 2.0], True)

    Source: Tompson et al., Efficient Object Localization, 2015, https://arxiv.org/abs/1411.4280.
    Differs from Keras: ``rate=1`` is refused. As PyTorch's ``Dropout2d``, with the channels last.
    """

    rank = 2


class SpatialDropout3D(SpatialDropout):
    """Sets a random part of the channels of every volume to zero while training, each as a whole.

    Equation: ``y[i, c] = x[i, c] m[c] / (1 - rate)`` for all cells ``i``, with ``m[c]`` = 1 with probability ``1 -
    rate``, else 0; outside training ``y = x``.

    Args:
        rate: The part of the channels that is set to zero, in [0, 1). Enters programs as an array.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, depth, height, width, channels)

    Raises:
        ShapeError: The inputs are no volumes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import SpatialDropout3D
        >>> y = SpatialDropout3D(0.5)(jnp.ones((1, 2, 2, 2, 1000)), training=True)
        >>> sorted(set(y[0, 0, 0, 0].tolist()))
        [0.0, 2.0]

    Source: Tompson et al., Efficient Object Localization, 2015, https://arxiv.org/abs/1411.4280.
    Differs from Keras: ``rate=1`` is refused. As PyTorch's ``Dropout3d``, with the channels last.
    """

    rank = 3


class AlphaDropout(Layer):
    """Drops a random part of its inputs while training and keeps their mean 0 and variance 1: the dropout for selu.

    Equation: ``y = a (x m + s (1 - m)) + b`` with ``m`` = 1 with probability ``1 - rate``, else 0, selu's lowest value
    ``s = -1.7581``, ``a = ((1 - rate) (1 + rate s^2))^(-1/2)`` and ``b = -a s rate``; outside training ``y = x``.

    Args:
        rate: The part that is dropped, in [0, 1). Enters programs as an array: changing it compiles nothing.
        noise_shape: The shape of the mask ``m``, None for the inputs' size. Default None, the inputs' shape.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Raises:
        ArgumentError: ``noise_shape`` holds something else than positive integers and None.

    Example:
        >>> import jax
        >>> from pellucid.layers import AlphaDropout
        >>> x = jax.random.normal(jax.random.key(1), (1, 100_000))
        >>> bool(abs(AlphaDropout(0.3)(x, training=True).std() - 1) < 0.02)
        True

    Source: Klambauer et al., Self-Normalizing Neural Networks, 2017, https://arxiv.org/abs/1706.02515.
    Differs from Keras: ``rate=1`` is refused. As PyTorch's ``AlphaDropout``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "rate": Real(0, 1, closed="left"),
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("rate",)

    def __init__(
        self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.rate = rate
        self.noise_shape = checked_sizes(type(self).__name__, noise_shape)
        self.seed = seed

    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:
        """Return the inputs with a part at selu's lowest value, in training."""
        x = as_float(inputs, self)
        if not training or switched_off(self.rate):
            return x
        sizes = self.noise_shape if self.noise_shape is not None else x.shape
        shape = [x.shape[axis] if size is None else size for axis, size in enumerate(sizes)]
        return alpha_dropout(x, self.rate, seeded_key(self, self.seed), shape)


class GaussianDropout(Layer):
    """Multiplies its inputs by normally distributed factors of mean 1 while training.

    Equation: ``y = x (1 + sqrt(rate / (1 - rate)) e)`` with every number of ``e`` from the standard normal
    distribution; outside training ``y = x``. The factors vary as much as dropout's 0 and ``1 / (1 - rate)``.

    Args:
        rate: Of the dropout that it stands for, in [0, 1). Enters programs as an array: changing it compiles nothing.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GaussianDropout
        >>> y = GaussianDropout(0.2)(jnp.ones((1, 100_000)), training=True)
        >>> round(float(y.mean()), 2), round(float(y.std()), 2)
        (1.0, 0.5)

    Source: Srivastava et al., Dropout, 2014, section 10, https://jmlr.org/papers/v15/srivastava14a.html.
    Differs from Keras: ``rate=1`` is refused, for the factors would be infinite. PyTorch has no such layer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "rate": Real(0, 1, closed="left"),
        "seed": Integer(optional=True),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("rate",)

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.rate = rate
        self.seed = seed

    def call(self, inputs: jax.Array, training: Any = False) -> jax.Array:
        """Return the inputs times random factors, in training."""
        x = as_float(inputs, self)
        if not training or switched_off(self.rate):
            return x
        return gaussian_dropout(x, self.rate, seeded_key(self, self.seed))
