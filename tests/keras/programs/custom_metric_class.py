"""A Metric subclass with add_weight, update_state, result and reset_state, and a stateful use by hand.

runs on: Keras 3
reaches: f1 >= 0.93, difference <= 0.001, streamed <= 0.0001, empty <= 0
agrees: f1 0.05
"""

import keras
from keras import ops
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X).astype("float32")
y = y.astype("float32").reshape(-1, 1)


class F1Score(keras.metrics.Metric):
    def __init__(self, threshold=0.5, name="f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.threshold = threshold
        self.tp = self.add_weight(name="tp", initializer="zeros")
        self.fp = self.add_weight(name="fp", initializer="zeros")
        self.fn = self.add_weight(name="fn", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_true = ops.cast(y_true, "float32")
        y_pred = ops.cast(y_pred > self.threshold, "float32")
        self.tp.assign_add(ops.sum(y_true * y_pred))
        self.fp.assign_add(ops.sum((1 - y_true) * y_pred))
        self.fn.assign_add(ops.sum(y_true * (1 - y_pred)))

    def result(self):
        precision = self.tp / (self.tp + self.fp + 1e-7)
        recall = self.tp / (self.tp + self.fn + 1e-7)
        return 2 * precision * recall / (precision + recall + 1e-7)

    def reset_state(self):
        for variable in (self.tp, self.fp, self.fn):
            variable.assign(0.0)


model = keras.Sequential(
    [keras.Input((30,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1, "sigmoid")]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=[F1Score()]
)
history = model.fit(
    X[:400], y[:400], epochs=15, batch_size=32, validation_data=(X[400:], y[400:]), verbose=0
)
loss, f1 = model.evaluate(X[400:], y[400:], batch_size=10, verbose=0)
predicted = model.predict(X[400:], verbose=0)

metric = F1Score()
for start in range(0, 160, 40):
    metric.update_state(y[400 + start : 440 + start], predicted[start : start + 40])
streamed = float(metric.result())
metric.reset_state()

RESULT = {
    "scores": {
        "f1": f1,
        "difference": abs(f1 - f1_score(y[400:], predicted > 0.5)),
        "streamed": abs(streamed - f1_score(y[400:560], predicted[:160] > 0.5)),
        "empty": float(metric.result()),
    },
    "shapes": {"predicted": predicted.shape, "variables": len(metric.variables)},
    "history": sorted(history.history),
}
