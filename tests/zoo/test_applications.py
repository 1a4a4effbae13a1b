"""``keras.applications``: the tree of modules, and models whose layers are those of the adapters."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from pellucid import zoo
from pellucid.keras import applications, layers, models

MODULES = [
    name for name in applications.__dir__() if name[0].islower() and name != "imagenet_utils"
]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_what_its_sisters_have(name):
    module = import_module(f"pellucid.keras.applications.{name}")
    assert getattr(applications, name) is module
    assert {"decode_predictions", "preprocess_input"} < set(module.__all__)
    assert all(callable(getattr(module, each)) for each in module.__all__)


def test_all_architectures_are_there():
    assert {name for name in zoo.__all__ if name[0].isupper()} < set(applications.__all__)
    assert applications.VGG16 is applications.vgg16.VGG16


@pytest.mark.parametrize(
    ("module", "mode"),
    [
        ("vgg16", "caffe"),
        ("resnet50", "caffe"),
        ("densenet", "torch"),
        ("mobilenet_v2", "tf"),
        ("efficientnet", "none"),
    ],
)
def test_images_are_scaled_as_the_family_wants(module, mode):
    pixels = np.arange(12.0, dtype="float32").reshape(1, 2, 2, 3)
    found = getattr(applications, module).preprocess_input(pixels)
    np.testing.assert_array_equal(found, zoo.preprocess_input(pixels, mode=mode))


def test_models_and_layers_are_the_adapters_own():
    made = applications.MobileNetV2((64, 64, 3), 0.35, weights=None, include_top=False)
    assert isinstance(made, models.Model)
    assert isinstance(made.get_layer("Conv1"), layers.Conv2D)
    for layer in made.layers[:10]:
        layer.trainable = False
    x = layers.Input((64, 64, 3))
    outputs = layers.Dense(2)(layers.GlobalAveragePooling2D()(made(x)))
    assert models.Model(x, outputs).predict(np.zeros((1, 64, 64, 3))).shape == (1, 2)


def test_a_script_continues_at_the_output():
    base = applications.VGG16(
        weights=None, include_top=False, input_tensor=layers.Input((32, 32, 3))
    )
    top = layers.Dense(3, activation="softmax")(layers.Flatten()(base.output))
    model = models.Model(inputs=base.input, outputs=top)
    for layer in base.layers:
        layer.trainable = False
    assert len(model.trainable_weights) == 2
