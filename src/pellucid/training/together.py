"""Which trainings run as one program, and which one after the other; the results are the same, up to rounding.

One program takes trainings of equal plans, whose arrays have equal shapes, and in which Python has nothing to do on the
way. It is worth it where an accelerator computes all at once, and on a processor with several cores, where each core
computes its own members. There the network must be one whose operations XLA does not share out among the cores by
itself: multiply-adds at most `MOST_WORK` a step, and no convolution. `benchmarks/population.py` measures it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import jax
import numpy as np

from pellucid.core.cores import devices
from pellucid.modules.tree import weights_of
from pellucid.training.callbacks import EarlyStopping
from pellucid.training.dividing import COPIED
from pellucid.training.loop import Desk
from pellucid.training.population import train_population
from pellucid.training.progress import choose
from pellucid.training.rehearsal import needs_rehearsal
from pellucid.training.trainer import Training, run_alone
from pellucid.training.work import multiply_adds

MOST_WORK = 2**25
"""Multiply-adds of a step, at most, whose operations one core does alone."""
FILTER = 3
"""Axes of a weight that is a convolution's, at least."""


def train_together(trainings: Sequence[Training]) -> None:
    """Run trainings to their ends, as few programs as can be; each ends as ``fit`` of its model would.

    Args:
        trainings: Of different models, from ``prepare_training``.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid.training.trainer import prepare_training
        >>> def training(rate):
        ...     model = pellucid.Sequential([pellucid.layers.Dense(1)])
        ...     model.compile(pellucid.optimizers.SGD(rate), "mse")
        ...     return prepare_training(model, np.ones((8, 2)), np.ones(8), epochs=3)
        >>> both = [training(0.01), training(0.1)]
        >>> train_together(both)
        >>> [len(each.history.epoch) for each in both]
        [3, 3]
    """
    for group in groups_of(trainings):
        train_group(group)


def train_group(group: Sequence[Training]) -> None:
    """Run the trainings of one group: as one program if they are several."""
    if len(group) > 1:
        train_population(group, cores_for(len(group)))
    else:
        run_alone(group[0], choose(0))


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


def cores_for(members: int) -> int:
    """Return how many cores share the members, 0 on an accelerator, which computes all at once."""
    return min(members, devices()) if jax.default_backend() == "cpu" else 0


def is_able(training: Training) -> bool:
    """Tell whether nobody but the program is needed on the way, and no code of the user's own is in it."""
    run, model = training.run, training.model
    watched = run.feed is not None or run.recorder is not None
    called = any(type(hook) is not EarlyStopping for hook in training.hooks)
    waits = Desk(model, run, training.hooks).limit() is not None
    own = needs_rehearsal(model, run.plan.aim) or run.plan.aim.own_step or run.plan.aim.own_loss
    return not (watched or called or waits or own)


def pays(training: Training) -> bool:
    """Tell whether several such trainings are faster as one program."""
    plan = training.run.plan
    if plan.cores > 1 or plan.divided > 1:
        return False
    if jax.default_backend() != "cpu":
        return True
    work = plan.batch_size * multiply_adds(training.model, training.task.outputs.shapes)
    filters = any(len(slot.shape) >= FILTER for _, slot in weights_of(training.model))
    return devices() > 1 and work <= MOST_WORK and not filters


def kind_of(training: Training) -> Hashable:
    """Return what is equal in trainings that are one program; None for one that runs alone."""
    if not (is_able(training) and pays(training)):
        return None
    run = training.run
    trees = (run.state, run.fixed, run.data, run.validation)
    shapes = tuple((np.shape(leaf), str(np.asarray(leaf).dtype)) for leaf in jax.tree.leaves(trees))
    return run.plan.key, str(jax.tree.structure(trees)), shapes
