"""Optimizers of TensorFlow 1, ``tf.train.AdamOptimizer()``: those of Keras, under the names their arguments had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.keras.late import late
from pellucid.keras.notices import say

RENAMED = {"beta1": "beta_1", "beta2": "beta_2", "decay": "rho", "use_nesterov": "nesterov"}
IGNORED = ("use_locking", "accumulator_dtype")


def former(old: str, new: str, order: tuple[str, ...], **defaults: Any) -> Callable[..., Any]:
    """Return a function that makes an optimizer of Keras from the arguments of one of TensorFlow 1.

    Args:
        old: Its name in TensorFlow 1.
        new: The name of the class today.
        order: The names of its positional arguments.
        **defaults: Where TensorFlow 1 had other defaults than Keras.
    """

    def make(*args: Any, **kwargs: Any) -> Any:
        """Make the optimizer."""
        say(f"tf.train.{old}", f"`tf.train.{old}` is now `keras.optimizers.{new}`")
        given = {**defaults, **dict(zip(order, args, strict=False)), **kwargs}
        named = {RENAMED.get(name, name): value for name, value in given.items()}
        kept = {name: value for name, value in named.items() if name not in IGNORED}
        return getattr(late("optimizers"), new)(**kept)

    make.__name__ = make.__qualname__ = old
    return make


AdamOptimizer = former(
    "AdamOptimizer", "Adam", ("learning_rate", "beta1", "beta2", "epsilon"), epsilon=1e-8
)
RMSPropOptimizer = former(
    "RMSPropOptimizer", "RMSprop", ("learning_rate", "decay", "momentum", "epsilon"), epsilon=1e-10
)
GradientDescentOptimizer = former("GradientDescentOptimizer", "SGD", ("learning_rate",))
MomentumOptimizer = former("MomentumOptimizer", "SGD", ("learning_rate", "momentum"))
AdagradOptimizer = former(
    "AdagradOptimizer", "Adagrad", ("learning_rate", "initial_accumulator_value")
)
AdadeltaOptimizer = former(
    "AdadeltaOptimizer", "Adadelta", ("learning_rate", "decay", "epsilon"), epsilon=1e-8
)
