"""How masks travel: one, a list, by the argument's name; and how `build` gets several shapes."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import Layer, apply, infer

X = np.ones((2, 3, 4), "float32")
MASK = np.array([[True, True, False], [True, False, False]])


class Mark(Layer):
    """Makes the mask of its inputs."""

    def call(self, inputs):
        return inputs * 1.0

    def compute_mask(self, inputs, mask=None):
        return jnp.asarray(MASK)


class Pass(Layer):
    """Says nothing about masks."""

    def call(self, inputs):
        return inputs + 1.0


class Count(Layer):
    """Counts the valid steps."""

    def call(self, inputs, mask=None):
        return jnp.full((inputs.shape[0], 1), -1.0) if mask is None else mask.sum(1, keepdims=True)


class Both(Layer):
    """Hands two arrays over, with a mask each."""

    def call(self, inputs, mask=None):
        assert mask is None or isinstance(mask, list)
        return list(inputs)

    def compute_mask(self, inputs, mask=None):
        return mask


class Meet(Layer):
    """Takes two arguments, with shapes and masks by name."""

    def build(self, query_shape, value_shape, key_shape=None):
        self.shapes = (query_shape, value_shape, key_shape)

    def call(self, query, value, key=None, query_mask=None, value_mask=None):
        assert query_mask is not None
        assert value_mask is None
        return query_mask


class Chain(Layer):
    def __init__(self, *layers):
        super().__init__()
        self.chain = list(layers)

    def call(self, inputs):
        for layer in self.chain:
            inputs = layer(inputs)
        return inputs


def test_a_mask_passes_through_what_says_nothing():
    np.testing.assert_array_equal(Chain(Mark(), Pass(), Count())(X)[:, 0], MASK.sum(1))


def test_without_a_mask_none_arrives():
    np.testing.assert_array_equal(Chain(Pass(), Count())(X)[:, 0], -1)


def test_a_mask_can_be_given_by_position_or_name():
    for outputs in (Count()(X, MASK), Count()(X, mask=MASK)):
        np.testing.assert_array_equal(outputs[:, 0], MASK.sum(1))


class Fork(Layer):
    def __init__(self):
        super().__init__()
        self.mark, self.rest, self.both = Mark(), Pass(), Both()
        self.first, self.second = Count(), Count()

    def call(self, inputs):
        marked, plain = self.both([self.mark(inputs), self.rest(inputs)])
        return self.first(marked), self.second(plain)


def test_lists_have_a_mask_each():
    first, second = Fork()(X)
    np.testing.assert_array_equal(first[:, 0], MASK.sum(1))
    np.testing.assert_array_equal(second[:, 0], -1)


class Several(Layer):
    def __init__(self):
        super().__init__()
        self.mark, self.meet = Mark(), Meet()

    def call(self, inputs):
        return self.meet(self.mark(inputs), value=inputs[:, :1])


def test_shapes_and_masks_by_the_arguments_name():
    layer = Several()
    np.testing.assert_array_equal(layer(X), MASK)
    assert layer.meet.shapes == ((None, 3, 4), (None, 1, 4), None)


def test_masks_are_part_of_a_compiled_program():
    layer = Chain(Mark(), Count())
    infer(layer, X)
    compiled = jax.jit(lambda x: apply(layer, {}, {}, x)[0])(X)
    np.testing.assert_array_equal(compiled[:, 0], MASK.sum(1))
