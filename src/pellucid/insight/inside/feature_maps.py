"""Feature maps: what a convolution makes of some rows, as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.errors import UsageError
from pellucid.core.late import LateModule
from pellucid.insight.inside.activations import compute
from pellucid.insight.inside.finding import called_layer
from pellucid.insight.inside.subject import subject_of
from pellucid.layers.convolution.base import ConvolutionLayer

# Pictures need Matplotlib, which is imported when one is drawn.
drawing: Any = LateModule("pellucid.insight.inside.drawing")


@dataclass(frozen=True)
class FeatureMaps:
    """What one layer makes of some rows.

    Attributes:
        path: The layer's path.
        maps: Its outputs, (rows, height, width, maps) or (rows, steps, maps).
        inputs: The rows.
    """

    path: str
    maps: np.ndarray
    inputs: np.ndarray

    def draw(self, row: int = 0, most: int = 31) -> Any:
        """Return a figure: one row's input, then its maps, all on one scale.

        Args:
            row: Which row. Default 0.
            most: So many maps are shown, from the first. Default 31.
        """
        return drawing.draw_feature_maps(self, row, most)


def feature_maps(model: Any, x: Any, path: str | None = None) -> FeatureMaps:
    """Return what a convolution (or another layer with maps) makes of rows, to be drawn.

    Args:
        model: Any model; it is built if it was not.
        x: Rows, as for ``predict``; a few.
        path: The layer's path; pooling and normalisation have maps too. Default None: the first convolution.

    Returns:
        A :class:`~pellucid.insight.FeatureMaps`; ``.draw()`` gives the picture.

    Raises:
        UsageError: There is no convolution, or the layer at ``path`` gives no maps.
        UnknownNameError: No layer has the path.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Conv2D(4, 3), layers.Flatten()])
        >>> insight.feature_maps(model, np.ones((2, 8, 8, 1))).maps.shape
        (2, 6, 6, 4)

    Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014,
    https://arxiv.org/abs/1311.2901.
    Keras and PyTorch leave the drawing to you.
    """
    subject = subject_of(model, x)
    if path is None:
        path = called_layer("feature_maps", subject, None, (ConvolutionLayer,), "a convolution")
    subject.layer_at(path)
    spec = subject.shapes[path]
    if not hasattr(spec, "shape") or len(spec.shape) not in (3, 4):
        raise UsageError(
            "feature_maps",
            f"'{path}' gives no maps (rows, height, width, maps), nor (rows, steps, maps).",
            "model.activations(x, path) gives its numbers",
        )
    return FeatureMaps(path, compute(subject, [path])[path], subject.inputs)
