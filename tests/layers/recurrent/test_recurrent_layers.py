"""Layers over series: what the functions below them do not decide: cells, states that are kept, dropout, wrappers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Sequential, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.modules import infer

X = np.random.default_rng(0).standard_normal((2, 6, 3)).astype("float32")
MASK = np.array([[1, 1, 1, 1, 0, 0], [0, 1, 1, 0, 1, 0]], bool)


def drawn(layer, x=X, **call):
    """Build the layer, and return it with its arrays."""
    infer(layer, jnp.asarray(x), **call)
    return pellucid.init(layer, 3)


class Halving(pellucid.Layer):
    """A cell of one's own: a bare state, no `get_initial_state`, weights of its own."""

    state_size = 4

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], 4), "ones")

    def call(self, inputs, states):
        new = states[0] / 2 + inputs @ self.kernel
        return new, new


# Weights.


def test_weights_are_named_shaped_and_ordered_as_keras_has_them():
    shapes = {
        layers.SimpleRNN(4): [(3, 4), (4, 4), (4,)],
        layers.LSTM(4): [(3, 16), (4, 16), (16,)],
        layers.GRU(4): [(3, 12), (4, 12), (2, 12)],
        layers.GRU(4, reset_after=False): [(3, 12), (4, 12), (12,)],
    }
    for layer, wanted in shapes.items():
        params, state = drawn(layer)
        assert [array.shape for array in params.values()] == wanted
        assert [path.split("/")[-1] for path in params] == ["kernel", "recurrent_kernel", "bias"]
        assert not state
        assert next(iter(params)).endswith("_cell/kernel")


def test_only_the_forget_gate_starts_at_one():
    bias = drawn(layers.LSTM(2))[0]["lstm_cell/bias"]
    np.testing.assert_array_equal(bias, [0, 0, 1, 1, 0, 0, 0, 0])
    other = layers.LSTM(2, bias_initializer="ones", unit_forget_bias=False)
    np.testing.assert_array_equal(drawn(other)[0]["lstm_cell/bias"], np.ones(8))


def test_the_cells_arguments_can_be_read_off_the_layer():
    layer = layers.LSTM(3, dropout=0.25, activation="relu", recurrent_regularizer="l2")
    assert (layer.units, layer.dropout, layer.use_bias) == (3, 0.25, True)
    assert layer.activation is pellucid.activations.relu
    assert layer.recurrent_regularizer is layer.cell.recurrent_regularizer


def test_freezing_the_layer_freezes_its_cell():
    layer = layers.GRU(2, trainable=False)
    layer(X)
    assert not layer.trainable_weights
    assert len(layer.non_trainable_weights) == 3


# Cells.


def test_a_cell_of_ones_own_is_run_step_by_step():
    layer = layers.RNN(Halving(), return_sequences=True, return_state=True)
    outputs, state = layer(X)
    wanted, h = [], np.zeros((2, 4))
    for t in range(6):
        h = h / 2 + X[:, t].sum(-1, keepdims=True)
        wanted.append(h)
    np.testing.assert_allclose(outputs, np.stack(wanted, 1), rtol=1e-5)
    np.testing.assert_allclose(state, h, rtol=1e-5)
    assert layer.cell.kernel.shape == (3, 4)


@pytest.mark.parametrize("cell", [layers.SimpleRNNCell, layers.LSTMCell, layers.GRUCell])
def test_a_series_at_once_is_what_single_steps_give(cell):
    class Stepwise(cell):
        """Changes nothing, but says itself what a step is; so it must be run by it."""

        def call(self, inputs, states, training=False):
            return super().call(inputs, states, training)

    whole, stepwise = (
        layers.RNN(cell(4), return_sequences=True),
        layers.RNN(Stepwise(4, name="cell"), return_sequences=True),
    )
    whole(X), stepwise(X)
    stepwise.set_weights(whole.get_weights())
    for mask in (None, MASK):
        np.testing.assert_allclose(
            whole(X, mask=mask), stepwise(X, mask=mask), rtol=1e-5, atol=1e-6
        )


def test_a_changed_step_is_the_one_that_runs():
    class Doubled(layers.GRUCell):
        def call(self, inputs, states, training=False):
            h, _ = super().call(inputs, states, training)
            return 2 * h, [h]

    usual, changed = layers.RNN(layers.GRUCell(4)), layers.RNN(Doubled(4))
    usual(X), changed(X)
    changed.set_weights(usual.get_weights())
    np.testing.assert_allclose(changed(X), 2 * usual(X), rtol=1e-5)


