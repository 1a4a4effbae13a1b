"""The text generation tutorial: a subclass of Model with GRU states, ids by tf.data, one-step sampling.

runs on: TensorFlow
reaches: loss <= 2.5, uniform <= 0.1
agrees: loss 0.25
"""

import os

import numpy as np
import tensorflow as tf

path = os.path.join(os.environ["PELLUCID_DATA"], "text", "tinyshakespeare", "input.txt")
text = open(path, "rb").read().decode(encoding="utf-8")[:60000]
vocab = sorted(set(text))
char2idx = {u: i for i, u in enumerate(vocab)}
idx2char = np.array(vocab)
text_as_int = np.array([char2idx[c] for c in text])

seq_length = 40
char_dataset = tf.data.Dataset.from_tensor_slices(text_as_int)
sequences = char_dataset.batch(seq_length + 1, drop_remainder=True)


def split_input_target(sequence):
    input_text = sequence[:-1]
    target_text = sequence[1:]
    return input_text, target_text


dataset = (
    sequences.map(split_input_target)
    .shuffle(1500)
    .batch(32, drop_remainder=True)
    .prefetch(tf.data.AUTOTUNE)
)


class MyModel(tf.keras.Model):
    def __init__(self, vocab_size, embedding_dim, rnn_units):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(vocab_size, embedding_dim)
        self.gru = tf.keras.layers.GRU(rnn_units, return_sequences=True, return_state=True)
        self.dense = tf.keras.layers.Dense(vocab_size)

    def call(self, inputs, states=None, return_state=False, training=False):
        x = self.embedding(inputs, training=training)
        x, states = self.gru(x, initial_state=states, training=training)
        x = self.dense(x, training=training)
        if return_state:
            return x, states
        return x


model = MyModel(vocab_size=len(vocab), embedding_dim=32, rnn_units=64)
for input_example_batch, target_example_batch in dataset.take(1):
    example_batch_predictions = model(input_example_batch)
    print(example_batch_predictions.shape, "# (batch_size, sequence_length, vocab_size)")
sampled = tf.random.categorical(example_batch_predictions[0], num_samples=1)
sampled = tf.squeeze(sampled, axis=-1).numpy()
print("".join(idx2char[sampled])[:20])

loss = tf.losses.SparseCategoricalCrossentropy(from_logits=True)
first = loss(target_example_batch, example_batch_predictions).numpy()
model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss=loss)
history = model.fit(dataset, epochs=3, verbose=2)

states = None
next_char = tf.constant([[char2idx["R"]]])
result = ["R"]
for _ in range(20):
    logits, states = model(next_char, states=states, return_state=True)
    next_id = tf.random.categorical(logits[:, -1, :] / 0.5, num_samples=1)
    next_char = next_id
    result.append(idx2char[int(next_id[0, 0])])
print("".join(result))

RESULT = {
    "scores": {
        "loss": history.history["loss"][-1],
        "uniform": float(abs(first - np.log(len(vocab)))),
    },
    "shapes": {
        "example": tuple(example_batch_predictions.shape),
        "sampled": sampled.shape,
        "states": tuple(states.shape),
        "text": len(result),
    },
    "history": sorted(history.history),
}
