"""Flax NNX with Optax: the jitted step of Flax's MNIST guide, called from a Python loop.

`nnx.cached_partial` (from Flax's performance guide) keeps the graph traversal out of the loop.
Batches are indexed from arrays in memory. A loop of several steps in one program is possible with
`jax.lax.scan`, but it is then the user who writes the engine.
"""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from numpy.typing import NDArray

from benchmarks import child, reference
from benchmarks.workload import Workload


class Network(nnx.Module):
    """Fully connected layers with ReLU between them."""

    def __init__(self, sizes: tuple[int, ...], rngs: nnx.Rngs) -> None:
        pairs = pairwise(sizes)
        self.layers = nnx.List([nnx.Linear(i, o, rngs=rngs) for i, o in pairs])

    def __call__(self, x: jax.Array) -> jax.Array:
        for layer in self.layers[:-1]:
            x = nnx.relu(layer(x))
        return self.layers[-1](x)


def squared_error(model: Network, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean((model(x) - y) ** 2)


def crossentropy(model: Network, x: jax.Array, y: jax.Array) -> jax.Array:
    return optax.softmax_cross_entropy_with_integer_labels(model(x), y).mean()


class Flax:
    """Model, optimizer and the jitted step."""

    def __init__(self, workload: Workload, x: NDArray, y: NDArray, shuffle: bool) -> None:
        self.workload = workload
        self.x, self.y, self.shuffle = x, y, shuffle
        self.random = np.random.default_rng(0)
        self.model = Network(workload.sizes, nnx.Rngs(0))
        self.optimizer = nnx.Optimizer(self.model, self.make_optimizer(), wrt=nnx.Param)
        loss = squared_error if workload.task == "regression" else crossentropy

        @nnx.jit
        def step(model, optimizer, batch_x, batch_y):
            value, gradients = nnx.value_and_grad(loss)(model, batch_x, batch_y)
            optimizer.update(model, gradients)
            return value

        self.step = step

    def make_optimizer(self) -> optax.GradientTransformation:
        rate = self.workload.learning_rate
        if self.workload.optimizer == "sgd":
            return optax.sgd(rate, momentum=self.workload.momentum or None)
        return optax.adam(rate, reference.BETA_1, reference.BETA_2, reference.EPSILON)

    def fit(self, epochs: int) -> None:
        step = nnx.cached_partial(self.step, self.model, self.optimizer)
        epoch_losses = []
        for _ in range(epochs):
            count = len(self.x)
            rows = self.random.permutation(count) if self.shuffle else np.arange(count)
            losses = []
            for begin in range(0, count, self.workload.batch_size):
                chosen = rows[begin : begin + self.workload.batch_size]
                losses.append(step(self.x[chosen], self.y[chosen]))
            epoch_losses.append(losses)
        jax.block_until_ready((epoch_losses, nnx.state(self.model)))

    def set_weights(self, weights: list[NDArray]) -> None:
        pairs = zip(weights[::2], weights[1::2], strict=True)
        for layer, (kernel, bias) in zip(self.model.layers, pairs, strict=True):
            layer.kernel[...] = jnp.asarray(kernel)
            layer.bias[...] = jnp.asarray(bias)

    def weights(self) -> list[NDArray]:
        found = []
        for layer in self.model.layers:
            found += [np.asarray(layer.kernel[...]), np.asarray(layer.bias[...])]
        return found


if __name__ == "__main__":
    child.main(Flax)
