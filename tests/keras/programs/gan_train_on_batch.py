"""A GAN as learners find it: a class, one optimizer for both models, trainable = False, train_on_batch.

runs on: old Keras (lr-like positional optimizer in two models, Dense(np.prod(...)), LeakyReLU(alpha=), layers.advanced_activations)
reaches: mean distance <= 0.25, steps >= 200
"""

import numpy as np
from keras.layers import BatchNormalization, Dense, Flatten, Input, Reshape
from keras.layers.advanced_activations import LeakyReLU
from keras.models import Model, Sequential
from keras.optimizers import Adam
from sklearn.datasets import load_digits


class GAN:
    def __init__(self):
        self.img_shape = (8, 8, 1)
        self.latent_dim = 16
        optimizer = Adam(0.001, 0.5)
        self.discriminator = self.build_discriminator()
        self.discriminator.compile(
            loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"]
        )
        self.generator = self.build_generator()
        z = Input(shape=(self.latent_dim,))
        img = self.generator(z)
        self.discriminator.trainable = False
        validity = self.discriminator(img)
        self.combined = Model(z, validity)
        self.combined.compile(loss="binary_crossentropy", optimizer=optimizer)

    def build_generator(self):
        model = Sequential()
        model.add(Dense(64, input_dim=self.latent_dim))
        model.add(LeakyReLU(alpha=0.2))
        model.add(BatchNormalization(momentum=0.8))
        model.add(Dense(np.prod(self.img_shape), activation="tanh"))
        model.add(Reshape(self.img_shape))
        model.summary()
        noise = Input(shape=(self.latent_dim,))
        return Model(noise, model(noise))

    def build_discriminator(self):
        model = Sequential()
        model.add(Flatten(input_shape=self.img_shape))
        model.add(Dense(64))
        model.add(LeakyReLU(alpha=0.2))
        model.add(Dense(1, activation="sigmoid"))
        img = Input(shape=self.img_shape)
        return Model(img, model(img))

    def train(self, epochs, batch_size=64):
        X_train = load_digits().images / 8.0 - 1.0
        X_train = np.expand_dims(X_train, axis=3)
        valid = np.ones((batch_size, 1))
        fake = np.zeros((batch_size, 1))
        log = []
        for epoch in range(epochs):
            idx = np.random.randint(0, X_train.shape[0], batch_size)
            noise = np.random.normal(0, 1, (batch_size, self.latent_dim))
            gen_imgs = self.generator.predict(noise)
            d_loss_real = self.discriminator.train_on_batch(X_train[idx], valid)
            d_loss_fake = self.discriminator.train_on_batch(gen_imgs, fake)
            d_loss = 0.5 * np.add(d_loss_real, d_loss_fake)
            before = self.discriminator.get_weights()[0].copy()
            g_loss = self.combined.train_on_batch(noise, valid)
            frozen = np.array_equal(before, self.discriminator.get_weights()[0])
            log.append((d_loss[0], 100 * d_loss[1], g_loss, frozen))
            if epoch % 100 == 0:
                print(
                    "%d [D loss: %f, acc.: %.2f%%] [G loss: %f]"
                    % (epoch, d_loss[0], 100 * d_loss[1], g_loss)
                )
        return X_train, log


gan = GAN()
images, log = gan.train(epochs=400)
made = gan.generator.predict(np.random.normal(0, 1, (200, 16)))

RESULT = {
    "scores": {
        "mean distance": float(np.abs(made.mean(axis=0) - images.mean(axis=0)).mean()),
        "steps": float(len(log)),
        "d loss": float(np.mean([row[0] for row in log[-50:]])),
    },
    "shapes": {"made": made.shape, "frozen": all(row[3] for row in log)},
}
