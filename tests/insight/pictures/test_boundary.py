"""Decision boundaries: the grid's numbers against NumPy, every kind of answer, what is refused, what is drawn."""

import re

import numpy as np
import pytest

import pellucid
from pellucid import insight, layers

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (40, 2)).astype("float32")


def sequential(*stack, **compiled):
    model = pellucid.Sequential(list(stack))
    if compiled:
        model.compile("sgd", **compiled)
    model.build((None, 2))
    return model


def by_hand(model, grid, hidden=np.tanh):
    """Return what goes into the last activation of a network of dense layers, in float64."""
    for layer in model.layers[:-1]:
        grid = hidden(grid @ np.asarray(layer.kernel, float) + np.asarray(layer.bias, float))
    last = model.layers[-1]
    return grid @ np.asarray(last.kernel, float) + np.asarray(last.bias, float)


def test_the_grid_of_a_deep_network_is_that_of_numpy():
    model = sequential(layers.Dense(4, "tanh"), layers.Dense(3, "tanh"), layers.Dense(1, "sigmoid"))
    found = insight.decision_boundary(
        model, X, X[:, 0] > 0, steps=7, limits=(-2, 2, -1, 3), names=["a", "b"]
    )
    assert found.kind == "binary" and found.depth == 3 and found.names == ("a", "b")
    np.testing.assert_allclose(found.across, np.linspace(-2, 2, 7))
    for i, up in enumerate(np.linspace(-1, 3, 7)):
        rows = np.stack([found.across, np.full(7, up)], axis=1)
        wanted = 1 / (1 + np.exp(-by_hand(model, rows)[:, 0]))
        np.testing.assert_allclose(found.values[i], wanted, atol=1e-6)
    assert (found.regions == (found.values > 0.5)).all()


def test_a_straight_boundary_lies_where_the_formula_says():
    model = sequential(layers.Dense(1, "sigmoid"))
    model.set_weights([np.array([[2.0], [-1.0]]), np.array([0.5])])
    found = insight.decision_boundary(model, X, X[:, 0] > 0, steps=201)
    u, v = np.meshgrid(found.across, found.up)
    lead = 2 * u - v + 0.5
    clear = np.abs(lead) > 1e-4
    assert (found.regions[clear] == (lead > 0)[clear]).all()
    right = (2 * X[:, 0] - X[:, 1] + 0.5 > 0) == (X[:, 0] > 0)
    assert found.accuracy == pytest.approx(right.mean())


@pytest.mark.parametrize("logits", [False, True])
def test_text_labels_and_softmax_or_its_logits(logits):
    labels = np.array(["cat", "dog", "eel"])[np.digitize(X[:, 0], [-0.3, 0.3])]
    loss = pellucid.losses.SparseCategoricalCrossentropy(from_logits=logits)
    model = sequential(layers.Dense(3, None if logits else "softmax"), loss=loss)
    model.fit(X, labels, epochs=1, verbose=0)
    found = insight.decision_boundary(model, X, labels, steps=4)
    assert found.labels == ("cat", "dog", "eel") and found.values.shape == (4, 4, 3)
    np.testing.assert_allclose(found.values.sum(-1), 1, atol=1e-6)
    grid = np.stack(np.meshgrid(found.across, found.up), -1)
    assert (found.regions == by_hand(model, grid).argmax(-1)).all()
    assert (np.array(found.labels)[found.targets] == labels).all()


def test_numbers_are_a_surface():
    model = sequential(layers.Dense(1))
    y = by_hand(model, X)[:, 0] + 0.5
    found = insight.decision_boundary(model, X, y, steps=3)
    assert found.kind == "numbers" and found.labels == ()
    assert found.accuracy == pytest.approx(0.5, abs=1e-5)  # the root mean square error
    with pytest.raises(ValueError, match="a model that gives numbers has none"):
        _ = found.regions


def test_a_sigmoid_that_learnt_numbers_is_a_surface_too():
    model = sequential(layers.Dense(1, "sigmoid"), loss="mse")
    assert insight.decision_boundary(model, X, np.linspace(0, 1, 40), steps=3).kind == "numbers"
    assert insight.decision_boundary(model, X, np.arange(40) % 2, steps=3).kind == "binary"


def test_the_sign_of_a_score_decides():
    model = sequential(layers.Dense(1), loss="hinge")
    y = np.where(X[:, 0] > 0, 1, -1)
    found = insight.decision_boundary(model, X, y, steps=5)
    assert found.kind == "score" and found.labels == ("-1", "1")
    assert (found.regions == (found.values > 0)).all()


def test_side_by_side_with_depth_in_the_titles(tmp_path):
    models = [
        sequential(*[layers.Dense(4, "tanh") for _ in range(depth)], layers.Dense(1, "sigmoid"))
        for depth in (0, 2)
    ]
    y = X[:, 0] > 0
    found = insight.decision_boundaries(models, X, y, steps=9)
    figure = found.draw(tmp_path / "layers.png")
    assert (tmp_path / "layers.png").read_bytes()[:4] == b"\x89PNG"
    titles = [axis.get_title() for axis in figure.axes[:2]]
    assert titles[0].startswith("1 layer: ") and titles[1].startswith("3 layers: ")
    assert f"{found.boundaries[1].accuracy:.1%}".replace(".0%", "%") in titles[1]
    named = insight.decision_boundaries(models, X, y, steps=9, titles=["shallow", "deep"])
    assert [axis.get_title() for axis in named.draw().axes[:2]] == ["shallow", "deep"]


def test_every_row_is_drawn_with_its_label():
    model = sequential(layers.Dense(3, "softmax"))
    y = np.digitize(X[:, 0], [-0.3, 0.3])
    figure = insight.decision_boundary(model, X, y, steps=9).draw(title="mine")
    drawn = {c.get_label(): len(c.get_offsets()) for c in figure.axes[0].collections}
    assert {drawn[str(k)] for k in range(3)} == set(np.bincount(y).tolist())
    assert figure.axes[0].get_title() == "mine"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("x", "y", "options", "said"),
    [
        (np.ones((3, 4)), [0, 1, 1], {}, "a plane has two features, but x has shape (3, 4)"),
        (X[:3], [0, 1], {}, "3"),
        (X[:3], [0, 1, 2], {}, "3 different labels"),
        (X[:3], [0, 1, 1], {"steps": 1}, "`steps` must be an integer of at least 2"),
        (X[:3], [0, 1, 1], {"limits": (1, 0, 0, 1)}, "`limits` must be"),
        (X[:3], [0, 1, 1], {"names": ["a"]}, "`names` must be two"),
    ],
)
def test_what_is_refused(x, y, options, said):
    model = sequential(layers.Dense(1, "sigmoid"))
    with pytest.raises(ValueError, match=re.escape(said)):
        insight.decision_boundary(model, x, y, **options)


def test_outputs_that_are_no_classes_are_refused():
    with pytest.raises(ValueError, match="no probabilities of classes"):
        insight.decision_boundary(sequential(layers.Dense(3)), X, np.zeros(40), steps=3)
    with pytest.raises(ValueError, match="at least one model"):
        insight.decision_boundaries([], X, np.zeros(40))
