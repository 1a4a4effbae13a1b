"""Augmentation: what each layer does to an image, a draw for each, only in training; mixed targets; previews."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

import pellucid
from pellucid import Input, Sequential, layers
from pellucid.core.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(0, 255, (4, 12, 12, 3)).astype("float32")
ONE = np.repeat(IMAGES[:1], 64, 0)

RANDOM = [
    layers.RandomFlip(),
    layers.RandomRotation(0.2),
    layers.RandomShear(0.3, 0.3),
    layers.RandomTranslation(0.3, 0.3),
    layers.RandomZoom(0.3),
    layers.RandomBrightness(0.3),
    layers.RandomContrast(0.5),
    layers.RandomSaturation(0.8),
    layers.RandomErasing(),
    layers.RandAugment(),
]
NAMES = [type(layer).__name__ for layer in RANDOM]
every = pytest.mark.parametrize("layer", RANDOM, ids=NAMES)


def varied(layer, images, seed=0):
    return np.asarray(
        pellucid.apply(layer, {}, {}, images, training=True, key=jax.random.key(seed))[0]
    )


@every
def test_every_image_draws_for_itself_and_only_in_training(layer):
    pellucid.infer(layer, ONE)
    np.testing.assert_array_equal(pellucid.apply(layer, {}, {}, ONE)[0], ONE)
    seen = varied(layer, ONE)
    assert seen.shape == ONE.shape
    assert np.isfinite(seen).all()
    kinds = len({image.tobytes() for image in seen})
    assert kinds >= (4 if isinstance(layer, layers.RandomFlip) else 30)
    np.testing.assert_array_equal(varied(layer, ONE), seen)
    assert not np.array_equal(varied(layer, ONE, seed=1), seen)


@every
def test_values_stay_in_range(layer):
    seen = varied(layer, IMAGES)
    assert seen.min() >= -0.01
    assert seen.max() <= 255.01


@every
def test_channels_first_is_the_same_picture(layer):
    first = layer.clone(data_format="channels_first", name=layer.name)
    pellucid.infer(first, np.moveaxis(IMAGES, -1, 1))
    seen = varied(first, np.moveaxis(IMAGES, -1, 1))
    pellucid.infer(layer, IMAGES)
    np.testing.assert_allclose(np.moveaxis(seen, 1, -1), varied(layer, IMAGES), atol=1e-3)


@every
def test_gradients_pass_and_are_finite(layer):
    pellucid.infer(layer, IMAGES)

    def total(images):
        outputs = pellucid.apply(layer, {}, {}, images, training=True, key=jax.random.key(0))[0]
        return jnp.sum(outputs * jnp.cos(jnp.arange(outputs.size)).reshape(outputs.shape))

    assert np.isfinite(jax.grad(total)(IMAGES)).all()


def test_the_validation_set_is_never_varied():
    model = Sequential(
        [Input(shape=(12, 12, 3)), layers.RandomErasing(fill_value=0.0), layers.Flatten()]
    )
    np.testing.assert_array_equal(model.predict(IMAGES), IMAGES.reshape(4, -1))
    model = Sequential(
        [Input(shape=(12, 12, 3)), layers.RandomFlip(), layers.Flatten(), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    history = model.fit(
        IMAGES / 255, np.ones(4), epochs=1, validation_data=(IMAGES / 255, np.ones(4)), verbose=0
    )
    np.testing.assert_allclose(
        history.history["val_loss"][0],
        model.evaluate(IMAGES / 255, np.ones(4), verbose=0),
        rtol=1e-6,
    )


# What each one does.


def test_flips_are_the_four_mirror_images_in_equal_parts():
    seen = varied(layers.RandomFlip(), np.repeat(IMAGES[:1], 400, 0))
    image = IMAGES[0]
    kinds = [image, image[:, ::-1], image[::-1], image[::-1, ::-1]]
    counts = [sum(np.array_equal(each, kind) for each in seen) for kind in kinds]
    assert sum(counts) == 400
    assert min(counts) > 60


@pytest.mark.parametrize("mode", ["reflect", "constant", "wrap", "nearest"])
def test_translation_equals_scipy(mode):
    scipy_mode = {
        "reflect": "reflect",
        "constant": "constant",
        "wrap": "grid-wrap",
        "nearest": "nearest",
    }[mode]
    layer = layers.RandomTranslation((0.25, 0.25), (-0.125, -0.125), mode, fill_value=7.0)
    image = IMAGES[0, :, :8]
    wanted = ndimage.shift(image, (3.0, -1.0, 0), order=1, mode=scipy_mode, cval=7.0)
    np.testing.assert_allclose(varied(layer, image[None])[0], wanted, atol=2e-3)
    half = layers.RandomTranslation((0.125 / 3, 0.125 / 3), 0.0, mode)
    wanted = ndimage.shift(image, (0.5, 0, 0), order=1, mode=scipy_mode)
    if mode != "constant":
        np.testing.assert_allclose(varied(half, image[None])[0], wanted, atol=2e-3)


@pytest.mark.parametrize("turn", [0.05, -0.1, 0.25])
@pytest.mark.parametrize("mode", ["reflect", "nearest"])
def test_rotation_equals_scipy(turn, mode):
    layer = layers.RandomRotation((turn, turn), mode)
    wanted = ndimage.rotate(IMAGES[0], 360 * turn, (0, 1), reshape=False, order=1, mode=mode)
    np.testing.assert_allclose(varied(layer, IMAGES[:1])[0], wanted, atol=5e-2)


@pytest.mark.parametrize("zoom", [-0.5, 0.4])
def test_zoom_equals_scipy(zoom):
    layer = layers.RandomZoom((zoom, zoom), (0.0, 0.0))
    scale = np.array([1 + zoom, 1.0, 1.0])
    middle = (np.array(IMAGES[0].shape) - 1) / 2
    wanted = ndimage.affine_transform(
        IMAGES[0], scale, middle - scale * middle, order=1, mode="reflect"
    )
    np.testing.assert_allclose(varied(layer, IMAGES[:1])[0], wanted, atol=1e-2)


def test_crops_are_windows_of_the_image_at_every_place():
    image = np.arange(16.0, dtype="float32").reshape(1, 4, 4, 1)
    seen = varied(layers.RandomCrop(2, 3), np.repeat(image, 300, 0))[..., 0]
    corners = {tuple(each.reshape(-1)) for each in seen}
    windows = {
        tuple(image[0, top : top + 2, left : left + 3, 0].reshape(-1))
        for top in range(3)
        for left in range(2)
    }
    assert corners == windows


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="does not fit into images of 12×12"):
        layers.RandomCrop(13, 2)(IMAGES)


def test_brightness_and_contrast_by_hand():
    image = IMAGES[:1] / 4 + 80
    lighter = varied(layers.RandomBrightness((0.1, 0.1)), image)
    np.testing.assert_allclose(lighter, image + 25.5, atol=1e-3)
    mean = image.mean((1, 2), keepdims=True)
    vivid = varied(layers.RandomContrast((0.0, 0.0)), image)
    np.testing.assert_allclose(vivid, image, atol=1e-3)
    seen = varied(layers.RandomContrast((0.5, 0.5)), np.repeat(image, 200, 0))
    amounts = ((seen - mean) / (image - mean)).mean((1, 2, 3))
    assert 0.5 <= amounts.min() < 0.6
    assert 1.4 < amounts.max() <= 1.5 + 1e-4


def test_erased_shares_are_those_asked_for():
    white = np.ones((400, 32, 32, 1), "float32")
    gone = 1 - varied(layers.RandomErasing(0.5, (0.1, 0.3), 0.0), white).mean((1, 2, 3))
    assert 0.4 < np.mean(gone > 0) < 0.6
    assert gone[gone > 0].min() > 0.09
    assert gone.max() < 0.32


def test_rand_augment_of_strength_zero_hardly_changes_anything():
    calm = layers.RandAugment(factor=0.0, num_ops=1)
    changed = np.abs(varied(calm, IMAGES.repeat(50, 0)) - IMAGES.repeat(50, 0)).mean((1, 2, 3))
    inverted = np.mean(changed > 5)  # inverting has no strength
    assert 0.02 < inverted < 0.2


# Mixed targets.


@pytest.mark.parametrize("layer", [layers.MixUp(1.0), layers.CutMix()], ids=["mixup", "cutmix"])
def test_the_loss_is_mixed_as_the_images_are(layer):
    """The mean pixel is the target, so a network that gives it is right on average, and only then."""
    x = np.arange(6, dtype="float32")[:, None, None, None] * np.ones((6, 4, 4, 1), "float32")
    y = np.arange(6, dtype="float32")[:, None]

    def bias(target, outputs):
        return target[:, 0] - outputs[:, 0]

    model = Sequential([Input(shape=(4, 4, 1)), layer.clone(), layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1, kernel_initializer="ones"))
    model.compile(pellucid.optimizers.SGD(0.0), bias)
    loss = model.fit(x, y, batch_size=6, epochs=1, verbose=0).history["loss"][0]
    np.testing.assert_allclose(loss, 0.0, atol=1e-5)
    mixed = varied(layer, x).mean((1, 2, 3))
    assert not np.allclose(mixed, y[:, 0])


def test_mixup_equals_mixed_one_hot_targets():
    images = IMAGES.reshape(4, -1)[:, :6].reshape(4, 1, 2, 3) / 255
    labels = np.array([0, 1, 2, 1])
    noted = {}

    class Noted(layers.MixUp):
        def mix_targets(self, partner, share):
            jax.debug.callback(lambda p, s: noted.update(partner=p, share=s), partner, share)
            super().mix_targets(partner, share)

    model = Sequential(
        [
            Input(shape=(1, 2, 3)),
            Noted(1.0, name="mix"),
            layers.Flatten(),
            layers.Dense(3, "softmax"),
        ]
    )
    model.compile(pellucid.optimizers.SGD(0.0), "sparse_categorical_crossentropy")
    loss = model.fit(images, labels, batch_size=4, epochs=1, verbose=0, shuffle=False).history[
        "loss"
    ][0]
    share, partner = np.asarray(noted["share"])[:, None], np.asarray(noted["partner"])
    flat = images.reshape(4, -1)
    kernel, bias = model.get_weights()
    logits = (share * flat + (1 - share) * flat[partner]) @ kernel + bias
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    targets = share * np.eye(3)[labels] + (1 - share) * np.eye(3)[labels[partner]]
    np.testing.assert_allclose(loss, -np.mean(np.sum(targets * logs, -1)), rtol=1e-5)


def test_two_mixtures_follow_each_other():
    """Every row's targets have shares that add up to one, through mixup and cutmix alike."""
    x = RNG.uniform(size=(8, 4, 4, 1)).astype("float32")
    model = Sequential(
        [
            Input(shape=(4, 4, 1)),
            layers.MixUp(1.0),
            layers.CutMix(),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile(
        pellucid.optimizers.SGD(0.0),
        lambda y, out: y[:, 0] + out[:, 0] - jax.lax.stop_gradient(out[:, 0]),
    )
    loss = model.fit(x, np.ones((8, 1)), batch_size=8, epochs=1, verbose=0).history["loss"][0]
    np.testing.assert_allclose(loss, 1.0, rtol=1e-5)


# Learning, pictures, arguments.


def test_augmented_images_are_learnt_from():
    (x, y), _ = pellucid.datasets.digits.load_data()
    x, y = x[:300, ..., None] / 16.0, y[:300]
    model = Sequential(
        [
            Input(shape=(8, 8, 1)),
            layers.RandomTranslation(0.1, 0.1, "constant"),
            layers.RandomRotation(0.03, "constant"),
            layers.Flatten(),
            layers.Dense(64, "relu"),
            layers.Dense(10, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x, y, epochs=40, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.9


def test_preview_draws_a_row_an_image(tmp_path):
    figure = layers.RandomRotation(0.1).preview(IMAGES, times=5, path=tmp_path / "grid.png")
    assert len(figure.axes) == 4 * 6
    assert (tmp_path / "grid.png").stat().st_size > 1000
    assert len(layers.RandomFlip().preview(IMAGES[..., :1], times=2).axes) == 4 * 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: layers.RandomRotation(2.0),
            r"`factor` must be a number or a pair .* within \[-1, 1\]",
        ),
        (lambda: layers.RandomTranslation((0.3, -0.3), 0.1), "in that order"),
        (lambda: layers.RandomZoom(-1.5), "`height_factor` must be"),
        (lambda: layers.RandomContrast(-0.2), "`factor` must be"),
        (lambda: layers.RandomBrightness(0.2, value_range=(255, 0)), "`value_range` must be"),
        (lambda: layers.RandomErasing(1.5), "`factor` must be"),
        (lambda: layers.RandomErasing(scale=(0.5, 1.5)), "`scale` must be"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()


def test_what_are_no_images_is_refused():
    with pytest.raises(ShapeError, match="needs images"):
        layers.RandomFlip()(IMAGES[0, 0])


@pytest.mark.parametrize(
    "layer",
    [
        layers.Resizing(3, 5),
        layers.CenterCrop(2, 2),
        layers.RandomFlip(seed=3),
        layers.AutoContrast(),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_one_image_alone_is_a_batch_of_one_without_its_axis(layer):
    alone = layer(IMAGES[0])
    assert alone.ndim == 3
    assert np.array_equal(alone, layer(IMAGES[:1])[0])
