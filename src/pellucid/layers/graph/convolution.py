"""Graph convolution: each node takes a weighted mean of its neighbours' transformed features."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional import activations
from pellucid.functional.graph import normalised_adjacency, propagate_edges
from pellucid.layers.checks import require_size
from pellucid.layers.graph.base import GraphLayer


class GraphConvolution(GraphLayer):
    """Mixes each node's features with those of its neighbours, with weights from the graph alone.

    Equation: ``y = f(P x W + b)`` with the nodes' features ``x``, the kernel ``W``, the bias ``b``, the activation
    ``f`` and ``P = D^(-1/2) (A + I) D^(-1/2)``, the adjacency matrix ``A`` with self-loops ``I``, normalised by the
    degrees ``D``.

    Args:
        units: The number of outputs per node, at least 1.
        activation: Name or function. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        self_loops: Whether a node also sends to itself. Default True.
        normalization: ``"symmetric"``, ``"row"`` (``P = D^(-1) (A + I)``, the plain mean) or None (the sum). Default
            ``"symmetric"``.
        kernel_initializer: Starting values of ``W``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W``. Default None.
        bias_regularizer: A penalty on ``b``. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: ``[x, graph]``, the graph as adjacency matrices or edge lists.
        mask: Which nodes exist, (batch, nodes).

    Shapes:
        x: (batch, nodes, features); graph: (batch, nodes, nodes) or (batch, edges, 2); outputs: (batch, nodes, units)

    Raises:
        ShapeError: The graph has another number of nodes than ``x``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GraphConvolution
        >>> layer = GraphConvolution(1, kernel_initializer="ones", normalization="row")
        >>> x, edges = jnp.array([[[1.0], [3.0], [5.0]]]), jnp.array([[[0, 1], [2, 1]]])
        >>> layer([x, edges])[0, :, 0]
        Array([1., 3., 5.], dtype=float32)

    Source: Kipf, Welling, Semi-supervised classification with graph convolutional networks, 2017,
    https://arxiv.org/abs/1609.02907. Differs from Keras and PyTorch: they have no graph layers; ``GCNConv`` of
    PyTorch Geometric is this layer on edge lists of one graph.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "units": Integer(1),
        "use_bias": Boolean(),
        "self_loops": Boolean(),
        "normalization": Choice(options=("symmetric", "row"), optional=True),
    }
    kernel: jax.Array
    bias: jax.Array

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        self_loops: bool = True,
        normalization: str | None = "symmetric",
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.self_loops = self_loops
        self.normalization = normalization
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)

    def build(self, input_shape: Any) -> None:
        """Declare kernel and bias for nodes of as many features as the first input has."""
        features = self.features(input_shape)
        self.kernel = self.add_weight(
            (features, self.units), self.kernel_initializer, regularizer=self.kernel_regularizer
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,), self.bias_initializer, regularizer=self.bias_regularizer
            )

    def call(self, inputs: Any, mask: Any = None) -> jax.Array:
        """Return ``f(P x W + b)``."""
        nodes = self.read(inputs, mask)
        require_size(self, nodes.x.shape, -1, self.kernel.shape[0])
        sent = nodes.x @ self.kernel
        if nodes.valid is None:
            mixed = normalised_adjacency(nodes.graph, self.self_loops, self.normalization) @ sent
        else:
            mixed = propagate_edges(
                sent, nodes.graph, nodes.valid, self.self_loops, self.normalization
            )
        outputs = mixed + self.bias if self.use_bias else mixed
        return self.hide(self.activate(self.activation, outputs), nodes)
