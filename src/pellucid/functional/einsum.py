"""Products of an array with a kernel in Einstein's notation: which axes are summed over, which stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.specs import Shape

WHO = "EinsumDense"
_FORM = re.compile(r"(\.{3})?([a-zA-Z]+)(\.{3})?,([a-zA-Z]+)->(\.{3})?([a-zA-Z]+)(\.{3})?")


@dataclass(frozen=True)
class Equation:
    """An equation ``inputs,kernel->outputs``, read.

    Args:
        inputs: The letters of the inputs' axes, without the ellipsis.
        kernel: The letters of the kernel's axes.
        outputs: The letters of the outputs' axes, without the ellipsis.
        ellipsis: Where the ellipsis stands in inputs and outputs, if there is one.
    """

    inputs: str
    kernel: str
    outputs: str
    ellipsis: Literal["left", "right"] | None

    @property
    def summed(self) -> tuple[int, ...]:
        """The kernel's axes that the product sums over."""
        return tuple(i for i, letter in enumerate(self.kernel) if letter not in self.outputs)

    @property
    def kept(self) -> tuple[int, ...]:
        """The kernel's axes that the outputs have."""
        return tuple(i for i, letter in enumerate(self.kernel) if letter in self.outputs)


def read_equation(text: str) -> Equation:
    """Read an equation.

    Raises:
        ArgumentError: It has another form, or a letter that nothing gives a size to.

    >>> read_equation("...x,xy->...y")
    Equation(inputs='x', kernel='xy', outputs='y', ellipsis='left')
    """
    found = _FORM.fullmatch(text.replace(" ", ""))
    left, inputs, right, kernel, left_out, outputs, right_out = (
        found.groups() if found else [""] * 7
    )
    if found is None or (left, right) != (left_out, right_out) or (left and right):
        raise ArgumentError(
            WHO,
            f"`equation` must name inputs, kernel and outputs, with an ellipsis at the same end of inputs and "
            f"outputs, or none; but it is {text!r}.",
            "equation='abc,cd->abd', or '...c,cd->...d', or 'bc...,cd->bd...'",
        )
    for letter in kernel:
        if letter not in inputs + outputs:
            raise ArgumentError(
                WHO,
                f"in `equation` {text!r} the kernel's axis '{letter}' is neither in the inputs nor in the outputs, so "
                "nothing says its size.",
                f"write '{letter}' in the inputs, where it is summed over, or in the outputs",
            )
    for letter in outputs:
        if letter not in inputs + kernel:
            raise ArgumentError(
                WHO,
                f"in `equation` {text!r} the outputs' axis '{letter}' is neither in the inputs nor in the kernel.",
                f"write '{letter}' in the kernel, or leave it out",
            )
    return Equation(inputs, kernel, outputs, "left" if left else "right" if right else None)


def einsum_shapes(
    equation: Equation,
    bias_axes: str | None,
    input_shape: Shape,
    output_shape: Sequence[int | None],
) -> tuple[Shape, Shape | None, Shape]:
    """Return the shapes of kernel, bias and outputs.

    Args:
        equation: As :func:`read_equation` gave it.
        bias_axes: The letters of the outputs' axes along which the bias differs; None for no bias.
        input_shape: The inputs' shape with the batch, whose size may be None.
        output_shape: The outputs' shape without the batch and without what the ellipsis stands for; None where the
            size is the inputs'.

    Raises:
        ShapeError: The shapes do not fit the equation, or each other.
        ArgumentError: ``bias_axes`` names an axis that the outputs do not have.

    >>> einsum_shapes(read_equation("...x,xy->...y"), "y", (None, 5, 3), (4,))
    ((3, 4), (4,), (None, 5, 4))
    """
    elided = _elided(equation, input_shape)
    cut = len(elided) if equation.ellipsis == "left" else 0
    sizes = dict(zip(equation.inputs, input_shape[cut:], strict=False))
    wanted = dict(
        zip(equation.outputs, _named_outputs(equation, input_shape, output_shape), strict=True)
    )
    for letter, size in wanted.items():
        if letter in sizes and size is not None and size != sizes[letter]:
            raise ShapeError(
                WHO,
                f"axis '{letter}' has size {sizes[letter]} in the inputs, but {size} in `output_shape`.",
                "None in output_shape takes the inputs' size",
            )
        if sizes.get(letter) is None:
            sizes[letter] = size
    kernel = tuple(sizes[letter] for letter in equation.kernel)
    if None in kernel:
        letter = equation.kernel[kernel.index(None)]
        raise ShapeError(
            WHO,
            f"the kernel's axis '{letter}' has no size: neither the inputs nor `output_shape` say it.",
            "a number in output_shape for each axis that the kernel has",
        )
    outputs = tuple(sizes[letter] for letter in equation.outputs)
    outputs = (*elided, *outputs) if equation.ellipsis == "left" else (*outputs, *elided)
    return kernel, _bias_shape(equation, bias_axes, sizes, len(elided)), outputs


