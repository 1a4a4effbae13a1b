"""What can be done to rows, losses and layers so that a training goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import pellucid
from conformance.doctor.recipe import Rows, Transform

# Rows. What is measured (``x_held``, ``truth``) has the same inputs, and true targets.


def shuffled_labels(rows: Rows, generator: np.random.Generator) -> Rows:
    """Give every row the target of another one, in training and in validation."""
    return replace(rows, y=generator.permutation(rows.y), y_val=generator.permutation(rows.y_val))


def shifted_labels(rows: Rows, _: np.random.Generator) -> Rows:
    """Give every row the target of the one before, as an index that is off by one does."""
    return replace(rows, y=np.roll(rows.y, 1, axis=0), y_val=np.roll(rows.y_val, 1, axis=0))


def sorted_inputs(rows: Rows, _: np.random.Generator) -> Rows:
    """Sort the inputs and not the targets, as two files in different orders do."""
    return replace(rows, x=_sorted(rows.x), x_val=_sorted(rows.x_val))


def _sorted(x: np.ndarray) -> np.ndarray:
    return x[np.argsort(x.reshape(len(x), -1).sum(axis=1))]


def noisy_labels(share: float) -> Transform:
    """Return a transform that gives a share of the rows a target drawn from the others."""

    def change(rows: Rows, generator: np.random.Generator) -> Rows:
        y = rows.y.copy()
        wrong = generator.random(len(y)) < share
        y[wrong] = generator.permutation(rows.y)[: wrong.sum()]
        return replace(rows, y=y)

    return change


def rare(share: float) -> Transform:
    """Return a transform that keeps so many rows of the class 1 that they are a share of all."""

    def change(rows: Rows, _: np.random.Generator) -> Rows:
        train, val = (_thinned(y, share) for y in (rows.y, rows.y_val))
        return replace(
            rows, x=rows.x[train], y=rows.y[train], x_val=rows.x_val[val], y_val=rows.y_val[val]
        )

    return change


def _thinned(y: np.ndarray, share: float) -> np.ndarray:
    is_one = y.reshape(-1) == 1
    kept = max(3, int(share * (~is_one).sum()))
    return np.sort(np.concatenate([np.flatnonzero(~is_one), np.flatnonzero(is_one)[:kept]]))


def by_class(rows: Rows, _: np.random.Generator) -> Rows:
    """Sort the training rows by their target, as files do that list one class after the other."""
    order = np.argsort(rows.y.reshape(len(rows.y), -1)[:, 0], kind="stable")
    return replace(rows, x=rows.x[order], y=rows.y[order])


def leaked(rows: Rows, generator: np.random.Generator) -> Rows:
    """Add the target as a column of training and validation; where it is measured the column holds noise."""

    def widened(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.concatenate([x, y.reshape(len(y), -1).astype(x.dtype)], axis=1)

    unknown = generator.permutation(rows.y_val)
    held = unknown[generator.integers(0, len(unknown), len(rows.x_held))]
    return replace(
        rows,
        x=widened(rows.x, rows.y),
        x_val=widened(rows.x_val, rows.y_val),
        x_held=widened(rows.x_held, held),
    )


def seen_before(rows: Rows, generator: np.random.Generator) -> Rows:
    """Validate on rows that are trained on."""
    chosen = generator.permutation(len(rows.x))[: len(rows.x_val)]
    return replace(rows, x_val=rows.x[chosen], y_val=rows.y[chosen])


def few_validated(count: int) -> Transform:
    """Return a transform that keeps so many rows to validate on."""
    return lambda rows, _: replace(rows, x_val=rows.x_val[:count], y_val=rows.y_val[:count])


def only_first(count: int) -> Transform:
    """Return a transform that keeps so many rows to train on."""
    return lambda rows, _: replace(rows, x=rows.x[:count], y=rows.y[:count])


def inputs(change: Any) -> Transform:
    """Return a transform that does the same to all inputs."""
    return lambda rows, _: replace(
        rows, x=change(rows.x), x_val=change(rows.x_val), x_held=change(rows.x_held)
    )


def targets(change: Any) -> Transform:
    """Return a transform that changes the targets that are trained and validated on, and not the truth."""
    return lambda rows, _: replace(rows, y=change(rows.y), y_val=change(rows.y_val))


# Losses of a user's own.


def summed_squares(y_true: Any, y_pred: Any) -> Any:
    """Return the sum over the batch, which grows with its size."""
    return jnp.sum(jnp.square(y_true - y_pred))


def negative_squares(y_true: Any, y_pred: Any) -> Any:
    """Return the squared error with the wrong sign."""
    return -jnp.mean(jnp.square(y_true - y_pred), axis=-1)


def likelihood_kept_positive(y_true: Any, y_pred: Any) -> Any:
    """Return the log-likelihood, which ought to be negated."""
    return jnp.mean(
        y_true * jnp.log(y_pred + 1e-7) + (1 - y_true) * jnp.log(1 - y_pred + 1e-7), axis=-1
    )


def all_against_all(y_true: Any, y_pred: Any) -> Any:
    """Return the squared error of every prediction against every target: (rows, 1) against (rows,)."""
    return jnp.mean(
        jnp.square(jnp.reshape(y_true, (1, -1)) - jnp.reshape(y_pred, (-1, 1))), axis=-1
    )


# Layers of a user's own.


class SoftmaxOverRows(pellucid.Layer):
    """A softmax over the wrong axis: the rows of the batch compete."""

    def call(self, inputs: Any) -> Any:
        """Return e^z over its sum along the batch."""
        return jax.nn.softmax(inputs, axis=0)


class CentredOverRows(pellucid.Layer):
    """Numbers less their mean over the batch, so a row's answer hangs on its neighbours."""

    def call(self, inputs: Any) -> Any:
        """Return numbers less their mean along the batch."""
        return 3.0 * (inputs - jnp.max(inputs, axis=0, keepdims=True))


class Cut(pellucid.Layer):
    """What it gives has no gradient."""

    def call(self, inputs: Any) -> Any:
        """Return the inputs, cut off."""
        return jax.lax.stop_gradient(inputs)


class Rounded(pellucid.Layer):
    """Rounds, and the gradient of rounding is 0."""

    def call(self, inputs: Any) -> Any:
        """Return the nearest whole numbers."""
        return jnp.round(inputs)


class Forgotten(pellucid.Layer):
    """Answers without its input."""

    def call(self, inputs: Any) -> Any:
        """Return zeros of the inputs' shape."""
        return 0.0 * inputs


class Pointwise(pellucid.Layer):
    """A function of every number, for what goes wrong in float32."""

    def __init__(self, function: str, **more: Any):
        super().__init__(**more)
        self.function = function

    def call(self, inputs: Any) -> Any:
        """Return the function's values."""
        return POINTWISE[self.function](inputs)


POINTWISE: dict[str, Any] = {
    "log": jnp.log,
    "root": lambda z: z + jnp.sqrt(jnp.sum(jnp.square(z), axis=-1, keepdims=True)),
    "inverse": lambda z: 1.0 / z,
    "exp": lambda z: jnp.exp(20.0 * z),
    "own softmax": lambda z: jnp.exp(50.0 * z) / jnp.sum(jnp.exp(50.0 * z), axis=-1, keepdims=True),
    "length": lambda z: z / jnp.sqrt(jnp.sum(jnp.square(z), axis=-1, keepdims=True)),
    "spread": lambda z: (z - jnp.mean(z, -1, keepdims=True)) / jnp.std(z, axis=-1, keepdims=True),
    "power": lambda z: jnp.power(z, 0.3),
}
"""Functions with numbers for which they, or their derivatives, are none."""
