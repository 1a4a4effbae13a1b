"""Layers of one's own in the manner of Keras 2: backend functions, add_weight with the name first.

runs on: old Keras (engine.topology, add_weight(name, ...), K.dot, lr=)
reaches: accuracy >= 0.85
"""

import numpy as np
from keras import backend as K
from keras.engine.topology import Layer
from keras.layers import Dense, Input, Lambda
from keras.models import Model
from keras.optimizers import Adam
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


class MyLayer(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super(MyLayer, self).__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[1], self.output_dim),
            initializer="uniform",
            trainable=True,
        )
        super(MyLayer, self).build(input_shape)

    def call(self, x):
        return K.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)


class Attention(Layer):
    def __init__(self, **kwargs):
        super(Attention, self).__init__(**kwargs)

    def build(self, input_shape):
        self.W = self.add_weight("att_weight", shape=(input_shape[-1], 1), initializer="normal")
        self.b = self.add_weight("att_bias", shape=(input_shape[1], 1), initializer="zeros")
        super(Attention, self).build(input_shape)

    def call(self, x):
        et = K.squeeze(K.tanh(K.dot(x, self.W) + self.b), axis=-1)
        at = K.expand_dims(K.softmax(et), axis=-1)
        return K.sum(x * at, axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])


inputs = Input(shape=(8, 8))
rows = Dense(32, activation="relu")(inputs)
attended = Attention()(rows)
flat = Lambda(lambda t: K.reshape(t, (-1, 64)), output_shape=(64,))(inputs)
mixed = Lambda(lambda parts: K.concatenate(parts, axis=1), output_shape=(96,))([attended, flat])
hidden = MyLayer(32)(mixed)
outputs = Dense(10, activation="softmax")(hidden)
model = Model(input=inputs, output=outputs)
model.compile(optimizer=Adam(lr=0.005), loss="sparse_categorical_crossentropy", metrics=["acc"])
images = X.reshape(-1, 8, 8)
history = model.fit(
    images[:1400], y[:1400], nb_epoch=12, verbose=0, validation_data=(images[1400:], y[1400:])
)

RESULT = {
    "scores": {"accuracy": history.history["val_acc"][-1]},
    "shapes": {
        "attended": K.int_shape(attended),
        "hidden": K.int_shape(hidden),
        "all": np.shape(model.predict(images[:2])),
    },
}
