"""Message passing: every node hears from its neighbours, and makes up its mind."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional import activations
from pellucid.functional.graph import REDUCTIONS, aggregate, gather_nodes
from pellucid.layers.checks import require_size
from pellucid.layers.graph.base import GraphLayer


class MessagePassing(GraphLayer):
    """Sends messages along the links, reduces them at each node, and updates the node.

    Equation: ``m_ij = x_j W`` for every link from ``j`` to ``i``; ``a_i = reduce_j m_ij`` (sum, mean or largest);
    ``y_i = f(x_i U + a_i + b)``; with the nodes' features ``x``, the kernels ``W`` and ``U``, the bias ``b`` and the
    activation ``f``. Override ``message`` and ``update`` for others.

    Args:
        units: The number of outputs per node, at least 1.
        aggregation: ``"sum"``, ``"mean"`` or ``"max"``. Default ``"sum"``.
        activation: Name or function. Default None, nothing.
        use_bias: Whether ``b`` is added. Default True.
        kernel_initializer: Starting values of ``W`` and ``U``. Default ``"glorot_uniform"``.
        bias_initializer: Starting values of ``b``. Default ``"zeros"``.
        kernel_regularizer: A penalty on ``W`` and ``U``. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: ``[x, graph]``; an adjacency matrix is read as links, a number other than 0 multiplies the message.
        mask: Which nodes exist, (batch, nodes).

    Shapes:
        x: (batch, nodes, features); graph: (batch, nodes, nodes) or (batch, edges, 2); outputs: (batch, nodes, units)

    Raises:
        ShapeError: The graph has another number of nodes than ``x``.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import MessagePassing
        >>> layer = MessagePassing(1, "max", kernel_initializer="ones")
        >>> x, edges = jnp.array([[[1.0], [3.0], [5.0]]]), jnp.array([[[0, 1], [2, 1]]])
        >>> layer([x, edges])[0, :, 0]
        Array([1., 8., 5.], dtype=float32)

    Source: Gilmer et al., Neural message passing for quantum chemistry, 2017, https://arxiv.org/abs/1704.01212; with
    ``"mean"`` GraphSAGE: Hamilton et al., 2017, https://arxiv.org/abs/1706.02216. Differs from Keras and PyTorch:
    they have no graph layers; ``MessagePassing`` of PyTorch Geometric is a base class only.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "units": Integer(1),
        "aggregation": Choice(options=REDUCTIONS),
        "use_bias": Boolean(),
    }
    kernel: jax.Array
    self_kernel: jax.Array
    bias: jax.Array

    def __init__(
        self,
        units: int,
        aggregation: str = "sum",
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.units = int(units)
        self.aggregation = aggregation
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)

    def build(self, input_shape: Any) -> None:
        """Declare the kernels of messages and of the node itself, and the bias."""
        shape = (self.features(input_shape), self.units)
        penalty = self.kernel_regularizer
        self.kernel = self.add_weight(shape, self.kernel_initializer, regularizer=penalty)
        self.self_kernel = self.add_weight(shape, self.kernel_initializer, regularizer=penalty)
        if self.use_bias:
            self.bias = self.add_weight((self.units,), self.bias_initializer)

    def message(self, sender: jax.Array, receiver: jax.Array) -> jax.Array:
        """Return the messages ``m`` of all links; override it for your own.

        Args:
            sender: The features of the sending nodes, (batch, links, features).
            receiver: Those of the receiving nodes, likewise.
        """
        return sender @ self.kernel

    def update(self, x: jax.Array, heard: jax.Array) -> jax.Array:
        """Return the nodes' new features; override it for your own.

        Args:
            x: The nodes' features, (batch, nodes, features).
            heard: The reduced messages, (batch, nodes, units).
        """
        outputs = x @ self.self_kernel + heard
        return self.activate(self.activation, outputs + self.bias if self.use_bias else outputs)

    def call(self, inputs: Any, mask: Any = None) -> jax.Array:
        """Return the nodes' new features."""
        nodes = self.read(inputs, mask)
        require_size(self, nodes.x.shape, -1, self.kernel.shape[0])
        count = nodes.x.shape[1]
        edges, valid, weight = nodes.graph, nodes.valid, None
        if valid is None:
            edges, weight = all_pairs(nodes.graph)
            # A sum over all pairs is the sum over links, and smooth in the weights of the links.
            valid = (weight != 0) | (self.aggregation == "sum")
        source, target = jnp.where(valid[..., None], edges, 0).transpose(2, 0, 1)
        sent = self.message(gather_nodes(nodes.x, source), gather_nodes(nodes.x, target))
        sent = sent if weight is None else sent * weight[..., None]
        heard = aggregate(sent, target, valid, count, self.aggregation)
        return self.hide(self.update(nodes.x, heard), nodes)


def all_pairs(adjacency: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return an adjacency matrix as the list of all pairs ``(source, target)`` and their weights."""
    count = adjacency.shape[-1]
    target, source = jnp.divmod(jnp.arange(count * count), count)
    pairs = jnp.stack([source, target], -1)
    weights = adjacency.reshape(len(adjacency), -1)
    return jnp.broadcast_to(pairs, (*weights.shape, 2)), weights
