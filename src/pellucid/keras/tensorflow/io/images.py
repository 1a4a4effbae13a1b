"""Images out of files and back, through Pillow, which is not needed for anything else."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError, FileFormatError, UsageError
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.tensorflow.image.colours import to_dtype
from pellucid.keras.tensorflow.static import integers
from pellucid.keras.tensorflow.text import Text, texts

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def pillow() -> Any:
    """Return Pillow's ``Image`` module.

    Raises:
        UsageError: Pillow is not installed.
    """
    try:
        return import_module("PIL.Image")
    except ImportError as missing:
        raise UsageError(
            "tf.io", "images are read by Pillow, which is not installed.", "pip install pillow"
        ) from missing


def decode_image(
    contents: Any,
    channels: Any = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """Return the pixels of an image file, shape (height, width, channels), ``tf.io.decode_image``.

    Args:
        contents: What ``tf.io.read_file`` gives.
        channels: 1, 3 or 4 to have as many; 0 or None for those in the file.
        dtype: The dtype; floats go from 0 to 1.
        name: Accepted.
        expand_animations: Accepted; of a moving image the first picture is returned.

    Raises:
        FileFormatError: The bytes are no image.
        ArgumentError: ``channels`` is another number.
    """
    if channels not in (None, 0, 1, 3, 4):
        raise ArgumentError(
            "tf.io.decode_image", f"`channels` must be 0, 1, 3 or 4, but it is {channels!r}."
        )
    try:
        with pillow().open(BytesIO(texts(contents)[()])) as picture:
            pixels = np.asarray(picture.convert(_mode(picture, channels)))
    except OSError as wrong:
        raise FileFormatError(
            "tf.io.decode_image", "the bytes are no image that is known."
        ) from wrong
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    found = jnp.asarray(pixels)
    return Tensor(found if dtype == "uint8" else to_dtype(found, str(dtype)))


def _mode(picture: Any, channels: Any) -> str:
    """Return Pillow's name for the channels wanted, or those in the file."""
    if channels:
        return _MODES[channels]
    if picture.mode == "P":
        return "RGBA" if "transparency" in picture.info else "RGB"
    if picture.mode in _MODES.values():
        return picture.mode
    return "L" if picture.mode in ("1", "I", "I;16", "F") else "RGB"


def decode_jpeg(contents: Any, channels: int = 0, *options: Any, **more: Any) -> Tensor:
    """Return the pixels of a JPEG file, ``tf.io.decode_jpeg``; how exactly it is decoded is Pillow's choice."""
    return decode_image(contents, channels)


def decode_png(
    contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None
) -> Tensor:
    """Return the pixels of a PNG file, ``tf.io.decode_png``."""
    return decode_image(contents, channels, dtype)


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Tensor:
    """Return the pixels of a BMP file, ``tf.io.decode_bmp``."""
    return decode_image(contents, channels)


def decode_gif(contents: Any, name: str | None = None) -> Tensor:
    """Return the first picture of a GIF file, shape (1, height, width, 3), ``tf.io.decode_gif``."""
    return Tensor(decode_image(contents, 3).value[None])


def decode_and_crop_jpeg(
    contents: Any, crop_window: Any, channels: int = 0, *options: Any, **more: Any
) -> Tensor:
    """Return a part (top, left, height, width) of a JPEG file, ``tf.io.decode_and_crop_jpeg``."""
    top, left, height, width = integers(crop_window)
    return decode_image(contents, channels)[top : top + height, left : left + width]


def is_jpeg(contents: Any, name: str | None = None) -> bool:
    """Tell whether bytes are a JPEG file, ``tf.io.is_jpeg``."""
    return texts(contents)[()].startswith(b"\xff\xd8\xff")


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Text:
    """Return an image of whole numbers as a PNG file, ``tf.io.encode_png``."""
    return _encoded(image, "PNG")


def encode_jpeg(image: Any, format: str = "", quality: int = 95, **options: Any) -> Text:
    """Return an image of whole numbers as a JPEG file, ``tf.io.encode_jpeg``."""
    return _encoded(image, "JPEG", quality=quality)


def _encoded(image: Any, kind: str, **options: Any) -> Text:
    pixels = np.asarray(as_array(image), np.uint8)
    held = BytesIO()
    flat = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    pillow().fromarray(flat).save(held, kind, **options)
    return Text(held.getvalue())
