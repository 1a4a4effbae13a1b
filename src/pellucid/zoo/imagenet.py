"""Images for the architectures, and what their thousand outputs mean."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np

from pellucid.core.errors import ShapeError, unknown_name
from pellucid.zoo.arguments import IMAGENET_CLASSES
from pellucid.zoo.published import fetch_file

CLASSES = (
    "imagenet_class_index.json",
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "c2c37ea517e94d9795004a39431a14cb",
)
"""Name, address and MD5 of the list of classes."""
BLUE_GREEN_RED = np.array([103.939, 116.779, 123.68], np.float32)
"""Means of ImageNet's channels in the order of Caffe, as pixels from 0 to 255."""
MEANS = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATIONS = np.array([0.229, 0.224, 0.225], np.float32)
"""Means and standard deviations of the channels red, green and blue, scaled to [0, 1]."""
MODES = ("caffe", "none", "tf", "torch")


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Bring pixels from 0 to 255 to the scale that a network was trained with.

    Args:
        x: One image or a batch with the channels red, green and blue: an array, or a symbolic tensor in a graph.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        mode: ``"caffe"``: blue, green, red, less the mean of each (VGG, ResNet); ``"tf"``: to [-1, 1] (Inception,
            Xception, MobileNet 1 and 2, ResNet V2, NASNet); ``"torch"``: to mean 0 and deviation 1 (DenseNet);
            ``"none"``: unchanged (EfficientNet and MobileNetV3 scale themselves). Default ``"caffe"``.

    Returns:
        The scaled images, of the shape that came; the argument is left as it is.

    Raises:
        UnknownNameError: There is no such mode.

    Example:
        >>> import numpy as np
        >>> preprocess_input(np.array([[[0, 127.5, 255]]]), mode="tf")
        array([[[-1.,  0.,  1.]]])

    Differs from Keras: the images that are given are never written to.
    """
    if mode not in MODES:
        raise unknown_name("mode of preprocessing", mode, MODES)
    if not hasattr(x, "shape"):
        x = np.asarray(x)
    if mode == "none":
        return x
    if isinstance(x, np.ndarray) and not np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float32)
    if mode == "tf":
        return x / 127.5 - 1.0
    channels_first = data_format == "channels_first"
    if mode == "torch":
        return (x / 255.0 - _along(x, MEANS, channels_first)) / _along(
            x, DEVIATIONS, channels_first
        )
    return _reversed(x, channels_first) - _along(x, BLUE_GREEN_RED, channels_first)


def _along(x: Any, numbers: np.ndarray, channels_first: bool) -> np.ndarray:
    """Give numbers of the channels the shape to broadcast, and the dtype of an array."""
    if isinstance(x, np.ndarray):
        numbers = numbers.astype(x.dtype)
    return numbers[:, None, None] if channels_first else numbers


def _reversed(x: Any, channels_first: bool) -> Any:
    """Turn red, green, blue into blue, green, red."""
    if not channels_first:
        return x[..., ::-1]
    return x[::-1] if len(x.shape) == 3 else x[:, ::-1]


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """Say what a network with ImageNet's classes sees.

    Args:
        preds: Its outputs, (batch, 1000).
        top: How many of the likeliest classes to name. Default 5.

    Returns:
        For each image the likeliest classes first: WordNet's number, the name, the output.

    Raises:
        ShapeError: The outputs are not of 1000 classes.
        DataError: The list of classes cannot be had; the message says where to put it.

    >>> import numpy as np
    >>> try:
    ...     decode_predictions(np.zeros((1, 10)))
    ... except ValueError as error:
    ...     print(error.problem)
    it needs a batch of outputs for ImageNet's 1000 classes, shape (batch, 1000), but got (1, 10).
    """
    array = np.asarray(preds)
    if array.ndim != 2 or array.shape[1] != IMAGENET_CLASSES:
        raise ShapeError(
            "decode_predictions",
            f"it needs a batch of outputs for ImageNet's {IMAGENET_CLASSES} classes, shape "
            f"(batch, {IMAGENET_CLASSES}), but got {array.shape}.",
            "model.predict(images) of a model with include_top=True and classes=1000",
        )
    classes = _classes()
    return [
        [(*classes[place], float(row[place])) for place in np.argsort(-row, kind="stable")[:top]]
        for row in array
    ]


@lru_cache(maxsize=1)
def _classes() -> list[tuple[str, str]]:
    """Return WordNet's number and the name of every class, in the order of the outputs."""
    found = json.loads(fetch_file(*CLASSES).read_text(encoding="utf-8"))
    return [tuple(found[str(place)]) for place in range(IMAGENET_CLASSES)]
