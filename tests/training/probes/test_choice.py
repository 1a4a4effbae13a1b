"""What `fit(probes=...)` takes, what it refuses in words, and which programs are shared."""

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, ShapeError, UnknownNameError, UsageError
from pellucid.training import cache
from pellucid.training.probes import GradientNorm, Probe, Probes, SaturatedShare, Schedule

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def fitted(probes, model=None, **options):
    model = model or Sequential([Input(shape=(3,)), layers.Dense(2), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(X, Y, **{"batch_size": 4, "epochs": 2, "verbose": 0, **options}, probes=probes)


@pytest.mark.parametrize(
    ("probes", "error", "text"),
    [
        ([], ArgumentError, "empty list"),
        (3, ArgumentError, "it is a int"),
        (["gradient_nrm"], UnknownNameError, "gradient_norm"),
        ([GradientNorm], ArgumentError, r"GradientNorm\(\)"),
        ([GradientNorm(), "gradient_norm"], ArgumentError, "'gradient_norm' twice"),
        ([len], ArgumentError, "is no probe"),
    ],
)
def test_what_is_refused(probes, error, text):
    with pytest.raises(error, match=text):
        fitted(probes)


def test_the_ways_to_ask():
    assert fitted(None).record is None
    assert fitted(False).record is None
    assert fitted("gradient_norm").record.quantities == ["gradient_norm"]
    assert fitted(["GradientNorm", "loss"]).record.quantities == ["gradient_norm", "loss"]
    usual = fitted(True).record
    assert "dead_share: this model has nothing that it measures." in usual.notes
    assert {"loss", "update_ratio", "mode_difference"} <= set(usual.quantities)
    with pytest.raises(ValueError, match="margin"):
        SaturatedShare(margin=0.5)


def test_a_probe_of_ones_own():
    class Largest(Probe):
        needs = ("gradients", "params")
        labels = ("gradient", "weight")

        def measure(self, view):
            return {
                path: abs(view.gradients[path]).max() * np.array([1.0, 0.0])
                + abs(weight).max() * np.array([0.0, 1.0])
                for path, weight in view.params.items()
            }

    record = fitted([Largest()]).record
    assert record["largest"]["dense/kernel"].shape == (len(record), 2)
    assert record.labels == {"largest": ("gradient", "weight")}
    np.testing.assert_array_equal(record["largest"]["dense/bias"][0][1], 0.0)


@pytest.mark.parametrize(
    ("answer", "text"), [(3.0, "a dict"), ({"a": np.zeros(2)}, r"shape \(2,\); with 0 labels")]
)
def test_wrong_answers_of_a_probe_are_refused_at_its_line(answer, text):
    class Wrong(Probe):
        def measure(self, view):
            return answer

    with pytest.raises(ShapeError, match=text) as caught:
        fitted([Wrong()])
    assert "test_choice.py" in str(caught.value)


class OwnStep(Model):
    def __init__(self):
        super().__init__()
        self.one = layers.Dense(1)

    def call(self, x):
        return self.one(x)

    def train_step(self, params, state, batch, key):
        import jax

        def total(params):
            loss, more = self.batch_loss(params, state, batch, key)
            return 3 * loss, more

        (loss, (state, outputs)), gradients = jax.value_and_grad(total, has_aux=True)(params)
        return loss, gradients, state, outputs


class OwnLoss(Model):
    def __init__(self):
        super().__init__()
        self.one = layers.Dense(1)

    def call(self, x):
        return self.one(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ((y - y_pred) ** 2).mean()


def test_a_step_of_ones_own_is_measured_as_far_as_it_is_seen():
    record = fitted(True, OwnStep(), shuffle=False).record
    assert {"gradient_norm", "update_ratio", "loss", "prediction_variance"} <= set(
        record.quantities
    )
    assert not {"activation_mean", "loss_noise", "mode_difference"} & set(record.quantities)
    assert any("activation_mean is not measured" in note for note in record.notes)
    plain = fitted(True, OwnLoss(), shuffle=False).record
    for name in ("loss", "gradient_norm"):
        found = record[name]["whole model"][0]
        np.testing.assert_allclose(found, 3 * plain[name]["whole model"][0], rtol=1e-5)
    with pytest.raises(UsageError, match="train_step"):
        fitted(["activation_mean"], OwnStep())


def test_a_loss_of_ones_own_has_no_rows():
    record = fitted(True, OwnLoss()).record
    assert "loss_noise" not in record
    assert "activation_mean" in record
    with pytest.raises(UsageError, match="compute_loss"):
        fitted(["loss_noise"], OwnLoss())


def test_a_schedule_compiles_nothing_and_no_probes_are_the_program_of_before():
    cache.clear()
    for every in (3, 5, 7):
        fitted(Probes(["loss"], Schedule(every)))
    assert len(cache._programs) == 1
    fitted(Probes(["gradient_norm"], Schedule(3)))
    assert len(cache._programs) == 2
    fitted(None)
    assert len(cache._programs) == 3
    assert sum("Loss" in str(key) for key in cache._programs) == 1
