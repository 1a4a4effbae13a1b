"""The well-known first network: a CSV file, three dense layers, rounded predictions.

runs on: Keras 3
reaches: accuracy >= 0.7
agrees: accuracy 0.07
"""

import os

from numpy import loadtxt
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

folder = os.path.join(os.environ["PELLUCID_DATA"], "tabular", "pima-diabetes")
dataset = loadtxt(os.path.join(folder, "pima-indians-diabetes.csv"), delimiter=",")
X = dataset[:, 0:8]
y = dataset[:, 8]

model = Sequential()
model.add(Dense(12, input_shape=(8,), activation="relu"))
model.add(Dense(8, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X, y, epochs=150, batch_size=10, verbose=0)

_, accuracy = model.evaluate(X, y, verbose=0)
print("Accuracy: %.2f" % (accuracy * 100))
predictions = (model.predict(X) > 0.5).astype(int)
for i in range(5):
    print("%s => %d (expected %d)" % (X[i].tolist(), predictions[i][0], y[i]))

RESULT = {"scores": {"accuracy": accuracy}, "shapes": {"predictions": predictions.shape}}
