"""Sums of numbers as characters: encoder, RepeatVector, decoder, TimeDistributed output.

runs on: Keras 3
reaches: accuracy >= 0.7
agrees: accuracy 0.15
"""

import numpy as np
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential


class CharacterTable:
    def __init__(self, chars):
        self.chars = sorted(set(chars))
        self.char_indices = {c: i for i, c in enumerate(self.chars)}
        self.indices_char = dict(enumerate(self.chars))

    def encode(self, C, num_rows):
        x = np.zeros((num_rows, len(self.chars)))
        for i, c in enumerate(C):
            x[i, self.char_indices[c]] = 1
        return x

    def decode(self, x, calc_argmax=True):
        if calc_argmax:
            x = x.argmax(axis=-1)
        return "".join(self.indices_char[i] for i in x)


DIGITS, MAXLEN = 1, 3
ctable = CharacterTable("0123456789+ ")
rng = np.random.default_rng(1)
pairs = rng.integers(0, 10, (2000, 2))
x = np.array([ctable.encode(f"{a}+{b}", MAXLEN) for a, b in pairs])
y = np.array([ctable.encode(f"{a + b:<2d}", DIGITS + 1) for a, b in pairs])

model = Sequential()
model.add(layers.LSTM(48, input_shape=(MAXLEN, len(ctable.chars))))
model.add(layers.RepeatVector(DIGITS + 1))
model.add(layers.LSTM(48, return_sequences=True))
model.add(layers.TimeDistributed(layers.Dense(len(ctable.chars), activation="softmax")))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(
    x[:1600], y[:1600], batch_size=32, epochs=15, validation_data=(x[1600:], y[1600:]), verbose=0
)
for ind in range(3):
    guess = ctable.decode(model.predict(x[[ind]], verbose=0)[0])
    print(ctable.decode(x[ind]), "=", guess, "(", ctable.decode(y[ind]), ")")

RESULT = {
    "scores": {"accuracy": history.history["val_accuracy"][-1]},
    "shapes": {"x": x.shape, "output": model.output_shape, "guess": len(guess)},
    "history": sorted(history.history),
}
