"""The MNIST MLP of the old examples' folder, on a part of the images.

runs on: Keras 3
reaches: accuracy >= 0.88
agrees: accuracy 0.04
"""

import keras
from keras.datasets import mnist
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import RMSprop

batch_size = 128
num_classes = 10
epochs = 8

(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train[:6000].reshape(6000, 784).astype("float32") / 255
x_test = x_test[:2000].reshape(2000, 784).astype("float32") / 255
y_train = keras.utils.to_categorical(y_train[:6000], num_classes)
y_test = keras.utils.to_categorical(y_test[:2000], num_classes)

model = Sequential()
model.add(Dense(128, activation="relu", input_shape=(784,)))
model.add(Dropout(0.2))
model.add(Dense(128, activation="relu"))
model.add(Dropout(0.2))
model.add(Dense(num_classes, activation="softmax"))
model.summary()
model.compile(loss="categorical_crossentropy", optimizer=RMSprop(), metrics=["accuracy"])
history = model.fit(
    x_train,
    y_train,
    batch_size=batch_size,
    epochs=epochs,
    verbose=1,
    validation_data=(x_test, y_test),
)
score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])

RESULT = {
    "scores": {"accuracy": score[1]},
    "shapes": {"output": model.output_shape},
    "history": sorted(history.history),
    "parameters": model.count_params(),
}
