"""Old arguments become today's, and say so once."""

from __future__ import annotations

from inspect import signature

import numpy as np
import pytest

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.keras.names import arguments
from pellucid.keras.names.classes import FORMER
from pellucid.keras.tolerance import translate, translate_method
from tests.keras.running.conftest import said

SCHEDULE = pellucid.optimizers.schedules.InverseTimeDecay


@pytest.mark.parametrize(
    ("cls", "args", "kwargs", "expected"),
    [
        ("SGD", (), {"lr": 0.1}, ((), {"learning_rate": 0.1})),
        ("SGD", (0.1,), {"decay": 0.0}, ((0.1,), {})),
        ("Adam", (), {"lr": 0.1, "epsilon": None}, ((), {"learning_rate": 0.1})),
        ("LeakyReLU", (), {"alpha": 0.2}, ((), {"negative_slope": 0.2})),
        ("ELU", (), {"alpha": 0.2}, ((), {"alpha": 0.2})),
        ("Dropout", (), {"p": 0.5}, ((), {"rate": 0.5})),
        ("GaussianNoise", (), {"sigma": 0.5}, ((), {"stddev": 0.5})),
        ("Embedding", (10, 4), {"input_length": 7}, ((10, 4), {})),
        (
            "Dense",
            (),
            {"output_dim": 4, "init": "uniform", "W_regularizer": "l2", "bias": False},
            (
                (),
                {
                    "units": 4,
                    "kernel_initializer": "uniform",
                    "kernel_regularizer": "l2",
                    "use_bias": False,
                },
            ),
        ),
        (
            "Conv2D",
            (),
            {"nb_filter": 8, "nb_row": 3, "nb_col": 5, "subsample": (2, 2), "border_mode": "same"},
            ((), {"filters": 8, "kernel_size": (3, 5), "strides": (2, 2), "padding": "same"}),
        ),
        ("Conv2D", (8, 3), {"padding": "SAME"}, ((8, 3), {"padding": "same"})),
        ("Convolution2D", (8, 3, 3), {}, ((8, (3, 3)), {})),
        ("Convolution2D", (8, (3, 3)), {}, ((8, (3, 3)), {})),
        ("Convolution3D", (8, 3, 3, 2), {}, ((8, (3, 3, 2)), {})),
        ("Deconvolution2D", (8, 3, 3, (9, 9)), {}, ((8, (3, 3)), {})),
        ("MaxPooling2D", ((2, 2),), {"dim_ordering": "th"}, (((2, 2),), {"data_format": "channels_first"})),
        ("MaxPooling1D", (), {"pool_length": 2, "stride": 1}, ((), {"pool_size": 2, "strides": 1})),
        (
            "LSTM",
            (),
            {"output_dim": 4, "inner_activation": "sigmoid", "dropout_U": 0.1, "consume_less": "cpu"},
            ((), {"units": 4, "recurrent_activation": "sigmoid", "recurrent_dropout": 0.1}),
        ),
        ("LSTM", (4,), {"batch_input_shape": (32, 10, 1)}, ((4,), {"input_shape": (10, 1)})),
        ("InputLayer", (), {"batch_input_shape": (32, 4)}, ((), {"batch_shape": (32, 4)})),
        ("Dense", (4,), {"input_shape": 784}, ((4,), {"input_shape": (784,)})),
        ("Dense", (4,), {"input_shape": (8,), "input_dtype": "int32"}, ((4,), {"input_shape": (8,)})),
        ("Input", (), {"shape": 784}, ((), {"shape": (784,)})),
        ("Input", (784,), {}, (((784,),), {})),
        ("Model", (), {"input": 1, "output": 2}, ((), {"inputs": 1, "outputs": 2})),
        ("BatchNormalization", (), {"mode": 2, "axis": 1}, ((), {"axis": 1})),
        ("ModelCheckpoint", ("best.h5",), {"period": 1}, (("best.h5",), {})),
        ("ModelCheckpoint", ("best.h5",), {"period": 5}, (("best.h5",), {"period": 5})),
        ("CategoricalCrossentropy", (), {"reduction": "auto"}, ((), {"reduction": "sum_over_batch_size"})),
        ("MyOwnLayer", (), {"lr": 1, "alpha": 2}, ((), {"lr": 1, "alpha": 2})),
    ],
)  # fmt: skip
def test_constructors(cls: str, args: tuple, kwargs: dict, expected: tuple):
    given = dict(kwargs)
    assert translate(cls, args, kwargs) == expected
    assert kwargs == given, "the arguments that were given are not changed"


