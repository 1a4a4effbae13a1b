"""The main optimizers against NumPy in float64, with every average written out as one sum."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import optimizers

STEPS = 12
GRADS = np.random.default_rng(3).standard_normal((STEPS, 4)) * np.array([1.0, 5.0, 0.1, 1e-3])
START = np.array([0.5, -2.0, 1.0, 0.0])
RATE = 0.1


def run(optimizer: optimizers.Optimizer) -> np.ndarray:
    """Return the weights after each step, for gradients that do not depend on them."""

    @jax.jit
    def all_steps(weights: dict, state: dict) -> jax.Array:
        def one(carry: tuple, at: tuple) -> tuple:
            step, grad = at
            carry = optimizer.apply({"w": grad}, carry[1], carry[0], optimizer.hyper(), step)
            return carry, carry[0]["w"]

        steps = (jnp.arange(STEPS), jnp.asarray(GRADS, jnp.float32))
        return jax.lax.scan(one, (weights, state), steps)[1]

    weights = {"w": jnp.asarray(START, jnp.float32)}
    return np.asarray(all_steps(weights, optimizer.start(weights)))


def average(values: np.ndarray, decay: float, count: int) -> np.ndarray:
    """Return a moving average from zero as a weighted sum of all its inputs."""
    shares = (1 - decay) * decay ** np.arange(count - 1, -1, -1)
    return np.tensordot(shares, values[:count], axes=1)


def sgd(count: int) -> np.ndarray:
    return RATE * GRADS[count - 1]


def momentum(count: int) -> np.ndarray:
    return RATE * np.tensordot(0.9 ** np.arange(count - 1, -1, -1), GRADS[:count], axes=1)


def nesterov(count: int) -> np.ndarray:
    return 0.9 * momentum(count) + RATE * GRADS[count - 1]


def adam(count: int) -> np.ndarray:
    # the paper's Algorithm 1 with corrected averages; Keras's epsilon is theirs before the correction
    first = average(GRADS, 0.9, count) / (1 - 0.9**count)
    second = average(GRADS**2, 0.99, count) / (1 - 0.99**count)
    return RATE * first / (np.sqrt(second) + 1e-3 / np.sqrt(1 - 0.99**count))


def amsgrad(count: int) -> np.ndarray:
    greatest = np.max([average(GRADS**2, 0.5, k) for k in range(1, count + 1)], axis=0)
    size = RATE * np.sqrt(1 - 0.5**count) / (1 - 0.9**count)
    return size * average(GRADS, 0.9, count) / (np.sqrt(greatest) + 1e-7)


def rmsprop(count: int) -> np.ndarray:
    return RATE * GRADS[count - 1] / np.sqrt(average(GRADS**2, 0.8, count) + 1e-3)


def adagrad(count: int) -> np.ndarray:
    return RATE * GRADS[count - 1] / np.sqrt(0.1 + (GRADS[:count] ** 2).sum(axis=0) + 1e-7)


def adamax(count: int) -> np.ndarray:
    faded = [0.9 ** (count - k) * np.abs(GRADS[k - 1]) for k in range(1, count + 1)]
    return RATE / (1 - 0.8**count) * average(GRADS, 0.8, count) / (np.max(faded, axis=0) + 1e-7)


def lion(count: int) -> np.ndarray:
    before = average(GRADS, 0.95, count - 1) if count > 1 else 0.0
    return RATE * np.sign(0.9 * before + 0.1 * GRADS[count - 1])


@pytest.mark.parametrize(
    ("optimizer", "update"),
    [
        (optimizers.SGD(RATE), sgd),
        (optimizers.SGD(RATE, momentum=0.9), momentum),
        (optimizers.SGD(RATE, momentum=0.9, nesterov=True), nesterov),
        (optimizers.Adam(RATE, beta_2=0.99, epsilon=1e-3), adam),
        (optimizers.Adam(RATE, beta_2=0.5, amsgrad=True), amsgrad),
        (optimizers.RMSprop(RATE, rho=0.8, epsilon=1e-3), rmsprop),
        (optimizers.Adagrad(RATE), adagrad),
        (optimizers.Adamax(RATE, beta_1=0.8, beta_2=0.9), adamax),
        (optimizers.Lion(RATE, beta_2=0.95), lion),
    ],
    ids=lambda thing: getattr(thing, "__name__", ""),
)
def test_equals_the_sums(
    optimizer: optimizers.Optimizer, update: Callable[[int], np.ndarray]
) -> None:
    wanted = START - np.cumsum([update(count) for count in range(1, STEPS + 1)], axis=0)
    np.testing.assert_allclose(run(optimizer), wanted, rtol=2e-5, atol=2e-6)


def test_adamw_shrinks_apart_from_the_moments() -> None:
    weights, wanted = START, []
    for count in range(1, STEPS + 1):
        weights = weights * (1 - RATE * 0.3) - adam(count)
        wanted.append(weights)
    found = run(optimizers.AdamW(RATE, weight_decay=0.3, beta_2=0.99, epsilon=1e-3))
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=2e-6)


def test_centered_rmsprop_survives_a_constant_gradient() -> None:
    """The spread of a constant gradient is 0, and rounding makes Keras's formula negative there."""
    optimizer = optimizers.RMSprop(1e-3, rho=0.5, centered=True, epsilon=1e-7)
    weights = {"w": jnp.zeros(200)}
    grads = {"w": jnp.geomspace(1e-2, 1e4, 200)}

    def one(step: jax.Array, carry: tuple) -> tuple:
        return optimizer.apply(grads, carry[1], carry[0], {}, step)

    end, _ = jax.lax.fori_loop(0, 300, one, (weights, optimizer.start(weights)))
    assert np.isfinite(end["w"]).all()


