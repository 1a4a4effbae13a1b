"""Trainings at once, as one program or side by side, end as each would alone: weights, history, early stopping, NaN."""

from __future__ import annotations

import os
import signal
import warnings
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Sequential, layers, optimizers
from pellucid.callbacks import EarlyStopping, LambdaCallback
from pellucid.training import population, together
from pellucid.training.beside import train_beside
from pellucid.training.engine import Run
from pellucid.training.loop import NonFiniteWarning
from pellucid.training.population import train_population
from pellucid.training.together import groups_of, kind_of, train_together
from pellucid.training.trainer import prepare_training

RNG = np.random.default_rng(0)
X = RNG.normal(size=(110, 5)).astype("float32")
Y = (X[:, 0] + RNG.normal(size=110) > 0).astype(int)


def root(y_true, y_pred):
    """The distance; the root has no slope at 0."""
    return jnp.mean(jnp.sqrt(jnp.square(y_pred - y_true)))


WAYS = {"as one program": train_population, "side by side": partial(train_beside, threads=2)}


def network(seed=0, rate=0.01, units=8, dropout=0.2):
    model = Sequential(
        [
            Input((5,)),
            layers.Dense(units, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(dropout),
            layers.Dense(1, "sigmoid"),
        ],
        seed=seed,
    )
    model.compile(optimizers.Adam(rate), "binary_crossentropy", ["accuracy"])
    return model


def stopping(**more):
    given = {"epochs": 30, "batch_size": 32, "validation_split": 0.2}
    return {**given, "callbacks": [EarlyStopping(patience=3)], **more}


def training(model, **given):
    return prepare_training(model, X, Y, **{"epochs": 4, "batch_size": 32, **given})


def check_alike(one, model, alone):
    """Check that a member ended as a model whose own ``fit`` left the history ``alone``."""
    history = one.history
    assert history.ended == alone.ended
    assert history.epoch == alone.epoch
    assert history.restored_epoch == alone.restored_epoch
    assert history.notes == alone.notes
    for name, values in alone.history.items():
        np.testing.assert_allclose(history.history[name], values, rtol=1e-5, atol=1e-5)
    for ours, theirs in zip(one.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
    session, other = one.model._session, model._session
    assert (session.steps, session.epochs) == (other.steps, other.epochs)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2)])
def test_members_end_as_their_own_fits(way, seeds):
    members = [training(network(seed, 0.03), **stopping(seed=seed)) for seed in seeds]
    WAYS[way](members)
    for seed, one in zip(seeds, members, strict=True):
        model = network(seed, 0.03)
        check_alike(one, model, model.fit(X, Y, verbose=0, **stopping(seed=seed)))
    assert all(each.history.ended == "early stopping" for each in members)
    ends = {len(each.history.epoch) for each in members}
    assert len(seeds) == 1 or len(ends) > 1  # they stop at different epochs


@pytest.fixture
def programs(monkeypatch):
    """Note the program of each dispatch of a population."""
    made, found = population.population_program, []

    def noted(*arguments):
        found.append(made(*arguments))
        return found[-1]

    monkeypatch.setattr(population, "population_program", noted)
    return found


@pytest.fixture
def one_program(monkeypatch):
    """Let every machine train as one program what can be."""
    monkeypatch.setattr(together, "gains", lambda: True)


def test_numbers_that_differ_are_one_program(programs, one_program):
    members = [
        training(network(0, rate, dropout=share)) for rate, share in ((0.1, 0.2), (1e-3, 0.5))
    ]
    assert kind_of(members[0]) == kind_of(members[1])
    train_together(members)
    assert programs and len(set(map(id, programs))) == 1
    for one, (rate, share) in zip(members, ((0.1, 0.2), (1e-3, 0.5)), strict=True):
        model = network(0, rate, dropout=share)
        check_alike(one, model, model.fit(X, Y, epochs=4, batch_size=32, verbose=0))


@pytest.mark.parametrize("way", WAYS)
def test_a_member_whose_loss_is_lost_ends_alone(way):
    rates = (0.01, 1e30, 0.03)
    members = [training(network(number, rate)) for number, rate in enumerate(rates)]
    with pytest.warns(NonFiniteWarning, match="at step 1 "):
        WAYS[way](members)
    assert [each.history.ended for each in members] == ["epochs", "non-finite", "epochs"]
    for number, rate in enumerate(rates):
        model = network(number, rate)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            alone = model.fit(X, Y, epochs=4, batch_size=32, verbose=0)
        check_alike(members[number], model, alone)


@pytest.mark.parametrize("way", WAYS)
def test_a_member_whose_weights_are_lost_ends_alone(way):
    """The first step loses a row of the table that no later step looks up: no loss ever tells."""
    ids = np.append(0, np.ones(31, int))[:, None]

    def looking_up(target):
        layer = layers.Embedding(2, 1, embeddings_initializer="ones")
        model = Sequential([Input((1,), dtype="int32"), layer, layers.Flatten()])
        model.compile(optimizers.SGD(1e-3), root)
        targets = np.where(ids == 0, target, 3.0)
        return prepare_training(model, ids, targets, epochs=2, batch_size=1, shuffle=False)

    members = [looking_up(2.0), looking_up(1.0)]
    with pytest.warns(NonFiniteWarning, match="at step 0 "):
        WAYS[way](members)
    assert [each.history.ended for each in members] == ["epochs", "non-finite"]
    np.testing.assert_array_equal(members[1].model.get_weights()[0], [[1.0], [1.0]])


