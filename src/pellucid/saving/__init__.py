"""Model files: one ``.safetensors`` file that holds data only. Read ``README.md`` first; it defines the terms."""

from pellucid.saving.container import MissingFileError, read_header
from pellucid.saving.format import FORMAT_VERSION
from pellucid.saving.from_file import load
from pellucid.saving.to_file import save

__all__ = ["FORMAT_VERSION", "MissingFileError", "load", "read_header", "save"]
