"""Penalties on the size of weights: L1, L2 and both."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.regularizers.regularizer import Regularizer, magnitude


def _is_zero(number: Any) -> bool:
    """Tell whether a term is switched off; a traced number never is."""
    return isinstance(number, (int, float)) and number == 0


class L1(Regularizer):
    r"""Add the sum of absolute weights to the loss: $\lambda_1 \sum_i |w_i|$.

    Its gradient has the same size for small and large weights, so unneeded ones reach (nearly)
    zero: the kernel becomes sparse.

    Args:
        l1: The factor $\lambda_1$, at least 0.

    Shapes:
        Any; the result is a scalar.

    Example:
        >>> print(L1(0.5)(jnp.array([1.0, -3.0])))
        2.0

    Reference: Tibshirani, "Regression shrinkage and selection via the lasso" (1996).
    Keras: the same. PyTorch: has none; one adds the term to the loss.
    """

    limits: ClassVar[dict[str, Limit]] = {"l1": Real(0)}
    hyperparameters = ("l1",)

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = l1

    def __call__(self, weights: Any) -> jax.Array:
        """Return the penalty."""
        return self.l1 * jnp.sum(magnitude(weights))


class L2(Regularizer):
    r"""Add the sum of squared weights to the loss: $\lambda_2 \sum_i w_i^2$.

    Its gradient $2 \lambda_2 w$ pulls large weights most, which keeps all of them small.

    Args:
        l2: The factor $\lambda_2$, at least 0.

    Shapes:
        Any; the result is a scalar.

    Example:
        >>> print(L2(0.5)(jnp.array([1.0, -3.0])))
        5.0

    Reference: Hoerl, Kennard, "Ridge regression" (1970).
    Keras: the same, without the factor 1/2 of many textbooks. PyTorch: `weight_decay=2 * l2` of its
        SGD is equal;
    of its Adam too, but not of AdamW, whose decay does not pass through the moments.
    """

    limits: ClassVar[dict[str, Limit]] = {"l2": Real(0)}
    hyperparameters = ("l2",)

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = l2

    def __call__(self, weights: Any) -> jax.Array:
        """Return the penalty."""
        return self.l2 * jnp.sum(jnp.square(weights))


class L1L2(Regularizer):
    r"""Add both penalties to the loss: $\lambda_1 \sum_i |w_i| + \lambda_2 \sum_i w_i^2$.

    Args:
        l1: The factor $\lambda_1$, at least 0.
        l2: The factor $\lambda_2$, at least 0.

    Shapes:
        Any; the result is a scalar.

    Example:
        >>> print(L1L2(l1=0.5, l2=0.25)(jnp.array([1.0, -3.0])))
        4.5

    Reference: Zou, Hastie, "Regularization and variable selection via the elastic net" (2005).
    Keras: the same; like there, both are off by default, and the name `"l1_l2"` sets both to 0.01.
    """

    limits: ClassVar[dict[str, Limit]] = {"l1": Real(0), "l2": Real(0)}
    hyperparameters = ("l1", "l2")

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = l1
        self.l2 = l2

    def __call__(self, weights: Any) -> jax.Array:
        """Return the penalty."""
        penalty = jnp.zeros((), jnp.result_type(float, weights))
        if not _is_zero(self.l1):
            penalty = penalty + self.l1 * jnp.sum(magnitude(weights))
        if not _is_zero(self.l2):
            penalty = penalty + self.l2 * jnp.sum(jnp.square(weights))
        return penalty
