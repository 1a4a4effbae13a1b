"""What old Keras had for its graphs: ``K.function``, sessions, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentTypeError, UsageError
from pellucid.keras.late import late
from pellucid.keras.naming import (
    get_uid as get_uid,
    name_scope as name_scope,
    reset_uids as reset_uids,
)
from pellucid.keras.notices import say
from pellucid.keras.ops.settings import (
    image_data_format,
    known_format,
    set_image_data_format,
    standardize_dtype,
)
from pellucid.keras.sides.updates import Update
from pellucid.keras.tape import GradientTape
from pellucid.keras.tensor import Tensor, unwrapped
from pellucid.modules.graph import Symbolic


class GraphFunction:
    """What ``K.function`` makes: from inputs of a graph to some of its tensors, updating variables on the way.

    Args:
        inputs: Symbolic tensors; others (the learning phase) are taken as the phase of training.
        outputs: Symbolic tensors.
        updates: What ``optimizer.get_updates`` gave.

    Example:
        >>> from pellucid.keras import Input, layers
        >>> x = Input(shape=(2,))
        >>> GraphFunction([x], [x * 2])([np.array([[1.0, 2.0]])])[0].tolist()
        [[2.0, 4.0]]
    """

    def __init__(self, inputs: list[Any], outputs: list[Any], updates: Sequence[Update] = ()):
        self._places = [i for i, each in enumerate(inputs) if isinstance(each, Symbolic)]
        self._phase = next(
            (i for i, each in enumerate(inputs) if not isinstance(each, Symbolic)), None
        )
        self._updates = list(updates)
        wanted = [*outputs, *(update.loss for update in self._updates)]
        once = list({id(tensor): tensor for tensor in wanted}.values())
        self._where = [[id(each) for each in once].index(id(tensor)) for tensor in wanted]
        self._model = late("models").Model([inputs[i] for i in self._places], once)

    def __call__(self, values: Any) -> list[np.ndarray]:
        """Return the outputs for a list of arrays, as a list of NumPy's."""
        values = list(values) if isinstance(values, (list, tuple)) else [values]
        given = [np.asarray(unwrapped(values[i])) for i in self._places]
        there = self._phase is not None and self._phase < len(values)
        training = bool(values[self._phase]) if there else False
        with GradientTape(persistent=True) as tape:
            found = self._model(given if len(given) > 1 else given[0], training=training)
        once = list(found) if isinstance(found, (list, tuple)) else [found]
        found = [once[place] for place in self._where]
        shown = len(found) - len(self._updates)
        for update, loss in zip(self._updates, found[shown:], strict=True):
            slopes = tape.gradient(loss, update.variables)
            update.optimizer.apply_gradients(zip(slopes, update.variables, strict=True))
        return [np.asarray(unwrapped(each)) for each in found[:shown]]


def function(inputs: Any, outputs: Any, updates: Any = None, name: str | None = None) -> Any:
    """Return a function from inputs of a model to any of its tensors.

    Raises:
        ArgumentTypeError: The outputs are no symbolic tensors of a model.
        UsageError: Updates are wanted that no optimizer made.
    """
    say("K.function", "`K.function(inputs, outputs)` is now `keras.Model(inputs, outputs)`.")
    inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    updates = list(updates or ())
    if not all(isinstance(each, Update) for each in updates):
        raise UsageError(
            "K.function",
            "updates of variables belonged to TensorFlow 1's graphs; those of `optimizer.get_updates` alone are taken.",
            "with tf.GradientTape() as tape: ... ; optimizer.apply_gradients(zip(gradients, weights))",
        )
    if not (outputs or updates) or not all(isinstance(each, Symbolic) for each in outputs):
        raise ArgumentTypeError(
            "K.function",
            "the outputs must be tensors of a model, such as `model.layers[0].output`.",
            "keras.Model(model.inputs, model.layers[0].output)",
        )
    return GraphFunction(inputs, outputs, updates)


# Sessions: there is nothing to begin, and nothing to end.


class Session:
    """What ``K.get_session`` gives: ``run`` reads tensors, which have their numbers already."""

    graph = None

    def run(self, fetches: Any = None, feed_dict: Any = None) -> Any:
        """Return the numbers of tensors; initializers of variables have nothing to do.

        Raises:
            UsageError: Numbers were to be fed to a graph.
        """
        if feed_dict:
            raise UsageError(
                "Session.run",
                "numbers cannot be fed to a graph of TensorFlow 1.",
                "model.predict(x), or keras.Model(inputs, outputs)(x)",
            )
        if isinstance(fetches, (list, tuple)):
            return [self.run(each) for each in fetches]
        return fetches.numpy() if isinstance(fetches, Tensor) else None

    def close(self) -> None:
        """Do nothing."""

    def as_default(self) -> Any:
        """Return a context that changes nothing."""
        return name_scope("")


def _get_available_gpus() -> list[str]:
    """Return the names of the accelerators, as programs of Keras 2 asked for their number."""
    return [f"/device:GPU:{d.id}" for d in jax.local_devices() if d.platform != "cpu"]


def get_session() -> Session:
    """Return a session, which there is no need of."""
    say("K.get_session", "there are no sessions any more: tensors have their numbers at once.")
    return Session()


def set_session(session: Any) -> None:
    """Accept a session."""
    say(
        "K.set_session",
        "there are no sessions any more; memory is set by XLA_PYTHON_CLIENT_MEM_FRACTION.",
    )


def manual_variable_initialization(value: bool) -> None:
    """Accept; variables have their values from the beginning."""


def is_float_dtype(dtype: Any) -> bool:
    """Tell whether a dtype, by name, holds fractions."""
    return str(dtype).removeprefix("b").startswith("float")


def is_int_dtype(dtype: Any) -> bool:
    """Tell whether a dtype, by name, holds whole numbers."""
    return str(dtype).startswith(("int", "uint"))


def result_type(*dtypes: Any) -> str:
    """Return the name of the dtype in which numbers of several dtypes are computed together.

    >>> result_type("int32", "float16"), result_type(int, float)
    ('float16', 'float32')
    """
    return jnp.result_type(*(standardize_dtype(dtype) for dtype in dtypes)).name


def image_dim_ordering() -> str:
    """Return the place of the channels by its oldest name: ``"tf"`` for last."""
    return "tf" if image_data_format() == "channels_last" else "th"


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Set the place of the channels by its oldest name."""
    set_image_data_format(known_format(dim_ordering))
