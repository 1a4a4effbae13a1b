"""What all architectures let a user choose, checked in one place: top or no top, weights, shape of the images."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid import activations
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.layers import Input
from pellucid.modules.symbolic import SymbolicTensor

IMAGENET = "imagenet"
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Arguments:
    """The arguments that all architectures share, by Keras's names.

    Args:
        network: The architecture's name, for messages.
        include_top: Whether the network ends with its classifier.
        weights: None for random ones, ``"imagenet"`` for the published ones, or the path of a file.
        input_tensor: A symbolic tensor that the network is to begin with, or None for a new input.
        input_shape: The shape of one image, (height, width, channels), or None for the usual one.
        pooling: Without the top: ``"avg"`` or ``"max"`` makes one number of every channel, None leaves the maps.
        classes: With the top: how many classes it tells apart.
        classifier_activation: With the top: the activation of the classifier, or None for logits.
        name: The model's name.

    Raises:
        ArgumentError: A value, or a combination of values, that makes no sense.
    """

    network: str
    include_top: bool
    weights: Any
    input_tensor: Any
    input_shape: Any
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str | None

    def __post_init__(self):
        self._check_weights()
        if self.pooling not in (None, "avg", "max"):
            raise ArgumentError(
                self.network,
                f"`pooling` must be 'avg', 'max' or None, but it is {self.pooling!r}.",
                f"{self.network}(include_top=False, pooling='avg')",
            )

    @property
    def published(self) -> bool:
        """Whether the published weights are wanted."""
        return isinstance(self.weights, str) and self.weights == IMAGENET

    def _check_weights(self) -> None:
        known = self.weights is None or isinstance(self.weights, (str, os.PathLike))
        if not known or not (self.weights is None or self.published or Path(self.weights).exists()):
            raise ArgumentError(
                self.network,
                f"`weights` must be None (random), 'imagenet', or the path of a file that exists, "
                f"but it is {self.weights!r}.",
                f"{self.network}(weights=None)",
            )
        if self.published and self.include_top and self.classes != IMAGENET_CLASSES:
            raise ArgumentError(
                self.network,
                f"the classifier with ImageNet weights has {IMAGENET_CLASSES} classes, but `classes` is "
                f"{self.classes}.",
                f"{self.network}(include_top=False), and a Dense layer of your own on top",
            )
        if self.weights is not None and self.include_top:
            activation = activations.get(self.classifier_activation)
            if activation not in (activations.get("softmax"), activations.get(None)):
                raise ArgumentError(
                    self.network,
                    "the classifier was trained with softmax; with its weights `classifier_activation` must be "
                    f"'softmax' or None, but it is {self.classifier_activation!r}.",
                    f"{self.network}(classifier_activation=None) gives the logits",
                )

    def image(self, default_size: int, min_size: int, fixed: bool | None = None) -> SymbolicTensor:
        """Return the tensor that the network begins with.

        Args:
            default_size: Height and width of the images that the network was published for.
            min_size: The smallest height and width that leave something to see at the end.
            fixed: Whether height and width must be known. Default: with the top.

        Raises:
            ShapeError: The images are too small, or of a shape that the weights do not fit.
        """
        shape = self.image_shape(
            default_size, min_size, self.include_top if fixed is None else fixed
        )
        if self.input_tensor is None:
            return Input(shape=shape)
        if not isinstance(self.input_tensor, SymbolicTensor):
            raise ArgumentTypeError(
                self.network,
                f"`input_tensor` must be a symbolic tensor, but it is a {type(self.input_tensor).__name__}.",
                f"{self.network}(input_tensor=layers.Input((224, 224, 3)))",
            )
        return self.input_tensor

    def image_shape(self, default_size: int, min_size: int, fixed: bool) -> tuple[int | None, ...]:
        """Return (height, width, channels), None where a size varies."""
        default = (default_size, default_size, 3)
        if self.input_shape is None:
            return default if fixed else (None, None, 3)
        shape = tuple(self.input_shape)
        if len(shape) != 3:
            raise self._shape_error("must be (height, width, channels)", default)
        height, width, channels = shape
        if self.published and channels != 3:
            raise self._shape_error(
                "must have 3 channels, for which the weights were trained", default
            )
        if self.published and fixed and shape != default:
            raise self._shape_error(f"must be {default} with the top and its weights", default)
        if any(size is not None and size < min_size for size in (height, width)):
            raise self._shape_error(f"must be at least {min_size} x {min_size}", default)
        if fixed and None in shape:
            raise self._shape_error("must hold no None with include_top=True", default)
        return shape

    def _shape_error(self, must: str, default: tuple[int, ...]) -> ShapeError:
        return ShapeError(
            self.network,
            f"`input_shape` {must}, but it is {self.input_shape!r}.",
            f"{self.network}(input_shape={default})",
        )
