"""Skip-gram with negative samples: two embeddings and a Dot, on a text of two topics.

runs on: Keras 3
reaches: accuracy >= 0.65, contrast >= 0.7
agrees: accuracy 0.06
"""

import numpy as np
from tensorflow.keras.layers import Activation, Dot, Embedding, Input, Reshape
from tensorflow.keras.models import Model
from tensorflow.keras.preprocessing.sequence import make_sampling_table, skipgrams

rng = np.random.default_rng(3)
vocab_size, vector_dim, window_size = 21, 8, 2
topics = [np.arange(1, 11), np.arange(11, 21)]
corpus = np.concatenate([rng.choice(topics[i % 2], 25) for i in range(60)]).tolist()
couples, labels = skipgrams(corpus, vocab_size, window_size=window_size)
print(len(couples), couples[:3], labels[:3], make_sampling_table(vocab_size).shape)
word_target, word_context = zip(*couples)
word_target = np.array(word_target, dtype="int32")
word_context = np.array(word_context, dtype="int32")

input_target = Input((1,))
input_context = Input((1,))
embedding = Embedding(vocab_size, vector_dim, name="embedding")
contexts = Embedding(vocab_size, vector_dim, name="context")
target = Reshape((vector_dim, 1))(embedding(input_target))
context = Reshape((vector_dim, 1))(contexts(input_context))
dot_product = Dot(axes=1)([target, context])
dot_product = Reshape((1,))(dot_product)
output = Activation("sigmoid")(dot_product)
model = Model(inputs=[input_target, input_context], outputs=output)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
labels = np.array(labels, "float32")
history = model.fit([word_target, word_context], labels, batch_size=32, epochs=10, verbose=0)

vectors = model.get_layer("embedding").get_weights()[0]
vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
alike = vectors @ vectors.T
inside = (alike[1:11, 1:11].sum() - 10 + alike[11:21, 11:21].sum() - 10) / 180
across = alike[1:11, 11:21].mean()

RESULT = {
    "scores": {"accuracy": history.history["accuracy"][-1], "contrast": float(inside - across)},
    "shapes": {
        "vectors": vectors.shape,
        "output": model.output_shape,
        "half": float(np.mean(labels)),
    },
    "history": sorted(history.history),
}
