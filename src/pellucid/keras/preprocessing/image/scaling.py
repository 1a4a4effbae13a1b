"""How images are brought to scale: by a factor, by their own or by the data's mean and deviation, whitened."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

SMALL = 1e-6
"""Keeps a deviation of zero from being divided by."""


class Scaling:
    """The scaling that an image generator's settings ask for.

    Args:
        generator: The image generator; it keeps ``mean``, ``std`` and ``zca_whitening_matrix``.
    """

    def __init__(self, generator: Any):
        self.generator = generator

    def of_batch(self, images: np.ndarray) -> np.ndarray:
        """Return a batch scaled; it may be written to."""
        function = self.generator.preprocessing_function
        if function:
            images = np.stack([np.asarray(function(image), images.dtype) for image in images])
        return self._scaled(images, (1, 2, 3))

    def of_any(self, x: Any) -> Any:
        """Return an image or a batch scaled as one thing; floats are written in place."""
        if self.generator.preprocessing_function:
            x = self.generator.preprocessing_function(x)
        x = np.asarray(x)
        return self._scaled(x if x.dtype.kind == "f" else x.astype(self.generator.dtype), None)

    def _scaled(self, x: np.ndarray, axes: Any) -> np.ndarray:
        settings = self.generator
        if settings.rescale:
            x *= np.asarray(settings.rescale, x.dtype)
        if settings.samplewise_center:
            x -= np.mean(x, axis=axes, keepdims=True)
        if settings.samplewise_std_normalization:
            x /= np.std(x, axis=axes, keepdims=True) + SMALL
        if settings.featurewise_center and self._is_fitted("featurewise_center", settings.mean):
            x -= settings.mean
        if settings.featurewise_std_normalization and self._is_fitted(
            "featurewise_std_normalization", settings.std
        ):
            x /= settings.std + SMALL
        if settings.zca_whitening and self._is_fitted(
            "zca_whitening", settings.zca_whitening_matrix
        ):
            matrix = settings.zca_whitening_matrix
            x = (x.reshape(-1, len(matrix)) @ matrix).reshape(x.shape)
        return x

    def _is_fitted(self, setting: str, measured: Any) -> bool:
        if measured is None:
            warnings.warn(
                f"ImageDataGenerator({setting}=True) has not seen any data, so this step is left out. "
                "Repair: datagen.fit(x_train)",
                stacklevel=6,
            )
        return measured is not None

    def measure(self, images: np.ndarray) -> None:
        """Measure what the settings need on (images, height, width, channels); the array is written to."""
        settings = self.generator
        axes = (0, settings.row_axis, settings.col_axis)
        if settings.featurewise_center:
            settings.mean = images.mean(axis=axes, keepdims=True)[0]
            images -= settings.mean
        if settings.featurewise_std_normalization:
            settings.std = images.std(axis=axes, keepdims=True)[0]
            images /= settings.std + SMALL
        if settings.zca_whitening:
            flat = images.reshape(len(images), -1)
            # flat^T = U S V^T, so the covariance is U (S^2 / n) U^T and its inverse root U (sqrt(n) / S) U^T.
            vectors, strengths, _ = np.linalg.svd(flat.T, full_matrices=False)
            shrink = np.sqrt(len(flat)) / (strengths + settings.zca_epsilon)
            settings.zca_whitening_matrix = (vectors * shrink) @ vectors.T
