"""Siamese network: one base model for two images, a distance, contrastive loss.

runs on: Keras 3
reaches: accuracy >= 0.85
agrees: accuracy 0.08
"""

import random

import numpy as np
from keras import ops
from keras.layers import Dense, Dropout, Flatten, Input, Lambda
from keras.models import Model
from keras.optimizers import RMSprop
from sklearn.datasets import load_digits

random.seed(0)
digits = load_digits()
x, y = (digits.images / 16).astype("float32"), digits.target


def euclidean_distance(vects):
    a, b = vects
    sum_square = ops.sum(ops.square(a - b), axis=1, keepdims=True)
    return ops.sqrt(ops.maximum(sum_square, 1e-7))


def contrastive_loss(y_true, y_pred):
    margin = 1
    square_pred = ops.square(y_pred)
    margin_square = ops.square(ops.maximum(margin - y_pred, 0))
    return ops.mean(y_true * square_pred + (1 - y_true) * margin_square)


def create_pairs(x, y):
    digit_indices = [np.where(y == i)[0] for i in range(10)]
    pairs, labels = [], []
    n = min(len(digit_indices[d]) for d in range(10)) - 1
    for d in range(10):
        for i in range(n):
            z1, z2 = digit_indices[d][i], digit_indices[d][i + 1]
            pairs += [[x[z1], x[z2]]]
            dn = (d + random.randrange(1, 10)) % 10
            pairs += [[x[z1], x[digit_indices[dn][i]]]]
            labels += [1, 0]
    return np.array(pairs), np.array(labels).astype("float32")


def create_base_network(input_shape):
    input = Input(shape=input_shape)
    x = Flatten()(input)
    x = Dense(64, activation="relu")(x)
    x = Dropout(0.1)(x)
    x = Dense(32, activation="relu")(x)
    return Model(input, x)


def accuracy(y_true, y_pred):
    return ops.mean(ops.cast(ops.equal(y_true, ops.cast(y_pred < 0.5, y_true.dtype)), "float32"))


tr_pairs, tr_y = create_pairs(x[:1300], y[:1300])
te_pairs, te_y = create_pairs(x[1300:], y[1300:])
base_network = create_base_network((8, 8))
input_a, input_b = Input(shape=(8, 8)), Input(shape=(8, 8))
processed_a, processed_b = base_network(input_a), base_network(input_b)
distance = Lambda(euclidean_distance, output_shape=(1,))([processed_a, processed_b])
model = Model([input_a, input_b], distance)
model.compile(loss=contrastive_loss, optimizer=RMSprop(), metrics=[accuracy])
history = model.fit(
    [tr_pairs[:, 0], tr_pairs[:, 1]],
    tr_y.reshape(-1, 1),
    batch_size=64,
    epochs=15,
    validation_data=([te_pairs[:, 0], te_pairs[:, 1]], te_y.reshape(-1, 1)),
    verbose=0,
)
y_pred = model.predict([te_pairs[:, 0], te_pairs[:, 1]])
te_acc = float(np.mean((y_pred.ravel() < 0.5) == te_y))

RESULT = {
    "scores": {"accuracy": te_acc, "metric": history.history["val_accuracy"][-1]},
    "shapes": {"distance": distance.shape, "weights": len(model.get_weights())},
    "history": sorted(history.history),
}