@pytest.mark.parametrize("name", optimizers.TABLE)
def test_no_gradient_no_nan(name: str) -> None:
    optimizer = optimizers.get(name)
    weights = {"w": jnp.zeros((2, 2)), "b": jnp.zeros(2)}
    end, _ = optimizer.apply(weights, optimizer.start(weights), weights, {}, 0)
    assert all(np.isfinite(w).all() and not np.any(w) for w in end.values())


def polar(matrix: np.ndarray) -> np.ndarray:
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
@pytest.mark.parametrize("nesterov", [True, False])
def test_muon_steps_along_the_polar_factor(shape: tuple[int, int], nesterov: bool) -> None:
    """With the factors of a converging iteration the direction is that of the singular vectors."""
    grads = np.random.default_rng(7).standard_normal((4, *shape))
    converging = {"muon_a": 1.875, "muon_b": -1.25, "muon_c": 0.375, "ns_steps": 25}
    optimizer = optimizers.Muon(
        0.1, weight_decay=0.5, momentum=0.8, nesterov=nesterov, rms_rate=0.3, **converging
    )
    weights = {"kernel": jnp.ones(shape)}
    state, wanted = optimizer.start(weights), np.ones(shape)
    for step, grad in enumerate(grads):
        given = {"kernel": jnp.asarray(grad, jnp.float32)}
        weights, state = optimizer.apply(given, state, weights, optimizer.hyper(), step)
        total = np.tensordot(0.8 ** np.arange(step, -1, -1), grads[: step + 1], axes=1)
        ahead = grad + 0.8 * total if nesterov else total
        wanted = wanted * (1 - 0.1 * 0.5) - 0.1 * 0.3 * np.sqrt(max(shape)) * polar(ahead)
    np.testing.assert_allclose(weights["kernel"], wanted, atol=2e-4)


def test_muon_brings_singular_values_near_one() -> None:
    optimizer = optimizers.Muon(1.0, weight_decay=None, rms_rate=None, nesterov=False)
    grad = np.random.default_rng(1).standard_normal((6, 4))
    weights = {"kernel": jnp.zeros((6, 4))}
    given = {"kernel": jnp.asarray(1e3 * grad, jnp.float32)}
    end, _ = optimizer.apply(given, optimizer.start(weights), weights, optimizer.hyper(), 0)
    sizes = np.linalg.svd(np.asarray(end["kernel"]), compute_uv=False)
    assert np.all((sizes > 0.6) & (sizes < 1.25))


def test_muon_leaves_embeddings_vectors_and_excluded_layers_to_adamw() -> None:
    shapes = {"block/kernel": (3, 2), "my_Embedding/embeddings": (4, 2), "last/kernel": (2, 2)}
    rng = np.random.default_rng(2)
    weights = {p: jnp.asarray(rng.standard_normal(s), jnp.float32) for p, s in shapes.items()}
    weights |= {"block/bias": jnp.ones(3), "conv/kernel": jnp.ones((2, 2, 1))}
    grads = jax.tree.map(lambda w: w + 0.5, weights)
    muon = optimizers.Muon(0.01, exclude_layers=["^last"], adam_lr_ratio=0.5)
    adamw = optimizers.AdamW(0.005, weight_decay=0.008)
    found, _ = muon.apply(grads, muon.start(weights), weights, muon.hyper(), 0)
    wanted, _ = adamw.apply(grads, adamw.start(weights), weights, adamw.hyper(), 0)
    for path in weights:
        same = np.allclose(found[path], wanted[path], atol=1e-6)
        assert same == (path != "block/kernel"), path
    everywhere = optimizers.Muon(0.01, exclude_embeddings=False)
    assert everywhere.takes("my_Embedding/embeddings", (4, 2))
    assert set(muon.start(weights)["velocity"]) == set(weights) - {"block/kernel"}


def test_schedule_free_is_the_mean_of_its_steps() -> None:
    """Written with the whole past: x is the plain mean of all z, w lies between."""
    z, steps = START.copy(), []
    wanted = []
    for count in range(1, STEPS + 1):
        size = np.sqrt(average(GRADS**2, 0.99, count) / (1 - 0.99**count)) + 1e-3
        z = z - RATE * min(1, count / 5) * GRADS[count - 1] / size
        steps.append(z)
        wanted.append(0.2 * z + 0.8 * np.mean(steps, axis=0))
    optimizer = optimizers.ScheduleFreeAdamW(
        RATE, beta_1=0.8, beta_2=0.99, epsilon=1e-3, warmup_steps=5
    )
    np.testing.assert_allclose(run(optimizer), wanted, rtol=2e-5, atol=5e-6)
