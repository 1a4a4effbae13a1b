"""The networks in Keras's language: one program for Keras and, its import changed, for Pellucid."""

from typing import Any

from benchmarks import parts, reference
from benchmarks.network import ADAM_EPSILON, LEARNING_RATE, Network
from benchmarks.parts import EPSILON, RUNNING


class Builder:
    """Builds a network's functional model with `framework`, which is `keras` or `pellucid`."""

    def __init__(self, framework: Any) -> None:
        self.framework = framework
        self.layers = framework.layers
        self.leaves: list[Any] = []

    def model(self, network: Network) -> Any:
        """Return the model, with the common starting weights."""
        inputs = values = self.framework.Input(network.shape)
        for part in network.parts:
            values = self.add(part, values)
        model = self.framework.Model(inputs, values)
        for layer, leaf in zip(self.leaves, network.leaves, strict=True):
            layer.set_weights(leaf.arrays)
        return model

    def leaf(self, layer: Any) -> Any:
        """Note a layer with weights."""
        self.leaves.append(layer)
        return layer

    def add(self, part: Any, values: Any) -> Any:
        """Return the outputs of one part."""
        rank = len(values.shape) - 2
        if isinstance(part, parts.Convolution):
            return self.convolution(part, rank)(values)
        if isinstance(part, parts.MaxPool):
            return self.ranked("MaxPooling", rank)(2)(values)
        if isinstance(part, parts.GlobalAverage):
            return self.ranked("GlobalAveragePooling", rank)()(values)
        if isinstance(part, parts.NormalizedReLU):
            return self.relu(self.batch_norm()(values))
        if isinstance(part, parts.Recurrent):
            kind = {"lstm": self.layers.LSTM, "gru": self.layers.GRU}[part.kind]
            return self.leaf(kind(part.units))(values)
        if isinstance(part, parts.Classes):
            return self.leaf(self.layers.Dense(part.units, activation="softmax"))(values)
        return {parts.Residual: self.residual, parts.Encoder: self.encoder}[type(part)](
            part, values
        )

    def ranked(self, name: str, rank: int) -> Any:
        """Return the layer class of a rank, such as `Conv2D`."""
        return getattr(self.layers, f"{name}{rank}D")

    def relu(self, values: Any) -> Any:
        """Return the positive part."""
        return self.layers.Activation("relu")(values)

    def convolution(self, part: parts.Convolution, rank: int) -> Any:
        """Return the convolution layer of one part."""
        return self.leaf(
            self.ranked("Conv", rank)(
                part.filters,
                part.size,
                strides=part.stride,
                padding="same",
                activation="relu" if part.relu else None,
                use_bias=part.bias,
            )
        )

    def batch_norm(self) -> Any:
        """Return a batch normalisation."""
        return self.leaf(self.layers.BatchNormalization(momentum=RUNNING, epsilon=EPSILON))

    def normalized(self, part: parts.Convolution, values: Any) -> Any:
        """Return the normalised convolution of an image."""
        values = self.convolution(part, 2)(values)
        return self.batch_norm()(values)

    def residual(self, part: parts.Residual, values: Any) -> Any:
        """Return ReLU of the shortcut plus two normalised convolutions."""
        first = parts.Convolution(part.filters, 3, part.stride, relu=False, bias=False)
        second = parts.Convolution(part.filters, 3, relu=False, bias=False)
        inner = self.normalized(first, values)
        inner = self.normalized(second, self.relu(inner))
        shortcut = values
        if part.changes(values.shape[-1]):
            if part.stride > 1:
                shortcut = self.layers.AveragePooling2D(part.stride)(shortcut)
            mix = parts.Convolution(part.filters, 1, relu=False, bias=False)
            shortcut = self.normalized(mix, shortcut)
        return self.relu(self.layers.Add()([shortcut, inner]))

    def encoder(self, part: parts.Encoder, values: Any) -> Any:
        """Return an encoder layer's outputs: attention, then two dense layers."""
        layers, width = self.layers, values.shape[-1]
        attention = self.leaf(layers.MultiHeadAttention(part.heads, width // part.heads))
        norm = self.leaf(layers.LayerNormalization(epsilon=EPSILON))
        values = norm(layers.Add()([values, attention(values, values)]))
        hidden = self.leaf(layers.Dense(part.hidden, activation="relu"))(values)
        hidden = self.leaf(layers.Dense(width))(hidden)
        last = self.leaf(layers.LayerNormalization(epsilon=EPSILON))
        return last(layers.Add()([values, hidden]))


class KerasStyle:
    """A functional model trained by `fit`."""

    def __init__(self, framework: Any, network: Network, x: Any, y: Any, **choices: Any) -> None:
        self.network, self.x, self.y = network, x, y
        self.model = Builder(framework).model(network)
        self.model.compile(
            optimizer=framework.optimizers.Adam(
                learning_rate=LEARNING_RATE,
                beta_1=reference.BETA_1,
                beta_2=reference.BETA_2,
                epsilon=ADAM_EPSILON,
            ),
            loss="sparse_categorical_crossentropy",
            **choices,
        )

    def fit(self, epochs: int, shuffle: bool) -> float:
        """Train, and return the last epoch's mean loss."""
        history = self.model.fit(
            self.x,
            self.y,
            batch_size=self.network.batch_size,
            epochs=epochs,
            shuffle=shuffle,
            verbose=0,
        )
        return float(history.history["loss"][-1])