def test_stacked_cells_run_as_layers_on_top_of_each_other():
    first, second = layers.LSTM(4, return_sequences=True), layers.GRU(3, return_sequences=True)
    for backwards in (False, True):
        stack = layers.RNN(
            [layers.LSTMCell(4), layers.GRUCell(3)],
            return_sequences=True,
            return_state=True,
            go_backwards=backwards,
        )
        first = layers.LSTM(4, return_sequences=True, go_backwards=backwards)
        outputs, lower, upper = stack(X, mask=MASK)
        second(first(X))
        first.set_weights(stack.get_weights()[:3])
        second.set_weights(stack.get_weights()[3:])
        mask = MASK[:, ::-1] if backwards else MASK
        wanted = second(first(X, mask=MASK), mask=mask)
        np.testing.assert_allclose(outputs, wanted, rtol=1e-5, atol=1e-6)
        assert [s.shape for s in lower] == [(2, 4), (2, 4)]
        np.testing.assert_array_equal(upper[0], outputs[:, -1])


def test_what_is_no_cell_is_refused():
    with pytest.raises(ArgumentTypeError, match="state_size"):
        layers.RNN(layers.Dense(3))
    with pytest.raises(ArgumentTypeError, match="every cell"):
        layers.StackedRNNCells([layers.LSTMCell(2), "lstm"])


# Shapes, states, masks.


def test_inputs_that_are_no_series_are_refused_in_words():
    with pytest.raises(ShapeError, match=r"it needs series, shape \(batch, steps, features\)"):
        layers.LSTM(2)(X[:, 0])
    with pytest.raises(ShapeError, match="length, channels"):
        layers.ConvLSTM1D(2, 2)(X)
    layer = layers.LSTM(2)
    layer(X)
    with pytest.raises(ShapeError, match="built for rows of 3 features"):
        layer(X[..., :2])


def test_a_state_or_mask_of_another_shape_is_refused():
    with pytest.raises(
        ShapeError, match=r"`initial_state` must have the shapes \[\(2, 4\), \(2, 4\)\]"
    ):
        layers.LSTM(4)(X, initial_state=[np.zeros((2, 4))])
    with pytest.raises(ShapeError, match="mask must have shape"):
        layers.GRU(4)(X, mask=MASK[:, :4])


def test_a_bare_initial_state_will_do():
    layer, state = layers.GRU(4), np.ones((2, 4), "float32")
    np.testing.assert_array_equal(layer(X, initial_state=state), layer(X, initial_state=[state]))
    assert not np.allclose(layer(X, initial_state=state), layer(X))


@pytest.mark.parametrize("backwards", [False, True])
def test_the_outputs_mask_stands_in_the_order_of_the_outputs(backwards):
    layer = layers.SimpleRNN(2, return_sequences=True, return_state=True, go_backwards=backwards)
    mask, none = layer.compute_mask(X, jnp.asarray(MASK))
    np.testing.assert_array_equal(mask, MASK[:, ::-1] if backwards else MASK)
    assert none is None
    assert layers.SimpleRNN(2).compute_mask(X, jnp.asarray(MASK)) is None


# Stateful layers.


@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM", "GRU"])
def test_a_stateful_layer_goes_on_where_it_was(name):
    layer = getattr(layers, name)(4, stateful=True, batch_size=2)
    layer(X[:, :2])
    usual = getattr(layers, name)(4)
    usual(X)
    weights = layer.get_weights()
    usual.set_weights(weights[len(layer.states) :])
    layer.reset_states()
    for part in (X[:, :2], X[:, 2:3], X[:, 3:]):
        last = layer(part)
    np.testing.assert_allclose(last, usual(X), rtol=1e-5, atol=1e-6)
    layer.reset_states()
    assert all(not state.any() for state in layer.states)
    np.testing.assert_allclose(layer(X), usual(X), rtol=1e-5, atol=1e-6)


def test_kept_states_are_state_in_programs():
    layer = layers.LSTM(4, stateful=True, batch_size=2)
    params, state = drawn(layer)
    assert sorted(state) == ["state_0", "state_1"]
    outputs, after = jax.jit(lambda s: pellucid.apply(layer, params, s, X))(state)
    np.testing.assert_array_equal(after["state_0"], outputs)