def _elided(equation: Equation, input_shape: Shape) -> Shape:
    """Return the sizes that the ellipsis stands for."""
    more = len(input_shape) - len(equation.inputs)
    least = 1 if equation.ellipsis == "left" else 0
    if more < least or (more and equation.ellipsis is None):
        raise ShapeError(
            WHO,
            f"its equation names {len(equation.inputs)} axes of the inputs ('{equation.inputs}')"
            + (" behind at least one for the batch" if least else ", the batch included")
            + f", but they have the shape {tuple(input_shape)}.",
            "an ellipsis, as in '...c,cd->...d', takes any number of axes",
        )
    if equation.ellipsis == "left":
        return tuple(input_shape[:more])
    return tuple(input_shape[len(equation.inputs) :])


def _named_outputs(
    equation: Equation, input_shape: Shape, output_shape: Sequence[int | None]
) -> Sequence[int | None]:
    """Return a size or None for each letter of the outputs."""
    batch = [] if equation.ellipsis == "left" else [input_shape[0]]
    found = [*batch, *output_shape]
    if len(found) != len(equation.outputs):
        raise ShapeError(
            WHO,
            f"`output_shape` {tuple(output_shape)} must have {len(equation.outputs) - len(batch)} sizes: one for each "
            f"of the outputs' axes '{equation.outputs[len(batch) :]}'.",
            "leave out the batch and what the ellipsis stands for",
        )
    return found


def _bias_shape(
    equation: Equation, bias_axes: str | None, sizes: dict[str, int | None], elided: int
) -> Shape | None:
    """Return the bias's shape, which begins at the first of its axes and broadcasts along the others."""
    if bias_axes is None:
        return None
    for letter in bias_axes:
        if letter not in equation.outputs:
            raise ArgumentError(
                WHO,
                f"`bias_axes` names '{letter}', but the outputs have only '{equation.outputs}'.",
                f"bias_axes='{equation.outputs[-1]}'",
            )
    start = min(equation.outputs.find(letter) for letter in bias_axes)
    shape = [sizes[letter] if letter in bias_axes else 1 for letter in equation.outputs[start:]]
    return (*shape, *[1] * (elided if equation.ellipsis == "right" else 0))


def einsum_dense(
    equation: str, x: jax.Array, kernel: jax.Array, bias: jax.Array | None = None
) -> jax.Array:
    """Return the product of inputs and kernel in Einstein's notation, plus a bias.

    Equation: ``y[o] = sum_s x[i] W[k] + b`` where ``i``, ``k`` and ``o`` are the equation's letters for the inputs
    ``x``, the kernel ``W`` and the outputs ``y``, and ``s`` are the letters that ``o`` lacks.

    Args:
        equation: E.g. ``"abc,cd->abd"``.
        x: The inputs.
        kernel: The kernel.
        bias: Anything that broadcasts to the outputs, or None for no bias.

    Example:
        >>> einsum_dense(
        ...     "ab,bc->ac", jnp.array([[1.0, 2.0]]), jnp.array([[3.0], [4.0]]), jnp.array([0.5])
        ... )
        Array([[11.5]], dtype=float32)
    """
    product = jnp.einsum(equation, x, kernel)
    return product if bias is None else product + bias
