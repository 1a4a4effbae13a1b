"""Functions of ``keras.ops`` under their old names, with the old names of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from pellucid.keras import ops, random


def renamed(function: Callable[..., Any], **names: str) -> Callable[..., Any]:
    """Return ``function`` with other names for some arguments.

    Args:
        function: The function.
        **names: Old name to the name that ``function`` has.

    >>> float(renamed(max, x="default")([], x=2))
    2.0
    """

    @wraps(function)
    def old(*args: Any, **kwargs: Any) -> Any:
        kwargs.pop("name", None)
        return function(*args, **{names.get(key, key): value for key, value in kwargs.items()})

    return old


def _pair(function: Callable[..., Any]) -> Callable[..., Any]:
    return renamed(function, x="x1", y="x2")


equal = _pair(ops.equal)
not_equal = _pair(ops.not_equal)
greater = _pair(ops.greater)
greater_equal = _pair(ops.greater_equal)
less = _pair(ops.less)
less_equal = _pair(ops.less_equal)
maximum = _pair(ops.maximum)
minimum = _pair(ops.minimum)
dot = _pair(ops.dot)
pow = renamed(ops.power, x="x1", a="x2")
clip = renamed(ops.clip, min_value="x_min", max_value="x_max")
reshape = renamed(ops.reshape, shape="newshape")
permute_dimensions = renamed(ops.transpose, pattern="axes")
tile = renamed(ops.tile, n="repeats")
reverse = renamed(ops.flip, axes="axis")
ones_like = renamed(ops.ones_like)
zeros_like = renamed(ops.zeros_like)
one_hot = renamed(ops.one_hot, indices="x")
arange = ops.arange
identity = renamed(ops.copy)
stop_gradient = renamed(ops.stop_gradient, variables="variable")
sparse_categorical_crossentropy = ops.sparse_categorical_crossentropy

random_normal = renamed(random.normal, std="stddev")
random_uniform = renamed(random.uniform, low="minval", high="maxval")
truncated_normal = renamed(random.truncated_normal)
dropout = renamed(random.dropout, x="inputs", level="rate")
