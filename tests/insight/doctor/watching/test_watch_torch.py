"""The doctor beside loops of PyTorch's: faults are named, healthy loops are let be, and nothing changes."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError
from pellucid.insight import watch_torch
from tests.insight.doctor.watching.loops import CLASSES, NUMBERS, ROWS, codes, network, train

torch = pytest.importorskip("torch", reason="the doctor is put beside PyTorch")
nn, F = torch.nn, torch.nn.functional
pytestmark = pytest.mark.oracle


def watched(model, criterion=None, optimizer=None, rate=0.01, **loop):
    criterion = criterion or nn.CrossEntropyLoss()
    optimizer = optimizer or torch.optim.Adam(model.parameters(), rate)
    with watch_torch(model, optimizer, criterion) as watch:
        train(torch, model, criterion, optimizer, watch, **loop)
    return watch


def first(watch):
    found = watch.diagnosis()
    assert found.findings, str(found)
    return found.findings[0]


@pytest.mark.parametrize("noisy", [False, True])
def test_a_healthy_loop_gives_no_alarm(noisy):
    found = watched(network(torch, noisy=noisy)).diagnosis()
    assert found.is_healthy, str(found)
    assert not [sentence for sentence in found.unknown if "failed" in sentence]


def test_a_healthy_regression_gives_no_alarm():
    model = network(torch, nn.Flatten(0), units=1)
    found = watched(model, nn.MSELoss(), y=NUMBERS).diagnosis()
    assert found.is_healthy, str(found)


class Pictures(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3)
        self.normal = nn.BatchNorm2d(4)
        self.last = nn.Linear(36, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.normal(self.first(x))), 2)
        return self.last(torch.flatten(x, 1))


IMAGES = np.random.default_rng(1).normal(size=(480, 1, 8, 8)).astype("float32")
IMAGES[:, 0, :4] += CLASSES[:, None, None]


def test_healthy_images_give_no_alarm():
    torch.manual_seed(0)
    watch = watched(Pictures(), x=IMAGES, epochs=4)
    assert watch.diagnosis().is_healthy, str(watch.diagnosis())
    facts = watch.facts()
    assert facts.data.training.x[""].shape == (8, 8, 1)
    assert [(each.path, each.kind, each.activation, each.inputs) for each in facts.layers] == [
        ("first", "Conv2D", "linear", ()),
        ("normal", "BatchNormalization", "linear", ("first",)),
        ("relu(normal)", "Activation", "relu", ("normal",)),
        ("last", "Dense", "linear", ("relu(normal)",)),
    ]
    assert facts.layer("first").output_shape == (6, 6, 4)
    assert facts.layer("first").weight("kernel").shape == (3, 3, 1, 4)
    assert facts.layer("normal").weight("moving_mean").trainable is False


def test_series_give_no_alarm():
    class Series(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.LSTM(1, 12, batch_first=True)
            self.last = nn.Linear(12, 3)

        def forward(self, x):
            return self.last(self.cell(x)[0][:, -1])

    torch.manual_seed(0)
    watch = watched(Series(), x=ROWS[:, :, None], epochs=12)
    assert watch.diagnosis().is_healthy, str(watch.diagnosis())
    cell, last = watch.facts().layers
    assert (cell.kind, cell.config["return_sequences"], cell.output_shape) == ("LSTM", False, (12,))
    assert last.inputs == ("cell",)


def with_biases(value):
    model = network(torch)
    nn.init.constant_(model[0].bias, value)
    return model


FAULTS = {
    "a softmax before the cross-entropy": ("D203", lambda: watched(network(torch, nn.Softmax(1)))),
    "probabilities for a likelihood": (
        "D707", lambda: watched(network(torch, nn.Softmax(1)), nn.NLLLoss())
    ),
    "gradients never cleared": ("D701", lambda: watched(network(torch), order=("backward", "step"))),
    "gradients cleared too late": (
        "D710", lambda: watched(network(torch), order=("backward", "zero", "step"))
    ),
    "no backward pass": ("D710", lambda: watched(network(torch), order=("zero", "step"))),
    "weights held at 0": (
        "D425",
        lambda: watched(
            model := network(torch),
            optimizer=torch.optim.Adam(model.parameters(), 0.01, weight_decay=1.0),
        ),
    ),
    "biases that decide alone": ("D344", lambda: watched(with_biases(-5.0))),
    "a softmax over the rows": (
        "D711", lambda: watched(network(torch, nn.LogSoftmax(0)), nn.NLLLoss())
    ),
    "no step": ("D704", lambda: watched(network(torch), order=("zero", "backward"))),
    "validated in training mode": (
        "D706", lambda: watched(network(torch, noisy=True), calm_validation=False)
    ),
    "a rate far too high": ("D401", lambda: watched(network(torch), rate=5.0)),
    "inputs that are not scaled": ("D101", lambda: watched(network(torch), x=ROWS * 1000)),
    "outputs beside targets of another shape": (
        "D708", lambda: watched(network(torch, units=1), nn.MSELoss(), y=NUMBERS)
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_finding_is_the_fault(fault):
    code, run = FAULTS[fault]
    assert first(run()).code == code


def test_likelihoods_of_log_softmax_are_cross_entropies():
    watch = watched(network(torch, nn.LogSoftmax(1)), nn.NLLLoss())
    output = watch.facts().outputs[0]
    assert (output.loss, output.from_logits) == ("sparse_categorical_crossentropy", True)
    assert watch.diagnosis().is_healthy


def test_trained_in_evaluation_mode():
    model = network(torch, noisy=True)
    model.train = lambda mode=True: nn.Module.train(model, False)
    assert "D705" in codes(watched(model).diagnosis())


def test_weights_outside_of_the_optimizer():
    model = network(torch)
    found = first(watched(model, optimizer=torch.optim.Adam(model[-1].parameters(), 0.01)))
    assert (found.code, found.level, found.sign.place.layer) == ("D702", "warning", "0")
    others = torch.optim.Adam(network(torch).parameters(), 0.01)
    found = first(watched(network(torch), optimizer=others))
    assert (found.code, found.level) == ("D702", "serious")


class Listed(nn.Module):
    """Hidden layers in a plain list, or in one that PyTorch knows."""

    def __init__(self, kind):
        super().__init__()
        torch.manual_seed(0)
        self.hidden = kind([nn.Linear(8, 8), nn.Linear(8, 8)])
        self.last = nn.Linear(8, 3)

    def forward(self, x):
        for layer in self.hidden:
            x = torch.relu(layer(x))
        return self.last(x)


def test_layers_in_a_plain_list():
    found = first(watched(Listed(list)))
    assert (found.code, found.level, found.sign.place.layer) == ("D702", "serious", "hidden")
    assert found.sign.repair.code == "self.hidden = nn.ModuleList([...])"
    assert watched(Listed(nn.ModuleList)).diagnosis().is_healthy
    model = Listed(list)
    every = [*model.parameters(), *(each for layer in model.hidden for each in layer.parameters())]
    assert watched(model, optimizer=torch.optim.Adam(every, 0.01)).diagnosis().is_healthy


def told(make, units=1):
    """Train by a loss of one's own, which the watch is told behind the backward pass."""
    model = network(torch, units=units)
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    x, y = torch.tensor(ROWS), torch.tensor(NUMBERS)
    with watch_torch(model, optimizer) as watch:
        for _ in range(10):
            for batch in torch.randperm(384).split(16):
                optimizer.zero_grad()
                loss = make(model(x[batch]), y[batch])
                loss.backward()
                watch.step(loss, y=y[batch])
                optimizer.step()
            watch.epoch()
    return [finding.code for finding in watch.diagnosis().findings if finding.code == "D708"]


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(
    ("make", "found"),
    [
        (F.mse_loss, ["D708"]),
        (lambda out, y: ((out - y) ** 2).mean(), ["D708"]),
        (lambda out, y: F.mse_loss(out.squeeze(1), y), []),
        (lambda out, y: ((out[:, 0] - y) ** 2).mean(), []),
        (lambda out, y: (out.flatten() - y).abs().sum(), []),
        (lambda out, y: F.mse_loss(out, y[:, None]), []),
    ],
)
def test_only_what_the_loss_compared_counts(make, found):
    assert told(make) == found


