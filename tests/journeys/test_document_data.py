"""The source documents' uses on real data: cells, flowers, handwriting, messages, reviews; transfer between them."""

from __future__ import annotations

import re
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, datasets, layers, optimizers

WORD = re.compile(r"[a-z']+|\d+|[£$!?]")


def adam(rate=0.01):
    return optimizers.Adam(rate)


def accuracy(model, x, y):
    return model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"]


# Pictures


def pictures(folder: Path, side: int):
    """Return all pictures below the folder's classes, as numbers from 0 to 1, and the numbers of their classes."""
    image = pytest.importorskip("PIL.Image", reason="reads PNG and JPEG")
    x, y = [], []
    for label, kind in enumerate(sorted(path for path in folder.iterdir() if path.is_dir())):
        for path in sorted(kind.iterdir()):
            x.append(np.asarray(image.open(path).convert("RGB").resize((side, side))))
            y.append(label)
    return np.stack(x).astype("float32") / 255, np.array(y)


@pytest.mark.slow
def test_infected_cells_are_told_from_healthy_ones(data_folder):
    """Malaria: the slides of the test cells are not among those of training; one dark spot decides."""
    x, y = pictures(data_folder / "malaria-cells-subset" / "train", 32)
    model = Sequential(
        [
            Input((32, 32, 3)),
            layers.RandomFlip(),
            layers.Rescaling(4, offset=-2),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(adam(0.005), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x, y, epochs=25, verbose=0)
    found = accuracy(model, *pictures(data_folder / "malaria-cells-subset" / "test", 32))
    assert found > 0.9, found


@pytest.mark.slow
def test_flowers_are_recognised_far_above_chance(data_folder):
    x, y = pictures(data_folder / "flower-photos-subset", 32)
    test = np.arange(len(x)) % 5 == 0
    model = Sequential([Input((32, 32, 3)), layers.RandomFlip("horizontal")])
    for filters in (16, 32, 32):
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.4))
    model.add(layers.Dense(5, activation="softmax"))
    model.compile(adam(0.002), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x[~test], y[~test], epochs=30, verbose=0)
    found = accuracy(model, x[test], y[test])
    assert found > 0.4, found  # chance: 0.2; 48 pictures a class to learn from


