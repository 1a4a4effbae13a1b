"""`keras.backend`: what old programs use of it."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import ArgumentTypeError, UsageError
from pellucid.keras import backend as K
from pellucid.keras.variable import Variable

A = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.5]], "float32")
B = np.arange(24, dtype="float32").reshape(2, 3, 4)

TABLE = [
    (lambda: K.mean(K.square(A), axis=-1), (A**2).mean(-1)),
    (lambda: K.sum(A, axis=1, keepdims=True), A.sum(1, keepdims=True)),
    (lambda: K.sqrt(A), np.sqrt(A.clip(0))),
    (lambda: K.argmax(A), A.argmax(-1)),
    (lambda: K.concatenate([A, A]), np.concatenate([A, A], -1)),
    (lambda: K.clip(A, min_value=-1, max_value=1), A.clip(-1, 1)),
    (lambda: K.pow(A, 2), A**2),
    (lambda: K.relu(A, alpha=0.1, max_value=2.0), np.where(A > 0, A.clip(None, 2), 0.1 * A)),
    (lambda: K.hard_sigmoid(A), (0.2 * A + 0.5).clip(0, 1)),
    (lambda: K.l2_normalize(A, axis=1), A / np.linalg.norm(A, axis=1, keepdims=True)),
    (lambda: K.expand_dims(A), A[..., None]),
    (lambda: K.flatten(A), A.ravel()),
    (lambda: K.batch_flatten(B), B.reshape(2, -1)),
    (lambda: K.repeat(A, 2), np.stack([A, A], 1)),
    (lambda: K.repeat_elements(A, 2, axis=1), A.repeat(2, 1)),
    (lambda: K.permute_dimensions(B, (0, 2, 1)), B.transpose(0, 2, 1)),
    (lambda: K.reshape(A, shape=(3, 2)), A.reshape(3, 2)),
    (lambda: K.reverse(A, axes=1), A[:, ::-1]),
    (lambda: K.tile(A, n=[1, 2]), np.tile(A, (1, 2))),
    (lambda: K.dot(A, np.ones((3, 2), "float32")), A @ np.ones((3, 2))),
    (lambda: K.batch_dot(A, A, axes=1), (A * A).sum(1, keepdims=True)),
    (lambda: K.batch_dot(B, B, axes=[2, 2]), B @ B.transpose(0, 2, 1)),
    (lambda: K.batch_dot(B, B.transpose(0, 2, 1)), B @ B.transpose(0, 2, 1)),
    (lambda: K.gather(A, [1, 0]), A[[1, 0]]),
    (lambda: K.one_hot([0, 2], 3), np.eye(3)[[0, 2]]),
    (lambda: K.cumsum(A), A.cumsum(0)),
    (lambda: K.equal(A, 0.0), A == 0),
    (lambda: K.maximum(A, 0.0), A.clip(0)),
    (lambda: K.cast(A > 0, "float32"), (A > 0).astype(float)),
    (lambda: K.switch(A > 0, A, -A), np.abs(A)),
    (lambda: K.switch(A[:, 0] > 0.7, A, lambda: 0 * A), A * [[1], [0]]),
    (lambda: K.bias_add(A, np.ones(3, "float32")), A + 1),
    (lambda: K.temporal_padding(B, (1, 0)), np.pad(B, ((0, 0), (1, 0), (0, 0)))),
    (lambda: K.spatial_2d_padding(B[..., None]), np.pad(B, ((0, 0), (1, 1), (1, 1)))[..., None]),
    (lambda: K.resize_images(B[..., None], 2, 1, "channels_last"), B.repeat(2, 1)[..., None]),
    (lambda: K.foldl(lambda a, x: a + x, A), A.sum(0)),
    (lambda: K.map_fn(lambda x: x * 2, A), A * 2),
    (lambda: K.eye(2), np.eye(2)),
    (lambda: K.constant(3, shape=(2,)), np.full(2, 3)),
    (lambda: K.pool2d(B[..., None], (1, 2), (1, 2), pool_mode="avg"), ((B[..., ::2] + B[..., 1::2]) / 2)[..., None]),
    (lambda: K.binary_crossentropy(A > 0, K.sigmoid(A)), np.log1p(np.exp(-np.where(A > 0, A, -A)))),
    (lambda: K.categorical_crossentropy(np.eye(3)[[0, 1]], np.full((2, 3), 1 / 3)), np.log([3, 3])),
    (lambda: K.in_train_phase(A, -A), -A),
    (lambda: K.in_train_phase(A, -A, training=True), A),
]  # fmt: skip


@pytest.mark.parametrize("row", range(len(TABLE)))
def test_number_is_numpys(row):
    found, wanted = TABLE[row]
    np.testing.assert_allclose(np.asarray(found()), wanted, rtol=1e-5, atol=1e-6)


def test_shapes_and_settings():
    assert K.int_shape(A) == K.shape(A) == (2, 3)
    assert K.int_shape(keras.Input(shape=(4,))) == (None, 4)
    assert (K.ndim(A), K.count_params(A), K.dtype(A)) == (2, 6, "float32")
    assert (K.epsilon(), K.floatx(), K.image_data_format()) == (1e-7, "float32", "channels_last")
    assert K.image_dim_ordering() == "tf"
    assert (
        K.is_float_dtype("bfloat16"),
        K.is_int_dtype("uint8"),
        K.result_type("int32", "float16"),
    ) == (True, True, "float16")
    K.reset_uids()
    assert (K.get_uid("dense"), K.get_uid("dense")) == (1, 2)
    with K.name_scope("part"):
        assert not K.is_sparse(A)


def test_variables():
    v = K.variable(A, name="v")
    K.update_add(v, 1.0)
    np.testing.assert_allclose(K.get_value(v), A + 1)
    K.set_value(v, A)
    K.update_sub(v, A)
    assert not K.eval(v).any()
    K.batch_set_value([(v, A)])
    np.testing.assert_allclose(K.batch_get_value([v])[0], A)
    assert isinstance(K.zeros((2,)), Variable)
    K.moving_average_update(v, 0 * A, 0.5)
    np.testing.assert_allclose(K.get_value(v), A / 2)
    with pytest.raises(ArgumentTypeError, match="learning_rate"):
        K.set_value(3.0, 1.0)


def test_learning_rate_by_value():
    optimizer = keras.optimizers.SGD(0.5)
    K.set_value(optimizer.lr, 0.25)
    assert K.get_value(optimizer.lr) == pytest.approx(0.25)


def test_rnn_is_a_loop():
    last, outputs, states = K.rnn(
        lambda x, s: (x + s[0], [x + s[0]]), B, [np.zeros((2, 4), "float32")]
    )
    np.testing.assert_allclose(outputs, B.cumsum(1))
    np.testing.assert_allclose(last, B.sum(1))
    np.testing.assert_allclose(states[0], B.sum(1))


def test_functions_of_graphs(capsys):
    x = keras.Input(shape=(3,))
    hidden = keras.layers.Dense(2, name="hidden")(x)
    model = keras.Model(x, keras.layers.Dropout(0.5)(hidden))
    part = K.function([model.input, K.learning_phase()], [model.get_layer("hidden").output])
    np.testing.assert_allclose(part([A, 0])[0], keras.Model(x, hidden)(A), rtol=1e-5)
    assert "keras.Model" in capsys.readouterr().err
    with pytest.raises(ArgumentTypeError, match="GradientTape"):
        K.gradients(hidden, K.variable(1.0))
    with pytest.raises(ArgumentTypeError, match="tensors of a model"):
        K.function([x], [])
    with pytest.raises(UsageError, match="updates"):
        K.function([x], [hidden], updates=[1])


def test_gradients_in_graphs():
    x = keras.Input(shape=(3,))
    hidden = keras.layers.Dense(4, activation="tanh", name="hidden")(x)
    model = keras.Model(x, keras.layers.Dense(2, name="last")(hidden))
    by_input = K.gradients(model.output[:, 1], model.input)[0]
    by_hidden = K.gradients(K.sum(model.output[:, 1]), [hidden])[0]
    found, at_hidden = K.function([model.input], [by_input, by_hidden * 1.0])([A])
    kernel, bias = model.get_layer("hidden").get_weights()
    last = model.get_layer("last").get_weights()[0][:, 1]
    slope = 1 - np.tanh(A @ kernel + bias) ** 2
    np.testing.assert_allclose(at_hidden, np.tile(last, (2, 1)), rtol=1e-5)
    np.testing.assert_allclose(found, (slope * last) @ kernel.T, rtol=1e-4, atol=1e-6)
    x, y = keras.Input(shape=(3,)), keras.Input(shape=(3,))
    by_y = K.gradients(x * y * y, y)[0]
    np.testing.assert_allclose(K.function([x, y], [by_y])([A, 2 * A])[0], 4 * A * A, rtol=1e-5)


def test_sessions_are_accepted():
    K.set_session(K.get_session())
    assert K.get_session().run([K.constant(2.0), None]) == [2.0, None]
    K.manual_variable_initialization(True)
    K.clear_session()


def test_placeholders_are_inputs():
    x = K.placeholder(shape=(None, 3))
    assert K.is_placeholder(x)
    assert K.int_shape(x) == (None, 3)


def test_an_old_lambda_and_an_old_loss_train():
    def sampling(args):
        mean, log_var = args
        noise = K.random_normal(shape=(K.shape(mean)[0], K.int_shape(mean)[1]))
        return mean + K.exp(0.5 * log_var) * noise

    x = keras.Input(shape=(3,))
    mean, log_var = keras.layers.Dense(2)(x), keras.layers.Dense(2)(x)
    code = keras.layers.Lambda(sampling, output_shape=(2,))([mean, log_var])
    model = keras.Model(x, keras.layers.Dense(3)(code))
    model.compile("adam", lambda y_true, y_pred: K.mean(K.square(y_true - y_pred), axis=-1))
    assert np.isfinite(model.fit(A, A, epochs=2, verbose=0).history["loss"]).all()
