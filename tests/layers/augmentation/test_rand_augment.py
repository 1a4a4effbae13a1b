"""RandAugment: each image shows one of the thirteen operations, computed here by NumPy and SciPy."""

from __future__ import annotations

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

import pellucid
from pellucid import layers
from pellucid.functional.resampling import transform

IMAGE = np.random.default_rng(3).uniform(20, 230, (10, 14, 3))
FACTOR = 0.6
NAMES = [
    "identity", "brightness", "contrast", "saturation", "sharpness", "posterize", "solarize", "invert", "rotate",
    "shear_x", "shear_y", "translate_x", "translate_y",
]  # fmt: skip


def moved(image, matrix, shift):
    """Return the image taken at ``c + M (p - c) - s``, grey outside."""
    middle = (np.array(image.shape[:2]) - 1) / 2
    offset = middle - matrix @ middle - shift
    parts = [
        ndimage.affine_transform(image[..., i], matrix, offset, order=1, mode="grid-constant", cval=127.5)
        for i in range(image.shape[-1])
    ]  # fmt: skip
    return np.stack(parts, -1)


def wanted(name, strength, image):
    """Return the image after one operation, values not yet clipped."""
    height, width, _ = image.shape
    levels = 2 ** (8 - np.round(4 * abs(strength)))
    turn = strength * np.pi / 6
    matrices = {
        "rotate": [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]],
        "shear_x": [[1, 0], [0.3 * strength, 1]],
        "shear_y": [[1, 0.3 * strength], [0, 1]],
    }
    shifts = {
        "translate_x": (0, np.round(0.3 * strength * width)),
        "translate_y": (np.round(0.3 * strength * height), 0),
    }
    if name in matrices or name in shifts:
        return moved(image, np.array(matrices.get(name, np.eye(2))), shifts.get(name, (0, 0)))
    mean = image.mean((0, 1))
    grey = image.mean(-1, keepdims=True)
    smooth = ndimage.uniform_filter(image, (3, 3, 1), mode="nearest")
    return {
        "identity": image,
        "brightness": image + 127.5 * strength,
        "contrast": mean + (1 + 0.9 * strength) * (image - mean),
        "saturation": grey + (1 + 0.9 * strength) * (image - grey),
        "sharpness": image + strength * (image - smooth),
        "posterize": np.floor(image / 255 * levels) / levels * 255,
        "solarize": np.where(image > 255 * (1 - abs(strength)), 255 - image, image),
        "invert": 255 - image,
    }[name]


def results(image):
    """Return what each operation makes of the image, by name and sign."""
    return {
        (name, sign): np.clip(wanted(name, sign * FACTOR, image), 0, 255)
        for name, sign in product(NAMES, (-1, 1))
    }


def varied(layer, images, seed=0):
    return np.asarray(
        pellucid.apply(layer, {}, {}, images, training=True, key=jax.random.key(seed))[0]
    )


def closest(image, candidates):
    """Return the key of the candidate that comes closest, and how far away it is in the mean."""
    distance = {key: np.abs(image - each).mean() for key, each in candidates.items()}
    key = min(distance, key=distance.__getitem__)
    return key, distance[key]


def test_every_result_is_one_of_the_operations_and_all_are_drawn():
    images = np.repeat(IMAGE[None], 1300, 0).astype("float32")
    seen = varied(layers.RandAugment(num_ops=1, factor=FACTOR), images)
    found = [closest(image, results(IMAGE)) for image in seen]
    assert max(distance for _, distance in found) < 1e-2
    names = [name for (name, _), _ in found]
    counts = {name: names.count(name) for name in NAMES}
    assert min(counts.values()) > 60
    assert max(counts.values()) < 145
    turned = [sign for (name, sign), _ in found if name == "rotate"]
    assert 0.25 < np.mean(np.array(turned) > 0) < 0.75


def test_operations_follow_each_other():
    images = np.repeat(IMAGE[None], 40, 0).astype("float32")
    seen = varied(layers.RandAugment(num_ops=2, factor=FACTOR), images)
    pairs = {
        (first, second): image
        for first, once in results(IMAGE).items()
        for second, image in results(once).items()
    }
    found = [closest(image, pairs) for image in seen]
    # The grey outside is a limit of two levels, and falls to either side when its last bit differs.
    assert max(distance for _, distance in found) < 0.2
    assert len({key for key, _ in found}) > 20


def test_images_of_which_nothing_is_drawn_keep_every_bit():
    images = np.repeat(IMAGE[None], 200, 0).astype("float32")
    seen = varied(layers.RandAugment(num_ops=1, factor=FACTOR), images)
    assert 5 < sum(np.array_equal(image, images[0]) for image in seen) < 35


@pytest.mark.parametrize("num_ops", [1, 3])
def test_compiled_stacked_and_eager_runs_agree(num_ops):
    layer = layers.RandAugment(num_ops=num_ops)
    images = np.repeat(IMAGE[None], 16, 0).astype("float32")
    keys = jax.random.split(jax.random.key(1), 3)

    def run(key):
        return pellucid.apply(layer, {}, {}, images, training=True, key=key)[0]

    eager = np.stack([run(key) for key in keys])
    np.testing.assert_allclose(jax.vmap(run)(keys), eager, atol=1e-3)
    np.testing.assert_allclose(np.stack([jax.jit(run)(key) for key in keys]), eager, atol=1e-3)


def test_half_precision_stays():
    images = jnp.full((8, 6, 6, 1), 0.5, jnp.bfloat16)
    layer = layers.RandAugment((0, 1), dtype="bfloat16")
    seen = pellucid.apply(layer, {}, {}, images, training=True, key=jax.random.key(0))[0]
    assert seen.dtype == jnp.bfloat16


def test_a_shift_of_a_map_moves_the_picture():
    image = np.arange(12.0, dtype="float32").reshape(1, 3, 4, 1)
    seen = transform(image, np.eye(2)[None], "constant", shifts=np.array([[1.0, -2.0]]))
    moved_by_hand = [[0, 0, 0, 0], [2, 3, 0, 0], [6, 7, 0, 0]]
    np.testing.assert_array_equal(seen[0, ..., 0], moved_by_hand)
