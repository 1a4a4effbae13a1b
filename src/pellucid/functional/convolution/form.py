"""One primitive for a convolution and its gradients: the trilinear form that all three are parts of.

With the input ``x``, the kernel ``k`` and the outputs' weights ``g``, everything about a convolution is in the number

    T(x, k, g) = sum_b sum_i sum_t sum_c sum_o  x[b, i * stride - low + t * dilation, c]  k[t, c, o]  g[b, i, o]

Leave one of the three out, and what stays is a bilinear function of the other two that returns an array of the
left-out one's shape: the convolution itself (``Role.OUTPUT``, of x and k), the gradient for the input (``Role.INPUT``,
of k and g, which is also the transposed convolution), the gradient for the kernel (``Role.KERNEL``, of x and g). The
derivative of each is again one of the three, so gradients of any order, forward mode and ``jax.vmap`` need only the
short rules below, and every one of them ends in a lowering chosen by :mod:`pellucid.functional.convolution.rule`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from pellucid.functional.convolution import rule, xla
from pellucid.functional.convolution.geometry import Ints, Window


class Role(Enum):
    """Which of the three arrays is wanted."""

    OUTPUT = "output"
    INPUT = "input"
    KERNEL = "kernel"


@dataclass(frozen=True)
class Form:
    """What is known before the arrays come.

    Args:
        role: The array that is wanted. The other two are the operands, in the order x, kernel, g.
        window: Where the kernel lies.
        spatial: Spatial sizes of ``x``.
        groups: Blocks of channels that do not see each other.
        members: Whether all arrays have a leading axis of independent convolutions. An operand whose leading axis is 1
            is shared by all members.
    """

    role: Role
    window: Window
    spatial: Ints
    groups: int = 1
    members: bool = False

    def result(self, a: Ints, b: Ints) -> Ints:
        """Return the shape of the wanted array from those of the operands."""
        if self.members:
            return (max(a[0], b[0]), *replace(self, members=False).result(a[1:], b[1:]))
        if self.role is Role.OUTPUT:
            return (a[0], *self.window.output(self.spatial), b[-1])
        if self.role is Role.INPUT:
            return (b[0], *self.spatial, a[-2] * self.groups)
        return (*self.window.sizes, a[-1] // self.groups, b[-1])


contraction_p = Primitive("convolution_form")


def contraction(a: jax.Array, b: jax.Array, form: Form) -> jax.Array:
    """Return the array that ``form`` asks for, from the other two.

    Example:
        >>> window = Window(sizes=(2,), strides=(1,), padding=((0, 0),), dilation=(1,))
        >>> x, kernel = jnp.arange(4.0).reshape(1, 4, 1), jnp.ones((2, 1, 1))
        >>> contraction(x, kernel, Form(Role.OUTPUT, window, (4,))).ravel()
        Array([1., 3., 5.], dtype=float32)
        >>> contraction(kernel, jnp.ones((1, 3, 1)), Form(Role.INPUT, window, (4,))).ravel()
        Array([1., 2., 2., 1.], dtype=float32)
    """
    return contraction_p.bind(*_varying_alike(a, b), form=form)


def _varying_alike(a: jax.Array, b: jax.Array) -> list[jax.Array]:
    """Mark both as varying over the same devices, so that `jax.shard_map` sums gradients over them."""
    axes = [jax.typeof(array).manual_axis_type.varying for array in (a, b)]
    if axes[0] == axes[1]:
        return [a, b]
    both = axes[0] | axes[1]
    return [
        lax.pcast(array, tuple(both - own), to="varying") if both - own else array
        for array, own in zip((a, b), axes, strict=True)
    ]


@lru_cache(maxsize=512)
def _eager(form: Form) -> Callable[[jax.Array, jax.Array], jax.Array]:
    """Return the compiled contraction that calls outside of any program use."""
    return jax.jit(partial(contraction_p.bind, form=form))


@contraction_p.def_impl
def _run(a: jax.Array, b: jax.Array, *, form: Form) -> jax.Array:
    return _eager(form)(a, b)


@contraction_p.def_abstract_eval
def _shape(a: Any, b: Any, *, form: Form) -> Any:
    if a.dtype != b.dtype:
        raise TypeError(
            f"a convolution of {a.dtype} with {b.dtype}: both arrays must have one dtype"
        )
    return a.update(shape=form.result(a.shape, b.shape), weak_type=False)


# Derivatives. The cotangent of the wanted array takes its place; the operand that is asked for becomes the wanted one.


_FIRST = {Role.OUTPUT: Role.INPUT, Role.INPUT: Role.KERNEL, Role.KERNEL: Role.INPUT}
_SECOND = {Role.OUTPUT: Role.KERNEL, Role.INPUT: Role.OUTPUT, Role.KERNEL: Role.OUTPUT}


def _for_first(ct: jax.Array, a: Any, b: jax.Array, *, form: Form) -> jax.Array:
    """Return the gradient for the first operand; ``ct`` is one for the wanted array."""
    operands = (b, ct) if form.role is Role.OUTPUT else (ct, b)
    return _summed(contraction(*operands, replace(form, role=_FIRST[form.role])), a.aval, form)


def _for_second(ct: jax.Array, a: jax.Array, b: Any, *, form: Form) -> jax.Array:
    """Return the gradient for the second operand."""
    operands = (ct, a) if form.role is Role.INPUT else (a, ct)
    return _summed(contraction(*operands, replace(form, role=_SECOND[form.role])), b.aval, form)


def _summed(gradient: jax.Array, operand: Any, form: Form) -> jax.Array:
    """Add up the members' gradients where they share the operand."""
    shared = form.members and operand.shape[0] < gradient.shape[0]
    return jnp.sum(gradient, 0, keepdims=True) if shared else gradient


