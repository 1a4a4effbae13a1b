"""Prediction: rows in, outputs out, for any number of rows with few programs.

Rows are padded to the next power of two (up to a chunk), so that predicting 1, 2, 3, ... rows compiles a handful of
programs, not one for each number; in inference a row's output does not depend on the other rows.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import jax
import numpy as np

from pellucid.data.arrays import rows
from pellucid.modules import apply, fingerprint
from pellucid.modules.tree import current_arrays, skeleton
from pellucid.training.cache import kept
from pellucid.training.effort import compiler_options
from pellucid.training.outputs import names_of
from pellucid.training.start import weight_kinds

CHUNK = 1024

# What each model predicted last: its structure, and the form of a row. A loop that predicts a row at a time is common.
_taken: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def structure_of(model: Any) -> Any:
    """Return what the program of a prediction depends on."""
    return fingerprint(model._device_part())


def has_taken(model: Any, structure: Any, inputs: Any) -> bool:
    """Tell whether a model of this structure predicted rows of this form last: nothing is to be built or refused."""
    return _taken.get(model) == (structure, row_form(inputs))


def row_form(inputs: Any) -> Any:
    """Return what one row looks like.

    >>> row_form(np.zeros((3, 2), "float32"))[1]
    (((2,), dtype('float32')),)
    """
    leaves, form = jax.tree.flatten(inputs)
    return form, tuple((leaf.shape[1:], leaf.dtype) for leaf in leaves)


def predict(model: Any, inputs: Any, batch_size: int | None, structure: Any) -> Any:
    """Return the outputs of all rows as NumPy; ``structure`` is that of the model as it is now."""
    arrays = current_arrays(model, model.seed)
    _, state_paths = weight_kinds(model)
    params = {path: a for path, a in arrays.items() if path not in state_paths}
    state = {path: a for path, a in arrays.items() if path in state_paths}
    part = model._device_part()
    program = kept(("predict", structure), lambda: prediction_program(skeleton(part)))
    _taken[model] = structure, row_form(inputs)
    size, count = batch_size or CHUNK, rows(inputs)
    parts = []
    for first in range(0, count, size):
        some = jax.tree.map(lambda a, first=first: a[first : first + size], inputs)
        parts.append(predict_chunk(program, params, state, some, size))
    return jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)


def predicted_classes(model: Any, outputs: Any) -> Any:
    """Return the most likely labels of predictions; of several outputs those that were trained on classes, by name."""
    if hasattr(outputs, "shape"):
        return labels_of(outputs, model.classes)
    by_output = dict(zip(names_of(model, outputs), jax.tree.leaves(outputs), strict=True))
    known = {name: labels for name, labels in (model.classes or {}).items() if labels is not None}
    return {name: labels_of(by_output[name], labels) for name, labels in known.items()}


def labels_of(outputs: np.ndarray, classes: Any) -> np.ndarray:
    """Return the label of the largest output, or whether the only one is above 1/2.

    >>> labels_of(np.array([[0.2, 0.8], [0.9, 0.1]]), ["ham", "spam"]).tolist()
    ['spam', 'ham']
    """
    single = outputs.ndim == 1 or outputs.shape[-1] == 1
    index = (outputs.reshape(len(outputs)) > 0.5).astype(int) if single else outputs.argmax(-1)
    return index if classes is None else np.asarray(classes)[index]


def predict_chunk(program: Any, params: Any, state: Any, part: Any, size: int) -> Any:
    """Predict at most ``size`` rows, padded to a power of two by repeating the first row."""
    count = rows(part)
    padded = min(size, 1 << (count - 1).bit_length())
    if padded > count:
        part = jax.tree.map(
            lambda a: np.concatenate([a, np.repeat(a[:1], padded - count, axis=0)]), part
        )
    outputs = program(params, state, part)
    return jax.tree.map(lambda a: np.asarray(a)[:count], outputs)


def prediction_program(model: Any) -> Any:
    """Return the compiled application of a model in inference mode."""

    def pellucid_predict(params: Any, state: Any, inputs: Any) -> Any:
        return apply(model, params, state, inputs)[0]

    return jax.jit(pellucid_predict, compiler_options=compiler_options(model))