def test_a_stateful_layer_refuses_other_batches():
    with pytest.raises(ArgumentError, match=r"LSTM\(\.\.\., stateful=True, batch_size=32\)"):
        layers.LSTM(4, stateful=True)(X)
    layer = layers.LSTM(4, stateful=True, batch_size=2)
    layer(X)
    with pytest.raises(ShapeError, match=r"keeps the states of 2 rows .* it got 1") as caught:
        layer(X[:1])
    assert "shuffle=False" in str(caught.value)


def test_shapes_of_a_stateful_model_are_known_before_its_data():
    model = Sequential([layers.Input((6, 3)), layers.GRU(4, stateful=True, batch_size=32)])
    assert model.count_params() == 3 * 12 + 4 * 12 + 24 + 32 * 4


# Dropout.


def test_dropout_drops_the_same_features_in_all_steps():
    """With a kernel of ones and no recurrence, each step's output is the sum of the features that are left."""
    layer = layers.SimpleRNN(
        1,
        activation=None,
        dropout=0.5,
        kernel_initializer="ones",
        recurrent_initializer="zeros",
        return_sequences=True,
    )
    bits = 2.0 ** np.arange(8, dtype="float32")
    outputs = layer(np.broadcast_to(bits, (5, 4, 8)), training=True)[..., 0]
    assert (outputs == outputs[:, :1]).all()
    assert len(set(np.asarray(outputs[:, 0]).tolist())) > 1
    np.testing.assert_array_equal(layer(np.broadcast_to(bits, (5, 4, 8))), 255)


def test_recurrent_dropout_drops_the_same_units_in_all_steps():
    """The state is doubled by each step where it is kept, and forgotten where it is dropped."""
    layer = layers.SimpleRNN(
        16,
        activation=None,
        recurrent_dropout=0.5,
        kernel_initializer="ones",
        recurrent_initializer="identity",
        return_sequences=True,
    )
    outputs = np.asarray(layer(np.ones((1, 3, 1), "float32"), training=True))[0]
    kinds = {tuple(column) for column in outputs.T.tolist()}
    assert kinds == {(1.0, 1.0, 1.0), (1.0, 3.0, 7.0)}


def test_dropout_rates_are_arrays_in_programs():
    layer = layers.GRU(2, dropout=0.25, recurrent_dropout=0.5)
    rates = {"gru_cell/dropout": 0.25, "gru_cell/recurrent_dropout": 0.5}
    assert pellucid.modules.tree.hyperparameters_of(layer) == rates


# Wrappers.


def test_both_directions_see_the_whole_series():
    layer = layers.Bidirectional(layers.LSTM(4, return_sequences=True))
    outputs = layer(X)
    forward, backward = layer.forward_layer, layer.backward_layer
    assert [forward.name, backward.name] == ["forward_lstm", "backward_lstm"]
    np.testing.assert_array_equal(outputs[..., :4], forward(X))
    np.testing.assert_array_equal(outputs[..., 4:], backward(X)[:, ::-1])
    paths = list(drawn(layer)[0])
    assert paths[0] == "forward_lstm/lstm_cell/kernel"


def test_bidirectional_pads_with_zeros():
    layer = layers.Bidirectional(layers.GRU(4, return_sequences=True))
    padded = np.where(MASK[..., None], X, np.nan).astype("float32")
    outputs = layer(padded, mask=MASK)
    assert (np.asarray(outputs)[~MASK] == 0).all()
    alone = layer(X[:1, :4])
    np.testing.assert_allclose(outputs[:1, :4], alone, rtol=1e-5, atol=1e-6)


def test_bidirectional_takes_starting_weights():
    source = layers.Bidirectional(layers.GRU(4))
    wanted = source(X)
    layer = layers.Bidirectional(layers.GRU(4), weights=source.get_weights())
    np.testing.assert_array_equal(layer(X), wanted)
    assert layer.get_config()["weights"] is None


def test_bidirectional_halves_the_initial_states_and_collects_the_last():
    layer = layers.Bidirectional(layers.LSTM(4, return_state=True), merge_mode=None)
    states = [np.full((2, 4), k, "float32") for k in range(4)]
    forward, backward, *last = layer(X, initial_state=states)
    alone = layer.backward_layer(X, initial_state=states[2:])
    np.testing.assert_array_equal(backward, alone[0])
    np.testing.assert_array_equal(last[3], alone[2])
    np.testing.assert_array_equal(forward, last[0])


