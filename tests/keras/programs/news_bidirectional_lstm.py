"""Four kinds of news by a bidirectional LSTM over masked embeddings.

runs on: Keras 3
reaches: accuracy >= 0.62
agrees: accuracy 0.1
"""

import csv
import os

import numpy as np
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Embedding, SpatialDropout1D
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer
from tensorflow.keras.utils import to_categorical

with open(
    os.path.join(os.environ["PELLUCID_DATA"], "text", "ag-news", "test.csv"), encoding="utf8"
) as f:
    rows = list(csv.reader(f))
rows = [rows[i] for i in np.random.default_rng(4).permutation(len(rows))][:4000]
titles = [row[1] for row in rows]
y = to_categorical([int(row[0]) - 1 for row in rows])

tokenizer = Tokenizer(num_words=4000, lower=True, filters='!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~')
tokenizer.fit_on_texts(titles)
X = pad_sequences(tokenizer.texts_to_sequences(titles), maxlen=14)
X_train, X_test, y_train, y_test = X[:3200], X[3200:], y[:3200], y[3200:]

model = Sequential()
model.add(Embedding(4000, 32, mask_zero=True))
model.add(SpatialDropout1D(0.2))
model.add(Bidirectional(LSTM(16, dropout=0.1)))
model.add(Dense(4, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=6, batch_size=32, validation_split=0.1, verbose=2)
accr = model.evaluate(X_test, y_test)
print(f"Test set\n  Loss: {accr[0]:0.3f}\n  Accuracy: {accr[1]:0.3f}")

RESULT = {
    "scores": {"accuracy": accr[1]},
    "shapes": {
        "X": X.shape,
        "predicted": model.predict(X_test[:5]).shape,
        "parameters": model.count_params(),
    },
    "history": sorted(history.history),
}
