"""A variational autoencoder for any backend: a layer adds the divergence, fit does the rest.

runs on: Keras 3
reaches: loss <= 0.42
agrees: loss 0.03
"""

import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        kl = -0.5 * ops.mean(
            ops.sum(1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var), axis=-1)
        )
        self.add_loss(kl / 64)
        epsilon = keras.random.normal(shape=ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


x_train = (load_digits().data / 16).astype("float32")
inputs = keras.Input((64,))
h = layers.Dense(48, activation="relu")(inputs)
z_mean, z_log_var = layers.Dense(2)(h), layers.Dense(2)(h)
z = Sampling()([z_mean, z_log_var])
encoder = keras.Model(inputs, z_mean)
latent = keras.Input((2,))
decoder = keras.Model(
    latent, layers.Dense(64, activation="sigmoid")(layers.Dense(48, activation="relu")(latent))
)
vae = keras.Model(inputs, decoder(z))
vae.compile(keras.optimizers.Adam(0.005), loss="binary_crossentropy")
history = vae.fit(x_train, x_train, epochs=25, batch_size=64, verbose=0)
means = encoder.predict(x_train, verbose=0)
made = decoder.predict(np.array([[0.0, 0.0]]), verbose=0)

RESULT = {
    "scores": {"loss": history.history["loss"][-1], "spread": float(means.var(axis=0).sum())},
    "shapes": {"means": means.shape, "made": made.shape},
    "history": sorted(history.history),
}
