"""Batches from generators, loaders and sequences: they train as the same rows in arrays do, epoch after epoch."""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, callbacks, layers, metrics
from pellucid.core.errors import ArgumentError, DataError, TargetError
from pellucid.training import StreamWarning, cache, engine, feed
from pellucid.training.streams import is_stream

RNG = np.random.default_rng(0)
X = RNG.normal(size=(22, 3)).astype("float32")
Y = RNG.integers(0, 2, 22)
WEIGHT = RNG.uniform(0.5, 2, 22).astype("float32")
SIZE = 4


def cut(*arrays, size=SIZE, rows=22):
    return [
        tuple(a[first : min(first + size, rows)] for a in arrays) for first in range(0, rows, size)
    ]


class Loader:
    """Can be gone through again; knows its length, like a DataLoader."""

    def __init__(self, batches):
        self.batches = batches
        self.passes = 0

    def __iter__(self):
        self.passes += 1
        return iter(self.batches)

    def __len__(self):
        return len(self.batches)


class Unknown(Loader):
    """Does not say how long it is."""

    def __len__(self):
        raise TypeError("no length")


class Indexed:
    """A Sequence as in Keras: batches by number, told when an epoch has ended."""

    def __init__(self, batches):
        self.batches = batches
        self.begun = self.ended = 0

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, number):
        return self.batches[number % len(self.batches)]

    def on_epoch_begin(self):
        self.begun += 1

    def on_epoch_end(self):
        self.ended += 1


def forever(batches):
    while True:
        yield from batches


