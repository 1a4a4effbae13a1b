"""Serialized to JSON and HDF5 in the well-known manner; loaded and compiled again.

runs on: old Keras (save_weights("model.h5"), nb_epoch, metrics of load_model by list)
reaches: accuracy >= 0.7, same <= 0.001
"""

import os

import numpy
from keras.layers import Dense
from keras.models import Sequential, load_model, model_from_json

path = os.path.join(
    os.environ["PELLUCID_DATA"], "tabular", "pima-diabetes", "pima-indians-diabetes.csv"
)
dataset = numpy.loadtxt(path, delimiter=",")
X = (dataset[:, 0:8] - dataset[:, 0:8].mean(axis=0)) / dataset[:, 0:8].std(axis=0)
Y = dataset[:, 8]
model = Sequential()
model.add(Dense(12, input_dim=8, kernel_initializer="uniform", activation="relu"))
model.add(Dense(8, kernel_initializer="uniform", activation="relu"))
model.add(Dense(1, kernel_initializer="uniform", activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X, Y, nb_epoch=40, batch_size=16, verbose=0)
scores = model.evaluate(X, Y, verbose=0)

model_json = model.to_json()
with open("model.json", "w") as json_file:
    json_file.write(model_json)
model.save_weights("model.h5")
model.save("whole.h5")
json_file = open("model.json")
loaded_model_json = json_file.read()
json_file.close()
loaded_model = model_from_json(loaded_model_json)
loaded_model.load_weights("model.h5")
loaded_model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
score = loaded_model.evaluate(X, Y, verbose=0)
print("%s: %.2f%%" % (loaded_model.metrics_names[1], score[1] * 100))
whole = load_model("whole.h5")

RESULT = {
    "scores": {
        "accuracy": score[1],
        "same": abs(score[1] - scores[1]),
        "whole": float(numpy.abs(whole.predict(X) - model.predict(X)).max()),
    },
    "shapes": {"output": loaded_model.output_shape},
}
