"""A batch of graphs of different sizes: padded to one shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.core.errors import DataError


def pad_graphs(
    graphs: Sequence[tuple[Any, Any]],
    *,
    nodes: int | None = None,
    edges: int | None = None,
    value: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Pad graphs to one shape: nodes with rows of ``value``, edges with ``(-1, -1)``.

    ``layers.Masking(value)`` on the features tells the layers which nodes exist; take a ``value`` that no real node
    has in all its features.

    Args:
        graphs: Pairs of features (nodes, features) and edges (edges, 2) of ``(source, target)``.
        nodes: Nodes of the padded graphs. Default: of the largest.
        edges: Edges of the padded graphs. Default: of that with most.
        value: What fills the features of padding. Default 0.

    Returns:
        The features (graphs, nodes, features), float32, and the edges (graphs, edges, 2), int32.

    Raises:
        DataError: No graphs; features of different widths; an edge to a node that does not exist; a graph that is
            larger than ``nodes`` or ``edges`` allow.

    Example:
        >>> one = ([[1.0], [2.0], [3.0]], [[0, 1], [1, 2]])
        >>> two = ([[4.0]], np.zeros((0, 2)))
        >>> x, links = pad_graphs([one, two])
        >>> x[..., 0].tolist(), links.tolist()
        ([[1.0, 2.0, 3.0], [4.0, 0.0, 0.0]], [[[0, 1], [1, 2]], [[-1, -1], [-1, -1]]])
    """
    if not len(graphs):
        raise DataError("pad_graphs", "there are no graphs.")
    parts = [_checked(number, *graph) for number, graph in enumerate(graphs)]
    widths = {features.shape[1] for features, _ in parts}
    if len(widths) > 1:
        raise DataError(
            "pad_graphs", f"nodes have different numbers of features: {sorted(widths)}."
        )
    most = max(len(features) for features, _ in parts), max(len(links) for _, links in parts)
    room = nodes or most[0], most[1] if edges is None else edges
    for name, needed, given in zip(("nodes", "edges"), most, room, strict=True):
        if needed > given:
            raise DataError(
                "pad_graphs",
                f"a graph has {needed} {name}, but `{name}` is {given}.",
                f"{name}={needed}",
            )
    x = np.full((len(parts), room[0], widths.pop()), value, np.float32)
    padded = np.full((len(parts), room[1], 2), -1, np.int32)
    for number, (features, links) in enumerate(parts):
        x[number, : len(features)] = features
        padded[number, : len(links)] = links
    return x, padded


def _checked(number: int, features: Any, links: Any) -> tuple[np.ndarray, np.ndarray]:
    """Refuse what is no graph."""
    x, pairs = np.asarray(features, np.float32), np.asarray(links).reshape(-1, 2)
    if x.ndim != 2:
        raise DataError(
            "pad_graphs",
            f"the features of graph {number} must be (nodes, features), not {x.shape}.",
        )
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= len(x)):
        raise DataError(
            "pad_graphs",
            f"graph {number} has {len(x)} nodes, 0 to {len(x) - 1}, but an edge names {pairs.max()}"
            f"{' or a negative one' if pairs.min() < 0 else ''}.",
        )
    return x, pairs.astype(np.int32)
