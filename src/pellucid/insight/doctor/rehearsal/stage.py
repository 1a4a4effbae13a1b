"""The stage: all that a rehearsal computes with, taken from a model without changing it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.data.arrays import rows
from pellucid.insight.inside.subject import rows_of_batch
from pellucid.modules import fingerprint
from pellucid.modules.tree import current_arrays, hyperparameters_of
from pellucid.training.objective import Aim
from pellucid.training.prepare import Prepared
from pellucid.training.probes.passes import floats, named
from pellucid.training.probes.probe import WHOLE
from pellucid.training.rehearsal import aim_of
from pellucid.training.start import hyper_arrays, key_data, weight_kinds

Arrays = dict[str, Any]

ROWS = 32
"""Rows of the batch: the usual size; more would cost time and tell little more."""


@dataclass(frozen=True)
class Stage:
    """What the programs of a rehearsal take.

    Attributes:
        aim: What is minimised.
        optimizer: The user's optimizer; its numbers are in ``arrays``.
        arrays: ``params``, ``state``, ``frozen``, ``batch`` (inputs, targets, weights of rows), ``hyper``, ``key``,
            ``optimizer`` (its state) and ``step``.
        order: Paths of layers in the order of the computation.
        key: What the text of the programs depends on.
    """

    aim: Aim
    optimizer: Any
    arrays: Arrays
    order: tuple[str, ...]
    key: Any

    @property
    def rows(self) -> int:
        """Rows of the batch."""
        return rows(self.arrays["batch"][0])


def stage_of(model: Any, prepared: Prepared) -> Stage:
    """Take what the rehearsal needs from a model and its prepared data; arrays are shared, never written.

    Args:
        model: A compiled model, built.
        prepared: Its data, as ``fit`` prepares them.
    """
    session = copy.copy(model._session)
    session.hyper = dict(session.hyper)
    session.read_optimizer()
    optimizer = session.compiled.optimizer
    arrays = current_arrays(model, model.seed)
    trainable, state_paths = weight_kinds(model)
    params = {path: array for path, array in arrays.items() if path in trainable}
    goes_on = session.optimizer_state is not None and session.trainable == trainable
    aim = aim_of(model, prepared.loss, prepared.outputs)
    index = chosen_rows(rows(prepared.data["x"]), rows_of_batch(model))
    batch = jax.tree.map(
        lambda a: np.asarray(a[index]), tuple(prepared.data[name] for name in ("x", "y", "weight"))
    )
    given = {
        "params": params,
        "state": {path: array for path, array in arrays.items() if path in state_paths},
        "frozen": {p: a for p, a in arrays.items() if p not in trainable and p not in state_paths},
        "batch": batch,
        "hyper": hyper_arrays(model, prepared.loss, session.hyper, prepared.loss_weights),
        "key": key_data(model.seed, "rehearsal"),
        "optimizer": session.optimizer_state if goes_on else optimizer.start(params),
        "step": np.int32(session.steps),
    }
    numbers = tuple(hyperparameters_of(model).items()) if aim.own_step else ()
    prints = (fingerprint(model._device_part()), fingerprint(prepared.loss), fingerprint(optimizer))
    own = (aim.names, aim.own_loss, aim.own_step, numbers, trainable)
    shapes = tuple((np.shape(leaf), str(leaf.dtype)) for leaf in jax.tree.leaves(batch))
    key = (prints, own, shapes, str(jax.tree.structure(batch)))
    return Stage(aim, optimizer, given, tuple(prepared.outputs.shapes or ()), key)


def chosen_rows(count: int, fixed: int | None) -> np.ndarray:
    """Return the indices of the batch's rows: drawn from all, so that sorted classes are mixed; always the same.

    >>> chosen_rows(3, None), len(chosen_rows(1000, None)), len(chosen_rows(3, 4))
    (array([0, 1, 2]), 32, 4)
    """
    wanted = fixed or min(ROWS, count)
    if wanted > count:
        return np.resize(np.arange(count), wanted)
    return np.sort(np.random.default_rng(0).choice(count, wanted, replace=False))


def by_name(aim: Aim, outputs: Any) -> Arrays:
    """Return a model's outputs by name; ``""`` is the only one."""
    return {
        "" if name == WHOLE else name: value for name, value in floats(named(aim, outputs)).items()
    }
