"""Layers on graphs: both forms of a graph agree, padding does not matter, errors teach, graphs can be learnt from."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, layers
from pellucid.core.errors import ArgumentTypeError, DataError, ShapeError
from pellucid.data import pad_graphs
from pellucid.functional.graph import adjacency_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 5, 3)).astype("float32")
EDGES = np.array([[[0, 1], [1, 0], [2, 3], [4, 0]], [[3, 1], [1, 3], [0, 4], [2, 4]]], "int32")
ALL = [
    layers.GraphConvolution(4, "relu"),
    layers.GraphConvolution(4, normalization="row", self_loops=False),
    layers.GraphAttention(2, heads=2),
    layers.MessagePassing(4, "sum"),
    layers.MessagePassing(4, "mean"),
    layers.MessagePassing(4, "max"),
]
NAMES = [f"{type(layer).__name__}-{number}" for number, layer in enumerate(ALL)]
every = pytest.mark.parametrize("layer", ALL, ids=NAMES)


@every
def test_edge_lists_and_adjacency_matrices_are_two_forms_of_one_graph(layer):
    matrix = np.asarray(adjacency_of(EDGES, 5))
    np.testing.assert_allclose(layer([X, EDGES]), layer([X, matrix]), rtol=1e-4, atol=1e-6)


@every
def test_the_names_of_the_nodes_do_not_matter(layer):
    order = np.array([3, 0, 4, 1, 2])
    place = np.argsort(order)
    moved = layer([X[:, order], place[EDGES].astype("int32")])
    np.testing.assert_allclose(moved, np.asarray(layer([X, EDGES]))[:, order], rtol=1e-4, atol=1e-6)


@every
@pytest.mark.parametrize("garbage", [7.0, np.nan])
def test_padding_changes_nothing(layer, garbage):
    x = np.concatenate([X, np.full((2, 2, 3), garbage, "float32")], 1)
    mask = np.arange(7)[None] < np.array([[5], [5]])
    more = np.array([[[-1, -1], [6, 0]]] * 2, "int32")  # a padded edge, and one from a padded node
    padded = np.asarray(layer([x, np.concatenate([EDGES, more], 1)], mask=[mask, None]))
    np.testing.assert_allclose(padded[:, :5], layer([X, EDGES]), rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(padded[:, 5:], 0)
    matrix = np.full((2, 7, 7), 3.0, "float32")
    matrix[:, :5, :5] = adjacency_of(EDGES, 5)
    dense = np.asarray(layer([x, matrix], mask=[mask, None]))
    np.testing.assert_allclose(dense[:, :5], layer([X, EDGES]), rtol=1e-4, atol=1e-6)


@every
def test_gradients_are_finite_where_nodes_have_no_neighbours(layer):
    bare = layer.clone()
    params, state = pellucid.init(bare, 0, [X, EDGES])
    alone = np.full((2, 1, 2), -1, "int32")

    def loss(params, x):
        return jnp.sum(pellucid.apply(bare, params, state, [x, alone])[0] ** 2)

    gradients = jax.grad(loss, argnums=(0, 1))(params, X)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradients))


def test_own_messages():
    class Distance(layers.MessagePassing):
        def message(self, sender, receiver):
            return jnp.abs(sender - receiver).sum(-1, keepdims=True)

        def update(self, x, heard):
            return heard

    outputs = Distance(1, "max")([X, EDGES])
    wanted = np.zeros((2, 5, 1))
    for n in range(2):
        for s, t in EDGES[n]:
            wanted[n, t] = max(wanted[n, t], np.abs(X[n, s] - X[n, t]).sum())
    np.testing.assert_allclose(outputs, wanted, rtol=1e-5)


def test_dropout_of_attention_only_while_training():
    layer = layers.GraphAttention(3, dropout=0.6)
    calm = layer([X, EDGES])
    np.testing.assert_array_equal(layer([X, EDGES]), calm)
    assert not np.allclose(layer([X, EDGES], training=True), calm)


@pytest.mark.parametrize(
    ("inputs", "error", "words"),
    [
        (X, ArgumentTypeError, "needs the nodes' features and the graph"),
        ([X[0], EDGES], ShapeError, r"must have the shape \(batch, nodes, features\)"),
        ([X, np.ones((2, 4, 4), "float32")], ShapeError, "there are 5 nodes, but"),
        ([X, EDGES[0]], ShapeError, "a graph of shape"),
        ([X, EDGES[:1]], ShapeError, "2 graphs have features, but 1 have links"),
    ],
)
def test_what_is_no_graph_is_refused(inputs, error, words):
    with pytest.raises(error, match=words):
        layers.GraphConvolution(2)(inputs)


@pytest.mark.parametrize(
    ("graphs", "options", "words"),
    [
        ([], {}, "there are no graphs"),
        ([(np.ones(3), [[0, 1]])], {}, r"must be \(nodes, features\)"),
        ([(np.ones((2, 1)), [[0, 2]])], {}, "has 2 nodes, 0 to 1, but an edge names 2"),
        ([(np.ones((2, 1)), [[0, -1]])], {}, "negative"),
        ([(np.ones((2, 1)), []), (np.ones((2, 3)), [])], {}, "different numbers of features"),
        ([(np.ones((4, 1)), [])], {"nodes": 3}, "a graph has 4 nodes, but `nodes` is 3"),
    ],
)
def test_graphs_that_cannot_be_padded_are_refused(graphs, options, words):
    with pytest.raises(DataError, match=words):
        pad_graphs(graphs, **options)


def ring(count, chord):
    """Return a ring of nodes, with or without a chord across it: told apart by one link only."""
    links = [(i, (i + 1) % count) for i in range(count)]
    links += [(0, count // 2)] if chord else []
    return np.ones((count, 1), "float32"), [*links, *[(b, a) for a, b in links]]


def test_graphs_of_different_sizes_are_classified_in_batches():
    sizes = RNG.integers(6, 14, 120)
    labels = np.arange(120) % 2
    x, edges = pad_graphs([ring(n, chord) for n, chord in zip(sizes, labels, strict=True)])
    nodes = Input(shape=x.shape[1:], name="nodes")
    links = Input(shape=edges.shape[1:], dtype="int32", name="links")
    h = layers.Masking(0.0)(nodes)
    for _ in range(2):
        h = layers.MessagePassing(16, "sum", "relu")([h, links])
    model = Model([nodes, links], layers.Dense(1, "sigmoid")(layers.GraphPooling("max")(h)))
    model.compile(pellucid.optimizers.Adam(0.01), "binary_crossentropy", ["accuracy"])
    history = model.fit([x, edges], labels, epochs=60, batch_size=40, verbose=0)
    assert history.history["accuracy"][-1] > 0.95


def karate(folder):
    """Read Zachary's karate club: 34 members, 78 friendships, two clubs after the split."""
    words = (folder / "graph/karate/karate.gml").read_text().split()
    pairs = zip(
        [int(words[i + 1]) - 1 for i, word in enumerate(words) if word == "source"],
        [int(words[i + 1]) - 1 for i, word in enumerate(words) if word == "target"],
        strict=True,
    )
    lines = (folder / "graph/karate/karate.labels.tsv").read_text().split("\n")[1:35]
    clubs = np.array([line.split("\t")[1] == "Mr. Hi" for line in lines])
    return list(pairs), clubs


