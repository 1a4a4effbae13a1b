"""EinsumDense: shapes and numbers of many equations, starting values, masks, and what is refused."""

from __future__ import annotations

import string

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.functional.einsum import einsum_shapes, read_equation

RNG = np.random.default_rng(2)

# Equation, bias axes, inputs, output_shape; kernel, bias and outputs that follow.
SHAPES = [
    ("ab,b->a", None, (2, 32), (), (32,), None, (2,)),
    ("ab,bc->ac", "c", (2, 32), 64, (32, 64), (64,), (2, 64)),
    ("abc,cde->abde", "e", (2, 1, 2), (1, 3, 4), (2, 3, 4), (4,), (2, 1, 3, 4)),
    ("abc,cde->abde", "d", (2, 1, 2), (1, 3, 4), (2, 3, 4), (3, 1), (2, 1, 3, 4)),
    ("abc,cde->abde", "be", (2, 7, 2), (7, 3, 4), (2, 3, 4), (7, 1, 4), (2, 7, 3, 4)),
    ("abc,cd->abd", "bd", (2, 7, 2), (None, 3), (2, 3), (7, 3), (2, 7, 3)),
    ("BFNH,NHD->BFD", None, (2, 1, 2, 3), (1, 4), (2, 3, 4), None, (2, 1, 4)),
    ("i,d->id", None, (2,), (2,), (2,), None, (2, 2)),
    ("ibd,nd->ibn", None, (2, 2, 1), (2, 2), (2, 1), None, (2, 2, 2)),
    ("...b,bc->...c", "c", (2, 3, 32), 64, (32, 64), (64,), (2, 3, 64)),
    ("...bc,bc->...b", None, (2, 32, 64), 32, (32, 64), None, (2, 32)),
    ("...c,cde->...de", "d", (2, 1, 2), (3, 4), (2, 3, 4), (3, 1), (2, 1, 3, 4)),
    ("bc...,cd->bd...", None, (2, 1, 2, 3), 4, (1, 4), None, (2, 4, 2, 3)),
    ("bc...,cde->bde...", "e", (2, 1, 2), (3, 4), (1, 3, 4), (4, 1), (2, 3, 4, 2)),
]


def by_loops(equation, x, kernel):
    """Sum products of single numbers, letter by letter."""
    inputs, rest = equation.split(",")
    weights, outputs = rest.split("->")
    free = "".join(set(string.ascii_letters) - set(equation))
    stay = free[: x.ndim - len(inputs.replace("...", ""))]
    inputs, outputs = inputs.replace("...", stay), outputs.replace("...", stay)
    sizes = dict(zip(inputs + weights, x.shape + kernel.shape, strict=True))
    letters = "".join(sizes)
    found = np.zeros([sizes[letter] for letter in outputs])
    for place in np.ndindex(*[sizes[letter] for letter in letters]):
        at = dict(zip(letters, place, strict=True))
        term = x[tuple(at[i] for i in inputs)] * kernel[tuple(at[i] for i in weights)]
        found[tuple(at[i] for i in outputs)] += term
    return found


@pytest.mark.parametrize(
    ("equation", "axes", "given", "output_shape", "kernel", "bias", "outputs"), SHAPES
)
def test_shapes_and_numbers(equation, axes, given, output_shape, kernel, bias, outputs):
    layer = layers.EinsumDense(equation, output_shape, bias_axes=axes, bias_initializer="uniform")
    x = RNG.normal(size=given).astype("float32")
    found = np.asarray(layer(x))
    assert tuple(layer.kernel.shape) == kernel
    assert found.shape == outputs
    wanted = by_loops(equation, x, np.asarray(layer.kernel))
    if bias is not None:
        assert tuple(layer.bias.shape) == bias
        wanted = wanted + np.asarray(layer.bias)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_it_is_a_dense_layer():
    x = RNG.normal(size=(4, 3, 5)).astype("float32")
    dense = layers.Dense(2, "tanh", kernel_regularizer="l2")
    same = layers.EinsumDense(
        "...x,xy->...y", 2, "tanh", "y", kernel_regularizer="l2", name="dense"
    )
    np.testing.assert_array_equal(dense(x), same(x))


def test_inputs_of_the_kernel_are_what_is_summed_over():
    """Three axes for heads: fan-in is the features (200), fan-out the heads' units (4 x 50)."""
    layer = layers.EinsumDense("abc,hcd->abhd", (None, 4, 50), kernel_initializer="he_normal")
    layer(np.zeros((1, 2, 200), "float32"))
    np.testing.assert_allclose(np.std(layer.kernel), np.sqrt(2 / 200), rtol=0.02)


@pytest.mark.parametrize(
    ("equation", "output_shape", "kept"),
    [
        ("abc,cd->abd", (None, 2), True),
        ("...c,cd->...d", 2, True),
        ("abc,bcd->ad", 2, False),
        ("abc,bd->acd", (3, 2), False),
        ("ab...,bd->ad...", 2, False),
    ],
)
def test_masks_of_steps_are_passed_on_where_steps_stay(equation, output_shape, kept):
    x = Input((4, 3))
    layer = layers.EinsumDense(equation, output_shape)
    mask = np.ones((2, 4), bool)
    layer(np.zeros((2, 4, 3), "float32"))
    assert (layer.compute_mask(np.zeros((2, 4, 3)), mask) is mask) is kept
    assert Model(x, layer(x)).output_shape[0] is None


def test_models_of_unknown_length():
    model = Sequential([Input((None, 3)), layers.EinsumDense("abc,cd->abd", (None, 2))])
    assert model.output_shape == (None, None, 2)
    assert model.predict(np.zeros((2, 7, 3), "float32")).shape == (2, 7, 2)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("ab,bc", r"must name inputs, kernel and outputs"),
        ("...ab,bc->ac", r"ellipsis at the same end"),
        ("ab,bz->a", r"kernel's axis 'z' is neither"),
        ("ab,bc->acd", r"outputs' axis 'd' is neither"),
    ],
)
def test_equations_that_cannot_be_read(equation, said):
    with pytest.raises(ArgumentError, match=said):
        layers.EinsumDense(equation, 3)


@pytest.mark.parametrize(
    ("equation", "axes", "given", "output_shape", "said"),
    [
        ("abc,cd->abd", None, (2, 3), (3, 4), r"names 3 axes of the inputs"),
        ("...bc,cd->...bd", None, (2, 3), (2, 4), r"behind at least one for the batch"),
        ("abc,cd->abd", None, (2, 3, 4), (5, 6), r"axis 'b' has size 3 in the inputs, but 5"),
        ("abc,cd->abd", None, (2, 3, 4), (6,), r"must have 2 sizes: one for each of the outputs' axes 'bd'"),
        ("abc,cd->abd", None, (2, 3, 4), (None, None), r"kernel's axis 'd' has no size"),
        ("abc,cd->abd", "z", (2, 3, 4), (None, 6), r"`bias_axes` names 'z', but the outputs have only 'abd'"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit(equation, axes, given, output_shape, said):
    with pytest.raises((ShapeError, ArgumentError), match=said):
        einsum_shapes(read_equation(equation), axes, given, output_shape)
