"""Optimizers at the prompt: variables, state, functions as rates, rules of a script's own; Keras as witness."""

from __future__ import annotations

import json
import pickle
import warnings
from typing import Any

import numpy as np
import pytest

import pellucid.keras as keras
import pellucid.keras.tensorflow as tf
from pellucid.core.errors import ArgumentError

ROWS = np.random.default_rng(0).standard_normal((16, 3)).astype("float32")
ANSWERS = ROWS @ np.array([[1.0], [-2.0], [0.5]], "float32")
GRADS = np.random.default_rng(1).standard_normal((6, 2, 3)).astype("float32")
START = np.arange(6, dtype="float32").reshape(2, 3)


def model_with(optimizer: Any, names: Any = keras) -> Any:
    model = names.Sequential([names.Input((3,)), names.layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizer, "mse")
    return model


def stepped(names: Any, optimizer: Any, steps: int = 6) -> Any:
    variable = names.Variable(START, dtype="float32", name="w")
    for grad in GRADS[:steps]:
        optimizer.apply_gradients([(names.ops.convert_to_tensor(grad), variable)])
    return variable


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Adam", {"learning_rate": 0.1, "amsgrad": True}),
        ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "loss_scale_factor": 4.0}),
        ("RMSprop", {"learning_rate": 0.1, "centered": True, "momentum": 0.5}),
        ("Muon", {"learning_rate": 0.1}),
        ("ScheduleFreeAdamW", {"learning_rate": 0.1, "weight_decay": 0.1}),
        ("AdamW", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.5}),
    ],
)
def test_steps_variables_and_configurations_are_keras_s(
    name: str, arguments: dict[str, Any]
) -> None:
    theirs = pytest.importorskip("keras", reason="oracle extra")
    one, other = (getattr(n.optimizers, name)(**arguments) for n in (keras, theirs))
    ours, wanted = stepped(keras, one), stepped(theirs, other)
    np.testing.assert_allclose(
        ours.numpy(), theirs.ops.convert_to_numpy(wanted), rtol=1e-4, atol=1e-5
    )
    assert len(one.variables) == len(other.variables)
    for ours, wanted in zip(one.variables, other.variables, strict=True):
        # Keras's momentum of SGD points downhill
        sizes = np.abs(ours.numpy()), np.abs(theirs.ops.convert_to_numpy(wanted))
        np.testing.assert_allclose(*sizes, rtol=2e-4, atol=1e-5)
    config, their_config = one.get_config(), other.get_config()
    assert set(their_config) <= set(config)
    for key in set(their_config) - {"name", "exclude_layers"}:
        assert config[key] == pytest.approx(their_config[key]), key


def test_names_are_numbered() -> None:
    keras.utils.clear_session()
    made = [keras.optimizers.Adam(), keras.optimizers.Adam(), keras.optimizers.RMSprop()]
    assert [each.name for each in made] == ["adam", "adam_1", "rm_sprop"]
    made[1].build([keras.Variable(np.ones(2), name="w")])
    paths = [variable.path for variable in made[1].variables]
    assert paths == ["adam_1/iteration", "adam_1/learning_rate", "adam_1/w_momentum", "adam_1/w_velocity"]  # fmt: skip


