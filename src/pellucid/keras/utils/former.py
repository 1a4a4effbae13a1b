"""Names that ``keras.utils`` had long ago, and one that is left out, which says what to write instead."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from pellucid.core.errors import UsageError
from pellucid.keras.notices import say


def probas_to_classes(y_pred: Any) -> np.ndarray:
    """Return the number of the likeliest class of each row; of one column, whether it is above one half."""
    chances = np.asarray(y_pred)
    if chances.ndim > 1 and chances.shape[1] > 1:
        return chances.argmax(axis=1)
    return (chances.ravel() > 0.5).astype(int)


def categorical_probas_to_classes(p: Any) -> np.ndarray:
    """Return the number of the likeliest class of each row."""
    return np.asarray(p).argmax(axis=1)


def to_ordinal(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Return for each label as many ones as it has classes below it.

    >>> to_ordinal([0, 2])
    array([[0., 0.],
           [1., 1.]], dtype=float32)
    """
    labels = np.asarray(x).astype(int)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    count = num_classes or int(labels.max()) + 1
    return (labels[..., None] > np.arange(count - 1)).astype(np.float32)


def multi_gpu_model(model: Any, gpus: Any = None, **options: Any) -> Any:
    """Return the model itself: the devices of a machine share every batch."""
    say(
        "multi_gpu_model",
        "`multi_gpu_model` is not needed: the devices of a machine share every batch.",
    )
    return model


def print_summary(model: Any, **options: Any) -> None:
    """Print what a model is made of, ``model.summary()``."""
    model.summary()


def audio_dataset_from_directory(*arguments: Any, **options: Any) -> NoReturn:
    """Say that sounds are not read from files."""
    raise UsageError(
        "audio_dataset_from_directory",
        "sounds are not read from files here.",
        "scipy.io.wavfile.read(path) for each file, then tf.data.Dataset.from_tensor_slices((x, y))",
    )
