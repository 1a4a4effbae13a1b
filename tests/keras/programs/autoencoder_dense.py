"""The simplest autoencoder of the Keras blog: encoder and decoder as models of shared layers.

runs on: Keras 3
reaches: loss <= 0.17, same <= 0.00001
agrees: loss 0.03
"""

import keras
import numpy as np
from keras import layers
from keras.datasets import mnist

encoding_dim = 32
input_img = keras.Input(shape=(784,))
encoded = layers.Dense(encoding_dim, activation="relu")(input_img)
decoded = layers.Dense(784, activation="sigmoid")(encoded)
autoencoder = keras.Model(input_img, decoded)
encoder = keras.Model(input_img, encoded)
encoded_input = keras.Input(shape=(encoding_dim,))
decoder_layer = autoencoder.layers[-1]
decoder = keras.Model(encoded_input, decoder_layer(encoded_input))
autoencoder.compile(optimizer="adam", loss="binary_crossentropy")

(x_train, _), (x_test, _) = mnist.load_data()
x_train = x_train[:5000].astype("float32") / 255.0
x_test = x_test[:500].astype("float32") / 255.0
x_train = x_train.reshape((len(x_train), np.prod(x_train.shape[1:])))
x_test = x_test.reshape((len(x_test), np.prod(x_test.shape[1:])))
history = autoencoder.fit(
    x_train,
    x_train,
    epochs=10,
    batch_size=64,
    shuffle=True,
    validation_data=(x_test, x_test),
    verbose=0,
)
encoded_imgs = encoder.predict(x_test)
decoded_imgs = decoder.predict(encoded_imgs)
same = np.abs(decoded_imgs - autoencoder.predict(x_test)).max()

RESULT = {
    "scores": {"loss": history.history["val_loss"][-1], "same": float(same)},
    "shapes": {"encoded": encoded_imgs.shape, "decoded": decoded_imgs.shape},
    "history": sorted(history.history),
}
