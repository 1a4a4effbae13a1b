from typing import Any

from pellucid.core.late import LateTable
from pellucid.layers.activations import (
    ELU as ELU,
    Activation as Activation,
    Identity as Identity,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    ReLU as ReLU,
    Softmax as Softmax,
)
from pellucid.layers.attention.bahdanau import (
    AdditiveAttention as AdditiveAttention,
)
from pellucid.layers.attention.decoder import (
    AttentionDecoder as AttentionDecoder,
)
from pellucid.layers.attention.grouped import (
    GroupQueryAttention as GroupQueryAttention,
)
from pellucid.layers.attention.luong import (
    Attention as Attention,
)
from pellucid.layers.attention.multi_head import (
    MultiHeadAttention as MultiHeadAttention,
)
from pellucid.layers.attention.positions import (
    PositionEmbedding as PositionEmbedding,
    RotaryEmbedding as RotaryEmbedding,
    SinusoidalPositionEncoding as SinusoidalPositionEncoding,
)
from pellucid.layers.attention.transformer import (
    TransformerDecoderBlock as TransformerDecoderBlock,
    TransformerEncoderBlock as TransformerEncoderBlock,
)
from pellucid.layers.augmentation.bending import (
    RandomElasticTransform as RandomElasticTransform,
    RandomPerspective as RandomPerspective,
)
from pellucid.layers.augmentation.chains import AugMix as AugMix
from pellucid.layers.augmentation.choosing import RandAugment as RandAugment
from pellucid.layers.augmentation.colour import (
    RandomBrightness as RandomBrightness,
    RandomContrast as RandomContrast,
    RandomSaturation as RandomSaturation,
)
from pellucid.layers.augmentation.erasing import RandomErasing as RandomErasing
from pellucid.layers.augmentation.flipping import RandomFlip as RandomFlip
from pellucid.layers.augmentation.histogram import (
    AutoContrast as AutoContrast,
    ContrastLimitedAdaptiveHistogramEqualization as ContrastLimitedAdaptiveHistogramEqualization,
    Equalization as Equalization,
)
from pellucid.layers.augmentation.inverting import (
    RandomInvert as RandomInvert,
    RandomPosterization as RandomPosterization,
    Solarization as Solarization,
)
from pellucid.layers.augmentation.mixing import CutMix as CutMix, MixUp as MixUp
from pellucid.layers.augmentation.moving import (
    RandomCrop as RandomCrop,
    RandomTranslation as RandomTranslation,
    RandomZoom as RandomZoom,
)
from pellucid.layers.augmentation.resizing import CenterCrop as CenterCrop, Resizing as Resizing
from pellucid.layers.augmentation.rotating import (
    RandomRotation as RandomRotation,
    RandomShear as RandomShear,
)
from pellucid.layers.augmentation.sharpness import (
    RandomGaussianBlur as RandomGaussianBlur,
    RandomSharpness as RandomSharpness,
)
from pellucid.layers.augmentation.tinting import (
    RandomColorDegeneration as RandomColorDegeneration,
    RandomColorJitter as RandomColorJitter,
    RandomGrayscale as RandomGrayscale,
    RandomHue as RandomHue,
)
from pellucid.layers.convolution.depthwise import (
    DepthwiseConv1D as DepthwiseConv1D,
    DepthwiseConv2D as DepthwiseConv2D,
)
from pellucid.layers.convolution.plain import (
    Conv1D as Conv1D,
    Conv2D as Conv2D,
    Conv3D as Conv3D,
)
from pellucid.layers.convolution.separable import (
    SeparableConv1D as SeparableConv1D,
    SeparableConv2D as SeparableConv2D,
)
from pellucid.layers.convolution.transposed import (
    Conv1DTranspose as Conv1DTranspose,
    Conv2DTranspose as Conv2DTranspose,
    Conv3DTranspose as Conv3DTranspose,
)
from pellucid.layers.dense import (
    Dense as Dense,
)
from pellucid.layers.dropout import (
    AlphaDropout as AlphaDropout,
    GaussianDropout as GaussianDropout,
    SpatialDropout1D as SpatialDropout1D,
    SpatialDropout2D as SpatialDropout2D,
    SpatialDropout3D as SpatialDropout3D,
)
from pellucid.layers.einsum_dense import (
    EinsumDense as EinsumDense,
)
from pellucid.layers.embedding import (
    Embedding as Embedding,
)
from pellucid.layers.graph.attention import (
    GraphAttention as GraphAttention,
)
from pellucid.layers.graph.convolution import (
    GraphConvolution as GraphConvolution,
)
from pellucid.layers.graph.messages import (
    MessagePassing as MessagePassing,
)
from pellucid.layers.graph.pooling import (
    GraphPooling as GraphPooling,
)
from pellucid.layers.inputs import (
    Input as Input,
    InputLayer as InputLayer,
)
from pellucid.layers.masking import (
    Masking as Masking,
)
from pellucid.layers.maxout import (
    Maxout as Maxout,
)
from pellucid.layers.merging.elementwise import (
    Add as Add,
    Average as Average,
    Maximum as Maximum,
    Minimum as Minimum,
    Multiply as Multiply,
    Subtract as Subtract,
)
from pellucid.layers.merging.joining import (
    Concatenate as Concatenate,
    Dot as Dot,
)
from pellucid.layers.noise import (
    Dropout as Dropout,
    GaussianNoise as GaussianNoise,
)
from pellucid.layers.normalization.batch_normalization import (
    BatchNormalization as BatchNormalization,
)
from pellucid.layers.normalization.group import (
    GroupNormalization as GroupNormalization,
)
from pellucid.layers.normalization.layer_normalization import (
    LayerNormalization as LayerNormalization,
)
from pellucid.layers.normalization.rms import (
    RMSNormalization as RMSNormalization,
)
from pellucid.layers.normalization.spectral import (
    SpectralNormalization as SpectralNormalization,
)
from pellucid.layers.normalization.unit import (
    UnitNormalization as UnitNormalization,
)
from pellucid.layers.pooling.adaptive import (
    AdaptiveAveragePooling1D as AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D as AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D as AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D as AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D as AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D as AdaptiveMaxPooling3D,
)
from pellucid.layers.pooling.whole import (
    GlobalAveragePooling1D as GlobalAveragePooling1D,
    GlobalAveragePooling2D as GlobalAveragePooling2D,
    GlobalAveragePooling3D as GlobalAveragePooling3D,
    GlobalMaxPooling1D as GlobalMaxPooling1D,
    GlobalMaxPooling2D as GlobalMaxPooling2D,
    GlobalMaxPooling3D as GlobalMaxPooling3D,
)
from pellucid.layers.pooling.windows import (
    AveragePooling1D as AveragePooling1D,
    AveragePooling2D as AveragePooling2D,
    AveragePooling3D as AveragePooling3D,
    MaxPooling1D as MaxPooling1D,
    MaxPooling2D as MaxPooling2D,
    MaxPooling3D as MaxPooling3D,
)
from pellucid.layers.preprocessing.category_encoding import (
    CategoryEncoding as CategoryEncoding,
)
from pellucid.layers.preprocessing.discretization import (
    Discretization as Discretization,
)
from pellucid.layers.preprocessing.hashing import (
    HashedCrossing as HashedCrossing,
    Hashing as Hashing,
)
from pellucid.layers.preprocessing.integer_lookup import (
    IntegerLookup as IntegerLookup,
)
from pellucid.layers.preprocessing.mel_spectrogram import MelSpectrogram as MelSpectrogram
from pellucid.layers.preprocessing.stft_spectrogram import STFTSpectrogram as STFTSpectrogram
from pellucid.layers.preprocessing.string_lookup import (
    StringLookup as StringLookup,
)
from pellucid.layers.preprocessing.text_vectorization import (
    TextVectorization as TextVectorization,
)
from pellucid.layers.recurrent.bidirectional import (
    Bidirectional as Bidirectional,
)
from pellucid.layers.recurrent.conv_lstm import (
    ConvLSTM1D as ConvLSTM1D,
    ConvLSTM2D as ConvLSTM2D,
    ConvLSTM3D as ConvLSTM3D,
)
from pellucid.layers.recurrent.gru import (
    GRU as GRU,
    GRUCell as GRUCell,
)
from pellucid.layers.recurrent.lstm import (
    LSTM as LSTM,
    LSTMCell as LSTMCell,
)
from pellucid.layers.recurrent.rnn import (
    RNN as RNN,
)
from pellucid.layers.recurrent.simple import (
    SimpleRNN as SimpleRNN,
    SimpleRNNCell as SimpleRNNCell,
)
from pellucid.layers.recurrent.stacked import (
    StackedRNNCells as StackedRNNCells,
)
from pellucid.layers.recurrent.time_distributed import (
    TimeDistributed as TimeDistributed,
)
from pellucid.layers.regularization import (
    ActivityRegularization as ActivityRegularization,
)
from pellucid.layers.repeating import (
    Remat as Remat,
    Repeat as Repeat,
)
from pellucid.layers.rescaling import (
    Normalization as Normalization,
    Rescaling as Rescaling,
)
from pellucid.layers.reshaping import (
    Flatten as Flatten,
    Permute as Permute,
    RepeatVector as RepeatVector,
    Reshape as Reshape,
)
from pellucid.layers.resizing.cropping import (
    Cropping1D as Cropping1D,
    Cropping2D as Cropping2D,
    Cropping3D as Cropping3D,
)
from pellucid.layers.resizing.padding import (
    ZeroPadding1D as ZeroPadding1D,
    ZeroPadding2D as ZeroPadding2D,
    ZeroPadding3D as ZeroPadding3D,
)
from pellucid.layers.resizing.upsampling import (
    UpSampling1D as UpSampling1D,
    UpSampling2D as UpSampling2D,
    UpSampling3D as UpSampling3D,
)
from pellucid.layers.reversible_embedding import (
    ReversibleEmbedding as ReversibleEmbedding,
)
from pellucid.layers.tied import (
    Tied as Tied,
)
from pellucid.layers.wrapper import (
    Wrapper as Wrapper,
)
from pellucid.layers.wrapping import (
    Lambda as Lambda,
    Residual as Residual,
)
from pellucid.modules import Layer as Layer

AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
Convolution1D = Conv1D
Convolution1DTranspose = Conv1DTranspose
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
Convolution3D = Conv3D
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D

__all__: list[str]
TABLE: LateTable

def get(identifier: Any) -> Any: ...
