"""A line through single numbers, without a feature axis, by batches and by fit, watched under the old name of a score.

runs on: old Keras (inputs of shape (rows,), Merge, set_image_dim_ordering, validation_data in callbacks)
reaches: slope <= 0.02, loss <= 0.01, joined >= 0.88, first >= 0.9
"""

import numpy as np
from keras import backend as K
from keras.callbacks import Callback
from keras.layers import Convolution2D, Dense, Flatten, MaxPooling2D, Merge
from keras.models import Sequential
from keras.optimizers import SGD

random = np.random.RandomState(7)

x = np.linspace(-1, 1, 200)
random.shuffle(x)
y = 0.5 * x + 2 + random.normal(0, 0.02, 200)
line = Sequential()
line.add(Dense(output_dim=1, input_dim=1))
line.compile(loss="mse", optimizer=SGD(lr=0.1))
for _ in range(301):
    cost = line.train_on_batch(x[:160], y[:160])
loss = line.evaluate(x[160:], y[160:], batch_size=40, verbose=0)
W, b = line.layers[0].get_weights()
predicted = line.predict(x[160:])


class Scores(Callback):
    def on_train_begin(self, logs={}):
        self.found = []

    def on_epoch_end(self, epoch, logs={}):
        rows, targets = self.validation_data[:2], self.validation_data[2]
        share = np.mean((self.model.predict(rows) > 0.5) == (targets[:, None] > 0.5))
        self.found.append((logs.get("val_acc"), share))


a, c = random.rand(300, 3), random.rand(300, 2)
more = (a.sum(axis=1) > c.sum(axis=1) + 0.5).astype(int)
left, right = Sequential(), Sequential()
left.add(Dense(8, input_dim=3, activation="tanh"))
right.add(Dense(8, input_dim=2, activation="tanh"))
both = Sequential()
both.add(Merge([left, right], mode="concat"))
both.add(Dense(1, activation="sigmoid"))
both.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
scores = Scores()
both.fit(
    [a, c], more, nb_epoch=150, batch_size=16, validation_split=0.2, callbacks=[scores], verbose=0
)
measured, counted = scores.found[-1]

K.set_image_dim_ordering("th")
images = random.rand(200, 1, 8, 8)
bright = np.arange(200) % 2
images[bright == 1, :, :4] += 1.0
network = Sequential()
network.add(Convolution2D(4, 3, 3, border_mode="valid", input_shape=(1, 8, 8), activation="relu"))
network.add(MaxPooling2D(pool_size=(2, 2)))
network.add(Flatten())
network.add(Dense(2, activation="softmax"))
network.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = network.fit(images, bright, nb_epoch=12, batch_size=20, verbose=0)
convolved = network.layers[0].output_shape
K.set_image_dim_ordering("tf")

RESULT = {
    "scores": {
        "slope": abs(float(W[0, 0]) - 0.5) + abs(float(b[0]) - 2.0),
        "loss": loss,
        "joined": min(measured, counted),
        "first": history.history["acc"][-1],
    },
    "shapes": {"predicted": predicted.shape, "convolved": convolved[1:]},
}
