"""A plan says what a training program computes, apart from all numbers: it is the key under which programs are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.modules import Layer, fingerprint
from pellucid.modules.tree import skeleton
from pellucid.training.stopping import StopRule


@dataclass(frozen=True)
class Plan:
    """All that decides the text of a program.

    Attributes:
        model: The model's structure without its weights.
        trainable: Paths of the weights that training changes.
        loss: The loss object.
        metrics: The metric objects, in the order of the history's columns.
        optimizer: The optimizer object.
        outputs: Specs of the model's outputs for one batch.
        batch_size: Rows per step.
        validation_batch_size: Rows per validation step.
        shuffle: Whether each epoch draws a new order.
        stop_rules: What early stopping watches, one rule a callback.
        steps_per_epoch: Steps of one epoch, or None for a pass over all rows.
        validated: After which epochs is validated: every so many, or those of a tuple, counted from 1.
        key: Hashable; equal plans have equal programs.
    """

    model: Layer
    trainable: frozenset[str]
    loss: Any
    metrics: tuple[Any, ...]
    optimizer: Any
    outputs: Any
    batch_size: int
    validation_batch_size: int
    shuffle: bool
    stop_rules: tuple[StopRule, ...]
    steps_per_epoch: int | None
    validated: int | tuple[int, ...]
    key: Any

    def validates(self, epoch: Any) -> Any:
        """Tell whether the epoch of this index (a number or an array) is followed by validation."""
        if isinstance(self.validated, tuple):
            return sum(epoch + 1 == each for each in self.validated) > 0
        return (epoch + 1) % self.validated == 0

    def columns(self, validated: bool) -> list[str]:
        """Return the history's column names."""
        names = ["loss", *(metric.name for metric in self.metrics if is_scalar(metric))]
        checked = [f"val_{name}" for name in names] if validated else []
        return [*names, *checked, "learning_rate"]


def is_scalar(metric: Any) -> bool:
    """Tell whether a metric is one number computed in the program (no matrix, no host function)."""
    return getattr(metric, "scalar", True) and not getattr(metric, "on_host", False)


def make_plan(
    model: Layer,
    *,
    trainable: frozenset[str],
    loss: Any,
    metrics: tuple[Any, ...],
    optimizer: Any,
    outputs: Any,
    batch_size: int,
    validation_batch_size: int,
    shuffle: bool,
    stop_rules: tuple[StopRule, ...] = (),
    steps_per_epoch: int | None = None,
    validated: int | tuple[int, ...] = 1,
) -> Plan:
    """Gather a plan and its key."""
    parts = (loss, list(metrics), optimizer)
    key = (
        fingerprint(model),
        trainable,
        tuple(fingerprint(part) for part in parts),
        batch_size,
        validation_batch_size,
        shuffle,
        stop_rules,
        steps_per_epoch,
        validated,
    )
    return Plan(
        skeleton(model),
        trainable,
        loss,
        metrics,
        optimizer,
        outputs,
        batch_size,
        validation_batch_size,
        shuffle,
        stop_rules,
        steps_per_epoch,
        validated,
        key,
    )
