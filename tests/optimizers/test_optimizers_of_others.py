"""Optimizers that stand for others, and the scale of the loss, alone and in `fit`."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import layers, models, optimizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.optimizers import (
    SGD,
    Adam,
    LossScaleOptimizer,
    MultiOptimizer,
    Nadam,
    OptimizerMap,
    schedules,
)

ONE = {"w": jnp.array([1.0, 2.0])}
ROWS = np.random.default_rng(0).standard_normal((24, 3)).astype("float32")
ANSWERS = ROWS @ np.array([[1.0], [-2.0], [0.5]], "float32")


def stepped(optimizer: Any, weights: Any, all_grads: list[Any]) -> Any:
    """Return weights and state after one compiled step for each of the gradients."""
    state, apply = optimizer.start(weights), jax.jit(optimizer.apply)
    for step, grads in enumerate(all_grads):
        weights, state = apply(grads, state, weights, optimizer.hyper(), step)
    return weights, state


def fitted(optimizer: Any, **more: Any) -> Any:
    model = models.Sequential(
        [layers.Input((3,)), layers.Dense(4, name="first"), layers.Dense(1, name="last")], seed=3
    )
    model.compile(optimizer=optimizer, loss="mse")
    model.fit(ROWS, ANSWERS, epochs=2, batch_size=8, verbose=0, **more)
    return model


def weights_of(model: Any) -> list[np.ndarray]:
    return [np.asarray(array) for array in model.get_weights()]


def test_a_scale_of_the_loss_changes_nothing_but_the_range() -> None:
    plain, scaled = fitted(SGD(0.05)), fitted(SGD(0.05, loss_scale_factor=1024.0))
    for one, other in zip(weights_of(plain), weights_of(scaled), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    losses = [model.history.history["loss"] for model in (plain, scaled)]
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_gradients_are_those_of_the_scaled_loss() -> None:
    weights, _ = stepped(SGD(0.5, loss_scale_factor=8.0), ONE, [{"w": jnp.array([16.0, 0.0])}])
    np.testing.assert_allclose(weights["w"], [0.0, 2.0])
    assert SGD(loss_scale_factor=8.0).loss_scale({"loss_scale_factor": 4.0}, {}) == 4.0
    assert SGD().loss_scale({}, {}) is None


def test_a_scale_in_a_step_of_ones_own() -> None:
    class Own(models.Model):
        def __init__(self) -> None:
            super().__init__(seed=3)
            self.last = layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self.last(x)

        def train_step(self, params: Any, state: Any, batch: Any, key: Any) -> Any:
            def total(params: Any) -> Any:
                return self.batch_loss(params, state, batch, key, True)

            (loss, (new, outputs)), gradients = jax.value_and_grad(total, has_aux=True)(params)
            return loss, gradients, new, outputs

    ends = []
    for factor in (None, 64.0):
        model = Own()
        model.compile(optimizer=SGD(0.05, loss_scale_factor=factor), loss="mse")
        model.fit(ROWS, ANSWERS, epochs=1, batch_size=8, verbose=0)
        ends.append(model.get_weights())
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_the_scale_grows_after_good_steps_and_falls_after_bad_ones() -> None:
    optimizer = LossScaleOptimizer(SGD(1.0), initial_scale=4.0, dynamic_growth_steps=2)
    good, bad = {"w": jnp.array([4.0, 0.0])}, {"w": jnp.array([jnp.nan, 0.0])}
    weights, state, scales = ONE, optimizer.start(ONE), []
    apply = jax.jit(optimizer.apply)
    for step, grads in enumerate([good, good, bad, good, good, bad, bad]):
        weights, state = apply(grads, state, weights, optimizer.hyper(), step)
        scales.append(float(state["dynamic_scale"]))
    assert scales == [4, 8, 4, 4, 8, 4, 2]
    # steps of 4/4, 4/4, 4/4 (at scale 4 after the fall) and 4/4
    np.testing.assert_allclose(weights["w"], [1 - 4.0, 2.0])
    assert int(state["updates"]) == 4


def test_steps_left_out_do_not_count_for_the_inner_optimizer() -> None:
    schedule = schedules.PiecewiseConstantDecay([0], [1.0, 0.1])
    optimizer = LossScaleOptimizer(SGD(schedule), initial_scale=1.0)
    bad, good = {"w": jnp.array([jnp.inf, 0.0])}, {"w": jnp.array([1.0, 1.0])}
    weights, state = stepped(optimizer, ONE, [bad])
    np.testing.assert_allclose(weights["w"], ONE["w"])
    weights, _ = optimizer.apply(good, state, weights, {}, 1)
    np.testing.assert_allclose(
        weights["w"], ONE["w"] - 2.0
    )  # at the scale 1/2, with the first rate


def test_a_found_scale_trains_as_none() -> None:
    plain = fitted(Nadam(0.05, use_ema=True))
    scaled = fitted(LossScaleOptimizer(Nadam(0.05, use_ema=True, loss_scale_factor=7.0)))
    for one, other in zip(weights_of(plain), weights_of(scaled), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert scaled.optimizer.inner_optimizer.loss_scale_factor is None
    assert scaled.learning_rate == pytest.approx(0.05)
    scaled.optimizer.learning_rate = 0.0
    before = weights_of(scaled)
    scaled.fit(ROWS, ANSWERS, epochs=1, verbose=0)
    # no step is made, and the average goes on towards where it stands
    assert np.isfinite(np.concatenate([w.ravel() for w in weights_of(scaled)])).all()
    assert len(before) == len(weights_of(scaled))


def test_a_scale_that_is_too_large_falls_until_it_fits() -> None:
    model = fitted(LossScaleOptimizer(SGD(0.05), initial_scale=1e38, dynamic_growth_steps=100))
    state = model._session.optimizer_state
    assert float(state["dynamic_scale"]) < 1e38
    assert 0 < int(state["updates"]) <= 6


def test_each_weight_goes_to_its_optimizer() -> None:
    chosen = OptimizerMap(Adam(0.1), {"a/.*": SGD(1.0, momentum=0.5), "b": SGD(0.25)})
    optimizer = MultiOptimizer(chosen)
    weights = {path: jnp.array([1.0]) for path in ("a/w", "b", "c/b", "c/w")}
    grads = {path: jnp.array([0.5]) for path in weights}
    found, state = stepped(optimizer, weights, [grads, grads])
    for inner, paths in (
        (chosen["a/w"], ["a/w"]),
        (chosen["b"], ["b"]),
        (Adam(0.1), ["c/b", "c/w"]),
    ):
        own = {path: weights[path] for path in paths}
        wanted, _ = stepped(inner, own, [{path: grads[path] for path in paths}] * 2)
        for path in paths:
            np.testing.assert_allclose(found[path], wanted[path], rtol=1e-6)
    assert set(state) == {"0/momentum", "2/momentum", "2/velocity"}
    assert set(state["2/momentum"]) == {"c/b", "c/w"}
    assert optimizer.hyper()["1/learning_rate"] == 0.25


def test_a_function_may_choose_by_shape() -> None:
    matrices, rest = SGD(0.0), SGD(1.0)
    optimizer = MultiOptimizer(lambda weight: matrices if len(weight.shape) == 2 else rest)
    weights = {"k": jnp.ones((2, 2)), "b": jnp.ones(2)}
    found, _ = stepped(optimizer, weights, [weights])
    np.testing.assert_array_equal(found["k"], weights["k"])
    np.testing.assert_array_equal(found["b"], 0 * weights["b"])
    assert optimizer.optimizers == [matrices, rest]


def test_several_optimizers_in_fit() -> None:
    frozen = MultiOptimizer(OptimizerMap(SGD(0.05), {"first/.*": SGD(0.0)}), loss_scale_factor=16.0)
    model = models.Sequential(
        [layers.Input((3,)), layers.Dense(4, name="first"), layers.Dense(1, name="last")], seed=3
    )
    model.compile(optimizer=frozen, loss="mse")
    before = weights_of(model)
    history = model.fit(ROWS, ANSWERS, epochs=4, batch_size=8, verbose=0)
    after = weights_of(model)
    np.testing.assert_array_equal(before[0], after[0])
    assert np.any(before[2] != after[2])
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert np.isnan(history.history["learning_rate"]).all()
    assert all(each.loss_scale_factor == 16.0 for each in frozen.optimizers)
    LossScaleOptimizer(frozen)
    assert all(each.loss_scale_factor is None for each in frozen.optimizers)


def test_averages_of_some_weights() -> None:
    averaged = SGD(0.05, use_ema=True, ema_momentum=0.5)
    optimizer = MultiOptimizer(OptimizerMap(SGD(0.05), {"w": averaged}))
    weights = {"w": jnp.array([1.0]), "v": jnp.array([1.0])}
    end, state = stepped(optimizer, weights, [weights, weights])
    final = optimizer.final_params(state, end)
    assert float(final["v"][0]) == float(end["v"][0])
    assert float(final["w"][0]) == pytest.approx((0.95 + 0.9) / 2)


def test_wrong_choices_are_refused() -> None:
    chosen = OptimizerMap(SGD(), {".*kernel": Adam(), "dense/.*": SGD()})
    with pytest.raises(ArgumentError, match="several keys fit 'dense/kernel'"):
        chosen["dense/kernel"]
    with pytest.raises(ArgumentError, match="already"):
        chosen["dense/.*"] = SGD()
    with pytest.raises(ArgumentTypeError, match="paths and optimizers"):
        chosen["other"] = "sgd"
    with pytest.raises(ArgumentError, match="default_optimizer"):
        OptimizerMap("sgd")
    with pytest.raises(ArgumentError, match="cannot be one of several"):
        chosen["other"] = LossScaleOptimizer(SGD())
    with pytest.raises(ArgumentError, match="cannot be one of several"):
        MultiOptimizer(lambda weight: MultiOptimizer(chosen)).start(ONE)
    with pytest.raises(ArgumentTypeError, match="no optimizer"):
        MultiOptimizer(lambda weight: None).start(ONE)
    with pytest.raises(AttributeError, match="single ones"):
        MultiOptimizer(chosen).learning_rate  # noqa: B018
    with pytest.raises(AttributeError, match="single ones"):
        MultiOptimizer(chosen).learning_rate = 0.1
    with pytest.raises(ArgumentError, match="inner_optimizer"):
        LossScaleOptimizer("sgd")
    with pytest.raises(ArgumentError, match="dynamic_growth_steps"):
        LossScaleOptimizer(SGD(), dynamic_growth_steps=0)


def test_they_are_made_again_and_copied() -> None:
    multi = MultiOptimizer(OptimizerMap(SGD(), {"a": Adam(0.5)}), loss_scale_factor=2.0)
    scaled = LossScaleOptimizer(multi, initial_scale=2.0)
    for made in (
        optimizers.get({"class_name": "LossScaleOptimizer", "config": scaled.get_config()}),
        copy.deepcopy(scaled),
        pickle.loads(pickle.dumps(scaled)),
    ):
        inner = made.inner_optimizer
        assert made.initial_scale == 2.0
        assert [type(each).__name__ for each in inner.optimizers] == ["Adam", "SGD"]
        assert inner.optimizers[0].learning_rate == 0.5


def test_a_file_keeps_them(tmp_path: Any) -> None:
    multi = MultiOptimizer(OptimizerMap(Adam(0.01), {"first/.*": SGD(0.05, momentum=0.9)}))
    model = fitted(LossScaleOptimizer(multi, initial_scale=256.0))
    pellucid.save(model, tmp_path / "model.safetensors")
    scaled = pellucid.load(tmp_path / "model.safetensors").optimizer
    assert (
        scaled.initial_scale,
        scaled.inner_optimizer.optimizer_map["first/kernel"].momentum,
    ) == (
        256.0,
        0.9,
    )
    assert (
        repr(scaled.inner_optimizer.optimizer_map.default_optimizer) == "Adam(learning_rate=0.01)"
    )


def test_callbacks_change_the_rates_of_all() -> None:
    schedule = schedules.ExponentialDecay(0.1, 10, 0.5)
    chosen = OptimizerMap(SGD(0.02), {"first/kernel": SGD(0.04), "last/bias": SGD(schedule)})
    optimizer = LossScaleOptimizer(MultiOptimizer(chosen))
    halve = pellucid.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    model = fitted(optimizer, callbacks=[halve])
    rates = [each.learning_rate for each in optimizer.inner_optimizer.optimizers]
    assert rates == [pytest.approx(0.01), schedule, pytest.approx(0.005)]
    for each in (chosen.default_optimizer, chosen["first/kernel"]):
        each.learning_rate = 0.0
    before = weights_of(model)
    reduce = pellucid.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=1e9)
    model.fit(ROWS, ANSWERS, epochs=3, verbose=0, callbacks=[reduce])
    after = weights_of(model)
    assert [np.array_equal(*pair) for pair in zip(before, after, strict=True)] == [True, True, True, False]  # fmt: skip