def test_gradients_that_are_clipped_to_nothing():
    model = network(torch)
    optimizer, criterion = torch.optim.SGD(model.parameters(), 0.1), nn.CrossEntropyLoss()
    optimizer.register_step_pre_hook(
        lambda *_: nn.utils.clip_grad_norm_(model.parameters(), 1e-6) and None
    )
    found = first(watched(model, criterion, optimizer))
    assert (found.code, found.sign.place.value) == ("D424", "1e-06")
    assert "clip_grad_norm_" in found.sign.repair.code


@pytest.mark.parametrize("first_axis", [True, False])
def test_rows_that_are_read_as_steps(first_axis):
    class Series(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.last = nn.GRU(1, 12, batch_first=first_axis), nn.Linear(12, 3)

        def forward(self, x):
            return self.last(self.cell(x)[0][:, -1])

    torch.manual_seed(0)
    codes = [each.code for each in watched(Series(), x=ROWS[:, :, None]).diagnosis().findings]
    assert codes[:1] == ([] if first_axis else ["D711"])


def test_numbers_told_twice_belong_to_one_epoch():
    watch = watched(network(torch), epochs=3)
    watch.epoch(val_accuracy=0.5)
    columns = watch.facts().course.columns
    assert {len(column) for column in columns.values()} == {3}
    assert np.isfinite(columns["loss"]).all() and columns["val_accuracy"][-1] == 0.5


def test_series_that_come_with_their_steps_first_are_let_be():
    class Steps(nn.Module):
        def __init__(self, tags):
            super().__init__()
            self.cell, self.last, self.tags = nn.GRU(1, 12), nn.Linear(12, 3), tags

        def forward(self, x):
            states = self.cell(x)[0]
            return self.last(states if self.tags else states[-1])

    x, y = torch.tensor(ROWS), torch.tensor(CLASSES)
    for tags in (False, True):
        torch.manual_seed(0)
        model = Steps(tags)
        optimizer, criterion = torch.optim.Adam(model.parameters(), 0.01), nn.CrossEntropyLoss()
        with watch_torch(model, optimizer, criterion) as watch:
            for batch in torch.randperm(384).split(16):
                optimizer.zero_grad()
                given, wanted = model(x[batch].T[:, :, None]), y[batch]
                if tags:
                    given, wanted = given.flatten(0, 1), wanted.repeat(8)
                criterion(given, wanted).backward()
                optimizer.step()
        assert watch.facts().loop.mixed == ()


def test_a_teacher_kept_out_of_reach_is_let_be():
    class Taught(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.teacher = network(torch), [network(torch, seed=1)]

        def forward(self, x):
            with torch.no_grad():
                self.teacher[0](x)
            return self.body(x)

    assert watched(Taught()).facts().loop.unregistered == ()


def test_ids_that_are_looked_up_are_no_quantities():
    class Bag(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.last = nn.EmbeddingBag(500, 8), nn.Linear(8, 3)

        def forward(self, x):
            return self.last(self.words(x))

    ids = np.random.default_rng(0).integers(0, 500, (480, 6))
    found = watched(Bag(), x=ids, y=(ids[:, 0] // 167)).diagnosis()
    assert "D101" not in {each.code for each in (*found.findings, *found.others)}


def test_layers_that_are_cut_off_and_layers_that_are_never_used():
    class Cut(nn.Module):
        def __init__(self):
            super().__init__()
            self.low, self.high, self.spare = nn.Linear(8, 16), nn.Linear(16, 3), nn.Linear(3, 3)

        def forward(self, x):
            return self.high(torch.relu(self.low(x)).detach())

    found = watched(Cut()).diagnosis()
    assert (found.findings[0].code, found.findings[0].sign.place.layer) == ("D703", "low")
    assert [each.sign.place.layer for each in found.hints if each.code == "D709"] == ["spare"]


def test_dead_units_are_found_at_their_layer():
    model = network(torch)
    with torch.no_grad():
        model[0].bias.fill_(-100.0)
    diagnosis = watched(model).diagnosis()
    assert diagnosis.findings[0].code == "D344"
    found = [each for each in diagnosis.others if each.code == "D612"]
    assert found[0].sign.place.layer == "1"


def test_adding_up_batches_and_two_optimizers_are_no_fault():
    """Gradients of several batches before a step, and gradients that another loss left and that are cleared later."""
    model, x, y = network(torch), torch.tensor(ROWS), torch.tensor(CLASSES)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    watch = watch_torch(model, optimizer, every=1)
    for step in range(40):
        batch = slice(step % 10 * 32, step % 10 * 32 + 32)
        (model(x[batch]).sum() * 1e-3).backward()  # somebody else's loss
        optimizer.zero_grad(set_to_none=step % 2 == 0)
        for part in (x[batch][:16], y[batch][:16]), (x[batch][16:], y[batch][16:]):
            loss = F.cross_entropy(model(part[0]), part[1])
            loss.backward()
        optimizer.step()
        watch.step(loss, y=part[1])
    loop = watch.facts().loop
    assert (loop.steps, loop.backwards, loop.looked, loop.uncleared) == (40, 120, 39, 0)


@pytest.mark.parametrize("scale", [False, True])
def test_training_is_the_same_to_the_last_bit(scale):
    """Dropout's random numbers, batch statistics and the state of the optimizer among it."""

    def run(is_watched):
        torch.manual_seed(3)
        model = nn.Sequential(Pictures(), nn.Dropout(0.3), nn.Linear(3, 3))
        criterion = nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        watch = watch_torch(model, optimizer, criterion, every=1) if is_watched else None
        train(torch, model, criterion, optimizer, watch, x=IMAGES, epochs=2)
        state = optimizer.state_dict()["state"]
        return [
            *model.state_dict().values(),
            *(each["exp_avg"] for each in state.values()),
        ], torch.rand(1)

    (alone, chance), (beside, same) = run(False), run(True)
    assert all(torch.equal(one, other) for one, other in zip(alone, beside, strict=True))
    assert torch.equal(chance, same)


def test_the_hooks_go():
    model = network(torch)
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), 0.1)
    with watch_torch(model, optimizer, criterion) as watch:
        train(torch, model, criterion, optimizer, watch, epochs=1)
    assert not any(
        each._forward_hooks or each._forward_pre_hooks for each in [*model.modules(), criterion]
    )
    assert not optimizer._optimizer_step_pre_hooks and not optimizer._optimizer_step_post_hooks
    assert not any(each._backward_hooks for each in model.parameters())


def test_the_loss_is_read_off_the_graph_where_nobody_names_it():
    model = network(torch)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    watch = watch_torch(model, optimizer)
    x, y = torch.tensor(ROWS), torch.tensor(CLASSES)
    for _ in range(20):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        watch.step(loss, y=y)
    facts = watch.facts()
    assert facts.outputs[0].loss == "sparse_categorical_crossentropy"
    assert (facts.data.training.count, facts.fit.steps, facts.course.epochs) == (480, 1, 20)
    assert len(facts.course.batches) == 20


def test_what_cannot_be_watched_is_refused():
    model = network(torch)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(ArgumentError, match="module of PyTorch"):
        watch_torch("model", optimizer)
    with pytest.raises(ArgumentError, match="optimizer of PyTorch"):
        watch_torch(model, "adam")
    with pytest.raises(ArgumentError, match="at least 1"):
        watch_torch(model, optimizer, every=0)
