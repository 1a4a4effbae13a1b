"""What the architectures have in common: names that count, channels in multiples of 8, the head, the finished model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pellucid
from pellucid import Model, layers
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.saving.keras_files import load_keras_weights
from pellucid.zoo.arguments import Arguments
from pellucid.zoo.order import number_as_keras
from pellucid.zoo.published import fetch_file


@dataclass(frozen=True)
class Published:
    """Where the weights that were trained on ImageNet are.

    Args:
        folder: Address of the folder, ending in a slash.
        top: File name and MD5 of the weights with the classifier; None where no sum was published.
        no_top: The same without it.
    """

    folder: str
    top: tuple[str, str | None]
    no_top: tuple[str, str | None]


class Counted:
    """Names for the layers that have none of their own: ``conv2d``, ``conv2d_1`` and so on, as Keras gives them.

    >>> names = Counted()
    >>> names("conv2d"), names("add"), names("conv2d")
    ('conv2d', 'add', 'conv2d_1')
    """

    def __init__(self):
        self._given: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        count = self._given[name] = self._given.get(name, -1) + 1
        return f"{name}_{count}" if count else name


def channels_of(x: SymbolicTensor) -> int:
    """Return the number of channels, which is always known."""
    channels = x.shape[-1]
    assert channels is not None
    return channels


def in_eights(channels: float, divisor: int = 8, keep: float = 0.9) -> int:
    """Round a number of channels to a multiple of 8, at least 8, and never below ``keep`` of what was asked for.

    Processors work best with such numbers; MobileNets and EfficientNets scale their widths by it.

    >>> in_eights(33.6), in_eights(10), in_eights(11), in_eights(3)
    (32, 16, 16, 8)
    """
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < keep * channels else rounded


def halving_pad(x: SymbolicTensor, kernel: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the zeros to add before a convolution of stride 2, so that it sees the same cells as in TensorFlow.

    ``padding="same"`` would begin one cell later on images of even size.

    Args:
        x: Images, (batch, height, width, channels); a size that is not known counts as even.
        kernel: The size of the kernel.
    """
    half = kernel // 2
    rows, columns = (1 if size is None else 1 - size % 2 for size in x.shape[1:3])
    return (half - rows, half), (half - columns, half)


def head(
    x: SymbolicTensor,
    arguments: Arguments,
    *,
    names: tuple[str | None, str | None, str | None] = ("avg_pool", "avg_pool", "max_pool"),
    dropout: float = 0.0,
    **dense: Any,
) -> SymbolicTensor:
    """End the network: the mean of every map and one dense layer, or without the top what ``pooling`` says.

    Args:
        x: The maps, (batch, height, width, channels).
        arguments: What the user chose.
        names: The names of the pooling layers: with the top, ``"avg"`` and ``"max"`` without it; None for the usual.
        dropout: The rate of dropout before the classifier, 0 for none.
        **dense: Further arguments of the classifier.

    Returns:
        (batch, classes) with the top, (batch, channels) with pooling, else the maps.
    """
    if arguments.include_top:
        x = layers.GlobalAveragePooling2D(name=names[0])(x)  # (batch, channels)
        if dropout > 0:
            x = layers.Dropout(dropout, name="top_dropout")(x)
        activation = arguments.classifier_activation
        return layers.Dense(arguments.classes, activation=activation, name="predictions", **dense)(
            x
        )
    return pooled(x, arguments, names[1], names[2])


def pooled(
    x: SymbolicTensor, arguments: Arguments, mean: str | None = None, largest: str | None = None
) -> SymbolicTensor:
    """End a network without its top: maps, or one number of each."""
    if arguments.pooling == "avg":
        return layers.GlobalAveragePooling2D(name=mean)(x)
    if arguments.pooling == "max":
        return layers.GlobalMaxPooling2D(name=largest)(x)
    return x


def finished(
    image: SymbolicTensor,
    outputs: SymbolicTensor,
    arguments: Arguments,
    published: Published,
    name: str | None = None,
) -> Model:
    """Make the model of what lies between image and outputs, and load its weights if they are wanted.

    Args:
        image: The tensor that the network begins with.
        outputs: The tensor that it ends with.
        arguments: What the user chose.
        published: Where the published weights are.
        name: The model's name where the user gave none.
    """
    number_as_keras(image, outputs)
    model = Model(_sources(image), outputs, name=arguments.name or name)
    if arguments.published:
        file, digest = published.top if arguments.include_top else published.no_top
        load_keras_weights(model, fetch_file(file, published.folder + file, digest))
    elif str(arguments.weights).endswith(".safetensors"):
        model.set_weights(pellucid.load(arguments.weights).get_weights())
    elif arguments.weights is not None:
        load_keras_weights(model, arguments.weights)
    return model


def _sources(tensor: SymbolicTensor) -> Any:
    """Return the inputs that a tensor is computed from; the tensor itself if it is one."""
    found: dict[int, SymbolicTensor] = {}
    waiting = [tensor]
    while waiting:
        each = waiting.pop()
        if each.node.parents:
            waiting += each.node.parents
        else:
            found[id(each)] = each
    sources = list(found.values())
    return sources[0] if len(sources) == 1 else sources
