"""``pellucid check``: the machine as training sees it, its speed, and what would bring the GPU."""

from __future__ import annotations

import os
import platform
import sys
import time
from importlib import metadata

import jax
import jax.numpy as jnp
import numpy as np

import pellucid
from pellucid.cli.graphics import Card, advice, find_card

SECONDS = 0.7
"""For each of the two measurements; with compilation the whole takes about two seconds."""


def run() -> None:
    """Print device, versions, driver, speed and advice."""
    devices = jax.devices()
    device = devices[0]
    # A processor's devices are its cores (pellucid.core.cores), which the line names anyway.
    count = 1 if device.platform == "cpu" else len(devices)
    print(
        f"Pellucid {pellucid.__version__} on Python {platform.python_version()}, {platform.platform()}"
    )
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("jax", "jaxlib", "numpy", "optax")
    )
    print(f"  {versions}")
    print(f"Device: {count} × {device.device_kind} ({device.platform}), {os.cpu_count()} CPU cores")
    card = find_card()
    _tell_card(card, device.platform)
    print("Speed:")
    print(
        f"  matrix product   {matrix_speed():>10,.0f} GFLOP/s   float32, {matrix_size()} x {matrix_size()}"
    )
    print(
        f"  small training   {training_speed():>10,.0f} steps/s   784-128-10, 32 rows a step, Adam"
    )


def _tell_card(card: Card | None, used: str) -> None:
    if card is None:
        print(
            "Graphics card: no NVIDIA card found; training runs on the CPU."
            if used == "cpu"
            else "",
            end="",
        )
        print()
        return
    driver = f"driver {card.driver}" if card.driver else "no driver"
    print(f"Graphics card: {card.name}, {driver}; {'used' if used == 'gpu' else 'NOT used'}")
    if used != "gpu":
        print(f"  {advice(card, sys.platform, os.environ.get('JAX_PLATFORMS'))}")


def matrix_size() -> int:
    """Large enough to fill the device, small enough for a slow one."""
    return 1024 if jax.default_backend() == "cpu" else 8192


def matrix_speed() -> float:
    """Measure GFLOP/s of a float32 matrix product: 2 n³ operations each, full float32 precision."""
    n = matrix_size()
    factor = jnp.full((n, n), 1 / n, jnp.float32)
    step = jax.jit(lambda a: jnp.matmul(a, factor, precision="highest"))
    product = step(factor).block_until_ready()
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        product = step(product).block_until_ready()
        count += 1
    return 2 * n**3 * count / (time.perf_counter() - started) / 1e9


def training_speed() -> float:
    """Measure updates per second of a small network's whole training, compilation left out."""
    rows, batch = 2048, 32
    random = np.random.default_rng(0)
    x, y = random.random((rows, 784), np.float32), random.integers(0, 10, rows)
    layers = pellucid.layers
    model = pellucid.Sequential(
        [layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    epochs, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        more = 4 if jax.default_backend() == "cpu" else 20
        model.fit(x, y, batch_size=batch, epochs=more, verbose=0)
        epochs += more
    return epochs * (rows // batch) / (time.perf_counter() - started)
