"""Arguments of older Keras: for each class the old name and the modern one, and what has no use any more."""

from __future__ import annotations

_KERNEL = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_DENSE = {**_KERNEL, "output_dim": "units", "nb_feature": "pieces"}
_PLACES = {"border_mode": "padding", "dim_ordering": "data_format"}
_CONVOLUTION = {
    **_KERNEL,
    **_PLACES,
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "subsample": "strides",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
    "depthwise_init": "depthwise_initializer",
    "pointwise_init": "pointwise_initializer",
}
_POOLING = {**_PLACES, "pool_length": "pool_size", "stride": "strides"}
_RECURRENT = {
    **_DENSE,
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "U_constraint": "recurrent_constraint",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "forget_bias_init": "unit_forget_bias",
}
_RATE = {"lr": "learning_rate"}

_BY_CLASS: dict[str, dict[str, str]] = {
    "Dense Maxout": _DENSE,
    "LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell": _RECURRENT,
    "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose": _CONVOLUTION,
    "SeparableConv1D SeparableConv2D DepthwiseConv1D DepthwiseConv2D": _CONVOLUTION,
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D": {**_RECURRENT, **_CONVOLUTION},
    "MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D": _POOLING,
    "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D": _PLACES,
    "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D": _PLACES,
    "UpSampling1D": {"length": "size"},
    "UpSampling2D UpSampling3D ZeroPadding2D ZeroPadding3D Cropping2D Cropping3D": _PLACES,
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "Dropout GaussianDropout AlphaDropout": {"p": "rate"},
    "SpatialDropout1D SpatialDropout2D SpatialDropout3D": {
        "p": "rate",
        "dim_ordering": "data_format",
    },
    "GaussianNoise": {"sigma": "stddev"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "ReLU": {"theta": "threshold"},
    "PReLU": {"init": "alpha_initializer"},
    "BatchNormalization": {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
    "Concatenate": {"concat_axis": "axis"},
    "Reshape": {"dims": "target_shape"},
    "Model Functional": {"input": "inputs", "output": "outputs"},
    "Input": {"batch_input_shape": "batch_shape"},
    "InputLayer": {"batch_input_shape": "batch_shape", "input_shape": "shape"},
    "SGD Adam AdamW Adamax Nadam RMSprop Adagrad Adadelta Ftrl Lion Lamb Adafactor Muon ScheduleFreeAdamW": _RATE,
    "L1 l1": {"l": "l1"},
    "L2 l2": {"l": "l2"},
    "MaxNorm": {"m": "max_value"},
    "ReduceLROnPlateau": {"epsilon": "min_delta"},
    "Precision Recall": {"threshold": "thresholds"},
}

RENAMED: dict[str, dict[str, str]] = {
    name: table for names, table in _BY_CLASS.items() if table for name in names.split()
}
"""By class: an argument's old name to the modern one."""

_NO_USE = "it has no effect"
_IN_FIT = "leave it out: batches are prepared beside the training"

IGNORED: dict[str, dict[str, str]] = {
    "Embedding": {
        "input_length": "leave it out: the length is that of the inputs",
        "dropout": "write layers.SpatialDropout1D after the embedding",
    },
    **{
        name: {
            "consume_less": _NO_USE,
            "implementation": _NO_USE,
        }
        for name in ("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell")
    },
    "Dense": {"input_length": "write input_shape=(length, n)"},
    "BatchNormalization": {
        "adjustment": _NO_USE,
        "fused": _NO_USE,
        "mode": _NO_USE,
        "virtual_batch_size": _NO_USE,
    },
    "Conv2DTranspose": {"output_shape": "the output's size follows from strides and padding"},
    "InputLayer": dict.fromkeys(
        ("sparse", "ragged", "optional"), "all tensors are dense and there"
    ),
    "TensorBoard": {
        "batch_size": _NO_USE,
        "embeddings_layer_names": _NO_USE,
        "write_grads": _NO_USE,
    },
    "Nadam": {"schedule_decay": _NO_USE},
}
"""By class: arguments that are dropped, to what is said of them."""

IGNORED_BY_LAYERS: dict[str, str] = {"input_dtype": "the dtype is that of the inputs"}
"""Arguments that every layer of Keras 1 took, and that are dropped."""

_KERNEL_AND_BIAS = ("kernel_initializer", "bias_initializer")
_ALL_THREE = ("kernel_initializer", "recurrent_initializer", "bias_initializer")
WEIGHTS: dict[str, tuple[str, ...]] = {
    "Embedding": ("embeddings_initializer",),
    **dict.fromkeys(("Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose"), _KERNEL_AND_BIAS),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _ALL_THREE),
    "BatchNormalization": (
        "gamma_initializer",
        "beta_initializer",
        "moving_mean_initializer",
        "moving_variance_initializer",
    ),
}
"""By class: the arguments that take the arrays of ``weights=[...]``, in their order."""

OPTIMIZERS = frozenset(
    name for name, table in RENAMED.items() if table.get("lr") == "learning_rate"
)

VALUES: dict[str, dict[str, str | None]] = {
    "data_format": {"th": "channels_first", "tf": "channels_last", "default": None},
    "loss": {"cosine_proximity": "cosine_similarity"},
    "reduction": {"auto": "sum_over_batch_size"},
}
"""By argument: a word of older Keras to the modern one."""

METHODS: dict[str, dict[str, str]] = {"fit": {"nb_epoch": "epochs"}}
"""By method: an argument's old name to the modern one."""

_QUEUE: dict[str, str] = dict.fromkeys(
    ("max_q_size", "max_queue_size", "nb_worker", "pickle_safe", "use_multiprocessing", "workers"),
    _IN_FIT,
)
_SHOWN = {"show_accuracy": "write metrics=['accuracy'] in compile"}
METHODS_IGNORE: dict[str, dict[str, str]] = {
    "compile": {
        "class_mode": _NO_USE,
        "sample_weight_mode": "weights of time steps are taken by their shape",
        "target_tensors": _NO_USE,
    },
    "fit": {**_QUEUE, **_SHOWN},
    "evaluate": {**_QUEUE, **_SHOWN},
    "predict": _QUEUE,
    "save": dict.fromkeys(("save_format", "signatures", "options", "save_traces"), _NO_USE),
    "save_weights": dict.fromkeys(("save_format", "options"), _NO_USE),
    "train_on_batch": {"reset_metrics": _NO_USE},
    "test_on_batch": {"reset_metrics": _NO_USE},
    "add_loss": {"inputs": _NO_USE},
}
"""By method: arguments that are dropped, to what is said of them."""

GENERATOR_METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "fit_generator": (
        "fit",
        (
            "x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data", "validation_steps",
            "validation_freq", "class_weight", "max_queue_size", "workers", "use_multiprocessing", "shuffle",
            "initial_epoch",
        ),
    ),
    "evaluate_generator": ("evaluate", ("x", "steps", "callbacks", "max_queue_size", "workers")),
    "predict_generator": ("predict", ("x", "steps", "callbacks", "max_queue_size", "workers")),
}  # fmt: skip
"""By method of Keras 2: the method that does it today, and its own order of arguments."""

ADD_WEIGHT = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
"""Keras 2's order of the arguments of ``add_weight``; today the shape comes first."""
