"""Names of older Keras and TensorFlow that are not here on purpose: why, and what to write instead."""

from __future__ import annotations

REFUSED: dict[str, tuple[str, str]] = {
    "Highway": (
        "the layer was dropped by Keras 2.",
        "gate = layers.Dense(n, activation='sigmoid')(x); x = gate * layers.Dense(n, activation='relu')(x) "
        "+ (1 - gate) * x",
    ),
    "Graph": ("the Graph model was dropped by Keras 1.", "x = Input(shape=...); Model(inputs, outputs)"),
    "LocallyConnected1D": (
        "Keras 3 has no locally connected layers.",
        "layers.Conv1D shares its weights over the places, which needs far fewer of them",
    ),
    "LocallyConnected2D": (
        "Keras 3 has no locally connected layers.",
        "layers.Conv2D shares its weights over the places, which needs far fewer of them",
    ),
    "HDF5Matrix": ("rows are not read from HDF5 files.", "h5py.File(path)[name][:] reads them as an array"),
    "DenseFeatures": (
        "feature columns were dropped by Keras 3.",
        "layers.Normalization, layers.StringLookup and layers.CategoryEncoding prepare columns",
    ),
    "feature_column": (
        "feature columns were dropped by Keras 3.",
        "layers.Normalization, layers.StringLookup and layers.CategoryEncoding prepare columns",
    ),
    "estimator": ("estimators were dropped by TensorFlow.", "keras.Sequential, compile and fit"),
    "Session": ("sessions belong to TensorFlow 1; here every line computes at once.", "call the function itself"),
    "InteractiveSession": (
        "sessions belong to TensorFlow 1; here every line computes at once.",
        "call the function itself",
    ),
    "placeholder": (
        "placeholders belong to TensorFlow 1.",
        "keras.Input(shape=...) for a model, or a function of arrays",
    ),
    "lite": ("TensorFlow Lite is a part of TensorFlow.", "model.save('model.keras')"),
    "ragged": ("ragged tensors are not here.", "keras.utils.pad_sequences, and mask_zero=True in Embedding"),
    "RaggedTensor": ("ragged tensors are not here.", "keras.utils.pad_sequences, and mask_zero=True in Embedding"),
    "SparseTensor": ("sparse tensors are not here.", "an ordinary array"),
    "sparse": ("sparse tensors are not here.", "an ordinary array"),
    "TFRecordDataset": ("TFRecord files are not read here.", "numpy.savez, and tf.data.Dataset.from_tensor_slices"),
}  # fmt: skip
"""A name, without its module, to the reason (how the sentence ends) and the line that replaces it."""
