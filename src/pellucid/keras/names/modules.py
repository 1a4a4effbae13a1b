"""The trees of modules that scripts import from, and where each module is found here."""

from __future__ import annotations

KERAS = "pellucid.keras"
TENSORFLOW = "pellucid.keras.tensorflow"

ROOTS: dict[str, str] = {
    "keras": KERAS,
    "keras.api": KERAS,
    "keras.api._v1.keras": KERAS,
    "keras.api._v2.keras": KERAS,
    "keras._tf_keras.keras": KERAS,
    "keras.src": KERAS,
    "tf_keras": KERAS,
    "tensorflow.keras": KERAS,
    "tensorflow.compat.v1.keras": KERAS,
    "tensorflow.compat.v2.keras": KERAS,
    "tensorflow.contrib.keras": KERAS,
    "tensorflow.contrib.keras.api.keras": KERAS,
    "tensorflow.contrib.keras.python.keras": KERAS,
    "tensorflow.python.keras": KERAS,
    "tensorflow.python.keras.api._v1.keras": KERAS,
    "tensorflow.python.keras.api._v2.keras": KERAS,
    "tensorflow": TENSORFLOW,
    "tensorflow_datasets": f"{KERAS}.tensorflow_datasets",
    "keras_preprocessing": f"{KERAS}.preprocessing",
    "keras_applications": f"{KERAS}.applications",
}
"""Where a tree begins, to the module that it begins with here; the longest that fits counts."""

PRIVATE_ROOTS = (
    "keras.src",
    "keras._tf_keras.keras",
    "keras.api._v1.keras",
    "keras.api._v2.keras",
    "tensorflow.contrib.keras",
    "tensorflow.python.keras",
)
"""Trees that were never public: their modern name is ``keras``, and what lies deep inside is looked for further up."""

EMPTY = (
    "keras._tf_keras",
    "keras.api._v1",
    "keras.api._v2",
    "tensorflow.contrib",
    "tensorflow.contrib.keras.api",
    "tensorflow.contrib.keras.python",
    "tensorflow.python",
    "tensorflow.python.keras.api",
    "tensorflow.python.keras.api._v1",
    "tensorflow.python.keras.api._v2",
)
"""Packages that hold nothing but the tree below them."""

MODERN = frozenset(
    (
        "activations", "applications", "backend", "callbacks", "config", "constraints", "datasets", "distribution",
        "dtype_policies", "export", "initializers", "layers", "legacy", "losses", "metrics", "mixed_precision",
        "models", "ops", "optimizers", "preprocessing", "quantizers", "random", "regularizers", "saving", "tree",
        "utils", "visualization", "wrappers",
    )
)  # fmt: skip
"""The public modules of Keras 3 and of ``tf.keras``; those below them are found by looking."""

BESIDE: dict[str, tuple[str, ...]] = {"metrics": ("losses",)}
"""Modules whose names a public one has as well: ``keras.metrics.mean_squared_error`` is the function of the losses."""

_ENGINE = ("layers", "models", "utils")
_OLD_FILES = {
    "layers": (
        "advanced_activations", "convolutional", "convolutional_recurrent", "core", "cudnn_recurrent",
        "dense_attention", "embeddings", "experimental", "experimental.preprocessing", "kernelized", "local", "merge",
        "merging", "noise", "normalization", "normalization.batch_normalization", "normalization.layer_normalization",
        "normalization_v2", "pooling", "preprocessing", "recurrent", "recurrent_v2", "regularization", "reshaping",
        "rnn", "serialization", "wrappers",
    ),
    "utils": (
        "all_utils", "conv_utils", "data_utils", "dataset_utils", "generic_utils", "image_utils", "io_utils",
        "layer_utils", "losses_utils", "metrics_utils", "multi_gpu_utils", "np_utils", "test_utils", "tf_utils",
        "training_utils", "version_utils", "vis_utils", "visualize_util",
    ),
    "callbacks": ("callbacks", "callbacks_v1", "tensorboard_v1", "tensorboard_v2"),
    "optimizers": ("adam", "experimental", "legacy", "optimizer", "optimizer_v2", "rmsprop", "sgd"),
    "backend": ("common", "tensorflow_backend", "theano_backend"),
    "losses": ("losses",),
    "metrics": ("metrics",),
    "initializers": ("initializers_v1", "initializers_v2"),
    "mixed_precision": ("experimental", "experimental.policy", "policy"),
    "wrappers": ("scikit_learn",),
}  # fmt: skip

