"""The scalar graph: its numbers are those that NumPy computes by hand, and what is too large is refused."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Input, Sequential, layers
from pellucid.core.errors import UnknownNameError, UsageError

X, T = np.array([[0.5, -1.25]]), np.array([[1.0]])


@pytest.fixture(autouse=True)
def double_precision():
    with jax.enable_x64(True):
        yield


def network(*stack, loss="binary_crossentropy", name="small"):
    model = Sequential([Input(X.shape[1:]), *stack], name=name)
    model.compile("sgd", loss)
    return model


def two_layers(**options):
    return network(
        layers.Dense(3, "tanh", bias_initializer="ones", dtype="float64", **options),
        layers.Dense(1, "sigmoid", dtype="float64"),
    )


def test_every_number_and_derivative_of_a_small_network():
    model = two_layers()
    graph = model.explain(X, T).graph()
    w1, b1, w2, b2 = (np.asarray(array) for array in model.get_weights())
    z1 = X[0] @ w1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ w2 + b2
    a2 = 1 / (1 + np.exp(-z2))
    by_z2 = a2 - T[0]
    by_a1 = w2[:, 0] * by_z2
    by_z1 = by_a1 * (1 - a1**2)
    by_x = w1 @ by_z1
    wanted = {
        "L": (-np.log(a2[0]), 1.0),
        "z2[1]": (z2[0], by_z2[0]),
        "b2[1]": (b2[0], by_z2[0]),
        "a2[1]": (a2[0], -1 / a2[0]),
    }
    for i in range(2):
        wanted[f"x[{i + 1}]"] = X[0, i], by_x[i]
    for j in range(3):
        wanted[f"b1[{j + 1}]"] = b1[j], by_z1[j]
        wanted[f"z1[{j + 1}]"] = z1[j], by_z1[j]
        wanted[f"a1[{j + 1}]"] = a1[j], by_a1[j]
        wanted[f"w2[{j + 1},1]"] = w2[j, 0], a1[j] * by_z2[0]
        wanted[f"w2[{j + 1},1]·a1[{j + 1}]"] = w2[j, 0] * a1[j], by_z2[0]
        for i in range(2):
            wanted[f"w1[{i + 1},{j + 1}]"] = w1[i, j], X[0, i] * by_z1[j]
            wanted[f"w1[{i + 1},{j + 1}]·x[{i + 1}]"] = w1[i, j] * X[0, i], by_z1[j]
    assert {node.name for node in graph.nodes} == {*wanted, "t[1]"}
    for name, (value, derivative) in wanted.items():
        np.testing.assert_allclose(
            [graph[name].value, graph[name].derivative],
            [value, derivative],
            rtol=1e-9,
            err_msg=name,
        )
    assert graph["t[1]"].derivative is None
    assert graph["z2[1]"].sources == ("w2[1,1]·a1[1]", "w2[2,1]·a1[2]", "w2[3,1]·a1[3]", "b2[1]")
    seen = set()
    for node in graph.nodes:
        assert set(node.sources) <= seen
        seen.add(node.name)


def test_a_softmax_hangs_on_all_its_inputs():
    model = network(
        layers.Dense(3, use_bias=False, dtype="float64"),
        layers.Activation("softmax", dtype="float64"),
        loss="sparse_categorical_crossentropy",
    )
    graph = model.explain(X, np.array([2])).graph()
    assert graph["a1[2]"].sources == ("z1[1]", "z1[2]", "z1[3]")
    p = np.exp([graph[f"z1[{k}]"].value for k in (1, 2, 3)])
    p /= p.sum()
    np.testing.assert_allclose(
        [graph[f"z1[{k}]"].derivative for k in (1, 2, 3)], p - [0, 0, 1], rtol=1e-9
    )


def test_penalties_are_a_number_too():
    told = two_layers(kernel_regularizer="l2").explain(X, T)
    graph = told.graph()
    assert graph["penalty"].value == pytest.approx(told.penalties)
    assert "penalty" in graph["L"].sources


def test_it_is_printed_and_drawn(tmp_path):
    graph = two_layers().explain(X, T).graph()
    lines = str(graph).splitlines()
    assert len(lines) == len(graph.nodes) + 1
    assert "w1[2,3]·x[2]" in str(graph)
    figure = graph.draw(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").stat().st_size > 1000
    written = [text.get_text() for text in figure.axes[0].texts]
    for node in graph.nodes:
        assert any(f"= {node.value:.4g}" in text for text in written)


def test_what_has_no_such_graph_is_refused():
    with pytest.raises(UsageError, match=r"model\.explain\(x\[:1\], y\[:1\]\)\.graph\(\)"):
        two_layers().explain(np.repeat(X, 3, 0), np.repeat(T, 3, 0)).graph()
    with pytest.raises(UsageError, match="more than 64 numbers"):
        network(layers.Dense(40), layers.Dense(1, "sigmoid")).explain(X, T).graph()
    with pytest.raises(UsageError, match="is a LayerNormalization"):
        network(layers.LayerNormalization(name="norm"), layers.Dense(1, "sigmoid")).explain(
            X, T
        ).graph()
    with pytest.raises(UnknownNameError, match="write 'z1\\[1\\]'"):
        two_layers().explain(X, T).graph()["z1[11]"]
