"""Inside a trained model: outputs of all layers as one model, get_layer, activations, weights, pop.

runs on: Keras 3
reaches: accuracy >= 0.8, by svm >= 0.85, rebuilt <= 0.00001
agrees: accuracy 0.08, by svm 0.06
"""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits
from sklearn.svm import SVC

digits = load_digits()
x, y = (digits.images / 16).astype("float32")[..., None], digits.target
model = keras.Sequential(name="digits")
model.add(layers.Input(shape=(8, 8, 1)))
model.add(layers.Conv2D(12, 3, activation="relu", name="conv"))
model.add(layers.MaxPooling2D(2, name="pool"))
model.add(layers.Flatten())
model.add(layers.Dense(32, activation="relu", name="features"))
model.add(layers.Dense(10, activation="softmax", name="classes"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1400], y[:1400], epochs=15, batch_size=32, verbose=0)
accuracy = model.evaluate(x[1400:], y[1400:], verbose=0)[1]

layer_outputs = [layer.output for layer in model.layers]
activation_model = keras.Model(inputs=model.inputs, outputs=layer_outputs)
activations = activation_model.predict(x[:4], verbose=0)
extractor = keras.Model(inputs=model.inputs, outputs=model.get_layer("features").output)
train, test = extractor.predict(x[:1400], verbose=0), extractor.predict(x[1400:], verbose=0)
svm = SVC().fit(train, y[:1400])
kernel, bias = model.get_layer(name="classes").get_weights()
logits = test @ kernel + bias
chances = np.exp(logits - logits.max(axis=1, keepdims=True))
chances /= chances.sum(axis=1, keepdims=True)
rebuilt = np.abs(chances - model.predict(x[1400:], verbose=0)).max()
print([layer.name for layer in model.layers], model.input_shape, model.layers[0].output.shape)
model.pop()

RESULT = {
    "scores": {
        "accuracy": accuracy,
        "by svm": svm.score(test, y[1400:]),
        "rebuilt": float(rebuilt),
    },
    "shapes": {
        "activations": [a.shape for a in activations],
        "popped": model.output_shape,
        "left": len(model.layers),
    },
}
