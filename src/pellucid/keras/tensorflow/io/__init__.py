"""``tf.io``: files as text, and images out of them."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow"

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.io.files": "read_file write_file matching_files",
        f"{_HERE}.io.images": """decode_jpeg decode_png decode_bmp decode_gif decode_image encode_jpeg encode_png
            is_jpeg decode_and_crop_jpeg""",
    },
    modules="gfile",
)