@pytest.mark.parametrize("way", WAYS)
def test_a_loss_lost_later_leaves_the_weights_before_that_step(way):
    """Rate 3 multiplies a weight by -5 a step, until its square is no float32."""

    def diverging(rate):
        model = Sequential([Input((1,)), layers.Dense(1, use_bias=False)], seed=1)
        model.compile(optimizers.SGD(rate), "mse")
        return model

    ones, zeros = np.ones((4, 1), "float32"), np.zeros(4, "float32")
    members = [prepare_training(diverging(rate), ones, zeros, epochs=60) for rate in (3.0, 0.1)]
    with pytest.warns(NonFiniteWarning):
        WAYS[way](members)
    model = diverging(3.0)
    with pytest.warns(NonFiniteWarning):
        alone = model.fit(ones, zeros, epochs=60, verbose=0)
    assert 20 < len(alone.epoch) < 60
    check_alike(members[0], model, alone)
    assert members[1].history.ended == "epochs" and len(members[1].history.epoch) == 60


def test_plans_that_differ_are_groups_of_their_own(one_program):
    members = [
        training(network(0)),
        training(network(1, units=6)),
        training(network(2)),
        training(network(3), shuffle=False),
    ]
    first, second, third = groups_of(members)
    assert first == [members[0], members[2]]
    assert (second, third) == ([members[1]], [members[3]])
    train_together(members)
    model = network(1, units=6)
    check_alike(members[1], model, model.fit(X, Y, epochs=4, batch_size=32, verbose=0))


def test_what_needs_python_on_the_way_runs_alone(one_program):
    def with_callback(callback):
        return training(network(), callbacks=[callback], validation_split=0.2)

    class Own(layers.Dense):
        def call(self, inputs):
            return super().call(inputs)

    own = Sequential([Input((5,)), Own(1, "sigmoid")])
    own.compile("sgd", "binary_crossentropy")
    batches = [(X[:32], Y[:32]), (X[32:64], Y[32:64])]
    alone = [
        with_callback(LambdaCallback(on_epoch_end=lambda epoch, logs: None)),
        training(network(), probes=True),
        prepare_training(network(), iter(batches)),
        training(own),
    ]
    assert [kind_of(each) for each in alone] == [None] * 4
    assert kind_of(with_callback(EarlyStopping())) is not None


def test_a_processor_trains_side_by_side_what_needs_nobody_on_the_way(monkeypatch):
    def training_with(*callbacks):
        return training(network(), callbacks=list(callbacks), validation_split=0.2)

    beside = []
    monkeypatch.setattr(together, "gains", lambda: False)
    monkeypatch.setattr(together, "train_beside", lambda found, threads: beside.extend(found))
    epochs = []
    called = LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch))
    able = [training_with(), training_with(EarlyStopping())]
    train_together([able[0], training_with(called), able[1]])
    assert beside == able
    assert epochs == [0, 1, 2, 3]


def test_a_setting_of_this_thread_alone_keeps_trainings_here(monkeypatch):
    beside = []
    monkeypatch.setattr(together, "gains", lambda: False)
    monkeypatch.setattr(together, "train_beside", lambda found, threads: beside.extend(found))
    members = [training(network(), epochs=1), training(network(1), epochs=1)]
    with jax.default_matmul_precision("float32"):
        train_together(members)
    assert beside == [] and [each.history.ended for each in members] == ["epochs"] * 2


def test_trainings_side_by_side_are_what_they_are_alone_to_the_bit():
    members = [training(network(seed, units=5 + seed % 3)) for seed in range(5)]
    train_beside(members, threads=2)
    for seed, one in enumerate(members):
        model = network(seed, units=5 + seed % 3)
        alone = model.fit(X, Y, epochs=4, batch_size=32, verbose=0)
        assert alone.history == one.history.history
        for ours, theirs in zip(one.model.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_ctrl_c_ends_all_that_run_side_by_side(monkeypatch):
    members = [training(network(seed), epochs=10_000_000) for seed in range(3)]
    advance, pressed = Run.advance, []

    def interrupted(run, limit):
        rows = advance(run, limit)
        if rows and not pressed:
            pressed.append(os.kill(os.getpid(), signal.SIGINT))
        return rows

    monkeypatch.setattr(Run, "advance", interrupted)
    train_beside(members, threads=2)
    assert [each.history.ended for each in members] == ["interrupt"] * 3
    assert all(np.isfinite(each.model.predict(X, verbose=0)).all() for each in members)


def test_many_rows_that_differ_are_not_held_for_all_members(one_program, monkeypatch):
    members = [training(network(seed), validation_split=0.2, seed=seed) for seed in (0, 1)]
    assert len(groups_of(members)) == 1
    monkeypatch.setattr(together, "COPIED", 1000)
    assert len(groups_of(members)) == 2
