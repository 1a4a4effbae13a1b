"""Changes of loss, optimizer, rows and arguments of ``fit``; and nothing of the user's is touched."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers, losses, optimizers
from pellucid.core.errors import PellucidError
from pellucid.insight.doctor.changes import (
    Encode,
    InsertLayer,
    RemoveLayer,
    Scale,
    SetFit,
    SetLayer,
    SetLayers,
    SetLoss,
    SetOptimizer,
    StopEarly,
)
from pellucid.insight.doctor.verify.program import kept_weights, program_of
from pellucid.insight.doctor.verify.rows import parted, read_rows
from pellucid.insight.doctor.verify.running import Copy, train
from pellucid.insight.doctor.verify.setup import changed, setup_of
from pellucid.modules.tree import weights_of

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3)) * [1, 100, 0] + [0, 500, 7]
Y = np.arange(40) % 3


def trained(setup, number):
    """Return a copy after two epochs under a seed."""
    copy = Copy(None, setup, number, setup.model(number))
    train([copy], 2)
    return copy.model


def classifier(optimizer="adam", loss="sparse_categorical_crossentropy"):
    model = Sequential(
        [
            Input((3,)),
            layers.Dense(4, "relu", name="a"),
            layers.Dropout(0.1, name="drop"),
            layers.Dense(3, "softmax", name="out"),
        ]
    )
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


def setup(model=None, y=Y, x=X, epochs=4, **fit):
    program = program_of(model or classifier(), x, y, epochs=epochs, **fit)
    rows = read_rows(x, y, program.sample_weight)
    return setup_of(program, rows, rows, epochs)


def everything(model):
    """All that a user can see of a model, as bytes and text."""
    arrays = [np.asarray(slot.value).tobytes() for _, slot in weights_of(model)]
    session = model._session
    state = [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(session.optimizer_state)]
    counters = session.steps, session.epochs, dict(session.hyper), repr(session.compiled)
    curves = session.history.history, session.history.epoch
    return arrays, state, counters, curves, repr(model), str(model.classes), model.strict


CHANGES = [
    SetLayer("out", "activation", "sigmoid"),
    SetLayers("kernel_initializer", "he_normal"),
    InsertLayer("a", "BatchNormalization"),
    RemoveLayer("drop"),
    SetLoss("sparse_categorical_crossentropy", {"ignore_class": -1}),
    SetOptimizer("sgd", {"learning_rate": 0.5}),
    SetFit("batch_size", 8),
    Scale("x"),
    Encode("one-hot"),
    StopEarly(2),
]


@pytest.fixture(scope="module")
def users():
    """A model that was trained, and its program."""
    model = classifier()
    model.fit(X, Y, epochs=2, verbose=0)
    return model, program_of(model, X, Y, epochs=2)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: type(change).__name__)
def test_making_a_copy_touches_nothing_of_the_users(users, change):
    model, program = users
    x, y, before = X.copy(), Y.copy(), everything(model)
    rows = read_rows(X, Y)
    copy = changed(setup_of(program, rows, rows, 1), [change]).model(1)
    assert copy.history is None
    assert everything(model) == before
    assert np.array_equal(X, x) and np.array_equal(Y, y)


def test_a_training_with_all_changes_touches_nothing_of_the_users(users):
    model, program = users
    x, y, before = X.copy(), Y.copy(), everything(model)
    rows = read_rows(X, Y)
    found = changed(
        setup_of(program, rows, rows, 1), [*CHANGES, SetLoss("categorical_crossentropy")]
    )
    copy = trained(found, 1)
    assert "val_loss" in copy.history.history  # rows are held back to stop early
    assert [layer.name for layer in copy.layers] == ["a", "batch_normalization", "out"]
    assert everything(model) == before
    assert np.array_equal(X, x) and np.array_equal(Y, y)


def test_a_copy_starts_where_the_model_started(users):
    model, program = users
    rows = read_rows(X, Y)
    first = setup_of(program, rows, rows, 1)
    assert set(program.weights) == {path for path, _ in weights_of(model)}  # all were trained
    for setup in (first, changed(first, [InsertLayer("a", "BatchNormalization")])):
        arrays = {path: np.asarray(slot.value) for path, slot in weights_of(setup.model(2))}
        for path, slot in weights_of(model):
            assert np.array_equal(arrays[path], slot.value)
    anew = changed(first, [SetLayer("a", "kernel_initializer", "ones")]).model()
    assert np.all(anew.layers[0].kernel == 1)


def test_a_fresh_model_keeps_no_weights_and_its_copies_draw_the_same():
    model = classifier()
    program = setup(model)
    assert program.program.weights == {} == kept_weights(model)
    first, second, other = program.model(), program.model(), program.model(1)
    kernel = model.layers[0].kernel
    assert np.array_equal(first.layers[0].kernel, kernel)
    assert np.array_equal(second.layers[0].kernel, kernel)
    assert not np.array_equal(other.layers[0].kernel, kernel)


def test_the_copy_without_changes_trains_as_the_users_model(users):
    copy = trained(setup(), 0)
    assert copy.history.history["loss"] == users[0].history.history["loss"]


def test_loss():
    found = changed(setup(), [SetLoss("categorical_crossentropy", {"from_logits": True})])
    assert repr(found.loss) == repr(losses.CategoricalCrossentropy(from_logits=True))
    assert repr(found.model().compiled.loss) == repr(found.loss)


def test_loss_of_one_of_several_outputs():
    x = Input((3,))
    model = Model(x, [layers.Dense(1, name="a")(x), layers.Dense(1, name="b")(x)])
    model.compile("sgd", {"a": "mse", "b": "mae"})
    found = changed(setup(model, [Y, Y]), [SetLoss("huber", output="b")])
    assert {name: type(loss) for name, loss in found.loss.items()} == {
        "a": losses.MeanSquaredError,
        "b": losses.Huber,
    }
    with pytest.raises(PellucidError, match="no output 'c'; there are: a, b"):
        changed(setup(model, [Y, Y]), [SetLoss("huber", output="c")])


def test_optimizer_of_the_same_kind_keeps_its_other_numbers():
    model = classifier(optimizers.SGD(10.0, momentum=0.9))
    model.optimizer.momentum = 0.5
    found = changed(setup(model), [SetOptimizer(None, {"learning_rate": 0.1})])
    assert repr(found.optimizer) == "SGD(learning_rate=0.1, momentum=0.5)"
    assert repr(changed(found, [SetOptimizer("adam")]).optimizer) == "Adam()"
    assert repr(model.optimizer.get_config()["learning_rate"]) == "10.0"


def test_arguments_of_fit():
    first = setup(epochs=10, batch_size=64, class_weight={0: 1.0, 1: 1.0, 2: 2.0})
    assert (first.batch_size, first.steps) == (40, 1)
    found = changed(
        first,
        [
            SetFit("epochs", 30),
            SetFit("batch_size", 8),
            SetFit("shuffle", False),
            SetFit("class_weight", None),
        ],
    )
    assert (found.epochs, found.batch_size, found.steps) == (30, 8, 5)
    assert (found.shuffle, found.class_weight) == (False, None)
    with pytest.raises(PellucidError, match="changes what is measured, not what is learnt"):
        changed(first, [SetFit("validation_split", 0.2)])


def test_inputs_are_scaled_by_the_training_rows():
    first = setup()
    found = changed(first, [Scale("x")])
    expected = (X - X.mean(axis=0)) / [X.std(axis=0)[0], X.std(axis=0)[1], 1.0]
    assert np.allclose(found.training.x, expected, atol=1e-5)
    assert np.allclose(changed(first, [Scale("x", by="range")]).training.x, X / np.abs(X).max())
    training, held = parted(read_rows(X, Y), (X + 1, Y), 0, 100)
    found = changed(setup_of(first.program, training, held, 1), [Scale("x")])
    assert np.allclose(found.held.x[:, 0], expected[:, 0] + 1 / X.std(axis=0)[0], atol=1e-5)


def test_one_of_several_inputs_is_scaled():
    a, b = Input((3,), name="a"), Input((3,), name="b")
    model = Model({"a": a, "b": b}, layers.Dense(3)(a + b))
    model.compile("sgd", "mse")
    found = changed(setup(model, x={"a": X, "b": X}), [Scale("x", "b")])
    assert np.array_equal(found.training.x["a"], X)
    assert abs(found.training.x["b"].mean()) < 1e-6
    with pytest.raises(PellucidError, match="several arrays, a, b, but not 'c'"):
        changed(setup(model, x={"a": X, "b": X}), [Scale("x", "c")])


def test_targets_are_scaled_and_scaled_back():
    y = X[:, :1] * 50 + 1000
    found = changed(setup(y=y), [Scale("y")])
    assert np.allclose([found.training.y.mean(), found.training.y.std()], [0, 1], atol=1e-5)
    assert np.array_equal(found.held.y, y)
    assert np.allclose(found.scalings[""].undone(found.training.y), y, rtol=1e-5)
    with pytest.raises(PellucidError, match="labels, not numbers"):
        changed(setup(y=np.array(["no", "yes"] * 20)), [Scale("y")])


def test_targets_are_encoded():
    one_hot = changed(setup(), [Encode("one-hot")]).training.y
    assert np.array_equal(one_hot, np.eye(3)[Y])
    wide = changed(setup(), [Encode("one-hot"), SetLayer("out", "units", 5)]).training.y
    assert wide.shape == (40, 5)
    assert np.array_equal(changed(setup(y=one_hot), [Encode("classes")]).training.y, Y)


def test_rows_are_parted_with_every_class_on_both_sides():
    y = np.array([0] * 180 + [1] * 20)
    training, held = parted(read_rows(np.arange(200.0)[:, None], y), None, 0, 100)
    assert (training.count, held.count) == (100, 40)
    assert (training.y.sum(), held.y.sum()) == (10, 4)
    assert not set(training.x[:, 0]) & set(held.x[:, 0])


def test_few_rows_are_measured_where_they_are_trained():
    rows = read_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    training, held = parted(rows, None, 0, 100)
    assert training is held is rows


def test_a_stream_is_refused():
    with pytest.raises(PellucidError, match="two trainings need the same rows"):
        read_rows(iter([(X, Y)]), None)
