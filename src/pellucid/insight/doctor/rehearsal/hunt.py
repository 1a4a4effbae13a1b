"""The hunt for the first number that is not finite: in the inputs, a weight, a layer's output, the loss, a gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.insight.doctor.facts.rehearsed import Bad
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.modules.pure import run

Arrays = dict[str, Any]


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


def first_bad(
    stage: Stage,
    arrays: Arrays,
    step: int,
    passes: Callable[[Arrays], Arrays],
    gradients: Mapping[str, float] | None,
) -> Bad | None:
    """Return where the first number that is not finite arose, in the order of the computation.

    Args:
        stage: The stage.
        arrays: Its arrays, with the weights with which something was not finite.
        step: The step at which it was.
        passes: From :func:`passes_of`, compiled.
        gradients: Lengths of the gradients by weight's path, where the loss was finite.
    """
    x = arrays["batch"][0]
    if not all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(x) if leaf.dtype.kind == "f"):
        return Bad(step, "input")
    for path, array in {**arrays["params"], **arrays["state"], **arrays["frozen"]}.items():
        if jnp.issubdtype(array.dtype, jnp.floating) and not bool(jnp.all(jnp.isfinite(array))):
            return Bad(step, "weight", path)
    found = {path: np.asarray(value) for path, value in passes(arrays).items()}
    before: tuple[float | None, float | None] = (None, None)
    for path in [*in_order(stage.order, found), ""]:
        finite, size, low = found[path]
        if not finite:
            return Bad(step, "forward", path or None, *before)
        before = float(size), float(low)
    if gradients is None:
        return Bad(step, "loss", None, *before)
    bad = [path for path, norm in gradients.items() if not np.isfinite(norm)]
    layers = in_order(stage.order, {path.rpartition("/")[0]: None for path in bad})
    return Bad(step, "backward", layers[-1]) if layers else None


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
