"""``ImageDataGenerator``: images varied at random and brought to scale, batch after batch.

All changes of a batch are computed together (`affine.py`, `colours.py`), not image by image.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.keras.notices import differs
from pellucid.keras.ops.settings import floatx, known_format
from pellucid.keras.preprocessing.image.affine import transform
from pellucid.keras.preprocessing.image.arrays import NumpyArrayIterator
from pellucid.keras.preprocessing.image.chance import draw
from pellucid.keras.preprocessing.image.colours import change
from pellucid.keras.preprocessing.image.folders import DirectoryIterator
from pellucid.keras.preprocessing.image.frames import DataFrameIterator
from pellucid.keras.preprocessing.image.scaling import Scaling
from pellucid.keras.preprocessing.image.settings import axes_of, brightness_pair, zoom_pair
from pellucid.keras.utils.chance import GLOBAL


class ImageDataGenerator:
    """Varies images at random and scales them; ``flow`` and its sisters give endless batches.

    Args:
        featurewise_center: Whether the mean of the data that ``fit`` saw is taken off, channel by channel.
        samplewise_center: Whether each image's own mean is taken off.
        featurewise_std_normalization: Whether images are divided by the data's standard deviation.
        samplewise_std_normalization: Whether images are divided by their own.
        zca_whitening: Whether pixels are made uncorrelated, after ``fit``.
        zca_epsilon: Keeps the whitening from dividing by zero.
        rotation_range: Degrees to either side.
        width_shift_range: Sideways: a fraction of the width, pixels, or a list of pixels.
        height_shift_range: The same up and down.
        brightness_range: Two factors to draw from; 1 changes nothing.
        shear_range: Degrees.
        zoom_range: ``z`` for factors from ``1 - z`` to ``1 + z``, or two factors.
        channel_shift_range: What is added to all values at most.
        fill_mode: What comes in at the edges: ``"nearest"``, ``"constant"``, ``"reflect"`` or ``"wrap"``.
        cval: The number for ``"constant"``.
        horizontal_flip: Whether half of the images are mirrored.
        vertical_flip: Whether half of the images are turned upside down.
        rescale: A factor after all changes, such as ``1 / 255``.
        preprocessing_function: A function of one image, before the scaling.
        data_format: ``"channels_last"`` (default) or ``"channels_first"``.
        validation_split: The part of the data that ``subset="validation"`` takes.
        interpolation_order: 0 nearest pixel, 1 linear, 2 to 5 splines.
        dtype: Of the batches.

    Example:
        >>> images = np.arange(8.0).reshape(2, 2, 2, 1)
        >>> batches = ImageDataGenerator(rescale=0.1).flow(images, [0, 1], shuffle=False)
        >>> x, y = next(batches)
        >>> x.ravel().round(1).tolist(), y.tolist()
        ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], [0, 1])

    Differs from Keras: ``height_shift_range`` moves up and down and ``width_shift_range`` sideways, as their names
    say (Keras 2.2 to 3 exchange them), and images that are not square turn about their own middle.
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Any = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ):
        if validation_split and not 0 < validation_split < 1:
            raise ArgumentError(
                "ImageDataGenerator",
                f"`validation_split` must be between 0 and 1, but it is {validation_split}.",
                "validation_split=0.2",
            )
        # Whitening and division by a deviation make sense about the mean only.
        self.featurewise_center = (
            featurewise_center or featurewise_std_normalization or zca_whitening
        )
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.featurewise_std_normalization = featurewise_std_normalization and not zca_whitening
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        if not np.array_equal(width_shift_range, height_shift_range):
            differs(
                "ImageDataGenerator shifts",
                "`width_shift_range` moves sideways and `height_shift_range` up and down; Keras exchanges them.",
            )
        self.zoom_range = zoom_pair(zoom_range)
        self.channel_shift_range = channel_shift_range
        self.brightness_range = brightness_pair(brightness_range)
        self.fill_mode, self.cval = fill_mode, cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.data_format = known_format(data_format)
        self.row_axis, self.col_axis, self.channel_axis = axes_of(self.data_format)
        self.interpolation_order = interpolation_order
        self.dtype = np.dtype(dtype or floatx())
        self._validation_split = validation_split
        self.mean: Any = None
        self.std: Any = None
        self.zca_whitening_matrix: Any = None

    # Sources of batches.

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        **options: Any,
    ) -> NumpyArrayIterator:
        """Return endless batches of arrays; options are those of :class:`~.arrays.NumpyArrayIterator`."""
        return NumpyArrayIterator(x, y, self, batch_size, shuffle, sample_weight, seed, **options)

    def flow_from_directory(
        self,
        directory: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        **options: Any,
    ) -> DirectoryIterator:
        """Return endless batches of the images in a folder with a folder for each class."""
        saving = {
            "save_to_dir": save_to_dir,
            "save_prefix": save_prefix,
            "save_format": save_format,
        }
        return DirectoryIterator(
            directory, self, target_size, color_mode, classes, class_mode, batch_size, shuffle, seed,
            follow_links=follow_links, **saving, **options,
        )  # fmt: skip

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        **options: Any,
    ) -> DataFrameIterator:
        """Return endless batches of the images that a data frame names."""
        return DataFrameIterator(
            dataframe, directory, self, x_col, y_col, weight_col, target_size, color_mode, classes, class_mode,
            batch_size, shuffle, seed, **options,
        )  # fmt: skip

    # Random changes.

    def get_random_transform(self, img_shape: Any, seed: int | None = None) -> dict[str, Any]:
        """Draw the parameters of a change for an image of this shape."""
        random = GLOBAL if seed is None else np.random.RandomState(seed)
        return self._draw(img_shape, random)

    def apply_transform(self, x: Any, transform_parameters: dict[str, Any]) -> np.ndarray:
        """Change one image as the parameters say."""
        image = np.asarray(x)
        if image.ndim != 3:
            raise ShapeError(
                "ImageDataGenerator",
                f"one image has three axes, but an array of shape {image.shape} came.",
                "apply_transform(images[0], parameters)",
            )
        image = image if image.dtype.kind == "f" else image.astype(self.dtype)
        return self._change(image[None], [transform_parameters])[0]

    def random_transform(self, x: Any, seed: int | None = None) -> np.ndarray:
        """Change one image at random."""
        return self.apply_transform(x, self.get_random_transform(np.shape(x), seed))

    def augment(self, images: np.ndarray, random: Any) -> np.ndarray:
        """Change a batch of images at random and bring it to scale; methods that a subclass overrides are heard."""
        own = type(self)
        drawn = own.get_random_transform is ImageDataGenerator.get_random_transform
        shape = images.shape[1:]
        parameters = [
            self._draw(shape, random) if drawn else self.get_random_transform(shape) for _ in images
        ]
        if own.apply_transform is ImageDataGenerator.apply_transform:
            images = self._change(images, parameters)
        else:
            pairs = zip(images, parameters, strict=True)
            images = np.stack([self.apply_transform(*pair) for pair in pairs])
        if own.standardize is ImageDataGenerator.standardize:
            return Scaling(self).of_batch(images)
        return np.stack([self.standardize(image) for image in images])

    def _draw(self, shape: Any, random: Any) -> dict[str, Any]:
        return draw(self, shape[self.row_axis - 1], shape[self.col_axis - 1], random)

    def _change(self, images: np.ndarray, parameters: list[dict[str, Any]]) -> np.ndarray:
        first = self.data_format == "channels_first"
        images = images.transpose(0, 2, 3, 1) if first else images
        images = transform(images, parameters, self.fill_mode, self.cval, self.interpolation_order)
        images = change(images, parameters)
        return images.transpose(0, 3, 1, 2) if first else images

    # Scaling.

    def standardize(self, x: Any) -> Any:
        """Scale an image or a batch, in place where it holds floats."""
        return Scaling(self).of_any(x)

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Measure the mean, the deviation and the whitening on sample images.

        Args:
            x: Shape (images, height, width, channels).
            augment: Whether to measure on changed images.
            rounds: How often each image is changed.
            seed: Of the changes.
        """
        images = np.array(x, self.dtype)
        if images.ndim != 4:
            raise ShapeError(
                "ImageDataGenerator.fit",
                f"images have four axes (images, height, width, channels), but x has the shape {images.shape}.",
                "x = x.reshape(-1, 28, 28, 1)",
            )
        if images.shape[self.channel_axis] not in {1, 3, 4}:
            warnings.warn(
                f"axis {self.channel_axis} should hold 1, 3 or 4 channels, but x has the shape {images.shape}",
                stacklevel=2,
            )
        if self.rescale:
            images *= self.rescale
        if augment:
            random = GLOBAL if seed is None else np.random.RandomState(seed)
            images = np.concatenate(
                [
                    self._change(images, [self._draw(images.shape[1:], random) for _ in images])
                    for _ in range(rounds)
                ]
            )
        Scaling(self).measure(images)
