"""The MNIST MLP as Keras 1 had it.

runs on: old Keras (np_utils, nb_epoch, layers.core, show_accuracy era names)
reaches: accuracy >= 0.9
"""

import numpy as np
from keras.datasets import mnist
from keras.layers.core import Activation, Dense, Dropout
from keras.models import Sequential
from keras.optimizers import RMSprop
from keras.utils import np_utils

np.random.seed(1337)
nb_classes = 10
(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train = X_train[:6000].reshape(6000, 784).astype("float32")
X_test = X_test[:2000].reshape(2000, 784).astype("float32")
X_train /= 255
X_test /= 255
Y_train = np_utils.to_categorical(y_train[:6000], nb_classes)
Y_test = np_utils.to_categorical(y_test[:2000], nb_classes)

model = Sequential()
model.add(Dense(128, input_shape=(784,)))
model.add(Activation("relu"))
model.add(Dropout(0.2))
model.add(Dense(10))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer=RMSprop(lr=0.001), metrics=["accuracy"])
history = model.fit(
    X_train, Y_train, batch_size=128, nb_epoch=8, verbose=1, validation_data=(X_test, Y_test)
)
score = model.evaluate(X_test, Y_test, verbose=0)
print("Test accuracy:", score[1], history.history["val_acc"][-1])

RESULT = {
    "scores": {"accuracy": score[1], "val_acc": history.history["val_acc"][-1]},
    "shapes": {"output": model.output_shape},
}