def test_state_goes_from_one_optimizer_to_another() -> None:
    first, second = keras.optimizers.Adam(0.1), keras.optimizers.Adam(0.5)
    variable = stepped(keras, first)
    with pytest.raises(ValueError, match="You are calling"):
        second.set_weights(first.get_weights())
    second.build([variable])
    with pytest.raises(ValueError, match="do not fit"):
        second.set_weights(first.get_weights()[:-1])
    second.set_weights(first.get_weights())
    assert float(second.learning_rate) == pytest.approx(0.1)
    store: dict[str, Any] = {}
    first.save_own_variables(store)
    third = keras.optimizers.Adam(0.5)
    with pytest.warns(UserWarning, match="Skipping variable loading"):
        third.load_own_variables(store)
    third.build([variable])
    third.load_own_variables(store)
    for one, other in zip(second.get_weights(), third.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    before = variable.numpy()
    ends = []
    for optimizer in (first, second, third):
        variable.assign(before)
        if optimizer is first:
            optimizer.apply_gradients([(GRADS[0], variable)])
        else:
            optimizer.build([variable])
            optimizer.apply([GRADS[0]])
        ends.append(variable.numpy())
    np.testing.assert_array_equal(ends[1], ends[2])


def test_fit_and_steps_by_hand_share_the_state() -> None:
    """Training in turns is the same as training by hand throughout, and the variables tell what `fit` did."""
    mixed, by_hand = (model_with(keras.optimizers.Adam(0.05)) for _ in range(2))
    for turn in range(4):
        if turn % 2 == 0:
            mixed.fit(ROWS, ANSWERS, batch_size=16, epochs=1, verbose=0, shuffle=False)
        else:
            mixed.train_on_batch(ROWS, ANSWERS)
        by_hand.train_on_batch(ROWS, ANSWERS)
        for one, other in zip(mixed.get_weights(), by_hand.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    states = [model.optimizer.get_weights() for model in (mixed, by_hand)]
    for one, other in zip(*states, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert int(mixed.optimizer.iterations) == 4


def test_a_new_model_goes_on_with_an_old_optimizer_s_weights() -> None:
    old, new = (model_with(keras.optimizers.SGD(0.01, momentum=0.9)) for _ in range(2))
    old.fit(ROWS, ANSWERS, batch_size=8, epochs=2, verbose=0)
    new.set_weights(old.get_weights())
    new.optimizer.build(new.trainable_variables)
    new.optimizer.set_weights(old.optimizer.get_weights())
    for model in (old, new):
        model.fit(ROWS, ANSWERS, batch_size=16, epochs=2, verbose=0, shuffle=False)
    np.testing.assert_allclose(old.get_weights()[0], new.get_weights()[0], rtol=1e-6)


def test_a_callback_s_rate_is_the_optimizer_s() -> None:
    model = model_with(keras.optimizers.SGD(0.1))
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seen.append(float(self.model.optimizer.learning_rate))

    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    model.fit(ROWS, ANSWERS, epochs=2, verbose=0, callbacks=[halve, Watch()])
    assert seen == pytest.approx([0.05, 0.025])
    assert float(model.optimizer.variables[1]) == pytest.approx(0.025)


def test_a_function_without_arguments_is_asked_before_every_step() -> None:
    now = {"rate": 0.0}
    optimizer = keras.optimizers.SGD(learning_rate=lambda: now["rate"])
    variable = keras.Variable([1.0])
    for now["rate"] in (0.5, 0.25):
        optimizer.apply_gradients([(np.ones(1, "float32"), variable)])
    assert float(variable.numpy()[0]) == pytest.approx(1 - 0.75)
    model = model_with(keras.optimizers.SGD(lambda: 0.0))
    before = model.get_weights()[0]
    model.fit(ROWS, ANSWERS, verbose=0)
    np.testing.assert_array_equal(before, model.get_weights()[0])


def test_missing_gradients_are_told() -> None:
    variables = [keras.Variable([1.0], name="a"), keras.Variable([1.0], name="b")]
    optimizer = keras.optimizers.SGD(1.0)
    with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['a'\]"):
        optimizer.apply_gradients(zip([None, np.ones(1, "float32")], variables, strict=True))
    assert [float(v.numpy()[0]) for v in variables] == [1.0, 0.0]
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([(None, variables[0])])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.apply([], [])


def test_a_variable_may_be_replaced_by_its_gradient() -> None:
    replaced, moved = keras.Variable([1.0]), keras.Variable([1.0])
    replaced.overwrite_with_gradient = True
    optimizer = keras.optimizers.SGD(1.0, momentum=0.5, gradient_accumulation_steps=2)
    for grad in (3.0, 5.0):
        given = np.array([grad], "float32")
        optimizer.apply_gradients([(given, replaced), (given, moved)])
    assert (float(replaced.numpy()[0]), float(moved.numpy()[0])) == (5.0, -3.0)
    assert int(optimizer.iterations) == 1
    assert len(optimizer.variables) == 2 + 2 + 1  # two accumulated gradients, one momentum


def test_a_pure_step_assigns_nothing() -> None:
    optimizer = keras.optimizers.Adam(0.1)
    variable = keras.Variable(START)
    optimizer.build([variable])
    values = [v.value for v in optimizer.variables]
    trained, state = optimizer.stateless_apply(values, [GRADS[0]], [variable.value])
    np.testing.assert_array_equal(variable.numpy(), START)
    assert int(optimizer.iterations) == 0
    assert int(state[0]) == 1
    optimizer.apply([GRADS[0]])
    np.testing.assert_allclose(variable.numpy(), trained[0], rtol=1e-6)
    with pytest.raises(ArgumentError, match="optimizer_variables"):
        optimizer.stateless_apply(values[1:], [GRADS[0]], [variable.value])


def test_configurations_are_plain_and_make_the_same_again() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    by_path = {"a/.*": keras.optimizers.SGD()}
    chosen = keras.optimizers.OptimizerMap(keras.optimizers.Adam(schedule), by_path)
    for made in (
        keras.optimizers.Adam(schedule, name="mine"),
        keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.3), initial_scale=2.0),
        keras.optimizers.MultiOptimizer(chosen, loss_scale_factor=2.0),
    ):
        config = json.loads(json.dumps(keras.optimizers.serialize(made)))
        again = keras.optimizers.deserialize(config)
        assert type(again) is type(made)
        assert keras.optimizers.serialize(again) == config
        assert keras.optimizers.get(config).name == made.name
        assert type(pickle.loads(pickle.dumps(made))) is type(made)
    text = json.dumps(keras.optimizers.schedules.serialize(schedule))
    assert keras.optimizers.schedules.deserialize(json.loads(text)).decay_steps == 10
    assert keras.optimizers.get(None) is None


def test_a_scale_that_finds_itself() -> None:
    optimizer = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.5), initial_scale=4.0, dynamic_growth_steps=2
    )
    variable = keras.Variable([1.0])
    assert float(optimizer.scale_loss(1.0)) == 4.0
    for grad in (4.0, np.nan, 2.0, 2.0):
        optimizer.apply_gradients([(np.array([grad], "float32"), variable)])
    assert float(variable.numpy()[0]) == pytest.approx(1 - 0.5 * 3)
    assert float(optimizer.scale_loss(1.0)) == 4.0
    assert int(optimizer.iterations) == 3
    assert float(optimizer.learning_rate) == 0.5
    old = {"dynamic": True, "clipnorm": None, "use_ema": False}
    assert keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(), **old).built is False
    for wrong, words in (
        ({"dynamic": False}, "set `loss_scale_factor`"),
        ({"clipnorm": 1.0}, "on the `inner_optimizer`"),
        ({"foo": 1}, "arguments: `foo`"),
    ):
        with pytest.raises((ValueError, TypeError), match=words):
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(), **wrong)


