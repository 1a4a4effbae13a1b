"""Rules that turn gradients into steps: classes, names and :func:`get`."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import ArgumentTypeError
from pellucid.core.registry import resolve
from pellucid.optimizers import schedules
from pellucid.optimizers.adadelta import Adadelta
from pellucid.optimizers.adafactor import Adafactor
from pellucid.optimizers.adagrad import Adagrad
from pellucid.optimizers.adam import Adam, AdamW
from pellucid.optimizers.adamax import Adamax
from pellucid.optimizers.ftrl import Ftrl
from pellucid.optimizers.lamb import Lamb
from pellucid.optimizers.lion import Lion
from pellucid.optimizers.loss_scale_optimizer import LossScaleOptimizer
from pellucid.optimizers.multi_optimizer import MultiOptimizer, OptimizerMap
from pellucid.optimizers.muon import Muon
from pellucid.optimizers.nadam import Nadam
from pellucid.optimizers.optax_optimizer import OptaxOptimizer, is_transformation
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.rmsprop import RMSprop
from pellucid.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from pellucid.optimizers.sgd import SGD

TABLE: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "adamax": Adamax,
    "nadam": Nadam,
    "lion": Lion,
    "ftrl": Ftrl,
    "lamb": Lamb,
    "adafactor": Adafactor,
    "muon": Muon,
    "schedulefreeadamw": ScheduleFreeAdamW,
}
"""Names to classes."""

OF_OTHERS: dict[str, type[Optimizer]] = {
    "lossscaleoptimizer": LossScaleOptimizer,
    "multioptimizer": MultiOptimizer,
}
"""Classes that need other optimizers: a name alone does not make them, a configuration does."""


def get(identifier: Any) -> Optimizer:
    """Return the optimizer that `identifier` names.

    Args:
        identifier: A name (`"adam"`), a class, an object, a configuration, or an Optax
            transformation.

    Raises:
        UnknownNameError: No optimizer has that name.
        ArgumentTypeError: `identifier` is something else.

    Example:
        >>> get("adam"), get({"class_name": "SGD", "config": {"momentum": 0.9}})
        (Adam(), SGD(momentum=0.9))
    """
    if isinstance(identifier, Optimizer):
        return identifier
    if is_transformation(identifier):
        return OptaxOptimizer(identifier)
    found = resolve("optimizer", {**TABLE, **OF_OTHERS}, identifier)
    if not isinstance(found, Optimizer):
        raise ArgumentTypeError(
            "compile",
            "`optimizer` must be a name, an optimizer or an Optax transformation, "
            f"but it is {found!r}.",
            'write optimizer="adam"',
        )
    return found


__all__ = [
    "SGD",
    "TABLE",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "OptaxOptimizer",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "ScheduleFreeAdamW",
    "get",
    "schedules",
]
