"""Reviews read from folders, made 0/1 vectors by hand, a validation set aside, trained again from scratch.

runs on: Keras 3
reaches: accuracy >= 0.76
agrees: accuracy 0.06
"""

import os
import re
import tarfile

import numpy as np
from keras import layers, losses, metrics, models, optimizers

texts = {"train": ([], []), "test": ([], [])}
with tarfile.open(
    os.path.join(os.environ["PELLUCID_DATA"], "text", "imdb-subset", "aclImdb_subset.tar.gz")
) as archive:
    for member in archive:
        parts = member.name.split("/")
        if member.isfile() and len(parts) == 4 and parts[2] in ("neg", "pos"):
            texts[parts[1]][0].append(archive.extractfile(member).read().decode("utf8"))
            texts[parts[1]][1].append(int(parts[2] == "pos"))

counts = {}
split = [
    [re.findall(r"[a-z']+", text.lower()) for text in texts[part][0]] for part in ("train", "test")
]
for words in split[0]:
    for word in words:
        counts[word] = counts.get(word, 0) + 1
index = {word: i for i, word in enumerate(sorted(counts, key=counts.get, reverse=True)[:3000])}


def vectorize_sequences(sequences, dimension=3000):
    results = np.zeros((len(sequences), dimension))
    for i, sequence in enumerate(sequences):
        results[i, [index[word] for word in sequence if word in index]] = 1.0
    return results


x_train, x_test = vectorize_sequences(split[0]), vectorize_sequences(split[1])
y_train, y_test = (np.asarray(texts[part][1]).astype("float32") for part in ("train", "test"))
order = np.random.default_rng(0).permutation(len(x_train))
x_train, y_train = x_train[order], y_train[order]


def build():
    model = models.Sequential()
    model.add(layers.Dense(16, activation="relu", input_shape=(3000,)))
    model.add(layers.Dense(16, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(
        optimizer=optimizers.RMSprop(learning_rate=0.001),
        loss=losses.binary_crossentropy,
        metrics=[metrics.binary_accuracy],
    )
    return model


model = build()
history = model.fit(
    x_train[500:],
    y_train[500:],
    epochs=8,
    batch_size=128,
    validation_data=(x_train[:500], y_train[:500]),
    verbose=0,
)
best = int(np.argmin(history.history["val_loss"])) + 1
model = build()
model.fit(x_train, y_train, epochs=best, batch_size=128, verbose=0)
results = model.evaluate(x_test, y_test, verbose=0)

RESULT = {
    "scores": {"accuracy": results[1]},
    "shapes": {"x": x_train.shape, "predicted": model.predict(x_test).shape},
    "history": sorted(history.history),
}
