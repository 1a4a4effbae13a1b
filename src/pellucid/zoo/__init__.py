"""Known architectures for images, with the published weights if wanted. Read ``README.md`` first.

Each function makes a model of Pellucid's own layers, with Keras's structure, layer names and arguments. A file is
imported when one of its architectures is first named.
"""

from __future__ import annotations

from pellucid.core.late import late_attributes

_FILES: dict[str, tuple[str, ...]] = {
    "densenet": ("DenseNet121", "DenseNet169", "DenseNet201"),
    "efficientnet": tuple(f"EfficientNetB{variant}" for variant in range(8)),
    "efficientnet_v2": (
        "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L",
        "EfficientNetV2M", "EfficientNetV2S",
    ),
    "imagenet": ("decode_predictions", "preprocess_input"),
    "inception_resnet_v2": ("InceptionResNetV2",),
    "inception_v3": ("InceptionV3",),
    "mobilenet": ("MobileNet",),
    "mobilenet_v2": ("MobileNetV2",),
    "mobilenet_v3": ("MobileNetV3Large", "MobileNetV3Small"),
    "nasnet": ("NASNetLarge", "NASNetMobile"),
    "resnet": ("ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "ResNet50", "ResNet50V2"),
    "vgg": ("VGG16", "VGG19"),
    "xception": ("Xception",),
}  # fmt: skip

_NAMES = sorted(name for names in _FILES.values() for name in names)
__all__ = [*_NAMES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__, __dir__ = late_attributes(__name__, _FILES)
