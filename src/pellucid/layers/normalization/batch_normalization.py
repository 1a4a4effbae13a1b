"""Batch normalisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Boolean, Instance, Integer, Limit, Real
from pellucid.core.specs import shape_in_words
from pellucid.functional.norm import batch_norm, moments
from pellucid.functional.padding import places
from pellucid.layers.checks import as_float, require_feature_axis, require_size, who
from pellucid.modules import Layer


class BatchNormalization(Layer):
    """Brings every feature to mean 0 and variance 1 over the batch, then to a learned mean and scale.

    Equation: ``y = gamma (x - mean) / sqrt(variance + epsilon) + beta``. In training ``mean`` and ``variance`` are the
    batch's, over all axes but ``axis``, and the moving averages follow:
    ``moving = momentum moving + (1 - momentum) batch's``. Outside training the moving averages are used. A frozen layer
    (``trainable=False``) uses and keeps its moving averages in training too.

    With ``renorm``, for small batches, training normalises with moving averages as well: by batch renormalisation
    ``y = gamma ((x - mean) / s r + d) + beta`` with the batch's ``s = sqrt(variance + epsilon)``, ``r = s / s_r`` and
    ``d = (mean - mean_r) / s_r``, cut to limits and without gradient; ``mean_r`` and ``s_r`` are moving averages of
    ``mean`` and ``s`` (``renorm_mean``, ``renorm_stddev``). ``moving_stddev`` follows ``s`` then, and
    ``moving_variance`` is its square without ``epsilon``.

    Args:
        axis: The axis of the features. Default -1.
        momentum: How slowly the moving averages follow, in [0, 1]. Default 0.99.
        epsilon: A small number, at least 0, that keeps the division finite. Default 1e-3.
        center: Whether ``beta`` is learned. Default True; 0 otherwise.
        scale: Whether ``gamma`` is learned. Default True; 1 otherwise.
        beta_initializer: Starting values of ``beta``. Default ``"zeros"``.
        gamma_initializer: Starting values of ``gamma``. Default ``"ones"``.
        moving_mean_initializer: Default ``"zeros"``.
        moving_variance_initializer: Default ``"ones"``.
        beta_regularizer: A penalty on ``beta``. Default None.
        gamma_regularizer: A penalty on ``gamma``. Default None.
        beta_constraint: Applied to ``beta`` after each update. Default None.
        gamma_constraint: Applied to ``gamma`` after each update. Default None.
        renorm: Whether batches are renormalised. Default False.
        renorm_clipping: The limits of ``r`` and ``d``: any of ``{"rmin": 1/3, "rmax": 3, "dmax": 5}``; ``d`` stays
            from ``-dmax`` to ``dmax``. Default None, no limits.
        renorm_momentum: How slowly ``renorm_mean`` and ``renorm_stddev`` follow, in [0, 1]. Default 0.99.
        synchronized: Accepted and not needed: cores or devices that share a batch always find the statistics of the
            whole batch. Default False.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: Shape (batch, ...) without the feature axis, False where the statistics leave a position out.

    Shapes:
        inputs and outputs: (batch, ..., features); each weight: (features,)

    Raises:
        ArgumentError: ``renorm_clipping`` has other keys, ``rmax`` below ``rmin``, or ``dmax`` below 0.
        ShapeError: The inputs have no feature axis, or another number of features than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import BatchNormalization
        >>> layer = BatchNormalization(momentum=0.5, epsilon=0.0)
        >>> layer(jnp.array([[1.0], [3.0]]), training=True)
        Array([[-1.],
               [ 1.]], dtype=float32)
        >>> layer.moving_mean, layer.moving_variance
        (Array([1.], dtype=float32), Array([1.], dtype=float32))

    Source: Ioffe and Szegedy, Batch Normalization, 2015, https://arxiv.org/abs/1502.03167; Ioffe, Batch
    Renormalization, 2017, https://arxiv.org/abs/1702.03275.
    Differs from Keras: ``synchronized`` has no effect. Differs from PyTorch: ``momentum`` counts the old value
    (PyTorch's 0.01 is 0.99 here), ``epsilon`` is 1e-3 for 1e-5, the moving variance follows the biased variance
    (divided by n, where PyTorch divides by n - 1), and there is no renormalisation there.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "axis": Integer(),
        "momentum": Real(0, 1),
        "epsilon": Real(0),
        "center": Boolean(),
        "scale": Boolean(),
        "renorm": Boolean(),
        "renorm_clipping": Instance((dict,), "a dict of limits", optional=True),
        "renorm_momentum": Real(0, 1),
        "synchronized": Boolean(),
    }
    divisible = "at once"  # the parts find their common mean and variance
    shared_state = True
    gamma: jax.Array
    beta: jax.Array
    moving_mean: jax.Array
    moving_variance: jax.Array
    moving_stddev: jax.Array
    renorm_mean: jax.Array
    renorm_stddev: jax.Array

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: dict[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.renorm = renorm
        self.renorm_clipping = renorm_clipping
        self.renorm_momentum = renorm_momentum
        if renorm_clipping is not None:
            check_clipping(renorm_clipping)
        self.synchronized = synchronized

    def build(self, input_shape: Any) -> None:
        """Declare scale, mean and the moving averages for the features on ``axis``."""
        require_feature_axis(self, input_shape)
        rank = len(input_shape)
        if self.axis not in range(-rank + 1, rank) or self.axis == 0:
            raise ShapeError(
                who(self),
                f"axis {self.axis} is no feature axis of {shape_in_words(input_shape)}.",
                "axis=-1 for features on the last axis",
            )
        shape = (input_shape[self.axis],)
        if self.scale:
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                shape,
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.moving_mean = self.add_weight(shape, self.moving_mean_initializer, trainable=False)
        self.moving_variance = self.add_weight(
            shape, self.moving_variance_initializer, trainable=False
        )
        if self.renorm:
            deviation = root_of(self.moving_variance_initializer)
            self.moving_stddev = self.add_weight(shape, deviation, trainable=False)
            self.renorm_mean = self.add_weight(shape, self.moving_mean_initializer, trainable=False)
            self.renorm_stddev = self.add_weight(shape, deviation, trainable=False)

    def call(
        self, inputs: jax.Array, training: Any = False, mask: jax.Array | None = None
    ) -> jax.Array:
        """Return the normalised inputs; in training, let the moving averages follow."""
        require_size(self, inputs.shape, self.axis, self.moving_mean.shape[0])
        x = as_float(inputs, self)
        feature = self.axis % x.ndim
        counted = None if mask is None else self._counted(mask.astype(bool), x.shape)
        if counted is not None:
            x = jnp.where(counted, x, jnp.zeros((), x.dtype))
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        gamma = self._spread(self.gamma, x.ndim) if self.scale else None
        beta = self._spread(self.beta, x.ndim) if self.center else None
        if training and self.trainable:
            others = [axis for axis in range(x.ndim) if axis != feature]
            over = None if self._scope is None else self._scope.over
            mean, variance = moments(wide, others, counted, over)
            self.moving_mean = self._follow(self.moving_mean, mean, self.momentum)
            if self.renorm:
                gamma, beta = self._renormalised(mean, variance, gamma, beta)
            else:
                self.moving_variance = self._follow(self.moving_variance, variance, self.momentum)
        else:
            mean = self._spread(self.moving_mean, x.ndim)
            variance = self._spread(self.moving_variance, x.ndim)
        return batch_norm(wide, mean, variance, gamma, beta, epsilon=self.epsilon).astype(x.dtype)

    def _counted(self, mask: jax.Array, shape: tuple[int, ...]) -> jax.Array:
        """Give a mask the rank of the inputs; it has no feature axis, and may stop before the last axes."""
        rank, feature = len(shape), self.axis % len(shape)
        others = shape[:feature] + shape[feature + 1 :]
        if mask.ndim >= feature and mask.shape == others[: mask.ndim]:
            mask = jnp.expand_dims(mask, feature)
        return places(mask, rank)

    def _renormalised(
        self, mean: jax.Array, variance: jax.Array, gamma: Any, beta: Any
    ) -> tuple[jax.Array, jax.Array]:
        """Return ``gamma r`` and ``gamma d + beta``, and let the moving averages of renormalisation follow."""
        deviation = jnp.sqrt(variance + self.epsilon)
        kept = self._spread(self.renorm_stddev, mean.ndim)
        kept = jnp.maximum(kept, jnp.sqrt(jnp.asarray(self.epsilon, kept.dtype)))
        limits = self.renorm_clipping or {}
        r = jnp.clip(deviation / kept, limits.get("rmin"), limits.get("rmax"))
        d = (mean - self._spread(self.renorm_mean, mean.ndim)) / kept
        if limits.get("dmax") is not None:
            d = jnp.clip(d, -limits["dmax"], limits["dmax"])
        r, d = jax.lax.stop_gradient((r, d))
        self.renorm_mean = self._follow(self.renorm_mean, mean, self.renorm_momentum)
        self.renorm_stddev = self._follow(self.renorm_stddev, deviation, self.renorm_momentum)
        self.moving_stddev = self._follow(self.moving_stddev, deviation, self.momentum)
        self.moving_variance = jnp.maximum(self.moving_stddev**2 - self.epsilon, 0)
        scale, offset = (r, d) if gamma is None else (gamma * r, gamma * d)
        return scale, offset if beta is None else offset + beta

    def _follow(self, moving: jax.Array, batch: jax.Array, momentum: float) -> jax.Array:
        return moving * momentum + batch.reshape(moving.shape) * (1 - momentum)

    def _spread(self, weight: jax.Array, rank: int) -> jax.Array:
        """Give a weight of shape (features,) the rank of the inputs."""
        shape = [1] * rank
        shape[self.axis] = -1
        return weight.reshape(shape)


def root_of(initializer: Any) -> Callable[..., np.ndarray]:
    """Return an initializer of deviations for one of variances."""

    def start(shape: Any, dtype: Any = None, *, rng: Any = None) -> np.ndarray:
        return np.sqrt(np.asarray(initializer(shape, dtype, rng=rng)))

    return start


def check_clipping(limits: dict[str, float]) -> None:
    """Refuse limits of renormalisation that are not known or do not fit together."""
    repair = 'renorm_clipping={"rmin": 1 / 3, "rmax": 3, "dmax": 5}'
    problem = None
    if set(limits) - {"rmin", "rmax", "dmax"}:
        problem = f"Received invalid keys for `renorm_clipping`, {sorted(limits)}; rmin, rmax and dmax are known."
    elif limits.get("rmax", np.inf) < limits.get("rmin", -np.inf):
        problem = (
            f"rmax should be at least rmin, but they are {limits['rmax']} and {limits['rmin']}."
        )
    elif limits.get("dmax", 0) < 0:
        problem = f"dmax should be non-negative, but it is {limits['dmax']}."
    if problem:
        raise ArgumentError("BatchNormalization", problem, repair)
