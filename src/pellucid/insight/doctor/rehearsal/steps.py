"""The second program of a rehearsal: steps on one batch, with the user's optimizer, then with steps of a known size.

Both trainings are one loop with one forward and backward pass in its body, because compiling that pass is what costs.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.insight.doctor.rehearsal.look import by_name, scaled
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.optimizers import Adam
from pellucid.training.objective import objective, penalty_of
from pellucid.training.own_step import gradients_of
from pellucid.training.probes.quantities.arithmetic import norm, ratio

Arrays = dict[str, Any]

MOST = 1000
"""Steps at most; small networks do them in some milliseconds."""
STEP = 0.02
"""The size of a free step, relative to the weights."""
SLOWER = 0.1
"""The pace of a second try: deep networks with attention fall over at the first one, and learn at this."""
SMALLEST, LARGEST = 0.3, 1.0
"""Between these is what a weight's size is taken for, because biases begin at 0; of kernels with many inputs the lower
one is what gives sums of the size of one input, ``1 / sqrt(inputs)``."""


def steps_of(stage: Stage) -> Callable[[Arrays, Any, Any], Arrays]:
    """Return the function of the stage's arrays, a number of steps for each of both trainings, and the free one's pace.

    A pace of 1 is ``STEP``.

    The free training is Adam with each weight's rate in proportion to its root mean square, as Adafactor's
    (Shazeer and Stern, 2018, https://arxiv.org/abs/1804.04235, section 8), so that it needs no tuning.
    """
    aim, optimizer = stage.aim, stage.optimizer
    free = Adam(STEP)

    def steps(arrays: Arrays, ends: Any, pace: Any) -> Arrays:
        start, key = arrays["params"], jax.random.wrap_key_data(arrays["key"])
        sizes = {path: pace * size(weight) for path, weight in start.items()}

        def body(now: Arrays) -> Arrays:
            params, phase, step = now["params"], now["phase"], now["step"]
            hyper = scaled(optimizer, {**arrays, "optimizer": now["user"]})
            loss, gradients, measured = gradients_of(
                aim, params, now["state"], arrays["frozen"], arrays["batch"], hyper,
                jax.random.fold_in(key, step),
            )  # fmt: skip
            everything = {**params, **arrays["frozen"], **now["state"]}
            penalty = penalty_of(aim.model, everything, hyper["model"])
            theirs, user = optimizer.apply(
                gradients, now["user"], params, hyper["optimizer"], arrays["step"] + step
            )
            scale = hyper.get("loss_scale", 1.0)
            plain = {path: gradient / scale for path, gradient in gradients.items()}
            moved, slots = free.apply(plain, now["free"], params, {}, step)
            ours = {p: w + (moved[p] - w) * sizes[p].astype(w.dtype) for p, w in params.items()}
            bad = ~jnp.isfinite(loss)
            over = bad | (step + 1 >= ends[phase])
            begins = over & (phase == 0)
            keeps = bad | begins
            taken = either(phase == 0, theirs, ours)
            return {
                "params": either(begins, start, either(keeps, params, taken)),
                "state": either(begins, arrays["state"], measured.state),
                "user": either(bad, now["user"], user),
                "free": either(begins | (phase == 0), now["free"], slots),
                "losses": now["losses"].at[phase, step].set(loss - penalty),
                "ended": either(begins, either(bad, params, theirs), now["ended"]),
                "ended_state": either(begins, measured.state, now["ended_state"]),
                "phase": phase + over.astype(jnp.int32),
                "step": jnp.where(over, 0, step + 1),
            }

        first = beginning(arrays, free)
        last = lax.while_loop(lambda now: now["phase"] < 2, body, jax.tree.map(jnp.asarray, first))
        return {
            "losses": last["losses"],
            "ended": last["ended"],
            "ended_state": last["ended_state"],
            "moved": {path: way(start[path], last["params"][path]) for path in start},
            **learnt(stage, arrays, last),
        }

    return steps


def beginning(arrays: Arrays, free: Adam) -> Arrays:
    """Return what the loop carries, before its first step."""
    return {
        "params": arrays["params"],
        "state": arrays["state"],
        "user": arrays["optimizer"],
        "free": free.start(arrays["params"]),
        "losses": jnp.full((2, MOST), jnp.nan),
        "ended": arrays["params"],
        "ended_state": arrays["state"],
        "phase": jnp.int32(0),
        "step": jnp.int32(0),
    }


def learnt(stage: Stage, arrays: Arrays, last: Arrays) -> Arrays:
    """Return loss and outputs at the weights of the free training's end, in evaluation mode."""
    aim, hyper = stage.aim, arrays["hyper"]
    everything = {**last["params"], **arrays["frozen"]}
    loss, calm = objective(aim, everything, last["state"], arrays["batch"], hyper, training=False)
    penalty = penalty_of(aim.model, {**everything, **last["state"]}, hyper["model"])
    return {"loss": loss - penalty, "outputs": by_name(aim, calm.outputs)}


def size(weight: Any) -> Any:
    """Return the root mean square of a weight, within limits."""
    inputs = prod(weight.shape[:-1])
    return jnp.clip(jnp.sqrt(jnp.mean(weight**2)), min(SMALLEST, inputs**-0.5), LARGEST)


def way(start: Any, end: Any) -> Any:
    """Return how far a weight went, relative to its length at the start."""
    return ratio(norm([end - start]), norm([start]))


def either(condition: Any, one: Any, two: Any) -> Any:
    """Return one tree or another of the same structure."""
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), one, two)
