"""A Model whose train_step and test_step are written with a tape and own metric trackers.

runs on: TensorFlow
reaches: mae <= 0.05, fell <= 0.05
agrees: mae 0.04
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

loss_tracker = keras.metrics.Mean(name="loss")
mae_metric = keras.metrics.MeanAbsoluteError(name="mae")


class CustomModel(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = tf.reduce_mean(tf.square(y - y_pred))
        trainable_vars = self.trainable_variables
        gradients = tape.gradient(loss, trainable_vars)
        self.optimizer.apply_gradients(zip(gradients, trainable_vars))
        loss_tracker.update_state(loss)
        mae_metric.update_state(y, y_pred)
        return {"loss": loss_tracker.result(), "mae": mae_metric.result()}

    def test_step(self, data):
        x, y = data
        y_pred = self(x, training=False)
        loss_tracker.update_state(tf.reduce_mean(tf.square(y - y_pred)))
        mae_metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}

    @property
    def metrics(self):
        return [loss_tracker, mae_metric]


rng = np.random.default_rng(0)
x = rng.normal(size=(1000, 32)).astype("float32")
y = (x @ rng.normal(size=(32, 1)) / 3).astype("float32")
inputs = keras.Input(shape=(32,))
outputs = keras.layers.Dense(1)(inputs)
model = CustomModel(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.01))
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)
result = model.evaluate(x, y, verbose=0, return_dict=True)

RESULT = {
    "scores": {
        "mae": float(result["mae"]),
        "fell": history.history["loss"][-1] / history.history["loss"][0],
    },
    "shapes": {"output": model.output_shape, "result": sorted(result)},
    "history": sorted(history.history),
}
