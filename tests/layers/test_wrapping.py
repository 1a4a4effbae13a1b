"""Lambda: functions of one's own, their files and their mistakes. Residual: shortcuts and projections."""

from __future__ import annotations

import functools
import traceback

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Sequential, apply, init, layers
from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.modules.binding import Scope

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
IMAGES = np.random.default_rng(1).normal(size=(2, 6, 5, 3)).astype("float32")
SERIES = np.random.default_rng(2).normal(size=(2, 5, 3)).astype("float32")


def scaled(x, factor=2.0, training=False):
    return x * (factor if training else 1.0)


def with_mask(x, mask=None):
    return jnp.where(mask[..., None], x, 0.0)


# Lambda


def test_any_function_of_arrays():
    np.testing.assert_allclose(layers.Lambda(jnp.tanh)(X), np.tanh(X), rtol=1e-5)
    np.testing.assert_array_equal(layers.Lambda(lambda a: a[:, ::2])(X), X[:, ::2])
    partly = functools.partial(jnp.clip, min=0.0)
    np.testing.assert_array_equal(layers.Lambda(partly)(X), np.maximum(X, 0))


def test_arguments_the_training_flag_and_the_mask_are_handed_on():
    layer = layers.Lambda(scaled, arguments={"factor": 3.0})
    np.testing.assert_array_equal(layer(X), X)
    np.testing.assert_allclose(layer(X, training=True), 3 * X, rtol=1e-6)
    mask = np.array([[True, False, True, True, False]] * 2)
    wanted = np.where(mask[..., None], SERIES, 0)
    np.testing.assert_array_equal(layers.Lambda(with_mask)(SERIES, mask=mask), wanted)


def test_several_inputs_and_outputs():
    both = layers.Lambda(lambda pair: (pair[0] + pair[1], pair[0] - pair[1]))
    total, difference = both([X, X])
    np.testing.assert_allclose(total, 2 * X, rtol=1e-6)
    assert not np.asarray(difference).any()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (None, None),
        (lambda inputs, mask: mask[:, ::-1], np.array([[False, True, True]])),
        (np.array([[True, True, True]]), np.ones((1, 3), bool)),
    ],
    ids=["none", "function", "array"],
)
def test_the_outputs_mask_is_what_the_argument_says(given, wanted):
    scope, x = Scope({}), jnp.ones((1, 3, 2))
    scope.set_mask(x, jnp.array([[True, True, False]]))
    mask = scope.mask_of(scope.bind(layers.Lambda(lambda a: 2 * a, mask=given))(x))
    assert (mask is None and wanted is None) or np.array_equal(mask, wanted)


