"""FeatureSpace: each kind of column against NumPy, data of every form, models of it, files, and what it refuses."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

import pellucid.keras as keras
import pellucid.keras.tensorflow as tf
from pellucid.core.errors import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    UnknownNameError,
    UsageError,
)
from pellucid.keras import layers
from pellucid.keras.utils import FeatureSpace

RNG = np.random.default_rng(3)
ROWS = 120
AGES = RNG.integers(29, 78, ROWS)
TOWNS = np.array(["Ulm", "Bonn", "Jena"])[RNG.choice(3, ROWS, p=[0.5, 0.3, 0.2])]
HEIGHTS = RNG.normal(170.0, 9.0, ROWS).astype("float32")


def one_hot(places, size):
    return (np.asarray(places)[:, None] == np.arange(size)).astype("float32")


def places_by_frequency(values):
    """Return the place of each value among all, the most frequent first, behind one for unknown ones."""
    counts = Counter(values.tolist())
    order = sorted(counts, key=lambda value: (counts[value], value), reverse=True)
    return [1 + order.index(value) for value in values.tolist()]


def learned(feature, values, **options):
    space = FeatureSpace({"x": feature}, **options)
    space.adapt({"x": values})
    return space({"x": values})


# One column of each kind.


def test_numbers_as_they_are_and_rescaled():
    np.testing.assert_allclose(learned("float", AGES), AGES[:, None])
    found = learned(FeatureSpace.float_rescaled(scale=0.5, offset=-3.0), AGES)
    np.testing.assert_allclose(found, AGES[:, None] * 0.5 - 3.0)
    assert found.dtype == tf.float32


def test_normalized_numbers_have_mean_0_and_variance_1():
    wanted = (HEIGHTS - HEIGHTS.mean(dtype="float64")) / HEIGHTS.std(dtype="float64")
    np.testing.assert_allclose(learned("float_normalized", HEIGHTS)[:, 0], wanted, atol=1e-5)


def test_numbers_in_buckets():
    found = learned(FeatureSpace.float_discretized(num_bins=4), HEIGHTS).numpy()
    assert found.shape == (ROWS, 4)
    assert np.abs(found.sum(axis=0) - ROWS / 4).max() <= 2
    assert (np.diff(found.argmax(axis=1)[np.argsort(HEIGHTS)]) >= 0).all()
    edges = [160.0, 170.0, 180.0]
    wanted = [sum(height >= edge for edge in edges) for height in HEIGHTS]
    given = FeatureSpace.float_discretized(num_bins=None, bin_boundaries=edges)
    np.testing.assert_array_equal(learned(given, HEIGHTS), one_hot(wanted, 4))
    codes = FeatureSpace.float_discretized(None, edges, output_mode="int")
    np.testing.assert_array_equal(learned(codes, HEIGHTS, output_mode="dict")["x"][:, 0], wanted)


@pytest.mark.parametrize(
    ("kind", "values"), [("string_categorical", TOWNS), ("integer_categorical", AGES)]
)
def test_categories_by_frequency(kind, values):
    wanted = one_hot(places_by_frequency(values), 1 + len(set(values.tolist())))
    np.testing.assert_array_equal(learned(kind, values), wanted)
    feature = getattr(FeatureSpace, kind)(max_tokens=3, num_oov_indices=1)
    found = learned(feature, values).numpy()
    rare = np.array(places_by_frequency(values)) > 2
    assert found.shape == (ROWS, 3)
    np.testing.assert_array_equal(found[:, 0], rare)


def test_hashed_values_have_the_bins_that_keras_documents():
    text = FeatureSpace({"x": FeatureSpace.string_hashed(3, output_mode="int")}, "dict")
    assert text({"x": ["A", "B", "C", "D", "E"]})["x"].numpy().ravel().tolist() == [1, 0, 1, 1, 2]
    numbers = FeatureSpace({"x": "integer_hashed"}, hashing_dim=3)
    np.testing.assert_array_equal(numbers({"x": np.arange(5)}), one_hot([1, 0, 1, 0, 2], 3))


def test_crosses_hash_what_the_layers_give():
    features = {"town": "string_categorical", "age": FeatureSpace.float_discretized(num_bins=5)}
    space = FeatureSpace(
        features,
        crosses=[FeatureSpace.cross(("town", "age"), crossing_dim=9, output_mode="int")],
        output_mode="dict",
    )
    data = {"town": TOWNS, "age": AGES}
    space.adapt(data)
    found = space(data)
    assert list(found) == ["age", "town", "town_X_age"]
    towns, ages = found["town"].numpy().argmax(axis=1), found["age"].numpy().argmax(axis=1)
    wanted = layers.HashedCrossing(9)((towns, ages))
    np.testing.assert_array_equal(found["town_X_age"][:, 0], wanted)
    together = FeatureSpace(features, crosses=[("town", "age")], crossing_dim=9)
    together.adapt(data)
    vectors = together(data)
    np.testing.assert_array_equal(
        vectors, np.hstack([found["age"], found["town"], one_hot(np.asarray(wanted), 9)])
    )


def test_a_layer_of_ones_own_may_learn_as_well():
    class ByLargest(layers.Layer):
        def build(self, shape):
            self.largest = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def adapt(self, data):
            self.build((None, 1))
            self.largest.assign(max(float(np.max(batch)) for batch in data))

        def call(self, inputs):
            return inputs / self.largest

    words = layers.TextVectorization(vocabulary=["red", "blue"], output_mode="count")
    space = FeatureSpace(
        {
            "age": FeatureSpace.feature("float32", ByLargest(), "float"),
            "colors": FeatureSpace.feature("string", words, "float"),
            "rate": FeatureSpace.feature("float32", lambda x: 2.0 * x, "float"),
        }
    )
    data = {"age": [10.0, 40.0], "colors": ["red red", "blue pink"], "rate": [1.0, 2.0]}
    with pytest.raises(ValueError, match="'age' learn"):
        space(data)
    space.adapt(data)
    np.testing.assert_allclose(space(data), [[0.25, 0, 2, 0, 2], [1, 1, 0, 1, 4]])


# Data of every form.

DATA = {"town": TOWNS, "age": AGES, "height": HEIGHTS}
KINDS = {"town": "string_categorical", "age": "integer_categorical", "height": "float_normalized"}


@pytest.fixture(scope="module")
def space():
    made = FeatureSpace(KINDS, crosses=[("town", "age")], crossing_dim=8)
    made.adapt(DATA)
    return made


def test_what_is_learned_does_not_depend_on_how_the_data_come(space):
    wanted = space(DATA)
    table = tf.data.Dataset.from_tensor_slices(DATA)
    for data in (table, table.batch(7), {**DATA, "more": AGES}):
        other = FeatureSpace(KINDS, crosses=[("town", "age")], crossing_dim=8)
        other.adapt(data)
        np.testing.assert_allclose(other(DATA), wanted, atol=1e-5)


def test_a_data_set_is_read_once():
    passes = []

    def rows():
        passes.append(1)
        for i in range(5):
            yield {"a": float(i), "b": i % 2}

    signature = {"a": tf.TensorSpec((), tf.float32), "b": tf.TensorSpec((), tf.int32)}
    made = FeatureSpace({"a": "float_normalized", "b": "integer_categorical"})
    made.adapt(tf.data.Dataset.from_generator(rows, output_signature=signature))
    assert len(passes) == 1
    assert float(made.preprocessors["a"].mean[0, 0]) == 2.0


def test_batches_single_samples_tensors_and_lists_give_the_same(space):
    wanted = space(DATA).numpy()
    assert wanted.shape == (ROWS, 4 + (1 + len(set(AGES.tolist()))) + 1 + 8)
    lists = {name: values.tolist() for name, values in DATA.items()}
    tensors = {name: tf.constant(values) for name, values in DATA.items()}
    columns = {name: values[:, None] for name, values in DATA.items()}
    for data in (lists, tensors, columns):
        np.testing.assert_allclose(space(data), wanted, atol=1e-6)
    sample = {name: values[4] for name, values in lists.items()}
    np.testing.assert_allclose(space(sample), wanted[4], atol=1e-6)
    np.testing.assert_allclose(
        space({n: tf.constant(v) for n, v in sample.items()}), wanted[4], atol=1e-6
    )
    one = {name: keras.ops.convert_to_tensor([value]) for name, value in sample.items()}
    np.testing.assert_allclose(space(one), wanted[4:5], atol=1e-6)


def test_data_sets_are_mapped_by_elements_and_by_batches(space):
    wanted = space(DATA).numpy()
    table = tf.data.Dataset.from_tensor_slices((DATA, np.arange(ROWS)))
    for prepared in (
        table.map(lambda x, y: (space(x), y)).batch(50),
        table.batch(50).map(lambda x, y: (space(x), y)),
    ):
        found, numbers = zip(*prepared, strict=True)
        np.testing.assert_allclose(np.concatenate(found), wanted, atol=1e-6)
        np.testing.assert_array_equal(np.concatenate(numbers), np.arange(ROWS))
    alone = tf.data.Dataset.from_tensor_slices(DATA).take(3).map(space)
    np.testing.assert_allclose(np.stack(list(alone)), wanted[:3], atol=1e-6)


def test_numbers_alone_take_part_in_compiled_code():
    made = FeatureSpace({"age": "integer_categorical", "height": "float_normalized"})
    data = {name: DATA[name] for name in ("age", "height")}
    made.adapt(data)
    compiled = tf.function(made)
    tensors = {name: tf.constant(values) for name, values in data.items()}
    np.testing.assert_allclose(compiled(tensors), made(data), atol=1e-6)

    class Whole(keras.Model):
        def __init__(self):
            super().__init__()
            self.prepare = made
            self.sums = layers.Lambda(lambda x: tf.reduce_sum(x[:, :-1], axis=-1))

        def call(self, inputs):
            return self.sums(self.prepare(inputs))

    columns = {name: values[:, None] for name, values in data.items()}
    np.testing.assert_array_equal(Whole().predict(columns), np.ones(ROWS))


def test_learning_again_forgets_what_was_known():
    made = FeatureSpace({"town": "string_categorical"})
    made.adapt({"town": ["Ulm"]})
    assert made({"town": "Bonn"}).numpy().tolist() == [1, 0]
    made.adapt({"town": ["Ulm", "Bonn", "Bonn"]})
    assert made({"town": "Bonn"}).numpy().tolist() == [0, 1, 0]
    assert made({"town": "Ulm"}).numpy().tolist() == [0, 0, 1]


# A whole program.


def patients(rows):
    rng = np.random.default_rng(11)
    data = {
        "sex": rng.integers(0, 2, rows),
        "ca": rng.integers(0, 4, rows),
        "thal": rng.choice(["fixed", "normal", "reversible"], rows),
        "age": rng.integers(29, 78, rows),
        "thalach": rng.integers(80, 200, rows),
        "oldpeak": rng.uniform(0.0, 6.0, rows).astype("float32"),
    }
    risk = (data["thal"] == "reversible") * 3.0 + data["ca"] + data["oldpeak"] / 3
    return data, (risk > np.median(risk)).astype("int32")


def test_structured_data_classification(tmp_path):
    keras.utils.set_random_seed(5)
    raw, target = patients(320)
    whole = tf.data.Dataset.from_tensor_slices((raw, target)).shuffle(320, seed=2)
    train, valid = whole.take(256).batch(32), whole.skip(256).batch(32)
    space = FeatureSpace(
        features={
            "sex": "integer_categorical",
            "ca": "integer_categorical",
            "thal": "string_categorical",
            "age": "float_discretized",
            "thalach": "float_normalized",
            "oldpeak": "float_normalized",
        },
        crosses=[("sex", "age"), ("thal", "ca")],
        crossing_dim=32,
        output_mode="concat",
    )
    space.adapt(train.map(lambda x, _: x))
    prepared = train.map(lambda x, y: (space(x), y), num_parallel_calls=tf.data.AUTOTUNE)
    checked = valid.map(lambda x, y: (space(x), y))

    inputs, encoded = space.get_inputs(), space.get_encoded_features()
    x = layers.Dense(32, activation="relu")(encoded)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    training = keras.Model(inputs=encoded, outputs=outputs)
    training.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    inference = keras.Model(inputs=inputs, outputs=outputs)
    history = training.fit(prepared, epochs=20, validation_data=checked, verbose=0)
    assert history.history["val_accuracy"][-1] > 0.8

    sample = {"sex": 1, "ca": 0, "thal": "fixed", "age": 60, "thalach": 150, "oldpeak": 2.3}
    one = {name: keras.ops.convert_to_tensor([value]) for name, value in sample.items()}
    wanted = training.predict(space(sample).numpy()[None], verbose=0)
    np.testing.assert_allclose(inference.predict(one, verbose=0), wanted, atol=1e-6)
    of_all = training.predict(space(raw), verbose=0)
    np.testing.assert_allclose(inference.predict(raw, verbose=0), of_all, atol=1e-6)
    stream = tf.data.Dataset.from_tensor_slices(raw).batch(100)
    np.testing.assert_allclose(inference.predict(stream, verbose=0), of_all, atol=1e-6)

    space.save(tmp_path / "space.keras")
    inference.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "space.keras")
    assert isinstance(again, FeatureSpace)
    np.testing.assert_allclose(again(raw), space(raw), atol=1e-6)
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(raw, verbose=0), of_all, atol=1e-6)


# As data.


def test_a_configuration_holds_what_was_learned(space):
    config = json.loads(json.dumps(space.get_config()))
    again = FeatureSpace.from_config(config)
    np.testing.assert_allclose(again(DATA), space(DATA), atol=1e-6)
    np.testing.assert_allclose(space.clone()(DATA), space(DATA), atol=1e-6)
    again.adapt({name: values[:5] for name, values in DATA.items()})
    assert float(again.preprocessors["height"].mean[0, 0]) == pytest.approx(HEIGHTS[:5].mean())
    fresh = FeatureSpace.from_config(FeatureSpace(KINDS).get_config())
    with pytest.raises(UsageError, match=r"call `\.adapt"):
        fresh(DATA)


def test_what_was_learned_gives_a_layer_no_name():
    """A file would bring back a name that the layer had in one script only; Keras 2 counts them otherwise."""
    made = FeatureSpace({"x": FeatureSpace.float_normalized()})
    made.adapt({"x": [1.0, 2.0]})
    (feature,) = made.get_config()["features"].values()
    config = feature["config"]["preprocessor"]["config"]
    assert config["mean"] == [1.5]
    assert config["name"] is None


def test_files_hold_layers_of_ones_own(tmp_path):
    class Halved(layers.Layer):
        def call(self, inputs):
            return inputs / 2

    made = FeatureSpace({"x": FeatureSpace.feature("float32", Halved(), "float")})
    made.save(tmp_path / "own.keras")
    again = keras.models.load_model(tmp_path / "own.keras", custom_objects={"Halved": Halved})
    assert again({"x": [3.0]}).numpy().tolist() == [[1.5]]


def test_vectors_of_ids_for_embeddings():
    made = FeatureSpace(
        {"town": FeatureSpace.string_categorical(output_mode="int")}, output_mode="dict"
    )
    made.adapt({"town": TOWNS})
    model = keras.Model(
        made.get_inputs(), layers.Embedding(4, 2)(made.get_encoded_features()["town"])
    )
    table = model.layers[-1].get_weights()[0]
    wanted = table[places_by_frequency(TOWNS)][:, None]
    np.testing.assert_allclose(model.predict({"town": TOWNS}, verbose=0), wanted, atol=1e-7)


# What it refuses.


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FeatureSpace({}), "cannot be None or empty"),
        (lambda: FeatureSpace({"a": "float"}, output_mode="list"), "'concat' or 'dict'"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "b")]), "'b' is not"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "a")], crossing_dim=None), "None"),
        (lambda: FeatureSpace.cross(("a", "b"), 0), "crossing_dim"),
        (lambda: FeatureSpace.feature("int32", layers.Hashing(3), "vector"), "output_mode"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "a")])({"a": [1.0]}), "discretized"),
        (
            lambda: FeatureSpace({"a": FeatureSpace.integer_hashed(4, "int")})({"a": [1]}),
            "output_mode='dict'",
        ),
        (
            lambda: FeatureSpace(
                {"a": FeatureSpace.feature("float32", layers.Identity(), "one_hot")}
            ).get_inputs(),
            "gives float32",
        ),
        (
            lambda: FeatureSpace(
                {
                    "a": FeatureSpace.feature(
                        "string", layers.TextVectorization(vocabulary=["b"]), "one_hot"
                    )
                }
            ).get_inputs(),
            "how many categories",
        ),
    ],
)
def test_arguments_that_do_not_fit(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()


def test_kinds_that_are_not_there():
    with pytest.raises(UnknownNameError, match="float_normalized"):
        FeatureSpace({"a": "float_normalised"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"town": None}, "lack 'town'"),
        ({"more": [1]}, "'more', which no feature"),
        ({"town": AGES}, "dtype string, but numbers came"),
        ({"age": TOWNS}, "dtype int32, but text came"),
        ({"age": AGES + 0.5}, "no whole number"),
        ({"age": AGES + 2**40}, "beyond 32 bits"),
        ({"age": AGES[:3]}, "different numbers of rows"),
    ],
)
def test_columns_that_do_not_fit(space, change, words):
    data = {name: values for name, values in {**DATA, **change}.items() if values is not None}
    with pytest.raises(DataError, match=words):
        space(data)


def test_data_of_other_kinds(space):
    table = tf.data.Dataset.from_tensor_slices((DATA, AGES))
    with pytest.raises(ArgumentTypeError, match=r"dataset\.map\(lambda x, y: x\)"):
        space.adapt(table)
    with pytest.raises(ArgumentTypeError, match=r"dict\(frame\)"):
        space.adapt(AGES)
    with pytest.raises(DataError, match="lack 'height'"):
        space.adapt({name: DATA[name] for name in ("town", "age")})
    with pytest.raises(ArgumentTypeError, match=r"dataset\.map\(feature_space\)"):
        space(table)
