"""Document 000, "Let's build our first NN": its seventeen steps as a program.

runs on: TensorFlow
reaches: digits >= 0.86, mnist >= 0.86, normalized >= 0.8
agrees: digits 0.06, mnist 0.06, normalized 0.1
document: 000, lines 615-631
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow.keras.callbacks import EarlyStopping
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import BatchNormalization, Dense, Dropout

digits = load_digits()
print(digits.images.shape, np.bincount(digits.target))
for number in range(10):
    plt.subplot(2, 5, number + 1)
    plt.imshow(digits.images[list(digits.target).index(number)])
plt.close()


def train(X, labels, X_test, labels_test, layers, optimizer, epochs, batch_size=32, callbacks=None):
    low, high = X.min(), X.max()
    X, X_test = (X - low) / (high - low), (X_test - low) / (high - low)
    y, y_test = tf.one_hot(labels, depth=10), tf.one_hot(labels_test, depth=10)
    model = tf.keras.models.Sequential(layers)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    res = model.fit(
        X,
        y,
        epochs=epochs,
        batch_size=batch_size,
        validation_data=(X_test, y_test),
        callbacks=callbacks,
        verbose=0,
    )
    loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
    print(accuracy, model.predict(X_test[:3], verbose=0).argmax(axis=1), labels_test[:3])
    plt.plot(res.history["loss"])
    plt.plot(res.history["val_loss"])
    plt.close()
    model.summary()
    return accuracy, model


flat = digits.images.reshape(-1, 64)
first = [Dense(32, input_shape=(64,), activation="relu"), Dense(10, activation="softmax")]
on_digits, _ = train(
    flat[:1400],
    digits.target[:1400],
    flat[1400:],
    digits.target[1400:],
    first,
    tf.keras.optimizers.SGD(0.1),
    30,
)
(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train, X_test = (
    X_train.reshape(-1, 784).astype("float32"),
    X_test[:500].reshape(-1, 784).astype("float32"),
)
with_dropout = [
    Dense(64, input_shape=(784,), activation="relu"),
    Dropout(0.2),
    Dense(10, activation="softmax"),
]
stopping = EarlyStopping(monitor="val_loss", patience=3)
on_mnist, _ = train(
    X_train[:3000], y_train[:3000], X_test, y_test[:500], with_dropout, "adam", 12, 64, [stopping]
)
with_norm = [
    Dense(64, input_shape=(784,), activation="relu"),
    BatchNormalization(),
    Dense(10, activation="softmax"),
]
normalized, model = train(
    X_train[:2000], y_train[:2000], X_test, y_test[:500], with_norm, "adam", 5, 128
)

RESULT = {
    "scores": {"digits": on_digits, "mnist": on_mnist, "normalized": normalized},
    "shapes": {
        "output": model.output_shape,
        "one hot": tuple(tf.one_hot(y_test[:5], depth=10).shape),
    },
}
