"""Small networks of many kinds, each a function of the `keras` module: Keras's own, or Pellucid's."""

from __future__ import annotations

UNITS, STEPS, WORDS = 5, 6, 11


def mlp(keras):
    """Dense layers with batch normalization."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(UNITS, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, activation="softmax"),
        ]
    )


def convolutions(keras):
    """Two-dimensional convolutions and pooling."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Conv2D(3, 2, dilation_rate=1, use_bias=False),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def separable(keras):
    """Depthwise and separable convolutions."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.SeparableConv2D(4, 3, padding="same"),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            layers.LeakyReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )


def transposed(keras):
    """An image made larger by transposed convolutions."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="tanh"),
            layers.UpSampling2D(2),
            layers.Conv2DTranspose(1, 4),
        ]
    )


def series(keras):
    """One-dimensional convolutions with causal padding."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((10, 2)),
            layers.Conv1D(4, 3, padding="causal", activation="relu"),
            layers.MaxPooling1D(2),
            layers.SeparableConv1D(3, 2),
            layers.GlobalMaxPooling1D(),
            layers.Dense(1),
        ]
    )


def volume(keras):
    """A three-dimensional convolution."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((5, 5, 5, 1)),
            layers.Conv3D(2, 3),
            layers.AveragePooling3D(2),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def simple_rnn(keras):
    """Stacked SimpleRNN."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((STEPS, 2)),
            layers.SimpleRNN(UNITS, return_sequences=True),
            layers.SimpleRNN(4),
            layers.Dense(1),
        ]
    )


def lstm(keras):
    """LSTM over masked embeddings."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            layers.Embedding(WORDS, 4, mask_zero=True),
            layers.LSTM(UNITS),
            layers.Dense(1),
        ]
    )


def gru(keras):
    """GRU in both directions."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((STEPS, 2)),
            layers.Bidirectional(layers.GRU(UNITS, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(3, activation="relu")),
            layers.GRU(4, reset_after=False),
        ]
    )


def cells(keras):
    """Cells stacked in one RNN."""
    layers = keras.layers
    stacked = [layers.LSTMCell(UNITS), layers.GRUCell(4), layers.SimpleRNNCell(3)]
    return keras.Sequential([keras.Input((STEPS, 2)), layers.RNN(stacked), layers.Dense(2)])


def convolutional_lstm(keras):
    """A convolutional LSTM over little films."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((3, 6, 6, 1)),
            layers.ConvLSTM2D(2, 3, padding="same"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def transformer(keras):
    """Self-attention with normalization and a residual way."""
    layers = keras.layers
    inputs = keras.Input((STEPS, 8))
    attended = layers.MultiHeadAttention(num_heads=2, key_dim=3)(inputs, inputs)
    x = layers.LayerNormalization()(inputs + attended)
    x = layers.LayerNormalization()(x + layers.Dense(8, activation="gelu")(x))
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))


def normalizations(keras):
    """Group normalization, PReLU, and a layer within a model within a model."""
    layers = keras.layers
    inner = keras.Sequential(
        [keras.Input((4, 4, 4)), layers.GroupNormalization(2), layers.PReLU(shared_axes=[1, 2])]
    )
    inputs = keras.Input((4, 4, 4))
    x = layers.Conv2D(4, 1)(inner(inputs))
    return keras.Model(inputs, layers.Flatten()(inner(x)))


def residual(keras):
    """Convolutions with additions, concatenation and a reused layer."""
    layers = keras.layers
    inputs = keras.Input((6, 6, 3))
    first = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    shared = layers.Conv2D(4, 3, padding="same")
    x = layers.add([first, shared(first)])
    x = layers.concatenate([x, shared(x)])
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalMaxPooling2D()(x)))


def two_inputs(keras):
    """Numbers and a word, joined."""
    layers = keras.layers
    numbers, word = keras.Input((4,), name="numbers"), keras.Input((1,), dtype="int32", name="word")
    x = layers.Concatenate()(
        [
            layers.Dense(UNITS, activation="tanh")(numbers),
            layers.Flatten()(layers.Embedding(WORDS, 3)(word)),
        ]
    )
    return keras.Model([numbers, word], layers.Dense(2, activation="sigmoid")(x))


def subclassed(keras):
    """A subclass of Model with layers in a list."""

    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = [
                keras.layers.Dense(UNITS, activation="elu"),
                keras.layers.Dense(4, activation="selu"),
            ]
            self.out = keras.layers.Dense(2)

        def call(self, inputs):
            x = inputs
            for layer in self.hidden:
                x = layer(x)
            return self.out(x)

    model = Classifier()
    model(keras.ops.zeros((1, 4)))
    return model


ARCHITECTURES = {
    function.__name__: function
    for function in (
        mlp,
        convolutions,
        separable,
        transposed,
        series,
        volume,
        simple_rnn,
        lstm,
        gru,
        cells,
        convolutional_lstm,
        transformer,
        normalizations,
        residual,
        two_inputs,
        subclassed,
    )
}
"""Each network by its name."""
