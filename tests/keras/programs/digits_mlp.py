"""MLP on scikit-learn's digits with a learning curve drawn from the history.

runs on: Keras 3
reaches: accuracy >= 0.93
agrees: accuracy 0.04
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Dense, Dropout
from tensorflow.keras.models import Sequential
from tensorflow.keras.utils import to_categorical

digits = load_digits()
X = digits.images.reshape(len(digits.images), -1) / 16.0
y = to_categorical(digits.target, num_classes=10)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)

model = Sequential()
model.add(Dense(64, activation="relu", input_shape=(64,)))
model.add(Dropout(0.25))
model.add(Dense(64, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    X_train, y_train, epochs=25, batch_size=32, validation_data=(X_test, y_test), verbose=0
)

plt.plot(history.history["accuracy"])
plt.plot(history.history["val_accuracy"])
plt.legend(["train", "test"], loc="upper left")
plt.savefig("curve.png")
plt.close()
y_pred = np.argmax(model.predict(X_test), axis=1)
accuracy = np.mean(y_pred == np.argmax(y_test, axis=1))

RESULT = {
    "scores": {"accuracy": accuracy, "curve": history.history["val_accuracy"][-1]},
    "shapes": {"y_pred": y_pred.shape},
    "history": sorted(history.history),
}
