"""Gradients against finite differences: does what back-propagation says agree with what the loss does?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from pellucid.core.dtypes import is_float
from pellucid.core.errors import ArgumentError
from pellucid.core.keys import generator
from pellucid.insight.task import task_of
from pellucid.modules.tree import places, skeleton
from pellucid.training.objective import Aim, objective

Arrays = dict[str, Any]

STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""At this step the error of a central difference, which grows with its square, and rounding are about the same."""
NEARER = 10
"""A second difference is taken at a step so many times smaller, to tell kinks from mistakes."""
COMPARED = ("slope", "difference", "nearer", "bend", "nearer_bend")
SMALL = 1e-3
"""Gradients smaller than this part of the largest one are measured against that: differences are rounded."""


@dataclass(frozen=True)
class CheckedArray:
    """One array's gradient, compared at some of its numbers.

    Attributes:
        path: The parameter's path; ``"inputs"`` for the inputs.
        shape: The array's shape.
        places: Which numbers were compared, as indices.
        gradient: What back-propagation says, (len(places),).
        difference: What the loss does, (len(places),).
        errors: How far they are apart, relative, (len(places),).
        kinks: Where the loss has a kink (a ReLU at 0): its slopes to both sides differ, so that no difference can tell
            whether the gradient is right, (len(places),).
    """

    path: str
    shape: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]
    gradient: np.ndarray
    difference: np.ndarray
    errors: np.ndarray
    kinks: np.ndarray

    @property
    def worst_error(self) -> float:
        """The largest error of those that are no kinks."""
        return float(np.where(self.kinks, 0.0, self.errors).max(initial=0.0))

    @property
    def worst(self) -> int:
        """Which of the ``places`` has the largest error."""
        return int(np.where(self.kinks, -1.0, self.errors).argmax())


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What :func:`check_gradients` found.

    Attributes:
        arrays: Every array's comparison, the parameters in the model's order, then the inputs.
        tolerance: The relative error that is allowed.
        loss: The loss at the weights as they are, in double precision.
    """

    arrays: tuple[CheckedArray, ...]
    tolerance: float
    loss: float

    @property
    def ok(self) -> bool:
        """Whether all gradients agree."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[CheckedArray, ...]:
        """The arrays whose gradients do not agree."""
        return tuple(array for array in self.arrays if not array.worst_error <= self.tolerance)

    @property
    def worst_error(self) -> float:
        """The largest error of all."""
        return max((array.worst_error for array in self.arrays), default=0.0)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        width = max([len(array.path) for array in self.arrays] + [5])
        head = f"{'array':<{width}}  {'shape':<16} checked  worst error  gradient     difference"
        lines = [self._verdict(), "", head]
        for array in self.arrays:
            bad = "  WRONG" if array in self.wrong else ""
            kinks = int(array.kinks.sum())
            bad += f"  ({kinks} at a kink)" if kinks else ""
            at = array.worst
            lines.append(
                f"{array.path:<{width}}  {array.shape!s:<16} {len(array.places):>7}  {array.worst_error:>11.1e}  "
                f"{array.gradient[at]:<11.4g}  {array.difference[at]:<.4g}{bad}"
            )
        return "\n".join(lines)

    def _verdict(self) -> str:
        if self.ok:
            return (
                f"All gradients agree with finite differences: the worst relative error is {self.worst_error:.1e}, "
                f"allowed are {self.tolerance:.0e}."
            )
        names = ", ".join(array.path for array in self.wrong)
        return f"Gradients that do not agree with finite differences: {names}."


def check_gradients(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    sample_weight: Any = None,
    entries: int = 8,
    tolerance: float = 1e-6,
    training: bool = False,
    seed: int = 0,
) -> GradientCheck:
    """Compare the loss's gradient by every parameter, and by the inputs, with central finite differences in float64.

    Equation: ``dJ/dθ_i ≈ (J(θ + h e_i) - J(θ - h e_i)) / 2h`` with the compiled loss ``J``, the ``i``-th number ``θ_i``
    and ``h = 6e-6 max(1, |θ_i|)``. The error is ``|g - d| / max(|g|, |d|)`` of gradient ``g`` and difference ``d``, or,
    of gradients below a thousandth of the largest one, relative to that thousandth.

    Args:
        model: A compiled model; of any dtype, it is computed in float64 here.
        x: A few rows of inputs.
        y: Targets.
        sample_weight: One weight per row, or None.
        entries: How many numbers of each array are compared, drawn under ``seed``, at least 1. Default 8.
        tolerance: The relative error that is allowed, positive. Default 1e-6.
        training: Whether layers behave as in training; dropout then drops the same numbers throughout. Default False.
        seed: Default 0.

    Returns:
        A :class:`~pellucid.insight.GradientCheck`: ``ok``, the ``worst_error``, and every array's comparison; printed,
        a table.

    Raises:
        UsageError: The model is not compiled.
        ArgumentError: No entries, or no tolerance.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(2, activation="tanh"), layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> insight.check_gradients(model, np.ones((3, 2)), np.zeros(3)).ok
        True

    A gradient that a layer gives itself (``jax.custom_vjp``) and that is wrong shows in all arrays before it; so does
    one that is stopped on purpose, as in ``SpectralNormalization``. Keras has
    no such check; PyTorch's ``gradcheck`` takes a function, wants its inputs in float64, and compares all numbers.
    """
    for name, value in (("entries", entries), ("tolerance", tolerance)):
        if not value > 0:
            raise ArgumentError(
                "check_gradients", f"`{name}` must be positive, but it is {value!r}."
            )
    task = task_of("check_gradients", model, x, y, sample_weight)
    with jax.enable_x64(True):
        data, rest = wide(task.rest["data"]), wide(task.rest)
        point = {
            "params": {path: wide(array) for path, array in task.params.items()},
            "inputs": data["x"],
        }
        floats, fixed = parted(point)
        vector, rebuild = ravel_pytree(floats)
        aim = wide_aim(task.aim)

        def loss(vector: Any) -> Any:
            whole = {**fixed, **rebuild(vector)}
            params, inputs = taken_apart(whole, point)
            batch = (inputs, data["y"], data["weight"])
            everything = {**params, **rest["frozen"]}
            return objective(
                aim,
                everything,
                rest["state"],
                batch,
                rest["hyper"],
                training=training,
                key=jax.random.key(seed),
            )[0]

        chosen = chosen_numbers(floats, entries, seed)
        flat = jnp.asarray(np.concatenate([offset + index for offset, index in chosen.values()]))
        found = jax.tree.map(np.asarray, jax.jit(partial(compared, loss))(vector, flat))
    largest = float(np.abs(found["gradient"]).max(initial=0.0))
    arrays, start = [], 0
    for path, (_, index) in chosen.items():
        part = slice(start, start + len(index))
        some = {name: value[part] for name, value in found.items() if name in COMPARED}
        some["loss"] = found["loss"]
        arrays.append(checked(path, floats[path].shape, index, some, largest, tolerance))
        start += len(index)
    return GradientCheck(tuple(arrays), tolerance, float(found["loss"]))


