"""Filters: the kernels of a convolution, as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.errors import UsageError
from pellucid.core.late import LateModule
from pellucid.insight.inside.finding import held_layer
from pellucid.layers.convolution.base import ConvolutionLayer
from pellucid.modules.tree import current_arrays

# Pictures need Matplotlib, which is imported when one is drawn.
drawing: Any = LateModule("pellucid.insight.inside.drawing")

KERNELS = ("kernel", "depthwise_kernel")


@dataclass(frozen=True)
class Filters:
    """The kernels of one convolution.

    Attributes:
        path: The layer's path.
        kernel: Its kernels, (..., channels, filters), places first.
    """

    path: str
    kernel: np.ndarray

    def draw(self, most: int = 32, channels: int = 8) -> Any:
        """Return a figure: a cell for each filter and channel; filters of three channels in colour, each in one cell.

        Args:
            most: So many filters are shown, from the first. Default 32.
            channels: So many channels of each. Default 8.
        """
        return drawing.draw_filters(self, most, channels)


def filters(model: Any, path: str | None = None) -> Filters:
    """Return the kernels of a convolution, to be drawn: what patterns it looks for.

    Args:
        model: A built model.
        path: The layer's path. Default None: the first convolution, whose filters look at the input itself.

    Returns:
        A :class:`~pellucid.insight.Filters`; ``.draw()`` gives the picture.

    Raises:
        UsageError: There is no convolution, or the model is not built.
        UnknownNameError: No layer has the path.

    Example:
        >>> import pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Input((8, 8, 1)), layers.Conv2D(4, 3)])
        >>> insight.filters(model).kernel.shape
        (3, 3, 1, 4)

    Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014,
    https://arxiv.org/abs/1311.2901.
    Keras and PyTorch leave the drawing to you.
    """
    chosen = held_layer("filters", model, path, (ConvolutionLayer,), "a convolution")
    if not model.built:
        raise UsageError(
            "filters", "the model is not built, so it has no kernels.", "model.predict(x[:1])"
        )
    arrays = current_arrays(model, model.seed)
    found = [arrays[f"{chosen}/{name}"] for name in KERNELS if f"{chosen}/{name}" in arrays]
    return Filters(chosen, np.asarray(found[0]))
