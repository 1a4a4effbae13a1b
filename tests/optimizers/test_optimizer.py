"""What all optimizers share: arguments, numbers as inputs, clipping, decay, averages, accumulation."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from pellucid import optimizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, UnknownNameError
from pellucid.optimizers import SGD, Adam, AdamW, OptaxOptimizer, schedules
from pellucid.optimizers.clipping import clip_each, clip_together, clip_values


def stepped(optimizer: Any, weights: Any, grads: list[Any], **hyper: float) -> Any:
    """Return weights and state after one step for each of the gradients."""
    state = optimizer.start(weights)
    for step, grad in enumerate(grads):
        weights, state = optimizer.apply(grad, state, weights, {**optimizer.hyper(), **hyper}, step)
    return weights, state


ONE = {"w": jnp.array([1.0, 2.0])}


def test_state_is_named_by_meaning_and_path() -> None:
    state = Adam(use_ema=True, gradient_accumulation_steps=2).start(
        {"dense/kernel": jnp.ones((2, 3))}
    )
    assert set(state) == {"momentum", "velocity", "average", "accumulated"}
    assert all(np.array_equal(slot["dense/kernel"], np.zeros((2, 3))) for slot in state.values())
    assert SGD().start(ONE) == {}
    assert set(SGD(momentum=0.5).start(ONE)) == {"momentum"}


def test_numbers_leave_out_what_is_switched_off() -> None:
    assert SGD(0.1).hyper() == {"learning_rate": 0.1}
    assert SGD(1, momentum=0.5, clipnorm=2, use_ema=True).hyper() == {
        "learning_rate": 1.0,
        "momentum": 0.5,
        "clipnorm": 2.0,
        "ema_momentum": 0.99,
    }
    schedule = schedules.WarmUp(schedules.PiecewiseConstantDecay([10], [0.1, 0.01]), 5)
    assert SGD(schedule).hyper() == {
        "learning_rate/schedule/boundaries/0": 10.0,
        "learning_rate/schedule/values/0": 0.1,
        "learning_rate/schedule/values/1": 0.01,
        "learning_rate/warmup_steps": 5.0,
        "learning_rate/initial_learning_rate": 0.0,
    }


def test_numbers_of_the_call_go_before_those_of_the_object() -> None:
    weights, _ = stepped(SGD(0.1), ONE, [ONE], learning_rate=0.5)
    np.testing.assert_allclose(weights["w"], [0.5, 1.0])
    optimizer = SGD(schedules.ExponentialDecay(0.1, 10, 0.5))
    assert optimizer.learning_rate_at({}, 10) == pytest.approx(0.05)
    changed = {"learning_rate/decay_rate": jnp.float32(0.1)}
    assert optimizer.learning_rate_at(changed, 10) == pytest.approx(0.01)
    assert optimizer.learning_rate_at(changed, 10).dtype == jnp.float32


def test_a_population_gives_each_member_its_own_numbers() -> None:
    optimizer = SGD(0.1, momentum=0.9)
    rates = jnp.array([0.1, 0.2, 0.4])
    state = optimizer.start(ONE)

    def member(rate: jax.Array) -> jax.Array:
        return optimizer.apply(ONE, state, ONE, {"learning_rate": rate}, 0)[0]["w"]

    np.testing.assert_allclose(jax.vmap(member)(rates), (1 - rates)[:, None] * ONE["w"], rtol=1e-6)


def test_the_object_is_not_written_while_a_program_is_traced() -> None:
    optimizer = SGD(0.1, momentum=0.9)
    before = dict(vars(optimizer))
    jax.jit(optimizer.apply)(ONE, optimizer.start(ONE), ONE, optimizer.hyper(), 0)
    assert vars(optimizer) == before


def test_an_argument_can_be_assigned_and_is_checked() -> None:
    optimizer = SGD(0.1)
    optimizer.learning_rate = 0.5
    assert optimizer.hyper() == {"learning_rate": 0.5}
    assert optimizer.get_config()["learning_rate"] == 0.5
    assert optimizer.clone().learning_rate == 0.5
    with pytest.raises(ArgumentError, match="learning_rate"):
        optimizer.learning_rate = -1.0
    assert optimizer.learning_rate == 0.5


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"lr": 0.1}, "learning_rate="),
        ({"betas": (0.9, 0.99)}, "beta_1= and beta_2="),
        ({"eps": 1e-8}, "epsilon="),
        ({"decay": 0.1}, "InverseTimeDecay"),
        ({"learning_rat": 0.1}, "learning_rate="),
    ],
)
def test_names_of_other_libraries_are_explained(wrong: dict[str, Any], right: str) -> None:
    with pytest.raises(ArgumentTypeError, match=right):
        Adam(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"learning_rate": -0.1},
        {"learning_rate": float("nan")},
        {"learning_rate": "fast"},
        {"learning_rate": None},
        {"beta_1": 1.0},
        {"beta_2": -0.1},
        {"epsilon": -1e-7},
        {"weight_decay": -1},
        {"clipnorm": 0},
        {"gradient_accumulation_steps": 1},
        {"ema_momentum": 1.5},
        {"clipnorm": 1.0, "global_clipnorm": 1.0},
    ],
)
def test_wrong_numbers_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((ArgumentError, ArgumentTypeError)):
        Adam(**wrong)


def test_adamw_needs_a_decay() -> None:
    with pytest.raises(ArgumentTypeError, match="weight_decay"):
        AdamW(weight_decay=None)


def test_clipping_in_numpy() -> None:
    grads = {"a": np.array([3.0, 4.0], "float32"), "b": np.array([[0.6], [-0.8]], "float32")}
    each = clip_each(grads, 2.0)
    np.testing.assert_allclose(each["a"], [1.2, 1.6], rtol=1e-6)
    np.testing.assert_array_equal(each["b"], grads["b"])
    together = clip_together(grads, 2.0)
    whole = np.concatenate([np.ravel(g) for g in together.values()])
    assert np.linalg.norm(whole) == pytest.approx(2.0, rel=1e-6)
    assert together["a"][1] / together["b"][1, 0] == pytest.approx(-5.0)
    np.testing.assert_array_equal(clip_together(grads, 100.0)["a"], grads["a"])
    np.testing.assert_allclose(clip_values(grads, 0.7)["b"], [[0.6], [-0.7]])
    assert np.array_equal(clip_each({"a": np.zeros(2)}, 1.0)["a"], np.zeros(2))


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        ({"clipnorm": 1.0}, {"a": [-0.6, -0.8], "b": [-0.5]}),
        ({"clipvalue": 3.5}, {"a": [-3.0, -3.5], "b": [-0.5]}),
        ({"global_clipnorm": 1.0}, {"a": [-0.597, -0.796], "b": [-0.0995]}),
    ],
)
def test_clipping_comes_before_the_step(option: dict[str, float], wanted: dict[str, list]) -> None:
    zero = {"a": jnp.zeros(2), "b": jnp.zeros(1)}
    grads = {"a": jnp.array([3.0, 4.0]), "b": jnp.array([0.5])}
    weights, _ = stepped(SGD(1.0, **option), zero, [grads])
    for path, values in wanted.items():
        np.testing.assert_allclose(weights[path], values, atol=1e-4)


def test_weight_decay_spares_what_is_excluded() -> None:
    weights = {"dense/kernel": jnp.ones(1), "dense/bias": jnp.ones(1), "norm/gamma": jnp.ones(1)}
    grads = jax.tree.map(jnp.zeros_like, weights)
    optimizer = SGD(0.5, weight_decay=0.1)
    everything, _ = stepped(optimizer, weights, [grads])
    assert all(w == pytest.approx(0.95) for w in everything.values())
    optimizer.exclude_from_weight_decay(var_names=["bias", "gam+a"])
    for chosen in (optimizer, optimizer.clone()):
        found, _ = stepped(chosen, weights, [grads])
        assert found["dense/kernel"] == pytest.approx(0.95)
        assert found["dense/bias"] == found["norm/gamma"] == 1.0


def test_average_starts_at_the_first_weights_and_ends_the_training() -> None:
    optimizer = SGD(1.0, use_ema=True, ema_momentum=0.75)
    zero = {"w": jnp.zeros(1)}
    weights, state = stepped(optimizer, zero, [{"w": -jnp.ones(1)}] * 3)
    assert weights["w"] == 3.0
    assert state["average"]["w"] == pytest.approx(0.75 * (0.75 * 1 + 0.25 * 2) + 0.25 * 3)
    assert optimizer.final_params(state, weights)["w"] == state["average"]["w"]
    assert SGD().final_params({}, weights) is weights


def test_average_overwrites_the_weights_now_and_then() -> None:
    optimizer = SGD(1.0, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)
    grads = [{"w": -jnp.ones(1)}] * 3
    weights, state = stepped(optimizer, {"w": jnp.zeros(1)}, grads)
    assert weights["w"] == 2.5
    assert state["average"]["w"] == 2.0


def test_accumulated_gradients_are_averaged_to_one_update() -> None:
    optimizer = Adam(0.1, gradient_accumulation_steps=3)
    rng = np.random.default_rng(0)
    grads = [{"w": jnp.asarray(rng.standard_normal(2), jnp.float32)} for _ in range(7)]
    weights, state = stepped(optimizer, ONE, grads)
    means = [{"w": (grads[k]["w"] + grads[k + 1]["w"] + grads[k + 2]["w"]) / 3} for k in (0, 3)]
    wanted, _ = stepped(Adam(0.1), ONE, means)
    np.testing.assert_allclose(weights["w"], wanted["w"], rtol=1e-6)
    np.testing.assert_array_equal(state["accumulated"]["w"], grads[6]["w"])


def test_accumulation_counts_updates_for_the_schedule() -> None:
    optimizer = SGD(schedules.StepDecay(1.0, 1, 0.5), gradient_accumulation_steps=2)
    rates = [float(optimizer.learning_rate_at({}, step)) for step in range(6)]
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


def test_half_precision_weights_have_full_precision_slots() -> None:
    """A bfloat16 average would not move by a thousandth of a gradient, so Adam would stand still."""
    narrow = {"w": jnp.ones(1, jnp.bfloat16)}
    grads = {"w": jnp.full(1, 0.5, jnp.bfloat16)}
    weights, state = stepped(Adam(0.25), narrow, [grads] * 4)
    wide, _ = stepped(Adam(0.25), {"w": jnp.ones(1)}, [{"w": jnp.full(1, 0.5)}] * 4)
    assert weights["w"].dtype == jnp.bfloat16
    assert state["velocity"]["w"].dtype == jnp.float32
    np.testing.assert_allclose(np.float32(weights["w"]), wide["w"], atol=0.01)


def test_what_a_rule_returns_takes_the_dtype_that_the_state_began_with() -> None:
    class Counting(optimizers.Optimizer):
        def slots(self, params: Any) -> Any:
            return {"count": np.zeros((), np.float32)}

        def rule(self, grads: Any, slots: Any, params: Any, rate: Any, step: Any) -> Any:
            return grads, {"count": 1.0}

    _, state = stepped(Counting(), ONE, [ONE])
    assert (state["count"].dtype, state["count"].weak_type) == (jnp.float32, False)


def test_any_optax_transformation_works_as_it_is() -> None:
    chain = optax.chain(optax.clip(1.0), optax.adamw(optax.cosine_decay_schedule(0.1, 10)))
    optimizer = optimizers.get(chain)
    assert isinstance(optimizer, OptaxOptimizer)
    grads = [{"w": jnp.array([3.0, -0.2])}, {"w": jnp.array([-0.5, 0.1])}]
    found, _ = stepped(optimizer, ONE, grads)
    weights, state = ONE, chain.init(ONE)
    for grad in grads:
        updates, state = chain.update(grad, state, weights)
        weights = optax.apply_updates(weights, updates)
    np.testing.assert_allclose(found["w"], weights["w"], rtol=1e-6)
    assert optimizer.hyper() == {}
    assert np.isnan(optimizer.learning_rate_at({}, 0))


def test_optax_with_a_rate_of_ours_survives_scan_and_keeps_keys() -> None:
    noisy = optax.chain(optax.scale_by_adam(), optax.add_noise(0.01, 0.5, jax.random.key(0)))
    optimizer = OptaxOptimizer(noisy, schedules.StepDecay(0.1, 2, 0.5), clipvalue=1.0)

    @jax.jit
    def run(hyper: dict[str, jax.Array]) -> jax.Array:
        def one(carry: tuple, step: jax.Array) -> tuple:
            carry = optimizer.apply(ONE, carry[1], carry[0], hyper, step)
            return carry, carry[0]["w"]

        return jax.lax.scan(one, (ONE, optimizer.start(ONE)), jnp.arange(4))[1]

    hyper = {name: jnp.float32(number) for name, number in optimizer.hyper().items()}
    path = np.concatenate([[ONE["w"]], run(hyper)])
    moves = np.diff(path, axis=0)
    assert len(np.unique(moves)) == moves.size
    # uphill is where the gradient points; the noise is smaller, and the rate is halved after two
    assert (moves < 0).all()
    assert 0.3 < moves[2:].mean() / moves[:2].mean() < 0.7


def test_optax_without_a_rate_cannot_decay_weights() -> None:
    with pytest.raises(ArgumentError, match="add_decayed_weights"):
        OptaxOptimizer(optax.sgd(0.1), weight_decay=0.1)


def test_get_refuses_what_is_no_optimizer() -> None:
    with pytest.raises(UnknownNameError, match="write 'adam'"):
        optimizers.get("adm")
    with pytest.raises(ArgumentTypeError, match="optimizer"):
        optimizers.get(lambda: 3)
    with pytest.raises(ArgumentTypeError, match="optimizer"):
        optimizers.get(7)
