"""Activations as layers: any function by name, and those with settings of their own."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import initializers, regularizers
from pellucid.core.errors import ShapeError
from pellucid.core.limits import Instance, Limit, Real
from pellucid.functional import activations
from pellucid.layers.checks import as_float, require_size, who
from pellucid.modules import Layer


class Activation(Layer):
    """Applies an activation function to every number.

    Equation: ``y = f(x)`` with the function ``f``.

    Args:
        activation: A name such as ``"relu"``, or any function from array to array.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Activation
        >>> Activation("relu")(jnp.array([[-1.0, 2.0]]))
        Array([[0., 2.]], dtype=float32)

    Differs from PyTorch: one layer for all functions.
    """

    def __init__(self, activation: Any, **kwargs: Any):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``f(x)``."""
        return self.activate(self.activation, as_float(inputs, self))


class Identity(Layer):
    """Returns its inputs: ``y = x``. A place-holder, e.g. where an experiment leaves a layer out.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Identity
        >>> Identity()(jnp.array([[1, 2]]))
        Array([[1, 2]], dtype=int32)
    """

    def call(self, inputs: Any) -> Any:
        """Return the inputs, whatever they are."""
        return inputs


class ReLU(Layer):
    """The rectifier, with optional ceiling, slope below the threshold, and threshold.

    Equation: ``y = min(x, max_value)`` for ``x >= threshold``, else ``negative_slope (x - threshold)``.

    Args:
        max_value: The largest output, at least 0, or None for no ceiling. Default None.
        negative_slope: The slope below the threshold, at least 0. Default 0.
        threshold: Where the rectifier opens, at least 0. Default 0.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ReLU
        >>> ReLU(max_value=6.0)(jnp.array([[-1.0, 2.0, 9.0]]))
        Array([[0., 2., 6.]], dtype=float32)

    Differs from PyTorch: ``torch.nn.ReLU`` has no settings; ``ReLU(max_value=6)`` is its ``ReLU6``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "max_value": Real(0, optional=True),
        "negative_slope": Real(0),
        "threshold": Real(0),
    }

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the rectified inputs."""
        return self.activate(
            activations.relu,
            as_float(inputs, self),
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )


class LeakyReLU(Layer):
    """The rectifier that lets a little through below zero, so that no unit goes silent for good.

    Equation: ``y = x`` for ``x >= 0``, else ``negative_slope x``.

    Args:
        negative_slope: The slope below zero, at least 0. Default 0.3.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import LeakyReLU
        >>> LeakyReLU(0.5)(jnp.array([[-2.0, 4.0]]))
        Array([[-1.,  4.]], dtype=float32)

    Source: Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    Differs from PyTorch: its default slope is 0.01; Keras's function ``leaky_relu`` has 0.2, its layer 0.3, as here.
    """

    limits: ClassVar[dict[str, Limit]] = {"negative_slope": Real(0)}

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any):
        super().__init__(**kwargs)
        self.negative_slope = negative_slope

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``x`` above zero, ``negative_slope x`` below."""
        return self.activate(
            activations.leaky_relu, as_float(inputs, self), negative_slope=self.negative_slope
        )


class PReLU(Layer):
    """The leaky rectifier whose slopes are learned, one for each feature.

    Equation: ``y = x`` for ``x >= 0``, else ``alpha x`` with the learned slopes ``alpha``.

    Args:
        alpha_initializer: Starting values of ``alpha``. Default ``"zeros"``.
        alpha_regularizer: A penalty on ``alpha``. Default None.
        alpha_constraint: Applied to ``alpha`` after each update. Default None.
        shared_axes: Axes (from 1) along which one slope is shared, e.g. ``(1, 2)`` for images. Default None.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...); alpha: (...), with 1 on shared axes

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import PReLU
        >>> PReLU(alpha_initializer="ones")(jnp.array([[-2.0, 4.0]]))
        Array([[-2.,  4.]], dtype=float32)

    Source: He et al., Delving Deep into Rectifiers, 2015, https://arxiv.org/abs/1502.01852.
    Differs from PyTorch: ``torch.nn.PReLU`` starts at 0.25 and shares one slope by default.
    """

    alpha: jax.Array

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = alpha_constraint
        self.shared_axes = shared_axes

    def build(self, input_shape: Any) -> None:
        """Declare one slope for each feature, one in all along shared axes."""
        axes = (self.shared_axes,) if isinstance(self.shared_axes, int) else self.shared_axes or ()
        shared = {axis % len(input_shape) for axis in axes}
        sizes = [1 if axis in shared else size for axis, size in enumerate(input_shape)]
        self.alpha = self.add_weight(
            sizes[1:],
            self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``x`` above zero, ``alpha x`` below."""
        x = as_float(inputs, self)
        for axis, size in enumerate(self.alpha.shape, start=1):
            if size > 1:
                require_size(self, x.shape, axis, size)
        return jnp.where(x >= 0, x, self.alpha * x)


