"""The architectures beside Keras's own: layers by name and order, weights by shape and order, equal predictions."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import zoo
from pellucid.modules.graph_operations import Operation
from pellucid.modules.tree import weights_of
from pellucid.saving.keras_files import load_keras_weights

keras = pytest.importorskip("keras", reason="oracle extra")
# Keras's own warnings are not ours.
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("default")]

QUICK = ["VGG16", "ResNet50V2", "Xception"]
# Building these on Keras takes up to half a minute each.
SLOW = [
    "MobileNet", "MobileNetV2", "ResNet50", "InceptionV3", "InceptionResNetV2", "MobileNetV3Small", "DenseNet121",
    "EfficientNetB0", "EfficientNetV2B0", "EfficientNetV2S", "NASNetMobile",
]  # fmt: skip
WEIGHTS, WHOLE = "net.weights.h5", "net.h5"
"""Files of Keras 3, and in the layout of Keras 2, which the published weights have."""


def made(name, **options):
    """Return Keras's model and ours, Keras's automatic names counted from the beginning."""
    keras.backend.clear_session()
    with jax.legacy_prng_key("allow"):
        theirs = getattr(keras.applications, name)(weights=None, **options)
    return theirs, getattr(zoo, name)(weights=None, **options)


def own_layers(model):
    """Return the layers that Keras lists too: no arithmetic, no scale that is a part of another layer there."""
    return [
        layer
        for layer in model.layers
        if not isinstance(layer, Operation) and not layer.name.endswith("_scale")
    ]


@pytest.mark.parametrize(
    "name", [*QUICK, *[pytest.param(name, marks=pytest.mark.slow) for name in SLOW]]
)
def test_layers_and_weights_are_keras_s(name):
    theirs, ours = made(name)
    assert ours.name == theirs.name
    assert [layer.name for layer in own_layers(ours)] == [layer.name for layer in theirs.layers]
    # Keras's Normalization also counts the rows it saw.
    shapes = [tuple(weight.shape) for weight in theirs.weights if weight.shape != ()]
    assert [slot.shape for _, slot in weights_of(ours)] == shapes


def shaken(model):
    """Give every weight random numbers, positive ones where they are variances."""
    rng = np.random.default_rng(0)
    values = []
    for weight in model.weights:
        value = rng.normal(size=weight.shape, scale=0.05).astype("float32")
        if "variance" in weight.name or "gamma" in weight.name:
            value = 1 + np.abs(value)
        elif "kernel" in weight.name:
            # As large as keeps the numbers of about one size through all layers.
            value = value / 0.05 * np.sqrt(2 / max(1, np.prod(weight.shape[:-1])))
        values.append(value.astype("float32") if value.ndim else weight.numpy())
    model.set_weights(values)


@pytest.mark.parametrize(
    ("name", "size", "ending", "options"),
    [
        ("MobileNetV2", 96, WEIGHTS, {"alpha": 0.35}),
        ("ResNet50", 64, WHOLE, {}),
        pytest.param("EfficientNetB0", 64, WEIGHTS, {}, marks=pytest.mark.slow),
        pytest.param("EfficientNetB0", 64, WHOLE, {}, marks=pytest.mark.slow),
        pytest.param("MobileNetV3Small", 64, WEIGHTS, {}, marks=pytest.mark.slow),
        pytest.param("DenseNet121", 64, WEIGHTS, {}, marks=pytest.mark.slow),
        pytest.param("EfficientNetV2B0", 64, WEIGHTS, {}, marks=pytest.mark.slow),
        pytest.param("InceptionV3", 80, WHOLE, {}, marks=pytest.mark.slow),
    ],
)
def test_predictions_are_keras_s(name, size, ending, options, tmp_path):
    theirs, ours = made(name, input_shape=(size, size, 3), classes=10, **options)
    shaken(theirs)
    write = theirs.save if ending == WHOLE else theirs.save_weights
    write(tmp_path / ending)
    load_keras_weights(ours, tmp_path / ending)
    images = np.random.default_rng(1).uniform(0, 255, (2, size, size, 3)).astype("float32")
    wanted = theirs.predict(images, verbose=0)
    assert wanted.std() > 1e-3, "these weights would hide a difference"
    np.testing.assert_allclose(ours.predict(images), wanted, atol=1e-4)


def test_weights_of_a_file_are_those_of_the_function(tmp_path):
    theirs, _ = made("MobileNetV2", input_shape=(64, 64, 3), alpha=0.35, classes=3)
    theirs.save_weights(tmp_path / "net.weights.h5")
    ours = zoo.MobileNetV2((64, 64, 3), 0.35, weights=tmp_path / "net.weights.h5", classes=3)
    for weight, array in zip(theirs.weights, ours.weights, strict=True):
        np.testing.assert_array_equal(weight.numpy(), array)


def test_preprocessing_is_keras_s():
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 3, 4, 3)).astype("float32")
    original = keras.applications.imagenet_utils.preprocess_input
    for mode in ("caffe", "tf", "torch"):
        wanted = original(pixels.copy(), mode=mode)
        np.testing.assert_allclose(zoo.preprocess_input(pixels, mode=mode), wanted, atol=1e-4)
