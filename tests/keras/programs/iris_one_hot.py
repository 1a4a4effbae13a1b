"""MLP on iris with one-hot labels, as in a first course.

runs on: Keras 3
reaches: accuracy >= 0.9
agrees: accuracy 0.1, loss 0.3
"""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.utils import to_categorical
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

X, y = load_iris(return_X_y=True)
Y = to_categorical(y)
X_train, X_test, y_train, y_test = train_test_split(X, Y, test_size=0.2, random_state=1, stratify=y)

model = Sequential()
model.add(Dense(16, input_dim=4, activation="relu"))
model.add(Dense(16, activation="relu"))
model.add(Dense(3, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.summary()

history = model.fit(X_train, y_train, epochs=120, batch_size=10, validation_split=0.1, verbose=0)
loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
predicted = model.predict(X_test)
print("Accuracy: %.2f%%" % (accuracy * 100))

RESULT = {
    "scores": {"accuracy": accuracy, "loss": loss},
    "shapes": {"predicted": predicted.shape, "classes": np.argmax(predicted, axis=1).shape},
    "history": sorted(history.history),
}
