"""Model files: one ``.safetensors`` file that holds data only. Read ``README.md`` first; it defines the terms."""

from pellucid.saving.container import MissingFileError, read_header
from pellucid.saving.model_file import FORMAT_VERSION, load, save

__all__ = ["FORMAT_VERSION", "MissingFileError", "load", "read_header", "save"]