def test_two_labelled_members_tell_who_follows_whom(local_data):
    links, clubs = karate(local_data)
    edges = np.array([[*links, *[(b, a) for a, b in links]]], "int32")
    x = np.eye(34, dtype="float32")[None]
    model = pellucid.Sequential(
        [
            GraphStep(layers.GraphConvolution(8, "tanh"), edges),
            GraphStep(layers.GraphConvolution(1), edges),
        ]
    )
    params, state = pellucid.init(model, 1, x)
    known, wanted = np.array([0, 33]), jnp.array([1.0, 0.0])  # the instructor and the president

    @jax.jit
    def step(params):
        def loss(params):
            logits = pellucid.apply(model, params, state, x)[0][0, known, 0]
            return jnp.mean(jnp.logaddexp(0, logits) - wanted * logits)

        return jax.tree.map(lambda w, g: w - 0.5 * g, params, jax.grad(loss)(params))

    for _ in range(60):
        params = step(params)
    said = pellucid.apply(model, params, state, x)[0][0, :, 0] > 0
    assert np.mean(np.asarray(said) == clubs) >= 0.94


class GraphStep(layers.Layer):
    """Calls a layer on a graph that never changes."""

    def __init__(self, layer, edges):
        super().__init__()
        self.layer = layer
        self.edges = edges

    def call(self, inputs):
        return self.layer([inputs, jnp.asarray(self.edges)])
