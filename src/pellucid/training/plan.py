"""A plan says what a training program computes, apart from all numbers: it is the key under which programs are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pellucid.modules import Layer, fingerprint
from pellucid.modules.tree import hyperparameters_of
from pellucid.training.objective import Aim
from pellucid.training.stopping import StopRule

if TYPE_CHECKING:
    from pellucid.training.probes.probe import Probe


@dataclass(frozen=True)
class Plan:
    """All that decides the text of a program.

    Attributes:
        aim: What a step minimises: the model's structure, the loss.
        trainable: Paths of the weights that training changes.
        metrics: The metric objects, in the order of the history's columns.
        optimizer: The optimizer object.
        outputs: Specs of the model's outputs for one batch, several by name.
        masked: Whether metrics count positions, of one output or by name.
        parts: Columns of the numbers that a training step watches beside loss and metrics.
        checked_parts: The same of a pass without training.
        batch_size: Rows per step.
        divided: In how many parts a step is done.
        cores: On how many cores at once; they share the parts.
        validation_batch_size: Rows per validation step.
        shuffle: Whether each epoch draws a new order.
        stop_rules: What early stopping watches, one rule a callback.
        steps_per_epoch: Steps of one epoch, or None for a pass over all rows.
        streamed: Whether the data are a super-batch: some batches of an epoch.
        validated: After which epochs is validated: every so many, or those of a tuple, counted from 1.
        probes: What is measured on the way.
        key: Hashable; equal plans have equal programs.
    """

    aim: Aim
    trainable: frozenset[str]
    metrics: tuple[Any, ...]
    optimizer: Any
    outputs: Any
    masked: Any
    parts: tuple[str, ...]
    checked_parts: tuple[str, ...]
    batch_size: int
    divided: int
    cores: int
    validation_batch_size: int
    shuffle: bool
    stop_rules: tuple[StopRule, ...]
    steps_per_epoch: int | None
    streamed: bool
    validated: int | tuple[int, ...]
    probes: tuple[Probe, ...]
    key: Any

    @property
    def model(self) -> Layer:
        """The model's structure without its weights."""
        return self.aim.model

    @property
    def loss(self) -> Any:
        """The loss object, the losses of several outputs, or None."""
        return self.aim.loss

    def parts_of(self, training: bool) -> tuple[str, ...]:
        """Return the columns of what is watched in a pass that trains, or in one that does not."""
        return self.parts if training else self.checked_parts

    def validates(self, epoch: Any) -> Any:
        """Tell whether the epoch of this index (a number or an array) is followed by validation."""
        if isinstance(self.validated, tuple):
            return sum(epoch + 1 == each for each in self.validated) > 0
        return (epoch + 1) % self.validated == 0

    def columns(self, validated: bool) -> list[str]:
        """Return the history's column names."""
        return column_names(self.metrics, self.parts, self.checked_parts if validated else None)


def column_names(
    metrics: tuple[Any, ...], parts: tuple[str, ...], checked_parts: tuple[str, ...] | None
) -> list[str]:
    """Return the history's column names: loss, parts and metrics, those of validation, the learning rate.

    >>> column_names((), ("a_loss",), ())
    ['loss', 'a_loss', 'val_loss', 'learning_rate']
    """
    measured = [metric.name for metric in metrics if is_scalar(metric)]
    names = ["loss", *parts, *measured]
    if checked_parts is not None:
        names += [f"val_{name}" for name in ("loss", *checked_parts, *measured)]
    return [*names, "learning_rate"]


def is_scalar(metric: Any) -> bool:
    """Tell whether a metric is one number computed in the program (no matrix, no host function)."""
    return getattr(metric, "scalar", True) and not getattr(metric, "on_host", False)


def make_plan(model: Any, aim: Aim, **rest: Any) -> Plan:
    """Gather a plan and its key; ``rest`` are the other attributes, with their defaults below.

    The key holds the model's numbers only where its own step may make constants of them; elsewhere they are arrays.
    """
    given = {
        "divided": 1,
        "cores": 1,
        "stop_rules": (),
        "steps_per_epoch": None,
        "streamed": False,
        "validated": 1,
        "probes": (),
        **rest,
    }
    own = tuple(hyperparameters_of(model).items()) if aim.own_step else ()
    prints = (
        fingerprint(model._device_part()),
        own,
        fingerprint(aim.loss),
        aim.names,
        aim.own_loss,
        aim.own_step,
    )
    rules = (fingerprint(list(given["metrics"])), fingerprint(given["optimizer"]))
    numbers = tuple(
        given[name]
        for name in sorted(given)
        if name not in ("metrics", "optimizer", "outputs", "masked", "probes")
    )
    probes = (fingerprint(list(given["probes"])),) if given["probes"] else ()
    return Plan(aim=aim, key=(prints, rules, numbers, *probes), **given)
