"""AugMix: mixtures of an image with chains of the other layers, put together here by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import layers

IMAGES = np.random.default_rng(4).uniform(0, 255, (6, 8, 9, 3)).astype("float32")
LAYER = layers.AugMix(num_chains=2, chain_depth=2, factor=0.4)


def made():
    """Return the layers by the names that AugMix draws for, in its order."""
    return {
        "shear": layers.RandomShear((0, 0.4), (0, 0.4)),
        "translation": layers.RandomTranslation((0, 0.4), (0, 0.4)),
        "rotation": layers.RandomRotation((0, 0.4)),
        "posterization": layers.RandomPosterization(3),
        "solarization": layers.Solarization(0.4, 0.4),
        "auto_contrast": layers.AutoContrast(),
        "equalization": layers.Equalization(),
        "brightness": layers.RandomBrightness((0, 0.4)),
        "color_degeneration": layers.RandomColorDegeneration(0.4),
        "contrast": layers.RandomContrast((0, 0.4)),
        "sharpness": layers.RandomSharpness(0.4),
    }


DRAW, VARY = jax.jit(LAYER.draw), jax.jit(LAYER.vary)


@pytest.mark.parametrize("first", range(0, 12, 4))
def test_images_are_mixed_with_the_ends_of_their_chains(first):
    drawn = DRAW(jnp.asarray(IMAGES), jax.random.key(first))
    drawn["operations"] = jnp.arange(first, first + 4).reshape(2, 2)
    mixed = np.zeros_like(IMAGES)
    parts = list(made().items())
    for chain in range(2):
        image = jnp.asarray(IMAGES)
        for place in range(2):
            number = first + 2 * chain + place
            if number:
                name, layer = parts[number - 1]
                own = jax.tree.map(lambda x: x[chain, place], drawn["transformations"][name])  # noqa: B023
                image = layer.vary(image, own)
        weight = np.asarray(drawn["chain_mixing_weights"])[:, chain]
        mixed += weight[:, None, None, None] * np.asarray(image)
    share = np.asarray(drawn["weight_sample"])[:, None, None, None]
    wanted = np.clip(share * IMAGES + (1 - share) * mixed, 0, 255)
    seen = np.asarray(VARY(jnp.asarray(IMAGES), drawn))
    # A level that rounding moves is a whole level further after equalization or posterization.
    assert np.mean(np.abs(seen - wanted) > 0.05) < 0.01


def test_shares_sum_to_one_and_each_image_has_its_own():
    drawn = [DRAW(jnp.asarray(IMAGES), jax.random.key(seed)) for seed in range(200)]
    weights, shares = (
        np.stack([each[name] for each in drawn])
        for name in ("chain_mixing_weights", "weight_sample")
    )
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
    np.testing.assert_allclose(weights.mean((0, 1)), 0.5, atol=0.05)
    np.testing.assert_allclose([shares.mean(), shares.var()], [0.5, 1 / 12], atol=0.03)
    assert len(np.unique(shares)) > 1000
    operations = np.stack([each["operations"] for each in drawn])
    assert set(np.unique(operations)) == set(range(12))


def test_the_layer_draws_and_varies_only_in_training():
    np.testing.assert_array_equal(pellucid.apply(LAYER, {}, {}, IMAGES)[0], IMAGES)

    @jax.jit
    def run(key):
        return pellucid.apply(LAYER, {}, {}, IMAGES, training=True, key=key)[0]

    seen = [np.asarray(run(jax.random.key(seed))) for seed in range(3)]
    assert not np.array_equal(seen[0], seen[1])
    assert min(each.min() for each in seen) >= 0
    assert max(each.max() for each in seen) <= 255
    np.testing.assert_array_equal(run(jax.random.key(0)), seen[0])
