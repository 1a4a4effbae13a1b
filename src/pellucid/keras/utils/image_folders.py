"""Data sets of the images in a folder: ``image_dataset_from_directory``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.ops.settings import known_format
from pellucid.keras.preprocessing.image.pictures import CHANNELS, load_img
from pellucid.keras.tensorflow.image.resizing import METHODS
from pellucid.keras.utils.columns import FileColumn
from pellucid.keras.utils.labelled import Plan, labelled
from pellucid.keras.utils.resampling import crop_to_shape, resize, resize_with_pad

WHO = "image_dataset_from_directory"
ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
    **old: Any,
) -> Any:
    """Return the images of a folder as batches with labels.

    Args:
        directory: The folder; with inferred labels it has a folder for each class.
        labels: ``"inferred"``, a list of numbers in the order of the sorted paths, or None.
        label_mode: ``"int"``, ``"categorical"`` (one-hot), ``"binary"`` (0.0 and 1.0) or None.
        class_names: The folders that count, in the order of their numbers.
        color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``.
        batch_size: Images of a batch; None for single images.
        image_size: ``(height, width)`` that all images get.
        shuffle: Whether the images are mixed, anew in each epoch.
        seed: Of the mixing.
        validation_split: The part for validation.
        subset: ``"training"``, ``"validation"`` or ``"both"``, which gives two data sets.
        interpolation: One of TensorFlow's methods.
        follow_links: Whether links to folders are followed.
        crop_to_aspect_ratio: Whether images are cropped to the target's proportions.
        pad_to_aspect_ratio: Whether they get black borders instead.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        format: Accepted; a data set of this package is returned.
        verbose: Whether what was found is printed.
        **old: ``smart_resize``, the old name of ``crop_to_aspect_ratio``.

    Returns:
        A ``tf.data.Dataset`` with ``class_names`` and ``file_paths``; pixels are float32 from 0 to 255.

    Raises:
        DataError: The folder is not there, or holds no images.
    """
    if color_mode not in CHANNELS:
        raise ArgumentError(
            WHO,
            f"`color_mode` must be one of {tuple(CHANNELS)}, but it is {color_mode!r}.",
            "color_mode='rgb'",
        )
    if interpolation.lower() not in METHODS:
        raise ArgumentError(
            WHO,
            f"`interpolation` must be one of {METHODS}, but it is {interpolation!r}.",
            "interpolation='bilinear'",
        )
    crop = crop_to_aspect_ratio or old.pop("smart_resize", False)
    if crop and pad_to_aspect_ratio:
        raise ArgumentError(
            WHO,
            "images can be cropped or padded to their proportions, not both.",
            "crop_to_aspect_ratio=True",
        )
    size = (image_size, image_size) if isinstance(image_size, int) else tuple(image_size)
    fit = _cropped if crop else _padded if pad_to_aspect_ratio else _stretched
    where = known_format(data_format)
    read = partial(
        read_image,
        size=size,
        color_mode=color_mode,
        method=interpolation.lower(),
        fit=fit,
        data_format=where,
    )
    channels = CHANNELS[color_mode]
    shape = (*size, channels) if where == "channels_last" else (channels, *size)
    plan = Plan(
        WHO, directory, labels, label_mode, class_names, ENDINGS, batch_size, shuffle, seed, validation_split,
        subset, follow_links, verbose,
    )  # fmt: skip
    return labelled(plan, lambda paths: FileColumn(paths, read, shape, "float32"))


def read_image(
    path: str,
    size: tuple[int, int],
    color_mode: str,
    method: str,
    fit: Callable[[np.ndarray, tuple[int, int], str], np.ndarray],
    data_format: str,
) -> np.ndarray:
    """Return an image file as float32 in a size."""
    pixels = np.asarray(load_img(path, color_mode))
    image = fit(pixels if pixels.ndim == 3 else pixels[:, :, None], size, method)
    return image.transpose(2, 0, 1) if data_format == "channels_first" else image


def _stretched(image: np.ndarray, size: tuple[int, int], method: str) -> np.ndarray:
    return resize(image, size, method)


def _cropped(image: np.ndarray, size: tuple[int, int], method: str) -> np.ndarray:
    return resize(crop_to_shape(image, size), size, method)


def _padded(image: np.ndarray, size: tuple[int, int], method: str) -> np.ndarray:
    return resize_with_pad(image, size, method)
