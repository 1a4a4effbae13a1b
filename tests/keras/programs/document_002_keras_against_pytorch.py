"""Document 002, "Keras": the convolutional network, compiled and trained on small colour images.

runs on: Keras 3
reaches: accuracy >= 0.29
agrees: accuracy 0.1
document: 002, lines 66-72
"""

import gzip
import os

import numpy as np
from keras.layers import Conv2D, Dense, Flatten, MaxPool2D
from keras.models import Sequential

with gzip.open(
    os.path.join(os.environ["PELLUCID_DATA"], "cifar-10-subset", "data_batch_1.first4000.bin.gz")
) as file:
    rows = np.frombuffer(file.read(2500 * 3073), np.uint8).reshape(2500, 3073)
images, labels = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) / 255.0, rows[:, 0]

model = Sequential()
model.add(Conv2D(32, (3, 3), activation='relu', input_shape=(32, 32, 3)))
model.add(MaxPool2D())
model.add(Conv2D(16, (3, 3), activation='relu'))
model.add(MaxPool2D())
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    images[:1500],
    labels[:1500],
    epochs=6,
    validation_data=(images[1500:], labels[1500:]),
    verbose=0,
)

RESULT = {
    "scores": {"accuracy": max(history.history["val_accuracy"])},
    "shapes": {
        "flat": model.layers[4].output.shape,
        "output": model.output_shape,
        "parameters": model.count_params(),
    },
    "history": sorted(history.history),
}
