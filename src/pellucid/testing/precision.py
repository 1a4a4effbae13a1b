"""Layers in double precision, in which a difference of 1e-9 is a fault and not rounding."""

from __future__ import annotations

from inspect import Parameter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from pellucid.core.dtypes import is_float
from pellucid.core.record import signature
from pellucid.modules import Layer
from pellucid.modules.tree import is_layer, places


def remade(layer: Layer, dtype: str | None = None) -> Layer:
    """Return the layer made again from its arguments, the layers among them too; with weights of ``dtype``.

    >>> from pellucid import layers
    >>> remade(layers.Dense(3), "float64").dtype
    'float64'
    """
    return _remade(layer, dtype, {})


def _remade(layer: Layer, dtype: str | None, memo: dict[int, Layer]) -> Layer:
    if id(layer) in memo:
        return memo[id(layer)]
    arguments = {n: _inside(value, dtype, memo) for n, value in layer._arguments.items()}
    if dtype is not None and _takes_dtype(type(layer)):
        arguments["dtype"] = dtype
    made = memo[id(layer)] = type(layer)(**arguments)
    if dtype is not None:
        own = type(layer).__module__.partition(".")[0] == "pellucid"
        # A user's class need not hand a dtype on to the layers that it makes; ours must.
        for _, each in [("", made)] if own else places(made):
            object.__setattr__(each, "_dtype", dtype)
    return made


def _inside(value: Any, dtype: str | None, memo: dict[int, Layer]) -> Any:
    if is_layer(value):
        return _remade(value, dtype, memo)
    if type(value) in (list, tuple):
        return type(value)(_inside(item, dtype, memo) for item in value)
    if type(value) is dict:
        return {key: _inside(item, dtype, memo) for key, item in value.items()}
    return value


def _takes_dtype(cls: type) -> bool:
    parameters = signature(cls).parameters
    return "dtype" in parameters or any(
        p.kind is Parameter.VAR_KEYWORD for p in parameters.values()
    )


def cast(tree: Any, dtype: str) -> Any:
    """Return the arrays of a tree with floats in another dtype; whole numbers and truth values stay."""
    return jax.tree.map(lambda each: _cast(each, dtype), tree)


def _cast(value: Any, dtype: str) -> Any:
    if not (hasattr(value, "dtype") and hasattr(value, "shape")):
        return value
    array = np.asarray(value)
    return array.astype(dtype) if is_float(array.dtype) else array


SHORT = 12
"""A fraction of so few binary digits may be meant: 0.5, 0.75; one of 24 digits is a rounded 0.1."""


def narrow_numbers(closed: ClosedJaxpr) -> list[str]:
    """Say where a program in double precision makes less of it: operations on narrower floats, rounded constants."""
    found = [f"a constant array {_show(value)}" for value in closed.consts if _was_single(value)]
    return found + _narrow_inside(closed.jaxpr)


def _narrow_inside(jaxpr: Jaxpr) -> list[str]:
    found = []
    for equation in jaxpr.eqns:
        kinds = [getattr(v.aval, "dtype", None) for v in (*equation.invars, *equation.outvars)]
        if any(map(_is_narrow, kinds)):
            found.append(f"the operation {equation.primitive.name}")
        for variable in equation.invars:
            if isinstance(variable, Literal) and _was_single(variable.val):
                found.append(f"the constant {_show(variable.val)}")
        for value in jax.tree.leaves(list(equation.params.values())):
            if isinstance(value, ClosedJaxpr):
                found += narrow_numbers(value)
            elif isinstance(value, Jaxpr):
                found += _narrow_inside(value)
    return found


def _is_narrow(dtype: Any) -> bool:
    if dtype is None or jnp.issubdtype(dtype, jax.dtypes.extended):  # a key's dtype is no number's
        return False
    return is_float(dtype) and np.dtype(dtype).itemsize < 8


def _was_single(value: Any) -> bool:
    """Tell whether doubles look as if they had been rounded to 24 binary digits: 0.1 is none of them."""
    if not hasattr(value, "dtype") or jnp.issubdtype(value.dtype, jax.dtypes.extended):
        return False
    array = np.asarray(value)
    if array.dtype != np.float64:
        return False
    fractions = array[np.isfinite(array) & (array != np.round(array))]
    with np.errstate(over="ignore", under="ignore"):
        rounded = fractions.astype(np.float32).astype(np.float64) == fractions
    digits = np.frexp(fractions)[0] * 2.0**SHORT
    return bool(fractions.size and rounded.all() and np.any(digits != np.round(digits)))


def _show(value: Any) -> str:
    array = np.asarray(value)
    return repr(array.item()) if array.ndim == 0 else f"of shape {array.shape}"