def wide(tree: Any) -> Any:
    """Return arrays with floats in double precision."""
    return jax.tree.map(
        lambda a: np.asarray(a, np.float64) if is_float(a.dtype) else np.asarray(a), tree
    )


def wide_aim(aim: Aim) -> Aim:
    """Return the aim with a copy of its model whose layers compute in double precision."""
    copy = skeleton(aim.model)
    for _, layer in places(copy):
        object.__setattr__(layer, "_dtype", "float64")
    return Aim(copy, aim.loss, aim.names, aim.own_loss, False)


def parted(point: Arrays) -> tuple[Arrays, Arrays]:
    """Return the floats among parameters and inputs by path, and the rest by path."""
    whole = dict(point["params"])
    leaves = jax.tree.leaves(point["inputs"])
    whole.update(zip(input_names(len(leaves)), leaves, strict=True))
    floats = {path: array for path, array in whole.items() if is_float(array.dtype)}
    return floats, {path: array for path, array in whole.items() if path not in floats}


def input_names(count: int) -> list[str]:
    """Return what the inputs are called in a report."""
    return ["inputs"] if count == 1 else [f"inputs/{number}" for number in range(count)]


def taken_apart(whole: Arrays, point: Arrays) -> tuple[Arrays, Any]:
    """Return parameters and inputs, in their structure."""
    structure = jax.tree.structure(point["inputs"])
    inputs = [whole[name] for name in input_names(structure.num_leaves)]
    return {path: whole[path] for path in point["params"]}, jax.tree.unflatten(structure, inputs)


def chosen_numbers(floats: Arrays, entries: int, seed: int) -> dict[str, tuple[int, np.ndarray]]:
    """Return for each array where it begins in the vector of all, and which of its numbers are compared."""
    offsets, start = {}, 0
    for path in sorted(floats):  # the order in which JAX lays a dict out
        offsets[path] = start
        start += floats[path].size
    chosen = {}
    for path, array in floats.items():
        count = min(entries, array.size)
        drawn = generator(seed, "checked", path).choice(array.size, count, replace=False)
        chosen[path] = offsets[path], np.sort(drawn)
    return chosen


def compared(loss: Any, vector: Any, numbers: Any) -> Arrays:
    """Return the loss, its gradient, and its differences at some numbers of a vector."""
    value, gradient = jax.value_and_grad(loss)(vector)

    def slopes(number: Any, step: Any) -> Any:
        ahead, behind = loss(vector.at[number].add(step)), loss(vector.at[number].add(-step))
        return (ahead - behind) / (2 * step), (ahead - value) / step, (value - behind) / step

    def at_two_steps(number: Any) -> Any:
        step = STEP * jnp.maximum(1.0, jnp.abs(vector[number]))
        return slopes(number, step), slopes(number, step / NEARER)

    far, near = jax.lax.map(at_two_steps, numbers)
    return {
        "loss": value,
        "gradient": gradient,
        "slope": gradient[numbers],
        "difference": far[0],
        "nearer": near[0],
        "bend": jnp.abs(far[1] - far[2]),
        "nearer_bend": jnp.abs(near[1] - near[2]),
    }


def checked(
    path: str, shape: Any, index: np.ndarray, found: Arrays, largest: float, tolerance: float
) -> CheckedArray:
    """Compare one array's gradient with the differences."""
    slope, difference = found["slope"], found["difference"]
    scale = np.maximum(np.maximum(np.abs(slope), np.abs(difference)), SMALL * largest)
    scale = np.where(scale > 0, scale, 1)
    # A kink between the two steps spoils only the wider difference; a wrong gradient differs from both.
    errors = np.minimum(np.abs(slope - difference), np.abs(slope - found["nearer"])) / scale
    # On a smooth curve the slopes to both sides come nearer as the step gets smaller, at a kink they do not.
    noise = np.maximum(1e-4 * scale, 1e-7 * abs(float(found["loss"])))
    bent = (found["nearer_bend"] > 0.5 * found["bend"]) & (found["nearer_bend"] > noise)
    places_of = tuple(tuple(int(i) for i in np.unravel_index(each, shape)) for each in index)
    kinks = bent & (errors > tolerance)
    return CheckedArray(path, tuple(shape), places_of, slope, difference, errors, kinks)
