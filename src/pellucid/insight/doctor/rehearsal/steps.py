"""The second program of a rehearsal: steps on one batch, with the user's optimizer, then with steps of a known size.

Both trainings are one loop with one forward and backward pass in its body, because compiling that pass is what costs;
of the optimizers only the one whose turn it is computes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.insight.doctor.rehearsal.look import scaled
from pellucid.insight.doctor.rehearsal.stage import Stage, by_name
from pellucid.optimizers import Adam
from pellucid.training.objective import objective, penalty_of
from pellucid.training.own_step import gradients_of
from pellucid.training.probes.quantities.arithmetic import norm, ratio

Arrays = dict[str, Any]

MOST = 1000
"""Steps at most; small networks do them in some milliseconds."""
STEP = 0.02
"""The size of a free step, relative to the weights."""
FREE = Adam(STEP)
"""The optimizer of the free training."""
SLOWER = 0.1
"""The pace of a second try: deep networks with attention fall over at the first one, and learn at this."""
SMALLEST, LARGEST = 0.3, 1.0
"""Between these is what a weight's size is taken for, because biases begin at 0; of kernels with many inputs the lower
one is what gives sums of the size of one input, ``1 / sqrt(inputs)``."""


def steps_of(stage: Stage) -> Callable[[Arrays, Any, Any], Arrays]:
    """Return the function of the stage's arrays, a number of steps for each of both trainings, and the free one's pace.

    A pace of 1 is ``STEP``.
    """
    aim = stage.aim

    def steps(arrays: Arrays, ends: Any, pace: Any) -> Arrays:
        key = jax.random.wrap_key_data(arrays["key"])
        ways = (users_way(stage, arrays), free_way(arrays, pace))

        def body(now: Arrays) -> Arrays:
            params, phase, step = now["params"], now["phase"], now["step"]
            hyper = scaled(stage.optimizer, {**arrays, "optimizer": now["user"]})
            loss, gradients, measured = gradients_of(
                aim, params, now["state"], arrays["frozen"], arrays["batch"], hyper,
                jax.random.fold_in(key, step),
            )  # fmt: skip
            everything = {**params, **arrays["frozen"], **now["state"]}
            penalty = penalty_of(aim.model, everything, hyper["model"])
            losses = now["losses"].at[phase, step].set(loss - penalty)
            seen = {**now, "state": measured.state, "losses": losses, "step": step + 1}
            is_bad = ~jnp.isfinite(loss)
            moved = lax.cond(
                is_bad, lambda: seen, lambda: lax.switch(phase, ways, seen, gradients, hyper)
            )
            over = is_bad | (moved["step"] >= ends[phase])
            return lax.cond(over, lambda: other_training(arrays, moved), lambda: moved)

        first = jax.tree.map(jnp.asarray, beginning(arrays))
        last = lax.while_loop(lambda now: now["phase"] < 2, body, first)
        return {
            "losses": last["losses"],
            "ended": last["ended"],
            "ended_state": last["ended_state"],
            "moved": {
                path: way(start, last["params"][path]) for path, start in arrays["params"].items()
            },
            **learnt(stage, arrays, last),
        }

    return steps


def users_way(stage: Stage, arrays: Arrays) -> Callable[[Arrays, Arrays, Arrays], Arrays]:
    """Return the function that makes a step with the user's optimizer; ``step`` counts it already."""

    def moved(now: Arrays, gradients: Arrays, hyper: Arrays) -> Arrays:
        step = arrays["step"] + now["step"] - 1
        params, user = stage.optimizer.apply(
            gradients, now["user"], now["params"], hyper["optimizer"], step
        )
        return {**now, "params": params, "user": user}

    return moved


def free_way(arrays: Arrays, pace: Any) -> Callable[[Arrays, Arrays, Arrays], Arrays]:
    """Return the function that makes a free step.

    It is Adam's with each weight's rate in proportion to its root mean square, as Adafactor's (Shazeer and Stern, 2018,
    https://arxiv.org/abs/1804.04235, section 8), so that it needs no tuning.
    """
    sizes = {path: pace * size(weight) for path, weight in arrays["params"].items()}

    def moved(now: Arrays, gradients: Arrays, hyper: Arrays) -> Arrays:
        params, scale = now["params"], hyper.get("loss_scale", 1.0)
        plain = {path: gradient / scale for path, gradient in gradients.items()}
        stepped, free = FREE.apply(plain, now["free"], params, {}, now["step"] - 1)
        taken = {p: w + (stepped[p] - w) * sizes[p].astype(w.dtype) for p, w in params.items()}
        return {**now, "params": taken, "free": free}

    return moved


def other_training(arrays: Arrays, now: Arrays) -> Arrays:
    """Return the beginning of the free training, after the user's; after the free one, its end."""
    over = {**now, "phase": now["phase"] + 1, "step": jnp.int32(0)}
    begins = {
        "ended": now["params"],
        "ended_state": now["state"],
        "params": arrays["params"],
        "state": arrays["state"],
    }
    return lax.cond(now["phase"] == 0, lambda: {**over, **begins}, lambda: over)


def beginning(arrays: Arrays) -> Arrays:
    """Return what the loop carries, before its first step."""
    return {
        "params": arrays["params"],
        "state": arrays["state"],
        "user": arrays["optimizer"],
        "free": FREE.start(arrays["params"]),
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
