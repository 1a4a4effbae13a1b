"""Images for training: read, varied at random, brought to scale. ``README.md`` of the package names the files."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = {
    "arrays": "NumpyArrayIterator",
    "folders": "DirectoryIterator",
    "frames": "DataFrameIterator",
    "generator": "ImageDataGenerator",
    "iterators": "Iterator",
    "pictures": "array_to_img img_to_array load_img save_img smart_resize",
    "single": """apply_affine_transform apply_brightness_shift apply_channel_shift random_brightness
        random_channel_shift random_rotation random_shear random_shift random_zoom""",
}

__getattr__, __dir__ = facade(
    __name__, {f"{__name__}.{file}": names for file, names in _HERE.items()}
)
__all__ = __dir__()  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]
