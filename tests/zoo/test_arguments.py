"""What cannot be made is refused, with the line that can."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Model, layers, zoo


def test_weights_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="None \\(random\\), 'imagenet', or the path"):
        zoo.VGG16(weights="nowhere.h5")


def test_imagenet_has_a_thousand_classes():
    with pytest.raises(ValueError, match="1000 classes") as caught:
        zoo.ResNet50(classes=5)
    assert "include_top=False" in caught.value.repair


def test_published_classifiers_end_with_softmax():
    with pytest.raises(ValueError, match="softmax"):
        zoo.ResNet50(classifier_activation="sigmoid")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((16, 16, 3), "at least 32 x 32"),
        ((224, 224), "height, width, channels"),
        ((None, None, 3), "no None with include_top"),
    ],
)
def test_shapes_that_cannot_be_are_refused(shape, words):
    with pytest.raises(ValueError, match=words):
        zoo.VGG16(weights=None, input_shape=shape)


def test_unknown_pooling_is_refused():
    with pytest.raises(ValueError, match="'avg', 'max' or None"):
        zoo.VGG16(weights=None, include_top=False, pooling="mean")


def test_widths_without_published_weights_are_refused():
    with pytest.raises(ValueError, match="alpha"):
        zoo.MobileNetV2(alpha=0.4)
    with pytest.raises(ValueError, match="alpha"):
        zoo.MobileNetV3Large(alpha=0.5)
    with pytest.raises(ValueError, match="depth_multiplier"):
        zoo.MobileNet(depth_multiplier=2)


def test_a_network_can_begin_inside_a_graph():
    pixels = Input((64, 64, 3), name="pixels")
    scaled = layers.Rescaling(1 / 255, name="scaled")(pixels)
    base = zoo.MobileNetV2(input_tensor=scaled, alpha=0.35, include_top=False, weights=None)
    assert [layer.name for layer in base.layers[:3]] == ["pixels", "scaled", "Conv1"]
    outputs = layers.Dense(2)(layers.GlobalAveragePooling2D()(base.output))
    model = Model(base.input, outputs)
    assert model.predict(np.zeros((1, 64, 64, 3), "float32")).shape == (1, 2)


def test_an_array_is_no_beginning():
    with pytest.raises(TypeError, match="symbolic tensor"):
        zoo.VGG16(input_tensor=np.zeros((1, 224, 224, 3)), weights=None)


def test_a_network_is_a_layer_of_another_model():
    base = zoo.MobileNetV2((64, 64, 3), alpha=0.35, include_top=False, pooling="avg", weights=None)
    base.trainable = False
    x = Input((64, 64, 3))
    model = Model(x, layers.Dense(2, name="new")(base(x)))
    trained = sum(array.size for array in model.trainable_weights)
    assert trained == 1280 * 2 + 2
