"""Branches put together in the words of Keras 1 and 2: merge, Model(input=, output=), predict_classes.

runs on: old Keras (merge(mode=), Model(input=, output=), W_regularizer, output_dim=, predict_classes)
reaches: accuracy >= 0.84, classes >= 0.8
"""

import numpy as np
from keras.layers import Activation, Dense, Dropout, Input, merge
from keras.models import Model, Sequential
from keras.regularizers import l2
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = X / 16
left, right = X[:, :32], X[:, 32:]

a, b = Input(shape=(32,)), Input(shape=(32,))
hidden_a = Dense(32, activation="relu", W_regularizer=l2(0.0001))(a)
hidden_b = Dense(32, activation="relu", W_regularizer=l2(0.0001))(b)
merged = merge([hidden_a, hidden_b], mode="concat")
total = merge([hidden_a, hidden_b], mode="sum")
everything = merge([merged, total], mode="concat", concat_axis=-1)
out = Dense(10, activation="softmax")(everything)
model = Model(input=[a, b], output=out)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit([left[:1400], right[:1400]], y[:1400], nb_epoch=15, batch_size=32, verbose=0)
accuracy = model.evaluate([left[1400:], right[1400:]], y[1400:], verbose=0)[1]

plain = Sequential()
plain.add(Dense(output_dim=32, input_dim=64))
plain.add(Activation("relu"))
plain.add(Dropout(p=0.2))
plain.add(Dense(output_dim=10))
plain.add(Activation("softmax"))
plain.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
plain.fit(X[:1400], y[:1400], nb_epoch=15, verbose=0)
classes = plain.predict_classes(X[1400:])

RESULT = {
    "scores": {"accuracy": accuracy, "classes": float(np.mean(classes == y[1400:]))},
    "shapes": {
        "classes": classes.shape,
        "merged": tuple(merged.shape)[1:],
        "all": model.output_shape,
    },
}
