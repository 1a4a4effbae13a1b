"""Layers of images that belong to their images in a way of their own: windows, mixtures, whole numbers resized."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.resizing import crop_to_ratio
from pellucid.keras.sides.image import ImageSide, on_both
from pellucid.keras.tensor import as_array
from pellucid.layers.augmentation.resizing import resized, stretched


class FitSide(ImageSide):
    """Images brought to a size, in training and outside; whole numbers stay whole."""

    @on_both
    def get_random_transformation(self, data: Any, training: Any = True, seed: Any = None) -> Any:
        """Return the shape of the images: nothing is random."""
        images = data["images"] if isinstance(data, dict) else data
        return {"input_shape": tuple(images.shape)}

    @on_both
    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return masks in the new size, each pixel of one class."""
        found = self._on_batch(segmentation_masks, transformation, True, self.vary_masks)
        return found.astype(segmentation_masks.dtype)

    @on_both
    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return boxes around what they showed, in the new size."""
        return self._boxes_moved(bounding_boxes, transformation)


class CropSide(FitSide):
    """Windows of images; outside training, and of images that are smaller, the middle is resized, as in Keras."""

    @on_both
    def get_random_transformation(self, data: Any, training: Any = True, seed: Any = None) -> Any:
        """Return where the windows begin, ``starts``, and the shape of the images."""
        images = data["images"] if isinstance(data, dict) else data
        size = self._image_size(images.shape)
        drawn: dict[str, Any] = {"input_shape": tuple(images.shape)}
        if training and self.height <= size[0] and self.width <= size[1]:
            drawn |= self.draw(self._as_batch(images), self._key_of_draw(seed))
        return drawn

    def vary(self, images: Any, drawn: Any) -> Any:
        """Return the windows, or the images' middle, resized."""
        return super().vary(images, drawn) if "starts" in drawn else self.rest(images)

    def vary_masks(self, masks: Any, drawn: Any) -> Any:
        """Return the windows of masks, or their middle, each pixel of one class."""
        return (
            super().vary_masks(masks, drawn)
            if "starts" in drawn
            else self._middle(masks, "nearest")
        )

    def rest(self, images: Any) -> Any:
        """Return the middle of each image, resized to the window."""
        return self._middle(images, "bilinear")

    def _middle(self, images: Any, interpolation: str) -> Any:
        part, _ = crop_to_ratio(images, self.height, self.width)
        return resized(part, self.height, self.width, interpolation)

    def follow(self, points: Any, drawn: Any, size: tuple[int, int]) -> Any:
        """Return where points go; with a middle they are stretched."""
        if "starts" in drawn:
            return super().follow(points, drawn, size)
        middle, start = crop_to_ratio(jnp.zeros((1, *size, 1)), self.height, self.width)
        return stretched(points, start, middle.shape[1:3], (self.height, self.width))


class ResizeSide(FitSide):
    """Images resized; whole numbers are rounded and kept in their dtype."""

    @on_both
    def transform_images(
        self, images: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return the images in the new size and in their dtype."""
        found = self._on_batch(images, transformation, True, self.vary)
        dtype = jnp.asarray(images).dtype
        if not jnp.issubdtype(dtype, jnp.integer):
            return found
        ends = jnp.iinfo(dtype)
        return jnp.clip(jnp.round(found), ends.min, ends.max).astype(dtype)


class MixSide(ImageSide):
    """Images mixed with others of the batch, and what belongs to them likewise."""

    gives_batches = True

    @on_both
    def transform_labels(
        self, labels: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return the labels mixed in the same parts; they are one-hot, or numbers."""
        if not training or transformation is None:
            return labels
        labels = as_array(labels).astype(jnp.float32)
        share = jnp.asarray(transformation["mix_weight"], jnp.float32)
        share = share.reshape(-1, *[1] * (labels.ndim - 1))
        others = labels[jnp.asarray(transformation["permutation_order"])]
        return share * labels + (1 - share) * others

    @on_both
    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return for each image its boxes and those of its partner."""
        if not training or transformation is None:
            return bounding_boxes
        partner = jnp.asarray(transformation["permutation_order"])

        def both(array: Any) -> jax.Array:
            array = jnp.asarray(array)
            return jnp.concatenate([array, array[partner]], min(1, array.ndim - 1))

        return {name: both(bounding_boxes[name]) for name in ("boxes", "labels")}


class EraseSide(ImageSide):
    """Rectangles wiped out of images."""

    gives_batches = True


SIDES = {
    "CenterCrop": FitSide,
    "CutMix": MixSide,
    "MixUp": MixSide,
    "RandomCrop": CropSide,
    "RandomErasing": EraseSide,
    "Resizing": ResizeSide,
}


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's layers of images."""
    return SIDES.get(plain.__name__, ImageSide)
