"""Pictures and arrays: reading, saving, turning one into the other, and another size without distortion.

Files are read by Pillow, which matplotlib brings.
"""

from __future__ import annotations

import io
import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError, ShapeError
from pellucid.keras.ops.settings import floatx, known_format
from pellucid.keras.tensor import Tensor
from pellucid.keras.utils.resampling import crop_to_shape, resize

CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
"""Kinds of colour and how many channels they have."""

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
"""Pillow's ways to another size."""

_MODES = {"rgb": ("RGB",), "rgba": ("RGBA",), "grayscale": ("L", "I;16", "I")}


@cache
def pillow() -> Any:
    """Return the module ``PIL.Image``."""
    try:
        return import_module("PIL.Image")
    except ImportError:
        raise DataError(
            "load_img", "images are read by Pillow, which is not installed.", "pip install pillow"
        ) from None


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: Any = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
    grayscale: bool = False,
) -> Any:
    """Read an image file as a Pillow image.

    Args:
        path: A path, or an open binary file.
        color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``.
        target_size: ``(height, width)``, or None for its own.
        interpolation: One of ``INTERPOLATIONS``.
        keep_aspect_ratio: Whether the middle is cut out in the target's proportions first.
        grayscale: The old form of ``color_mode="grayscale"``.
    """
    color_mode = "grayscale" if grayscale else color_mode
    if color_mode not in _MODES:
        raise ArgumentError(
            "load_img",
            f"`color_mode` must be one of {tuple(_MODES)}, but it is {color_mode!r}.",
            "color_mode='rgb'",
        )
    picture = _open(path)
    if picture.mode not in _MODES[color_mode]:
        picture = picture.convert(_MODES[color_mode][0])
    if target_size is None:
        return picture
    height, width = target_size[:2]
    if picture.size == (width, height):
        return picture
    if interpolation not in INTERPOLATIONS:
        raise ArgumentError(
            "load_img",
            f"`interpolation` must be one of {INTERPOLATIONS}, but it is {interpolation!r}.",
            "interpolation='bilinear'",
        )
    method = getattr(pillow().Resampling, interpolation.upper())
    box = _middle(picture.size, (width, height)) if keep_aspect_ratio else None
    return picture.resize((width, height), method, box=box)


def _open(path: Any) -> Any:
    if hasattr(path, "read"):
        return pillow().open(io.BytesIO(path.read()))
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise ArgumentTypeError(
            "load_img",
            f"`path` must be a path or an open file, but it is {type(path).__name__}.",
            "load_img('1.jpg')",
        )
    name = os.fsdecode(path)
    if not os.path.isfile(name):
        raise FileNotFoundError(f"load_img: there is no file {name!r}")
    return pillow().open(io.BytesIO(Path(name).read_bytes()))


def _middle(size: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, ...]:
    """Return left, top, right and bottom of the largest part in the middle with the wanted proportions."""
    (width, height), (wanted_width, wanted_height) = size, wanted
    part_height = min(height, width * wanted_height // wanted_width)
    part_width = min(width, height * wanted_width // wanted_height)
    left, top = (width - part_width) // 2, (height - part_height) // 2
    return left, top, left + part_width, top + part_height


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """Return a picture as an array (height, width, channels) of float32."""
    array = np.asarray(img, dtype or floatx())
    if array.ndim not in (2, 3):
        raise ShapeError(
            "img_to_array",
            f"an image has two or three axes, but its shape is {array.shape}.",
            "img_to_array(images[0])",
        )
    array = array[:, :, None] if array.ndim == 2 else array
    return array.transpose(2, 0, 1) if known_format(data_format) == "channels_first" else array


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """Return an array (height, width, channels) as a Pillow image.

    Args:
        x: The array; 1 channel is grey, 3 are colours, 4 colours and transparency.
        data_format: ``"channels_last"`` (default) or ``"channels_first"``.
        scale: Whether the values are stretched to 0 to 255.
        dtype: To compute in; float32 when omitted.
    """
    array = np.asarray(x, dtype or floatx())
    if array.ndim != 3:
        raise ShapeError(
            "array_to_img",
            f"one image has three axes (height, width, channels), but the array has the shape {array.shape}.",
            "array_to_img(images[0])",
        )
    array = array.transpose(1, 2, 0) if known_format(data_format) == "channels_first" else array
    if array.shape[2] not in CHANNELS.values():
        raise ShapeError(
            "array_to_img",
            f"images have 1, 3 or 4 channels, but the array has {array.shape[2]}.",
            "x[:, :, :3]",
        )
    if scale:
        array = array - array.min()
        array = array / (array.max() or 1) * 255
    if array.shape[2] == 1:
        array = array[:, :, 0]
        # Pillow keeps grey values of more than eight bits as 32-bit integers.
        return pillow().fromarray(array.astype("int32" if array.max() > 255 else "uint8"))
    return pillow().fromarray(array.astype("uint8"))


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **options: Any,
) -> None:
    """Save an array as a picture file; options are those of Pillow's ``Image.save``."""
    if file_format is None and isinstance(path, (str, os.PathLike)):
        file_format = Path(path).suffix[1:]
    kind = {"jpg": "jpeg", "tif": "tiff"}.get((file_format or "").lower(), file_format or None)
    picture = array_to_img(x, data_format, scale)
    if picture.mode == "RGBA" and (kind or "").lower() == "jpeg":
        picture = picture.convert("RGB")  # JPEG knows no transparency
    picture.save(path, format=kind, **options)


def smart_resize(
    x: Any,
    size: Any,
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    **options: Any,
) -> Any:
    """Cut out the middle in the proportions of ``size`` and bring it to that size.

    Args:
        x: Shape (height, width, channels) or (batch, height, width, channels).
        size: ``(height, width)``.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        data_format: Which axes the channels are.
        **options: ``backend_module`` is accepted.

    Returns:
        NumPy for NumPy, else a tensor.
    """
    options.pop("backend_module", None)
    if options:
        raise ArgumentTypeError("smart_resize", f"there is no argument {list(options)}.")
    array = x.value if isinstance(x, Tensor) else x if isinstance(x, jax.Array) else np.asarray(x)
    if array.ndim not in (3, 4) or len(size) != 2:
        raise ShapeError(
            "smart_resize",
            f"images have three axes, batches four, and a size has two numbers; x has the shape {array.shape}, "
            f"size is {size}.",
            "smart_resize(image, (224, 224))",
        )
    found = resize(crop_to_shape(array, size, data_format), size, interpolation, data_format)
    return found if isinstance(found, np.ndarray) else Tensor(found)
