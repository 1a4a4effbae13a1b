"""A backbone of keras.applications: trained, then frozen below a new rate, then its last layers tuned.

runs on: Keras 3
reaches: accuracy >= 0.65, frozen <= 0, moved >= 0.00001, early <= 0, late >= 0.000001
agrees: accuracy 0.2
"""

import os

import keras
import numpy as np
from keras import layers
from keras.applications import MobileNet

folder = os.path.join(os.environ["PELLUCID_DATA"], "malaria-cells-subset")
images, labels = [], []
for label, name in enumerate(("Uninfected", "Parasitized")):
    directory = os.path.join(folder, "train", name)
    for file in sorted(os.listdir(directory))[:100]:
        image = keras.utils.load_img(os.path.join(directory, file), target_size=(48, 48))
        images.append(keras.utils.img_to_array(image))
        labels.append(label)
x = keras.applications.mobilenet.preprocess_input(np.array(images))
y = np.array(labels)

base_model = MobileNet(weights=None, include_top=False, input_shape=(48, 48, 3), alpha=0.25)
inputs = keras.Input(shape=(48, 48, 3))
h = layers.RandomFlip("horizontal")(inputs)
h = base_model(h)
h = layers.GlobalAveragePooling2D()(h)
outputs = layers.Dense(1, activation="sigmoid", name="head")(h)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=20, verbose=0)

base_model.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
before = [w.copy() for w in base_model.get_weights()]
head = model.get_layer("head").get_weights()[0].copy()
model.fit(x, y, epochs=1, batch_size=20, verbose=0)
frozen = max(float(np.abs(a - b).max()) for a, b in zip(before, base_model.get_weights()))
moved = float(np.abs(head - model.get_layer("head").get_weights()[0]).max())

base_model.trainable = True
for layer in base_model.layers[:-12]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=1, batch_size=20, verbose=0)
early = max(float(np.abs(a - b).max()) for a, b in zip(before[:5], base_model.get_weights()[:5]))
late = max(float(np.abs(a - b).max()) for a, b in zip(before[-6:], base_model.get_weights()[-6:]))

RESULT = {
    "scores": {
        "accuracy": max(history.history["accuracy"]),
        "frozen": frozen,
        "moved": moved,
        "early": early,
        "late": late,
    },
    "shapes": {
        "backbone": base_model.output_shape,
        "layers": len(base_model.layers),
        "parameters": base_model.count_params(),
        "trainable": len(model.trainable_weights),
    },
    "history": sorted(history.history),
}