ad.defbilinear(contraction_p, _for_first, _for_second)


# vmap. More rows of the batch are one convolution of more rows; all else are members.


def _batched(operands: Any, axes: Any, *, form: Form) -> tuple[jax.Array, int]:
    """Return the contraction of operands of which one or both have a mapped axis, which comes first in the result."""
    a, b = (
        array[None] if axis is None else jnp.moveaxis(array, axis, 0)
        for array, axis in zip(operands, axes, strict=True)
    )
    count = max(a.shape[0], b.shape[0])
    if form.members:
        inner = max(a.shape[1], b.shape[1])
        a, b = (
            _flat(jnp.broadcast_to(array, (count, inner, *array.shape[2:]))) for array in (a, b)
        )
        y = contraction(a, b, form)
        return y.reshape(count, inner, *y.shape[1:]), 0
    if form.role is Role.OUTPUT and axes[1] is None:
        y = contraction(_flat(a), b[0], form)
        return y.reshape(count, -1, *y.shape[1:]), 0
    if form.role is Role.INPUT and axes[0] is None:
        y = contraction(a[0], _flat(b), form)
        return y.reshape(count, -1, *y.shape[1:]), 0
    return contraction(a, b, replace(form, members=True)), 0


def _flat(array: jax.Array) -> jax.Array:
    """Merge the two leading axes."""
    return array.reshape(-1, *array.shape[2:])


batching.primitive_batchers[contraction_p] = _batched


# Lowerings: XLA's own everywhere, ours on the CPU.


def by_xla(a: jax.Array, b: jax.Array, *, form: Form) -> jax.Array:
    """The contraction by XLA's own convolution."""
    if form.members:
        one = partial(by_xla, form=replace(form, members=False))
        alone = [array.shape[0] == 1 for array in (a, b)]
        if all(alone):
            return one(a[0], b[0])[None]
        operands = [
            array[0] if shared else array for array, shared in zip((a, b), alone, strict=True)
        ]
        return jax.vmap(one, [None if shared else 0 for shared in alone])(*operands)
    if form.role is Role.OUTPUT:
        return xla.output(a, b, form.window, form.groups)
    if form.role is Role.INPUT:
        return xla.input_gradient(a, b, form.window, form.spatial, form.groups)
    return xla.kernel_gradient(a, b, form.window, form.groups)


def by_rule(a: jax.Array, b: jax.Array, *, form: Form) -> jax.Array:
    """The contraction by the lowering that :mod:`rule` chooses for the CPU, one member after the other."""
    if form.members:
        one = partial(by_rule, form=replace(form, members=False))
        if a.shape[0] == 1:
            return lax.map(lambda b: one(a[0], b), b)
        if b.shape[0] == 1:
            return lax.map(lambda a: one(a, b[0]), a)
        return lax.map(lambda operands: one(*operands), (a, b))
    if form.role is Role.OUTPUT:
        return rule.output(a, b, form.window, form.groups)
    if form.role is Role.INPUT:
        return rule.input_gradient(a, b, form.window, form.spatial, form.groups)
    return rule.kernel_gradient(a, b, form.window, form.groups)


mlir.register_lowering(contraction_p, mlir.lower_fun(by_xla, multiple_results=False))
mlir.register_lowering(
    contraction_p, mlir.lower_fun(by_rule, multiple_results=False), platform="cpu"
)
