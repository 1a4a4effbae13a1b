"""The pure functions: shapes without arrays, starting values, application."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Sequential, apply, infer, init, layers
from pellucid.core.errors import UsageError
from pellucid.modules import split_weights

ROWS = np.ones((2, 3), "float32")


def test_five_billion_weights_are_declared_without_an_array():
    model = Sequential([Input(shape=(100_000,)), layers.Dense(50_000), layers.Dense(10)])
    assert infer(model, jax.ShapeDtypeStruct((2, 100_000), "float32")).outputs.shape == (2, 10)
    assert model.count_params() == 100_000 * 50_000 + 50_000 + 50_000 * 10 + 10
    assert all(slot.value is None for layer in model.layers for slot in layer._weights.values())


def test_shapes_of_every_layer_by_path():
    model = Sequential([layers.Flatten(), layers.Dense(4)])
    assert infer(model, jnp.zeros((5, 2, 3))).shapes == {
        "flatten": ((None, 2, 3), (None, 6)),
        "dense": ((None, 6), (None, 4)),
        "": ((None, 2, 3), (None, 4)),
    }


def test_init_needs_a_built_model_or_inputs():
    model = Sequential([layers.Dense(2)])
    with pytest.raises(UsageError, match=r"inputs=x\[:1\]"):
        init(model)
    params, state = init(model, 0, ROWS)
    assert split_weights(model, {**params, **state}) == (params, state)


def test_init_draws_anew_and_leaves_the_object_alone():
    model = Sequential([Input(shape=(3,)), layers.Dense(2)])
    model.set_weights([np.full((3, 2), 5.0), np.zeros(2)])
    params, _ = init(model, 0)
    assert not np.any(np.asarray(params["dense/kernel"]) == 5.0)
    np.testing.assert_array_equal(model.layers[0].kernel, np.full((3, 2), 5.0))


def test_apply_returns_all_state_and_reads_the_object_only():
    model = Sequential([layers.BatchNormalization(), layers.BatchNormalization(trainable=False)])
    params, state = init(model, 0, ROWS)
    _, new = apply(model, params, state, ROWS, training=True)
    assert new.keys() == state.keys()
    assert new["batch_normalization/moving_mean"][0] != 0
    assert new["batch_normalization_1/moving_mean"][0] == 0
    np.testing.assert_array_equal(model.layers[0].moving_mean, np.zeros(3))


def test_one_trace_serves_many_calls():
    model = Sequential([layers.Dense(2)])
    _, state = init(model, 0, ROWS)
    traced = []

    @jax.jit
    def forward(params, x):
        traced.append(1)
        return apply(model, params, state, x)[0]

    for seed in range(3):
        forward(init(model, seed)[0], ROWS + seed)
    assert len(traced) == 1


def test_starting_values_need_no_compilation():
    """JAX's generator would compile; NumPy's on the host does not."""
    model = Sequential([Input(shape=(3,)), layers.Dense(7, kernel_initializer="he_normal")])
    compiled = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda event, *args, **options: (
            compiled.append(event) if "backend_compile" in event else None
        )
    )
    init(model, 1)
    model.get_weights()
    assert compiled == []
