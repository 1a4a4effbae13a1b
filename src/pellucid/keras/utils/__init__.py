"""``keras.utils``: what prepares data, draws models, names one's own classes and keeps the seed.

Files are imported when one of their names is first used; ``README.md`` names them.
"""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = {
    "batches": "PyDataset Sequence=PyDataset",
    "classes": "normalize to_categorical",
    "describing": "deserialize_keras_object serialize_keras_object",
    "drawing": "model_to_dot plot_model",
    "feature_space": "FeatureSpace",
    "files": "get_file",
    "former": """audio_dataset_from_directory categorical_probas_to_classes multi_gpu_model print_summary
        probas_to_classes to_ordinal""",
    "image_folders": "image_dataset_from_directory",
    "padding": "pad_sequences",
    "progress": "Progbar",
    "registering": """CustomObjectScope custom_object_scope get_custom_objects get_registered_name get_registered_object
        register_keras_serializable""",
    "session": """clear_session disable_interactive_logging enable_interactive_logging get_source_inputs
        is_interactive_logging_enabled is_keras_tensor pack_x_y_sample_weight set_random_seed standardize_dtype
        unpack_x_y_sample_weight""",
    "splitting": "split_dataset",
    "text_folders": "text_dataset_from_directory",
    "windows": "timeseries_dataset_from_array",
}
_PICTURES = {
    "pellucid.keras.preprocessing.image.pictures": "array_to_img img_to_array load_img save_img"
}

__getattr__, __dir__ = facade(
    __name__,
    {**{f"{__name__}.{file}": names for file, names in _HERE.items()}, **_PICTURES},
    "bounding_boxes",
)
__all__ = __dir__()  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]