def test_a_mistake_ends_in_the_users_line():
    def half(x):
        return x @ jnp.ones((7, 2))

    with pytest.raises(TypeError) as caught:
        Sequential([layers.Dense(3), layers.Lambda(half, name="half")]).build((None, 4))
    lines = [frame.line for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert "return x @ jnp.ones((7, 2))" in lines
    assert any("In layer 'half' (Lambda)" in note for note in caught.value.__notes__)


def test_numpy_functions_are_told_apart():
    with pytest.raises(jax.errors.TracerArrayConversionError) as caught:
        layers.Lambda(lambda x: np.linalg.norm(x, axis=-1))(X)
    assert any("jax.numpy (jnp) in the place of numpy" in note for note in caught.value.__notes__)


def nothing(x):
    _ = x * 2


def test_a_forgotten_return_and_a_wrong_shape_say_where_the_function_is():
    where = r"nothing, test_wrapping\.py:\d+"
    with pytest.raises(ArgumentTypeError, match=rf"\({where}\) returned None") as caught:
        layers.Lambda(nothing)(X)
    assert "return outputs" in str(caught.value)
    with pytest.raises(
        ShapeError, match=r"returned rows of 4 features, but `output_shape` says \(5,\)"
    ):
        layers.Lambda(lambda x: x, output_shape=5)(X)
    with pytest.raises(ShapeError, match="`output_shape` says"):
        layers.Lambda(lambda x: x, output_shape=lambda shape: (*shape, 1))(X)
    layers.Lambda(lambda x: x[:, None], output_shape=(None, 4))(X)
    with pytest.raises(ArgumentTypeError, match="`function` must be a function"):
        layers.Lambda("relu")


def test_a_function_is_never_written_into_a_file(tmp_path):
    path = tmp_path / "net.safetensors"
    model = Sequential([layers.Dense(3), layers.Lambda(scaled, arguments={"factor": 5.0})])
    model.build((None, 4))
    with pytest.raises(ArgumentTypeError, match=r"argument `function`: .*scaled.* is code"):
        model.save(path)
    assert not path.exists()
    model.save(path, custom_objects={"scaled": scaled})
    again = pellucid.load(path, custom_objects={"scaled": scaled})
    assert again.layers[1].arguments == {"factor": 5.0}
    np.testing.assert_array_equal(again(X, training=True), model(X, training=True))
    with pytest.raises(pellucid.core.errors.FileFormatError, match="it needs `scaled`"):
        pellucid.load(path)


def test_pellucids_own_functions_are_written_by_name(tmp_path):
    path = tmp_path / "net.safetensors"
    model = Sequential([layers.Dense(3), layers.Lambda(pellucid.activations.relu)])
    model.build((None, 4))
    model.save(path)
    np.testing.assert_array_equal(pellucid.load(path)(X), model(X))


# Residual


def test_equal_shapes_need_no_projection():
    block = layers.Residual([layers.Dense(8, "relu"), layers.Dense(4)])
    params, state = init(block, 0, X)
    assert set(params) == {f"layers_{i}/{w}" for i in (0, 1) for w in ("kernel", "bias")}
    hidden = np.maximum(X @ params["layers_0/kernel"], 0)
    wanted = X + hidden @ params["layers_1/kernel"]
    np.testing.assert_allclose(apply(block, params, state, X)[0], wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("inside", "x", "shape", "strides"),
    [
        ([layers.Dense(7)], X, (3, 7), None),
        ([layers.Conv2D(7, 3, padding="same")], IMAGES, (2, 6, 5, 7), None),
        ([layers.Conv2D(7, 3, strides=2, padding="same")], IMAGES, (2, 3, 3, 7), (2, 2)),
        (
            [layers.Conv2D(3, 3, padding="same"), layers.MaxPooling2D((3, 1))],
            IMAGES,
            (2, 2, 5, 3),
            (3, 1),
        ),
        ([layers.Conv1D(2, 2, strides=2)], SERIES[:, :4], (2, 2, 2), (2,)),
    ],
)
def test_other_shapes_get_a_linear_projection(inside, x, shape, strides):
    block = layers.Residual(inside)
    outputs = block(x)
    assert outputs.shape == shape
    assert getattr(block.projection, "strides", None) == strides
    kernel = np.asarray(block.projection.kernel)
    around = x[(slice(None), *(slice(None, None, s) for s in strides or ()))]
    branch = x
    for layer in block.layers:
        branch = layer(branch)
    wanted = around @ kernel.reshape(kernel.shape[-2:]) + branch
    np.testing.assert_allclose(outputs, wanted, rtol=1e-4, atol=1e-5)


def test_a_shortcut_of_ones_own():
    block = layers.Residual(
        [layers.Conv2D(4, 3)], shortcut=Sequential([layers.Cropping2D(1), layers.Dense(4)])
    )
    assert block(IMAGES).shape == (2, 4, 3, 4)
    assert block.projection is None


def test_zeros_in_the_last_layer_make_it_the_identity_at_the_start():
    block = layers.Residual([layers.Dense(9, "relu"), layers.Dense(4, kernel_initializer="zeros")])
    np.testing.assert_array_equal(block(X), X)
    slope = jax.grad(lambda x: block(x).sum())(jnp.asarray(X))
    np.testing.assert_array_equal(slope, np.ones_like(X))


def test_blocks_nest_train_and_come_back_from_files(tmp_path):
    inner = layers.Residual([layers.Dense(6, "relu"), layers.Dropout(0.2), layers.Dense(6)])
    norm = layers.LayerNormalization()
    model = Sequential([layers.Residual([layers.Dense(5), inner, norm]), layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    path = tmp_path / "net.safetensors"
    model.save(path)
    again = pellucid.load(path)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.layers[0].projection is not None
    assert model.layers[0].clone().projection is None


def test_a_mask_passes_where_the_steps_stay():
    mask = jnp.array([[True, True, False, True, False]] * 2)
    for inside, stays in (
        ([layers.Dense(3)], True),
        ([layers.Dense(8)], True),
        ([layers.Conv1D(3, 3, strides=2, padding="same")], False),
    ):
        block = layers.Residual(inside)
        params, state = init(block, 0, SERIES)
        scope, x = Scope({**params, **state}), jnp.asarray(SERIES)
        scope.set_mask(x, mask)
        assert (scope.mask_of(scope.bind(block)(x)) is not None) == stays


@pytest.mark.parametrize(
    ("make", "x", "kind", "message"),
    [
        (
            lambda: layers.Residual([layers.Conv2D(3, 3)]),
            IMAGES,
            ShapeError,
            r"make rows of shape \(4, 3, 3\) of rows of shape \(6, 5, 3\), and no strides.*padding='same'",
        ),
        (
            lambda: layers.Residual([layers.Flatten(), layers.Dense(3)]),
            IMAGES,
            ShapeError,
            "make rows of 3 features of rows of shape",
        ),
        (
            lambda: layers.Residual([layers.Dense(3)], shortcut=layers.Dense(2)),
            X,
            ShapeError,
            "layers give rows of 3 features, its shortcut rows of 2 features: they cannot be added",
        ),
        (lambda: layers.Residual([]), X, ArgumentTypeError, "it takes layers, but it got"),
        (lambda: layers.Residual([layers.Dense]), X, ArgumentTypeError, "it takes layers"),
        (
            lambda: layers.Residual([layers.Dense(2)], "same"),
            X,
            ArgumentTypeError,
            "shortcut 'same'",
        ),
    ],
)
def test_what_cannot_be_added_is_refused(make, x, kind, message):
    with pytest.raises(kind, match=f"(?s){message}"):
        make()(x)
