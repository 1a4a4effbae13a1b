"""train_step with compute_loss and the compiled metrics; sample weights; clipped gradients.

runs on: TensorFlow
reaches: accuracy >= 0.83
agrees: accuracy 0.06
"""

import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow import keras

X, y = load_digits(return_X_y=True)
X = (X / 16).astype("float32")


class ClippedModel(keras.Model):
    def train_step(self, data):
        if len(data) == 3:
            x, y, sample_weight = data
        else:
            sample_weight = None
            x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred, sample_weight=sample_weight)
        gradients = tape.gradient(loss, self.trainable_variables)
        gradients = [tf.clip_by_norm(g, 1.0) for g in gradients]
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred, sample_weight=sample_weight)
        return {m.name: m.result() for m in self.metrics}


inputs = keras.Input(shape=(64,))
x = keras.layers.Dense(48, activation="relu")(inputs)
outputs = keras.layers.Dense(10, activation="softmax")(x)
model = ClippedModel(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
weights = tf.ones(1400).numpy()
history = model.fit(X[:1400], y[:1400], sample_weight=weights, epochs=12, batch_size=32, verbose=0)
loss, accuracy = model.evaluate(X[1400:], y[1400:], verbose=0)

RESULT = {
    "scores": {"accuracy": accuracy},
    "shapes": {"output": model.output_shape},
    "history": sorted(history.history),
}