def network(optimizer="adam", measured=("accuracy",)):
    model = Sequential(
        [
            Input(shape=(3,)),
            layers.Dense(8, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile(optimizer, "binary_crossentropy", list(measured))
    return model


def trained(x, y=None, model=None, **options):
    model = model or network()
    return model, model.fit(x, y, **{"verbose": 0, **options})


def same(one, other):
    for a, b in zip(one[0].get_weights(), other[0].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert one[1].history == other[1].history
    assert one[1].epoch == other[1].epoch


@pytest.fixture(scope="module")
def by_arrays():
    return trained(X, Y, batch_size=SIZE, epochs=3, shuffle=False)


@pytest.mark.parametrize("kind", [Loader, Unknown, Indexed])
def test_batches_train_as_the_rows_do(by_arrays, kind):
    """To the bit: the last batch has two rows, and both batch normalisation and dropout see it."""
    same(trained(kind(cut(X, Y)), epochs=3), by_arrays)


def test_a_generator_goes_on_from_epoch_to_epoch(by_arrays):
    same(trained(forever(cut(X, Y)), epochs=3, steps_per_epoch=6), by_arrays)


@pytest.mark.parametrize("room", [1, 3 * SIZE * 24, 10**6])
@pytest.mark.parametrize("kind", [Loader, Unknown])
def test_the_size_of_super_batches_changes_nothing(by_arrays, kind, room, monkeypatch):
    monkeypatch.setattr(feed, "SUPER_BYTES", room)
    same(trained(kind(cut(X, Y)), epochs=3), by_arrays)


def test_metrics_that_keep_all_rows_work_over_super_batches(monkeypatch):
    def auc():
        return network(measured=[metrics.AUC()])

    whole = trained(X, Y, auc(), batch_size=SIZE, epochs=2, shuffle=False)
    monkeypatch.setattr(feed, "SUPER_BYTES", 2 * SIZE * 24)
    for kind in (Loader, Unknown):
        found = trained(kind(cut(X, Y)), None, auc(), epochs=2)
        np.testing.assert_allclose(
            found[1].history["auc"], whole[1].history["auc"], rtol=1e-6
        )  # sums over buffers of other lengths round otherwise
        assert found[1].history["loss"] == whole[1].history["loss"]


def test_weights_of_rows_and_of_classes():
    weights = {"class_weight": {0: 1.0, 1: 3.0}, "epochs": 2}
    wanted = trained(X, Y, batch_size=SIZE, sample_weight=WEIGHT, shuffle=False, **weights)
    same(trained(Loader(cut(X, Y, WEIGHT)), **weights), wanted)


def test_several_inputs_and_outputs_in_lists_and_dicts():
    def fork():
        a, b = Input(shape=(3,), name="a"), Input(shape=(1,), name="b")
        joined = layers.Concatenate()([a, b])
        size = layers.Dense(1, name="size")(joined)
        sign = layers.Dense(1, "sigmoid", name="sign")(joined)
        model = Model([a, b], [size, sign])
        model.compile("adam", ["mse", "binary_crossentropy"])
        return model

    options = {"epochs": 2, "batch_size": SIZE, "shuffle": False}
    wanted = trained([X, X[:, :1]], [X[:, 1:2], Y], fork(), **options)
    listed = [((x, b), (s, y)) for x, b, s, y in cut(X, X[:, :1], X[:, 1:2], Y)]
    named = [({"a": x, "b": b}, {"size": s, "sign": y}) for (x, b), (s, y) in listed]
    for batches in (listed, named):
        same(trained(Loader(batches), None, fork(), epochs=2), wanted)


def test_no_program_is_compiled_again_for_later_epochs(monkeypatch):
    monkeypatch.setattr(feed, "SUPER_BYTES", 2 * SIZE * 24)
    cache.clear()
    model, _ = trained(Loader(cut(X, Y)), epochs=1)
    program = engine.training_program
    made = []
    monkeypatch.setattr(
        engine, "training_program", lambda plan: made.append(program(plan)) or made[-1]
    )
    trained(Loader(cut(X, Y)), None, model, epochs=1)
    before = made[0]._cache_size()
    trained(Loader(cut(X, Y)), None, model, epochs=5)
    assert {each._cache_size() for each in made} == {before}
    assert before <= 2  # super-batches of full batches, and those with the smaller one


def test_smaller_batches_may_come_at_any_place():
    """A loader of 22 rows that is gone through in epochs of 4 steps: the two rows come in the middle."""
    whole = trained(X, Y, batch_size=SIZE, epochs=3, steps_per_epoch=4, shuffle=False)
    for stream in (Loader(cut(X, Y)), forever(cut(X, Y))):
        same(trained(stream, epochs=3, steps_per_epoch=4), whole)


def test_validation_data_may_be_a_stream():
    options = {"epochs": 2, "batch_size": SIZE, "shuffle": False}
    wanted = trained(X, Y, validation_data=(X[:8] + 1, Y[:8]), **options)
    checks = cut(X + 1, Y, rows=16)
    same(trained(Loader(cut(X, Y)), epochs=2, validation_data=Loader(checks[:2])), wanted)
    found = trained(X, Y, validation_data=forever(checks), validation_steps=2, **options)
    same(found, wanted)


def test_early_stopping_and_its_best_weights():
    def fitted(x, y=None, **options):
        stop = callbacks.EarlyStopping("loss", patience=1, min_delta=0.05)
        return trained(x, y, network("sgd"), epochs=50, callbacks=[stop], **options)

    wanted = fitted(X, Y, batch_size=SIZE, shuffle=False)
    assert wanted[1].ended == "early stopping"
    same(fitted(Loader(cut(X, Y))), wanted)
    assert fitted(forever(cut(X, Y)), steps_per_epoch=6)[1].ended == "early stopping"


class Recorder(callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append("begin")

    def on_train_end(self, logs=None):
        self.calls.append("end")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch}")

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} done")

    def on_train_batch_begin(self, batch, logs=None):
        self.calls.append(batch)

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append(f"{batch} done")


@pytest.mark.parametrize("kind", [Loader, Unknown])
def test_hooks_come_as_for_arrays(kind, monkeypatch):
    seen = []
    for data, room in (
        ((X, Y), 10**6),
        ((kind(cut(X, Y)), None), 10**6),
        ((kind(cut(X, Y)), None), 1),
    ):
        monkeypatch.setattr(feed, "SUPER_BYTES", room)
        recorder = Recorder()
        size = {"batch_size": SIZE, "shuffle": False} if data[1] is not None else {}
        trained(*data, initial_epoch=1, epochs=3, callbacks=[recorder], **size)
        seen.append(recorder.calls)
    assert seen[0] == seen[1] == seen[2]
    assert seen[0].count("begin") == 1
    assert "epoch 1" in seen[0]


def test_callbacks_that_change_the_rate():
    def fitted(x, y=None, **options):
        slower = callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=9, factor=0.5)
        rate = callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9)
        return trained(x, y, network("sgd"), epochs=5, callbacks=[slower, rate], **options)

    same(fitted(Loader(cut(X, Y))), fitted(X, Y, batch_size=SIZE, shuffle=False))


def test_every_epoch_is_a_new_pass_and_a_sequence_is_told():
    loader, indexed = Loader(cut(X, Y)), Indexed(cut(X, Y))
    trained(loader, epochs=3)
    trained(indexed, epochs=3)
    assert loader.passes == 3
    assert indexed.begun == indexed.ended == 3


def test_no_more_is_taken_from_a_generator_than_is_trained_on():
    taken = []

    def noted():
        for number, batch in enumerate(itertools.cycle(cut(X, Y))):
            taken.append(number)
            yield batch

    trained(noted(), epochs=2, steps_per_epoch=3)
    assert len(taken) == 6


@pytest.mark.parametrize(("batches", "steps", "epochs"), [(6, None, 1), (9, 6, 2), (12, 6, 2)])
def test_a_generator_that_runs_dry_ends_the_training(batches, steps, epochs):
    finite = itertools.islice(forever(cut(X, Y)), batches)
    recorder = Recorder()
    with pytest.warns(StreamWarning, match=f"ran dry in epoch {epochs} of 5"):
        _, history = trained(finite, epochs=5, steps_per_epoch=steps, callbacks=[recorder])
    assert history.ended == "end of data"
    assert len(history.epoch) == epochs
    assert sum(isinstance(call, int) for call in recorder.calls) == batches
    assert f"epoch {epochs}" not in recorder.calls


def test_a_generator_for_one_epoch_ends_as_planned():
    _, history = trained((batch for batch in cut(X, Y)), epochs=1)
    assert history.ended == "epochs"
    assert history.params["steps"] == 6


def test_a_loss_that_is_lost_is_placed(monkeypatch):
    monkeypatch.setattr(feed, "SUPER_BYTES", 1)
    model = Sequential([Input(shape=(3,)), layers.Dense(1)])
    model.compile("sgd", lambda y, out: ((out - y) / (y - 1)) ** 2)
    batches = cut(X, np.zeros((22, 1), "float32"))
    batches[2][1][0] = 1
    with pytest.warns(UserWarning, match=r"step 2 \(epoch 1, batch 2\)"):
        _, history = trained(Loader(batches), None, model, epochs=2)
    assert history.ended == "non-finite"
    assert all(np.isfinite(a).all() for a in model.get_weights())


@pytest.mark.parametrize("room", [10**6, 2 * SIZE * 24])
def test_evaluate_and_predict(monkeypatch, room):
    model = network(measured=["accuracy", metrics.AUC()])
    trained(X, Y, model)
    monkeypatch.setattr(feed, "SUPER_BYTES", room)
    np.testing.assert_allclose(
        model.evaluate(Loader(cut(X, Y, WEIGHT)), verbose=0),
        model.evaluate(X, Y, sample_weight=WEIGHT, verbose=0),
        rtol=1e-6,
    )
    np.testing.assert_array_equal(model.predict(Unknown(cut(X, Y))), model.predict(X))
    np.testing.assert_array_equal(model.predict(forever(cut(X)), steps=2), model.predict(X[:8]))
    found = model.evaluate(forever(cut(X, Y)), steps=3, verbose=0)
    np.testing.assert_allclose(found, model.evaluate(X[:12], Y[:12], verbose=0), rtol=1e-6)


def test_plain_lists_and_labels_in_words():
    words = [(x.tolist(), ["no" if each else "yes" for each in y]) for x, y in cut(X, Y)]
    model, history = trained(Loader(words), epochs=2)
    assert list(model.classes) == ["no", "yes"]
    assert len(history.history["loss"]) == 2


def test_an_autoencoder_needs_pairs():
    with pytest.raises(DataError, match="no targets"):
        trained(Loader(cut(X)))


def test_what_is_a_stream():
    assert all(
        map(is_stream, (Loader([]), Indexed([]), iter([]), zip([], strict=True), map(int, [])))
    )
    assert not any(
        map(is_stream, (None, [1], (X, Y), {"a": X}, X, "text", range(3), np.float32(1)))
    )


def bad_shape():
    return [*cut(X, Y), (X[:4, :2], Y[:4])]


def without_targets():
    return [*cut(X, Y), (X[:4],)]


def larger():
    return [*cut(X, Y, rows=20), (X[:5], Y[:5])]


@pytest.mark.parametrize(
    ("stream", "options", "error", "words"),
    [
        (Loader([]), {}, DataError, "gave no batch"),
        (iter([]), {}, DataError, "gave no batch"),
        (Loader(bad_shape()), {}, DataError, r"rows of batch 6 have shape \(2,\)"),
        (Loader(without_targets()), {}, DataError, "batch 6 has another structure"),
        (Loader(larger()), {}, DataError, "batch 5 has 5 rows, more than the first"),
        (Loader([(X[0], 1)]), {}, DataError, "single example"),
        (Loader([(X[:4], Y[:3])]), {}, DataError, "have 3, 4 rows"),
        (Loader([(X, Y, WEIGHT, X)]), {}, DataError, "is a tuple of 4"),
        (Loader(cut(X, Y)), {"batch_size": 4}, ArgumentError, "`batch_size` needs all rows"),
        (Loader(cut(X, Y)), {"validation_split": 0.2}, ArgumentError, "`validation_split` needs"),
        (Loader(cut(X, Y)), {"sample_weight": WEIGHT}, ArgumentError, "`sample_weight` needs"),
        (Loader(cut(X, Y)), {"class_weight": "balanced"}, ArgumentError, "`class_weight` needs"),
        (forever(cut(X, Y)), {}, ArgumentError, "never ends, so `steps_per_epoch` must"),
        (itertools.cycle(cut(X, Y)), {}, ArgumentError, "never ends"),
        (
            Loader(cut(X, Y)),
            {"validation_data": forever(cut(X, Y))},
            ArgumentError,
            "never ends, so `validation_steps` must",
        ),
        (Loader(cut(X, np.arange(22) % 3)), {}, TargetError, "3 different labels|targets from 0"),
    ],
)
def test_streams_that_cannot_be_trained_on_are_refused(stream, options, error, words):
    with pytest.raises(error, match=words):
        trained(stream, **options)


def test_targets_beside_a_stream_are_refused():
    with pytest.raises(ArgumentError, match="`y` needs all rows at once"):
        trained(Loader(cut(X)), Y)
    with pytest.raises(ArgumentError, match="never ends, so `steps` must"):
        network().predict(forever(cut(X)))


@pytest.mark.oracle
def test_a_data_loader_of_pytorch(by_arrays):
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    same(trained(torch.utils.data.DataLoader(data, batch_size=SIZE), epochs=3), by_arrays)
    with pytest.raises(DataError, match="DataLoader"):
        trained(data)
    assert "torch" in sys.modules
