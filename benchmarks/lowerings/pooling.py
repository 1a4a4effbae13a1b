"""Maximum and average over windows with their gradient, in a loop: ours against XLA's own operation.

python -m benchmarks.lowerings.pooling [--processor-time] [--seconds 0.1]
"""

from __future__ import annotations

import argparse
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.lowerings.timing import best, inside_and_outside
from pellucid.functional import pooling
from pellucid.functional.convolution.geometry import window_for

# batch, spatial sizes, channels, size, stride, padding
SHAPES = [
    (32, (26, 26), 32, 2, 2, "valid"),
    (128, (26, 26), 32, 2, 2, "valid"),
    (32, (11, 11), 64, 2, 2, "valid"),
    (32, (32, 32), 16, 3, 2, "same"),
    (32, (16, 16), 64, 3, 1, "same"),
    (32, (1000,), 32, 2, 2, "valid"),
    (32, (1000,), 32, 4, 4, "valid"),
    (4, (16, 16, 16), 16, 2, 2, "valid"),
]
KINDS = {
    "max": (pooling._max_by_slices, pooling._max_by_xla),
    "sum": (pooling._sum_by_slices, pooling._sum_by_xla),
}


def value_and_gradient(operation, x, g):
    """Return the gradient, after the value; ``g`` weighs the outputs."""
    y, back = jax.vjp(operation, x)
    return back(y * g)[0]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="for a shared machine; give the process one core",
    )
    parser.add_argument("--seconds", type=float, default=0.1, help="for each function")
    options = parser.parse_args()
    clock = time.process_time if options.processor_time else time.perf_counter
    print(
        "| shape (batch, spatial, channels, size, stride, padding) | kind | ms | XLA's own / ours |"
    )
    print("| --- | --- | --: | --: |")
    for shape in SHAPES:
        batch, spatial, channels, size, stride, padding = shape
        window = window_for(spatial, size, stride, padding)
        rng = np.random.default_rng(0)
        x = jnp.asarray(rng.normal(size=(batch, *spatial, channels)), jnp.float32)
        g = jnp.asarray(rng.normal(size=(batch, *window.output(spatial), channels)), jnp.float32)
        for kind, (ours, theirs) in KINDS.items():
            functions = {
                name: inside_and_outside(
                    partial(value_and_gradient, partial(operation, window=window)), x, g, 4
                )[0]
                for name, operation in (("ours", ours), ("xla", theirs))
            }
            taken = best(functions, options.seconds, clock)
            print(
                f"| {shape} | {kind} | {taken['ours'] / 4 * 1e3:7.3f} "
                f"| {taken['xla'] / taken['ours']:5.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
