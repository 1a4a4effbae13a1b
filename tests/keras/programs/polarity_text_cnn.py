"""The CNN for sentences: three widths of filters side by side, one_hot hashing aside.

runs on: Keras 3
reaches: accuracy >= 0.66
agrees: accuracy 0.06
"""

import os

import numpy as np
from keras.layers import Concatenate, Conv1D, Dense, Dropout, Embedding, GlobalMaxPooling1D, Input
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import pad_sequences


def lines(name):
    with open(
        os.path.join(os.environ["PELLUCID_DATA"], "text", "rt-polarity", name), encoding="utf8"
    ) as f:
        return [line.split() for line in f]


positive, negative = lines("rt-polarity.pos"), lines("rt-polarity.neg")
sentences = positive + negative
labels = np.array([1] * len(positive) + [0] * len(negative))
counts = {}
for sentence in sentences:
    for word in sentence:
        counts[word] = counts.get(word, 0) + 1
vocabulary = sorted(counts, key=counts.get, reverse=True)[:5000]
index = {word: i + 2 for i, word in enumerate(vocabulary)}
x = pad_sequences([[index.get(word, 1) for word in sentence] for sentence in sentences], maxlen=30)
order = np.random.default_rng(10).permutation(len(x))
x, labels = x[order], labels[order]
x_train, y_train, x_dev, y_dev = x[:7000], labels[:7000], x[7000:9000], labels[7000:9000]

inputs = Input(shape=(30,), dtype="int32")
embedding = Embedding(input_dim=5002, output_dim=32)(inputs)
pooled = []
for size in (3, 4, 5):
    conv = Conv1D(16, size, padding="valid", kernel_initializer="normal", activation="relu")(
        embedding
    )
    pooled.append(GlobalMaxPooling1D()(conv))
merged = Concatenate(axis=1)(pooled)
dropout = Dropout(0.5)(merged)
output = Dense(units=2, activation="softmax")(dropout)
model = Model(inputs=inputs, outputs=output)
model.compile(
    optimizer=Adam(learning_rate=2e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(
    x_train, y_train, batch_size=64, epochs=3, verbose=1, validation_data=(x_dev, y_dev)
)

RESULT = {
    "scores": {"accuracy": max(history.history["val_accuracy"])},
    "shapes": {"merged": merged.shape, "x": x.shape, "first": x[0, -3:].shape},
    "history": sorted(history.history),
}
