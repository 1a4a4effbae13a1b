"""A CNN with the argument names of Keras 1.

runs on: old Keras (Convolution2D(f, r, c), border_mode, subsample, np_utils, nb_epoch, layers.convolutional)
reaches: accuracy >= 0.8
"""

from keras.datasets import mnist
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.core import Activation, Dense, Dropout, Flatten
from keras.models import Sequential
from keras.utils import np_utils

nb_filters, nb_pool, nb_conv = 8, 2, 3
(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train = X_train[:2000].reshape(2000, 28, 28, 1).astype("float32") / 255
X_test = X_test[:1000].reshape(1000, 28, 28, 1).astype("float32") / 255
Y_train = np_utils.to_categorical(y_train[:2000], 10)
Y_test = np_utils.to_categorical(y_test[:1000], 10)

model = Sequential()
model.add(Convolution2D(nb_filters, nb_conv, nb_conv, border_mode="same", input_shape=(28, 28, 1)))
model.add(Activation("relu"))
model.add(Convolution2D(nb_filters, nb_conv, nb_conv, subsample=(2, 2)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(nb_pool, nb_pool)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(output_dim=32, init="glorot_uniform"))
model.add(Activation("relu"))
model.add(Dense(10))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X_train, Y_train, batch_size=32, nb_epoch=6, verbose=1, validation_data=(X_test, Y_test))
score = model.evaluate(X_test, Y_test, verbose=0)

RESULT = {"scores": {"accuracy": score[1]}, "shapes": {"pooled": model.layers[4].output_shape}}
