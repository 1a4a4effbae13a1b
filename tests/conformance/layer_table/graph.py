"""Layers on graphs, with loops over nodes and links in NumPy as witnesses."""

from __future__ import annotations

import numpy as np
from layer_table.rows import Integers, Row

RNG = np.random.default_rng(5)
LINKED = RNG.random((2, 4, 4)) < 0.5
LINKS = LINKED.astype("int32")  # as whole numbers: a link is there or not
ADJACENCY = np.where(LINKED, RNG.uniform(0.5, 2.0, (2, 4, 4)), 0.0)
X, EDGES, PADDED = (
    (2, 4, 3),
    Integers((2, 6, 2), 4),
    np.array([[[0, 1], [3, 1], [-1, -1]], [[2, 0], [-1, -1], [1, 1]]], "int32"),
)


def links_of(graph, n, nodes):
    """Return the links `(source, target, weight)` of the n-th graph."""
    if graph.shape[-1] == 2:
        return [(s, t, 1.0) for s, t in graph[n] if s >= 0]
    return [(s, t, graph[n, t, s]) for t in range(nodes) for s in range(nodes) if graph[n, t, s]]


def activated(layer, values):
    """Return the layer's activation of values, by NumPy."""
    functions = {
        "linear": lambda a: a,
        "tanh": np.tanh,
        "elu": lambda a: np.where(a > 0, a, np.expm1(a)),
    }
    return functions[layer.activation.__name__](values)


def convolution(layer, params, state, inputs):
    x, graph = (np.asarray(each) for each in inputs)
    h, nodes = x @ np.asarray(params["kernel"]), x.shape[1]
    outputs = np.zeros(h.shape)
    for n in range(len(x)):
        links = links_of(graph, n, nodes)
        links += [(i, i, 1.0) for i in range(nodes)] if layer.self_loops else []
        degree = np.zeros(nodes)
        for _, t, w in links:
            degree[t] += w
        for s, t, w in links:
            if layer.normalization == "symmetric":
                w = w / np.sqrt(degree[s] * degree[t]) if degree[s] > 0 else 0.0
            elif layer.normalization == "row":
                w = w / degree[t]
            outputs[n, t] += w * h[n, s]
    outputs = outputs + np.asarray(params.get("bias", 0.0))
    return activated(layer, outputs)


def attention(layer, params, state, inputs):
    x, graph = (np.asarray(each) for each in inputs)
    nodes, heads, units = x.shape[1], layer.heads, layer.units
    h = (x @ np.asarray(params["kernel"])).reshape(len(x), nodes, heads, units)
    receiver, sender = np.asarray(params["receiver"]), np.asarray(params["sender"])
    outputs = np.zeros(h.shape)
    for n in range(len(x)):
        links = [(s, t) for s, t, _ in links_of(graph, n, nodes)]
        if layer.self_loops:
            own = [(i, i) for i in range(nodes)]
            links = links + own if graph.shape[-1] == 2 else sorted({*links, *own})
        for t in range(nodes):
            near = [s for s, to in links if to == t]
            for k in range(heads):
                scores = np.array([receiver[k] @ h[n, t, k] + sender[k] @ h[n, s, k] for s in near])
                powers = np.exp(np.where(scores > 0, scores, layer.negative_slope * scores))
                for s, power in zip(near, powers, strict=True):
                    outputs[n, t, k] += power / powers.sum() * h[n, s, k]
    flat = outputs.reshape(len(x), nodes, -1) if layer.concat else outputs.mean(2)
    return activated(layer, flat + np.asarray(params.get("bias", 0.0)))


def messages(layer, params, state, inputs):
    x, graph = (np.asarray(each) for each in inputs)
    sent, nodes = x @ np.asarray(params["kernel"]), x.shape[1]
    heard = np.zeros((len(x), nodes, layer.units))
    reduce = {"sum": np.sum, "mean": np.mean, "max": np.max}[layer.aggregation]
    for n in range(len(x)):
        links = links_of(graph, n, nodes)
        for t in range(nodes):
            each = [w * sent[n, s] for s, to, w in links if to == t]
            heard[n, t] = reduce(each, axis=0) if each else 0.0
    outputs = x @ np.asarray(params["self_kernel"]) + heard + np.asarray(params.get("bias", 0.0))
    return activated(layer, outputs)


def pooling(layer, params, state, inputs):
    return {"sum": np.sum, "mean": np.mean, "max": np.max}[layer.reduction](
        np.asarray(inputs), axis=1
    )


def rows(witness, *cases):
    return [Row(arguments, inputs, keras=None, witness=witness) for arguments, inputs in cases]


TABLE: dict[str, list[Row]] = {
    "GraphConvolution": rows(
        convolution,
        ({"units": 2}, [X, EDGES]),
        ({"units": 2, "activation": "tanh"}, [X, ADJACENCY]),
        ({"units": 3, "normalization": "row", "use_bias": False}, [X, ADJACENCY]),
        ({"units": 1, "normalization": None, "self_loops": False}, [X, PADDED]),
        ({"units": 2, "self_loops": False, "bias_initializer": "uniform"}, [X, EDGES]),
        ({"units": 2, "normalization": "row", "kernel_regularizer": "l2"}, [X, PADDED]),
    ),
    "GraphAttention": rows(
        attention,
        ({"units": 2}, [X, EDGES]),
        ({"units": 2, "heads": 3}, [X, LINKS]),
        ({"units": 2, "heads": 2, "concat": False, "activation": "elu"}, [X, EDGES]),
        ({"units": 1, "self_loops": False, "use_bias": False}, [X, PADDED]),
        ({"units": 2, "self_loops": False, "negative_slope": 0.0}, [X, LINKS]),
        ({"units": 2, "dropout": 0.5, "bias_initializer": "uniform"}, [X, LINKS]),
    ),
    "MessagePassing": rows(
        messages,
        ({"units": 2}, [X, EDGES]),
        ({"units": 2, "aggregation": "mean", "activation": "tanh"}, [X, PADDED]),
        ({"units": 3, "aggregation": "max"}, [X, LINKS]),
        ({"units": 1, "aggregation": "max", "use_bias": False}, [X, PADDED]),
        ({"units": 2, "aggregation": "sum", "bias_initializer": "uniform"}, [X, ADJACENCY]),
    ),
    "GraphPooling": rows(
        pooling,
        ({}, X),
        ({"reduction": "sum"}, X),
        ({"reduction": "max"}, X),
        ({"reduction": "mean", "name": "all_nodes"}, (3, 1, 2)),
        ({"reduction": "max"}, (1, 6, 1)),
    ),
}
