"""Whole training steps of small convolutional networks in a loop, with Adam, against PyTorch's eager mode.

    python -m benchmarks.lowerings.steps [--processor-time] [--threads 1] [--seconds 1.5] [--only TEXT]

Written with `pellucid.functional` alone, so that it measures the lowerings and not the engine around them.
"""

from __future__ import annotations

import argparse
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from torch import nn

from benchmarks.lowerings.timing import best
from pellucid.functional.convolution import convolution
from pellucid.functional.pooling import max_pool

RESIDUAL = [
    (16, 16, 1),
    (16, 16, 1),
    (16, 32, 2),
    (32, 64, 2),
]  # in, out, stride of each block of two


def weights(shapes):
    """Return normal numbers of He's scale for matrices and kernels, and zeros for vectors."""
    rng = np.random.default_rng(0)
    return [
        jnp.asarray(rng.normal(size=s) * (2 / np.prod(s[:-1])) ** 0.5, jnp.float32)
        if len(s) > 1
        else jnp.zeros(s)
        for s in shapes
    ]


def cnn(channels, size):
    """Return the weights and the function of convolutions 32 and 64 with pooling, dense 128 and 10; and PyTorch's."""
    flat = 64 * (((size - 2) // 2 - 2) // 2) ** 2

    def apply(p, x):
        for i in (0, 2):
            x = max_pool(jax.nn.relu(convolution(x, p[i]) + p[i + 1]), 2)
        x = jax.nn.relu(x.reshape(x.shape[0], -1) @ p[4] + p[5])
        return x @ p[6] + p[7]

    first, second = nn.Conv2d(channels, 32, 3), nn.Conv2d(32, 64, 3)
    pool, relu = nn.MaxPool2d(2), nn.ReLU()
    dense = [nn.Flatten(), nn.Linear(flat, 128), relu, nn.Linear(128, 10)]
    shapes = [
        (3, 3, channels, 32),
        (32,),
        (3, 3, 32, 64),
        (64,),
        (flat, 128),
        (128,),
        (128, 10),
        (10,),
    ]
    return weights(shapes), apply, nn.Sequential(first, relu, pool, second, relu, pool, *dense)


def series(channels):
    """Return the same for three 1-D convolutions 32, 64, 64 of 7, 5 and 3 taps with pooling."""

    def apply(p, x):
        for i in (0, 2, 4):
            x = max_pool(jax.nn.relu(convolution(x, p[i], padding="same") + p[i + 1]), 2)
        return x.mean(1) @ p[6] + p[7]

    sizes = [(7, channels, 32), (5, 32, 64), (3, 64, 64)]
    blocks = [
        part
        for taps, a, b in sizes
        for part in (nn.Conv1d(a, b, taps, padding=taps // 2), nn.ReLU(), nn.MaxPool1d(2))
    ]
    head = [nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(64, 10)]
    shapes = [shape for size in sizes for shape in (size, size[-1:])]
    return weights([*shapes, (64, 10), (10,)]), apply, nn.Sequential(*blocks, *head)


def normalise(x, scale, shift):
    """Return the batch normalisation of a training step."""
    mean = x.mean((0, 1, 2))
    variance = jnp.square(x - mean).mean((0, 1, 2))
    return (x - mean) * (jax.lax.rsqrt(variance + 1e-5) * (1 + scale)) + shift


class Block(nn.Module):
    """PyTorch's residual block of two convolutions."""

    def __init__(self, a, b, stride):
        super().__init__()
        self.first, self.second = (
            nn.Conv2d(a, b, 3, stride, 1, bias=False),
            nn.Conv2d(b, b, 3, 1, 1, bias=False),
        )
        self.norms = nn.ModuleList([nn.BatchNorm2d(b), nn.BatchNorm2d(b)])
        self.skip = nn.Conv2d(a, b, 1, stride, bias=False) if a != b else nn.Identity()

    def forward(self, x):
        y = self.norms[1](self.second(torch.relu(self.norms[0](self.first(x)))))
        return torch.relu(self.skip(x) + y)


def residual():
    """Return the same for a ResNet of eight residual convolutions with batch normalisation."""

    def apply(p, x):
        p = iter(p)
        x = jax.nn.relu(normalise(convolution(x, next(p), padding="same"), next(p), next(p)))
        for a, b, stride in RESIDUAL:
            y = convolution(x, next(p), strides=stride, padding="same")
            y = jax.nn.relu(normalise(y, next(p), next(p)))
            y = normalise(convolution(y, next(p), padding="same"), next(p), next(p))
            x = jax.nn.relu(y + (x if a == b else convolution(x, next(p), strides=stride)))
        return x.mean((1, 2)) @ next(p) + next(p)

    shapes = [(3, 3, 3, 16), (16,), (16,)]
    for a, b, _ in RESIDUAL:
        shapes += [(3, 3, a, b), (b,), (b,), (3, 3, b, b), (b,), (b,)] + [(1, 1, a, b)] * (a != b)
    stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    blocks = [Block(*row) for row in RESIDUAL]
    return weights([*shapes, (64, 10), (10,)]), apply, nn.Sequential(*stem, *blocks, *head)


WORK = {
    "CNN 28x28x1, batch 32": (lambda: cnn(1, 28), (32, 28, 28, 1)),
    "CNN 28x28x1, batch 128": (lambda: cnn(1, 28), (128, 28, 28, 1)),
    "CNN 32x32x3, batch 32": (lambda: cnn(3, 32), (32, 32, 32, 3)),
    "CNN 32x32x3, batch 128": (lambda: cnn(3, 32), (128, 32, 32, 3)),
    "series of 1,000, 4 channels, batch 32": (lambda: series(4), (32, 1000, 4)),
    "ResNet 32x32x3, batch 64": (residual, (64, 32, 32, 3)),
}


def ours(params, apply, x, y, steps):
    """Return a function that runs ``steps`` training steps in one compiled loop."""
    optimizer = optax.adam(1e-3)

    def loss(p, x):
        return optax.softmax_cross_entropy_with_integer_labels(apply(p, x), y).mean()

    def step(i, carry):
        p, state = carry
        updates, state = optimizer.update(jax.grad(loss)(p, xs[i % 2]), state, p)
        return optax.apply_updates(p, updates), state

    xs = jnp.stack([x, x + 1])
    run = jax.jit(lambda p, state: jax.lax.fori_loop(0, steps, step, (p, state)))
    state = optimizer.init(params)
    return lambda: jax.block_until_ready(run(params, state))


def theirs(network, x, y):
    """Return a function that runs one of PyTorch's training steps."""
    optimizer = torch.optim.Adam(network.parameters())
    x, y = (
        torch.tensor(np.moveaxis(np.asarray(x), -1, 1).copy()),
        torch.tensor(np.asarray(y)).long(),
    )

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()

    return step


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="for a shared machine; give the process one core",
    )
    parser.add_argument(
        "--threads", type=int, default=1, help="PyTorch's threads; ours follow the cores given"
    )
    parser.add_argument("--seconds", type=float, default=1.5, help="for each function")
    parser.add_argument("--only", default="", help="work whose name contains this")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    clock = time.process_time if options.processor_time else time.perf_counter
    print("| work | ms a step | PyTorch | PyTorch / ours |\n| --- | --: | --: | --: |")
    for name, (make, shape) in WORK.items():
        if options.only in name:
            rng = np.random.default_rng(0)
            x, y = (
                jnp.asarray(rng.normal(size=shape), jnp.float32),
                jnp.asarray(rng.integers(0, 10, shape[0])),
            )
            params, apply, network = make()
            steps = max(2, 128 // shape[0])
            pair = {"ours": ours(params, apply, x, y, steps), "torch": theirs(network, x, y)}
            taken = best(pair, options.seconds, clock)
            mine = taken["ours"] / steps
            print(
                f"| {name} | {mine * 1e3:.2f} | {taken['torch'] * 1e3:.2f} | {taken['torch'] / mine:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
