"""TextVectorization adapted on a tf.data set of strings, inside an end-to-end model.

runs on: TensorFlow
reaches: accuracy >= 0.95
agrees: accuracy 0.03
"""

import os

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

with open(
    os.path.join(os.environ["PELLUCID_DATA"], "text", "sms-spam", "SMSSpamCollection"),
    encoding="utf8",
) as f:
    rows = [line.rstrip("\n").split("\t", 1) for line in f]
texts = np.array([row[1] for row in rows])
labels = np.array([row[0] == "spam" for row in rows]).astype("int32")

dataset = tf.data.Dataset.from_tensor_slices((texts, labels))
train_ds, val_ds = dataset.take(4500).shuffle(4500, seed=1).batch(64), dataset.skip(4500).batch(64)
vectorize_layer = layers.TextVectorization(
    max_tokens=3000, output_mode="int", output_sequence_length=40
)
vectorize_layer.adapt(train_ds.map(lambda text, label: text))
print(vectorize_layer.get_vocabulary()[:10])
AUTOTUNE = tf.data.AUTOTUNE
train_int = (
    train_ds.map(lambda x, y: (vectorize_layer(x), y)).cache().prefetch(buffer_size=AUTOTUNE)
)
val_int = val_ds.map(lambda x, y: (vectorize_layer(x), y)).cache().prefetch(buffer_size=AUTOTUNE)

model = tf.keras.Sequential(
    [
        layers.Embedding(3000, 16),
        layers.GlobalAveragePooling1D(),
        layers.Dropout(0.2),
        layers.Dense(1),
    ]
)
model.compile(
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    optimizer=tf.keras.optimizers.Adam(0.005),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0)],
)
history = model.fit(train_int, validation_data=val_int, epochs=6, verbose=2)
loss, accuracy = model.evaluate(val_int, verbose=0)

export_model = tf.keras.Sequential([vectorize_layer, model, layers.Activation("sigmoid")])
examples = tf.constant(["You have won a free prize, call now", "Are you coming home for dinner?"])
chances = export_model.predict(examples)

RESULT = {
    "scores": {"accuracy": accuracy, "order": float(chances[0, 0] > chances[1, 0])},
    "shapes": {"chances": chances.shape, "vocabulary": vectorize_layer.get_vocabulary()[:4]},
    "history": sorted(history.history),
}
