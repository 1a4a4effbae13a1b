"""What each augmentation costs: alone, and in a training step of a small network on pictures of 32x32x3.

    python -m benchmarks.augmentation [--wall-time] [--batch 128] [--seconds 3] [--only TEXT]

The network has three convolutions (32, 64, 128 filters); its step without augmentation is measured in turn with the
others. Behind `RandomCrop` the network sees fewer pixels and costs less. Processor time, because that is what a shared
machine tells truly.
"""

from __future__ import annotations

import argparse
import time

import jax
import jax.numpy as jnp
import numpy as np

import pellucid
from benchmarks.lowerings.timing import best
from pellucid import Input, Sequential, layers, losses

LAYERS = {
    "RandomFlip": layers.RandomFlip,
    "RandomCrop": lambda: layers.RandomCrop(28, 28),
    "RandomTranslation": lambda: layers.RandomTranslation(0.1, 0.1),
    "RandomZoom": lambda: layers.RandomZoom(0.2),
    "RandomRotation": lambda: layers.RandomRotation(0.1),
    "RandomShear": lambda: layers.RandomShear(0.2, 0.2),
    "RandomBrightness": lambda: layers.RandomBrightness(0.2),
    "RandomContrast": lambda: layers.RandomContrast(0.2),
    "RandomSaturation": lambda: layers.RandomSaturation(0.5),
    "RandomHue": lambda: layers.RandomHue(0.5),
    "RandomGrayscale": layers.RandomGrayscale,
    "RandomColorDegeneration": lambda: layers.RandomColorDegeneration(0.5),
    "RandomInvert": layers.RandomInvert,
    "Solarization": lambda: layers.Solarization(0.3, 0.5),
    "RandomPosterization": lambda: layers.RandomPosterization(4),
    "RandomSharpness": lambda: layers.RandomSharpness(0.5),
    "RandomGaussianBlur": layers.RandomGaussianBlur,
    "RandomPerspective": lambda: layers.RandomPerspective(scale=0.3),
    "RandomElasticTransform": layers.RandomElasticTransform,
    "AutoContrast": layers.AutoContrast,
    "Equalization": layers.Equalization,
    "AugMix": layers.AugMix,
    "RandomErasing": layers.RandomErasing,
    "MixUp": layers.MixUp,
    "CutMix": layers.CutMix,
    "RandAugment": layers.RandAugment,
    "RandAugment, one operation": lambda: layers.RandAugment(num_ops=1),
    "flip, shift and brightness": lambda: Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomBrightness(0.2),
        ]
    ),
    "rotation, contrast and erasing": lambda: Sequential(
        [
            layers.RandomRotation(0.1),
            layers.RandomContrast(0.2),
            layers.RandomErasing(),
        ]
    ),
    "saturation, rotation and flip": lambda: Sequential(
        [
            layers.RandomSaturation(0.5),
            layers.RandomRotation(0.1),
            layers.RandomFlip("horizontal"),
        ]
    ),
}

TIMES = 20


def network(*first):
    """Return three convolutions with pooling and two dense layers, behind the layers given."""
    convolutions = [
        part
        for filters in (32, 64, 128)
        for part in (
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
        )
    ]
    head = [layers.Flatten(), layers.Dense(128, "relu"), layers.Dense(10)]
    return Sequential([Input((32, 32, 3)), *first, *convolutions, *head])


def step_of(model, images, labels):
    """Return a function that runs one training step of plain gradient descent."""
    params, state = pellucid.init(model, 0, images)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)

    def value(params, images, key):
        scores, _ = pellucid.apply(model, params, state, images, training=True, key=key)
        return jnp.mean(loss(labels, scores))

    @jax.jit
    def run(params, images, key):
        slopes = jax.grad(value)(params, images, key)
        return jax.tree.map(lambda weight, slope: weight - 1e-4 * slope, params, slopes)

    key = jax.random.key(0)
    return lambda: jax.block_until_ready(run(params, images, key))


def alone(layer, images):
    """Return a function that runs the layer by itself, often enough for the clock."""
    params, state = pellucid.init(layer, 0, images)
    run = jax.jit(
        lambda images, key: pellucid.apply(layer, params, state, images, training=True, key=key)[0]
    )
    key = jax.random.key(0)

    def many():
        for _ in range(TIMES):
            jax.block_until_ready(run(images, key))

    return many


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--wall-time", action="store_true", help="for a quiet machine")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each function")
    parser.add_argument("--only", default="", help="layers whose name contains this")
    options = parser.parse_args()
    clock = time.perf_counter if options.wall_time else time.process_time
    rng = np.random.default_rng(0)
    images = jnp.asarray(rng.uniform(0, 255, (options.batch, 32, 32, 3)), jnp.float32)
    labels = jnp.asarray(rng.integers(0, 10, options.batch))
    print("| layer | ms alone | step without | step with | added |")
    print("| --- | --: | --: | --: | --: |")
    bare = step_of(network(), images, labels)
    for name, make in LAYERS.items():
        if options.only in name:
            functions = {
                "without": bare,
                "with": step_of(network(make()), images, labels),
                "alone": alone(make(), images),
            }
            taken = best(functions, options.seconds, clock)
            added = taken["with"] / taken["without"] - 1
            print(
                f"| {name} | {taken['alone'] / TIMES * 1e3:.2f} | {taken['without'] * 1e3:.1f} "
                f"| {taken['with'] * 1e3:.1f} | {added:.1%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
