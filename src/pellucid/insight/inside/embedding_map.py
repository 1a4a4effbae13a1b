"""Embeddings in the plane: what a layer makes of rows, or the table of an embedding, in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError, UsageError
from pellucid.core.late import LateModule
from pellucid.insight.inside.activations import activations
from pellucid.insight.inside.finding import held_layer
from pellucid.layers import Embedding
from pellucid.modules.tree import current_arrays

# Pictures need Matplotlib, projections scikit-learn; they are imported when they are needed.
drawing: Any = LateModule("pellucid.insight.inside.drawing")
decomposition: Any = LateModule("sklearn.decomposition")
manifold: Any = LateModule("sklearn.manifold")

METHODS = ("pca", "tsne", "umap")


@dataclass(frozen=True)
class EmbeddingMap:
    """Points in the plane.

    Attributes:
        path: The layer whose numbers they are.
        points: The points, (rows, 2).
        labels: What each point is, or None.
        method: ``"pca"``, ``"tsne"`` or ``"umap"``.
        explained: Of PCA, the part of the variance along each axis; else None.
    """

    path: str
    points: np.ndarray
    labels: np.ndarray | None
    method: str
    explained: tuple[float, float] | None = None

    def draw(self) -> Any:
        """Return a figure: the points in the colours of their labels; named, where each has a name of its own."""
        return drawing.draw_embedding(self)


def embedding_map(
    model: Any, x: Any, path: str, *, labels: Any = None, method: str = "pca", seed: int = 0
) -> EmbeddingMap:
    """Return what a layer makes of rows as points in the plane: near are rows that the network takes for alike.

    Equation: PCA projects ``a - mean(a)`` onto the two directions of largest variance, ``p = (a - mean(a)) V``; t-SNE
    and UMAP place points such that neighbours stay neighbours, and distances between groups mean little.

    Args:
        model: Any model; it is built if it was not.
        x: Rows, as for ``predict``; None takes the table of the :class:`~pellucid.layers.Embedding` at ``path``, a
            point for each entry.
        path: The layer's path; outputs of more axes are flattened, (rows, features).
        labels: What each row is: classes (colours), numbers (shades) or names. Default None.
        method: ``"pca"``, ``"tsne"``, or, where it is installed, ``"umap"``. Default ``"pca"``.
        seed: Decides where t-SNE and UMAP begin. Default 0.

    Returns:
        An :class:`~pellucid.insight.EmbeddingMap`; ``.draw()`` gives the picture.

    Raises:
        ArgumentError: No such method, or fewer than three rows.
        ShapeError: Not one label a row.
        UsageError: ``x`` is None and the layer is no embedding; or UMAP is not installed.
        UnknownNameError: No layer has the path.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(5, name="hidden"), layers.Dense(1)])
        >>> x = np.random.default_rng(0).normal(size=(20, 4))
        >>> insight.embedding_map(model, x, "hidden").points.shape
        (20, 2)

    Source: Pearson, On Lines and Planes of Closest Fit, 1901; van der Maaten and Hinton, Visualizing Data using t-SNE,
    2008; McInnes et al., UMAP, 2018, https://arxiv.org/abs/1802.03426. scikit-learn computes the first two.
    """
    if method not in METHODS:
        raise ArgumentError(
            "embedding_map", f"`method` must be one of {', '.join(METHODS)}, but it is {method!r}."
        )
    vectors = table_of(model, path) if x is None else activations(model, x, path)
    rows = vectors.reshape(len(vectors), -1).astype(np.float64)
    if len(rows) < 3:
        raise ArgumentError(
            "embedding_map", f"a map needs at least 3 points, but there are {len(rows)}."
        )
    named = None if labels is None else np.asarray(labels)
    if named is not None and named.shape != (len(rows),):
        raise ShapeError(
            "embedding_map",
            f"there are {len(rows)} points, but the labels have shape {named.shape}.",
            "labels=y, one for each row",
        )
    points, explained = projected(rows, method, seed)
    return EmbeddingMap(path, points, named, method, explained)


def table_of(model: Any, path: str) -> np.ndarray:
    """Return the table of an embedding, (entries, width)."""
    held_layer("embedding_map", model, path, (Embedding,), "an Embedding, and x is None")
    arrays = current_arrays(model, model.seed)
    return np.asarray(arrays[f"{path}/embeddings"])


def projected(
    rows: np.ndarray, method: str, seed: int
) -> tuple[np.ndarray, tuple[float, float] | None]:
    """Return the rows in the plane, and of PCA how much of their variance it shows."""
    if method == "pca":
        # One feature alone has no second direction; a column of zeros gives it one.
        wide = rows if rows.shape[1] > 1 else np.pad(rows, ((0, 0), (0, 1)))
        found = decomposition.PCA(n_components=2, random_state=seed).fit(wide)
        first, second = (float(part) for part in found.explained_variance_ratio_)
        return found.transform(wide), (first, second)
    if method == "tsne":
        # Each point's neighbours must be fewer than the points are.
        perplexity = min(30.0, (len(rows) - 1) / 3)
        start = "pca" if rows.shape[1] > 1 else "random"
        made = manifold.TSNE(perplexity=perplexity, init=start, random_state=seed)
        return made.fit_transform(rows), None
    if find_spec("umap") is None:
        raise UsageError(
            "embedding_map",
            "method='umap' needs the package umap-learn, which is not installed.",
            "pip install umap-learn, or method='tsne'",
        )
    return np.asarray(import_module("umap").UMAP(random_state=seed).fit_transform(rows)), None
