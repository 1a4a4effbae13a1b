"""Model files: one ``.safetensors`` file that holds data only. Read ``README.md`` first; it defines the terms.

The files of this package are imported when a model is first saved or loaded.
"""

from pellucid.core.late import late_attributes

_FILES = {
    "container": ("MissingFileError", "read_header"),
    "format": ("FORMAT_VERSION",),
    "from_file": ("load",),
    "keras_files": ("load_keras_weights",),
    "to_file": ("save",),
}

__all__ = [
    "FORMAT_VERSION",
    "MissingFileError",
    "load",
    "load_keras_weights",
    "read_header",
    "save",
]  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__, __dir__ = late_attributes(__name__, _FILES)
