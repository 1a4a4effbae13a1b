"""The variational autoencoder of the old blog: Lambda sampling with K.random_normal, vae.add_loss(vae_loss).

runs on: old Keras (add_loss of a symbolic tensor, K.random_normal, losses.binary_crossentropy on symbols)
reaches: loss <= 40, variance >= 0.3
"""

import numpy as np
from keras import backend as K
from keras.layers import Dense, Input, Lambda
from keras.losses import binary_crossentropy
from keras.models import Model
from sklearn.datasets import load_digits

x_train = (load_digits().data / 16.0).astype("float32")
original_dim, intermediate_dim, latent_dim = 64, 64, 2


def sampling(args):
    z_mean, z_log_var = args
    batch = K.shape(z_mean)[0]
    dim = K.int_shape(z_mean)[1]
    epsilon = K.random_normal(shape=(batch, dim))
    return z_mean + K.exp(0.5 * z_log_var) * epsilon


inputs = Input(shape=(original_dim,), name="encoder_input")
x = Dense(intermediate_dim, activation="relu")(inputs)
z_mean = Dense(latent_dim, name="z_mean")(x)
z_log_var = Dense(latent_dim, name="z_log_var")(x)
z = Lambda(sampling, output_shape=(latent_dim,), name="z")([z_mean, z_log_var])
encoder = Model(inputs, [z_mean, z_log_var, z], name="encoder")
latent_inputs = Input(shape=(latent_dim,), name="z_sampling")
x = Dense(intermediate_dim, activation="relu")(latent_inputs)
outputs = Dense(original_dim, activation="sigmoid")(x)
decoder = Model(latent_inputs, outputs, name="decoder")
outputs = decoder(encoder(inputs)[2])
vae = Model(inputs, outputs, name="vae_mlp")

reconstruction_loss = binary_crossentropy(inputs, outputs)
reconstruction_loss *= original_dim
kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)
kl_loss = K.sum(kl_loss, axis=-1)
kl_loss *= -0.5
vae_loss = K.mean(reconstruction_loss + kl_loss)
vae.add_loss(vae_loss)
vae.compile(optimizer="adam")
vae.summary()
history = vae.fit(x_train, epochs=40, batch_size=64, verbose=0)
means, _, sample = encoder.predict(x_train, batch_size=128)
again = encoder.predict(x_train[:10], batch_size=10)[2]

RESULT = {
    "scores": {"loss": history.history["loss"][-1], "variance": float(means.var(axis=0).sum())},
    "shapes": {
        "means": means.shape,
        "sampled": bool(np.abs(sample - means).max() > 0.01),
        "again": again.shape,
    },
    "history": sorted(history.history),
}
