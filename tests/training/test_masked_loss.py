"""Positions that are masked do not count in loss and metrics, whatever stands there."""

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, layers
from pellucid.core.errors import ShapeError

random = np.random.default_rng(0)
LENGTHS = np.array([5, 2, 3, 1, 4, 5])
VALID = np.arange(5) < LENGTHS[:, None]
X = np.where(VALID[..., None], random.standard_normal((6, 5, 3)), 0.0).astype("float32")
Y = random.integers(0, 4, (6, 5))


def stack():
    model = pellucid.Sequential(
        [layers.Masking(), layers.LSTM(4, return_sequences=True), layers.Dense(4, "softmax")]
    )
    model.compile(pellucid.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model


def test_the_loss_is_the_mean_over_the_valid_positions():
    model = stack()
    found = model.evaluate(X, Y, batch_size=6, verbose=0)
    chosen = np.take_along_axis(model.predict(X), Y[..., None], axis=-1)[..., 0]
    assert found == pytest.approx(-np.log(chosen)[VALID].mean(), rel=1e-5)


def test_metrics_count_valid_positions_with_the_rows_weights():
    model = stack()
    chosen = ["accuracy", pellucid.metrics.SparseTopKCategoricalAccuracy(2, name="top")]
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=chosen)
    weight = random.random(6).astype("float32")
    predicted = model.predict(X)
    best = predicted.argsort(-1)
    right = {"accuracy": best[..., -1] == Y, "top": (best[..., -2:] == Y[..., None]).any(-1)}
    for given, each in ((None, np.ones(6)), (weight, weight)):
        found = model.evaluate(X, Y, batch_size=4, sample_weight=given, verbose=0, return_dict=True)
        for name, values in right.items():
            expected = np.average(values, weights=VALID * each[:, None])
            assert found[name] == pytest.approx(expected, rel=1e-5), name
    history = model.fit(X, Y, epochs=1, validation_data=(X, Y), verbose=0).history
    assert list(history)[:3] == ["loss", "accuracy", "top"]


def test_a_step_of_ones_own_has_metrics_over_all_positions():
    class Own(pellucid.Sequential):
        def train_step(self, params, state, batch, key):
            return super().train_step(params, state, batch, key)

    model = Own(
        [layers.Masking(), layers.LSTM(4, return_sequences=True), layers.Dense(4, "softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(X, Y, verbose=0)
    found = model.evaluate(X, Y, verbose=0, return_dict=True)["accuracy"]
    assert found == pytest.approx((model.predict(X).argmax(-1) == Y).mean(), rel=1e-5)


def test_targets_in_the_padding_change_nothing():
    weights = []
    for y in (Y, np.where(VALID, Y, 3 - Y)):
        model = stack()
        model.fit(X, y, epochs=3, batch_size=3, verbose=0)
        weights.append(model.get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_each_of_several_outputs_has_its_own_mask():
    x = Input(shape=(5, 3))
    steps = layers.LSTM(4, return_sequences=True)(layers.Masking()(x))
    whole = layers.Dense(1, name="whole")(layers.Dense(2)(x))
    model = Model(x, [layers.Dense(1, name="masked")(steps), whole])
    model.compile("sgd", "mse", metrics=[["mae"], ["mae"]])
    y = random.standard_normal((6, 5, 1)).astype("float32")
    found = model.evaluate(X, [y, y], verbose=0, return_dict=True)
    masked, unmasked = model.predict(X)
    assert found["masked_loss"] == pytest.approx(((masked - y) ** 2)[VALID].mean(), rel=1e-5)
    assert found["masked_mae"] == pytest.approx(np.abs(masked - y)[VALID].mean(), rel=1e-5)
    assert found["whole_mae"] == pytest.approx(np.abs(unmasked - y).mean(), rel=1e-5)
    assert found["whole_loss"] == pytest.approx(((unmasked - y) ** 2).mean(), rel=1e-5)


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_loss_equals_keras():
    keras = pytest.importorskip("keras", reason="oracle extra")
    with jax.legacy_prng_key("allow"):
        theirs = keras.Sequential(
            [
                keras.Input((5, 3)),
                keras.layers.Masking(),
                keras.layers.LSTM(4, return_sequences=True),
                keras.layers.Dense(4, activation="softmax"),
            ]
        )
        theirs.compile("sgd", "sparse_categorical_crossentropy")
        ours = stack()
        ours.build((None, 5, 3))
        ours.set_weights(theirs.get_weights())
        expected = theirs.evaluate(X, Y, batch_size=6, verbose=0)
    assert ours.evaluate(X, Y, batch_size=6, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_steps_of_a_series_may_have_weights_of_their_own():
    draw = np.random.default_rng(3)
    x, weight = draw.normal(size=(6, 4, 3)).astype("float32"), draw.random((6, 4)).astype("float32")
    y = draw.normal(size=(6, 4, 1)).astype("float32")
    model = pellucid.Sequential([pellucid.Input((4, 3)), layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.0), "mse", metrics=["mae"])
    off = np.abs(y - model.predict(x))[..., 0]
    history = model.fit(x, y, sample_weight=weight, batch_size=6, verbose=0).history
    assert history["loss"] == pytest.approx([(weight * off**2).mean()], rel=1e-5)
    assert history["mae"] == pytest.approx([(weight * off).sum() / weight.sum()], rel=1e-5)
    found = model.evaluate(x, y, sample_weight=weight, verbose=0)
    assert found == pytest.approx([history["loss"][0], history["mae"][0]], rel=1e-5)
    with pytest.raises(ShapeError, match=r"\(rows, steps\)"):
        model.fit(x, y, sample_weight=weight[:, :3], verbose=0)
