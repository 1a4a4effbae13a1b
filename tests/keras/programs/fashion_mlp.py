"""The TensorFlow tutorial for beginners: logits, a probability model, integer labels.

runs on: Keras 3
reaches: accuracy >= 0.78
agrees: accuracy 0.05
"""

import numpy as np
from tensorflow import keras

fashion_mnist = keras.datasets.fashion_mnist
(train_images, train_labels), (test_images, test_labels) = fashion_mnist.load_data()
class_names = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
train_images = train_images[:5000] / 255.0
test_images = test_images[:1000] / 255.0
train_labels, test_labels = train_labels[:5000], test_labels[:1000]

model = keras.Sequential(
    [
        keras.layers.Flatten(input_shape=(28, 28)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10),
    ]
)
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(train_images, train_labels, epochs=8)
test_loss, test_acc = model.evaluate(test_images, test_labels, verbose=2)
probability_model = keras.Sequential([model, keras.layers.Softmax()])
predictions = probability_model.predict(test_images)
img = np.expand_dims(test_images[1], 0)
print(class_names[np.argmax(probability_model.predict(img)[0])])

RESULT = {
    "scores": {
        "accuracy": test_acc,
        "argmax": float(np.mean(predictions.argmax(axis=1) == test_labels)),
        "sum": float(np.abs(predictions.sum(axis=1) - 1).max()),
    },
    "shapes": {"predictions": predictions.shape},
    "history": sorted(history.history),
}
