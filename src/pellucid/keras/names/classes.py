"""Names of older Keras that Keras 3 no longer has, and second names of what it has."""

from __future__ import annotations

_CASES = {
    "MAE": "mean_absolute_error",
    "MAPE": "mean_absolute_percentage_error",
    "MSE": "mean_squared_error",
}
_FUNCTIONS = {
    **_CASES,
    **{short.lower(): name for short, name in _CASES.items()},
    "MSLE": "mean_squared_logarithmic_error",
    "msle": "mean_squared_logarithmic_error",
    "KLD": "kl_divergence",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
}

FORMER: dict[str, dict[str, str]] = {
    "layers": {
        "AtrousConvolution1D": "Conv1D",
        "AtrousConvolution2D": "Conv2D",
        "BatchNormalizationV1": "BatchNormalization",
        "BatchNormalizationV2": "BatchNormalization",
        "Convolution1D": "Conv1D",
        "Convolution2D": "Conv2D",
        "Convolution3D": "Conv3D",
        "CuDNNGRU": "GRU",
        "CuDNNLSTM": "LSTM",
        "Deconvolution2D": "Conv2DTranspose",
        "Deconvolution3D": "Conv3DTranspose",
        "GRUCellV2": "GRUCell",
        "GRUV1": "GRU",
        "GRUV2": "GRU",
        "LSTMCellV2": "LSTMCell",
        "LSTMV1": "LSTM",
        "LSTMV2": "LSTM",
        "MaxoutDense": "Maxout",
        "SeparableConvolution1D": "SeparableConv1D",
        "SeparableConvolution2D": "SeparableConv2D",
        "SyncBatchNormalization": "BatchNormalization",
        "ThresholdedReLU": "ReLU",
        "TimeDistributedDense": "Dense",
    },
    "optimizers": {
        "adadelta": "Adadelta",
        "adagrad": "Adagrad",
        "adam": "Adam",
        "adamax": "Adamax",
        "nadam": "Nadam",
        "rmsprop": "RMSprop",
        "sgd": "SGD",
    },
    "constraints": {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"},
    "regularizers": {
        "ActivityRegularizer": "L1L2",
        "WeightRegularizer": "L1L2",
        "activity_l1": "L1",
        "activity_l1l2": "L1L2",
        "activity_l2": "L2",
        "l1l2": "L1L2",
    },
}  # fmt: skip
"""By module: a class of older Keras to the class that replaces it. Used, it says so; see ``keras/former.py``."""

SECOND: dict[str, dict[str, str]] = {
    "losses": {**_FUNCTIONS, "logcosh": "log_cosh"},
    "metrics": _FUNCTIONS,
    "layers": {
        **{f"AvgPool{n}D": f"AveragePooling{n}D" for n in (1, 2, 3)},
        **{f"MaxPool{n}D": f"MaxPooling{n}D" for n in (1, 2, 3)},
        **{f"GlobalAvgPool{n}D": f"GlobalAveragePooling{n}D" for n in (1, 2, 3)},
        **{f"GlobalMaxPool{n}D": f"GlobalMaxPooling{n}D" for n in (1, 2, 3)},
        **{f"Convolution{n}DTranspose": f"Conv{n}DTranspose" for n in (1, 2, 3)},
    },
    "initializers": {
        "constant": "Constant",
        "glorot_normal": "GlorotNormal",
        "glorot_uniform": "GlorotUniform",
        "he_normal": "HeNormal",
        "he_uniform": "HeUniform",
        "identity": "Identity",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "normal": "RandomNormal",
        "one": "Ones",
        "ones": "Ones",
        "orthogonal": "Orthogonal",
        "random_normal": "RandomNormal",
        "random_uniform": "RandomUniform",
        "truncated_normal": "TruncatedNormal",
        "uniform": "RandomUniform",
        "variance_scaling": "VarianceScaling",
        "zero": "Zeros",
        "zeros": "Zeros",
    },
    "activations": {"hard_swish": "hard_silu", "swish": "silu"},
    "constraints": {
        "max_norm": "MaxNorm",
        "min_max_norm": "MinMaxNorm",
        "non_neg": "NonNeg",
        "unit_norm": "UnitNorm",
    },
    "utils": {"plot": "plot_model"},
}  # fmt: skip
"""By module: a second name to the first; taken without a word, for ``tf.keras`` or Keras 2 had it as well."""
