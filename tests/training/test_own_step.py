# pyright: reportIncompatibleMethodOverride=false
"""A loss or a training step of the user's own: part of the one program, checked, and right."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Model, callbacks, layers, optimizers
from pellucid.core.errors import ArgumentError, DataError, ShapeError, UsageError
from pellucid.training import cache

random = np.random.default_rng(0)
X = random.standard_normal((21, 3)).astype("float32")
Y = (X @ [1.0, -2.0, 0.5])[:, None].astype("float32")
SGD = optimizers.SGD(0.1)


class Plain(Model):
    def __init__(self, rate=0.3):
        super().__init__()
        self.hidden = layers.Dense(4, activation="tanh")
        self.norm = layers.BatchNormalization()
        self.drop = layers.Dropout(rate)
        self.out = layers.Dense(1)

    def call(self, inputs):
        return self.out(self.drop(self.norm(self.hidden(inputs))))


class Linear(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.out = layers.Dense(1, use_bias=False, kernel_initializer="ones")

    def call(self, inputs):
        return self.out(inputs)


def trained(model, x=X, y=Y, loss="mse", **fit):
    model.compile(optimizers.SGD(0.1), loss)
    fit = {"epochs": 3, "batch_size": 8, "verbose": 0, **fit}
    history = model.fit(x, y, **fit)
    return history.history, model.get_weights()


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_a_step_that_does_what_fit_does_gives_the_same_bits():
    class Stepped(Plain):
        def train_step(self, params, state, batch, key):
            compute = jax.value_and_grad(self.batch_loss, has_aux=True)
            (loss, (new_state, outputs)), gradients = compute(params, state, batch, key)
            return loss, gradients, new_state, outputs

    class Again(Plain):
        def train_step(self, params, state, batch, key):
            return super().train_step(params, state, batch, key)

    reference = trained(Plain(), validation_data=(X, Y))
    for model in (Stepped(), Again()):
        found = trained(model, validation_data=(X, Y))
        assert found[0] == reference[0]
        assert same(found[1], reference[1])


def test_a_loss_that_is_the_given_one_gives_the_same_numbers():
    class Own(Plain):
        def compute_loss(self, x, y, y_pred, sample_weight, training):
            return jnp.mean((y - y_pred) ** 2)

    class Super(Plain):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return super().compute_loss(x, y, y_pred, sample_weight, training)

    reference = trained(Plain(), validation_data=(X, Y))
    for model, loss in ((Own(), None), (Super(), "mse")):
        found = trained(model, loss=loss, validation_data=(X, Y))
        for name, values in reference[0].items():
            np.testing.assert_allclose(found[0][name], values, rtol=1e-5)


def test_the_given_loss_is_fused_with_the_activation_in_ones_own_loss_too():
    class Own(Linear):
        def call(self, inputs):
            return jax.nn.sigmoid(self.out(inputs))

    class Fused(Model):
        def __init__(self):
            super().__init__()
            self.out = layers.Dense(1, "sigmoid", use_bias=False, kernel_initializer="ones")

        def call(self, inputs):
            return self.out(inputs)

        def compute_loss(self, x, y, y_pred, sample_weight, training):
            return super().compute_loss(x, y, y_pred, sample_weight, training)

    x, y = np.full((4, 3), 100.0), np.zeros(4)
    model = Fused()
    model.compile("sgd", "binary_crossentropy")
    assert model.evaluate(x, y, verbose=0) == pytest.approx(300.0)


def test_an_input_gradient_penalty_of_a_linear_model_is_a_penalty_of_its_weights():
    class Smooth(Linear):
        def compute_loss(self, x, y, y_pred, sample_weight, training):
            slope = jax.grad(lambda x: jnp.sum(self(x)))(x)
            fit = super().compute_loss(x, y, y_pred, sample_weight, training)
            return fit + 0.5 * jnp.mean(jnp.sum(slope**2, axis=-1))

    class Penalised(Model):
        def __init__(self):
            super().__init__()
            penalty = pellucid.regularizers.L2(0.5)
            self.out = layers.Dense(
                1, use_bias=False, kernel_initializer="ones", kernel_regularizer=penalty
            )

        def call(self, inputs):
            return self.out(inputs)

    one, two = trained(Smooth()), trained(Penalised())
    np.testing.assert_allclose(one[0]["loss"], two[0]["loss"], rtol=1e-5)
    np.testing.assert_allclose(one[1][0], two[1][0], rtol=1e-5)


def test_penalties_and_added_losses_come_on_top_of_ones_own_loss():
    class Added(Linear):
        def call(self, inputs):
            self.add_loss(jnp.float32(2.0))
            return self.out(inputs)

        def compute_loss(self, x, y, y_pred, sample_weight, training):
            return 0.0 * jnp.sum(y_pred) + 3.0

    model = Added()
    model.compile("sgd", None)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(5.0)


def test_layers_that_only_the_loss_calls_are_built_and_trained_and_a_frozen_one_is_not():
    class Taught(Linear):
        def __init__(self):
            super().__init__()
            self.teacher = layers.Dense(1)
            self.teacher.trainable = False
            self.probe = layers.Dense(1, kernel_initializer="ones")

        def compute_loss(self, x, y, y_pred, sample_weight, training):
            return jnp.mean((self.probe(y_pred) - self.teacher(x)) ** 2)

    model = Taught()
    model.compile(SGD)
    model.fit(X, epochs=1, verbose=0)
    before = [np.array(w) for w in (*model.teacher.weights, *model.probe.weights)]
    model.fit(X, epochs=2, verbose=0)
    after = [np.array(w) for w in (*model.teacher.weights, *model.probe.weights)]
    assert same(before[:2], after[:2])
    assert not np.array_equal(before[2], after[2])


def test_sharpness_aware_steps_equal_numpy():
    class Sharp(Linear):
        def train_step(self, params, state, batch, key):
            compute = jax.value_and_grad(self.batch_loss, has_aux=True)
            (loss, (new_state, outputs)), first = compute(params, state, batch, key)
            norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(first)))
            shifted = jax.tree.map(lambda p, g: p + 0.5 * g / norm, params, first)
            _, second = compute(shifted, state, batch, key)
            return loss, second, new_state, outputs

    _, weights = trained(Sharp(), shuffle=False, batch_size=21, epochs=2)
    kernel = np.ones((3, 1))

    def gradient(kernel):
        return 2 * X.T.astype("float64") @ (X @ kernel - Y) / len(X)

    for _ in range(2):
        first = gradient(kernel)
        kernel = kernel - 0.1 * gradient(kernel + 0.5 * first / np.linalg.norm(first))
    np.testing.assert_allclose(weights[0], kernel, rtol=1e-5)


class Game(Model):
    """Two parts with losses against each other; what they watch becomes columns."""

    def __init__(self):
        super().__init__()
        self.maker = layers.Dense(3)
        self.judge = layers.Dense(1)

    def call(self, inputs):
        return self.judge(self.maker(inputs))

    def judged(self, inputs):
        return self.judge(inputs)

    def made(self, inputs):
        return self.maker(inputs)

    def train_step(self, params, state, batch, key):
        noise, real, _ = batch

        def judge_loss(params):
            false, _ = pellucid.apply(self, params, state, noise)
            true, _ = pellucid.apply(self, params, state, real, method="judged")
            return jnp.mean(jax.nn.softplus(false)) + jnp.mean(jax.nn.softplus(-true))

        def maker_loss(params):
            false, _ = pellucid.apply(self, params, state, noise)
            return jnp.mean(jax.nn.softplus(-false))

        judging, first = jax.value_and_grad(judge_loss)(params)
        making, second = jax.value_and_grad(maker_loss)(params)
        gradients = {p: first[p] if p.startswith("judge") else second[p] for p in params}
        outputs, _ = pellucid.apply(self, params, state, noise, method="made")
        return judging, gradients, state, outputs, {"judging": judging, "making": making}


def test_two_losses_against_each_other_and_numbers_to_watch():
    model = Game()
    model.compile(SGD)
    real = X + 3.0
    history = model.fit(X, real, epochs=2, batch_size=10, verbose=0).history
    assert list(history) == ["loss", "judging", "making", "learning_rate"]
    np.testing.assert_allclose(history["loss"], history["judging"], rtol=1e-6)
    made = pellucid.apply(model, *_arrays(model), X, method="made")[0]
    assert made.shape == (21, 3)


def _arrays(model):
    return pellucid.modules.pure.split_weights(
        model, dict(zip([p for p, _ in _slots(model)], model.weights, strict=True))
    )


def _slots(model):
    return pellucid.modules.tree.weights_of(model)


def test_frozen_weights_stand_in_the_state_of_a_step():
    seen = {}

    class Looking(Plain):
        def train_step(self, params, state, batch, key):
            seen.update(params=set(params), state=set(state))
            return super().train_step(params, state, batch, key)

    model = Looking()
    model.hidden.trainable = False
    trained(model)
    assert "hidden/kernel" in seen["state"]
    assert "norm/moving_mean" in seen["state"]
    assert seen["params"] == {"norm/gamma", "norm/beta", "out/kernel", "out/bias"}


def test_several_outputs_keep_their_names_in_ones_own_step():
    class Two(Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = layers.Dense(1), layers.Dense(2)

        def call(self, inputs):
            return {"zed": self.a(inputs), "ape": self.b(inputs)}

        def train_step(self, params, state, batch, key):
            return super().train_step(params, state, batch, key)

    model = Two()
    choices = {"zed": "mse", "ape": "mse"}
    model.compile(optimizers.SGD(0.0), choices, {"zed": ["mae"], "ape": ["mae"]})
    y = {"zed": Y, "ape": X[:, :2]}
    history = model.fit(X, y, batch_size=21, verbose=0).history
    found = model.evaluate(X, y, verbose=0, return_dict=True)
    for name in ("loss", "zed_mae", "ape_mae"):
        assert history[name][0] == pytest.approx(found[name], rel=1e-5)


def test_ones_own_loss_of_several_outputs_keeps_their_columns():
    class Two(Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = layers.Dense(1), layers.Dense(2)

        def call(self, inputs):
            return [self.a(inputs), self.b(inputs)]

        def compute_loss(self, x, y, y_pred, sample_weight, training):
            given = super().compute_loss(x, y, y_pred, sample_weight, training)
            return given + 0.1 * jnp.mean(y_pred[0] ** 2)

    model = Two()
    model.compile(optimizers.SGD(0.0), "mse", loss_weights=[2.0, 1.0])
    y = [Y, X[:, :2]]
    history = model.fit(X, y, batch_size=21, validation_data=(X, y), verbose=0).history
    names = ["loss", "output_0_loss", "output_1_loss"]
    assert list(history)[:6] == [*names, *(f"val_{name}" for name in names)]
    one, two = model.predict(X)
    parts = ((one - Y) ** 2).mean(), ((two - X[:, :2]) ** 2).mean()
    expected = 2 * parts[0] + parts[1] + 0.1 * (one**2).mean()
    found = [history[name][0] for name in names]
    np.testing.assert_allclose(found, [expected, *parts], rtol=1e-5)


def test_numbers_of_layers_count_in_ones_own_step():
    class Stepped(Plain):
        def train_step(self, params, state, batch, key):
            def loss(params):
                outputs, new = pellucid.apply(self, params, state, X8, training=True, key=key)
                return jnp.mean(outputs**2), (new, outputs)

            X8 = batch[0]
            (value, (new, outputs)), gradients = jax.value_and_grad(loss, has_aux=True)(params)
            return value, gradients, new, outputs

    weak, strong = trained(Stepped(0.1), epochs=1), trained(Stepped(0.3), epochs=1)
    assert not same(weak[1], strong[1])


def test_equal_models_with_a_step_of_ones_own_share_one_program():
    class Stepped(Linear):
        def train_step(self, params, state, batch, key):
            return super().train_step(params, state, batch, key)

    cache.clear()
    for epochs in (1, 3):
        trained(Stepped(), epochs=epochs)
    (program,) = cache._programs.values()
    assert program._cache_size() == 1


def test_callbacks_and_validation_work_with_a_step_of_ones_own():
    class Stepped(Plain):
        def train_step(self, params, state, batch, key):
            return super().train_step(params, state, batch, key)

    stopper = callbacks.EarlyStopping(patience=1, min_delta=100.0)
    history, _ = trained(Stepped(), epochs=9, validation_split=0.3, callbacks=[stopper])
    assert len(history["val_loss"]) == 2


def step_of(function):
    """Return a fit of a model whose `train_step` is `function`."""
    model = type("Mine", (Linear,), {"train_step": function, "__module__": __name__})()
    return lambda: trained(model)


def usual(self, params, state, batch, key):
    return Model.train_step(self, params, state, batch, key)


def forgot(self, params, state, batch, key):
    usual(self, params, state, batch, key)


def three(self, params, state, batch, key):
    loss, gradients, new_state, _ = usual(self, params, state, batch, key)
    return loss, gradients, new_state


def misspelt(self, params, state, batch, key):
    loss, gradients, new_state, outputs = usual(self, params, state, batch, key)
    return loss, {"out/kernle": gradients["out/kernel"]}, new_state, outputs


def lacking(self, params, state, batch, key):
    loss, _, new_state, outputs = usual(self, params, state, batch, key)
    return loss, {}, new_state, outputs


def no_dict(self, params, state, batch, key):
    loss, gradients, new_state, outputs = usual(self, params, state, batch, key)
    return loss, list(gradients.values()), new_state, outputs


def flat(self, params, state, batch, key):
    loss, gradients, new_state, outputs = usual(self, params, state, batch, key)
    return loss, {"out/kernel": gradients["out/kernel"][:, 0]}, new_state, outputs


def rows(self, params, state, batch, key):
    _, gradients, new_state, outputs = usual(self, params, state, batch, key)
    return outputs[:, 0], gradients, new_state, outputs


def stateless(self, params, state, batch, key):
    loss, gradients, _, outputs = usual(self, params, state, batch, key)
    return loss, gradients, None, outputs


def watching(self, params, state, batch, key):
    return (*usual(self, params, state, batch, key), {"errors": batch[0]})


REFUSED = {
    forgot: ["None", "(loss, gradients", "def forgot"],
    three: ["3 values", "return loss, gradients, new_state"],
    misspelt: ["'out/kernle'", "write 'out/kernel'"],
    lacking: ["no gradient for 'out/kernel'", "zeros_like"],
    no_dict: ["gradients that are a list", "value_and_grad"],
    flat: ["shape (3,)", "(3, 1)"],
    rows: ["a loss of shape (8,)", "jnp.mean"],
    stateless: ["new state", "pellucid.apply"],
    watching: ["'errors'", "jnp.mean(errors)"],
}


@pytest.mark.parametrize("function", REFUSED, ids=lambda function: function.__name__)
def test_wrong_answers_of_a_step_are_refused_at_the_users_line(function):
    with pytest.raises(UsageError) as error:
        step_of(function)()
    text = str(error.value)
    assert all(word in text for word in (*REFUSED[function], "Mine.train_step", "Repair:")), text
    assert "at test_own_step.py:" in text


def test_a_loss_of_ones_own_must_be_one_number():
    class Rows(Linear):
        def compute_loss(self, x, y, y_pred, sample_weight, training):
            return (y - y_pred) ** 2

    class Nothing(Linear):
        def compute_loss(self, x, y, y_pred, sample_weight, training):
            jnp.mean((y - y_pred) ** 2)

    with pytest.raises(ShapeError, match=r"return \(y - y_pred\)(.|\n)*jnp.mean"):
        trained(Rows(), loss=None)
    with pytest.raises(ShapeError, match="returned None"):
        trained(Nothing(), loss=None)


def test_without_targets_something_must_say_the_loss():
    model = Linear()
    model.compile("sgd")
    with pytest.raises(DataError, match="no targets"):
        model.fit(X, verbose=0)
    model.compile("sgd", "mse")
    with pytest.raises(DataError, match="no targets"):
        model.fit(X, verbose=0)
    with pytest.raises(DataError, match="evaluate: no targets"):
        model.evaluate(X, verbose=0)
    with pytest.raises(DataError, match="no targets"):
        model.fit(X, Y, validation_data=(X, None), verbose=0)


def test_a_step_alone_does_not_say_what_validation_measures():
    model = Game()
    model.compile(SGD)
    with pytest.raises(ArgumentError, match="compute_loss"):
        model.fit(X, X, validation_split=0.2, verbose=0)
    with pytest.raises(ArgumentError, match="train_step"):
        model.evaluate(X, X, verbose=0)


def test_helpers_outside_of_a_program_say_where_they_work():
    model = Linear()
    model.compile("sgd", "mse")
    with pytest.raises(UsageError, match="own-training-loop"):
        model.batch_loss({}, {}, (X, Y, None))
    with pytest.raises(UsageError, match="evaluate"):
        model.compute_loss(X, Y, Y)
