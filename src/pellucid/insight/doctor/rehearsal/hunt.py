"""The hunt for the first number that is not finite: in the inputs, a weight, a layer's output, the loss, a gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.insight.doctor.facts.rehearsed import Bad
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.modules.pure import run
from pellucid.modules.taps import Taps, zeros_for
from pellucid.training.objective import Aim, objective

Arrays = dict[str, Any]
Ask = Callable[[str, Any], Callable[[Arrays], Any]]
"""Compiles what a function of a stage makes, under a name."""

LARGE = 1e6
"""Numbers of this size before the first step were made by a layer; what is not finite afterwards comes from them."""


def passes_of(stage: Stage) -> Callable[[Arrays], Arrays]:
    """Return the function of the stage's arrays that says of each layer's output whether it is finite, and its size."""
    aim = stage.aim

    def passes(arrays: Arrays) -> Arrays:
        everything = {**arrays["params"], **arrays["frozen"]}
        key = jax.random.wrap_key_data(arrays["key"])
        applied = run(
            aim.model, everything, arrays["state"], arrays["batch"][0],
            training=True, key=key, hyper=arrays["hyper"]["model"], capture=True,
        )  # fmt: skip
        found = {"": applied.outputs, **applied.captured}
        return {path: sizes(output) for path, output in found.items()}

    return passes


def sizes(tree: Any) -> Any:
    """Return whether all numbers are finite, the largest size and the smallest number, as three numbers."""
    leaves = [jnp.ravel(a) for a in jax.tree.leaves(tree) if jnp.issubdtype(a.dtype, jnp.floating)]
    if not leaves:
        return jnp.array([1.0, 0.0, 0.0])
    numbers = jnp.concatenate([leaf.astype(jnp.float32) for leaf in leaves])
    finite = jnp.all(jnp.isfinite(numbers)).astype(jnp.float32)
    return jnp.stack([finite, jnp.max(jnp.abs(numbers)), jnp.min(numbers)])


def tapped_loss(aim: Aim, arrays: Arrays, taps: Taps) -> Any:
    """Return the loss of a step, looked into on the way."""
    return objective(
        aim, {**arrays["params"], **arrays["frozen"]}, arrays["state"], arrays["batch"], arrays["hyper"],
        training=True, key=jax.random.wrap_key_data(arrays["key"]), taps=taps,
    )[0]  # fmt: skip


def slopes_of(stage: Stage) -> Callable[[Arrays], Arrays]:
    """Return the function that says whether the loss and the gradients at each layer's two ends are finite.

    Under ``"in"`` and ``"out"`` by layer's path: gradients by what it takes and by what it gives.
    """

    def seen(arrays: Arrays) -> Any:
        taps = Taps()
        tapped_loss(stage.aim, arrays, taps)
        return taps.seen

    def slopes(arrays: Arrays) -> Arrays:
        def total(zeros: Any) -> Any:
            return tapped_loss(stage.aim, arrays, Taps(zeros))

        loss, found = jax.value_and_grad(total)(zeros_for(jax.eval_shape(partial(seen, arrays))))
        ends = {
            end: {key: sizes(gradients)[0] for key, gradients in found[end].items()}
            for end in ("in", "out")
        }
        return {"loss": jnp.isfinite(loss), **ends}

    return slopes


def first_bad(stage: Stage, arrays: Arrays, step: int, ask: Ask) -> Bad | None:
    """Return where the first number that is not finite arose, in the order of the computation.

    Args:
        stage: The stage.
        arrays: Its arrays, with the weights with which something was not finite.
        step: The step at which it was.
        ask: Makes a program of this module's functions.
    """
    x = arrays["batch"][0]
    if not all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(x) if leaf.dtype.kind == "f"):
        return Bad(step, "input")
    for path, array in {**arrays["params"], **arrays["state"], **arrays["frozen"]}.items():
        if jnp.issubdtype(array.dtype, jnp.floating) and not bool(jnp.all(jnp.isfinite(array))):
            return Bad(step, "weight", path)
    found = {path: np.asarray(value) for path, value in ask("passes", passes_of)(arrays).items()}
    order = in_order(stage.order, found)
    _, widest, low = np.asarray(sizes(x)).tolist()
    before = widest, low
    for path in [*order, ""]:
        finite, size, low = found[path]
        if not finite:
            return Bad(step, "forward", path or None, *before)
        before = float(size), float(low)
    if step == 0 and found[""][1] > LARGE:
        return grown(step, [(path, float(found[path][1])) for path in order], widest)
    if stage.aim.own_step:
        return Bad(step, "loss", None, *before)
    slopes = jax.tree.map(bool, ask("slopes", slopes_of)(arrays))
    if not slopes["loss"]:
        return Bad(step, "loss", None, *before)
    largest = max(float(found[path][1]) for path in found)
    return backward_bad(stage, step, slopes, largest)


def grown(step: int, given: list[tuple[str, float]], first: float) -> Bad:
    """Return the layer that made numbers larger than any other did.

    Args:
        step: The step.
        given: The largest size of what each layer gives, in the order of the computation.
        first: The largest size of the inputs.
    """
    taken = [first, *(size for _, size in given)]
    times = [size / max(came, 1.0) for (_, size), came in zip(given, taken, strict=False)]
    turn = int(np.argmax(times))
    return Bad(step, "growth", given[turn][0], taken[turn])


def backward_bad(stage: Stage, step: int, slopes: Arrays, largest: float) -> Bad | None:
    """Return the innermost layer that makes a gradient that is not finite of one that is; the loss, if none does."""
    makes = [key for key, is_finite in slopes["in"].items() if not is_finite and slopes["out"][key]]
    inner = {
        key.partition("#")[0]: 0
        for key in makes
        if not any(other.startswith(f"{key}/") for other in makes)
    }
    if inner.keys() - {""}:
        return Bad(step, "backward", in_order(stage.order, inner)[-1], largest)
    lost = all(slopes["in"].values()) and all(slopes["out"].values())
    return None if lost else Bad(step, "loss gradient", None, largest)


def in_order(order: tuple[str, ...], found: Mapping[str, Any]) -> list[str]:
    """Return the innermost of these paths in the order of the computation; a layer around others comes after them.

    >>> in_order(("body", "body/a", "b"), {"b": 0, "b/cell": 0, "body": 0, "body/a": 0, "": 0})
    ['body/a', 'body', 'b/cell', 'b']
    """
    places = {path: turn for turn, path in enumerate(order)}

    def place(path: str) -> int:
        while path and path not in places:
            path = path.rpartition("/")[0]
        return places.get(path, len(places))

    def end(path: str) -> tuple[int, int]:
        inner = [place(other) for other in found if other.startswith(f"{path}/")]
        return max([place(path), *inner]), -path.count("/")

    return sorted(filter(None, found), key=end)
