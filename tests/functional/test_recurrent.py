"""Recurrent networks against loops over single numbers in NumPy, finite differences, and PyTorch."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.recurrent import gru, lstm, recur, simple_rnn

BATCH, STEPS, FEATURES, UNITS = 2, 4, 3, 2
MASK = np.array([[True, True, False, True], [False, True, True, False]])
BLOCKS = {"simple_rnn": 1, "lstm": 4, "gru": 3, "gru_before": 3}
STATES = {"simple_rnn": 1, "lstm": 2, "gru": 1, "gru_before": 1}
NETWORKS = list(BLOCKS)


def network(name, *args, **options):
    if name == "gru_before":
        return gru(*args, reset_after=False, **options)
    return {"simple_rnn": simple_rnn, "lstm": lstm, "gru": gru}[name](*args, **options)


def compiled(function):
    return jax.jit(function, compiler_options={"xla_backend_optimization_level": 0})


def numbers(name, seed=0, steps=STEPS):
    """Return x, kernel, recurrent kernel, bias and states."""
    rng, width = np.random.default_rng(seed), BLOCKS[name] * UNITS
    bias = (2, width) if name == "gru" else (width,)
    shapes = [(BATCH, steps, FEATURES), (FEATURES, width), (UNITS, width), bias]
    arrays = [rng.standard_normal(shape) for shape in shapes]
    return [*arrays, [rng.standard_normal((BATCH, UNITS)) for _ in range(STATES[name])]]


def s(v):
    return 1 / (1 + np.exp(-v))


def one_unit(name, z, inner, h, c, j):
    """Return the new output and cell state of one unit, from the projected input and a function for (h U)[k]."""
    if name == "simple_rnn":
        return np.tanh(z[j] + inner(h, j)), c[j]
    at = [j + block * UNITS for block in range(BLOCKS[name])]
    if name == "lstm":
        i, f, g, o = (z[k] + inner(h, k) for k in at)
        new = s(f) * c[j] + s(i) * np.tanh(g)
        return s(o) * np.tanh(new), new
    update = s(z[at[0]] + inner(h, at[0]))
    if name == "gru":
        g = np.tanh(z[at[2]] + s(z[at[1]] + inner(h, at[1])) * inner(h, at[2]))
    else:
        reset = np.array([s(z[UNITS + k] + inner(h, UNITS + k)) for k in range(UNITS)])
        g = np.tanh(z[at[2]] + inner(reset * h, at[2]))
    return update * h[j] + (1 - update) * g, c[j]


def in_loops(name, x, kernel, recurrent, bias, states, mask=None, backwards=False):
    """Go through the series number by number."""
    first, second = bias if name == "gru" else (bias, np.zeros(bias.shape[-1]))
    outputs, ends = [], []
    for n in range(len(x)):
        h, c = states[0][n].copy(), states[-1][n].copy()
        made = []
        for t in range(x.shape[1])[:: -1 if backwards else 1]:
            if mask is None or mask[n, t]:
                z = [x[n, t] @ kernel[:, k] + first[k] for k in range(kernel.shape[1])]

                def inner(state, k):
                    return sum(state[m] * recurrent[m, k] for m in range(UNITS)) + second[k]

                pairs = [one_unit(name, z, inner, h, c, j) for j in range(UNITS)]
                h, c = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
            made.append(h)
        outputs.append(made)
        ends.append([h, c][: STATES[name]])
    return np.array(outputs), [np.array(end) for end in zip(*ends, strict=True)]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_series_is_what_loops_over_numbers_give(name, mask, backwards):
    with jax.enable_x64(True):
        arrays = numbers(name)
        outputs, states = network(name, *arrays, mask=mask, go_backwards=backwards)
    wanted, ends = in_loops(name, *arrays, mask=mask, backwards=backwards)
    np.testing.assert_allclose(outputs, wanted, rtol=1e-12)
    for state, end in zip(states, ends, strict=True):
        np.testing.assert_allclose(state, end, rtol=1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_is_what_finite_differences_say(name):
    with jax.enable_x64(True):
        arrays = [jnp.asarray(a) for a in numbers(name)[:4]]
        states = [jnp.asarray(a) for a in numbers(name)[4]]
        weights = jnp.asarray(np.random.default_rng(1).standard_normal((BATCH, STEPS, UNITS)))

        def score(arrays, states):
            outputs, last = network(name, *arrays, states, mask=MASK)
            return (outputs * weights).sum() + sum((state**2).sum() for state in last)

        point = (arrays, states)
        gradient = compiled(jax.grad(score, argnums=(0, 1)))(*point)
        value = compiled(score)
        rng = np.random.default_rng(2)
        for leaf_index, leaf in enumerate(jax.tree.leaves(point)):
            direction = [jnp.zeros_like(each) for each in jax.tree.leaves(point)]
            direction[leaf_index] = jnp.asarray(rng.standard_normal(leaf.shape))
            turned = jax.tree.unflatten(jax.tree.structure(point), direction)
            ahead, behind = (
                value(*jax.tree.map(lambda a, d, e=e: a + e * d, point, turned))
                for e in (1e-6, -1e-6)
            )
            slope = jnp.vdot(jax.tree.leaves(gradient)[leaf_index], direction[leaf_index])
            np.testing.assert_allclose(slope, (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", NETWORKS)
def test_garbage_in_the_padding_reaches_neither_output_nor_gradient(name):
    x, *weights = (jnp.asarray(a, "float32") for a in numbers(name)[:4])
    padded = jnp.concatenate([x, jnp.full((BATCH, 2, FEATURES), jnp.nan)], 1)
    padded = padded.at[0, -1].set(jnp.inf)
    mask = jnp.arange(STEPS + 2) < STEPS

    def score(weights, x, mask):
        outputs, last = network(name, x, *weights, mask=mask)
        return (last[0] ** 2).sum() + (outputs[:, :STEPS] ** 3).sum()

    both = compiled(jax.value_and_grad(score, argnums=(0, 1)))
    plain, with_padding = both(weights, x, None), both(weights, padded, jnp.stack([mask] * BATCH))
    np.testing.assert_allclose(plain[0], with_padding[0], rtol=1e-6)
    for a, b in zip(plain[1][0], with_padding[1][0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(with_padding[1][1][:, STEPS:], 0)


@pytest.mark.parametrize("name", NETWORKS)
def test_skipped_steps_can_give_zeros(name):
    arrays = [jnp.asarray(a, "float32") for a in numbers(name)[:4]]
    plain = network(name, *arrays, mask=MASK)[0]
    zeroed, _ = network(name, *arrays, mask=MASK, zero_output_for_mask=True)
    np.testing.assert_array_equal(zeroed, np.where(MASK[..., None], plain, 0))
    last, _ = network(name, *arrays, mask=MASK, zero_output_for_mask=True, return_sequences=False)
    np.testing.assert_array_equal(last, zeroed[:, -1])


@pytest.mark.parametrize("name", NETWORKS)
def test_recurrent_dropout_multiplies_the_state_in_the_product_only(name):
    x, kernel, recurrent, bias, states = (
        jax.tree.map(lambda a: jnp.asarray(a, "float32"), part) for part in numbers(name, steps=1)
    )
    factor = jnp.asarray([[0.0, 2.0], [2.0, 0.0]])
    got, _ = network(name, x, kernel, recurrent, bias, states, recurrent_factor=factor)
    for n in range(BATCH):
        # For one step, a factor of the state is a factor of the recurrent kernel's rows.
        rows = recurrent * factor[n][:, None]
        alone, _ = network(
            name, x[n : n + 1], kernel, rows, bias, [state[n : n + 1] for state in states]
        )
        np.testing.assert_allclose(got[n], alone[0], rtol=1e-5)


def test_other_activations_are_used():
    x, kernel, recurrent, bias, states = numbers("lstm", steps=1)
    outputs, (h, c) = lstm(
        *(jnp.asarray(a, "float32") for a in (x, kernel, recurrent, bias)),
        states,
        activation=jax.nn.relu,
        recurrent_activation=lambda v: v,
    )
    i, f, g, o = np.split(x[:, 0] @ kernel + states[0] @ recurrent + bias, 4, -1)
    wanted = f * states[1] + i * np.maximum(g, 0)
    np.testing.assert_allclose(c, wanted, rtol=1e-4)
    np.testing.assert_allclose(h, o * np.maximum(wanted, 0), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(outputs[:, 0], h)


def test_any_step_can_be_repeated():
    """A cell of two inputs and two states; the skipped first step gives the first state of the last cell."""
    x = {"a": jnp.arange(6.0).reshape(2, 3), "b": jnp.ones((2, 3))}
    start = [[jnp.zeros(2)], [jnp.full(2, 5.0), jnp.zeros(2)]]

    def step(x, states):
        total = states[0][0] + x["a"]
        count = states[1][1] + x["b"]
        return total, [[total], [total, count]]

    mask = jnp.array([[False, True, True], [True, False, True]])
    outputs, ((total,), (_, count)) = recur(step, x, start, mask=mask)
    np.testing.assert_array_equal(outputs, [[5, 1, 3], [3, 3, 8]])
    np.testing.assert_array_equal(total, [3, 8])
    np.testing.assert_array_equal(count, [2, 2])
    zeros, _ = recur(step, x, start, mask=mask, zero_output_for_mask=True, go_backwards=True)
    np.testing.assert_array_equal(zeros, [[2, 3, 0], [5, 0, 8]])


TORCH = {"simple_rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


@pytest.mark.oracle
@pytest.mark.parametrize("name", TORCH)
def test_pytorch_gives_the_same(name):
    torch = pytest.importorskip("torch", reason="oracle extra")
    x, kernel, recurrent, bias, states = numbers(name)
    second = np.zeros_like(bias) if name != "gru" else bias[1]
    first = bias if name != "gru" else bias[0]
    # PyTorch's GRU has the blocks reset, update, candidate, and mixes with the update gate as we do.
    order = [1, 0, 2] if name == "gru" else range(BLOCKS[name])
    turned = [
        np.concatenate([np.split(a, BLOCKS[name], -1)[k] for k in order], -1)
        for a in (kernel, recurrent, first, second)
    ]
    net = getattr(torch.nn, TORCH[name])(FEATURES, UNITS, batch_first=True, dtype=torch.float64)
    wanted = [turned[0].T, turned[1].T, turned[2], turned[3]]
    with torch.no_grad():
        for parameter, array in zip(net.parameters(), wanted, strict=True):
            parameter.copy_(torch.tensor(array))
    begin = [torch.tensor(state[None]) for state in states]
    theirs, _ = net(torch.tensor(x), tuple(begin) if len(begin) > 1 else begin[0])
    theirs.pow(2).sum().backward()

    def score(kernel):
        outputs, _ = network(name, x, kernel, recurrent, bias, states)
        return (outputs**2).sum(), outputs

    with jax.enable_x64(True):
        slope, ours = jax.grad(score, has_aux=True)(jnp.asarray(kernel))
    np.testing.assert_allclose(ours, theirs.detach(), rtol=1e-10)
    gradient = next(net.parameters()).grad.numpy().T
    back = [np.split(gradient, BLOCKS[name], -1)[list(order).index(k)] for k in range(BLOCKS[name])]
    np.testing.assert_allclose(slope, np.concatenate(back, -1), rtol=1e-8)
