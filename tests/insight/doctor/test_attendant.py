"""The doctor beside a training, and after it."""

import numpy as np
import pytest

import pellucid
from pellucid import Input, Sequential, layers
from pellucid.core.errors import ArgumentError
from pellucid.doctor import Doctor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 6))
Y = (X[:, 0] > 0).astype(int)


def network(activation="sigmoid"):
    model = Sequential(
        [
            Input((6,)),
            layers.Dense(8, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(1, activation=activation),
        ]
    )
    model.strict = False
    model.compile(pellucid.optimizers.Adam(0.02), "binary_crossentropy", ["accuracy"])
    return model


@pytest.fixture(scope="module")
def attended():
    """A healthy training with the doctor beside it."""
    model = network()
    return model, model.fit(X, Y, epochs=4, batch_size=16, verbose=0, doctor=True)


def test_a_training_is_the_same_to_the_bit(attended):
    model, history = attended
    plain = network()
    alone = plain.fit(X, Y, epochs=4, batch_size=16, verbose=0)
    assert alone.history == history.history
    for one, other in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    again = [each.fit(X, Y, epochs=1, batch_size=16, verbose=0).history for each in (model, plain)]
    assert again[0] == again[1]


def test_the_doctor_knows_rows_rehearsal_and_course(attended):
    diagnosis = attended[1].diagnosis
    facts = diagnosis.facts
    assert facts.data.training.count == 96
    assert facts.rehearsed.losses is not None
    assert (facts.course.epochs, facts.course.ended) == (4, "epochs")
    assert facts.course.record.quantities
    assert diagnosis.is_healthy, str(diagnosis)
    assert not [sentence for sentence in diagnosis.unknown if "failed" in sentence]


def test_what_is_serious_is_said_at_once_and_kept(capsys):
    history = network("softmax").fit(X, Y, epochs=2, batch_size=16, verbose=2, doctor=True)
    said = capsys.readouterr().out
    assert said.index("Doctor: ") < said.index("epoch 1/2")
    assert history.diagnosis.findings[0].faults == ("F01",)
    assert history.diagnosis.findings[0].sign.place.layer == "dense_1"


def test_acknowledged_findings_are_not_said(capsys):
    code = network("softmax").fit(X, Y, epochs=1, verbose=0, doctor=True).diagnosis.findings[0].code
    history = network("softmax").fit(X, Y, epochs=1, verbose=2, doctor=Doctor(acknowledge=[code]))
    assert code in {finding.code for finding in history.diagnosis.acknowledged}
    assert f"[{code}]" not in capsys.readouterr().out


def test_without_a_doctor_the_diagnosis_is_made_on_request():
    history = network("softmax").fit(X, Y, epochs=2, verbose=0)
    assert history.diagnosis.findings[0].faults == ("F01",)
    assert history.diagnosis is history.diagnosis


def test_the_users_arrays_are_not_kept_alive():
    history = network().fit(X + 0, Y, epochs=1, verbose=0)
    assert "rows are gone" in history.diagnosis.unknown[0]


@pytest.mark.parametrize("choice", ["yes", 3])
def test_another_choice_is_refused_before_anything_runs(choice):
    with pytest.raises(ArgumentError, match="doctor"):
        network().fit(X, Y, doctor=choice)


def test_a_stream_is_attended_without_its_rows():
    model = network()
    batches = [(X[:16], Y[:16]), (X[16:32], Y[16:32])]
    history = model.fit(iter(batches * 2), epochs=2, steps_per_epoch=2, verbose=0, doctor=True)
    assert any("stream" in sentence for sentence in history.diagnosis.unknown)


def test_a_history_of_nobody_has_no_diagnosis():
    assert pellucid.History().diagnosis is None
