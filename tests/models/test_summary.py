"""The summary: a table within 80 columns, right totals, no array made."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Layer, Model, Sequential, layers
from pellucid.models.summary import lines, summary


def nested():
    shared = layers.Dense(
        16, name="a_layer_with_a_name_that_is_far_too_long_for_the_table_of_a_terminal"
    )
    head = Sequential([layers.Dropout(0.5), layers.Dense(10, "softmax")], name="head")
    return Sequential(
        [
            Input(shape=(28, 28)),
            layers.Flatten(),
            layers.Dense(16),
            shared,
            shared,
            layers.BatchNormalization(),
            head,
        ]
    )


@pytest.mark.parametrize("expand", [False, True])
@pytest.mark.parametrize("length", [60, 80, 120])
def test_lines_fit(expand, length):
    for trained in (False, True):
        told = lines(nested(), length, expand, trained)
        assert max(map(len, told)) <= max(length, 80)
        assert ("Trained" in told[2]) == trained


def test_numbers_are_right():
    told = "\n".join(lines(nested()))
    assert "dense (Dense)" in told and "12,560" in told and "(None, 784)" in told
    total = 784 * 16 + 16 + 16 * 16 + 16 + 4 * 16 + 16 * 10 + 10
    assert (
        f"Parameters: {total:,} ({total * 4 / 1024:.1f} KB), {total - 32:,} trained, 32 state"
        in told
    )
    outputs = 4 * (784 + 16 + 2 * 16 + 16 + 16 + 10)
    assert f"Outputs of all layers: {outputs / 1024:.1f} KB per sample" in told


def test_a_shared_layer_counts_once_and_is_marked():
    shared = layers.Dense(4)
    told = lines(Sequential([Input(shape=(4,)), shared, shared]))
    rows = [line for line in told if line.startswith("dense (")]
    assert rows[0].split()[-1] == "20" and rows[1].startswith("dense (Dense, again)")
    assert rows[1].split()[-1] == "0"


def test_frozen_layers_are_told_without_asking():
    model = Sequential([Input(shape=(4,)), layers.Dense(3), layers.Dense(2)])
    assert not any("Trained" in line for line in lines(model))
    model.layers[0].trainable = False
    told = lines(model)
    assert told[2].endswith("Trained") and told[4].endswith("frozen") and told[5].endswith("yes")
    assert told[-3] == "Parameters: 23 (92 B), 8 trained, 15 frozen"


def test_expanded_rows_are_indented():
    told = lines(nested(), expand_nested=True)
    assert any(line.startswith("  dropout (Dropout)") for line in told)
    assert not any("dropout" in line for line in lines(nested()))


class Net(Model):
    def __init__(self):
        super().__init__()
        self.fc1 = layers.Dense(4)
        self.fc2 = layers.Dense(1)

    def call(self, inputs):
        return self.fc2(self.fc1(inputs))


def test_a_subclassed_model_before_and_after_the_build():
    net = Net()
    told = lines(net)
    assert told[4].split() == ["fc1", "(Dense)", "?", "?"] and told[-1].startswith("Not built")
    net(np.ones((2, 3)))
    told = lines(net)
    assert told[4].split() == ["fc1", "(Dense)", "(None,", "4)", "16"]
    assert "Parameters: 21 (84 B), all trained" in told


def test_a_size_that_varies_is_none():
    told = lines(Sequential([Input(shape=(None, 4)), layers.Dense(3), layers.Flatten()]))
    assert "(None, None, 3)" in told[4] and "(None, None)" in told[5]
    assert not any("per sample" in line for line in told)


def test_no_array_is_made():
    model = Sequential([Input(shape=(100_000,)), layers.Dense(50_000)])
    assert any("5,000,050,000" in line and "GB" not in line for line in lines(model))
    assert all(slot.value is None for slot in model.layers[0]._weights.values())


def test_several_outputs_have_their_shapes():
    class Two(Layer):
        def __init__(self):
            super().__init__()
            self.split = Split()

        def call(self, inputs):
            return self.split(inputs)

    class Split(Layer):
        def call(self, inputs):
            return {"a": inputs[:, :1], "b": inputs[:, 1:]}

    model = Sequential([Input(shape=(4,)), Two()])
    assert "(None, 3)" in "\n".join(lines(model, 120))


def test_it_prints_or_calls(capsys):
    model = Sequential([Input(shape=(4,)), layers.Dense(3)])
    model.summary()
    printed = capsys.readouterr().out.splitlines()
    told = []
    summary(model, print_fn=told.append)
    assert printed == told == lines(model)


def test_a_lone_layer():
    layer = layers.Dense(3)
    layer(np.ones((2, 4)))
    assert lines(layer)[4].split() == ["dense", "(Dense)", "?", "15"]
