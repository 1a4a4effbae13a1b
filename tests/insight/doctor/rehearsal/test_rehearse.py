"""The rehearsal: what it measures, that nothing of the model changes, and where it finds what is not finite."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Sequential, layers
from pellucid.datasets import digits
from pellucid.insight.doctor.rehearsal import programs, rehearse as rehearsal
from pellucid.insight.doctor.rehearsal.reading import contradictory
from pellucid.insight.doctor.rehearsal.rehearse import rehearse
from pellucid.insight.doctor.rehearsal.stage import chosen_rows
from pellucid.optimizers import SGD

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)).astype("float32")
Y = X[:, 0] - X[:, 1]


def network(*extra, optimizer="adam", loss="mse"):
    model = Sequential(
        [Input(shape=(4,)), layers.Dense(6, activation="tanh"), *extra, layers.Dense(1)]
    )
    model.compile(optimizer, loss)
    return model


def test_what_it_measures():
    model = network()
    found = rehearse(model, X, Y)
    rows = chosen_rows(40, None)
    given = model.predict(X[rows], verbose=0)
    np.testing.assert_allclose(found.outputs[""], given, rtol=1e-5)
    assert found.losses is not None and found.free_losses is not None and found.loss is not None
    assert found.learnt_loss is not None and found.other_rows is not None
    assert found.loss == pytest.approx(np.mean((given[:, 0] - Y[rows]) ** 2), rel=1e-5)
    assert found.rows == 32 and found.penalty == 0 and found.unknown == () and found.bad is None
    assert found.losses[0] == found.free_losses[0] == pytest.approx(found.loss, rel=1e-5)
    assert found.free_losses[-1] < 1e-2 * found.loss and found.learnt_loss < 1e-2 * found.loss
    assert found.order == ("dense", "dense_1")
    assert set(found.gradients) == set(found.moved) == set(found.weights)
    assert all(found.moved[path] > 0.1 for path in ("dense/kernel", "dense_1/kernel"))
    assert found.other_rows < 1e-4 and found.contradictory == 0


def test_nothing_of_the_model_changes():
    once, twice = (
        network(optimizer=SGD(0.1, momentum=0.9)),
        network(optimizer=SGD(0.1, momentum=0.9)),
    )
    rehearse(once, X, Y)
    first = once.fit(X, Y, epochs=2, verbose=0).history["loss"]
    assert first == twice.fit(X, Y, epochs=2, verbose=0).history["loss"]
    weights = [np.array(weight) for weight in once.get_weights()]
    rehearse(once, X, Y)
    assert all(map(np.array_equal, weights, once.get_weights()))
    again = once.fit(X, Y, epochs=1, verbose=0).history["loss"]
    assert again == twice.fit(X, Y, epochs=1, verbose=0).history["loss"]


def test_the_users_optimizer_and_the_planned_steps():
    found = rehearse(network(optimizer=SGD(50.0)), X, Y, planned=20)
    assert len(found.losses) <= 20 and not np.isfinite(found.losses[-1])
    assert found.bad.step == len(found.losses) - 1 and np.isfinite(found.free_losses[-1])
    slow = rehearse(network(optimizer=SGD(1e-7)), X, Y, planned=20)
    assert len(slow.losses) == 20 and slow.losses[-1] == pytest.approx(slow.losses[0], rel=1e-4)


class Logarithm(layers.Layer):
    def call(self, inputs):
        return jnp.log(inputs)


class Root(layers.Layer):
    def call(self, inputs):
        return jnp.sqrt(jnp.maximum(inputs, 0))


class Power(layers.Layer):
    def call(self, inputs):
        return jnp.exp(40 + inputs)


class Centred(layers.Layer):
    def call(self, inputs):
        return inputs - inputs.mean(axis=0)


def no_slope(y_true, y_pred):
    return jnp.sqrt(jnp.abs(y_pred - y_pred)) + (y_pred - y_true) ** 2


def logarithm_of_zero(y_true, y_pred):
    return jnp.log(0 * y_pred) * y_true


@pytest.mark.parametrize(
    ("model", "x", "way", "place"),
    [
        (network(Logarithm(name="logarithm")), X, "forward", "logarithm"),
        (network(loss=logarithm_of_zero), X, "loss", None),
        (network(loss=no_slope), X, "loss gradient", None),
        (network(Root(name="root")), X, "backward", "root"),
        (network(Power(name="power")), X, "growth", "power"),
    ],
)
def test_where_a_number_is_not_finite(model, x, way, place):
    found = rehearse(model, x, Y)
    assert (found.bad.step, found.bad.way, found.bad.place) == (0, way, place)
    assert found.losses is None


def test_a_weight_that_is_not_finite():
    model = network()
    model.build((None, 4))
    model.layers[0].bias = np.full(6, np.nan, "float32")
    found = rehearse(model, X, Y)
    assert (found.bad.way, found.bad.place) == ("weight", "dense/bias")


def test_rows_that_depend_on_each_other():
    change = rehearse(network(Centred()), X, Y).other_rows
    assert change is not None and change > 0.01


def test_several_outputs_and_integers():
    ids, numbers = Input(shape=(3,), dtype="int32"), Input(shape=(4,))
    both = layers.Concatenate()([layers.Flatten()(layers.Embedding(5, 2)(ids)), numbers])
    model = pellucid.Model(
        [ids, numbers],
        {
            "a": layers.Dense(1, name="a")(both),
            "b": layers.Dense(2, activation="softmax", name="b")(both),
        },
    )
    model.compile("adam", {"a": "mse", "b": "sparse_categorical_crossentropy"})
    found = rehearse(model, [RNG.integers(0, 5, (40, 3)), X], {"a": Y, "b": (Y > 0).astype(int)})
    assert found.unknown == () and set(found.outputs) == set(found.targets) == {"a", "b"}
    assert found.free_losses[-1] < found.free_losses[0]


def test_what_cannot_be_rehearsed_is_said():
    (told,) = rehearse(network(), X[:, :3], Y).unknown
    assert told.startswith("There was no rehearsal: ShapeError")
    model = network()
    model.trainable = False
    model.compile("adam", "mse")
    assert rehearse(model, X, Y).unknown == ("No weight is trained, so no step was rehearsed.",)


def test_contradictory_rows():
    x = np.array([[0.0], [0.0], [1.0], [1.0]])
    assert contradictory(x, np.array([0, 1, 1, 1])) == 0.5
    assert contradictory(x, None) == 0


def flipped(y_true, y_pred):
    return -jnp.mean((y_true - y_pred) ** 2, axis=-1)


def summed(y_true, y_pred):
    return jnp.sum((y_true - y_pred) ** 2)


def against_all(y_true, y_pred):
    return jnp.mean((jnp.reshape(y_true, (1, -1)) - y_pred) ** 2, axis=-1)


@pytest.mark.parametrize(
    ("loss", "better", "is_sum"), [(flipped, -1, False), (summed, 1, True), (against_all, 0, False)]
)
def test_what_a_loss_of_ones_own_asks_for(loss, better, is_sum):
    asked = rehearse(network(loss=loss), X, Y).asked[""]
    assert asked.is_sum == is_sum
    size = max(abs(asked.right), abs(asked.wrong))
    assert better == np.sign(np.round((asked.wrong - asked.right) / size, 4))
    assert not rehearse(network(), X, Y).asked


def test_losses_of_several_outputs_are_asked_one_by_one():
    inputs = Input(shape=(4,))
    heads = [layers.Dense(1, name="one")(inputs), layers.Dense(1, name="two")(inputs)]
    model = pellucid.Model(inputs, heads)
    model.compile("adam", {"one": summed, "two": "mse"})
    asked = rehearse(model, X, {"one": Y, "two": Y}).asked
    assert list(asked) == ["one"] and asked["one"].is_sum


def test_a_network_that_falls_over_at_the_first_pace_is_tried_at_a_slower_one(monkeypatch):
    paces, original = [], programs.Programs.steps

    def steps(self, ends, pace=1.0):
        found = original(self, (1, 0))
        if ends == (1, 0):
            return found
        paces.append(pace)
        fast = pace == 1.0
        size = 1.0 if fast else 0.0
        params = {path: np.full_like(array, size) for path, array in found["params"].items()}
        return {**found, "losses": np.full((2, 1000), 0.7 if fast else 0.1), "params": params}

    monkeypatch.setattr(programs.Programs, "steps", steps)
    found = rehearse(network(), X, Y)
    assert paces == [1.0, rehearsal.SLOWER]
    assert found.free_losses is not None and found.free_losses[-1] == 0.1
    assert found.losses is not None and found.losses[-1] == 0.7
    # What is learnt is looked at where the slower steps ended: all weights are 0 there, and so are the outputs.
    assert found.learnt_loss == pytest.approx(np.mean(Y[chosen_rows(40, None)] ** 2), rel=1e-5)


class Skipping(layers.Layer):
    """A block of two convolutions beside which the input goes on."""

    def __init__(self):
        super().__init__()
        self.hidden = [layers.Conv2D(16, 3, padding="same", activation="relu") for _ in range(2)]
        self.norm = layers.BatchNormalization(momentum=0.9)

    def call(self, x, training=False):
        z = x
        for layer in self.hidden:
            z = layer(z)
        return self.norm(x + z, training=training)


def test_numbers_that_are_none_are_believed_only_of_a_program_compiled_as_trainings_are():
    """XLA's quick options made NaN of this healthy network's gradient; where they do not, this tests little."""
    (x, y), _ = digits.load_data()
    first = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")
    end = [layers.GlobalMaxPooling2D(), layers.Dropout(0.2), layers.Dense(10, "softmax")]
    model = Sequential([Input((8, 8, 1)), first, Skipping(), Skipping(), *end])
    model.compile("adam", "sparse_categorical_crossentropy")
    found = rehearse(model, (x / 16).reshape(-1, 8, 8, 1), y, planned=50)
    assert found.bad is None
    assert found.losses is not None and np.isfinite(found.losses).all()


@pytest.fixture
def made(monkeypatch):
    """The programs that rehearsals make, each as its name and how it is compiled; all as fast as can be."""
    seen, original = [], programs.kept
    monkeypatch.setattr(programs, "OPTIONS", dict.fromkeys(programs.OPTIONS))

    def kept(key, make):
        name, how, _ = key
        if (name, how) not in seen:
            seen.append((name, how))
        return original(key, make)

    monkeypatch.setattr(programs, "kept", kept)
    return seen


def test_a_careful_program_has_the_last_word(made):
    assert rehearse(network(), X, Y).bad is None
    assert made == [("rehearsal look", "quick"), ("rehearsal steps", "quick")]
    made.clear()
    wild = rehearse(network(optimizer=SGD(1e20)), X, Y)
    assert wild.bad is not None
    assert made[1:4] == [
        ("rehearsal steps", "quick"),
        ("rehearsal steps", "careful"),
        ("rehearsal passes", "careful"),
    ]


@pytest.mark.parametrize(("side", "how"), [(4, "quick"), (20, "long")])
def test_steps_on_many_numbers_are_compiled_for_fast_loops(made, side, how):
    model = Sequential([layers.Conv2D(8, 3, padding="same"), layers.Flatten(), layers.Dense(1)])
    model.compile("adam", "mse")
    x = np.linspace(0, 1, 32 * side**2, dtype="float32").reshape(32, side, side, 1)
    found = rehearse(model, x, x.mean((1, 2, 3)), planned=5)
    assert found.free_losses is not None
    assert made == [("rehearsal look", "quick"), ("rehearsal steps", how)]


def test_the_users_steps_are_those_of_a_training():
    model = network(optimizer="adam")
    found = rehearse(model, X[:32], Y[:32], planned=6)
    history = model.fit(X[:32], Y[:32], epochs=6, batch_size=32, verbose=0)
    assert found.losses == pytest.approx(history.history["loss"], rel=1e-4)
