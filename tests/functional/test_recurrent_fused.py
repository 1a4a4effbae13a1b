"""The fast lowerings against the plain loop: numbers, every derivative, many weights at once, other precisions."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional import activations
from pellucid.functional.recurrent import fused_gru, fused_lstm, gru, lstm
from pellucid.functional.recurrent.fused import Inputs, worth_fusing

LOWERINGS = {"lstm": (fused_lstm, 4, 2), "gru": (fused_gru, 3, 1)}
MASK = np.array([[1, 1], [0, 1], [1, 0]])[..., None]


def quick(function):
    return jax.jit(function, compiler_options={"xla_backend_optimization_level": 0})


def inputs_of(name, dtype="float32", mask=True, steps=3, batch=2, features=2, units=3):
    rng, (_, blocks, states) = np.random.default_rng(0), LOWERINGS[name]
    width = blocks * units

    def draw(*shape):
        return jnp.asarray(rng.standard_normal(shape), dtype)

    return Inputs(
        x=draw(steps, batch, features),
        kernel=draw(features, width),
        recurrent_kernel=draw(units, width),
        bias=draw(2, width) if name == "gru" else draw(width),
        states=tuple(draw(batch, units) for _ in range(states)),
        mask=jnp.asarray(MASK, dtype) if mask else None,
    )


def fast(name):
    return getattr(LOWERINGS[name][0], f"fused_{name}")


def slow(name):
    return LOWERINGS[name][0].plain


def score(run):
    def value(inputs):
        h, last = run(inputs)
        return (h**2).sum() + sum(jnp.sin(state).sum() for state in last)

    return value


def close(ours, theirs, tolerance):
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def derivative(run, inputs):
    gradient = quick(jax.value_and_grad(score(run)))(inputs)
    return gradient[0], gradient[1]._replace(mask=None)


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("name", LOWERINGS)
def test_outputs_and_gradient_are_those_of_the_plain_loop(name, mask):
    with jax.enable_x64(True):
        inputs = inputs_of(name, "float64", mask)
        close(fast(name)(inputs), slow(name)(inputs), 1e-12)
        close(derivative(fast(name), inputs), derivative(slow(name), inputs), 1e-11)


@pytest.mark.parametrize("name", LOWERINGS)
def test_single_precision_stays_single(name):
    inputs = inputs_of(name)
    close(derivative(fast(name), inputs), derivative(slow(name), inputs), 1e-5)


@pytest.mark.parametrize("name", LOWERINGS)
def test_the_gradient_can_be_differentiated_again(name):
    with jax.enable_x64(True):
        inputs = inputs_of(name, "float64")
        moved = jax.tree.map(jnp.cos, inputs)._replace(mask=jnp.zeros_like(inputs.mask))

        def steepness(run):
            def value(inputs):
                gradient = jax.grad(score(run))(inputs)
                return sum((leaf**2).sum() for leaf in jax.tree.leaves(gradient))

            return value

        # Reverse over reverse, and forward over reverse.
        twice = [quick(jax.grad(steepness(run)))(inputs) for run in (fast(name), slow(name))]
        close(*(each._replace(mask=None) for each in twice), 1e-9)
        along = [
            quick(lambda p, run=run: jax.jvp(jax.grad(score(run)), (p,), (moved,))[1])(inputs)
            for run in (fast(name), slow(name))
        ]
        close(*(each._replace(mask=None) for each in along), 1e-9)


@pytest.mark.parametrize("name", LOWERINGS)
def test_many_weights_at_once_are_each_alone(name):
    with jax.enable_x64(True):
        inputs = inputs_of(name, "float64")
        several = inputs._replace(
            recurrent_kernel=jnp.stack([inputs.recurrent_kernel * k for k in (1, 2)])
        )
        axes = Inputs(None, None, 0, None, None, None)
        together = quick(jax.vmap(jax.grad(score(fast(name))), in_axes=(axes,)))(several)
        for member in range(2):
            alone = inputs._replace(recurrent_kernel=several.recurrent_kernel[member])
            wanted = quick(jax.grad(score(slow(name))))(alone)._replace(mask=None)
            close(
                jax.tree.map(lambda a, m=member: a[m], together)._replace(mask=None), wanted, 1e-11
            )


def test_the_rule():
    assert worth_fusing(activations.tanh, activations.sigmoid, None)
    assert worth_fusing(jnp.tanh, jax.nn.sigmoid, None)
    assert not worth_fusing(activations.relu, activations.sigmoid, None)
    assert not worth_fusing(jnp.tanh, activations.hard_sigmoid, None)
    assert not worth_fusing(jnp.tanh, jax.nn.sigmoid, jnp.ones((1, 1)))


@pytest.mark.parametrize(("run", "name"), [(lstm, "lstm"), (gru, "gru")])
def test_the_usual_network_is_the_fused_one(run, name):
    inputs = inputs_of(name)
    arguments = (jnp.swapaxes(inputs.x, 0, 1), *inputs[1:4], inputs.states)
    text = str(jax.make_jaxpr(lambda *a: run(*a)[0])(*arguments))
    assert "custom_vjp_call" in text
    other = str(jax.make_jaxpr(lambda *a: run(*a, activation=jnp.sin)[0])(*arguments))
    assert "custom_vjp_call" not in other


def test_the_training_step_holds_no_copy_of_a_large_buffer_in_its_loops():
    """The point of the lowering: XLA must find out by itself that the buffers can be overwritten."""
    inputs = inputs_of("lstm", mask=False, steps=50, batch=8, units=16)
    text = jax.jit(jax.grad(score(fast("lstm")))).lower(inputs).compile().as_text()
    bodies = [part for part in text.split("\n\n") if "_spmd" not in part and "ENTRY" not in part]
    large = [
        line
        for part in bodies
        for line in part.splitlines()
        if "f32[51,8,64]" in line and " copy(" in line
    ]
    assert not large
