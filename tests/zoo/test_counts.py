"""The architectures have the numbers of parameters that were published, and outputs of the right shape."""

from __future__ import annotations

import inspect

import pytest

from pellucid import zoo

# From the tables of the Keras documentation and the papers' implementations there. EfficientNet's `Normalization` here
# does not count rows, so the numbers of its family are one smaller than there.
COUNTS = {
    "VGG16": 138_357_544,
    "VGG19": 143_667_240,
    "ResNet50": 25_636_712,
    "ResNet101": 44_707_176,
    "ResNet152": 60_419_944,
    "ResNet50V2": 25_613_800,
    "ResNet101V2": 44_675_560,
    "ResNet152V2": 60_380_648,
    "InceptionV3": 23_851_784,
    "InceptionResNetV2": 55_873_736,
    "Xception": 22_910_480,
    "MobileNet": 4_253_864,
    "MobileNetV2": 3_538_984,
    "DenseNet121": 8_062_504,
    "DenseNet169": 14_307_880,
    "DenseNet201": 20_242_984,
    "EfficientNetB0": 5_330_570,
    "EfficientNetB1": 7_856_238,
    "EfficientNetB2": 9_177_568,
    "EfficientNetB3": 12_320_534,
    "EfficientNetB4": 19_466_822,
    "EfficientNetB5": 30_562_526,
    "EfficientNetB6": 43_265_142,
    "EfficientNetB7": 66_658_686,
    "EfficientNetV2B0": 7_200_312,
    "EfficientNetV2B1": 8_212_124,
    "EfficientNetV2B2": 10_178_374,
    "EfficientNetV2B3": 14_467_622,
    "EfficientNetV2S": 21_612_360,
    "EfficientNetV2M": 54_431_388,
    "EfficientNetV2L": 119_027_848,
    "NASNetMobile": 5_326_716,
    "NASNetLarge": 88_949_818,
    "MobileNetV3Small": 2_554_968,
    "MobileNetV3Large": 5_507_432,
}
LARGE = {name for name, count in COUNTS.items() if count > 40_000_000 and "VGG" not in name}


def test_every_architecture_is_counted():
    functions = {name for name in zoo.__all__ if name[0].isupper()}
    assert functions == COUNTS.keys()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in COUNTS],
)
def test_parameters_are_as_published(name):
    model = getattr(zoo, name)(weights=None)
    assert model.count_params() == COUNTS[name]
    assert model.output_shape == (None, 1000)


def test_weights_are_drawn_only_when_needed():
    model = zoo.VGG16(weights=None)
    assert all(slot.value is None for layer in model.layers for slot in layer._weights.values())


@pytest.mark.parametrize(
    ("name", "size", "channels"),
    [("VGG16", 32, 512), ("ResNet50", 64, 2048), ("MobileNetV2", 64, 1280), ("Xception", 71, 2048)],
)
def test_without_the_top_maps_or_means_come_out(name, size, channels):
    make = getattr(zoo, name)
    maps = make(include_top=False, weights=None, input_shape=(size, size, 3))
    assert maps.output_shape[-1] == channels
    assert len(maps.output_shape) == 4
    means = make(include_top=False, weights=None, input_shape=(size, size, 3), pooling="avg")
    assert means.output_shape == (None, channels)


def test_open_sizes_stay_open():
    model = zoo.MobileNetV2(include_top=False, weights=None)
    assert model.input_shape == (None, None, None, 3)
    assert model.output_shape == (None, None, None, 1280)


def test_own_classes_activation_and_name():
    model = zoo.MobileNetV2(
        input_shape=(64, 64, 3),
        alpha=0.35,
        weights=None,
        classes=7,
        classifier_activation=None,
        name="small",
    )
    assert model.output_shape == (None, 7)
    assert model.name == "small"
    assert zoo.MobileNet((128, 128, 3), alpha=0.25, weights=None).name == "mobilenet_0.25_128"


def test_minimalistic_and_without_preprocessing():
    plain = zoo.MobileNetV3Small((64, 64, 3), minimalistic=True, weights=None)
    names = [layer.name for layer in plain.layers]
    assert not any("squeeze" in name for name in names)
    bare = zoo.MobileNetV3Small((64, 64, 3), include_preprocessing=False, weights=None)
    assert "rescaling" not in [layer.name for layer in bare.layers]


@pytest.mark.parametrize("name", ["ResNet50", "EfficientNetB0", "MobileNetV3Small", "NASNetMobile"])
def test_arguments_begin_and_end_as_in_keras(name):
    names = list(inspect.signature(getattr(zoo, name)).parameters)
    assert {"include_top", "weights", "input_tensor", "input_shape", "pooling", "classes"} <= set(
        names
    )
    assert names[-1] == "name"
    assert getattr(zoo, name).__name__ == name
