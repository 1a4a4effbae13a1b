"""Every optimizer against Keras, a parabola and Rosenbrock's valley; the table must be complete."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import optimizers
from pellucid.core.errors import PellucidError
from pellucid.core.record import signature
from pellucid.optimizers import schedules
from tests.conformance.golden.optimizer_cases import CASES, SHOWN, START, STEPS, gradient

GOLDEN = json.loads((Path(__file__).parent / "golden" / "optimizers.json").read_text())["cases"]

# class -> the rates with which it solves a parabola and Rosenbrock's valley, and further arguments
SOLVES: dict[str, tuple[float, float, dict[str, Any]]] = {
    "SGD": (0.1, 0.001, {"momentum": 0.9}),
    "RMSprop": (0.1, 0.01, {}),
    "Adam": (0.1, 0.1, {}),
    "AdamW": (0.1, 0.1, {"weight_decay": 1e-6}),
    "Adagrad": (1.0, 1.0, {}),
    "Adadelta": (1.0, 0.1, {"epsilon": 1e-5}),
    "Adamax": (0.1, 0.1, {}),
    "Nadam": (0.1, 0.1, {}),
    "Lion": (0.03, 0.01, {}),
    "Ftrl": (1.0, 1.0, {}),
    "Lamb": (0.01, 0.03, {}),
    "Adafactor": (0.1, 0.03, {}),
    "Muon": (0.1, 0.1, {"adam_weight_decay": 1e-6}),
    "ScheduleFreeAdamW": (0.3, 0.01, {}),
}


# Optimizers that need another one; tests/optimizers tests them.
WRAPPERS = ("OptaxOptimizer", "LossScaleOptimizer", "MultiOptimizer")


def classes() -> dict[str, type]:
    """Return the public optimizers by name, without the base and those that stand for others."""
    found = {name: getattr(optimizers, name) for name in optimizers.__all__}
    kinds = {n: c for n, c in found.items() if isinstance(c, type)}
    return {n: c for n, c in kinds.items() if n not in ("Optimizer", "OptimizerMap", *WRAPPERS)}


def made(name: str) -> optimizers.Optimizer:
    cls, arguments = CASES[name]
    return getattr(optimizers, cls)(**arguments)


def test_table_is_complete() -> None:
    assert {cls for cls, _ in CASES.values()} == set(classes()) == set(SOLVES)
    assert set(GOLDEN) == set(CASES)
    assert {name.lower(): cls for name, cls in classes().items()} == optimizers.TABLE
    for issue_name in ("sgd", "rmsprop", "adam", "adamw", "adagrad", "adadelta", "adamax", "nadam"):
        assert isinstance(optimizers.get(issue_name), optimizers.TABLE[issue_name])


def walk(optimizer: optimizers.Optimizer) -> tuple[dict[str, jax.Array], int]:
    """Return the weights after every step, made in one scan, and how often the step was traced.

    The scan runs twice, the second time with numbers that differ a little.
    """
    traced = 0

    @jax.jit
    def run(weights: Any, state: Any, hyper: Any) -> Any:
        def one(carry: Any, step: Any) -> Any:
            nonlocal traced
            traced += 1
            weights, state = carry
            grads = gradient(weights, step, jnp.sin)
            carry = optimizer.apply(grads, state, weights, hyper, step)
            return carry, carry[0]

        return jax.lax.scan(one, (weights, state), jnp.arange(STEPS))[1]

    weights = {path: jnp.asarray(start, jnp.float32) for path, start in START.items()}
    hyper = {name: jnp.float32(number) for name, number in optimizer.hyper().items()}
    other = {name: number * 0.9 for name, number in hyper.items()}
    found = run(weights, optimizer.start(weights), hyper)
    changed = run(weights, optimizer.start(weights), other)
    assert any(np.any(found[path] != changed[path]) for path in found)
    return found, traced


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_golden_numbers_in_one_scan_traced_once(name: str) -> None:
    found, traced = walk(made(name))
    for count in SHOWN:
        for path, wanted in GOLDEN[name][str(count)].items():
            got = np.asarray(found[path][count - 1]).ravel()
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5, err_msg=f"{path} {count}")
    # the second run, with other numbers, adds nothing
    assert traced == 1


# Keras 3.15 on JAX cannot accumulate gradients outside of its own trainer; the golden numbers stand for it.
LIVE = [name for name in CASES if "accumulation" not in name]


@pytest.mark.oracle
@pytest.mark.parametrize("name", LIVE)
def test_agrees_with_keras(name: str) -> None:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")
    cls, arguments = CASES[name]
    theirs = getattr(keras.optimizers, cls)(**arguments)
    variables = [keras.Variable(start, dtype="float32", name=path) for path, start in START.items()]
    ours, weights = made(name), {p: jnp.asarray(s, jnp.float32) for p, s in START.items()}
    state, apply = ours.start(weights), jax.jit(ours.apply)
    for step in range(STEPS):
        grads = gradient({p: np.asarray(w) for p, w in weights.items()}, step, np.sin)
        grads = {path: g.astype("float32") for path, g in grads.items()}
        weights, state = apply(grads, state, weights, ours.hyper(), step)
        theirs.apply([keras.ops.convert_to_tensor(grads[path]) for path in START], variables)
    for path, variable in zip(START, variables, strict=True):
        wanted = np.asarray(variable.value)
        np.testing.assert_allclose(weights[path], wanted, rtol=1e-5, atol=1e-5, err_msg=path)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_keeps_dtypes_and_shapes(name: str, dtype: str) -> None:
    optimizer = made(name)
    weights = {path: jax.ShapeDtypeStruct(s.shape, jnp.dtype(dtype)) for path, s in START.items()}
    state = optimizer.start(weights)
    step = jax.ShapeDtypeStruct((), jnp.int32)
    hyper = {n: jax.ShapeDtypeStruct((), jnp.float32) for n in optimizer.hyper()}
    after, new_state = jax.eval_shape(optimizer.apply, weights, state, weights, hyper, step)
    assert {p: (w.shape, w.dtype) for p, w in after.items()} == {
        p: (w.shape, w.dtype) for p, w in weights.items()
    }
    assert jax.tree.structure(state) == jax.tree.structure(new_state)
    for old, new in zip(jax.tree.leaves(state), jax.tree.leaves(new_state), strict=True):
        assert (old.shape, old.dtype) == (new.shape, new.dtype)
        assert old.dtype == jnp.float32
    assert all(not w.weak_type for w in jax.tree.leaves((after, new_state)))


def solved(name: str, rate: float, slope: Any, start: list[float], steps: int) -> np.ndarray:
    """Return where an optimizer comes to rest.

    The rate falls along a line, so that those which make steps of a fixed size rest at all; Ftrl's
    sums are meant for one rate, and schedule-free steps for none that falls.
    """
    falling = schedules.PolynomialDecay(rate, steps, rate * 1e-3)
    optimizer = classes()[name](
        rate if name in ("Ftrl", "ScheduleFreeAdamW") else falling, **SOLVES[name][2]
    )

    @jax.jit
    def run(weights: Any, state: Any) -> Any:
        def one(step: Any, carry: Any) -> Any:
            weights, state = carry
            return optimizer.apply({"w": slope(weights["w"])}, state, weights, {}, step)

        return jax.lax.fori_loop(0, steps, one, (weights, state))[0]["w"]

    weights = {"w": jnp.asarray(start, jnp.float32)}
    return np.asarray(run(weights, optimizer.start(weights)))


@pytest.mark.parametrize("name", SOLVES)
def test_solves_a_parabola(name: str) -> None:
    end = solved(name, SOLVES[name][0], lambda w: 2 * (w - 1.5), [-3.0, 4.0], 1000)
    np.testing.assert_allclose(end, [1.5, 1.5], atol=5e-3)


@pytest.mark.parametrize("name", SOLVES)
def test_solves_rosenbrock(name: str) -> None:
    slope = jax.grad(lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2)
    end = solved(name, SOLVES[name][1], slope, [-1.2, 1.0], 20_000)
    np.testing.assert_allclose(end, [1.0, 1.0], atol=5e-3)


@pytest.mark.parametrize("name", classes())
def test_refuses_what_its_limits_refuse(name: str) -> None:
    cls = classes()[name]
    known = signature(cls).parameters
    assert set(cls.all_limits()) <= set(known)
    unlimited = set(known) - set(cls.all_limits())
    assert not unlimited, f"no limit for {unlimited}"
    for argument, limit in cls.all_limits().items():
        with pytest.raises(PellucidError, match=argument):
            cls(**{argument: limit.bad_value()})


@pytest.mark.parametrize("name", CASES)
def test_is_made_again_from_its_configuration(name: str) -> None:
    optimizer = made(name)
    again = optimizers.get({"class_name": CASES[name][0], "config": optimizer.get_config()})
    assert again.get_config() == optimizer.get_config()
    assert repr(again) == repr(optimizer)


# Numbers whose half does nothing to be seen, being floors for very small values, or drives matrices to infinity.
FLOORS = {"epsilon": 1e5, "epsilon_1": 1e29, "epsilon_2": 1e4, "muon_b": 0.98, "muon_c": 0.98}


@pytest.mark.parametrize("name", classes())
def test_every_number_changes_what_it_does(name: str) -> None:
    """No name in `hyperparameters` may be a constant of the program."""
    arguments = CASES["Ftrl penalties"][1] if name == "Ftrl" else {}
    takes = signature(classes()[name]).parameters
    more = {"momentum": 0.5} if "momentum" in takes else {}
    options = {"weight_decay": 0.1, "clipnorm": 2.0, "use_ema": True, "ema_overwrite_frequency": 4}
    optimizer = classes()[name](**{**arguments, **more, **options, "learning_rate": 0.1})
    rng = np.random.default_rng(0)
    sizes = np.array([3, 1, 0.5, 0.1, 2, 0.3, 0.2, 0.1], np.float32)
    grads = sizes[:, None, None] * rng.standard_normal((8, 6, 5), np.float32)
    weights = {
        "w": jnp.asarray(rng.standard_normal((6, 5), np.float32)),
        "b": jnp.asarray(rng.standard_normal((6,), np.float32)),
    }

    @jax.jit
    def after(hyper: dict[str, Any]) -> Any:
        def one(carry: Any, at: Any) -> Any:
            step, grad = at
            grads = {"w": grad, "b": grad[:, 0]}
            return optimizer.apply(grads, carry[1], carry[0], hyper, step), None

        start = (weights, optimizer.start(weights))
        after = jax.lax.scan(one, start, (jnp.arange(8), grads))[0][0]
        return jnp.concatenate([jnp.ravel(w) for w in after.values()])

    numbers = optimizer.hyper()
    assert set(numbers) >= {"learning_rate", "weight_decay", "clipnorm", "ema_momentum"}
    for number, value in numbers.items():
        changed = {**numbers, number: value * FLOORS.get(number, 0.5)}
        assert np.any(np.abs(after(numbers) - after(changed)) > 1e-7), number
