"""``tf.debugging``: conditions that must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentError, NonFiniteError, ShapeError
from pellucid.keras.tensor import as_array
from pellucid.keras.tensorflow.asking import shape as shape_of
from pellucid.keras.tensorflow.static import integer


def _known(*values: Any) -> list[np.ndarray] | None:
    """Return values as NumPy; None inside a program, where numbers are not known yet."""
    arrays = [as_array(value) for value in values]
    return (
        None
        if any(isinstance(array, Tracer) for array in arrays)
        else [np.asarray(a) for a in arrays]
    )


def Assert(condition: Any, data: Any = None, *options: Any, **more: Any) -> None:
    """Refuse to go on unless a condition holds, ``tf.debugging.Assert``.

    Raises:
        ArgumentError: It does not.
    """
    known = _known(condition)
    if known is not None and not known[0].all():
        said = "" if data is None else f" {[np.asarray(value).tolist() for value in data]}"
        raise ArgumentError("tf.debugging.Assert", f"the condition does not hold.{said}")


def _compared(name: str, sign: str, holds: Callable[[Any, Any], Any]) -> Callable[..., None]:
    """Make ``tf.debugging.assert_<name>(x, y)``."""

    def check(
        x: Any, y: Any, message: str | None = None, summarize: Any = None, name: str | None = None
    ) -> None:
        known = _known(x, y)
        if known is not None and not np.all(holds(*known)):
            raise ArgumentError(
                title, f"{message + ': ' if message else ''}x {sign} y does not hold everywhere."
            )

    title = f"tf.debugging.assert_{name}"
    check.__name__ = check.__qualname__ = f"assert_{name}"
    check.__doc__ = f"Refuse to go on unless ``x {sign} y`` everywhere."
    return check


assert_equal = _compared("equal", "==", np.equal)
assert_none_equal = _compared("none_equal", "!=", np.not_equal)
assert_less = _compared("less", "<", np.less)
assert_less_equal = _compared("less_equal", "<=", np.less_equal)
assert_greater = _compared("greater", ">", np.greater)
assert_greater_equal = _compared("greater_equal", ">=", np.greater_equal)


def assert_near(
    x: Any, y: Any, rtol: Any = None, atol: Any = None, message: str | None = None, **more: Any
) -> None:
    """Refuse to go on unless numbers are nearly equal.

    Raises:
        ArgumentError: They are not.
    """
    known, small = _known(x, y), 10 * np.finfo(np.float32).eps
    rtol, atol = small if rtol is None else rtol, small if atol is None else atol
    if known is not None and not np.allclose(known[0], known[1], rtol, atol):
        raise ArgumentError(
            "tf.debugging.assert_near", message or "x and y are not near everywhere."
        )


def assert_positive(x: Any, message: str | None = None, **more: Any) -> None:
    """Refuse to go on unless all numbers are above 0."""
    assert_greater(x, 0, message)


def assert_non_negative(x: Any, message: str | None = None, **more: Any) -> None:
    """Refuse to go on unless no number is below 0."""
    assert_greater_equal(x, 0, message)


def assert_all_finite(x: Any, message: str, name: str | None = None) -> Any:
    """Return numbers if none is infinite or not one.

    Raises:
        NonFiniteError: There is such a number.
    """
    known = _known(x)
    if known is not None and not np.all(np.isfinite(known[0])):
        raise NonFiniteError(
            "tf.debugging.assert_all_finite", f"{message}: there are NaN or infinite numbers."
        )
    return x


check_numerics = assert_all_finite


def assert_shapes(shapes: Any, data: Any = None, message: str | None = None, **more: Any) -> None:
    """Refuse to go on unless tensors have shapes, in which equal names mean equal sizes.

    Raises:
        ShapeError: One has another shape.
    """
    named: dict[str, int] = {}
    for tensor, wanted in shapes.items() if isinstance(shapes, dict) else shapes:
        sizes = tuple(shape_of(tensor))
        fits = len(sizes) == len(wanted) and all(
            want is None
            or size == (named.setdefault(want, size) if isinstance(want, str) else want)
            for size, want in zip(sizes, wanted, strict=True)
        )
        if not fits:
            raise ShapeError(
                "tf.debugging.assert_shapes", f"the shape must be {wanted}, but it is {sizes}."
            )


def assert_rank(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Refuse to go on unless a tensor has so many axes.

    Raises:
        ShapeError: It has more or fewer.
    """
    if len(shape_of(x)) != integer(rank):
        raise ShapeError(
            "tf.debugging.assert_rank",
            f"{message or 'x'}: there must be {rank} axes, but the shape is {tuple(shape_of(x))}.",
        )


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: Any = None) -> None:
    """Refuse to go on unless a tensor has a dtype.

    Raises:
        ArgumentError: It has another one.
    """
    if tensor.dtype != tf_type:
        raise ArgumentError(
            "tf.debugging.assert_type", f"the dtype must be {tf_type}, but it is {tensor.dtype}."
        )


def is_numeric_tensor(tensor: Any) -> bool:
    """Tell whether something is a tensor of numbers."""
    return hasattr(tensor, "dtype") and str(tensor.dtype) not in ("string", "bool")


def set_log_device_placement(log: bool) -> None:
    """Accept whether to log devices, without effect."""


def enable_check_numerics(*options: Any, **more: Any) -> None:
    """Accept it: training here stops at the first number that is not finite."""
