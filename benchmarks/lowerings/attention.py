"""Measure the transformer's lowerings: one training step of a two-layer encoder, in a compiled loop; PyTorch's eagerly.

Width 128, 4 heads, hidden layer of 512 with ReLU, 64 steps, batch 32, Adam's step on the mean squared error. The
candidates take turns in one process, a step at a time, and the best turn of each counts. ``blocks`` are the library's
layers; the others are the same arithmetic as one function each, to see what a choice is worth:

    python -m benchmarks.lowerings.attention [--one-core] [--dropout 0.1] [--seconds 40] [candidate ...]

With ``--one-core`` the process keeps to one core and counts the processor's time instead of the clock's, so that a busy
machine disturbs the ratios less.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.lowerings.recurrent import race
from pellucid.functional.attention import dot_product_attention
from pellucid.functional.noise import dropout
from pellucid.functional.norm import batch_norm, layer_norm, moments
from pellucid.layers.attention.transformer import TransformerEncoderBlock
from pellucid.modules import infer, init, run

BATCH, STEPS, WIDTH, HEADS, HIDDEN, LAYERS = 32, 64, 128, 4, 512, 2
RNG = np.random.default_rng(0)
X, Y = (RNG.standard_normal((BATCH, STEPS, WIDTH)).astype("float32") for _ in range(2))

Loss = Callable[[Any, jax.Array, jax.Array, jax.Array], jax.Array]


@dataclass(frozen=True)
class Choice:
    """How one candidate computes the same numbers.

    Attributes:
        one_product: Query, key and value by one matrix product instead of three.
        one_table: Products of one long table of rows instead of (batch, steps, features).
        rule: The normalisation's derivative as one rule instead of that of mean and variance.
        parts: In how many pieces the batch goes through the loop, the gradients summed.
    """

    one_product: bool = True
    one_table: bool = True
    rule: bool = True
    parts: int = 1


CHOICES = {
    "chosen": Choice(),
    "three products": Choice(one_product=False),
    "series, not rows": Choice(one_table=False),
    "no rule for the norm": Choice(rule=False),
    "batch in 2 parts": Choice(parts=2),
    "batch in 4 parts": Choice(parts=4),
}


def weights() -> dict[str, dict[str, np.ndarray]]:
    """Return the arrays of both layers."""
    shapes = {
        "qkv": (WIDTH, 3 * WIDTH),
        "o": (WIDTH, WIDTH),
        "w": (WIDTH, HIDDEN),
        "v": (HIDDEN, WIDTH),
    }
    sizes = {"b_qkv": 3 * WIDTH, "b_o": WIDTH, "b_w": HIDDEN, "b_v": WIDTH}
    made = {}
    for layer in range(LAYERS):
        kernels = {
            name: RNG.normal(0, 0.05, shape).astype("float32") for name, shape in shapes.items()
        }
        biases = {name: np.zeros(size, "float32") for name, size in sizes.items()}
        norms = {f"g{i}": np.ones(WIDTH, "float32") for i in range(2)}
        made[f"layer{layer}"] = {**kernels, **biases, **norms}
    return made


def encoder(p: Any, x: jax.Array, key: jax.Array, choice: Choice, rate: float) -> jax.Array:
    """Return one layer's outputs."""
    keys = iter(jax.random.split(key, 4)) if rate else iter([None] * 4)

    def times(x: jax.Array, kernel: jax.Array) -> jax.Array:
        if not choice.one_table:
            return jnp.matmul(x, kernel)
        return (x.reshape(-1, x.shape[-1]) @ kernel).reshape(*x.shape[:-1], kernel.shape[1])

    def drop(x: jax.Array) -> jax.Array:
        key = next(keys)
        return x if key is None else dropout(x, rate, key)

    def norm(x: jax.Array, gamma: jax.Array) -> jax.Array:
        if choice.rule:
            return layer_norm(x, gamma, epsilon=1e-5)
        return batch_norm(x, *moments(x, (-1,)), gamma, epsilon=1e-5)

    heads = (*x.shape[:2], HEADS, WIDTH // HEADS)
    if choice.one_product:
        parts = jnp.split(times(x, p["qkv"]) + p["b_qkv"], 3, axis=-1)
    else:
        kernels, biases = (jnp.split(p[name], 3, axis=-1) for name in ("qkv", "b_qkv"))
        parts = [times(x, kernel) + bias for kernel, bias in zip(kernels, biases, strict=True)]
    query, keys_, value = (part.reshape(heads) for part in parts)
    gathered = dot_product_attention(query, keys_, value, rate=rate, dropout_key=next(keys))
    x = norm(x + drop(times(gathered.reshape(x.shape), p["o"]) + p["b_o"]), p["g0"])
    hidden = drop(jax.nn.relu(times(x, p["w"]) + p["b_w"]))
    return norm(x + drop(times(hidden, p["v"]) + p["b_v"]), p["g1"])


def by_choice(choice: Choice, rate: float) -> tuple[Any, Loss]:
    """Return weights and loss of a candidate."""

    def loss(w: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> jax.Array:
        for number in range(LAYERS):
            x = encoder(w[f"layer{number}"], x, jax.random.fold_in(key, number), choice, rate)
        return jnp.mean((x - y) ** 2)

    return weights(), loss


def by_blocks(rate: float) -> tuple[Any, Loss]:
    """Return weights and loss of the library's layers."""
    blocks = [TransformerEncoderBlock(HIDDEN, HEADS, dropout=rate) for _ in range(LAYERS)]
    for block in blocks:
        infer(block, X)

    def loss(w: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> jax.Array:
        for number, block in enumerate(blocks):
            draws = jax.random.fold_in(key, number)
            x = run(block, w[number], {}, x, training=True, key=draws).outputs
        return jnp.mean((x - y) ** 2)

    return [init(block, number)[0] for number, block in enumerate(blocks)], loss


def turn(w: Any, loss: Loss, parts: int) -> Callable[[int], Any]:
    """Return a function that takes some of Adam's steps in one compiled loop."""

    def slope(w: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> Any:
        if parts == 1:
            return jax.grad(loss)(w, x, y, key)
        xs, ys = (each.reshape(parts, -1, STEPS, WIDTH) for each in (x, y))

        def more(i: Any, total: Any) -> Any:
            part = jax.grad(loss)(w, xs[i], ys[i], jax.random.fold_in(key, i))
            return jax.tree.map(lambda a, b: a + b / parts, total, part)

        return jax.lax.fori_loop(0, parts, more, jax.tree.map(jnp.zeros_like, w))

    def step(index: Any, held: Any) -> Any:
        w, first, second, x, y = held
        g = slope(w, x, y, jax.random.fold_in(jax.random.key(0), index))
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, g)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, g)
        n = (index + 1).astype(jnp.float32)
        scale = jnp.sqrt(1 - 0.999**n) / (1 - 0.9**n)
        w = jax.tree.map(
            lambda p, m, v: p - 1e-3 * scale * m / (jnp.sqrt(v) + 1e-8), w, first, second
        )
        return w, first, second, x, y

    w, x, y = jax.device_put((w, X, Y))
    zeros = jax.tree.map(jnp.zeros_like, w)
    # The data are carried, not captured, so that nothing about them is computed once for all steps.
    loop = jax.jit(lambda *held: jax.lax.fori_loop(0, held[-1], step, held[:-1])[0])
    return lambda count: jax.block_until_ready(loop(w, zeros, zeros, x, y, count))


def pytorch(threads: int, rate: float) -> Callable[[int], Any]:
    """Return PyTorch's eager training loop over its own encoder layers."""
    import torch

    torch.set_num_threads(threads)
    made = [
        torch.nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, rate, batch_first=True)
        for _ in range(LAYERS)
    ]
    net, x, y = torch.nn.Sequential(*made), torch.tensor(X), torch.tensor(Y)
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)

    def take(count: int) -> None:
        for _ in range(count):
            adam.zero_grad()
            torch.nn.functional.mse_loss(net(x), y).backward()
            adam.step()

    return take


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("candidates", nargs="*", default=["blocks", *CHOICES])
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seconds", type=float, default=40.0)
    options = parser.parse_args()
    if options.one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    threads = 1 if options.one_core else os.cpu_count() or 1
    turns = {"pytorch": pytorch(threads, options.dropout)}
    for name in options.candidates:
        choice = CHOICES.get(name, Choice())
        made = (
            by_blocks(options.dropout) if name == "blocks" else by_choice(choice, options.dropout)
        )
        turns[name] = turn(*made, choice.parts)
    clock = time.process_time if options.one_core else time.perf_counter
    found = race(turns, options.seconds, clock)
    print(f"dropout {options.dropout:g}, {threads} thread(s)")
    print("| candidate | ms per step | times PyTorch |\n| --- | --: | --: |")
    for name, milliseconds in found.items():
        print(f"| {name} | {milliseconds:.1f} | {found['pytorch'] / milliseconds:.2f} |")


if __name__ == "__main__":
    main()
