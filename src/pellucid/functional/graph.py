"""Mathematics on graphs: who sends to whom, sums over neighbours, convolution and attention.

A graph is given in one of two forms, both with the batch first. As an **adjacency matrix** ``A`` of shape
``(batch, nodes, nodes)``: ``A[n, i, j]`` is the weight of the link from ``j`` to ``i``, 0 for none. As an **edge
list** of integers ``(batch, edges, 2)``: each row is ``(source, target)``, and rows with a negative entry are
padding.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

REDUCTIONS = ("sum", "mean", "max")


def is_edge_list(graph: jax.Array) -> bool:
    """Tell an edge list from an adjacency matrix: integers with two columns.

    >>> is_edge_list(jnp.array([[[0, 1]]])), is_edge_list(jnp.eye(2)[None])
    (True, False)
    """
    return graph.ndim == 3 and graph.shape[-1] == 2 and jnp.issubdtype(graph.dtype, jnp.integer)


def adjacency_of(edges: jax.Array, nodes: int) -> jax.Array:
    """Return the adjacency matrices of edge lists; links that occur several times add up.

    Args:
        edges: Shape (batch, edges, 2).
        nodes: The number of nodes.

    Example:
        >>> adjacency_of(jnp.array([[[0, 1], [1, 0], [-1, -1]]]), 2)
        Array([[[0., 1.],
                [1., 0.]]], dtype=float32)
    """
    valid = (edges >= 0).all(-1)
    source, target = jnp.where(valid[..., None], edges, 0).transpose(2, 0, 1)
    rows = jnp.arange(edges.shape[0])[:, None]
    empty = jnp.zeros((edges.shape[0], nodes, nodes))
    return empty.at[rows, target, source].add(valid.astype(empty.dtype))


def gather_nodes(x: jax.Array, index: jax.Array) -> jax.Array:
    """Return the rows of nodes ``index`` in each graph: (batch, nodes, ...), (batch, edges) to (batch, edges, ...)."""
    return jnp.take_along_axis(x, index.reshape(*index.shape, *[1] * (x.ndim - 2)), axis=1)


def aggregate(
    messages: jax.Array, target: jax.Array, valid: jax.Array, nodes: int, reduction: str
) -> jax.Array:
    """Return for each node the sum, mean or largest of the messages sent to it; 0 where none was sent.

    Equation: ``a_i = reduce_{e: target(e) = i} m_e`` with the messages ``m_e`` of the edges ``e``.

    Args:
        messages: Shape (batch, edges, ...).
        target: The receiving nodes, (batch, edges).
        valid: Which edges exist, (batch, edges).
        nodes: The number of nodes.
        reduction: ``"sum"``, ``"mean"`` or ``"max"``.

    Example:
        >>> m, to = jnp.array([[[1.0], [3.0], [9.0]]]), jnp.array([[0, 0, 1]])
        >>> exist = jnp.array([[True, True, False]])
        >>> [aggregate(m, to, exist, 2, how)[0, :, 0].tolist() for how in ("sum", "mean", "max")]
        [[4.0, 0.0], [2.0, 0.0], [3.0, 0.0]]
    """
    spread = valid.reshape(*valid.shape, *[1] * (messages.ndim - 2))
    safe = jnp.where(valid, target, 0)

    def one(values: jax.Array, index: jax.Array) -> jax.Array:
        if reduction == "max":
            return jax.ops.segment_max(values, index, nodes)
        return jax.ops.segment_sum(values, index, nodes)

    if reduction == "max":
        kept = jnp.where(spread, messages, -jnp.inf)
        largest = jax.vmap(one)(kept, safe)
        return jnp.where(jnp.isfinite(largest), largest, 0)
    total = jax.vmap(one)(jnp.where(spread, messages, 0), safe)
    if reduction == "sum":
        return total
    count = degrees(target, valid, nodes, messages.dtype)
    return total / jnp.maximum(count, 1).reshape(*count.shape, *[1] * (total.ndim - 2))


def degrees(
    target: jax.Array, valid: jax.Array, nodes: int, dtype: jax.typing.DTypeLike
) -> jax.Array:
    """Return how many edges lead to each node, (batch, nodes)."""
    ones = valid.astype(dtype)
    return aggregate(ones[..., None], target, valid, nodes, "sum")[..., 0]


def normalised_adjacency(
    adjacency: jax.Array, self_loops: bool = True, normalization: str | None = "symmetric"
) -> jax.Array:
    """Return the propagation matrix of a graph convolution.

    Equation: ``P = D^(-1/2) (A + I) D^(-1/2)`` for ``"symmetric"``, ``P = D^(-1) (A + I)`` for ``"row"`` (the mean
    over neighbours), ``A + I`` for None; with the degrees ``D = diag(sum_j (A + I)_ij)``; nodes without links have
    the row 0.

    Args:
        adjacency: Shape (batch, nodes, nodes).
        self_loops: Whether ``I`` is added. Default True.
        normalization: ``"symmetric"``, ``"row"`` or None. Default ``"symmetric"``.

    Example:
        >>> normalised_adjacency(jnp.array([[[0.0, 1.0], [1.0, 0.0]]]))
        Array([[[0.49999997, 0.49999997],
                [0.49999997, 0.49999997]]], dtype=float32)

    Source: Kipf, Welling, Semi-supervised classification with graph convolutional networks, 2017,
    https://arxiv.org/abs/1609.02907.
    """
    if self_loops:
        adjacency = adjacency + jnp.eye(adjacency.shape[-1], dtype=adjacency.dtype)
    if normalization is None:
        return adjacency
    degree = adjacency.sum(-1)
    safe = jnp.where(degree > 0, degree, 1)
    if normalization == "row":
        return adjacency / safe[..., None]
    scale = jnp.where(degree > 0, safe**-0.5, 0)
    return scale[..., None] * adjacency * scale[..., None, :]


def propagate_edges(
    x: jax.Array,
    edges: jax.Array,
    valid: jax.Array,
    self_loops: bool = True,
    normalization: str | None = "symmetric",
) -> jax.Array:
    """Return ``P x`` for an edge list, without forming ``P``; see :func:`normalised_adjacency`.

    Args:
        x: Shape (batch, nodes, features).
        edges: Shape (batch, edges, 2).
        valid: Which edges exist, (batch, edges).
        self_loops: Whether each node also sends to itself.
        normalization: ``"symmetric"``, ``"row"`` or None.
    """
    nodes = x.shape[1]
    source, target = jnp.where(valid[..., None], edges, 0).transpose(2, 0, 1)
    degree = degrees(target, valid, nodes, x.dtype) + self_loops
    safe = jnp.where(degree > 0, degree, 1)
    scale = jnp.where(degree > 0, safe**-0.5, 0)
    if normalization == "symmetric":
        x = x * scale[..., None]
    total = aggregate(gather_nodes(x, source), target, valid, nodes, "sum")
    total = total + x if self_loops else total
    if normalization == "symmetric":
        return total * scale[..., None]
    return total / safe[..., None] if normalization == "row" else total


def attention_weights(
    scores: jax.Array, target: jax.Array, valid: jax.Array, nodes: int
) -> jax.Array:
    """Return the softmax of the edges' scores among those that lead to the same node.

    Equation: ``w_e = exp(s_e) / sum_{f: target(f) = target(e)} exp(s_f)``; computed with the largest score
    subtracted.

    Args:
        scores: Shape (batch, edges, heads).
        target: The receiving nodes, (batch, edges).
        valid: Which edges exist, (batch, edges); others have weight 0.
        nodes: The number of nodes.
    """
    index = jnp.where(valid, target, 0)
    largest = aggregate(jax.lax.stop_gradient(scores), target, valid, nodes, "max")
    shifted = jnp.where(valid[..., None], scores - gather_nodes(largest, index), -jnp.inf)
    powers = jnp.exp(shifted)
    total = aggregate(powers, target, valid, nodes, "sum")
    return powers / jnp.where(valid[..., None], gather_nodes(total, index), 1)
