"""What goes into a file comes out again: layers, numbers, choices, labels, and objects of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import pellucid
from pellucid import initializers, layers, losses, metrics, optimizers, regularizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, FileFormatError
from pellucid.data import TablePreprocessor
from pellucid.modules.tree import places
from pellucid.saving import MissingFileError, load, save
from pellucid.saving.describe import Describer
from pellucid.saving.restore import Restorer
from tests.saving.crafting import small_model

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")


def twin(model: Any, tmp_path: Path, **custom: Any) -> Any:
    path = tmp_path / "model.safetensors"
    save(model, path, custom or None)
    return load(path, custom or None)


def same_arrays(a: Any, b: Any) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a.get_weights(), b.get_weights(), strict=True))


def test_a_trained_model_predicts_the_same_and_trains_on(tmp_path: Path):
    model = pellucid.Sequential(
        [
            layers.Rescaling(0.5),
            layers.Dense(5, activation="relu", kernel_regularizer=regularizers.L2(0.01)),
            layers.BatchNormalization(),
            layers.Dropout(0.25),
            layers.Dense(2, activation="softmax", kernel_initializer=initializers.HeNormal(seed=3)),
        ],
        name="net",
        seed=7,
    )
    model.compile(
        optimizers.Adam(learning_rate=0.02), "sparse_categorical_crossentropy", ["accuracy"]
    )
    y = np.array(["no", "yes", "no", "yes", "yes", "no"])
    model.fit(X, y, epochs=2, verbose=0)
    again = twin(model, tmp_path)
    assert np.array_equal(again.predict(X), model.predict(X))
    assert same_arrays(again, model)
    assert (again.name, again.seed, again.input_shape, again.input_dtype) == (
        "net",
        7,
        (None, 4),
        "float32",
    )
    assert again.classes.tolist() == ["no", "yes"]
    assert again.predict_classes(X).tolist() == model.predict_classes(X).tolist()
    assert repr(again.compiled.optimizer) == "Adam(learning_rate=0.02)"
    assert repr(again.layers) == repr(model.layers)
    assert again.evaluate(X, y, verbose=0) == model.evaluate(X, y, verbose=0)
    again.fit(X, y, epochs=1, verbose=0)


def test_a_model_that_was_never_built_stays_so(tmp_path: Path):
    again = twin(pellucid.Sequential([layers.Dense(2)]), tmp_path)
    assert again.input_shape is None
    assert not again.layers[0].built


def test_a_model_with_an_input_layer(tmp_path: Path):
    model = pellucid.Sequential([pellucid.Input(shape=(2, 2)), layers.Flatten(), layers.Dense(1)])
    again = twin(model, tmp_path)
    assert again.input_shape == (None, 2, 2)
    assert same_arrays(again, model)


def test_a_model_inside_a_model_and_a_shared_layer(tmp_path: Path):
    shared = layers.Dense(4, activation="tanh")
    inner = pellucid.Sequential([shared, layers.Dense(4)], name="inner")
    model = pellucid.Sequential([inner, shared])
    model.build((None, 4))
    again = twin(model, tmp_path)
    assert again.layers[0].layers[0] is again.layers[1]
    assert again.count_params() == model.count_params() == 40
    assert np.array_equal(again.predict(X), model.predict(X))


def test_frozen_layers_stay_frozen_each_by_itself(tmp_path: Path):
    inner = pellucid.Sequential(
        [layers.Dense(3, name="a"), layers.Dense(3, name="b")], name="inner"
    )
    model = pellucid.Sequential([inner, layers.Dense(1, name="c")])
    model.build((None, 4))
    inner.layers[0].trainable = False
    again = twin(model, tmp_path)
    assert {path: layer.trainable for path, layer in places(again)} == {
        "": True, "inner": True, "inner/a": False, "inner/b": True, "c": True,
    }  # fmt: skip


def test_small_integers_as_inputs_stay_small(tmp_path: Path):
    model = pellucid.Sequential([layers.Rescaling(1 / 255), layers.Dense(1)])
    model.compile("sgd", "mse")
    pixels = np.array([[0, 255], [128, 3]], "uint8")
    model.fit(pixels, np.array([0.0, 1.0]), epochs=1, verbose=0)
    again = twin(model, tmp_path)
    assert again.input_dtype == "uint8"
    assert np.array_equal(again.predict(pixels), model.predict(pixels))


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["ä", "b", "日本"]),
        np.array([3, 1, 7]),
        np.array([False, True]),
        np.array(["a", 2], dtype=object),
        np.array([0.5, 1.5]),
        np.arange(3, dtype="uint8"),
    ],
    ids=["texts", "integers", "booleans", "objects", "floats", "small integers"],
)
def test_labels_of_every_kind(labels: np.ndarray, tmp_path: Path):
    model = small_model()
    model.classes = labels
    again = twin(model, tmp_path).classes
    assert again.dtype == labels.dtype
    assert again.tolist() == labels.tolist()


def test_a_table_s_preprocessing_comes_back(tmp_path: Path):
    table = {
        "size": [1.0, 2.0, None, 4.0],
        "kind": ["a", "b", "a", "b"],
        "price": [1.5, 2.5, 3.0, 9.0],
    }
    model = pellucid.Sequential([layers.Dense(1)])
    model.preprocessing = TablePreprocessor("price", "regression").fit(table)
    x = model.preprocessing.transform(table)
    model.build((None, x.shape[1]))
    again = twin(model, tmp_path).preprocessing
    assert np.array_equal(again.transform(table), x)
    assert np.array_equal(
        again.unscale_targets([[0.5]]), model.preprocessing.unscale_targets([[0.5]])
    )


# Values of arguments.

VALUES = [
    None, True, 3, -(1 << 70), 0.1, float("inf"), float("-inf"), "text", [1, (2, "x")], (), {"a": 1},
    {0: 1.0, (1, 2): "b"},
    {"$object": "no object"}, np.dtype("float16"), np.float32(0.1), np.int64(5), np.bool_(True), jnp.float32(2.0),
    np.arange(6.0).reshape(2, 3), np.array(4), layers.Dense, pellucid.activations.TABLE["relu"],
]  # fmt: skip


@pytest.mark.parametrize(
    "value", VALUES, ids=[f"{number}-{type(value).__name__}" for number, value in enumerate(VALUES)]
)
def test_values_survive(value: Any):
    describer = Describer()
    described = describer.describe(value, "test")
    again = Restorer(Path("x"), describer.arrays.__getitem__, None, "1").restore(described)
    if isinstance(value, np.ndarray) and value.ndim:
        assert np.array_equal(again, value)
        assert again.dtype == value.dtype
    else:
        assert again == value
        assert isinstance(again, type(value)) or isinstance(
            value, (np.generic, np.ndarray, jax.Array)
        )


def test_nan_survives():
    again = Restorer(Path("x"), {}.__getitem__, None, "1").restore(
        Describer().describe(float("nan"), "test")
    )
    assert again != again


@pytest.mark.parametrize(
    "made",
    [
        optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0),
        optimizers.Adam(optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)),
        losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        metrics.Precision(),
        regularizers.L1L2(0.1, 0.2),
    ],
    ids=lambda made: type(made).__name__,
)
def test_objects_survive_with_all_arguments(made: Any):
    described = Describer().describe(made, "test")
    again = Restorer(Path("x"), {}.__getitem__, None, "1").restore(described)
    assert type(again) is type(made)
    assert repr(again) == repr(made)


def test_a_description_names_no_module(good: Path):
    raw = good.read_bytes()
    assert b"pellucid." not in raw
    assert b"__main__" not in raw


# What is the user's own.


class Net(pellucid.Model):
    """A subclassed model with an argument and a layer inside a list."""

    def __init__(self, units: int = 3):
        super().__init__()
        self.units = units
        self.blocks = [layers.Dense(units, activation="relu"), layers.Dense(2)]

    def call(self, inputs: Any) -> Any:
        for block in self.blocks:
            inputs = block(inputs)
        return inputs


class Dense(pellucid.Layer):
    """A layer of the user's that bears the name of one of Pellucid's."""

    def call(self, inputs: Any) -> Any:
        return 2 * inputs


def double(x: Any) -> Any:
    return 2 * x


def test_a_subclassed_model_needs_its_class(tmp_path: Path):
    model = Net(units=5)
    model.build((None, 4))
    path = save(model, tmp_path / "net.safetensors")
    with pytest.raises(FileFormatError) as caught:
        load(path)
    assert f'pellucid.load("{path}", custom_objects={{"Net": Net}})' in str(caught.value)
    again = load(path, custom_objects={"Net": Net})
    assert again.units == 5
    assert np.array_equal(again.predict(X), model.predict(X))


def test_a_subclassed_model_compiled_comes_back_compiled(tmp_path: Path):
    model = Net()
    model.compile("adam", "mse")
    model.fit(X, X[:, :2], epochs=1, verbose=0)
    again = twin(model, tmp_path, Net=Net)
    assert again.evaluate(X, X[:, :2], verbose=0) == model.evaluate(X, X[:, :2], verbose=0)


def test_a_custom_object_that_is_no_class_is_refused(tmp_path: Path):
    model = Net()
    path = save(model, tmp_path / "net.safetensors")
    with pytest.raises(ArgumentTypeError, match="must be a layer's or model's class"):
        load(path, custom_objects={"Net": double})


def test_a_class_of_the_user_s_never_becomes_pellucid_s_of_that_name(tmp_path: Path):
    model = pellucid.Sequential([Dense()])
    model.build((None, 4))
    path = save(model, tmp_path / "own.safetensors")
    with pytest.raises(FileFormatError, match="`Dense`, which is your own"):
        load(path)
    assert np.array_equal(load(path, {"Dense": Dense}).predict(X), 2 * X)


@pytest.mark.parametrize(
    "function", [lambda x: x, double, jnp.cos], ids=["lambda", "function", "jax"]
)
def test_code_is_refused_with_the_repair(function: Any, tmp_path: Path):
    model = pellucid.Sequential([layers.Dense(2, activation=function)])
    path = tmp_path / "code.safetensors"
    with pytest.raises(ArgumentTypeError) as caught:
        save(model, path)
    text = str(caught.value)
    assert "Dense 'dense', argument `activation`" in text
    assert "class Named(pellucid.Layer)" in text
    assert "custom_objects" in text
    assert not path.exists()


def test_jax_s_function_of_a_known_name_is_repaired_by_the_name(tmp_path: Path):
    model = pellucid.Sequential([layers.Dense(2, activation=jnp.tanh)])
    with pytest.raises(ArgumentTypeError, match='Repair: write "tanh" in its place'):
        save(model, tmp_path / "code.safetensors")


def test_a_function_with_a_name_is_kept_by_it(tmp_path: Path):
    model = pellucid.Sequential([layers.Dense(2, activation=double)])
    model.build((None, 4))
    again = twin(model, tmp_path, double=double)
    assert again.layers[0].activation is double
    with pytest.raises(FileFormatError, match="`double`, which is your own"):
        load(tmp_path / "model.safetensors")


def test_choices_of_compile_that_are_code_are_refused_or_named(tmp_path: Path):
    model = small_model()
    transformation = optax.sgd(0.1)
    model.compile(transformation, "mse")
    with pytest.raises(ArgumentTypeError, match="GradientTransformation"):
        save(model, tmp_path / "optax.safetensors")
    again = twin(model, tmp_path, my_sgd=transformation)
    assert type(again.compiled.optimizer) is type(model.compiled.optimizer)


def test_a_layer_alone_is_no_model(tmp_path: Path):
    with pytest.raises(ArgumentTypeError, match=r"Sequential\(\[layer\]\)"):
        save(layers.Dense(2), tmp_path / "layer.safetensors")


def test_nesting_without_end_is_refused(tmp_path: Path):
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ArgumentError, match="nested more than 100 deep"):
        Describer().describe(endless, "test")


# Paths.


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("net.keras", "must end in '.safetensors'"),
        ("net", "net.safetensors"),
        ("nowhere/net.safetensors", "mkdir"),
    ],
)
def test_bad_paths_are_refused_with_the_repair(name: str, part: str, tmp_path: Path):
    with pytest.raises(ArgumentError, match=part):
        small_model().save(tmp_path / name)


def test_a_missing_file_names_the_nearest(good: Path):
    with pytest.raises(MissingFileError) as caught:
        load(good.with_name("god.safetensors"))
    assert str(good) in str(caught.value)
    with pytest.raises(FileNotFoundError):
        load(good.with_name("god.safetensors"))


def test_a_folder_is_no_file(good: Path, tmp_path: Path):
    (tmp_path / "model.safetensors").write_bytes(good.read_bytes())
    with pytest.raises(FileFormatError, match=r"model\.safetensors"):
        load(tmp_path)