def test_the_modern_name_is_said_once_whatever_the_class():
    for cls in ("Adam", "SGD", "Adam"):
        translate(cls, (), {"lr": 0.1})
    assert said() == "`lr=` is now `learning_rate=`."


def test_numpy_numbers_become_python_numbers():
    args, kwargs = translate("Dense", (np.prod((3, 4)),), {"input_dim": np.int64(5)})
    assert type(args[0]) is int
    assert type(kwargs["input_dim"]) is int
    args, _ = translate("MyReshape", ((np.int64(3), 4), np.float32(0.5)), {})
    assert all(type(size) is int for size in args[0])
    assert type(args[1]) is float
    array = np.ones(3)
    assert translate("Constant", (array,), {})[0][0] is array


@pytest.mark.parametrize("place", ["by name", "by place", "default"])
def test_decay_is_inverse_in_time(place: str):
    args = (0.1,) if place == "by place" else ()
    kwargs = {"lr": 0.1} if place == "by name" else {}
    args, kwargs = translate("SGD", args, {**kwargs, "decay": 0.5})
    schedule = args[0] if args else kwargs["learning_rate"]
    rate = 0.01 if place == "default" else 0.1
    assert isinstance(schedule, SCHEDULE)
    # Keras 2: lr * (1 / (1 + decay * iterations))
    for step in (0, 1, 7):
        assert float(schedule(step)) == pytest.approx(rate / (1 + 0.5 * step))
    assert "InverseTimeDecay" in said()


def test_weights_become_initializers():
    matrix = np.arange(6.0).reshape(3, 2)
    _, kwargs = translate("Embedding", (3, 2), {"weights": [matrix], "trainable": False})
    layer = pellucid.layers.Embedding(3, 2, **kwargs)
    np.testing.assert_array_equal(layer(np.arange(3)), matrix)
    _, kwargs = translate("Dense", (2,), {"weights": [matrix, np.ones(2)]})
    layer = pellucid.layers.Dense(2, **kwargs)
    np.testing.assert_allclose(layer(np.ones((1, 3), "float32")), matrix.sum(0, keepdims=True) + 1)


def test_stateful_layers_learn_the_batch_size():
    _, kwargs = translate("LSTM", (8,), {"stateful": True, "batch_input_shape": (4, 5, 2)})
    assert kwargs == {"stateful": True, "batch_size": 4, "input_shape": (5, 2)}
    assert translate("GRU", (8,), {"stateful": True})[1]["batch_size"] == 4
    assert translate("LSTM", (8,), {})[1] == {}


def test_three_numbers_keep_their_meaning_of_today_and_say_so():
    assert translate("Conv2D", (8, 3, 2), {})[0] == (8, 3, 2)
    assert "means strides=2, as in Keras 3" in said()


def test_every_modern_argument_exists():
    places = (pellucid.layers, pellucid.optimizers, pellucid.models, pellucid.callbacks,
              pellucid.metrics, pellucid.regularizers, pellucid.constraints, pellucid.initializers)  # fmt: skip
    checked = 0
    for cls, table in arguments.RENAMED.items():
        found = next((getattr(place, cls) for place in places if hasattr(place, cls)), None)
        if not isinstance(found, type):
            continue
        names = {name for base in found.__mro__ if "__init__" in vars(base)
                 for name in signature(base.__init__).parameters}  # fmt: skip
        wanted = {new for old, new in table.items() if old not in TABLES_OF_OTHERS}
        assert wanted <= names, f"{cls}: {wanted - names}"
        checked += 1
    assert checked > 40


