"""XOR in the oldest manner: plain lists, lr=, predict_proba and predict_classes.

runs on: old Keras (lr, nb_epoch, lists of numbers, predict_classes, predict_proba)
reaches: accuracy >= 1
"""

from keras.layers.core import Activation, Dense
from keras.models import Sequential
from keras.optimizers import SGD

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
y = [[0], [1], [1], [0]]
model = Sequential()
model.add(Dense(16, input_dim=2))
model.add(Activation("tanh"))
model.add(Dense(1))
model.add(Activation("sigmoid"))
sgd = SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)
model.compile(loss="binary_crossentropy", optimizer=sgd)
model.fit(X, y, batch_size=1, nb_epoch=300, verbose=0)
print(model.predict_proba(X))
classes = model.predict_classes(X)

RESULT = {
    "scores": {"accuracy": sum(int(a[0] == b[0]) for a, b in zip(classes, y)) / 4},
    "shapes": {"classes": classes.shape},
}
