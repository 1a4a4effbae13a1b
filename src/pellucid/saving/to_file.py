"""A model to a file: which parts of it are kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import pellucid
from pellucid.core.errors import ArgumentTypeError
from pellucid.modules import Layer
from pellucid.modules.tree import places, weights_of
from pellucid.saving.atomic import checked_path, write
from pellucid.saving.describe import Describer
from pellucid.saving.format import FORMAT, FORMAT_VERSION
from pellucid.saving.parts import describe_extras


def save(
    model: Any, path: str | os.PathLike[str], custom_objects: Mapping[str, Any] | None = None
) -> Path:
    """Write a model to one ``.safetensors`` file that holds data only: no pickle, no code.

    Kept are the layers with their arguments, all weights and states, which layers are frozen, input shape and dtype,
    class labels, seed, the choices of ``compile`` and the preprocessing; not the training's own state (momenta, step).
    The file is written atomically: a crash leaves the old file or the new one, never half of one.

    Args:
        model: A ``Sequential`` or a ``Model``, built or not.
        path: Where to; the name must end in ``.safetensors``.
        custom_objects: Names for functions of your own among the arguments; :func:`~pellucid.load` needs the same.

    Returns:
        The path.

    Raises:
        ArgumentTypeError: An argument is code (a lambda, a function of your own) that no name was given for.
        ArgumentError: The path cannot be written to.

    >>> import tempfile, numpy as np, pellucid
    >>> model = pellucid.Sequential([pellucid.layers.Dense(2, activation="tanh")])
    >>> model.build((None, 3))
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = save(model, f"{folder.name}/net.safetensors")
    >>> again, x = pellucid.load(path), np.ones((4, 3), "float32")
    >>> bool(np.array_equal(again.predict(x), model.predict(x)))
    True
    >>> folder.cleanup()

    Keras's ``.keras`` is a zip file that may hold code, and names classes by module path; PyTorch's ``torch.save``
    writes a pickle.
    """
    path = checked_path(path)
    if not isinstance(model, Layer) or not hasattr(model, "input_shape"):
        raise ArgumentTypeError(
            "save",
            f"a {type(model).__name__} came, but only models are kept in files.",
            "pellucid.Sequential([layer]).save(path)",
        )
    describer = Describer(custom_objects)
    extras, extra_arrays = describe_extras(model, describer)
    description = {
        "model": describer.describe(model, "model"),
        "input_shape": describer.describe(model.input_shape, "input_shape"),
        "input_dtype": describer.describe(model.input_dtype, "input_dtype"),
        "paths": [place for place, _ in places(model)],
        "frozen": [place for place, layer in places(model) if not layer.trainable],
        **extras,
    }
    metadata = {
        "format": FORMAT,
        "format_version": str(FORMAT_VERSION),
        "written_by": pellucid.__version__,
        "description": json.dumps(description, allow_nan=False),
    }
    return write(path, {**_weights(model), **describer.arrays, **extra_arrays}, metadata)


def _weights(model: Layer) -> dict[str, np.ndarray]:
    """Return all arrays by path; a model that is built, but whose weights were not drawn yet, draws them now."""
    found = {}
    for place, slot in weights_of(model):
        slot.fill(model._own_seed(), place)
        found[place] = np.asarray(slot.value)
    return found
