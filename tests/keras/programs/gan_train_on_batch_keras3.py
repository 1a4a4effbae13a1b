"""The same kind of GAN as Keras 3 accepts it: an optimizer for each model.

runs on: Keras 3
reaches: mean distance <= 0.25
agrees: mean distance 0.2
"""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

latent_dim, batch_size = 16, 64
images = (load_digits().images / 8.0 - 1.0).reshape(-1, 64).astype("float32")
generator = keras.Sequential(
    [
        keras.Input((latent_dim,)),
        layers.Dense(64),
        layers.LeakyReLU(negative_slope=0.2),
        layers.BatchNormalization(momentum=0.8),
        layers.Dense(64, activation="tanh"),
    ],
    name="generator",
)
discriminator = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(64),
        layers.LeakyReLU(negative_slope=0.2),
        layers.Dense(1, activation="sigmoid"),
    ],
    name="discriminator",
)
discriminator.compile(
    optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
discriminator.trainable = False
gan_input = keras.Input(shape=(latent_dim,))
gan = keras.Model(gan_input, discriminator(generator(gan_input)))
gan.compile(optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5), loss="binary_crossentropy")

rng = np.random.default_rng(2)
d_losses, a_losses = [], []
for step in range(300):
    noise = rng.normal(size=(batch_size, latent_dim)).astype("float32")
    fake = generator.predict_on_batch(noise)
    real = images[rng.integers(0, len(images), batch_size)]
    x = np.concatenate([fake, real])
    labels = np.concatenate([np.zeros((batch_size, 1)), np.ones((batch_size, 1))])
    discriminator.trainable = True
    d_losses.append(discriminator.train_on_batch(x, labels)[0])
    discriminator.trainable = False
    a_losses.append(
        gan.train_on_batch(rng.normal(size=(batch_size, latent_dim)), np.ones((batch_size, 1)))
    )
made = generator.predict(rng.normal(size=(200, latent_dim)), verbose=0)

RESULT = {
    "scores": {"mean distance": float(np.abs(made.mean(axis=0) - images.mean(axis=0)).mean())},
    "shapes": {
        "made": made.shape,
        "trainable": len(gan.trainable_weights),
        "all": len(gan.weights),
        "losses": [len(d_losses), np.ndim(a_losses[-1])],
    },
}
