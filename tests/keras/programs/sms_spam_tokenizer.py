"""Tokenizer, pad_sequences, Embedding and pooling on text messages.

runs on: Keras 3
reaches: accuracy >= 0.95, recall >= 0.75
agrees: accuracy 0.03, recall 0.15
"""

import os

import numpy as np
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Dense, Dropout, Embedding, GlobalAveragePooling1D
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer

texts, labels = [], []
with open(
    os.path.join(os.environ["PELLUCID_DATA"], "text", "sms-spam", "SMSSpamCollection"),
    encoding="utf8",
) as f:
    for line in f:
        label, text = line.rstrip("\n").split("\t", 1)
        texts.append(text)
        labels.append(int(label == "spam"))
labels = np.array(labels)
training_sentences, testing_sentences, y_train, y_test = train_test_split(
    texts, labels, random_state=0
)

vocab_size, embedding_dim, max_length = 2000, 16, 50
tokenizer = Tokenizer(num_words=vocab_size, oov_token="<OOV>")
tokenizer.fit_on_texts(training_sentences)
word_index = tokenizer.word_index
print(len(word_index), "words; free is", word_index["free"])
padded = pad_sequences(
    tokenizer.texts_to_sequences(training_sentences),
    maxlen=max_length,
    padding="post",
    truncating="post",
)
testing_padded = pad_sequences(
    tokenizer.texts_to_sequences(testing_sentences),
    maxlen=max_length,
    padding="post",
    truncating="post",
)

model = Sequential(
    [
        Embedding(vocab_size, embedding_dim),
        GlobalAveragePooling1D(),
        Dense(24, activation="relu"),
        Dropout(0.2),
        Dense(1, activation="sigmoid"),
    ]
)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(padded, y_train, epochs=12, validation_data=(testing_padded, y_test), verbose=2)
loss, accuracy = model.evaluate(testing_padded, y_test, verbose=0)
found = model.predict(testing_padded)[:, 0] > 0.5
new = pad_sequences(
    tokenizer.texts_to_sequences(["free prize, call now to win", "see you at home"]),
    maxlen=max_length,
)

RESULT = {
    "scores": {"accuracy": accuracy, "recall": float(found[y_test == 1].mean())},
    "shapes": {
        "padded": padded.shape,
        "new": model.predict(new).shape,
        "words": len(word_index),
        "first": padded[0, :6].tolist(),
    },
    "history": sorted(history.history),
}
