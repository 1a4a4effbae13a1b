"""Convolutions in a compiled loop against the same step called from outside one.

Compilers may give up on a convolution that stands in a loop, where all of Pellucid's training is.
A step is the convolution and both its gradients; they move input and kernel a little, so that no
step can be left out. The time outside a loop has the call of the compiled step in it.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.workload import MARK
from pellucid.functional.convolution import convolution

# Axes of places, batch, places, channels, size, filters, stride: what CNNs on MNIST, ResNets on
# CIFAR, LeNet and networks on series are made of.
SHAPES = (
    (2, 128, 28, 1, 3, 32, 1),
    (2, 32, 28, 1, 3, 32, 1),
    (2, 128, 14, 32, 3, 64, 1),
    (2, 32, 14, 32, 3, 64, 1),
    (2, 128, 7, 64, 3, 128, 1),
    (2, 32, 7, 64, 3, 128, 1),
    (2, 128, 32, 3, 3, 32, 1),
    (2, 64, 32, 3, 3, 16, 1),
    (2, 64, 32, 16, 3, 16, 1),
    (2, 64, 32, 16, 3, 32, 2),
    (2, 64, 16, 32, 3, 32, 1),
    (2, 64, 16, 32, 3, 64, 2),
    (2, 64, 8, 64, 3, 64, 1),
    (2, 64, 16, 16, 1, 32, 1),
    (2, 64, 8, 32, 1, 64, 1),
    (2, 32, 28, 1, 5, 6, 1),
    (2, 32, 14, 6, 5, 16, 1),
    (1, 32, 1000, 1, 5, 32, 2),
    (1, 32, 500, 32, 5, 64, 2),
    (1, 32, 250, 64, 5, 64, 2),
)
RATE = 1e-6
# Samples of each kind, one after the other in turn; a sample takes about this many seconds.
SAMPLES, SAMPLE_SECONDS = 5, 0.03


def main() -> None:
    """Print the ratio of every shape, and the worst."""
    ratios = {"x".join(map(str, shape)): ratio(shape) for shape in SHAPES}
    print(MARK + json.dumps({"worst": max(ratios.values()), "ratios": ratios}), flush=True)


def ratio(shape: tuple[int, ...]) -> float:
    """Return the step's time in a loop divided by its time outside, each the best of several."""
    axes, batch, places, channels, size, filters, stride = shape
    random = np.random.default_rng(0)
    image = random.standard_normal((batch, *(places,) * axes, channels), np.float32)
    kernel = random.standard_normal((*(size,) * axes, channels, filters), np.float32)

    def step(arrays: Any) -> Any:
        def half_square(image: jax.Array, kernel: jax.Array) -> jax.Array:
            return 0.5 * jnp.sum(convolution(image, kernel, strides=stride, padding="same") ** 2)

        gradients = jax.grad(half_square, (0, 1))(*arrays)
        return jax.tree.map(lambda array, slope: array - RATE * slope, arrays, gradients)

    alone = jax.jit(step)
    looped = jax.jit(
        lambda arrays, count: jax.lax.fori_loop(0, count, lambda _, a: step(a), arrays)
    )

    def outside(count: int) -> Any:
        arrays = (image, kernel)
        for _ in range(count):
            arrays = alone(arrays)
        return arrays

    def inside(count: int) -> Any:
        return looped((image, kernel), count)

    seconds(outside, 2), seconds(inside, 2)
    count = max(4, round(SAMPLE_SECONDS / (seconds(outside, 2) / 2)))
    pairs = [(seconds(inside, count), seconds(outside, count)) for _ in range(SAMPLES)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)


def seconds(run: Callable[[int], Any], count: int) -> float:
    """Return the seconds of `count` steps."""
    begin = time.perf_counter()
    jax.block_until_ready(run(count))
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
