"""What was trained, kept so that a repair can be tried on a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pellucid.core.errors import UsageError
from pellucid.modules.tree import weights_of
from pellucid.training.compiled import Compiled
from pellucid.training.prepare import need_compiled


@dataclass(frozen=True)
class Program:
    """A model, its choices of ``compile``, the rows and the arguments of ``fit``.

    Attributes:
        model: The user's model; only its structure is read.
        compiled: What ``compile`` noted, the optimizer with its numbers of that moment.
        x, y: As given to ``fit``.
        sample_weight, class_weight, validation_data: As given to ``fit``.
        batch_size: Rows of a step; None for 32.
        epochs: Passes over the rows; None where nobody said.
        shuffle: Whether rows come in a new order in each epoch.
        seed: Of order and dropout; the model's where ``fit`` was given none.
        weights: Those weights, by path, that were not as the seed draws them: loaded, set or trained before.
    """

    model: Any
    compiled: Compiled
    x: Any
    y: Any
    sample_weight: Any = None
    class_weight: Any = None
    validation_data: Any = None
    batch_size: int | None = None
    epochs: int | None = None
    shuffle: bool = True
    seed: int = 0
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)


def program_of(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    sample_weight: Any = None,
    class_weight: Any = None,
    validation_data: Any = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    **others: Any,
) -> Program:
    """Note a training before its first step; arguments as for ``fit``, of which the ``others`` do not matter here.

    The rows are kept as they are, not copied. Of the weights only those are copied which are not as the seed draws
    them, so a fresh model costs nothing.

    Raises:
        UsageError: The model is not compiled, or there are no targets to measure by.

    >>> import numpy as np, pellucid
    >>> model = pellucid.Sequential([pellucid.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> program = program_of(model, np.ones((8, 2)), np.ones(8), epochs=3, verbose=0)
    >>> program.epochs, dict(program.weights)
    (3, {})
    """
    compiled = need_compiled(model, "verify")
    if y is None:
        raise UsageError(
            "verify",
            "there are no targets, so nothing says whether one training is better than the other.",
            "diagnosis = pellucid.doctor.examine(model, x, y)",
        )
    noted = Compiled(as_it_is(compiled.optimizer), compiled.loss, [], compiled.loss_weights, None)
    return Program(
        model,
        noted,
        x,
        y,
        sample_weight,
        class_weight,
        validation_data,
        batch_size,
        epochs,
        shuffle,
        model.seed if seed is None else int(seed),
        kept_weights(model),
    )


def as_it_is(optimizer: Any) -> Any:
    """Return a fresh optimizer with the numbers that this one has now, by ``optimizer.learning_rate = 0.1`` too.

    >>> from pellucid.optimizers import SGD
    >>> optimizer = SGD(0.5, momentum=0.9)
    >>> optimizer.learning_rate = 0.25
    >>> as_it_is(optimizer)
    SGD(learning_rate=0.25, momentum=0.9)
    """
    arguments = optimizer.get_config()
    names = [name for name in optimizer.hyperparameters if name in arguments]
    return optimizer.clone(**{name: getattr(optimizer, name) for name in names})


def kept_weights(model: Any) -> dict[str, np.ndarray]:
    """Return copies of the weights, by path, that are not as the seed draws them.

    >>> import pellucid
    >>> model = pellucid.Sequential([pellucid.Input((2,)), pellucid.layers.Dense(1)])
    >>> model.layers[0].set_weights([[[1.0], [2.0]], [0.0]])
    >>> list(kept_weights(model))
    ['dense/kernel']
    """
    found = {}
    for path, slot in weights_of(model):
        if slot.value is None:
            continue
        seed, home = slot.home or (model.seed, path)
        value = np.array(slot.value)
        if not np.array_equal(value, slot.draw(seed, home)):
            found[path] = value
    return found
