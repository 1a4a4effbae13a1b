"""Small colour images; random layers inside the model, Rescaling, stacked convolutions.

runs on: Keras 3
reaches: accuracy >= 0.22
agrees: accuracy 0.1
"""

import gzip
import os

import keras
import numpy as np
from keras import layers


def read(name, count):
    with gzip.open(os.path.join(os.environ["PELLUCID_DATA"], "cifar-10-subset", name)) as file:
        rows = np.frombuffer(file.read(count * 3073), np.uint8).reshape(count, 3073)
    return rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), rows[:, 0]


x_train, y_train = read("data_batch_1.first4000.bin.gz", 1200)
x_test, y_test = read("test_batch.first1000.bin.gz", 500)

data_augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.03)])
inputs = keras.Input(shape=(32, 32, 3))
x = data_augmentation(inputs)
x = layers.Rescaling(1.0 / 255)(x)
for filters in (16, 32):
    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.8)(x)
    x = layers.Activation("relu")(x)
x = layers.AveragePooling2D(2)(x)
x = layers.Flatten()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train, y_train, epochs=8, batch_size=32, validation_data=(x_test, y_test), verbose=2
)
accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
same = np.array_equal(model.predict(x_test[:8], verbose=0), model.predict(x_test[:8], verbose=0))

RESULT = {
    "scores": {"accuracy": accuracy},
    "shapes": {
        "output": model.output_shape,
        "augmented": data_augmentation(x_train[:2]).shape,
        "steady": same,
    },
    "history": sorted(history.history),
}
