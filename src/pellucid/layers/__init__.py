"""The layers that models are made of; each is an object with weights around a function of ``pellucid.functional``.

A layer's file is imported when the layer is first named.
"""

from __future__ import annotations

from typing import Any

from pellucid.core.late import LateTable, late_attributes
from pellucid.core.registry import resolve, snake_case
from pellucid.modules import Layer as Layer

# File to classes; `__init__.pyi` says the same to type checkers.
_FILES: dict[str, tuple[str, ...]] = {
    "activations": ("Activation", "ELU", "Identity", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    "attention.bahdanau": ("AdditiveAttention",),
    "attention.decoder": ("AttentionDecoder",),
    "attention.grouped": ("GroupQueryAttention",),
    "attention.luong": ("Attention",),
    "attention.multi_head": ("MultiHeadAttention",),
    "attention.positions": ("PositionEmbedding", "RotaryEmbedding", "SinusoidalPositionEncoding"),
    "attention.transformer": ("TransformerDecoderBlock", "TransformerEncoderBlock"),
    "augmentation.bending": ("RandomElasticTransform", "RandomPerspective"),
    "augmentation.chains": ("AugMix",),
    "augmentation.choosing": ("RandAugment",),
    "augmentation.colour": ("RandomBrightness", "RandomContrast", "RandomSaturation"),
    "augmentation.erasing": ("RandomErasing",),
    "augmentation.flipping": ("RandomFlip",),
    "augmentation.histogram": (
        "AutoContrast",
        "ContrastLimitedAdaptiveHistogramEqualization",
        "Equalization",
    ),
    "augmentation.inverting": ("RandomInvert", "RandomPosterization", "Solarization"),
    "augmentation.mixing": ("CutMix", "MixUp"),
    "augmentation.moving": ("RandomCrop", "RandomTranslation", "RandomZoom"),
    "augmentation.resizing": ("CenterCrop", "Resizing"),
    "augmentation.rotating": ("RandomRotation", "RandomShear"),
    "augmentation.sharpness": ("RandomGaussianBlur", "RandomSharpness"),
    "augmentation.tinting": (
        "RandomColorDegeneration",
        "RandomColorJitter",
        "RandomGrayscale",
        "RandomHue",
    ),
    "convolution.depthwise": ("DepthwiseConv1D", "DepthwiseConv2D"),
    "convolution.plain": ("Conv1D", "Conv2D", "Conv3D"),
    "convolution.separable": ("SeparableConv1D", "SeparableConv2D"),
    "convolution.transposed": ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
    "dense": ("Dense",),
    "dropout": (
        "AlphaDropout",
        "GaussianDropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    ),
    "einsum_dense": ("EinsumDense",),
    "embedding": ("Embedding",),
    "graph.attention": ("GraphAttention",),
    "graph.convolution": ("GraphConvolution",),
    "graph.messages": ("MessagePassing",),
    "graph.pooling": ("GraphPooling",),
    "inputs": ("Input", "InputLayer"),
    "masking": ("Masking",),
    "maxout": ("Maxout",),
    "merging.elementwise": ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),
    "merging.joining": ("Concatenate", "Dot"),
    "noise": ("Dropout", "GaussianNoise"),
    "normalization.batch_normalization": ("BatchNormalization",),
    "normalization.group": ("GroupNormalization",),
    "normalization.layer_normalization": ("LayerNormalization",),
    "normalization.rms": ("RMSNormalization",),
    "normalization.spectral": ("SpectralNormalization",),
    "normalization.unit": ("UnitNormalization",),
    "pooling.adaptive": (
        "AdaptiveAveragePooling1D",
        "AdaptiveAveragePooling2D",
        "AdaptiveAveragePooling3D",
        "AdaptiveMaxPooling1D",
        "AdaptiveMaxPooling2D",
        "AdaptiveMaxPooling3D",
    ),
    "pooling.whole": (
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "GlobalMaxPooling3D",
    ),
    "pooling.windows": (
        "AveragePooling1D",
        "AveragePooling2D",
        "AveragePooling3D",
        "MaxPooling1D",
        "MaxPooling2D",
        "MaxPooling3D",
    ),
    "preprocessing.category_encoding": ("CategoryEncoding",),
    "preprocessing.discretization": ("Discretization",),
    "preprocessing.hashing": ("HashedCrossing", "Hashing"),
    "preprocessing.integer_lookup": ("IntegerLookup",),
    "preprocessing.mel_spectrogram": ("MelSpectrogram",),
    "preprocessing.stft_spectrogram": ("STFTSpectrogram",),
    "preprocessing.string_lookup": ("StringLookup",),
    "preprocessing.text_vectorization": ("TextVectorization",),
    "recurrent.bidirectional": ("Bidirectional",),
    "recurrent.conv_lstm": ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
    "recurrent.gru": ("GRU", "GRUCell"),
    "recurrent.lstm": ("LSTM", "LSTMCell"),
    "recurrent.rnn": ("RNN",),
    "recurrent.simple": ("SimpleRNN", "SimpleRNNCell"),
    "recurrent.stacked": ("StackedRNNCells",),
    "recurrent.time_distributed": ("TimeDistributed",),
    "regularization": ("ActivityRegularization",),
    "repeating": ("Remat", "Repeat"),
    "rescaling": ("Normalization", "Rescaling"),
    "reshaping": ("Flatten", "Permute", "RepeatVector", "Reshape"),
    "reversible_embedding": ("ReversibleEmbedding",),
    "resizing.cropping": ("Cropping1D", "Cropping2D", "Cropping3D"),
    "resizing.padding": ("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
    "resizing.upsampling": ("UpSampling1D", "UpSampling2D", "UpSampling3D"),
    "tied": ("Tied",),
    "wrapper": ("Wrapper",),
    "wrapping": ("Lambda", "Residual"),
}

# Keras's other names for some of them.
_ALIASES: dict[str, str] = {
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "Convolution1D": "Conv1D",
    "Convolution1DTranspose": "Conv1DTranspose",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3D": "Conv3D",
    "Convolution3DTranspose": "Conv3DTranspose",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
}

_CLASSES = sorted(name for names in _FILES.values() for name in names if name != "Input")
__all__ = ["Input", "Layer", *_CLASSES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]

TABLE = LateTable(
    __name__,
    {snake_case(name): name for name in _CLASSES}
    | {snake_case(alias): name for alias, name in _ALIASES.items()},
)

_find, __dir__ = late_attributes(__name__, _FILES)


def __getattr__(name: str) -> Any:
    return _find(_ALIASES.get(name, name))


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or an object into a layer.

    >>> get({"class_name": "Dense", "config": {"units": 3}})
    Dense(units=3)
    """
    return resolve("layer", TABLE, identifier)
