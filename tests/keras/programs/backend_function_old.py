"""Looking inside in the old manner: K.function on layers' outputs, K.gradients for a saliency map.

runs on: old Keras (K.function, K.gradients, model.layers[i].output as symbols, K.set_value(optimizer.lr))
reaches: accuracy >= 0.9, same <= 0.00001
"""

import numpy as np
from keras import backend as K
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import Adam
from sklearn.datasets import load_digits

X, y = load_digits(return_X_y=True)
X = X / 16
model = Sequential()
model.add(Dense(32, activation="relu", input_shape=(64,)))
model.add(Dropout(0.2))
model.add(Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer=Adam(lr=0.01), metrics=["accuracy"])
model.fit(X[:1400], y[:1400], epochs=8, verbose=0)
K.set_value(model.optimizer.lr, 0.001)
model.fit(X[:1400], y[:1400], epochs=4, verbose=0)
accuracy = model.evaluate(X[1400:], y[1400:], verbose=0)[1]

get_hidden = K.function([model.layers[0].input], [model.layers[0].output])
hidden = get_hidden([X[:5]])[0]
kernel, bias = model.layers[0].get_weights()
gradients = K.gradients(model.output[:, 3], model.input)[0]
saliency = K.function([model.input], [gradients])
map_3 = saliency([X[:5]])[0]

RESULT = {
    "scores": {
        "accuracy": accuracy,
        "same": float(np.abs(hidden - np.maximum(X[:5] @ kernel + bias, 0)).max()),
        "rate": float(K.get_value(model.optimizer.lr)),
    },
    "shapes": {
        "hidden": hidden.shape,
        "map": map_3.shape,
        "not zero": bool(np.abs(map_3).max() > 0),
    },
}
