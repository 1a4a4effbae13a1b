"""Inputs whose rank is not quite the model's: Keras makes them fit, and so does the shim."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras

NUMBERS = np.linspace(-1.0, 1.0, 40)


def line(**options):
    model = keras.Sequential([keras.layers.Dense(1, **options)])
    model.compile(keras.optimizers.SGD(0.3), "mse")
    return model


@pytest.mark.parametrize("options", [{"input_dim": 1}, {"input_shape": (1,)}, {}])
def test_single_numbers_are_rows_of_one_feature(options):
    model = line(**options)
    history = model.fit(NUMBERS, 3 * NUMBERS - 1, epochs=60, validation_split=0.2, verbose=0)
    assert history.history["val_loss"][-1] < 1e-2
    assert model.predict(np.array([0.5])) == pytest.approx(np.array([[0.5]]), abs=0.05)


def test_every_way_of_giving_single_numbers():
    model = line(input_dim=1)
    column = NUMBERS[:, None]
    assert model.predict(NUMBERS) == pytest.approx(model.predict(column))
    assert model.predict([0.25, 0.5]) == pytest.approx(model.predict(np.array([[0.25], [0.5]])))
    assert model.predict_on_batch(NUMBERS) == pytest.approx(model.predict(column))
    wanted = float(np.mean((model.predict(column)[:, 0] - NUMBERS) ** 2))
    assert model.evaluate(NUMBERS, NUMBERS, verbose=0) == pytest.approx(wanted, rel=1e-5)
    assert model.test_on_batch(NUMBERS, NUMBERS) == pytest.approx(wanted, rel=1e-5)
    assert model.train_on_batch(NUMBERS, NUMBERS) == pytest.approx(wanted, rel=1e-5)


def test_each_input_of_several_fits_for_itself():
    left, right = keras.Input((1,)), keras.Input((2,))
    model = keras.Model([left, right], keras.layers.Concatenate()([left, right]))
    pairs = np.ones((40, 2))
    found = model.predict([NUMBERS, pairs])
    assert found[:, 0] == pytest.approx(NUMBERS)
    assert found.shape == (40, 3)
    assert model.predict([[1.0, 2.0], [[3.0, 4.0], [5.0, 6.0]]])[1].tolist() == [2.0, 5.0, 6.0]


def test_an_axis_of_one_too_many_goes():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    rows = np.random.default_rng(0).normal(size=(5, 3))
    assert model.predict(rows[..., None]) == pytest.approx(model.predict(rows))


def test_inputs_of_rank_one_and_texts_stay_as_they_are():
    model = keras.Sequential([keras.Input(()), keras.layers.Lambda(lambda x: 2 * x)])
    assert model.predict(NUMBERS).shape == (40,)
    texts = keras.layers.TextVectorization(output_sequence_length=3)
    texts.adapt(np.array(["one two", "two"]))
    assert keras.Sequential([texts]).predict(np.array(["two", "one"])).shape == (2, 3)


def test_lists_of_one_array():
    model = keras.Sequential([keras.layers.Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    rows = np.random.default_rng(0).normal(size=(6, 2))
    target = rows.sum(axis=1)
    plain = model.evaluate(rows, target, verbose=0)
    assert model.evaluate([rows], [target], verbose=0) == pytest.approx(plain)
    model.fit([rows], [target], validation_data=([rows], [target]), verbose=0)


def test_a_model_that_is_built_by_fit_was_not_frozen(capsys):
    from pellucid.keras import notices

    before = {notice.key for notice in notices.collected()}
    line().fit(NUMBERS, NUMBERS, verbose=0)
    said = {notice.key for notice in notices.collected()} - before
    assert "frozen after compile" not in said


def test_frames_whose_columns_have_numbers_for_names():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(np.random.default_rng(0).normal(size=(20, 5)))
    kinds = pandas.get_dummies((table[4] > 0).astype(int))
    assert list(kinds.columns) == [0, 1]
    model = keras.Sequential([keras.layers.Dense(2, activation="softmax", input_dim=4)])
    model.compile("sgd", "categorical_crossentropy")
    rows = table.loc[:, :3]
    found = model.evaluate(rows, kinds, verbose=0)
    wanted = model.evaluate(rows.to_numpy(), kinds.to_numpy().astype("float32"), verbose=0)
    assert found == pytest.approx(wanted)
    model.fit(rows, kinds, validation_split=0.2, verbose=0)
