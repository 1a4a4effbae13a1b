from pellucid.saving.container import (
    MissingFileError as MissingFileError,
    read_header as read_header,
)
from pellucid.saving.format import FORMAT_VERSION as FORMAT_VERSION
from pellucid.saving.from_file import load as load
from pellucid.saving.keras_files import load_keras_weights as load_keras_weights
from pellucid.saving.to_file import save as save
