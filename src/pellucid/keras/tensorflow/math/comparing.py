"""Comparisons and truth values, number by number."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from pellucid.keras.tensorflow.math.elementwise import of_one, of_two
from pellucid.keras.tensorflow.text import Text, holds_text

less = of_two("less", jnp.less, "Tell where ``x < y``.")
less_equal = of_two("less_equal", jnp.less_equal, "Tell where ``x <= y``.")
greater = of_two("greater", jnp.greater, "Tell where ``x > y``.")
greater_equal = of_two("greater_equal", jnp.greater_equal, "Tell where ``x >= y``.")
logical_and = of_two("logical_and", jnp.logical_and, "Tell where both hold.")
logical_or = of_two("logical_or", jnp.logical_or, "Tell where one of both holds.")
logical_xor = of_two("logical_xor", jnp.logical_xor, "Tell where exactly one of both holds.")
logical_not = of_one("logical_not", jnp.logical_not, "Tell where something does not hold.")
is_nan = of_one("is_nan", jnp.isnan, "Tell where a number is not one.")
is_inf = of_one("is_inf", jnp.isinf, "Tell where a number is infinite.")
is_finite = of_one("is_finite", jnp.isfinite, "Tell where a number is finite.")

_equal = of_two("equal", jnp.equal, "Tell where numbers are equal.")
_not_equal = of_two("not_equal", jnp.not_equal, "Tell where numbers differ.")


def equal(x: Any, y: Any, name: str | None = None) -> Any:
    """Tell where ``x == y``, ``tf.equal``; texts too."""
    return Text(x) == y if holds_text(x) or holds_text(y) else _equal(x, y)


def not_equal(x: Any, y: Any, name: str | None = None) -> Any:
    """Tell where ``x != y``, ``tf.not_equal``; texts too."""
    return Text(x) != y if holds_text(x) or holds_text(y) else _not_equal(x, y)
