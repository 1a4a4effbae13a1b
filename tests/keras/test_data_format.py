"""Images with their channels first, set once for all layers as scripts of 2016 did."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import ArgumentError
from pellucid.keras.ops.settings import placed_channels

backend = keras.backend
layers = keras.layers


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


def network(shape):
    return keras.Sequential(
        [
            layers.Conv2D(4, (3, 3), input_shape=shape),
            layers.MaxPooling2D((2, 2)),
            layers.ZeroPadding2D(1),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


@pytest.mark.usefixtures("channels_first")
def test_the_same_network_with_channels_first():
    first = network((3, 8, 8))
    assert first.layers[0].output_shape == (None, 4, 6, 6)
    keras.config.set_image_data_format("channels_last")
    last = network((8, 8, 3))
    last.set_weights(first.get_weights())
    images = np.random.default_rng(0).normal(size=(5, 8, 8, 3))
    found = first.predict(images.transpose(0, 3, 1, 2))
    assert found == pytest.approx(last.predict(images), abs=1e-5)


@pytest.mark.usefixtures("channels_first")
def test_what_a_layer_is_told_counts():
    model = keras.Sequential(
        [layers.Conv2D(4, 3, data_format="channels_last", input_shape=(8, 8, 3))]
    )
    assert model.output_shape == (None, 6, 6, 4)


@pytest.mark.usefixtures("channels_first")
def test_functions_and_pictures_follow():
    assert backend.image_dim_ordering() == "th"
    assert placed_channels(np.zeros((2, 8, 8, 3))).shape == (2, 3, 8, 8)
    picture = keras.preprocessing.image.array_to_img(np.zeros((3, 5, 4)))
    assert picture.size == (4, 5)
    assert keras.preprocessing.image.img_to_array(picture).shape == (3, 5, 4)


def test_the_oldest_names():
    backend.set_image_dim_ordering("th")
    try:
        assert keras.config.image_data_format() == "channels_first"
    finally:
        backend.set_image_dim_ordering("tf")
    assert keras.config.image_data_format() == "channels_last"


def test_other_words_are_refused():
    with pytest.raises(ArgumentError, match="'channels_last' and 'channels_first' are allowed"):
        keras.config.set_image_data_format("first")