class ELU(Layer):
    """The exponential linear unit: smooth, and near zero on average.

    Equation: ``y = x`` for ``x > 0``, else ``alpha (exp(x) - 1)``.

    Args:
        alpha: The negative of the lowest output. Default 1.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import ELU
        >>> ELU()(jnp.array([[0.0, 2.0]]))
        Array([[0., 2.]], dtype=float32)

    Source: Clevert, Unterthiner and Hochreiter, 2015, https://arxiv.org/abs/1511.07289.
    """

    limits: ClassVar[dict[str, Limit]] = {"alpha": Real()}

    def __init__(self, alpha: float = 1.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return ``x`` above zero, ``alpha (exp(x) - 1)`` below."""
        return self.activate(activations.elu, as_float(inputs, self), alpha=self.alpha)


class Softmax(Layer):
    """Turns scores into probabilities that sum to one.

    Equation: ``y_i = exp(x_i) / sum_j exp(x_j)`` over ``axis``.

    Args:
        axis: The axis of the classes, or several. Default -1.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: False where a score does not count (its probability is 0): of a shape that broadcasts to the inputs',
            or of their first axes, as the masks of series are, where the softmax goes over one of these.

    Shapes:
        inputs and outputs: (batch, ..., classes)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Softmax
        >>> Softmax()(jnp.array([[1.0, 1.0]]))
        Array([[0.5, 0.5]], dtype=float32)

    Differs from PyTorch: ``torch.nn.Softmax`` wants the axis (``dim``) to be named.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "axis": Instance((int, list, tuple), "an integer or several")
    }

    def __init__(self, axis: int | tuple[int, ...] = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return the probabilities."""
        scores = as_float(inputs, self)
        axes = tuple(int(axis) % scores.ndim for axis in np.atleast_1d(self.axis))
        counts = None if mask is None else self._counts(jnp.asarray(mask, bool), scores.shape, axes)
        if counts is not None:
            scores = jnp.where(counts, scores, jnp.finfo(scores.dtype).min / 2)
            return jnp.where(counts, activations.softmax(scores, axis=axes), 0)
        if axes == (scores.ndim - 1,):
            return self.activate(activations.softmax, scores)
        return activations.softmax(scores, axis=axes)

    def _counts(
        self, mask: jax.Array, shape: tuple[int, ...], axes: tuple[int, ...]
    ) -> jax.Array | None:
        """Return the mask in a shape that broadcasts to the scores'; None if it says nothing about their axes."""
        if mask.ndim < len(shape) and mask.shape == shape[: mask.ndim]:
            whole = mask.reshape(*mask.shape, *[1] * (len(shape) - mask.ndim))
            return whole if min(axes) < mask.ndim else None
        sizes = zip(reversed(mask.shape), reversed(shape), strict=False)
        if mask.ndim > len(shape) or any(size not in (1, full) for size, full in sizes):
            raise ShapeError(
                who(self),
                f"a mask of shape {mask.shape} is not broadcastable to scores of shape {shape}.",
                f"a mask of shape {shape}",
            )
        return mask
