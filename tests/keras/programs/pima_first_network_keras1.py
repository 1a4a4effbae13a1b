"""The same network as it was written for Keras 1.

runs on: old Keras (nb_epoch, init, layers.core, a seed of NumPy only)
reaches: accuracy >= 0.7
"""

import os

import numpy
from keras.layers.core import Dense
from keras.models import Sequential

numpy.random.seed(7)
folder = os.path.join(os.environ["PELLUCID_DATA"], "tabular", "pima-diabetes")
dataset = numpy.loadtxt(os.path.join(folder, "pima-indians-diabetes.csv"), delimiter=",")
X = dataset[:, 0:8]
Y = dataset[:, 8]
model = Sequential()
model.add(Dense(12, input_dim=8, init="uniform", activation="relu"))
model.add(Dense(8, init="uniform", activation="relu"))
model.add(Dense(1, init="uniform", activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(X, Y, nb_epoch=150, batch_size=10, verbose=0)
scores = model.evaluate(X, Y)
print("%s: %.2f%%" % (model.metrics_names[1], scores[1] * 100))

RESULT = {
    "scores": {"accuracy": scores[1]},
    "shapes": {"output": model.output_shape},
    "epochs": len(history.history["acc"]),
}
