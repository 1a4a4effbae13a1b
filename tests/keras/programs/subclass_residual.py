"""Subclasses of Model and Layer with a list of blocks and a training argument.

runs on: Keras 3
reaches: accuracy >= 0.8, same <= 0.00001
agrees: accuracy 0.1
"""

import keras
from keras import layers
from sklearn.datasets import load_digits

digits = load_digits()
x, y = (digits.images / 16).astype("float32")[..., None], digits.target


class ResidualBlock(layers.Layer):
    def __init__(self, n_layers, n_filters, **kwargs):
        super().__init__(**kwargs)
        self.hidden = [
            layers.Conv2D(n_filters, 3, padding="same", activation="relu") for _ in range(n_layers)
        ]
        self.norm = layers.BatchNormalization(momentum=0.9)

    def call(self, inputs, training=False):
        z = inputs
        for layer in self.hidden:
            z = layer(z)
        return self.norm(inputs + z, training=training)


class ResidualClassifier(keras.Model):
    def __init__(self, num_classes=10, **kwargs):
        super().__init__(**kwargs)
        self.hidden1 = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")
        self.block1 = ResidualBlock(2, 16)
        self.block2 = ResidualBlock(1, 16)
        self.pool = layers.GlobalMaxPooling2D()
        self.dropout = layers.Dropout(0.2)
        self.out = layers.Dense(num_classes, activation="softmax")

    def call(self, inputs, training=False):
        z = self.hidden1(inputs)
        z = self.block1(z, training=training)
        z = self.block2(z, training=training)
        z = self.pool(z)
        z = self.dropout(z, training=training)
        return self.out(z)


model = ResidualClassifier()
print(model(x[:2]).shape)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x[:1400], y[:1400], epochs=15, batch_size=64, validation_data=(x[1400:], y[1400:]), verbose=0
)
loss, accuracy = model.evaluate(x[1400:], y[1400:], verbose=0)
model.save_weights("residual.weights.h5")
other = ResidualClassifier()
other(x[:1])
other.load_weights("residual.weights.h5")
same = abs(other.predict(x[:10], verbose=0) - model.predict(x[:10], verbose=0)).max()

RESULT = {
    "scores": {"accuracy": accuracy, "same": float(same)},
    "shapes": {
        "trainable": sum(int(w.shape[0]) for w in model.trainable_weights[-1:]),
        "weights": [tuple(w.shape) for w in model.get_weights()],
        "non-trainable": len(model.non_trainable_weights),
    },
    "history": sorted(history.history),
}
