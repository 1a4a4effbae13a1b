"""What all layers on graphs share: they read ``[x, graph]``, and refuse what is no graph over these nodes."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.functional.graph import is_edge_list
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer


class Nodes(NamedTuple):
    """The inputs of a layer on graphs.

    Attributes:
        x: The nodes' features, (batch, nodes, features), 0 for masked nodes.
        graph: The adjacency matrices, without links of masked nodes; or the edge lists.
        valid: For edge lists which edges exist, (batch, edges); else None.
        mask: Which nodes exist, (batch, nodes), or None.
    """

    x: jax.Array
    graph: jax.Array
    valid: jax.Array | None
    mask: Any


class GraphLayer(Layer):
    """The base of layers that take ``[x, graph]`` and give new features of the nodes.

    Args:
        **kwargs: As in :class:`~pellucid.Layer`.
    """

    def read(self, inputs: Any, mask: Any) -> Nodes:
        """Return the parts of the inputs, checked; what is masked or padded is taken out.

        Raises:
            ArgumentTypeError: The inputs are no pair.
            ShapeError: The parts do not fit together.
        """
        self.require_pair(inputs)
        x, graph = as_float(inputs[0], self), jnp.asarray(inputs[1])
        self.require_graph(x.shape, graph.shape, is_edge_list(graph))
        nodes = mask[0] if isinstance(mask, (list, tuple)) else mask
        if nodes is not None:
            x = jnp.where(nodes[..., None], x, 0)
        if is_edge_list(graph):
            valid = valid_edges(graph, nodes, x.shape[1])
            if isinstance(mask, (list, tuple)) and mask[1] is not None:
                valid = valid & mask[1]
            return Nodes(x, graph, valid, nodes)
        if nodes is not None:
            graph = jnp.where(nodes[:, :, None] & nodes[:, None, :], graph, 0)
        return Nodes(x, graph.astype(x.dtype), None, nodes)

    def require_pair(self, pair: Any) -> None:
        """Refuse what are not two inputs, or two shapes."""
        inner = isinstance(pair, (list, tuple)) and all(hasattr(each, "__len__") for each in pair)
        if not inner or len(pair) != 2:
            raise ArgumentTypeError(
                who(self),
                "it needs the nodes' features and the graph.",
                f"{self.name}([x, adjacency]) or {self.name}([x, edges])",
            )

    def features(self, input_shape: Any) -> int:
        """Return the number of features of a node, from the shapes that ``build`` is given."""
        self.require_pair(input_shape)
        return int(input_shape[0][-1])

    def require_graph(self, x: tuple[int, ...], graph: tuple[int, ...], edges: bool) -> None:
        """Refuse shapes that are no batch of graphs."""
        repair = "adjacency matrices (batch, nodes, nodes) of floats, or edges (batch, edges, 2) of integers"
        if len(x) != 3:
            raise ShapeError(
                who(self),
                f"the nodes' features must have the shape (batch, nodes, features), but it is {x}.",
                "x[None] makes one graph a batch of one",
            )
        if len(graph) != 3:
            raise ShapeError(who(self), f"a graph of shape {graph} came.", f"give {repair}")
        if not edges and graph[1:] != (x[1], x[1]):
            raise ShapeError(
                who(self),
                f"there are {x[1]} nodes, but the adjacency matrices have the shape {graph[1:]}.",
                f"give {repair}",
            )
        if x[0] != graph[0]:
            raise ShapeError(who(self), f"{x[0]} graphs have features, but {graph[0]} have links.")

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the nodes' mask."""
        return mask[0] if isinstance(mask, (list, tuple)) else mask

    def hide(self, outputs: jax.Array, nodes: Nodes) -> jax.Array:
        """Return the outputs, 0 for masked nodes."""
        return outputs if nodes.mask is None else jnp.where(nodes.mask[..., None], outputs, 0)


def valid_edges(edges: jax.Array, mask: Any, nodes: int) -> jax.Array:
    """Return which edges exist: not padded, between nodes that exist."""
    valid = ((edges >= 0) & (edges < nodes)).all(-1)
    if mask is None:
        return valid
    safe = jnp.where(valid[..., None], edges, 0)
    ends = jnp.take_along_axis(mask, safe.reshape(len(edges), -1), axis=1).reshape(edges.shape)
    return valid & ends.all(-1)