@pytest.mark.slow
def test_mnist_is_read_by_the_mentor_sessions_network(local_data):
    """One pass over 20,000 of the 60,000 pictures; a longer training belongs to the benchmarks."""
    (x, y), (x_test, y_test) = datasets.mnist.load_data()
    model = Sequential(
        [
            Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.MaxPool2D(),
            layers.Conv2D(16, (3, 3), activation="relu"),
            layers.MaxPool2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(adam(0.003), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x[:20_000, ..., None], y[:20_000], epochs=1, batch_size=32, verbose=0)
    found = accuracy(model, x_test[:2000, ..., None], y_test[:2000])
    assert found > 0.95, found


def handwriting(classes=10):
    """A network for pictures of 8x8 pixels whose layers have names to freeze them by."""
    return Sequential(
        [
            Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="first"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="second"),
            layers.Flatten(name="features"),
            layers.Dense(classes, activation="softmax"),
        ]
    )


@pytest.mark.slow
def test_thirty_pictures_are_enough_after_learning_from_other_writers(local_data):
    """Transfer from MNIST, made small, to the digits of scikit-learn: fine-tuning and feature extraction."""
    (images, numbers), _ = datasets.mnist.load_data()
    shrink = layers.Resizing(8, 8)
    images = np.asarray(shrink(images[:6000, 4:24, 4:24, None] / np.float32(255)))
    (x, y), (x_test, y_test) = datasets.digits.load_data()
    x, x_test = (each[..., None].astype("float32") / 16 for each in (x, x_test))
    few, labels = x[:30], y[:30]
    base = handwriting()
    base.compile(adam(0.005), "sparse_categorical_crossentropy", ["accuracy"])
    base.fit(images, numbers[:6000], epochs=5, batch_size=64, verbose=0)

    fresh, tuned = handwriting(), handwriting()
    tuned.set_weights(base.get_weights())
    tuned.get_layer("first").trainable = False
    body = Model(base.inputs, base.get_layer("features").output)
    extracted = [body.predict(each) for each in (few, x_test)]
    head = Sequential([layers.Dense(10, activation="softmax")])
    found = {}
    for name, model, known, asked in [
        ("fresh", fresh, few, x_test),
        ("tuned", tuned, few, x_test),
        ("features", head, *extracted),
    ]:
        model.compile(adam(0.005), "sparse_categorical_crossentropy", ["accuracy"])
        model.fit(known, labels, epochs=40, verbose=0)
        found[name] = accuracy(model, asked, y_test)
    frozen = [model.get_layer("first").get_weights() for model in (base, tuned)]
    np.testing.assert_array_equal(frozen[0][0], frozen[1][0])
    assert not np.array_equal(base.get_layer("second").kernel, tuned.get_layer("second").kernel)
    assert found["tuned"] > 0.82 and found["tuned"] > found["fresh"] + 0.08, found
    assert found["features"] > found["fresh"], found


# Texts


def numbered(texts, length, vocabulary):
    """Return the first words of texts as numbers: 0 is padding, 1 a word that the vocabulary has not."""
    rows = np.zeros((len(texts), length), int)
    for row, text in zip(rows, texts, strict=True):
        found = [vocabulary.get(word, 1) for word in WORD.findall(text.lower())[:length]]
        row[: len(found)] = found
    return rows


def vocabulary_of(texts, size):
    """Return the numbers of the most frequent words, from 2."""
    counts = Counter(word for text in texts for word in WORD.findall(text.lower()))
    return {word: number for number, (word, _) in enumerate(counts.most_common(size - 2), 2)}


def test_an_lstm_tells_spam_from_messages(data_folder):
    """As many of one as of the other; padding is masked, so short messages are read as they are."""
    path = data_folder / "text" / "sms-spam" / "SMSSpamCollection"
    lines = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()]
    spam, ham = ([text for kind, text in lines if kind == name][:700] for name in ("spam", "ham"))
    texts = [text for pair in zip(spam, ham, strict=True) for text in pair]
    labels = np.arange(1400) % 2
    x = numbered(texts, 30, vocabulary_of(texts[:1000], 2000))
    assert (x[:, -1] == 0).mean() > 0.3  # there is padding to be masked
    model = Sequential(
        [
            Input((None,), dtype="int32"),
            layers.Embedding(2000, 16, mask_zero=True),
            layers.LSTM(24),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(adam(), "binary_crossentropy", ["accuracy"])
    model.fit(x[:1000], labels[:1000], epochs=6, verbose=0)
    assert accuracy(model, x[1000:], labels[1000:]) > 0.94
    longer = np.pad(x[1000:], ((0, 0), (0, 10)))
    np.testing.assert_allclose(model.predict(longer), model.predict(x[1000:]), atol=1e-5)


def reader(vocabulary):
    """Words, their mean, a verdict."""
    return Sequential(
        [
            Input((None,), dtype="int32"),
            layers.Embedding(vocabulary, 16, mask_zero=True, name="words"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


@pytest.mark.slow
def test_words_learnt_from_short_sentences_help_to_judge_long_reviews(data_folder):
    """Transfer in natural language: frozen word vectors, a hundred reviews of another source."""
    folder = data_folder / "text"
    sides = [
        (folder / "rt-polarity" / f"rt-polarity.{kind}").read_text().splitlines()
        for kind in ("neg", "pos")
    ]
    sentences = [text for pair in zip(*sides, strict=True) for text in pair]
    vocabulary = vocabulary_of(sentences, 6000)
    reviews: dict[str, list[str]] = {"neg": [], "pos": []}
    with tarfile.open(folder / "imdb-subset" / "aclImdb_subset.tar.gz") as archive:
        for member in archive:
            parts = member.name.split("/")
            if member.isfile() and parts[1:2] == ["test"] and parts[2] in reviews:
                reviews[parts[2]].append(archive.extractfile(member).read().decode())
    long = [text for pair in zip(reviews["neg"], reviews["pos"], strict=True) for text in pair]
    x, y = numbered(long, 300, vocabulary), np.arange(len(long)) % 2

    base = reader(6000)
    base.compile(adam(0.003), "binary_crossentropy")
    base.fit(
        numbered(sentences, 40, vocabulary),
        np.arange(len(sentences)) % 2,
        epochs=5,
        batch_size=128,
        verbose=0,
    )
    fresh, tuned = reader(6000), reader(6000)
    tuned.set_weights(base.get_weights())
    tuned.get_layer("words").trainable = False
    found = {}
    for name, model in [("fresh", fresh), ("tuned", tuned)]:
        model.compile(adam(), "binary_crossentropy", ["accuracy"])
        model.fit(x[:100], y[:100], epochs=30, verbose=0)
        found[name] = accuracy(model, x[100:], y[100:])
    np.testing.assert_array_equal(tuned.get_weights()[0], base.get_weights()[0])
    assert found["tuned"] > found["fresh"] + 0.05 and found["tuned"] > 0.68, found
