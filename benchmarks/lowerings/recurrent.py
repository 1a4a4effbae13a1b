"""Measure the recurrent lowerings: one training step of a small network, ours in a compiled loop, PyTorch's eagerly.

Both read a series of 8 features and 100 steps, put a dense unit on the last output, and take Adam's step on the mean
squared error. The candidates take turns in one process, a few steps at a time, and the best turn of each counts. Run
from the project's folder:

    python -m benchmarks.lowerings.recurrent [--one-core] [seconds for each case] [case ...]

With ``--one-core`` the process keeps to one core and counts the processor's time instead of the clock's: so
measured, a busy machine disturbs the ratios little, while PyTorch's two threads wait for each other without end on
it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.functional import recurrent
from pellucid.functional.recurrent import fused_gru, fused_lstm
from pellucid.functional.recurrent.fused import Inputs

STEPS, FEATURES = 100, 8
TURN = 2
"""Training steps in one turn: short enough to fall between what other programs do."""


class Case(NamedTuple):
    """One network and the size of its batches."""

    network: str
    units: int
    batch: int


CASES = {
    "lstm-64": Case("lstm", 64, 32),
    "gru-64": Case("gru", 64, 32),
    "lstm-256": Case("lstm", 256, 64),
}
BLOCKS = {"lstm": 4, "gru": 3}
STATES = {"lstm": 2, "gru": 1}

Turn = Callable[[int], Any]


def data(case: Case) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return weights, inputs and targets."""
    rng, width = np.random.default_rng(0), BLOCKS[case.network] * case.units

    def draw(*shape: int) -> np.ndarray:
        return (rng.uniform(-1, 1, shape) / np.sqrt(case.units)).astype("float32")

    bias = (2, width) if case.network == "gru" else (width,)
    weights = {
        "kernel": draw(FEATURES, width),
        "recurrent": draw(case.units, width),
        "bias": draw(*bias),
        "head": draw(case.units, 1),
    }
    x = rng.standard_normal((case.batch, STEPS, FEATURES)).astype("float32")
    return weights, x, x[:, :, 0].mean(1, keepdims=True)


def ours(case: Case, lowering: str) -> Turn:
    """Return our training loop with the fast lowering or the plain one."""
    weights, x, y = data(case)

    def last_output(w: dict[str, jax.Array], x: jax.Array) -> jax.Array:
        if lowering == "fast":
            run = getattr(recurrent, case.network)
            arrays = (x, w["kernel"], w["recurrent"], w["bias"])
            return run(*arrays, return_sequences=False)[0]
        zeros = jnp.zeros((case.batch, case.units), x.dtype)
        plain = {"lstm": fused_lstm.plain, "gru": fused_gru.plain}[case.network]
        series, states = jnp.swapaxes(x, 0, 1), (zeros,) * STATES[case.network]
        inputs = Inputs(series, w["kernel"], w["recurrent"], w["bias"], states, None)
        return plain(inputs)[1][0]

    def loss(w: dict[str, jax.Array], x: jax.Array, y: jax.Array) -> jax.Array:
        return jnp.mean((last_output(w, x) @ w["head"] - y) ** 2)

    run = jax.jit(lambda w, x, y, count: train(loss, w, x, y, count))
    arrays = jax.device_put((weights, x, y))
    compiled = run.lower(*arrays, TURN).compile()
    return lambda count: jax.block_until_ready(compiled(*arrays, count))


def train(loss: Callable[..., jax.Array], w: Any, x: jax.Array, y: jax.Array, count: Any) -> Any:
    """Take ``count`` of Adam's steps in one loop."""

    def step(index: Any, held: Any) -> Any:
        w, first, second, x, y = held
        slope = jax.grad(loss)(w, x, y)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
        n = (index + 1).astype(jnp.float32)
        scale = jnp.sqrt(1 - 0.999**n) / (1 - 0.9**n)
        w = jax.tree.map(
            lambda p, m, v: p - 1e-3 * scale * m / (jnp.sqrt(v) + 1e-8), w, first, second
        )
        return w, first, second, x, y

    zeros = jax.tree.map(jnp.zeros_like, w)
    # The data are carried, not captured, so that nothing about them is computed once for all steps.
    return jax.lax.fori_loop(0, count, step, (w, zeros, zeros, x, y))[0]


def pytorch(case: Case, threads: int) -> Turn:
    """Return PyTorch's eager training loop."""
    import torch

    _, x, y = data(case)
    net = getattr(torch.nn, case.network.upper())(FEATURES, case.units, batch_first=True)
    head = torch.nn.Linear(case.units, 1)
    adam = torch.optim.Adam([*net.parameters(), *head.parameters()], lr=1e-3)
    inputs, targets = torch.tensor(x), torch.tensor(y)

    def turn(count: int) -> None:
        torch.set_num_threads(threads)
        for _ in range(count):
            adam.zero_grad()
            outputs, _ = net(inputs)
            torch.nn.functional.mse_loss(head(outputs[:, -1]), targets).backward()
            adam.step()

    return turn


def race(turns: dict[str, Turn], seconds: float, clock: Callable[[], float]) -> dict[str, float]:
    """Let the candidates take turns; return the best milliseconds per step of each."""
    best = dict.fromkeys(turns, float("inf"))
    for turn in turns.values():
        turn(TURN)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, turn in turns.items():
            start = clock()
            turn(TURN)
            best[name] = min(best[name], (clock() - start) / TURN * 1e3)
    return best


def main(arguments: list[str]) -> None:
    """Race every case and print milliseconds per step, and how many times as fast as PyTorch's better run we are."""
    one_core = "--one-core" in arguments
    arguments = [each for each in arguments if each != "--one-core"]
    if one_core:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    seconds = float(arguments[0]) if arguments else 30.0
    for name in arguments[1:] or CASES:
        case = CASES[name]
        turns = {
            "fast": ours(case, "fast"),
            "plain": ours(case, "plain"),
            "PyTorch, one thread": pytorch(case, 1),
        }
        if not one_core:
            turns["PyTorch, two threads"] = pytorch(case, 2)
        found = race(turns, seconds, time.process_time if one_core else time.perf_counter)
        figures = ", ".join(f"{who} {ms:.2f} ms" for who, ms in found.items())
        ratio = min(ms for who, ms in found.items() if "PyTorch" in who) / found["fast"]
        print(f"{name}: {figures}; {ratio:.2f}x PyTorch")


if __name__ == "__main__":
    main(sys.argv[1:])
