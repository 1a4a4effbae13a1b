"""Every layer, with several sets of arguments, through the same checks; the table is complete, so are the checks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import initializers, layers, regularizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.modules import fingerprint, run

DATA = np.random.default_rng(7).uniform(0.2, 3.0, (3, 2, 4)) * np.array([1.0, -1.0, 1.0, -1.0])

ROWS, SERIES, NUMBERS = (3, 4), (3, 2, 4), (3,)

# Per layer: sets of arguments, each with the shape of the inputs.
TABLE: dict[str, list[tuple[dict[str, Any], tuple[int, ...]]]] = {
    "Activation": [
        ({"activation": "relu"}, ROWS),
        ({"activation": "softmax"}, SERIES),
        ({"activation": "gelu"}, ROWS),
        ({"activation": "linear"}, ROWS),
        ({"activation": jnp.sin}, ROWS),
        ({"activation": lambda x: x * x}, SERIES),
    ],
    "ActivityRegularization": [
        ({}, ROWS),
        ({"l1": 0.5}, ROWS),
        ({"l2": 0.5}, ROWS),
        ({"l1": 0.1, "l2": 0.2}, SERIES),
        ({"l1": 1}, NUMBERS),
    ],
    "BatchNormalization": [
        ({}, ROWS),
        ({"axis": 1, "momentum": 0.5}, SERIES),
        ({"axis": -1, "epsilon": 1e-5, "center": False}, SERIES),
        ({"scale": False, "moving_mean_initializer": "ones"}, ROWS),
        (
            {
                "gamma_initializer": "uniform",
                "beta_initializer": "uniform",
                "beta_regularizer": "l2",
            },
            ROWS,
        ),
        ({"trainable": False, "moving_variance_initializer": initializers.Constant(4.0)}, ROWS),
    ],
    "Dense": [
        ({"units": 3}, ROWS),
        ({"units": 2, "activation": "tanh"}, SERIES),
        ({"units": 1, "use_bias": False, "kernel_initializer": "ones"}, ROWS),
        ({"units": 3, "activation": "softmax", "bias_initializer": "uniform"}, ROWS),
        ({"units": 2, "kernel_regularizer": regularizers.L2(0.1), "bias_regularizer": "l1"}, ROWS),
        ({"units": 2, "activity_regularizer": "l2", "kernel_constraint": "non_neg"}, ROWS),
    ],
    "Dropout": [
        ({"rate": 0.5}, ROWS),
        ({"rate": 0.0}, ROWS),
        ({"rate": 0.9, "seed": 3}, SERIES),
        ({"rate": 0.5, "noise_shape": (None, 1, None)}, SERIES),
        ({"rate": 0.1, "noise_shape": (3, 1)}, ROWS),
    ],
    "ELU": [
        ({"alpha": a}, s)
        for a, s in ((1.0, ROWS), (0.5, SERIES), (2.0, ROWS), (0.0, ROWS), (3, NUMBERS))
    ],
    "Flatten": [
        ({}, ROWS),
        ({}, SERIES),
        ({}, NUMBERS),
        ({"data_format": "channels_first"}, SERIES),
        ({"data_format": "channels_last"}, SERIES),
    ],
    "GaussianNoise": [
        ({"stddev": 0.1}, ROWS),
        ({"stddev": 0.0}, ROWS),
        ({"stddev": 2.0}, SERIES),
        ({"stddev": 1, "seed": 5}, ROWS),
        ({"stddev": 0.5}, NUMBERS),
    ],
    "Identity": [
        ({}, ROWS),
        ({}, SERIES),
        ({}, NUMBERS),
        ({"name": "rest"}, ROWS),
        ({"trainable": False}, ROWS),
    ],
    "InputLayer": [
        ({"shape": (4,)}, ROWS),
        ({"shape": 4}, ROWS),
        ({"shape": (None, 4)}, SERIES),
        ({"batch_shape": (3, 2, 4)}, SERIES),
        ({"shape": (), "batch_size": 3}, NUMBERS),
    ],
    "LayerNormalization": [
        ({}, ROWS),
        ({"axis": [1, 2]}, SERIES),
        ({"axis": 1, "epsilon": 1e-6}, SERIES),
        ({"center": False, "scale": False}, ROWS),
        ({"rms_scaling": True, "gamma_initializer": "uniform"}, ROWS),
        ({"beta_initializer": "uniform", "gamma_regularizer": "l2"}, SERIES),
    ],
    "LeakyReLU": [
        ({"negative_slope": a}, s)
        for a, s in ((0.3, ROWS), (0.0, ROWS), (0.1, SERIES), (2, ROWS), (1.0, NUMBERS))
    ],
    "Normalization": [
        ({"mean": 3.0, "variance": 2.0}, ROWS),
        ({"mean": [0.0, 1.0, 2.0, 3.0], "variance": [1.0, 2.0, 3.0, 4.0]}, SERIES),
        ({"mean": 3.0, "variance": 2.0, "invert": True}, ROWS),
        ({"mean": 0.5, "variance": 4.0, "axis": None}, SERIES),
        ({"mean": [1.0, 2.0], "variance": [3.0, 4.0], "axis": 1}, SERIES),
        ({"mean": 1.0, "variance": 0.5, "axis": (1, 2)}, SERIES),
    ],
    "PReLU": [
        ({}, ROWS),
        ({"alpha_initializer": "ones"}, SERIES),
        ({"alpha_initializer": "uniform", "shared_axes": [1]}, SERIES),
        ({"alpha_initializer": "uniform", "shared_axes": 1}, ROWS),
        ({"alpha_regularizer": "l1", "alpha_constraint": "non_neg"}, ROWS),
    ],
    "ReLU": [
        ({}, ROWS),
        ({"max_value": 1.0}, ROWS),
        ({"negative_slope": 0.5}, SERIES),
        ({"threshold": 0.5}, ROWS),
        ({"max_value": 2.0, "negative_slope": 0.1, "threshold": 0.3}, ROWS),
    ],
    "Rescaling": [
        ({"scale": 1 / 255}, ROWS),
        ({"scale": 2, "offset": -1}, SERIES),
        ({"scale": [1.0, 2.0, 3.0, 4.0]}, ROWS),
        ({"scale": 0.5, "offset": (1.0, 2.0, 3.0, 4.0)}, SERIES),
        ({"scale": 3.0}, NUMBERS),
    ],
    "Reshape": [
        ({"target_shape": (2, 2)}, ROWS),
        ({"target_shape": (4, -1)}, SERIES),
        ({"target_shape": [8]}, SERIES),
        ({"target_shape": -1}, SERIES),
        ({"target_shape": (1,)}, NUMBERS),
    ],
    "Softmax": [
        ({"axis": a}, s) for a, s in ((-1, ROWS), (1, ROWS), (1, SERIES), (-2, SERIES), (2, SERIES))
    ],
}

CASES = [(name, i) for name, rows in TABLE.items() for i in range(len(rows))]
# These programs run once, so most of the time would go into making them fast.
QUICK = {"xla_backend_optimization_level": 0}
TOLERANCE = {"rtol": 1e-9, "atol": 1e-9}


class Case:
    """A layer in double precision with two sets of weights, and all that one compiled program tells about it."""

    def __init__(self, name: str, row: int):
        arguments, shape = TABLE[name][row]
        self.arguments = arguments
        self.cls = getattr(layers, name)
        self.layer = self.cls(**arguments, dtype="float64")
        self.x = DATA.reshape(-1)[: int(np.prod(shape))].reshape(shape)
        self.inferred = pellucid.infer(self.layer, self.x)
        self.first, self.second = (pellucid.init(self.layer, seed) for seed in (0, 1))
        self.key = jax.random.key(11)
        spec = self.inferred.outputs
        rng = np.random.default_rng(zlib.crc32(f"{name}{row}".encode()))
        self.weights = rng.normal(size=spec.shape)
        self.direction = jax.tree.map(lambda a: rng.normal(size=a.shape), (self.first[0], self.x))
        program = jax.jit(self.program, compiler_options=QUICK)
        self.told = jax.tree.map(np.asarray, program(self.first, self.second, self.x))

    def apply(self, params: Any, state: Any, x: Any, **options: Any) -> Any:
        return pellucid.apply(self.layer, params, state, x, **options)[0]

    def loss(self, params: Any, x: Any) -> Any:
        applied = run(self.layer, params, self.first[1], x, training=True, key=self.key)
        return jnp.sum(applied.outputs * self.weights) + sum(applied.losses)

    def program(self, first: Any, second: Any, x: Any) -> dict[str, Any]:
        both = jax.tree.map(lambda a, b: jnp.stack([a, b]), first, second)
        point = (first[0], x)
        many = jax.vmap(self.apply, in_axes=(0, 0, None), axis_size=2)
        step = 1e-6

        def moved(h: float) -> Any:
            return self.loss(*jax.tree.map(lambda a, d: a + h * d, point, self.direction))

        return {
            "outputs": self.apply(*first, x),
            "first alone": self.apply(*first, jnp.concatenate([x[:1], x[1:] + 1.0])),
            "stacked": many(*both, x),
            "second": self.apply(*second, x),
            "slope": jax.jvp(self.loss, point, self.direction)[1],
            "gradient": jax.grad(self.loss, argnums=(0, 1))(*point),
            "difference": (moved(step) - moved(-step)) / (2 * step),
        }


def check_shapes(case: Case) -> None:
    outputs = case.told["outputs"]
    assert (case.inferred.outputs.shape, case.inferred.outputs.dtype) == (
        outputs.shape,
        outputs.dtype,
    )
    assert outputs.dtype == np.float64 and np.isfinite(outputs).all()


def check_compiled_equals_eager(case: Case) -> None:
    np.testing.assert_allclose(case.layer(case.x), case.told["outputs"], **TOLERANCE)


def check_many_models_equal_each_alone(case: Case) -> None:
    np.testing.assert_allclose(case.told["stacked"][0], case.told["outputs"], **TOLERANCE)
    np.testing.assert_allclose(case.told["stacked"][1], case.told["second"], **TOLERANCE)


def check_gradients(case: Case) -> None:
    slope = case.told["slope"]
    np.testing.assert_allclose(slope, case.told["difference"], rtol=1e-6, atol=1e-7)
    products = jax.tree.map(lambda g, d: np.sum(g * d), case.told["gradient"], case.direction)
    np.testing.assert_allclose(sum(jax.tree.leaves(products)), slope, rtol=1e-9, atol=1e-9)


def check_rows_do_not_mix(case: Case) -> None:
    np.testing.assert_array_equal(case.told["first alone"][0], case.told["outputs"][0])


def check_configuration(case: Case) -> None:
    again = type(case.layer).from_config(case.layer.get_config())
    assert fingerprint(again) == fingerprint(case.cls(**case.arguments, dtype="float64"))
    assert fingerprint(case.layer.clone()) == fingerprint(again)
    other = case.layer.clone(name="other")
    assert other.name == "other"
    assert fingerprint(other) != fingerprint(again)


def check_description(case: Case) -> None:
    if any(callable(value) and hasattr(value, "__name__") for value in case.arguments.values()):
        assert "activation=" in repr(case.layer)
        return
    names = {**vars(initializers), **vars(regularizers), **vars(layers)}
    assert fingerprint(eval(repr(case.layer), names)) == fingerprint(case.layer.clone())


CHECKS: list[Callable[[Case], None]] = [
    check_shapes,
    check_compiled_equals_eager,
    check_many_models_equal_each_alone,
    check_gradients,
    check_rows_do_not_mix,
    check_configuration,
    check_description,
]


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize(("name", "row"), CASES)
def test_layer(name, row):
    case, ran = Case(name, row), 0
    for check in CHECKS:
        check(case)
        ran += 1
    assert ran == 7


def test_the_table_is_complete():
    assert set(TABLE) == set(layers.__all__) - {"Input", "Layer"}
    assert set(layers.TABLE.values()) == {getattr(layers, name) for name in TABLE}
    assert all(len(rows) >= 5 for rows in TABLE.values())
    assert len(CASES) * len(CHECKS) == 665


LIMITED = [(name, argument) for name in TABLE for argument in getattr(layers, name).all_limits()]


@pytest.mark.parametrize(("name", "argument"), LIMITED)
def test_a_value_outside_its_limits_is_refused(name, argument):
    cls = getattr(layers, name)
    arguments = {**TABLE[name][0][0], argument: cls.all_limits()[argument].bad_value()}
    with pytest.raises((ArgumentError, ArgumentTypeError), match=f"`{argument}` must be") as caught:
        cls(**arguments)
    assert name in str(caught.value)


def test_all_layers_are_found_by_name_and_configuration():
    for name, rows in TABLE.items():
        arguments = rows[0][0]
        made = layers.get({"class_name": name, "config": arguments})
        assert type(made) is getattr(layers, name)
        assert made.get_config().items() >= arguments.items()
