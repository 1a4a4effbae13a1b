"""``keras.layers.MaxNumBoundingBoxes``: as many boxes for each image, so that images can be batched."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

import pellucid
from pellucid.keras.sides.image import ImageSide, on_both


class MaxNumBoundingBoxes(ImageSide, pellucid.Layer):
    """Cuts off or fills up the boxes beside images to a number; images and all else stay as they are.

    Args:
        max_number: How many boxes each image gets.
        fill_value: The numbers and labels of those that are added. Default -1.
        data_format: Where the channels are.
        **kwargs: ``bounding_box_format``, ``name`` and others as in :class:`Layer`.
    """

    plain = pellucid.Layer

    def __init__(
        self, max_number: int, fill_value: int = -1, data_format: str | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.max_number = int(max_number)
        self.fill_value = int(fill_value)
        self.data_format = data_format

    @on_both
    def get_random_transformation(self, data: Any, training: Any = True, seed: Any = None) -> Any:
        """Return None: nothing is drawn."""
        return None

    @on_both
    def transform_images(
        self, images: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return the images."""
        return images

    @on_both
    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return the masks."""
        return segmentation_masks

    @on_both
    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return as many boxes and labels as are wanted."""

        def fitted(array: Any) -> Any:
            array = jnp.asarray(array)[:, : self.max_number]
            lacking = self.max_number - array.shape[1]
            edges = [(0, 0), (0, lacking), *[(0, 0)] * (array.ndim - 2)]
            return jnp.pad(array, edges, constant_values=self.fill_value)

        return {
            **bounding_boxes,
            **{key: fitted(bounding_boxes[key]) for key in ("boxes", "labels")},
        }
