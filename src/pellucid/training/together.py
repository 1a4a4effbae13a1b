"""Several trainings at once, the way that is fastest where JAX computes; the results are the same, up to rounding.

On a processor they run side by side, whatever their plans. An accelerator computes trainings of equal plans, whose
arrays have equal shapes, as one program. A training runs by itself where Python has something to do on the way, where
code of the user's own is in it, and where it has all cores for itself. `benchmarks/population.py` measures it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import jax
import numpy as np

from pellucid.core.cores import usable
from pellucid.training.beside import train_beside
from pellucid.training.callbacks import EarlyStopping
from pellucid.training.dividing import COPIED
from pellucid.training.loop import Desk
from pellucid.training.population import train_population
from pellucid.training.portable import settings_are_all_threads
from pellucid.training.progress import choose
from pellucid.training.rehearsal import needs_rehearsal
from pellucid.training.trainer import Training, run_alone


def train_together(trainings: Sequence[Training], as_one: bool = True) -> None:
    """Run trainings to their ends, as many at once as can be; each ends as ``fit`` of its model would.

    Args:
        trainings: Of different models, from ``prepare_training``.
        as_one: Whether trainings may be one program, which is compiled for so many of them alone.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid.training.trainer import prepare_training
        >>> def training(units):
        ...     model = pellucid.Sequential(
        ...         [pellucid.layers.Dense(units), pellucid.layers.Dense(1)]
        ...     )
        ...     model.compile(pellucid.optimizers.SGD(0.01), "mse")
        ...     return prepare_training(model, np.ones((8, 2)), np.ones(8), epochs=3)
        >>> both = [training(2), training(5)]
        >>> train_together(both)
        >>> [len(each.history.epoch) for each in both]
        [3, 3]
    """
    singles = []
    for group in groups_of(trainings) if as_one else [[each] for each in trainings]:
        if len(group) > 1:
            train_population(group)
        else:
            singles += group
    able = [each for each in singles if is_able(each)]
    beside = able if len(able) > 1 and settings_are_all_threads() else []
    train_beside(beside, usable())
    for each in singles:
        if not any(each is other for other in beside):
            run_alone(each, choose(0))


def groups_of(trainings: Sequence[Training]) -> list[list[Training]]:
    """Return the trainings that are one program together, and the others by themselves, in the order they came."""
    groups: dict[Hashable, list[Training]] = {}
    for number, training in enumerate(trainings):
        kind = kind_of(training)
        groups.setdefault(number if kind is None else kind, []).append(training)
    return [part for group in groups.values() for part in parts_of_group(group)]


def parts_of_group(group: list[Training]) -> list[list[Training]]:
    """Return a group whole, or one by one where their data are different and too many to hold all of them at once."""
    sets = (group[0].run.data, group[0].run.validation)
    held = len(group) * sum(leaf.nbytes for leaf in jax.tree.leaves(sets))
    return [group] if held <= COPIED else [[each] for each in group]


def is_able(training: Training) -> bool:
    """Tell whether a training needs nobody on the way but its program, without code of the user's, on one device."""
    run, model = training.run, training.model
    watched = run.feed is not None or run.recorder is not None
    called = any(type(hook) is not EarlyStopping for hook in training.hooks)
    waits = Desk(model, run, training.hooks).limit() is not None
    own = needs_rehearsal(model, run.plan.aim) or run.plan.aim.own_step or run.plan.aim.own_loss
    return not (watched or called or waits or own or run.plan.cores > 1)


def gains() -> bool:
    """Tell whether several trainings are faster as one program: on an accelerator."""
    return jax.default_backend() != "cpu"


def kind_of(training: Training) -> Hashable:
    """Return what is equal in trainings that are one program together; None for one by itself."""
    if not (gains() and is_able(training)) or training.run.plan.divided > 1:
        return None
    run = training.run
    trees = (run.state, run.fixed, run.data, run.validation)
    shapes = tuple((np.shape(leaf), str(np.asarray(leaf).dtype)) for leaf in jax.tree.leaves(trees))
    return run.plan.key, str(jax.tree.structure(trees)), shapes
