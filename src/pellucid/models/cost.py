"""What a model costs per sample: multiply-adds, counted in the traced program, so that they are right for any layer.

They are those that the program does: a fused LSTM that multiplies its bias along counts it too.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr

from pellucid.core.paths import join
from pellucid.functional.convolution.form import Role, contraction_p
from pellucid.modules import Layer
from pellucid.modules.binding import Restart, Scope
from pellucid.modules.pure import key_spec
from pellucid.modules.tree import places


@dataclass(frozen=True)
class Cost:
    """Multiply-adds of one sample.

    Attributes:
        total: Of the whole model.
        by_path: Of each layer with all inside it.
    """

    total: int
    by_path: dict[str, int]


def multiply_adds(model: Layer, inputs: Any) -> Cost:
    """Count the multiply-adds of matrix products and convolutions in one application of a model.

    Args:
        model: Any layer or model.
        inputs: Specs of a batch of one sample.

    Example:
        >>> import jax
        >>> from pellucid import Sequential, layers
        >>> model = Sequential([layers.Dense(8, activation="relu"), layers.Dense(3)])
        >>> multiply_adds(model, jax.ShapeDtypeStruct((1, 4), "float32")).by_path
        {'': 56, 'dense': 32, 'dense_1': 24}
    """
    by_scope: Counter[str] = Counter()
    for equation in traced(model, inputs).jaxpr.eqns:
        by_scope[str(equation.source_info.name_stack)] += count_equation(equation)
    scopes = {path: join(model.name, path) for path, _ in places(model)}
    by_path = {
        path: sum(n for inner, n in by_scope.items() if f"{inner}/".startswith(f"{scope}/"))
        for path, scope in scopes.items()
    }
    return Cost(sum(by_scope.values()), by_path)


def traced(model: Layer, inputs: Any) -> ClosedJaxpr:
    """Return the program of a model in inference mode, without making an array."""

    def apply(batch: Any, key: Any) -> Any:
        return Scope({}, key=key, building=True).bind(model)(batch)

    while True:
        try:
            return jax.make_jaxpr(apply)(inputs, key_spec())
        except Restart:
            continue


def count(jaxpr: Jaxpr) -> int:
    """Return the multiply-adds of a program."""
    return sum(count_equation(equation) for equation in jaxpr.eqns)


def count_equation(equation: Any) -> int:
    """Return the multiply-adds of one equation, inner programs included."""
    name, params = equation.primitive.name, equation.params
    if name == "dot_general":
        return _count_product(equation)
    if name == "conv_general_dilated":
        return _count_convolution(equation)
    if name == contraction_p.name:
        return _count_form(equation)
    inner = [count(jaxpr) for value in params.values() for jaxpr in _programs(value)]
    if name == "scan":
        return params["length"] * sum(inner)
    return max(inner, default=0) if name == "cond" else sum(inner)


def _programs(value: Any) -> list[Jaxpr]:
    if isinstance(value, ClosedJaxpr):
        return [value.jaxpr]
    if isinstance(value, Jaxpr):
        return [value]
    return (
        [p for item in value for p in _programs(item)] if isinstance(value, (list, tuple)) else []
    )


def _count_product(equation: Any) -> int:
    """Each number of the result is a sum over the contracted axes."""
    (contracted, _), _ = equation.params["dimension_numbers"]
    left = equation.invars[0].aval.shape
    return math.prod(equation.outvars[0].aval.shape) * math.prod(left[axis] for axis in contracted)


def _count_convolution(equation: Any) -> int:
    """Each number of the result is a sum over a window and its channels.

    A transposed convolution, whose inputs are spread out with zeros between, is counted from its inputs: each number is
    multiplied with the kernel once.
    """
    numbers = equation.params["dimension_numbers"]
    left, kernel = (variable.aval.shape for variable in equation.invars)
    window = math.prod(kernel[axis] for axis in numbers.rhs_spec[2:])
    if max(equation.params["lhs_dilation"], default=1) > 1:
        groups = equation.params["feature_group_count"]
        return math.prod(left) * window * kernel[numbers.rhs_spec[0]] // groups
    return math.prod(equation.outvars[0].aval.shape) * window * kernel[numbers.rhs_spec[1]]


def _count_form(equation: Any) -> int:
    """The same of a convolution whose lowering is chosen later: the kernel is (sizes, in / groups, out)."""
    form = equation.params["form"]
    shapes = [variable.aval.shape for variable in (*equation.invars, *equation.outvars)]
    outputs = shapes[2] if form.role is Role.OUTPUT else shapes[1]
    kernel = shapes[{Role.OUTPUT: 1, Role.INPUT: 0, Role.KERNEL: 2}[form.role]]
    return math.prod(outputs) * math.prod(kernel[int(form.members) : -1])
