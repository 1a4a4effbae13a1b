"""``keras.ops.image``: functions of images, each file imported when one of its functions is first named."""

from __future__ import annotations

from pellucid.keras.ops.naming import late_names

_FILES: dict[str, tuple[str, ...]] = {
    "colours": ("hsv_to_rgb", "rgb_to_grayscale", "rgb_to_hsv"),
    "filters": ("extract_patches", "extract_patches_3d", "gaussian_blur", "sobel_edges", "ssim"),
    "resizing": ("crop_images", "pad_images", "resize", "scale_and_translate"),
    "warping": (
        "affine_transform",
        "elastic_transform",
        "map_coordinates",
        "perspective_transform",
    ),
}

__getattr__, NAMES = late_names(__name__, _FILES, "keras.ops.image")
__all__ = NAMES  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return sorted(__all__)