OLD: dict[str, tuple[str, ...]] = {
    **{
        f"{package}.{file}": (package,) for package, files in _OLD_FILES.items() for file in files
    },
    **{
        f"engine{dot}{file}": _ENGINE
        for dot, file in [
            ("", ""),
            *((".", file) for file in (
                "base_layer", "base_layer_v1", "functional", "input_layer", "input_spec", "network", "sequential",
                "topology", "training", "training_v1",
            )),
        ]
    },
    **{
        f"optimizer_v2{file}": ("optimizers",)
        for file in (
            "", ".adadelta", ".adagrad", ".adam", ".adamax", ".ftrl", ".gradient_descent", ".nadam", ".optimizer_v2",
            ".rmsprop",
        )
    },
    "objectives": ("losses",),
    "initializations": ("initializations", "initializers"),
    "optimizer_v1": ("optimizers",),
    "optimizer_v2.learning_rate_schedule": ("optimizers.schedules",),
    "optimizers.learning_rate_schedule": ("optimizers.schedules",),
    "optimizers.schedules.learning_rate_schedule": ("optimizers.schedules",),
    "experimental": ("optimizers.schedules", "layers"),
    "preprocessing.dataset_utils": ("utils",),
    "preprocessing.image_dataset": ("utils",),
    "preprocessing.text_dataset": ("utils",),
    "preprocessing.timeseries": ("utils",),
    "saving.hdf5_format": ("saving", "models"),
    "saving.save": ("saving", "models"),
    "applications.resnet_common": ("applications.resnet",),
}  # fmt: skip
"""Modules of older Keras, without their root, to the modules that hold the same today, searched in order."""

_PARTS = {
    "K": f"{KERAS}.backend",
    **{
        name: f"{KERAS}.{name}"
        for name in ("activations", "constraints", "initializers", "regularizers")
    },
    "np": "numpy",
}
_BACKEND = {"K": f"{KERAS}.backend"}
LEAKED: dict[str, dict[str, str]] = {
    "backend": {"np": "numpy"},
    "callbacks": {**_BACKEND, "np": "numpy", "os": "os"},
    "layers": _PARTS,
    "losses": _BACKEND,
    "metrics": _BACKEND,
    "models": {**_PARTS, "optimizers": f"{KERAS}.optimizers", "os": "os"},
    "optimizers": _BACKEND,
    "preprocessing.image": {"np": "numpy", "os": "os"},
    "preprocessing.sequence": {"np": "numpy"},
    "preprocessing.text": {"np": "numpy"},
    "regularizers": _BACKEND,
    "utils": {"np": "numpy"},
}
"""By module of ``keras`` (not of ``tf.keras``): names that files of Keras 1 and 2 used; star imports gave them too."""

SISTERS: dict[str, str] = {
    "keras_cv": "its layers are built on Keras's own inner parts",
    "keras_hub": "its layers are built on Keras's own inner parts",
    "keras_nlp": "its layers are built on Keras's own inner parts",
    "tensorflow_addons": "it needs TensorFlow itself",
    "tensorflow_hub": "it needs TensorFlow itself; keras.applications has architectures",
    "tensorflow_probability": "it needs TensorFlow itself",
    "tensorflow_text": "it needs TensorFlow itself; TextVectorization and Tokenizer are here",
}
"""Packages beside Keras that people import: why they are not answered, said when they are not installed."""
