"""Flax NNX with Optax: the jitted step of `flax_nnx.py` for the networks without recurrence."""

from operator import attrgetter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from numpy.typing import NDArray

from benchmarks import network_child, parts, reference
from benchmarks.conversions import FLAX
from benchmarks.network import ADAM_EPSILON, LEARNING_RATE, Network
from benchmarks.parts import EPSILON, RUNNING, Shape
from benchmarks.runners.flax_nnx import crossentropy


def convolution(part: parts.Convolution, shape: Shape, rngs: nnx.Rngs) -> nnx.Conv:
    """Return the convolution for the rank of `shape`."""
    sizes, strides = ((number,) * (len(shape) - 1) for number in (part.size, part.stride))
    return nnx.Conv(
        shape[-1], part.filters, sizes, strides, padding="SAME", use_bias=part.bias, rngs=rngs
    )


def batch_norm(channels: int, rngs: nnx.Rngs) -> nnx.BatchNorm:
    """Return batch normalisation."""
    return nnx.BatchNorm(channels, momentum=RUNNING, epsilon=EPSILON, rngs=rngs)


class Convolution(nnx.Module):
    """A convolution, and ReLU where the part asks for it."""

    def __init__(self, part: parts.Convolution, shape: Shape, rngs: nnx.Rngs) -> None:
        self.layer, self.relu = convolution(part, shape, rngs), part.relu
        self.leaves = nnx.List([self.layer])

    def __call__(self, x: jax.Array) -> jax.Array:
        x = self.layer(x)
        return nnx.relu(x) if self.relu else x


class NormalizedReLU(nnx.Module):
    """Batch normalisation followed by ReLU."""

    def __init__(self, part: parts.NormalizedReLU, shape: Shape, rngs: nnx.Rngs) -> None:
        self.layer = batch_norm(shape[-1], rngs)
        self.leaves = nnx.List([self.layer])

    def __call__(self, x: jax.Array) -> jax.Array:
        return nnx.relu(self.layer(x))


class Residual(nnx.Module):
    """ReLU of the shortcut plus two normalised convolutions."""

    def __init__(self, part: parts.Residual, shape: Shape, rngs: nnx.Rngs) -> None:
        self.stride, filters = part.stride, part.filters

        def pair(size: int, stride: int, inputs: Shape) -> list[Any]:
            made = parts.Convolution(filters, size, stride, relu=False, bias=False)
            return [convolution(made, inputs, rngs), batch_norm(filters, rngs)]

        self.leaves = nnx.List(pair(3, part.stride, shape) + pair(3, 1, part.output(shape)))
        self.changes = part.changes(shape[-1])
        if self.changes:
            self.leaves.extend(pair(1, 1, shape))

    def __call__(self, x: jax.Array) -> jax.Array:
        first, first_norm, second, second_norm = self.leaves[:4]
        inner = second_norm(second(nnx.relu(first_norm(first(x)))))
        if self.changes:
            mix, mix_norm = self.leaves[4:]
            window = (self.stride, self.stride)
            x = mix_norm(mix(nnx.avg_pool(x, window, window)))
        return nnx.relu(x + inner)


class Encoder(nnx.Module):
    """Attention, then two dense layers, normalised after each sum."""

    def __init__(self, part: parts.Encoder, shape: Shape, rngs: nnx.Rngs) -> None:
        width = shape[-1]
        attention = nnx.MultiHeadAttention(part.heads, width, decode=False, rngs=rngs)
        norms = [nnx.LayerNorm(width, epsilon=EPSILON, rngs=rngs) for _ in range(2)]
        first = nnx.Linear(width, part.hidden, rngs=rngs)
        second = nnx.Linear(part.hidden, width, rngs=rngs)
        self.leaves = nnx.List([attention, norms[0], first, second, norms[1]])

    def __call__(self, x: jax.Array) -> jax.Array:
        attention, attention_norm, first, second, last_norm = self.leaves
        x = attention_norm(x + attention(x))
        return last_norm(x + second(nnx.relu(first(x))))


class Plain(nnx.Module):
    """A pool, a mean, or the last dense layer."""

    def __init__(self, part: parts.Part, shape: Shape, rngs: nnx.Rngs) -> None:
        self.axes = tuple(range(1, len(shape)))
        self.pools = isinstance(part, parts.MaxPool)
        last = isinstance(part, parts.Classes)
        self.leaves = nnx.List([nnx.Linear(shape[-1], part.units, rngs=rngs)] if last else [])

    def __call__(self, x: jax.Array) -> jax.Array:
        if self.leaves:
            return self.leaves[0](x)
        window = (2,) * len(self.axes)
        return nnx.max_pool(x, window, window) if self.pools else x.mean(self.axes)


MODULES: dict[type, Any] = {
    parts.Convolution: Convolution,
    parts.NormalizedReLU: NormalizedReLU,
    parts.Residual: Residual,
    parts.Encoder: Encoder,
}


class Chain(nnx.Module):
    """The parts one after the other."""

    def __init__(self, network: Network, rngs: nnx.Rngs) -> None:
        made, shape = [], network.shape
        for part in network.parts:
            made.append(MODULES.get(type(part), Plain)(part, shape, rngs))
            shape = part.output(shape)
        self.parts = nnx.List(made)

    def __call__(self, x: jax.Array) -> jax.Array:
        for part in self.parts:
            x = part(x)
        return x


class Flax:
    """Model, optimizer and the jitted step."""

    def __init__(self, network: Network, x: NDArray, y: NDArray) -> None:
        self.x, self.y, self.batch_size = x, y, network.batch_size
        self.random = np.random.default_rng(0)
        self.model = Chain(network, nnx.Rngs(0))
        layers = [layer for part in self.model.parts for layer in part.leaves]
        for layer, leaf in zip(layers, network.leaves, strict=True):
            for name, array in zip(FLAX[leaf.kind], leaf.arrays, strict=False):
                attrgetter(name)(layer)[...] = jnp.asarray(array)
        adam = optax.adam(LEARNING_RATE, reference.BETA_1, reference.BETA_2, ADAM_EPSILON)
        self.optimizer = nnx.Optimizer(self.model, adam, wrt=nnx.Param)

        @nnx.jit
        def step(model, optimizer, batch_x, batch_y):
            value, gradients = nnx.value_and_grad(crossentropy)(model, batch_x, batch_y)
            optimizer.update(model, gradients)
            return value

        self.step = step

    def fit(self, epochs: int, shuffle: bool) -> float:
        """Train, and return the last epoch's mean loss."""
        step = nnx.cached_partial(self.step, self.model, self.optimizer)
        losses: list[jax.Array] = []
        for _ in range(epochs):
            count = len(self.x)
            rows = self.random.permutation(count) if shuffle else np.arange(count)
            batches = rows.reshape(-1, self.batch_size)
            losses = [step(self.x[batch], self.y[batch]) for batch in batches]
        jax.block_until_ready(nnx.state(self.model))
        return float(np.mean(losses))


if __name__ == "__main__":
    network_child.main(Flax)
