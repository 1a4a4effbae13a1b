"""Keras's old home of everything that prepares data: images, texts, sequences, folders."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

__getattr__, __dir__ = facade(
    __name__,
    {
        "pellucid.keras.utils": """image_dataset_from_directory text_dataset_from_directory
            timeseries_dataset_from_array"""
    },
    modules="image sequence text",
)
__all__ = __dir__()  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]
