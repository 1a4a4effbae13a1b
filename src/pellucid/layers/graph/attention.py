"""Graph attention: how much a neighbour counts follows from both nodes' features."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional import activations
from pellucid.functional.graph import aggregate, attention_weights, gather_nodes
from pellucid.functional.noise import dropout
from pellucid.layers.checks import require_size
from pellucid.layers.graph.base import GraphLayer, Nodes
from pellucid.layers.noise import switched_off


class GraphAttention(GraphLayer):
    """Mixes each node's features with those of its neighbours, with weights learnt from the features.

    Equation, for each head: ``h = x W``; ``s_ij = LeakyReLU(a_r . h_i + a_s . h_j)`` for every link from ``j`` to
    ``i``; ``w_ij = softmax_j(s_ij)`` over the neighbours ``j`` of ``i``; ``y_i = f(sum_j w_ij h_j + b)``; with the
    kernel ``W``, the vectors ``a_r`` and ``a_s`` of receiver and sender, the bias ``b`` and the activation ``f``.
    The heads' outputs are put side by side, or averaged.

    Args:
        units: The number of outputs per node and head, at least 1.
        heads: The number of heads, at least 1. Default 1.
        concat: Whether the heads' outputs are put side by side; else they are averaged. Default True.
        activation: Name or function. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        self_loops: Whether a node is its own neighbour. Default True.
        negative_slope: The slope of LeakyReLU below 0. Default 0.2.
        dropout: The part of the attention weights that is set to zero in training, in [0, 1). Default 0.
        kernel_initializer: Starting values of ``W``, ``a_r``, ``a_s``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: ``[x, graph]``; of an adjacency matrix only counts where it is not 0.
        mask: Which nodes exist, (batch, nodes).

    Shapes:
        x: (batch, nodes, features); graph: (batch, nodes, nodes) or (batch, edges, 2); outputs: (batch, nodes,
        heads * units), or (batch, nodes, units) with ``concat=False``

    Raises:
        ShapeError: The graph has another number of nodes than ``x``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GraphAttention
        >>> layer = GraphAttention(1, kernel_initializer="zeros", bias_initializer="ones")
        >>> layer([jnp.ones((1, 3, 2)), jnp.array([[[0, 1], [2, 1]]])]).shape
        (1, 3, 1)

    Source: Veličković et al., Graph attention networks, 2018, https://arxiv.org/abs/1710.10903. Differs from Keras
    and PyTorch: they have no graph layers; ``GATConv`` of PyTorch Geometric is this layer on edge lists of one graph.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "units": Integer(1),
        "heads": Integer(1),
        "concat": Boolean(),
        "use_bias": Boolean(),
        "self_loops": Boolean(),
        "negative_slope": Real(0),
        "dropout": Real(0, 1, closed="left"),
    }
    hyperparameters: ClassVar[tuple[str, ...]] = ("dropout",)
    kernel: jax.Array
    receiver: jax.Array
    sender: jax.Array
    bias: jax.Array

    def __init__(
        self,
        units: int,
        heads: int = 1,
        concat: bool = True,
        activation: Any = None,
        use_bias: bool = True,
        self_loops: bool = True,
        negative_slope: float = 0.2,
        dropout: float = 0.0,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.units = int(units)
        self.heads = int(heads)
        self.concat = concat
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.self_loops = self_loops
        self.negative_slope = negative_slope
        self.dropout = dropout
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)

    def build(self, input_shape: Any) -> None:
        """Declare the kernel, the two vectors of attention and the bias."""
        shape = (self.features(input_shape), self.heads * self.units)
        self.kernel = self.add_weight(
            shape, self.kernel_initializer, regularizer=self.kernel_regularizer
        )
        self.receiver = self.add_weight((self.heads, self.units), self.kernel_initializer)
        self.sender = self.add_weight((self.heads, self.units), self.kernel_initializer)
        if self.use_bias:
            size = self.heads * self.units if self.concat else self.units
            self.bias = self.add_weight((size,), self.bias_initializer)

    def call(self, inputs: Any, training: Any = False, mask: Any = None) -> jax.Array:
        """Return the nodes' new features."""
        nodes = self.read(inputs, mask)
        require_size(self, nodes.x.shape, -1, self.kernel.shape[0])
        h = (nodes.x @ self.kernel).reshape(*nodes.x.shape[:2], self.heads, self.units)
        mix = self._over_matrix if nodes.valid is None else self._over_edges
        mixed = mix(nodes, h, (h * self.receiver).sum(-1), (h * self.sender).sum(-1), training)
        flat = mixed.reshape(*mixed.shape[:2], -1) if self.concat else mixed.mean(2)
        outputs = flat + self.bias if self.use_bias else flat
        return self.hide(self.activate(self.activation, outputs), nodes)

    def _over_matrix(
        self, nodes: Nodes, h: jax.Array, receiver: jax.Array, sender: jax.Array, training: Any
    ) -> jax.Array:
        linked = nodes.graph != 0
        if self.self_loops:
            linked = linked | jnp.eye(linked.shape[-1], dtype=bool)
        scores = self._bent(receiver[:, :, None] + sender[:, None, :])
        scores = jnp.where(linked[..., None], scores, -jnp.inf)
        largest = scores.max(2, keepdims=True)
        shifted = scores - jnp.where(jnp.isfinite(largest), largest, 0)
        powers = jnp.exp(shifted)
        total = powers.sum(2, keepdims=True)
        weights = powers / jnp.where(total > 0, total, 1)
        return jnp.einsum("nijh,njhu->nihu", self._dropped(weights, training), h)

    def _over_edges(
        self, nodes: Nodes, h: jax.Array, receiver: jax.Array, sender: jax.Array, training: Any
    ) -> jax.Array:
        assert nodes.valid is not None
        edges, valid, count = nodes.graph, nodes.valid, h.shape[1]
        if self.self_loops:
            loops = jnp.broadcast_to(
                jnp.arange(count, dtype=edges.dtype)[None, :, None], (len(edges), count, 2)
            )
            edges = jnp.concatenate([edges, loops], 1)
            valid = jnp.concatenate([valid, jnp.ones(loops.shape[:2], bool)], 1)
        source, target = jnp.where(valid[..., None], edges, 0).transpose(2, 0, 1)
        scores = self._bent(gather_nodes(receiver, target) + gather_nodes(sender, source))
        weights = self._dropped(attention_weights(scores, target, valid, count), training)
        return aggregate(weights[..., None] * gather_nodes(h, source), target, valid, count, "sum")

    def _bent(self, scores: jax.Array) -> jax.Array:
        return activations.leaky_relu(scores, self.negative_slope)

    def _dropped(self, weights: jax.Array, training: Any) -> jax.Array:
        if not training or switched_off(self.dropout):
            return weights
        return dropout(weights, self.dropout, self.random_key(), list(weights.shape))
