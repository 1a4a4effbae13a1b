"""The functional guide's toy ResNet: additions of earlier outputs, a summary, a picture of the model.

runs on: Keras 3
reaches: accuracy >= 0.6
agrees: accuracy 0.15
"""

import keras
from keras import layers
from sklearn.datasets import load_digits

digits = load_digits()
x, y = (
    (digits.images / 16).astype("float32")[..., None],
    keras.utils.to_categorical(digits.target, 10),
)

inputs = keras.Input(shape=(8, 8, 1), name="img")
h = layers.Conv2D(16, 3, activation="relu", padding="same")(inputs)
h = layers.Conv2D(16, 3, activation="relu", padding="same")(h)
block_1_output = layers.MaxPooling2D(2)(h)
h = layers.Conv2D(16, 3, activation="relu", padding="same")(block_1_output)
h = layers.Conv2D(16, 3, activation="relu", padding="same")(h)
block_2_output = layers.add([h, block_1_output])
h = layers.Conv2D(16, 3, activation="relu", padding="same")(block_2_output)
block_3_output = layers.Add()([h, block_2_output])
h = layers.Conv2D(16, 3, activation="relu")(block_3_output)
h = layers.GlobalAveragePooling2D()(h)
h = layers.Dense(64, activation="relu")(h)
h = layers.Dropout(0.2)(h)
outputs = layers.Dense(10)(h)
model = keras.Model(inputs, outputs, name="toy_resnet")
model.summary()
try:
    keras.utils.plot_model(model, "my_first_model.png", show_shapes=True)
except ImportError:
    print("no Graphviz here")
model.compile(
    optimizer=keras.optimizers.RMSprop(1e-3),
    loss=keras.losses.CategoricalCrossentropy(from_logits=True),
    metrics=["acc"],
)
history = model.fit(x[:1500], y[:1500], batch_size=64, epochs=20, validation_split=0.1, verbose=0)
loss, accuracy = model.evaluate(x[1500:], y[1500:], verbose=0)

RESULT = {
    "scores": {"accuracy": accuracy},
    "shapes": {
        "blocks": [block_1_output.shape, block_3_output.shape],
        "layers": len(model.layers),
        "parameters": model.count_params(),
    },
    "history": sorted(history.history),
}
