"""Forward mode against reverse mode: one derivative, found from the inputs on and from the outputs back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from pellucid.core.errors import ArgumentError
from pellucid.insight.inside.subject import subject_of
from pellucid.insight.task import mean_loss, task_of
from pellucid.modules.pure import run

MOST_PASSES = 20_000


@dataclass(frozen=True, repr=False)
class Modes:
    """One derivative by both modes.

    Attributes:
        forward: The derivative, its columns found one after the other, (outputs, inputs).
        reverse: The derivative, its rows found one after the other, (outputs, inputs).
        forward_passes: How many passes forward mode needs: one for each input.
        reverse_passes: How many passes reverse mode needs: one for each output.
        forward_seconds: What all of them took, the median of the repeats.
        reverse_seconds: Likewise.
        value_seconds: What the function itself takes, without a derivative.
        what: What was differentiated, in words.
    """

    forward: np.ndarray
    reverse: np.ndarray
    forward_passes: int
    reverse_passes: int
    forward_seconds: float
    reverse_seconds: float
    value_seconds: float
    what: str

    @property
    def difference(self) -> float:
        """How far the two are apart, relative to the largest number of the derivative."""
        scale = float(np.abs(self.reverse).max(initial=0.0)) or 1.0
        return float(np.abs(self.forward - self.reverse).max(initial=0.0)) / scale

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        outputs, inputs = self.reverse.shape
        faster = "reverse" if self.reverse_seconds < self.forward_seconds else "forward"
        times = sorted((self.forward_seconds, self.reverse_seconds))
        lines = [
            f"The derivative of {self.what}: a matrix J of {outputs} x {inputs} (outputs x inputs).",
            f"forward mode  J e_j, a column a pass, from the inputs on:    {_passes(self.forward_passes)}, "
            f"{_time(self.forward_seconds)}",
            f"reverse mode  e_i J, a row a pass, from the outputs back:     {_passes(self.reverse_passes)}, "
            f"{_time(self.reverse_seconds)}",
            f"the function alone:                                           {_passes(1)}, {_time(self.value_seconds)}",
            f"Both give the same up to {self.difference:.0e}; {faster} mode is {times[1] / max(times[0], 1e-9):.3g} "
            "times as fast here.",
        ]
        return "\n".join(lines)


def compare_modes(model_or_function: Any, x: Any, y: Any = None, *, repeats: int = 15) -> Modes:
    """Find one derivative by forward mode and by reverse mode, count the passes and take the time.

    Equation: of ``f = f_3(f_2(f_1(x)))`` with the derivatives ``J_k`` of its parts, ``J = J_3 J_2 J_1``. Forward mode
    computes ``J_3 (J_2 (J_1 e_j))``, a matrix by a vector each time, which gives column ``j``: one pass for each input.
    Reverse mode computes ``((e_i J_3) J_2) J_1``, which gives row ``i``: one pass for each output. A loss is one output
    of many inputs, the weights; that is why networks are trained by reverse mode.

    Args:
        model_or_function: A function of one array; or a model: of its outputs for the first row by that row's inputs,
            or, with ``y``, of its compiled loss by all weights that training changes.
        x: The array at which the function is differentiated, or rows for the model.
        y: Targets: then the model's loss is differentiated.
        repeats: How often the time is taken, at least 1; the median counts. Default 15.

    Returns:
        A :class:`~pellucid.insight.Modes`: the derivative both ways, passes and seconds; printed, a comparison.

    Raises:
        ArgumentError: No repeats, or more passes than anybody waits for (20,000).

    Example:
        >>> import jax.numpy as jnp, numpy as np
        >>> from pellucid import insight
        >>> found = insight.compare_modes(lambda x: jnp.sum(x**2), np.array([1.0, 2.0, 3.0]))
        >>> found.forward, found.forward_passes, found.reverse_passes
        (array([[2., 4., 6.]], dtype=float32), 3, 1)

    Source: Baydin et al., Automatic Differentiation in Machine Learning: a Survey, 2018,
    https://arxiv.org/abs/1502.05767. Keras has neither mode for itself; PyTorch has both, in ``torch.func``.
    """
    if not isinstance(repeats, int) or repeats < 1:
        raise ArgumentError(
            "compare_modes", f"`repeats` must be an integer of at least 1, but it is {repeats!r}."
        )
    function, point, what = _function_of(model_or_function, x, y)
    vector, rebuild = ravel_pytree(point)

    def flat(vector: Any) -> Any:
        return jnp.ravel(function(rebuild(vector)))

    inputs, outputs = vector.size, jax.eval_shape(flat, vector).size
    if max(inputs, outputs) > MOST_PASSES:
        raise ArgumentError(
            "compare_modes",
            f"there are {inputs:,} inputs and {outputs:,} outputs, and each needs a pass.",
            "a smaller model: the counts grow as its weights, the lesson is the same",
        )

    def by_columns(vector: Any) -> Any:
        # One pass after the other, as a loop of the program: what is timed are the passes.
        return jax.lax.map(lambda e: jax.jvp(flat, (vector,), (e,))[1], jnp.eye(inputs)).T

    def by_rows(vector: Any) -> Any:
        back = jax.vjp(flat, vector)[1]
        return jax.lax.map(lambda e: back(e)[0], jnp.eye(outputs))

    programs = [jax.jit(each) for each in (by_columns, by_rows, flat)]
    forward, reverse, _ = (np.asarray(program(vector)) for program in programs)
    forward_seconds, reverse_seconds, value_seconds = _seconds(programs, vector, repeats)
    return Modes(
        forward=forward,
        reverse=reverse,
        forward_passes=inputs,
        reverse_passes=outputs,
        forward_seconds=forward_seconds,
        reverse_seconds=reverse_seconds,
        value_seconds=value_seconds,
        what=what,
    )


def _function_of(given: Any, x: Any, y: Any) -> tuple[Callable[[Any], Any], Any, str]:
    """Return the function, the point at which it is differentiated, and what it is in words."""
    if not hasattr(given, "host_inputs"):
        return given, jnp.asarray(x, jnp.float32), "the function"
    if y is not None:
        task = task_of("compare_modes", given, x, y)
        loss = "the loss by the weights"
        return lambda params: mean_loss(task.aim, params, task.rest), task.params, loss
    subject = subject_of(given, x)
    row = jax.tree.map(lambda a: jnp.asarray(a[:1]), subject.inputs)

    def outputs(row: Any) -> Any:
        answer = run(subject.part, subject.params, subject.state, row).outputs
        return jnp.concatenate([jnp.ravel(leaf) for leaf in jax.tree.leaves(answer)])

    return outputs, row, "the outputs by one row's inputs"


def _seconds(programs: list[Any], vector: Any, repeats: int) -> list[float]:
    """Return the median time of each program; they take turns, so that a busy moment does not hit one of them alone."""
    taken: list[list[float]] = [[] for _ in programs]
    for _ in range(repeats):
        for program, seconds in zip(programs, taken, strict=True):
            start = time.perf_counter()
            program(vector).block_until_ready()
            seconds.append(time.perf_counter() - start)
    return [median(seconds) for seconds in taken]


def _passes(count: int) -> str:
    return f"{count:>6,} {'pass' if count == 1 else 'passes'}"


def _time(seconds: float) -> str:
    return f"{1e6 * seconds:,.0f} µs" if seconds < 1e-3 else f"{1e3 * seconds:,.1f} ms"
