"""Elements of a set as a table or as pictures."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from pellucid.core.late import LateModule
from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow_datasets.info import DatasetInfo

pandas: Any = LateModule("pandas")
pyplot: Any = LateModule("matplotlib.pyplot")


def as_dataframe(ds: Dataset, ds_info: DatasetInfo | None = None) -> Any:
    """Return the elements as rows of a pandas frame."""
    rows = [_named(element, ds_info) for element in ds.as_numpy_iterator()]
    return pandas.DataFrame(rows)


def show_examples(
    ds: Dataset, ds_info: DatasetInfo, rows: int = 3, cols: int = 3, **more: Any
) -> Any:
    """Draw the first images with the names of their classes, and return the figure."""
    figure, axes = pyplot.subplots(rows, cols, squeeze=False, figsize=(2 * cols, 2 * rows))
    image, label = ds_info.supervised_keys
    for axis, element in zip(
        axes.ravel(), islice(ds.as_numpy_iterator(), rows * cols), strict=False
    ):
        found = _named(element, ds_info)
        axis.imshow(np.squeeze(found[image]), cmap="gray")
        axis.set_title(ds_info.features[label].int2str(found[label]))  # pyright: ignore[reportAttributeAccessIssue]
        axis.axis("off")
    return figure


def _named(element: Any, info: DatasetInfo | None) -> dict[str, Any]:
    """Return an element as a dict."""
    if isinstance(element, dict):
        return element
    keys = ("input", "label") if info is None else info.supervised_keys
    return dict(zip(keys, element, strict=True))
