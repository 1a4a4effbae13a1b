"""Losses and metrics of a model with several outputs, in the form that a program takes for one.

So the program knows one kind of loss and one kind of metric, and a model with one output pays nothing.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.record import Recorded
from pellucid.losses import Loss
from pellucid.metrics import Metric
from pellucid.modules.tree import traced_hyperparameters

Arrays = dict[str, Any]


class SeveralLosses(Recorded):
    """The losses of several outputs.

    Args:
        losses: A loss for each output that has one, by name, in the order of the outputs.

    Attributes:
        names: The outputs that are trained on.
        columns: The columns of the history: each output's loss, where there is more than one.
    """

    def __init__(self, losses: dict[str, Loss]):
        self.losses = losses

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.losses)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"{name}_loss" for name in self.losses) if len(self.losses) > 1 else ()


class MetricOfOutput(Metric):
    """A metric of one of several outputs.

    Args:
        output: The output's name, with which the metric's begins.
        metric: The metric.
        name: Default ``<output>_<name of the metric>``.
    """

    def __init__(self, output: str, metric: Metric, name: str | None = None):
        super().__init__(name or f"{output}_{metric.name}")
        self.output = output
        self.metric = metric
        self.direction = metric.direction
        self.scalar = metric.scalar

    @property
    def on_host(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether it is computed outside the program at the end of an epoch."""
        return self.metric.on_host

    def start(self, y_true: Any, y_pred: Any, samples: int) -> Arrays:
        return self.metric.start(y_true[self.output], y_pred[self.output], samples)

    def add(self, state: Arrays, y_true: Any, y_pred: Any, sample_weight: Any) -> Arrays:
        weight = weight_of(sample_weight, self.output)
        return self.metric.add(state, y_true[self.output], y_pred[self.output], weight)

    def compute(self, state: Arrays) -> Any:
        return self.metric.compute(state)

    def compute_on_host(self, state: Arrays) -> float:
        """Return the value for the whole set."""
        return self.metric.compute_on_host(state)  # pyright: ignore[reportAttributeAccessIssue]


class MetricOfPositions(Metric):
    """A metric of an output whose positions are masked: each valid position counts as a row.

    Args:
        metric: The metric.
        name: Default the metric's.
    """

    def __init__(self, metric: Metric, name: str | None = None):
        super().__init__(name or metric.name)
        self.metric = metric
        self.direction = metric.direction
        self.scalar = metric.scalar

    @property
    def on_host(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether it is computed outside the program at the end of an epoch."""
        return self.metric.on_host

    def start(self, y_true: Any, y_pred: Any, samples: int) -> Arrays:
        steps = y_pred.shape[1]

        def flat(spec: Any) -> Any:
            return jax.ShapeDtypeStruct((spec.shape[0] * steps, *spec.shape[2:]), spec.dtype)

        return self.metric.start(flat(y_true), flat(y_pred), samples * steps)

    def add(self, state: Arrays, y_true: Any, y_pred: Any, sample_weight: Any) -> Arrays:
        y_true, y_pred = (a.reshape(-1, *a.shape[2:]) for a in (y_true, y_pred))
        return self.metric.add(state, y_true, y_pred, sample_weight.reshape(-1))

    def compute(self, state: Arrays) -> Any:
        return self.metric.compute(state)

    def compute_on_host(self, state: Arrays) -> float:
        """Return the value for the whole set."""
        return self.metric.compute_on_host(state)  # pyright: ignore[reportAttributeAccessIssue]


def position_weights(sample_weight: Any, mask: Any, masked: bool) -> Any:
    """Return the weights of positions, those given times the mask, where an output's metrics count positions."""
    if not masked:
        return sample_weight
    counted = mask.astype(jnp.float32)
    if sample_weight is None:
        return counted
    by_row = sample_weight.ndim == 1
    return counted * (sample_weight[:, None] if by_row else sample_weight)


def weight_of(sample_weight: Any, output: str) -> Any:
    """Return the sample weights of an output: its own, or those of all."""
    return sample_weight.get(output) if isinstance(sample_weight, dict) else sample_weight


def loss_numbers(loss: Any, weights: dict[str, float] | None) -> Arrays:
    """Return the numbers of a loss that enter a program as arrays.

    Args:
        loss: A loss, the losses of several outputs, or None.
        weights: The losses' weights by output, or None where all weigh 1.
    """
    if loss is None:
        return {}
    if not isinstance(loss, SeveralLosses):
        own = traced_hyperparameters(loss)
        return own if weights is None else {**own, WEIGHT: next(iter(weights.values()))}
    found: Arrays = {name: traced_hyperparameters(each) for name, each in loss.losses.items()}
    for name in loss.losses:
        found[name] = {**found[name], WEIGHT: 1.0 if weights is None else weights[name]}
    return found


WEIGHT = "loss_weight"
"""The key of a loss's weight among its numbers."""


def as_arrays(numbers: Arrays) -> Arrays:
    """Return numbers as arrays of 32 bits, in their structure."""
    return {
        name: as_arrays(value) if isinstance(value, dict) else np.float32(value)
        for name, value in numbers.items()
    }
