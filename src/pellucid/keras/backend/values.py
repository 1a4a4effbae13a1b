"""Variables as old Keras had them: made, read, assigned; and choices by the phase of training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentTypeError
from pellucid.keras import ops, random
from pellucid.keras.layers import Input
from pellucid.keras.notices import say
from pellucid.keras.ops.given import sizes
from pellucid.keras.ops.settings import narrow, narrow_float
from pellucid.keras.random_keys import running_layer
from pellucid.keras.sides.rates import decayed
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import Variable, running_trace
from pellucid.modules.graph import Symbolic


def variable(
    value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None
) -> Variable:
    """Return a variable of a first value."""
    with jax.ensure_compile_time_eval():  # in `build` too, which may be traced
        array = as_array(value)
    wanted = narrow_float(dtype) if dtype is not None or array.dtype.kind == "f" else None
    return Variable(array, dtype=wanted, name=name, constraint=constraint)


def _kept(make: Callable[[], Any], name: str | None) -> Any:
    """Return a variable at the prompt and in ``build``, as old Keras did; inside programs the tensor."""
    if running_layer.get() is not None or running_trace() is not None:
        return make()
    with jax.ensure_compile_time_eval():
        return Variable(make(), name=name)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Return zeros; at the prompt as a variable."""
    return _kept(lambda: ops.zeros(shape, dtype), name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Return ones; at the prompt as a variable."""
    return _kept(lambda: ops.ones(shape, dtype), name)


def random_normal_variable(
    shape: Any,
    mean: float,
    scale: float,
    dtype: Any = None,
    name: str | None = None,
    seed: Any = None,
) -> Any:
    """Return a variable drawn from a normal distribution."""
    return _kept(lambda: random.normal(shape, mean, scale, dtype, seed), name)


def random_uniform_variable(
    shape: Any,
    low: float,
    high: float,
    dtype: Any = None,
    name: str | None = None,
    seed: Any = None,
) -> Any:
    """Return a variable drawn from ``low`` to ``high``."""
    return _kept(lambda: random.uniform(shape, low, high, dtype, seed), name)


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Return ones with probability ``p``, else zeros."""
    drawn = random.uniform(shape, seed=seed)
    return ops.cast(ops.less(drawn, p), narrow_float(dtype))


random_binomial = random_bernoulli


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """Return a tensor, of one number if a shape is given."""
    array = jnp.asarray(as_array(value), narrow(dtype))
    return Tensor(array if shape is None else jnp.broadcast_to(array, sizes(shape)))


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
) -> Any:
    """Return what ``keras.Input`` does; the first size is the batch."""
    say("K.placeholder", "`K.placeholder(shape)` is now `keras.Input(shape=shape[1:])`.")
    if shape is None:
        shape = (None,) * (ndim or 1)
    return Input(shape=tuple(shape[1:]), batch_size=shape[0], dtype=narrow_float(dtype), name=name)


def is_placeholder(x: Any) -> bool:
    """Tell whether this is what ``Input`` gives."""
    return isinstance(x, Symbolic)


# Reading and assigning.


def get_value(x: Any) -> Any:
    """Return the numbers of a variable, as NumPy; of a rate with `decay=` the first one, as in Keras 2."""
    if decayed(x):
        return np.float32(x.initial_learning_rate)
    found = np.asarray(x.numpy() if hasattr(x, "numpy") else as_array(x))
    return found if found.shape else found[()]


eval = get_value


def batch_get_value(tensors: Any) -> list[Any]:
    """Return the numbers of several variables."""
    return [get_value(tensor) for tensor in tensors]


def set_value(x: Any, value: Any) -> None:
    """Assign to a variable, or to the learning rate of an optimizer.

    Raises:
        ArgumentTypeError: It is neither.
    """
    if decayed(x):
        x.initial_learning_rate = float(value)
        return
    if not hasattr(x, "assign"):
        raise ArgumentTypeError(
            "set_value",
            f"only variables and learning rates can be assigned to, but a {type(x).__name__} came.",
            "model.optimizer.learning_rate = 0.01",
        )
    x.assign(value)


def batch_set_value(tuples: Any) -> None:
    """Assign to several variables."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Any, new_x: Any) -> Any:
    """Assign to a variable."""
    return x.assign(new_x)


def update_add(x: Any, increment: Any) -> Any:
    """Add to a variable."""
    return x.assign_add(increment)


def update_sub(x: Any, decrement: Any) -> Any:
    """Subtract from a variable."""
    return x.assign_sub(decrement)


def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """Move a variable towards a value."""
    return x.assign(x * momentum + value * (1 - momentum))


# The phase of training.

_phase: dict[str, Any] = {"set": None}


def learning_phase() -> Any:
    """Return 1 while a layer runs in training, else 0; or what ``set_learning_phase`` said."""
    if _phase["set"] is not None:
        return _phase["set"]
    layer = running_layer.get()
    training = False if layer is None else layer._scope.training
    return int(training) if isinstance(training, (bool, int)) else training


def set_learning_phase(value: Any) -> None:
    """Say whether functions of this module are to train."""
    say("K.set_learning_phase", "the phase is now an argument: `model(x, training=True)`.")
    _phase["set"] = value


def _result(x: Any) -> Any:
    return x() if callable(x) and not isinstance(x, (Tensor, Symbolic)) else x


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """Return ``x`` in training, else ``alt``; both may be functions without arguments."""
    phase = learning_phase() if training is None else training
    if isinstance(phase, (bool, int)):
        return _result(x if phase else alt)
    return switch(phase, x, alt)


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """Return ``alt`` in training, else ``x``."""
    return in_train_phase(alt, x, training)


def switch(
    condition: Any,
    then_expression: Callable[[], Any] | Any,
    else_expression: Callable[[], Any] | Any,
) -> Any:
    """Return the one or the other, number by number; both may be functions without arguments."""
    yes, no = _result(then_expression), _result(else_expression)
    if isinstance(condition, (bool, int)):
        return yes if condition else no
    missing = len(ops.shape(yes)) - len(ops.shape(condition))
    for _ in range(missing if ops.shape(condition) else 0):
        condition = ops.expand_dims(condition, -1)
    return ops.where(condition, yes, no)
