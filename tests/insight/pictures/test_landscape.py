"""Landscapes: closed forms, the weights untouched, filters' lengths, principal directions against scikit-learn."""

import re

import numpy as np
import pytest
from sklearn.decomposition import PCA

import pellucid
from pellucid import insight, layers
from pellucid.insight import task
from pellucid.insight.pictures.directions import filter_normalised, random_plane
from pellucid.insight.task import ROWS

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 3)).astype("float32")
Y = (X @ [1.0, -2.0, 0.5] + 0.3 * RNG.standard_normal(50)).astype("float32")


@pytest.fixture
def linear():
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.02), "mse")
    model.build((None, 3))
    return model


def test_a_linear_model_with_squared_error_has_an_exact_parabola(linear):
    d = {"dense/kernel": RNG.standard_normal((3, 1)), "dense/bias": np.array([0.7])}
    e = {"dense/kernel": RNG.standard_normal((3, 1))}
    found = insight.loss_landscape(linear, X, Y, directions=(d, e), steps=5, span=2)
    kernel, bias = (np.asarray(w, float) for w in linear.get_weights())
    x = X.astype(float)
    rest = (x @ kernel + bias)[:, 0] - Y
    along, other = (x @ d["dense/kernel"])[:, 0] + 0.7, (x @ e["dense/kernel"])[:, 0]
    for i, b in enumerate(np.linspace(-2, 2, 5)):
        for j, a in enumerate(np.linspace(-2, 2, 5)):
            # The mean of (r + a u + b v)^2, multiplied out.
            wanted = (
                np.mean(rest**2)
                + 2 * a * np.mean(rest * along)
                + 2 * b * np.mean(rest * other)
                + a * a * np.mean(along**2)
                + 2 * a * b * np.mean(along * other)
                + b * b * np.mean(other**2)
            )
            assert found.loss[i, j] == pytest.approx(wanted, rel=2e-6)
    u, v = (np.concatenate([w.ravel() for w in (k["dense/kernel"],)]) for k in (d, e))
    cosine = u @ v / np.sqrt((u @ u + 0.49) * (v @ v))
    assert found.plane.cosine == pytest.approx(cosine) and found.kind == "given"


