"""Layers that make one array of several: broadcasting, masks, and inputs that do not fit."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Sequential, apply, init, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.modules.binding import Scope

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(2, 3)).astype("float32")
A, B, C = (RNG.normal(size=(2, 4, 3)).astype("float32") for _ in range(3))
MASK_A = np.array([[True, True, False, False], [True, False, False, True]])
MASK_B = np.array([[True, False, True, False], [True, True, False, True]])


def masked_call(layer, arrays, masks):
    """Call a layer inside a scope where the arrays have masks; return the outputs and their mask."""
    scope = Scope({})
    arrays = [jnp.asarray(array) for array in arrays]
    for array, mask in zip(arrays, masks, strict=True):
        scope.set_mask(array, None if mask is None else jnp.asarray(mask))
    outputs = scope.bind(layer)(arrays)
    mask = scope.mask_of(outputs)
    return np.asarray(outputs), None if mask is None else np.asarray(mask)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Add", A + B + C),
        ("Multiply", A * B * C),
        ("Average", (A + B + C) / 3),
        ("Maximum", np.maximum(np.maximum(A, B), C)),
        ("Minimum", np.minimum(np.minimum(A, B), C)),
        ("Concatenate", np.concatenate([A, B, C], axis=-1)),
    ],
)
def test_any_number_of_inputs(name, wanted):
    np.testing.assert_allclose(getattr(layers, name)()([A, B, C]), wanted, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(getattr(layers, name)()((A,)), A)


def test_whole_numbers_stay_whole_where_they_can():
    ones = np.ones((2, 3), "int32")
    assert layers.Add()([ones, ones]).dtype == "int32"
    assert layers.Average()([ones, 2 * ones]).tolist() == [[1.5] * 3] * 2


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"])
def test_padding_reaches_neither_outputs_nor_masks(name):
    layer = getattr(layers, name)()
    clean = [np.where(MASK_A[..., None], A, 5.0), np.where(MASK_B[..., None], B, -5.0)]
    dirty = [np.where(MASK_A[..., None], A, np.nan), np.where(MASK_B[..., None], B, np.inf)]
    ours, mask = masked_call(layer, clean, [MASK_A, MASK_B])
    again, _ = masked_call(layer, dirty, [MASK_A, MASK_B])
    np.testing.assert_array_equal(ours, again)
    np.testing.assert_array_equal(mask, MASK_A | MASK_B)
    assert not ours[~(MASK_A | MASK_B)].any()
    alone = {"Subtract": A}.get(name, A)
    np.testing.assert_allclose(ours[MASK_A & ~MASK_B], alone[MASK_A & ~MASK_B], rtol=1e-6)


def test_an_input_without_a_mask_leaves_none():
    ours, mask = masked_call(layers.Add(), [A, ROWS[:, None]], [MASK_A, None])
    assert mask is None
    wanted = np.where(MASK_A[..., None], A, 0) + ROWS[:, None]
    np.testing.assert_allclose(ours, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("axis", "masks", "wanted"),
    [
        (-1, [MASK_A, MASK_B], MASK_A | MASK_B),
        (-1, [MASK_A, None], np.ones((2, 4), bool)),
        (1, [MASK_A, MASK_B], np.concatenate([MASK_A, MASK_B], axis=1)),
        (1, [None, MASK_B], np.concatenate([np.ones((2, 4), bool), MASK_B], axis=1)),
        (-2, [MASK_A, MASK_B], np.concatenate([MASK_A, MASK_B], axis=1)),
    ],
)
def test_masks_of_what_stands_side_by_side(axis, masks, wanted):
    outputs, mask = masked_call(layers.Concatenate(axis=axis), [A, B], masks)
    np.testing.assert_array_equal(mask, wanted)
    parts = [
        x if m is None else np.where(m[..., None], x, 0) for x, m in zip([A, B], masks, strict=True)
    ]
    np.testing.assert_array_equal(outputs, np.concatenate(parts, axis=axis))


def test_inner_products_leave_padding_out():
    x = np.where(MASK_A[..., None], A, np.nan)
    ours, mask = masked_call(layers.Dot(axes=1), [x, B], [MASK_A, None])
    np.testing.assert_allclose(ours, np.einsum("bti,btj->bij", A * MASK_A[..., None], B), rtol=1e-5)
    assert mask is None


def test_normalised_products_are_cosines():
    other = RNG.normal(size=(2, 3)).astype("float32")
    cosine = (
        np.sum(ROWS * other, axis=1) / np.linalg.norm(ROWS, axis=1) / np.linalg.norm(other, axis=1)
    )
    ours = layers.Dot(axes=-1, normalize=True)([ROWS, other])
    np.testing.assert_allclose(ours[:, 0], cosine, rtol=1e-5)
    assert layers.Dot(-1, normalize=True)([ROWS, np.zeros_like(ROWS)]).tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(
    ("layer", "inputs", "kind", "message"),
    [
        (
            layers.Add(name="sum"),
            [ROWS, np.zeros((2, 5))],
            ShapeError,
            r"Add 'sum': .*rows of 3 features and another rows of 5 features: 3 and 5 do not match"
            r".*Repair: .*layers\.Dense\(3\), or layers\.Concatenate\(\)",
        ),
        (
            layers.Multiply(),
            [A, np.zeros((2, 2, 3))],
            ShapeError,
            r"shape \(4, 3\) and another rows of shape \(2, 3\): 4 and 2 do not match",
        ),
        (
            layers.Add(),
            [ROWS, ROWS[:1]],
            ShapeError,
            r"batches of 2 and 1 rows.*Repair: .*len\(a\) == len\(b\)",
        ),
        (
            layers.Add(),
            ROWS,
            ArgumentTypeError,
            r"got a single one: rows of 3 features.*Repair: add\(\[a, b\]\).*Model\(inputs, outputs\)",
        ),
        (layers.Add(), [ROWS, 3.0], ShapeError, r"single number.*Repair: layers\.Rescaling"),
        (layers.Subtract(), [ROWS] * 3, ArgumentError, "exactly 2 inputs, but it got 3"),
        (layers.Dot(1), [ROWS], ArgumentError, "exactly 2 inputs, but it got 1"),
        (
            layers.Concatenate(),
            [A, B[:, :2]],
            ShapeError,
            r"except for the concatenation axis, .*\(4, 3\) and another rows of shape \(2, 3\)",
        ),
        (layers.Concatenate(), [A, ROWS], ShapeError, "rows of 3 features"),
        (layers.Concatenate(axis=3), [A, B], ShapeError, r"axis 3.*Concatenate\(axis=2\)"),
        (layers.Dot(axes=(1, 2)), [A, B], ShapeError, "axis 1 of rows of shape .* axis 2 of rows"),
        (layers.Dot(axes=2), [ROWS, ROWS], ShapeError, "must be of one size"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, inputs, kind, message):
    with pytest.raises(kind, match=f"(?s){message}"):
        layer(inputs)


def test_a_layer_called_with_two_arguments_wants_a_list():
    with pytest.raises(ArgumentTypeError, match=r"add\(\[a, b\]\), with the inputs in a list"):
        layers.Add()(ROWS, ROWS)
    with pytest.raises(ArgumentTypeError, match="a Sequential hands on one array only"):
        Sequential([layers.Dense(3), layers.Add()]).build((None, 3))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Concatenate(axis=0), "`axis` 0 is the batch"),
        (lambda: layers.Dot(axes=0), "`axes` must be an axis or a pair of axes other than 0"),
        (lambda: layers.Dot(axes=(1, 2, 3)), r"but it is \(1, 2, 3\)"),
        (lambda: layers.Dot(axes="1"), "`axes` must be an integer or a pair"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(make, message):
    with pytest.raises((ArgumentError, ArgumentTypeError), match=message):
        make()


def test_merging_inside_a_layer_of_ones_own():
    class Gate(layers.Layer):
        def __init__(self):
            super().__init__()
            self.value, self.gate, self.product = (
                layers.Dense(2),
                layers.Dense(2, "sigmoid"),
                layers.Multiply(),
            )

        def call(self, inputs):
            return self.product([self.value(inputs), self.gate(inputs)])

    gate = Gate()
    params, state = init(gate, 0, ROWS)
    outputs, _ = apply(gate, params, state, ROWS)
    opened = 1 / (1 + np.exp(-ROWS @ params["gate/kernel"]))
    np.testing.assert_allclose(outputs, ROWS @ params["value/kernel"] * opened, rtol=1e-5)
