"""The first program of a rehearsal: what one batch gives, forward and backward, before any step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.insight.doctor.rehearsal.stage import Stage, by_name
from pellucid.insight.doctor.rehearsal.turning import both_ways, is_asked
from pellucid.modules.pure import run
from pellucid.training.objective import Aim, objective, penalty_of
from pellucid.training.own_step import gradients_of
from pellucid.training.probes.passes import floats, named
from pellucid.training.probes.probe import View
from pellucid.training.probes.quantities import (
    ActivationMean,
    ActivationSpread,
    DeadShare,
    GradientNorm,
    GradientZeroShare,
    ModeDifference,
    PreactivationRange,
    SaturatedShare,
    UpdateRatio,
)

Arrays = dict[str, Any]

OF_WEIGHTS = (GradientNorm(), GradientZeroShare(), UpdateRatio())
OF_LAYERS = (
    ActivationMean(),
    ActivationSpread(),
    DeadShare(),
    SaturatedShare(),
    PreactivationRange(),
    ModeDifference(),
)


def look_of(stage: Stage) -> Callable[[Arrays], Arrays]:
    """Return the function of the stage's arrays that gives what :class:`Rehearsed` says of one batch."""
    aim, optimizer = stage.aim, stage.optimizer

    def look(arrays: Arrays) -> Arrays:
        params, hyper = arrays["params"], scaled(optimizer, arrays)
        loss, gradients, measured = gradients_of(
            aim, params, arrays["state"], arrays["frozen"], arrays["batch"], hyper,
            jax.random.wrap_key_data(arrays["key"]),
        )  # fmt: skip
        updated, _ = optimizer.apply(
            gradients, arrays["optimizer"], params, hyper["optimizer"], arrays["step"]
        )
        scale = hyper.get("loss_scale", 1.0)
        gradients = {path: gradient / scale for path, gradient in gradients.items()}
        everything = {**params, **arrays["frozen"]}
        calm_loss, calm = objective(
            aim, everything, arrays["state"], arrays["batch"], hyper, training=False, capture=True
        )
        penalty = penalty_of(aim.model, {**everything, **arrays["state"]}, hyper["model"])
        captured: Any = calm.captured
        view = View(
            outputs=floats(captured.outputs),
            preactivations=floats(captured.preactivations),
            activations=dict(captured.activations),
            axes=dict(captured.axes),
            params=params,
            gradients=gradients,
            updated=updated,
            predictions={} if aim.own_step else floats(named(aim, measured.outputs)),
            evaluated=floats(named(aim, calm.outputs)),
        )
        probes = (*OF_WEIGHTS, *OF_LAYERS) if params else OF_LAYERS
        turned = {"turned": both_ways(stage, arrays)} if is_asked(stage) else {}
        return {
            **turned,
            "training_loss": loss - penalty,
            "loss": calm_loss - penalty,
            "penalty": penalty,
            "outputs": by_name(aim, calm.outputs),
            "others": by_name(aim, outputs_beside_others(aim, arrays, hyper)),
            "quantities": {probe.name: probe.measure(view) for probe in probes},
            "gradients": {path: jnp.linalg.norm(g.ravel()) for path, g in gradients.items()},
            "weights": {path: jnp.linalg.norm(w.ravel()) for path, w in params.items()},
        }

    return look


def scaled(optimizer: Any, arrays: Arrays) -> Arrays:
    """Return the hyper-parameters with the scale of the loss, where the optimizer has one."""
    hyper = arrays["hyper"]
    scale = optimizer.loss_scale(hyper["optimizer"], arrays["optimizer"])
    return hyper if scale is None else {**hyper, "loss_scale": scale}


def outputs_beside_others(aim: Aim, arrays: Arrays, hyper: Arrays) -> Any:
    """Return the outputs when the second half of the rows is replaced by the first row, in evaluation mode.

    One row many times over moves all means and spreads of a batch; another half of the same kind may not.
    """

    def swapped(array: Any) -> Any:
        half = array.shape[0] // 2
        return jnp.concatenate(
            [array[: array.shape[0] - half], jnp.repeat(array[:1], half, axis=0)]
        )

    everything = {**arrays["params"], **arrays["frozen"]}
    inputs = jax.tree.map(swapped, arrays["batch"][0])
    return run(aim.model, everything, arrays["state"], inputs, hyper=hyper["model"]).outputs
