"""The second program of a rehearsal: steps on one batch, with the user's optimizer, then with steps of a known size.

Both trainings are one loop with one forward and backward pass in its body, because compiling that pass is what costs;
of the optimizers only the one whose turn it is computes. A call for a single step gives the gradients before any.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.flatten_util import ravel_pytree

from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.optimizers import Adam
from pellucid.training.objective import penalty_of
from pellucid.training.own_step import gradients_of

Arrays = dict[str, Any]

MOST = 1000
"""Steps at most; small networks do them in some milliseconds."""
STEP = 0.02
"""The size of a free step, relative to the weights."""
FREE = Adam(STEP)
"""The optimizer of the free training."""
SLOWER = 0.1
"""The pace of a second try: deep networks with attention fall over at the first one, and learn at this."""
LARGE = 10_000
"""Numbers of a weight from which the free optimizer keeps it apart from others."""
SMALLEST, LARGEST = 0.3, 1.0
"""Between these is what a weight's size is taken for, because biases begin at 0; of kernels with many inputs the lower
one is what gives sums of the size of one input, ``1 / sqrt(inputs)``."""


def steps_of(stage: Stage) -> Callable[[Arrays, Any, Any], Arrays]:
    """Return the function of the stage's arrays, a number of steps for each of both trainings, and the free one's pace.

    A pace of 1 is ``STEP``. No free step is made where none is asked for. What it says of weights is arrays: to compile
    their lengths would take as long as to compile the passes.
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
            last = {**moved, "gradients": unscaled(gradients, hyper, params)}
            return lax.cond(over, lambda: other_training(arrays, ends, last), lambda: moved)

        first = jax.tree.map(jnp.asarray, beginning(arrays))
        last = lax.while_loop(lambda now: now["phase"] < 2, body, first)
        kept = ("losses", "gradients", "ended", "ended_state", "params", "state")
        return {name: last[name] for name in kept}

    return steps


def scaled(optimizer: Any, arrays: Arrays) -> Arrays:
    """Return the hyper-parameters with the scale of the loss, where the optimizer has one."""
    hyper = arrays["hyper"]
    scale = optimizer.loss_scale(hyper["optimizer"], arrays["optimizer"])
    return hyper if scale is None else {**hyper, "loss_scale": scale}


def unscaled(gradients: Arrays, hyper: Arrays, params: Arrays) -> Arrays:
    """Return gradients of the loss as it is, in the types of the weights."""
    scale = hyper.get("loss_scale")
    plain = {path: g if scale is None else g / scale for path, g in gradients.items()}
    return {path: plain[path].astype(w.dtype) for path, w in params.items()}


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
    rates = joined(
        {p: jnp.full(w.shape, pace * size(w), w.dtype) for p, w in arrays["params"].items()}
    )

    def moved(now: Arrays, gradients: Arrays, hyper: Arrays) -> Arrays:
        weights, plain = joined(now["params"]), joined(unscaled(gradients, hyper, now["params"]))
        stepped, free = FREE.apply(plain, now["free"], weights, {}, now["step"] - 1)
        taken = {name: w + (stepped[name] - w) * rates[name] for name, w in weights.items()}
        return {**now, "params": apart(taken, now["params"]), "free": free}

    return moved


def joined(arrays: Arrays) -> Arrays:
    """Return small arrays as one vector under ``""``, large ones as they are.

    An operation for each small one would take longer to compile than all their steps; to copy large ones would slow the
    steps.
    """
    small, large = by_size(arrays)
    return {**large, "": ravel_pytree(small)[0]}


def apart(joined: Arrays, like: Arrays) -> Arrays:
    """Return what :func:`joined` makes of arrays like these as arrays by path again."""
    small, large = by_size(like)
    _, parts = ravel_pytree(small)
    return {**{path: joined[path] for path in large}, **parts(joined[""])}


def by_size(arrays: Arrays) -> tuple[Arrays, Arrays]:
    """Return the small and the large ones of some arrays."""
    small = {path: array for path, array in arrays.items() if array.size < LARGE}
    return small, {path: array for path, array in arrays.items() if path not in small}


def other_training(arrays: Arrays, ends: Any, now: Arrays) -> Arrays:
    """Return the beginning of the free training, after the user's; after the free one, or where none comes, the end."""
    phase = jnp.where(ends[1] > 0, now["phase"] + 1, 2)
    over = {**now, "phase": phase, "step": jnp.int32(0)}
    begins = {
        "ended": now["params"],
        "ended_state": now["state"],
        "params": arrays["params"],
        "state": arrays["state"],
    }
    return lax.cond(now["phase"] == 0, lambda: {**over, **begins}, lambda: over)


def beginning(arrays: Arrays) -> Arrays:
    """Return what the loop carries, before its first step."""
    params = arrays["params"]
    return {
        "params": params,
        "state": arrays["state"],
        "user": arrays["optimizer"],
        "free": FREE.start(joined(params)),
        "losses": jnp.full((2, MOST), jnp.nan, jnp.float32),
        "gradients": jax.tree.map(jnp.zeros_like, params),
        "ended": params,
        "ended_state": arrays["state"],
        "phase": jnp.int32(0),
        "step": jnp.int32(0),
    }


def size(weight: Any) -> Any:
    """Return the root mean square of a weight, within limits."""
    inputs = prod(weight.shape[:-1])
    return jnp.clip(jnp.sqrt(jnp.mean(weight**2)), min(SMALLEST, inputs**-0.5), LARGEST)
