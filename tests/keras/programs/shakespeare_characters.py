"""Characters of a play: an LSTM predicts the next one; sampling with a temperature after each epoch.

runs on: Keras 3
reaches: loss <= 2.4, letters >= 60
agrees: loss 0.25
"""

import os
import random

import keras
import numpy as np
from keras import layers

with open(
    os.path.join(os.environ["PELLUCID_DATA"], "text", "tinyshakespeare", "input.txt"),
    encoding="utf8",
) as f:
    text = f.read()[:60000].lower()
chars = sorted(set(text))
char_indices = {c: i for i, c in enumerate(chars)}
indices_char = dict(enumerate(chars))
maxlen, step = 20, 5
sentences = [text[i : i + maxlen] for i in range(0, len(text) - maxlen, step)]
next_chars = [text[i + maxlen] for i in range(0, len(text) - maxlen, step)]
x = np.zeros((len(sentences), maxlen, len(chars)), dtype="bool")
y = np.zeros((len(sentences), len(chars)), dtype="bool")
for i, sentence in enumerate(sentences):
    for t, char in enumerate(sentence):
        x[i, t, char_indices[char]] = 1
    y[i, char_indices[next_chars[i]]] = 1

model = keras.Sequential(
    [
        keras.Input(shape=(maxlen, len(chars))),
        layers.LSTM(64),
        layers.Dense(len(chars), activation="softmax"),
    ]
)
model.compile(
    loss="categorical_crossentropy", optimizer=keras.optimizers.RMSprop(learning_rate=0.01)
)


def sample(preds, temperature=1.0):
    preds = np.asarray(preds).astype("float64")
    preds = np.log(preds + 1e-9) / temperature
    exp_preds = np.exp(preds)
    preds = exp_preds / np.sum(exp_preds)
    return np.argmax(np.random.multinomial(1, preds, 1))


generated = ""
for epoch in range(4):
    history = model.fit(x, y, batch_size=128, epochs=1, verbose=0)
    print("Generating text after epoch:", epoch)
    start_index = random.randint(0, len(text) - maxlen - 1)
    sentence, generated = text[start_index : start_index + maxlen], ""
    for _ in range(20):
        x_pred = np.zeros((1, maxlen, len(chars)))
        for t, char in enumerate(sentence):
            x_pred[0, t, char_indices[char]] = 1.0
        next_char = indices_char[sample(model.predict(x_pred, verbose=0)[0], 0.5)]
        sentence = sentence[1:] + next_char
        generated += next_char
    print(generated)

RESULT = {
    "scores": {"loss": history.history["loss"][-1], "letters": float(len(generated) * 3)},
    "shapes": {"x": x.shape, "output": model.output_shape},
}
