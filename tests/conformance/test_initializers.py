"""Every initializer: its statistics, seeds, dtypes and names; the table must be complete."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from pellucid import initializers
from pellucid.core.errors import PellucidError
from pellucid.core.keys import generator
from pellucid.core.record import signature
from pellucid.initializers import RandomInitializer

DENSE = (300, 500)
CONVOLUTION = (3, 5, 20, 40)
CUT = stats.truncnorm(-2, 2)

# class -> arguments, the shape of the distribution, its variance for fan-in i and fan-out o
TABLE: dict[str, tuple[dict[str, Any], str, Any]] = {
    "Zeros": ({}, "none", None),
    "Ones": ({}, "none", None),
    "Constant": ({"value": 0.5}, "none", None),
    "Identity": ({"gain": 2.0}, "none", None),
    "Orthogonal": ({"gain": 2.0}, "none", None),
    "STFT": ({"side": "imag"}, "none", None),
    "RandomNormal": ({"stddev": 0.3}, "normal", lambda i, o: 0.3**2),
    "TruncatedNormal": ({"stddev": 0.3}, "cut", lambda i, o: 0.3**2 * CUT.var()),
    "RandomUniform": ({"minval": -0.3, "maxval": 0.3}, "uniform", lambda i, o: 0.6**2 / 12),
    "VarianceScaling": ({"scale": 3.0, "mode": "fan_out"}, "cut", lambda i, o: 3 / o),
    "GlorotUniform": ({}, "uniform", lambda i, o: 2 / (i + o)),
    "GlorotNormal": ({}, "cut", lambda i, o: 2 / (i + o)),
    "HeUniform": ({}, "uniform", lambda i, o: 2 / i),
    "HeNormal": ({}, "cut", lambda i, o: 2 / i),
    "LecunUniform": ({}, "uniform", lambda i, o: 1 / i),
    "LecunNormal": ({}, "cut", lambda i, o: 1 / i),
}
SPREAD = {name: row for name, row in TABLE.items() if row[1] != "none"}


def classes() -> dict[str, type]:
    found = {name: getattr(initializers, name) for name in initializers.__all__}
    bases = {"Initializer", "RandomInitializer", "InitializerFunction"}
    return {n: c for n, c in found.items() if isinstance(c, type) and n not in bases}


def made(name: str, **more: Any) -> Any:
    return classes()[name](**{**TABLE[name][0], **more})


def test_table_is_complete() -> None:
    assert set(TABLE) == set(classes()) == {cls.__name__ for cls in initializers.TABLE.values()}


ALIASES = {
    "zero": "Zeros",
    "one": "Ones",
    "normal": "RandomNormal",
    "uniform": "RandomUniform",
    "xavier_uniform": "GlorotUniform",
    "xavier_normal": "GlorotNormal",
    "kaiming_uniform": "HeUniform",
    "kaiming_normal": "HeNormal",
    "HeNormal": "HeNormal",
    "random_normal": "RandomNormal",
    "glorot_uniform": "GlorotUniform",
    "variance_scaling": "VarianceScaling",
}


@pytest.mark.parametrize("alias", ALIASES)
def test_names(alias: str) -> None:
    assert type(initializers.get(alias)).__name__ == ALIASES[alias]


@pytest.mark.parametrize("name", TABLE)
def test_shape_dtype_and_configuration(name: str) -> None:
    initializer = made(name)
    for dtype in (None, "float32", "float64", "float16", jnp.bfloat16):
        values = initializer((4, 6), dtype)
        assert isinstance(values, np.ndarray)
        assert values.shape == (4, 6)
        assert values.dtype == np.dtype(dtype or "float32")
        assert values.flags.c_contiguous and values.flags.writeable
    config = {"class_name": name, "config": initializer.get_config()}
    again = initializers.get(config)
    assert again is not None and np.array_equal(again((4, 6)), initializer((4, 6)))
    assert repr(initializer.clone()) == repr(initializer)


@pytest.mark.parametrize("name", TABLE)
def test_refuses_what_its_limits_refuse(name: str) -> None:
    cls = classes()[name]
    for argument in set(signature(cls).parameters) - {"value"}:
        with pytest.raises(PellucidError, match=argument):
            cls(**{argument: cls.all_limits()[argument].bad_value()})


@pytest.mark.parametrize("name", SPREAD)
@pytest.mark.parametrize("shape", [DENSE, CONVOLUTION], ids=["dense", "convolution"])
def test_statistics(name: str, shape: tuple[int, ...]) -> None:
    """Mean, variance and the whole distribution, each within four standard errors of the exact one."""
    _, kind, variance_of = SPREAD[name]
    window = math.prod(shape[:-2])
    variance = variance_of(shape[-2] * window, shape[-1] * window)
    values = made(name)(shape, "float64", rng=generator(5, name, shape)).ravel()
    exact = {
        "normal": stats.norm(scale=math.sqrt(variance)),
        "cut": stats.truncnorm(-2, 2, scale=math.sqrt(variance / CUT.var())),
        "uniform": stats.uniform(-math.sqrt(3 * variance), 2 * math.sqrt(3 * variance)),
    }[kind]
    count = values.size
    assert abs(values.mean()) < 4 * math.sqrt(variance / count)
    fourth = float(exact.stats(moments="k")) + 2
    assert abs(values.var() / variance - 1) < 4 * math.sqrt(fourth / count)
    assert exact.support()[0] <= values.min() and values.max() <= exact.support()[1]
    assert stats.kstest(values[:20_000], exact.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", [n for n in TABLE if issubclass(classes()[n], RandomInitializer)])
def test_seeds(name: str) -> None:
    initializer, shape = made(name), (3, 4)
    assert np.array_equal(initializer(shape), initializer(shape))
    assert np.array_equal(initializer(shape), initializer(shape, rng=generator(0, name)))
    first = initializer(shape, rng=generator(1, "a/kernel"))
    assert np.array_equal(first, initializer(shape, rng=generator(1, "a/kernel")))
    assert not np.array_equal(first, initializer(shape, rng=generator(1, "b/kernel")))
    assert not np.array_equal(first, initializer(shape, rng=generator(2, "a/kernel")))
    seeded = made(name, seed=7)
    assert np.array_equal(seeded(shape, rng=generator(1, "a/kernel")), seeded(shape))
    assert not np.array_equal(seeded(shape), initializer(shape))
    assert not np.array_equal(made(name, seed=0)(shape, rng=generator(1, "a")), first)


@pytest.mark.parametrize("name", SPREAD)
def test_four_million_numbers_are_float32(name: str) -> None:
    values = made(name)((2000, 2000))
    assert values.dtype == np.float32
    assert len(np.unique(values[:10])) > 10_000


@pytest.mark.oracle
@pytest.mark.parametrize("name", SPREAD)
def test_agrees_with_keras_in_distribution(name: str) -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    theirs = getattr(keras.initializers, name)(**{**TABLE[name][0], "seed": 3})
    for shape in ((150, 60), (3, 3, 8, 30)):
        with jax.legacy_prng_key("allow"):
            wanted = np.asarray(theirs(shape)).ravel()
        ours = made(name)(shape, rng=generator(1, name)).ravel()
        assert stats.ks_2samp(ours, wanted).pvalue > 1e-3
