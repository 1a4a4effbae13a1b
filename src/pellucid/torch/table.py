"""The one table: which class of PyTorch is converted by which function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pellucid.torch import (
    activations,
    attention,
    convolution,
    dense,
    dropout,
    normalization,
    pooling,
    recurrent,
    resizing,
    shaping,
)
from pellucid.torch.stack import Stack


class Entry(NamedTuple):
    """How a class of PyTorch is converted.

    Attributes:
        convert: Puts its counterpart on the stack.
        kind: ``"each"``: every number by itself, so that their order does not matter; ``"image"``: reads its inputs as
            (batch, channels, places); ``"other"``: anything else.
    """

    convert: Callable[[Any, Stack], None]
    kind: str = "other"


def each(names: str, convert: Callable[[Any, Stack], None], kind: str) -> dict[str, Entry]:
    """Return an entry for each of several names."""
    return {name: Entry(convert, kind) for name in names.split()}


TABLE: dict[str, Entry] = {
    "Linear": Entry(dense.linear),
    "Embedding": Entry(dense.embedding),
    **each("Conv1d Conv2d Conv3d", convolution.convolution, "image"),
    **each("ConvTranspose1d ConvTranspose2d ConvTranspose3d", convolution.transposed, "image"),
    **each("MaxPool1d MaxPool2d MaxPool3d", pooling.largest, "image"),
    **each("AvgPool1d AvgPool2d AvgPool3d", pooling.average, "image"),
    **each("AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d", pooling.adaptive, "image"),
    **each("AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d", pooling.adaptive, "image"),
    **each("BatchNorm1d BatchNorm2d BatchNorm3d", normalization.batch, "image"),
    **each("InstanceNorm1d InstanceNorm2d InstanceNorm3d", normalization.instance, "image"),
    "GroupNorm": Entry(normalization.group, "image"),
    "LayerNorm": Entry(normalization.layer),
    "RMSNorm": Entry(normalization.root_mean_square),
    **each("RNN LSTM GRU", recurrent.recurrent, "other"),
    "TransformerEncoderLayer": Entry(attention.encoder_layer),
    "TransformerEncoder": Entry(attention.encoder),
    "Flatten": Entry(shaping.flatten),
    "Unflatten": Entry(shaping.unflatten),
    "Identity": Entry(shaping.identity, "each"),
    **each("Upsample UpsamplingNearest2d", resizing.upsample, "image"),
    **each("ZeroPad1d ZeroPad2d ZeroPad3d", resizing.pad, "image"),
    **each("ConstantPad1d ConstantPad2d ConstantPad3d", resizing.pad, "image"),
    **each("Dropout AlphaDropout", dropout.single, "each"),
    **each("Dropout1d Dropout2d Dropout3d", dropout.channels, "image"),
    **each("Softmax Softmax2d Softmin LogSoftmax GLU", activations.along, "other"),
    "PReLU": Entry(activations.prelu),
    **{name: Entry(activations.plain, "each") for name in activations.PLAIN},
    **{name: Entry(activations.with_settings, "each") for name in activations.SETTINGS},
}
"""Name of the class in ``torch.nn`` to its entry."""