def test_the_model_is_the_same_afterwards_and_its_loss_is_in_the_middle():
    model = pellucid.Sequential(
        [
            layers.Dense(4, "tanh", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    model.fit(X, Y, epochs=2, verbose=0)
    before = model.get_weights()
    steps = model._session.steps
    found = insight.loss_landscape(model, X, Y, steps=5)
    assert found.loss[2, 2] == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-6)
    assert found.loss[2, 2] == pytest.approx(found.center, rel=1e-6)
    for old, new in zip(before, model.get_weights(), strict=True):
        assert np.array_equal(old, new)
    assert model._session.steps == steps


def test_rows_beyond_one_batch_count_alike(linear):
    x, y = np.resize(X, (ROWS + 7, 3)), np.resize(Y, ROWS + 7)
    weight = np.linspace(0, 2, ROWS + 7)
    found = insight.loss_landscape(linear, x, y, steps=3, sample_weight=weight)
    wanted = linear.evaluate(x, y, sample_weight=weight, verbose=0)
    assert found.center == pytest.approx(wanted, rel=1e-5)


def test_every_filter_of_a_random_direction_is_as_long_as_the_weights_own():
    weights = {"conv/kernel": RNG.standard_normal((3, 3, 2, 4)), "conv/bias": np.ones(4)}
    plane = random_plane("test", weights, seed=3)
    for direction in plane.directions:
        for k in range(4):
            own = np.linalg.norm(direction["conv/kernel"][..., k])
            assert own == pytest.approx(np.linalg.norm(weights["conv/kernel"][..., k]))
        assert not direction["conv/bias"].any()
    other = random_plane("test", weights, seed=4).directions[0]["conv/kernel"]
    assert not np.allclose(other, plane.directions[0]["conv/kernel"])


def test_a_filter_of_zeros_does_not_move():
    assert not filter_normalised(np.ones((2, 2)), np.zeros((2, 2))).any()


def test_the_recorded_path_and_its_principal_directions(linear):
    path = insight.WeightPath()
    history = linear.fit(X, Y, epochs=6, callbacks=[path], verbose=0)
    assert path.moments == [0, 1, 2, 3, 4, 5, 6] and len(history.epoch) == 6
    table = np.stack([np.concatenate([a.ravel() for a in w.values()]) for w in path.weights])
    last = np.concatenate([w.ravel() for w in linear.get_weights()])
    np.testing.assert_array_equal(table[-1], last)
    found = insight.loss_landscape(linear, X, Y, directions=path, steps=5)
    witness = PCA(2).fit(table.astype(float))
    np.testing.assert_allclose(found.explained, witness.explained_variance_ratio_, rtol=1e-5)
    mine = [np.concatenate([a.ravel() for a in d.values()]) for d in found.plane.directions]
    for one, two in zip(mine, witness.components_, strict=True):
        assert abs(one @ two) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-6)
    np.testing.assert_allclose(found.path, (table - last) @ np.stack(mine).T, atol=1e-6)
    inside = (found.across[0] < found.path[:, 0]) & (found.path[:, 0] < found.across[-1])
    assert inside.all()
    for moment, loss in zip(path.weights, found.path_loss, strict=True):
        kernel, bias = (np.asarray(a, float) for a in moment.values())
        assert loss == pytest.approx(np.mean(((X @ kernel + bias)[:, 0] - Y) ** 2), rel=1e-5)


def test_a_path_of_batches_and_every_other_epoch(linear):
    batches, epochs = insight.WeightPath(every=3, unit="batch"), insight.WeightPath(every=2)
    linear.fit(X, Y, batch_size=10, epochs=2, callbacks=[batches, epochs], verbose=0)
    assert batches.moments == [0, 3, 6, 9] and epochs.moments == [0, 2]
    linear.fit(X, Y, batch_size=10, epochs=2, callbacks=[epochs], verbose=0)
    assert epochs.moments == [0, 2]


def test_recording_changes_no_number_of_the_training():
    found = []
    for callbacks in ([], [insight.WeightPath(unit="batch")]):
        model = pellucid.Sequential([layers.Dense(3, "tanh"), layers.Dropout(0.3), layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(X, Y, epochs=3, batch_size=16, callbacks=callbacks, verbose=0)
        found.append(model.get_weights())
    for plain, watched in zip(*found, strict=True):
        assert np.array_equal(plain, watched)


def test_the_axes_say_what_share_of_the_path_they_show(linear, tmp_path):
    path = insight.WeightPath()
    linear.fit(X, Y, epochs=4, callbacks=[path], verbose=0)
    found = insight.loss_landscape(linear, X, Y, directions=path, steps=7)
    figure = found.draw(tmp_path / "both.png")
    assert (tmp_path / "both.png").stat().st_size > 10_000
    share = f"{found.explained[0]:.1%}"
    assert (
        figure.axes[0].get_xlabel() == f"first principal direction ({share} of the path's variance)"
    )
    line = next(line for line in figure.axes[0].lines if "training" in line.get_label())
    np.testing.assert_array_equal(np.asarray(line.get_data()).T, found.path)
    assert {text.get_text() for text in figure.axes[0].texts} == {"epoch 0", "epoch 4"}
    assert any(axis.name == "3d" for axis in figure.axes)
    assert len(found.draw(style="surface").axes) == 1
    random = insight.loss_landscape(linear, X, Y, steps=3).draw(style="contour")
    assert random.axes[0].get_xlabel() == "first random direction, in filter lengths"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"directions": "sideways"}, "`directions` must be 'random', two dicts"),
        ({"directions": ({"dense/kernl": 1}, {})}, "write 'dense/kernel' instead"),
        ({"directions": ({"dense/kernel": np.ones(3)}, {})}, "has shape (3,), but the weight has"),
        ({"directions": insight.WeightPath()}, "the path has 0 moments"),
        ({"steps": 1}, "`steps` must be at least 2"),
        ({"span": 0.0}, "`span` above 0"),
    ],
)
def test_what_is_refused(linear, options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        insight.loss_landscape(linear, X, Y, **options)


def test_all_places_are_one_program(linear, monkeypatch):
    traced, whole = [], task.objective
    monkeypatch.setattr(task, "objective", lambda *a, **k: traced.append(1) or whole(*a, **k))
    counts = []
    for steps in (3, 11):
        traced.clear()
        insight.loss_landscape(linear, X, Y, steps=steps)
        counts.append(len(traced))
    assert counts[0] == counts[1] > 0


def test_a_model_that_is_not_compiled_is_told_how():
    model = pellucid.Sequential([layers.Dense(1)])
    with pytest.raises(ValueError, match=r"model\.compile\(optimizer='adam'"):
        insight.loss_landscape(model, X, Y)


def test_a_misspelt_style(linear):
    with pytest.raises(ValueError, match="write 'contour' instead"):
        insight.loss_landscape(linear, X, Y, steps=3).draw(style="contur")
