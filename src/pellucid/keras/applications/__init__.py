"""``keras.applications``: the architectures of :mod:`pellucid.zoo`, each in the module of its family."""

from __future__ import annotations

import importlib
from typing import Any

from pellucid.core.late import late_attributes

_FILES: dict[str, tuple[str, ...]] = {
    "densenet": (
        "DenseNet121",
        "DenseNet169",
        "DenseNet201",
    ),
    "efficientnet": tuple(f"EfficientNetB{variant}" for variant in range(8)),
    "efficientnet_v2": (
        "EfficientNetV2B0",
        "EfficientNetV2B1",
        "EfficientNetV2B2",
        "EfficientNetV2B3",
        "EfficientNetV2L",
        "EfficientNetV2M",
        "EfficientNetV2S",
    ),
    "inception_resnet_v2": ("InceptionResNetV2",),
    "inception_v3": ("InceptionV3",),
    "mobilenet": ("MobileNet",),
    "mobilenet_v2": ("MobileNetV2",),
    "mobilenet_v3": (
        "MobileNetV3Large",
        "MobileNetV3Small",
    ),
    "nasnet": (
        "NASNetLarge",
        "NASNetMobile",
    ),
    "resnet": (
        "ResNet50",
        "ResNet101",
        "ResNet152",
    ),
    "resnet_v2": (
        "ResNet50V2",
        "ResNet101V2",
        "ResNet152V2",
    ),
    "vgg16": ("VGG16",),
    "vgg19": ("VGG19",),
    "xception": ("Xception",),
}
_MODULES = frozenset(_FILES) | {"imagenet_utils", "resnet50"}

_NAMES = sorted([*_MODULES, *(name for names in _FILES.values() for name in names)])
__all__ = [*_NAMES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]

_find, _ = late_attributes(__name__, _FILES)


def __getattr__(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}") if name in _MODULES else _find(name)


def __dir__() -> list[str]:
    return _NAMES
