"""Checks of numbers: what a compiled program gives, against the same computed another way."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.core.dtypes import is_float
from pellucid.modules.tree import weights_of
from pellucid.testing.case import Case
from pellucid.testing.compare import differ, require_equal
from pellucid.testing.precision import narrow_numbers
from pellucid.testing.program import STEP, Program
from pellucid.testing.report import Broken, NotApplicable


def check_shapes(case: Case, program: Program) -> None:
    """What shape inference promises is what comes out, and it is finite."""
    promised = jax.tree.leaves(case.inferred.outputs)
    came = jax.tree.leaves(program.outputs)
    for spec, array in zip(promised, came, strict=True):
        if (spec.shape, spec.dtype) != (array.shape, array.dtype):
            raise Broken(
                f"inference promised {spec.dtype}{spec.shape}, but {array.dtype}{array.shape} came out"
            )
        if is_float(array.dtype) and not np.isfinite(array).all():
            bad = int((~np.isfinite(array)).sum())
            raise Broken(f"{bad} of {array.size} outputs are NaN or infinite for inputs within ±2")


def check_compiled(case: Case, program: Program) -> None:
    """A call at the prompt gives what a compiled program gives."""
    wanted = program.outputs
    require_equal(case.at_the_prompt(), wanted, "at the prompt", "compiled")


def check_dtype(case: Case, program: Program) -> None:
    """A layer of float64 computes in float64, and one of float32 in float32."""
    for path, slot in weights_of(case.layer):
        if is_float(slot.dtype) and slot.dtype != np.float64:
            raise Broken(f"weight '{path}' is {slot.dtype} in a layer of float64")
    for leaf in jax.tree.leaves([told["outputs"] for _, told in program.traces.values()]):
        if is_float(leaf.dtype) and leaf.dtype != np.float64:
            raise Broken(f"outputs of a layer of float64 are {leaf.dtype}")
    narrow = narrow_numbers(program.traces[False][0])
    if narrow:
        shown = ", ".join(dict.fromkeys(narrow))
        raise Broken(f"a layer of float64 computes with fewer digits inside: {shown}")
    for leaf in jax.tree.leaves(case.promised_as_made()):
        if is_float(leaf.dtype) and leaf.dtype != case.original.dtype:
            raise Broken(
                f"inputs of {case.original.dtype} come out as {leaf.dtype} once JAX allows 64 bits"
            )


def check_rows(case: Case, program: Program) -> None:
    """At inference no row depends on the other rows of its batch."""
    if case.batch < 2:
        raise NotApplicable("the inputs have fewer than two rows")
    alone, among = pick_rows(program, 1), pick_rows(program, 0)
    pairs = [
        (a[0], b[0])
        for a, b in zip(alone, among, strict=True)
        if a.ndim and a.shape[0] == case.batch
    ]
    if not pairs:
        raise NotApplicable("no output has one row for each row of the inputs")
    for ours, theirs in pairs:
        require_equal(ours, theirs, "with other rows beside it", "first")


def pick_rows(program: Program, index: int) -> list[Any]:
    """Return the leaves of the outputs at one point of the inference part."""
    return [leaf[index] for leaf in jax.tree.leaves(program["inference"]["outputs"])]


def check_gradient(case: Case, program: Program) -> None:
    """The gradient is what finite differences say, and reaches every parameter."""
    if not case.differentiable:
        raise NotApplicable("nothing goes in, or nothing comes out, that could be differentiated")
    told = program.training()
    gradient, direction = told["here"]["gradient"], case.direction
    for leaf in jax.tree.leaves(gradient):
        if not np.isfinite(leaf).all():
            raise Broken(f"the gradient holds {int((~np.isfinite(leaf)).sum())} NaN or infinities")
    products = jax.tree.map(lambda g, d: float(np.sum(g * d)), gradient, direction)
    slope = sum(jax.tree.leaves(products))
    rise = float(told["ahead"]["score"] - told["behind"]["score"]) / (2 * STEP)
    rounding = 1e-15 * abs(float(told["here"]["score"])) / STEP
    if not abs(slope - rise) <= 1e-6 * max(abs(rise), abs(slope)) + 1e-7 + 100 * rounding:
        raise Broken(
            f"along a fixed direction the gradient's slope is {slope:.9g}, but the loss rises by {rise:.9g}"
        )
    for path, leaf in gradient[0].items():
        if not np.any(leaf) and _matters(case, program, path):
            raise Broken(f"other numbers in '{path}' change the outputs, but its gradient is zero")


def _matters(case: Case, program: Program, path: str) -> bool:
    """Tell whether a parameter changes the outputs at all: the bias of attention's keys, for one, does not."""
    params, state = case.first
    inputs = jax.tree.map(jax.numpy.asarray, case.inputs)
    outputs = case.apply(({**params, path: case.second[0][path]}, state), inputs).outputs
    pairs = zip(jax.tree.leaves(outputs), jax.tree.leaves(program.outputs), strict=True)
    return any(differ(np.asarray(a), b) for a, b in pairs)


def check_state(case: Case, program: Program) -> None:
    """What a call changes is declared state, and it is the same compiled and at the prompt."""
    told = program.training()
    if case.forgotten:
        names = ", ".join(f"`self.{name}`" for name in sorted(case.forgotten))
        raise Broken(f"`call` assigns {names}, which is lost when the call ends")
    if not case.first[1]:
        raise NotApplicable("it has no state")
    compiled = told["here"]["state"]
    for path, array in compiled.items():
        if is_float(array.dtype) and not np.isfinite(array).all():
            raise Broken(f"after one call in training '{path}' holds NaN or infinity")
    if all(np.array_equal(array, case.first[1][path]) for path, array in compiled.items()):
        return
    inputs = jax.tree.map(jax.numpy.asarray, case.inputs)
    eager = case.apply(case.first, inputs, training=True)
    require_equal(eager.state, compiled, "at the prompt", "compiled")


def check_population(case: Case, program: Program) -> None:
    """Many models under `jax.vmap` are what each of them is alone."""
    if not (case.first[0] or case.first[1]):
        raise NotApplicable("it has no weights that could differ")
    stacked = jax.tree.leaves(program["population"])
    for member, index in ((0, 0), (1, 2)):
        for together, alone in zip(stacked, pick_rows(program, index), strict=True):
            require_equal(together[member], alone, f"as member {member} of two", "alone")


def check_single(case: Case, program: Program) -> None:
    """A population of one, its hyper-parameters arrays, trains as the model does without `jax.vmap`."""
    alone, one = program.training()["here"], program["single"]
    for part in ("outputs", "state"):
        for a, b in zip(jax.tree.leaves(one[part]), jax.tree.leaves(alone[part]), strict=True):
            require_equal(a[0], b, f"{part} as a population of one", "alone")