# Arguments of one table for several classes, of which some lack them.
TABLES_OF_OTHERS = {"nb_feature", "atrous_rate", "subsample_length", "filter_length", "nb_filter", "depthwise_init",
                    "pointwise_init", "bias", "inner_init", "inner_activation", "U_regularizer", "U_constraint",
                    "dropout_W", "dropout_U", "forget_bias_init", "init", "W_regularizer", "W_constraint",
                    "b_regularizer", "b_constraint", "border_mode", "dim_ordering", "output_dim"}  # fmt: skip


def test_tables_speak_of_modern_classes():
    old = {name for table in FORMER.values() for name in table}
    assert not old & set(arguments.RENAMED)


@pytest.mark.parametrize(
    ("method", "args", "kwargs", "expected"),
    [
        ("compile", (), {"metrics": "accuracy"}, ((), {"metrics": ["accuracy"]})),
        ("compile", (), {"metrics": {"a": "mae"}}, ((), {"metrics": {"a": "mae"}})),
        ("compile", (), {"metrics": None}, ((), {"metrics": None})),
        ("compile", (), {"class_mode": "binary", "loss": "mse"}, ((), {"loss": "mse"})),
        ("fit", (1, 2), {"nb_epoch": 3}, ((1, 2), {"epochs": 3})),
        ("fit", (1, 2), {"show_accuracy": True, "callbacks": 7}, ((1, 2), {"callbacks": [7]})),
        ("fit", (1,), {"steps_per_epoch": 7.5}, ((1,), {"steps_per_epoch": 8})),
        ("fit", (1,), {"workers": 4, "use_multiprocessing": True}, ((1,), {})),
        (
            "fit_generator",
            (1, 20, 3),
            {"validation_steps": 2, "max_queue_size": 4},
            ((), {"x": 1, "steps_per_epoch": 20, "epochs": 3, "validation_steps": 2}),
        ),
        ("evaluate_generator", (1, 20), {}, ((), {"x": 1, "steps": 20})),
        ("predict_generator", (), {"generator": 1, "steps": 2}, ((), {"x": 1, "steps": 2})),
        (
            "add_weight",
            ("kernel", (3, 4)),
            {"initializer": "ones"},
            ((), {"name": "kernel", "shape": (3, 4), "initializer": "ones"}),
        ),
        ("add_weight", ((3, 4), "ones"), {}, (((3, 4), "ones"), {})),
        ("save", ("m.h5",), {"save_format": "h5"}, (("m.h5",), {})),
    ],
)
def test_methods(method: str, args: tuple, kwargs: dict, expected: tuple):
    assert translate_method(method, args, kwargs) == expected


def test_samples_become_steps_by_the_size_of_the_batches():
    class Known:
        batch_size = 16

    _, named = translate_method(
        "fit_generator", (Known(),), {"samples_per_epoch": 100, "nb_epoch": 2}
    )
    assert (named["steps_per_epoch"], named["epochs"]) == (7, 2)

    batches = ((np.full((8, 1), i), np.zeros(8)) for i in range(3))
    _, named = translate_method("fit_generator", (batches,), {"samples_per_epoch": 24})
    assert named["steps_per_epoch"] == 3
    assert [int(x[0, 0]) for x, _ in named["x"]] == [0, 1, 2], (
        "the batch that was looked at comes back"
    )


def test_samples_of_what_is_not_known_are_refused():
    with pytest.raises(ArgumentError, match="how many a batch has is not known"):
        translate_method("fit", (), {"samples_per_epoch": 100})


def test_what_differs_is_said_where_it_applies():
    translate("Adadelta", (), {"learning_rate": 1.0})
    translate("Adadelta", (1.0,), {})
    assert said() == ""
    translate("Adadelta", (), {})
    assert "in Keras 2 it was 1.0" in said()
    translate_method("fit", (), {"validation_freq": 2})
    assert "NaN where nothing was measured" in said()