def test_bidirectional_refuses_layers_that_do_not_fit():
    with pytest.raises(ArgumentError, match="both layers have go_backwards=True"):
        layers.Bidirectional(layers.LSTM(2, go_backwards=True))
    with pytest.raises(ArgumentError, match="return_sequences=False, the backward layer True"):
        layers.Bidirectional(
            layers.GRU(2),
            backward_layer=layers.GRU(2, go_backwards=True, return_sequences=True),
        )
    with pytest.raises(ArgumentTypeError, match="a layer over series"):
        layers.Bidirectional(layers.Dense(2))


def test_time_distributed_batch_statistics_count_valid_steps_only():
    layer = layers.TimeDistributed(layers.BatchNormalization(momentum=0.0))
    padded = np.where(MASK[..., None], X, np.inf).astype("float32")
    outputs = layer(padded, mask=MASK, training=True)
    valid = X[MASK]
    np.testing.assert_allclose(layer.layer.moving_mean, valid.mean(0), rtol=1e-5)
    wanted = (valid - valid.mean(0)) / np.sqrt(valid.var(0) + 1e-3)
    np.testing.assert_allclose(np.asarray(outputs)[MASK], wanted, rtol=1e-4, atol=1e-5)


def test_time_distributed_hands_inner_masks_on():
    series = np.random.default_rng(1).standard_normal((2, 3, 6, 3)).astype("float32")
    mask = np.stack([MASK, ~MASK, MASK | True], 1)
    layer = layers.TimeDistributed(layers.LSTM(4))
    outputs = layer(series, mask=mask)
    for t in range(3):
        alone = layer.layer(series[:, t], mask=mask[:, t])
        np.testing.assert_allclose(outputs[:, t], alone, rtol=1e-5, atol=1e-6)
    whole = layer(series, mask=np.array([[True, True, False]] * 2))
    np.testing.assert_allclose(whole[:, 1], layer.layer(series[:, 1]), rtol=1e-5, atol=1e-6)


def test_time_distributed_refuses_rows():
    with pytest.raises(ShapeError, match="it needs series"):
        layers.TimeDistributed(layers.Dense(2))(X[:, 0])
    with pytest.raises(ShapeError, match=r"must begin with \(batch, steps\)"):
        layers.TimeDistributed(layers.Dense(2))(X, mask=MASK[:1])


def test_a_conv_lstm_refuses_stride_with_dilation_and_other_images():
    with pytest.raises(ArgumentError, match="cannot both be larger than 1"):
        layers.ConvLSTM2D(2, 3, strides=2, dilation_rate=2)
    layer = layers.ConvLSTM1D(2, 2)
    layer(X[..., None])
    with pytest.raises(ShapeError, match="make a fresh layer"):
        layer(X[:, :, :2, None])


# Training.


def test_a_recurrent_network_learns_to_add_up():
    rng = np.random.default_rng(5)
    x = rng.choice([-1.0, 1.0], (64, 5, 1)).astype("float32")
    y = x[:, :3].sum(1)
    model = Sequential([layers.Bidirectional(layers.GRU(8)), layers.Dense(1)])
    model.compile(optimizer=pellucid.optimizers.Adam(0.03), loss="mse")
    history = model.fit(x, y, epochs=40, batch_size=16, verbose=0)
    assert history.history["loss"][-1] < 0.1 * history.history["loss"][0]


def test_a_stateful_network_is_trained_batch_after_batch():
    x = np.random.default_rng(6).standard_normal((16, 2, 1)).astype("float32")
    recurrent = layers.GRU(2, stateful=True, batch_size=8)
    model = Sequential([recurrent, layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x, x[:, 0], epochs=1, batch_size=8, shuffle=False, verbose=0)
    assert all(np.abs(state).min() > 0 for state in recurrent.states or ())
    recurrent.reset_states()
    assert not np.any(recurrent.states[0])
    assert model.predict(x, batch_size=8).shape == (16, 1)
    with pytest.raises(ShapeError, match="a number of rows that 8 divides"):
        model.fit(x[:12], x[:12, 0], epochs=1, batch_size=8, shuffle=False, verbose=0)


def test_shuffling_rows_under_a_stateful_layer_is_refused():
    model = Sequential(
        [Input(shape=(4, 2)), layers.LSTM(3, stateful=True, batch_size=2), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x, y = np.ones((4, 4, 2), "float32"), np.ones((4, 1))
    with pytest.raises(ArgumentError, match="layer 'lstm' is stateful"):
        model.fit(x, y, batch_size=2, verbose=0)
    assert model.fit(x, y, batch_size=2, shuffle=False, verbose=0).epoch == [0]
