"""What the source documents' networks are for: each learns its task, judged on data that it has not seen.

Sizes and numbers of weights stand in `test_document_networks.py`, graphs in `tests/layers/graph`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, datasets, layers, optimizers


def adam(rate=0.01):
    return optimizers.Adam(rate)


@pytest.fixture(scope="module")
def digits():
    """Return 1,500 and 297 pictures of 8x8 pixels from 0 to 1, with their labels."""
    (x_train, y_train), (x_test, y_test) = datasets.digits.load_data()
    x = np.concatenate([x_train, x_test])[..., None].astype("float32") / 16
    y = np.concatenate([y_train, y_test])
    return (x[:1500], y[:1500]), (x[1500:], y[1500:])


# Images


def convolutional(classes=10):
    """Convolution, ReLU, pooling, twice; flatten, dense, classes: the procedure of the second mentor session."""
    return Sequential(
        [
            Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="first"),
            layers.MaxPooling2D(name="smaller"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="second"),
            layers.MaxPooling2D(name="smallest"),
            layers.Flatten(name="features"),
            layers.Dense(classes, activation="softmax", name="classes"),
        ]
    )


def test_a_convolutional_network_reads_digits(digits):
    (x, y), (x_test, y_test) = digits
    model = convolutional()
    model.compile(adam(), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x, y, epochs=12, batch_size=64, verbose=0)
    assert model.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"] > 0.97


@pytest.mark.parametrize(
    "layer",
    [
        layers.RandomFlip(),
        layers.RandomRotation(0.1),
        layers.RandomTranslation(0.2, 0.2),  # shift
        layers.RandomZoom(0.3, 0.3),  # zoom
        layers.RandomZoom(0.3, (0.0, 0.0)),  # scaling of the height alone
        layers.RandomBrightness(0.3, value_range=(0, 1)),
    ],
)
def test_the_documents_augmentations_vary_images_while_training_and_never_elsewhere(digits, layer):
    images = digits[1][0][:50]
    np.testing.assert_array_equal(layer(images), images)
    varied = np.asarray(layer(images, training=True))
    distances = np.abs(varied - images).mean((1, 2, 3))
    assert varied.shape == images.shape and distances.mean() > 0.02
    assert len(np.unique(distances.round(6))) > 25  # each image has a draw of its own
    assert layer.count_params() == 0


# Series


def chirps(count, length=120, rng=None):
    """Return waves whose frequency rises steadily, from a random start."""
    t = np.linspace(0, 1, length)
    start, rise = rng.uniform(2, 6, (count, 1)), rng.uniform(4, 10, (count, 1))
    wave = np.sin(2 * np.pi * (start * t + rise * t**2 / 2) + rng.uniform(0, 6.3, (count, 1)))
    return wave.astype("float32")[..., None]


@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
def test_a_recurrent_network_predicts_the_next_value_of_a_chirp(cell):
    rng = np.random.default_rng(1)
    known, asked = chirps(64, rng=rng), chirps(32, rng=rng)
    model = Sequential(
        [Input((None, 1)), getattr(layers, cell)(24, return_sequences=True), layers.Dense(1)]
    )
    model.compile(adam(), "mse")
    model.fit(known[:, :-1], known[:, 1:], epochs=60, batch_size=32, verbose=0)
    error = np.mean((model.predict(asked[:, :-1]) - asked[:, 1:])[:, 10:] ** 2)
    persistence = np.mean((asked[:, :-1] - asked[:, 1:])[:, 10:] ** 2)
    assert error < 0.1 * persistence


def test_a_one_dimensional_convolution_hears_whether_a_noisy_tone_rises_or_falls():
    rng = np.random.default_rng(2)
    waves, rises = chirps(400, rng=rng), np.arange(400) % 2
    heard = np.where(rises[:, None, None] == 1, waves, waves[:, ::-1])
    heard = (heard + rng.normal(0, 0.3, heard.shape)).astype("float32")
    model = Sequential(
        [
            Input((120, 1)),
            layers.Conv1D(16, 9, strides=2, activation="relu"),
            layers.Conv1D(32, 5, strides=2, activation="relu"),
            layers.MaxPooling1D(5),
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(adam(0.003), "binary_crossentropy", ["accuracy"])
    model.fit(heard[:300], rises[:300], epochs=25, verbose=0)
    found = model.evaluate(heard[300:], rises[300:], verbose=0, return_dict=True)
    assert found["accuracy"] > 0.95


# Sequence to sequence, transformers


@pytest.mark.slow
def test_sequence_to_sequence_with_attention_learns_to_reverse():
    rng = np.random.default_rng(3)
    symbols, steps = 10, 5  # 0 is the start word
    words = rng.integers(1, symbols, (1300, steps))
    backwards = words[:, ::-1]
    before = np.concatenate([np.zeros((1300, 1), int), backwards[:, :-1]], axis=1)
    source, written = Input((steps,), dtype="int32"), Input((steps,), dtype="int32")
    read = layers.Bidirectional(layers.GRU(24, return_sequences=True))
    encoded = read(layers.Embedding(symbols, 16)(source))
    decoder = layers.AttentionDecoder(48, symbols)
    model = Model([source, written], decoder(written, encoded))
    model.compile(adam(), "sparse_categorical_crossentropy")
    model.fit([words[:1200], before[:1200]], backwards[:1200], epochs=30, verbose=0)
    heard = Model(source, encoded).predict(words[1200:])
    freely, weights = decoder.generate(heard, start=0, steps=steps, return_attention_scores=True)
    assert (np.asarray(freely) == backwards[1200:]).mean() > 0.95
    looks_at = np.asarray(weights).mean(0).argmax(-1)  # the picture of the first course: a diagonal
    assert list(looks_at) == list(range(steps))[::-1]


@pytest.mark.slow
def test_a_transformer_finds_out_whether_the_first_word_comes_again():
    rng = np.random.default_rng(4)
    words = rng.integers(0, 12, (1500, 8))
    again = (words[:, 1:] == words[:, :1]).any(1).astype(int)
    model = Sequential(
        [
            Input((8,), dtype="int32"),
            layers.Embedding(12, 24),
            layers.PositionEmbedding(8),
            layers.TransformerEncoderBlock(32, 2),
            layers.TransformerEncoderBlock(32, 2),
            layers.GlobalMaxPooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(adam(0.003), "binary_crossentropy", ["accuracy"])
    model.fit(words[:1200], again[:1200], epochs=40, verbose=0)
    found = model.evaluate(words[1200:], again[1200:], verbose=0, return_dict=True)
    assert found["accuracy"] > 0.95 and 0.4 < again.mean() < 0.6


# Without labels


def autoencoder(noise=0.0):
    """64 pixels through a bottleneck of 8 numbers."""
    image = Input((8, 8, 1))
    x = layers.GaussianNoise(noise)(layers.Flatten()(image))
    code = layers.Dense(8, name="code")(layers.Dense(48, activation="relu")(x))
    x = layers.Dense(64, activation="sigmoid")(layers.Dense(48, activation="relu")(code))
    return Model(image, layers.Reshape((8, 8, 1))(x)), Model(image, code)


def test_an_autoencoder_learns_a_code_from_x_as_its_own_target(digits):
    """Eight numbers, learnt without a label, say enough to draw the picture again and to tell which digit it is."""
    (x, y), (x_test, y_test) = digits
    model, encoder = autoencoder()
    model.compile(adam(0.003), "mse")
    model.fit(x, x, epochs=40, verbose=0)
    error = np.mean((model.predict(x_test) - x_test) ** 2)
    assert error < 0.3 * np.mean((x_test - x.mean(0)) ** 2)
    codes, known = encoder.predict(x_test), encoder.predict(x)
    assert codes.shape == (297, 8)
    nearest = ((codes[:, None] - known) ** 2).sum(-1).argmin(1)
    assert (y[nearest] == y_test).mean() > 0.85


def test_a_denoising_autoencoder_takes_noise_out(digits):
    (x, _), (x_test, _) = digits
    rng = np.random.default_rng(6)

    def noisy(images):
        return (images + rng.normal(0, 0.4, images.shape)).astype("float32")

    model, _ = autoencoder()
    model.compile(adam(0.003), "mse")
    model.fit(noisy(np.tile(x, (2, 1, 1, 1))), np.tile(x, (2, 1, 1, 1)), epochs=15, verbose=0)
    disturbed = noisy(x_test)
    before, after = (
        np.mean((each - x_test) ** 2) for each in (disturbed, model.predict(disturbed))
    )
    assert after < 0.4 * before


def test_a_generative_adversarial_network_draws_like_its_examples():
    """Two models, two optimizers, one pure step: the generator against the discriminator, in the plane."""
    make = Sequential([layers.Dense(16, activation="relu"), layers.Dense(2)])
    judge = Sequential([layers.Dense(32, activation="leaky_relu"), layers.Dense(1)])
    maker, judging = optimizers.Adam(2e-3, beta_1=0.5), optimizers.Adam(4e-3, beta_1=0.5)
    wrong = pellucid.losses.BinaryCrossentropy(from_logits=True)
    mean, spread = jnp.array([2.0, -1.0]), jnp.array([[0.6, 0.0], [0.4, 0.3]])
    g, _ = pellucid.init(make, 0, jnp.zeros((1, 2)))
    d, _ = pellucid.init(judge, 1, jnp.zeros((1, 2)))
    ones, zeros = jnp.ones((128, 1)), jnp.zeros((128, 1))

    def draw(g, noise):
        return pellucid.apply(make, g, {}, noise)[0]

    def says(d, points):
        return pellucid.apply(judge, d, {}, points)[0]

    def step(carry, number):
        g, d, g_state, d_state = carry
        keys = jax.random.split(jax.random.fold_in(jax.random.key(7), number), 2)
        noise, real = (jax.random.normal(key, (128, 2)) for key in keys)
        real = mean + real @ spread.T

        def judged(d):
            return wrong(ones, says(d, real)) + wrong(zeros, says(d, draw(g, noise)))

        d, d_state = judging.apply(jax.grad(judged)(d), d_state, d, judging.hyper(), number)

        def found_out(g):
            return wrong(ones, says(d, draw(g, noise)))

        g, g_state = maker.apply(jax.grad(found_out)(g), g_state, g, maker.hyper(), number)
        return (g, d, g_state, d_state), None

    noise = np.random.default_rng(8).normal(size=(2000, 2)).astype("float32")
    start = (g, d, maker.start(g), judging.start(d))
    (trained, *_), _ = jax.jit(lambda carry: jax.lax.scan(step, carry, jnp.arange(2500)))(start)
    before, after = np.asarray(draw(g, noise)), np.asarray(draw(trained, noise))
    wanted = np.asarray(spread @ spread.T)
    assert np.abs(before.mean(0) - mean).max() > 0.8
    assert np.abs(after.mean(0) - mean).max() < 0.3
    assert np.abs(np.cov(after.T) - wanted).max() < 0.3 and np.cov(after.T)[0, 1] > 0.05


# Several tasks at once


def test_a_multitask_network_answers_two_questions_with_one_body(digits):
    (x, y), (x_test, y_test) = digits
    image = Input((8, 8, 1))
    body = layers.Dense(64, activation="relu")(layers.Flatten()(image))
    digit = layers.Dense(10, activation="softmax", name="digit")(body)
    ink = layers.Dense(1, name="ink")(body)  # how dark the picture is
    model = Model(image, {"digit": digit, "ink": ink})
    model.compile(
        adam(0.003),
        {"digit": "sparse_categorical_crossentropy", "ink": "mse"},
        metrics={"digit": ["accuracy"]},
        loss_weights={"digit": 1.0, "ink": 2.0},
    )
    dark, dark_test = (10 * each.mean((1, 2)) for each in (x, x_test))
    model.fit(x, {"digit": y, "ink": dark}, epochs=25, verbose=0)
    wanted = {"digit": y_test, "ink": dark_test}
    found = model.evaluate(x_test, wanted, verbose=0, return_dict=True)
    assert found["digit_accuracy"] > 0.92
    assert found["ink_loss"] < 0.2 * np.var(dark_test), found
