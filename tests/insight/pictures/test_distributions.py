"""Distributions of activations and gradients: NumPy and finite differences, the training untouched, the pictures."""

import numpy as np
import pytest

import pellucid
from pellucid import insight, layers
from pellucid.insight.pictures.distributions import BINS, LEVELS, spread_of

RNG = np.random.default_rng(2)
X = RNG.standard_normal((30, 4)).astype("float32")
Y = (X[:, 0] * X[:, 1]).astype("float32")


def network():
    model = pellucid.Sequential(
        [layers.Dense(5, "relu"), layers.Dropout(0.5), layers.Dense(1)], seed=3
    )
    model.compile(pellucid.optimizers.SGD(0.05), "mse")
    return model


@pytest.fixture(scope="module")
def recorded():
    model, weights = network(), []
    spread = insight.Distributions(X[:9], Y[:9], every=2)

    class Weights(pellucid.callbacks.Callback):
        def on_train_begin(self, logs=None):
            weights.append([w.astype(float) for w in self.model.get_weights()])

        def on_epoch_end(self, epoch, logs=None):
            weights.append([w.astype(float) for w in self.model.get_weights()])

    model.fit(X, Y, epochs=5, callbacks=[Weights(), spread], verbose=0)
    return spread, [weights[0], weights[2], weights[4]]


def loss(weights):
    kernel, bias, last_kernel, last_bias = weights
    hidden = np.maximum(X[:9] @ kernel + bias, 0)
    return np.mean(((hidden @ last_kernel + last_bias)[:, 0] - Y[:9]) ** 2)


def test_when_and_of_what_is_recorded(recorded):
    spread, _ = recorded
    assert spread.epochs == [0, 2, 4]
    assert list(spread.activations) == ["dense", "dropout", "dense_1"]
    assert list(spread.gradients) == [
        "dense/kernel",
        "dense/bias",
        "dense_1/kernel",
        "dense_1/bias",
    ]
    assert all(len(found) == 3 for found in spread.activations.values())


def test_activations_are_those_of_numpy(recorded):
    spread, weights = recorded
    for moment, (kernel, bias, last_kernel, last_bias) in enumerate(weights):
        hidden = np.maximum(X[:9] @ kernel + bias, 0)
        for path, wanted in (
            ("dense", hidden),
            ("dropout", hidden),  # evaluation mode: everything passes
            ("dense_1", hidden @ last_kernel + last_bias),
        ):
            found = spread.activations[path][moment]
            np.testing.assert_allclose(found.quantiles, np.quantile(wanted, LEVELS), atol=1e-6)
            assert found.size == wanted.size and found.lost == 0
            assert found.zeros == pytest.approx(np.mean(wanted == 0))
            assert found.counts.sum() == wanted.size and len(found.edges) == BINS + 1


def test_gradients_are_those_of_finite_differences(recorded):
    spread, weights = recorded
    for moment, at in enumerate(weights):
        for number, path in enumerate(spread.gradients):
            slopes = np.zeros(at[number].shape)
            for place in np.ndindex(slopes.shape):
                ends = []
                for step in (1e-6, -1e-6):
                    moved = [w.copy() for w in at]
                    moved[number][place] += step
                    ends.append(loss(moved))
                slopes[place] = (ends[0] - ends[1]) / 2e-6
            found = spread.gradients[path][moment].quantiles
            np.testing.assert_allclose(found, np.quantile(slopes, LEVELS), atol=2e-6)


def test_recording_changes_no_number_of_the_training():
    found = []
    for callbacks in ([], [insight.Distributions(X, Y)]):
        model = network()
        history = model.fit(X, Y, epochs=3, batch_size=8, callbacks=callbacks, verbose=0)
        found.append((model.get_weights(), history.history["loss"]))
    assert found[0][1] == found[1][1]
    for plain, watched in zip(found[0][0], found[1][0], strict=True):
        assert np.array_equal(plain, watched)


def test_a_second_training_starts_anew_with_labels_and_nested_models():
    inner = pellucid.Sequential([layers.Dense(3, "tanh", name="first")], name="encoder")
    model = pellucid.Sequential([inner, layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    labels = np.where(Y > 0, "yes", "no")
    spread = insight.Distributions(X[:5], labels[:5])
    for epochs in (2, 1):
        model.fit(X, labels, epochs=epochs, callbacks=[spread], verbose=0)
        assert spread.epochs == list(range(epochs + 1))
    assert list(spread.activations) == ["encoder/first", "dense"]
    total = spread.activations["dense"][0].quantiles
    assert total[0] >= 0 and total[-1] <= 1


def test_numbers_that_are_lost_are_counted():
    found = spread_of(np.array([1.0, np.nan, 3.0, np.inf]))
    assert found.lost == 2 and found.size == 4
    assert found.quantiles[[0, -1]].tolist() == [1.0, 3.0]
    nothing = spread_of(np.array([np.nan]))
    assert nothing.lost == 1 and np.isnan(nothing.quantiles).all() and nothing.counts.sum() == 0


@pytest.mark.parametrize("style", ["bands", "ridges"])
def test_a_panel_for_each_layer_that_changes_something(recorded, style, tmp_path):
    spread, _ = recorded
    figure = spread.draw(tmp_path / "a.png", style=style)
    assert (tmp_path / "a.png").stat().st_size > 5_000
    shown = [axis.get_title() for axis in figure.axes if axis.get_visible()]
    assert shown == ["dense, dropout", "dense_1"]
    share = spread.activations["dense"][-1].zeros
    assert share > 0.1
    assert f"{share:.0%} zeros at the end" in [text.get_text() for text in figure.axes[0].texts]
    figure = spread.draw(what="gradients", style=style)
    shown = [axis.get_title() for axis in figure.axes if axis.get_visible()]
    assert shown == list(spread.gradients)


def test_the_median_is_drawn_where_it_was(recorded):
    spread, _ = recorded
    axis = spread.draw().axes[1]
    median = next(line for line in axis.lines if line.get_label() == "median")
    wanted = [found.quantiles[3] for found in spread.activations["dense_1"]]
    np.testing.assert_array_equal(median.get_ydata(), wanted)
    np.testing.assert_array_equal(median.get_xdata(), [0, 2, 4])


def test_what_is_refused(recorded):
    with pytest.raises(ValueError, match="no activations were recorded yet"):
        insight.Distributions(X, Y).draw()
    with pytest.raises(ValueError, match="write 'gradients' instead"):
        recorded[0].draw(what="gradient")
    with pytest.raises(ValueError, match="write 'ridges' instead"):
        recorded[0].draw(style="ridge")
    with pytest.raises(ValueError, match="`every` must be an integer of at least 1"):
        insight.Distributions(X, Y, every=0)
