"""A convolution and its two gradients, in a loop and outside, ours and XLA's own, for twenty shapes.

    python -m benchmarks.lowerings.convolution [--xla] [--processor-time] [--seconds 0.1] [--only TEXT]

Prints one row per shape and role: milliseconds in a loop, that time divided by the time of the same work as single
dispatches (goal: at most 1.2), the rate in GFLOP/s and its share of the machine's matrix product, and with `--xla` how
many times longer XLA's own operation takes in the same loop (slow: it can take seconds a run).
"""

from __future__ import annotations

import argparse
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.lowerings.timing import best, inside_and_outside
from pellucid.functional.convolution.form import Form, Role, by_xla, contraction
from pellucid.functional.convolution.geometry import window_for

# batch, spatial sizes, channels in, channels out, taps, stride, padding, dilation
SHAPES = [
    (32, (28, 28), 1, 32, 3, 1, "valid", 1),
    (32, (13, 13), 32, 64, 3, 1, "valid", 1),
    (128, (13, 13), 32, 64, 3, 1, "valid", 1),
    (32, (32, 32), 3, 32, 3, 1, "valid", 1),
    (32, (15, 15), 32, 64, 3, 1, "valid", 1),
    (32, (32, 32), 3, 16, 3, 1, "same", 1),
    (32, (32, 32), 16, 16, 3, 1, "same", 1),
    (32, (32, 32), 16, 32, 3, 2, "same", 1),
    (32, (16, 16), 32, 32, 3, 1, "same", 1),
    (32, (16, 16), 32, 64, 3, 2, "same", 1),
    (32, (8, 8), 64, 64, 3, 1, "same", 1),
    (32, (16, 16), 32, 64, 1, 2, "valid", 1),
    (32, (16, 16), 64, 128, 1, 1, "valid", 1),
    (32, (28, 28), 16, 32, 5, 1, "same", 1),
    (8, (56, 56), 3, 32, 7, 2, "same", 1),
    (16, (24, 24), 32, 32, 3, 1, "same", 2),
    (16, (1000,), 4, 32, 7, 1, "same", 1),
    (16, (500,), 32, 64, 5, 1, "same", 1),
    (16, (500,), 32, 32, 3, 1, "causal", 4),
    (4, (12, 12, 12), 8, 16, 3, 1, "same", 1),
]


def operands(shape, role):
    """Return the two arrays that a role reads, and its form."""
    batch, spatial, inputs, outputs, taps, stride, padding, dilation = shape
    rng = np.random.default_rng(0)
    window = window_for(spatial, taps, stride, padding, dilation)
    sizes = {
        "x": (batch, *spatial, inputs),
        "kernel": (*window.sizes, inputs, outputs),
        "g": (batch, *window.output(spatial), outputs),
    }
    names = {Role.OUTPUT: ("x", "kernel"), Role.INPUT: ("kernel", "g"), Role.KERNEL: ("x", "g")}
    a, b = (jnp.asarray(rng.normal(size=sizes[name]), jnp.float32) for name in names[role])
    return a, b, Form(role, window, spatial)


def multiply_adds(shape):
    """Return the products of one run; all three roles have the same."""
    batch, spatial, inputs, outputs, taps, stride, padding, dilation = shape
    window = window_for(spatial, taps, stride, padding, dilation)
    return batch * int(np.prod(window.output(spatial)) * np.prod(window.sizes)) * inputs * outputs


def product_rate(seconds, clock):
    """Return the rate of a large matrix product, in GFLOP/s."""
    a = jnp.ones((1024, 1024))
    product = jax.jit(jnp.matmul)
    taken = best({"product": lambda: jax.block_until_ready(product(a, a))}, seconds, clock)[
        "product"
    ]
    return 2 * 1024**3 / taken / 1e9


def measure(shape, role, options, clock, bound):
    """Return one row of the table."""
    a, b, form = operands(shape, role)
    times = max(1, int(1e9 / multiply_adds(shape) / 4))
    inside, outside = inside_and_outside(partial(contraction, form=form), a, b, times)
    functions = {"inside": inside, "outside": outside}
    if options.xla:
        functions["xla"] = inside_and_outside(partial(by_xla, form=form), a, b, times)[0]
    taken = best(functions, options.seconds, clock)
    rate = 2 * multiply_adds(shape) * times / taken["inside"] / 1e9
    row = [
        f"{taken['inside'] / times * 1e3:8.3f}",
        f"{taken['inside'] / taken['outside']:5.2f}",
        f"{rate:6.0f}",
        f"{100 * rate / bound:4.0f} %",
    ]
    return [*row, f"{taken['xla'] / taken['inside']:6.1f}"] if options.xla else row


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--xla", action="store_true", help="XLA's own operation in the loop, too")
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="for a shared machine; give the process one core",
    )
    parser.add_argument("--seconds", type=float, default=0.1, help="for each function")
    parser.add_argument("--only", default="", help="shapes whose text contains this")
    options = parser.parse_args()
    clock = time.process_time if options.processor_time else time.perf_counter
    bound = product_rate(options.seconds, clock)
    print(f"matrix product of 1024 x 1024: {bound:.0f} GFLOP/s")
    print(
        "| shape (batch, spatial, in, out, taps, stride, padding, dilation) | role | ms in loop "
        "| in loop / outside | GFLOP/s | of the product |"
        + (" XLA's own / ours |" if options.xla else "")
    )
    print("| --- | --- " + "| --: " * (5 if options.xla else 4) + "|")
    for shape in SHAPES:
        for role in Role:
            if options.only in str(shape):
                row = measure(shape, role, options, clock, bound)
                print(f"| {shape} | {role.value} | " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