def test_optimizers_by_path_in_fit_and_by_hand() -> None:
    chosen = keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.0))
    chosen[".*kernel"] = keras.optimizers.SGD(0.1)
    optimizer = keras.optimizers.MultiOptimizer(chosen)
    model = model_with(optimizer)
    kernel, bias = model.get_weights()
    model.fit(ROWS, ANSWERS, verbose=0, epochs=2, batch_size=16)
    model.train_on_batch(ROWS, ANSWERS)
    assert np.any(model.get_weights()[0] != kernel)
    np.testing.assert_array_equal(model.get_weights()[1], bias)
    assert [int(each.iterations) for each in optimizer.optimizers] == [3, 3]
    with pytest.raises(AttributeError, match="single ones"):
        optimizer.learning_rate  # noqa: B018


def test_averages_are_seen_after_fit() -> None:
    model = model_with(keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.5))
    model.fit(ROWS, ANSWERS, verbose=0, epochs=2)
    averages = model.optimizer._model_variables_moving_average
    for average, weight in zip(averages, model.get_weights(), strict=True):
        np.testing.assert_allclose(average.numpy(), weight, rtol=1e-6)


class ByHand(keras.optimizers.Optimizer):
    """Momentum as Keras's guide writes an optimizer."""

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9, **kwargs: Any):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, var_list: Any) -> None:
        if self.built:
            return
        super().build(var_list)
        self.momentums = self.add_optimizer_variables(var_list, "momentum")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        m = self.momentums[self._get_variable_index(variable)]
        self.assign(m, m * self.momentum - gradient * keras.ops.cast(learning_rate, variable.dtype))
        self.assign_add(variable, m)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum}


def test_a_rule_of_the_script_s_own() -> None:
    options = {"clipnorm": 1.0, "weight_decay": 0.1, "loss_scale_factor": 2.0}
    own = ByHand(0.05, 0.8, **options)
    ours = stepped(keras, own)
    wanted = stepped(keras, keras.optimizers.SGD(0.05, momentum=0.8, **options))
    np.testing.assert_allclose(ours.numpy(), wanted.numpy(), rtol=1e-5, atol=1e-6)
    assert len(own.variables) == 3
    assert ByHand.from_config(own.get_config()).momentum == 0.8
    ends = []
    for optimizer in (ByHand(0.05, 0.8), keras.optimizers.SGD(0.05, momentum=0.8)):
        model = model_with(optimizer)
        history = model.fit(ROWS, ANSWERS, epochs=3, batch_size=16, shuffle=False, verbose=0)
        assert history.history["loss"][-1] < history.history["loss"][0]
        ends.append(model.get_weights()[0])
    np.testing.assert_allclose(*ends, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "kind", [keras.mixed_precision.LossScaleOptimizer, keras.optimizers.LossScaleOptimizer]
)
def test_steps_with_a_scaled_loss_are_those_without(kind):
    """Keras 2's loop for mixed precision: scale the loss, unscale the gradients, apply them."""
    variable = keras.Variable(3.0)
    optimizer = kind(keras.optimizers.SGD(0.25))
    with tf.GradientTape() as tape:
        loss = optimizer.get_scaled_loss(variable**2)
    grads = optimizer.get_unscaled_gradients(tape.gradient(loss, [variable]))
    optimizer.apply_gradients(zip(grads, [variable], strict=True))
    assert float(variable) == pytest.approx(1.5)
