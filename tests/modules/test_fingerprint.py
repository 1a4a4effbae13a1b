"""Fingerprints: equal where one compiled program serves both, different where it does not."""

from __future__ import annotations

import functools
import types

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Layer, Sequential, layers, regularizers
from pellucid.modules import fingerprint


def network(*, units=4, activation="relu", rate=0.5, penalty=0.1, start="he_normal", name=None):
    dense = layers.Dense(
        units,
        activation,
        kernel_initializer=start,
        kernel_regularizer=regularizers.L2(penalty),
        name=name,
    )
    return Sequential([Input(shape=(3,)), dense, layers.Dropout(rate), layers.Dense(2)])


@pytest.mark.parametrize(
    "changes",
    [{}, {"rate": 0.25}, {"penalty": 0.3}, {"start": "zeros"}],
    ids=lambda c: str(list(c)),
)
def test_equal_for_one_program(changes):
    assert fingerprint(network()) == fingerprint(network(**changes))
    assert hash(fingerprint(network())) == hash(fingerprint(network(**changes)))


@pytest.mark.parametrize(
    "changes",
    [{"units": 5}, {"activation": "tanh"}, {"rate": 0.0}, {"penalty": 0.0}, {"name": "other"}],
    ids=lambda c: str(list(c)),
)
def test_different_for_two_programs(changes):
    assert fingerprint(network()) != fingerprint(network(**changes))


def test_weights_do_not_count_but_freezing_does():
    model, other = network(), network()
    other.set_weights([w + 1 for w in other.get_weights()])
    other(np.ones((2, 3)))
    assert fingerprint(model) == fingerprint(other)
    other.layers[0].trainable = False
    assert fingerprint(model) != fingerprint(other)


def test_sharing_counts():
    shared = layers.Dense(3)
    one = Sequential([shared, shared])
    two = Sequential([layers.Dense(3), layers.Dense(3)])
    assert fingerprint(one) != fingerprint(two)


def power(exponent):
    return lambda x: x**exponent


def test_functions_count_by_code_and_closure():
    def of(function):
        return fingerprint(layers.Activation(function))

    assert of(power(2)) == of(power(2)) != of(power(3))
    assert of(functools.partial(jnp.power, x2=2)) == of(functools.partial(jnp.power, x2=2))
    assert of(functools.partial(jnp.power, x2=2)) != of(functools.partial(jnp.power, x2=3))
    assert of(jnp.sin) != of(jnp.cos)


def test_closures_are_told_apart_when_there_are_many():
    """Lists that exist for a moment only share ids; an object seen by id must be kept."""

    def of(exponents):
        return fingerprint([power(exponent) for exponent in exponents])

    base = list(range(20))
    assert of(base) == of(base)
    for changed in range(20):
        assert of(base) != of([*base[:changed], 99, *base[changed + 1 :]])


NOTEBOOK = """
from pellucid import Layer
def helper(x):
    return x * {number}
def activation(x):
    return helper(x)
"""


def test_a_helper_redefined_in_a_notebook_counts():
    """The function is the same text on the same line, but what it calls has changed."""

    def of(number):
        cell = types.ModuleType("notebook")
        exec(NOTEBOOK.format(number=number), vars(cell))
        return fingerprint(layers.Activation(cell.activation))

    assert of(2) == of(2) != of(3)


SCALE = 2.0


class Scaled(Layer):
    def call(self, inputs):
        return inputs * SCALE


def test_a_global_that_call_reads_counts(monkeypatch):
    before = fingerprint(Scaled())
    assert fingerprint(Scaled()) == before
    monkeypatch.setitem(Scaled.call.__globals__, "SCALE", 3.0)
    assert fingerprint(Scaled()) != before


def test_arrays_count_by_content():
    def of(*numbers):
        return fingerprint(layers.Rescaling(np.array(numbers)))

    assert of(1.0, 2.0) == of(1.0, 2.0) != of(1.0, 3.0)


class Unhashable:
    __hash__ = None  # pyright: ignore[reportAssignmentType]


def test_an_object_without_hash_counts_by_identity_even_after_it_is_gone():
    seen = []
    for _ in range(50):
        layer = layers.Identity()
        layer.thing = Unhashable()
        print_ = fingerprint(layer)
        assert print_ not in seen
        seen.append(print_)
