"""The public functions of architectures: one signature for all that differ in numbers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from pellucid import Model
from pellucid.zoo.arguments import Arguments

ARGUMENTS = """

    Args:
        include_top: Whether the network ends with its classifier. Default True.
        weights: ``"imagenet"`` for the published weights, None for random ones, or the path of a file: ours
            (``.safetensors``) or Keras's (``.h5``, ``.weights.h5``, ``.keras``). Default ``"imagenet"``.
        input_tensor: A symbolic tensor to begin with. Default None, a new input.
        input_shape: (height, width, channels). Default None: the usual one with the top, else any height and width.
        pooling: Without the top: ``"avg"`` or ``"max"`` for one number per channel. Default None, the maps.
        classes: With the top: the number of classes. Default 1000.
        classifier_activation: With the top: its activation, None for logits. Default ``"softmax"``.
        name: The model's name.

    Returns:
        The model, not compiled; random weights are drawn when they are first needed.

    Raises:
        ArgumentError: A value, or a combination of values, that makes no sense.
        ShapeError: Images that are too small, or that the weights do not fit.
        DataError: The published weights cannot be had; the message says where to put them.
    """


class Architecture(Protocol):
    """What every architecture without settings of its own is: a function from the shared arguments to a model."""

    def __call__(
        self,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = None,
    ) -> Model: ...


def member(
    title: str, model_name: str, about: str, build: Callable[[Arguments], Model]
) -> Architecture:
    """Return the public function of one architecture.

    Args:
        title: Its name, e.g. ``"ResNet50"``.
        model_name: The default of ``name``, e.g. ``"resnet50"``.
        about: The first lines of its docstring.
        build: Makes the model of the arguments.
    """

    def make(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = model_name,
    ) -> Model:
        shared = (include_top, weights, input_tensor, input_shape, pooling, classes)
        return build(Arguments(title, *shared, classifier_activation, name))

    make.__name__ = make.__qualname__ = title
    make.__module__ = build.__module__
    make.__doc__ = about + ARGUMENTS
    return make
