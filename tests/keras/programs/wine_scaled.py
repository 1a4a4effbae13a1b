"""MLP on the wine table, scaled, with integer labels and dropout.

runs on: Keras 3
reaches: accuracy >= 0.92
agrees: accuracy 0.08
"""

from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras
from tensorflow.keras import layers

data = load_wine()
X_train, X_test, y_train, y_test = train_test_split(
    data.data, data.target, random_state=42, stratify=data.target
)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)

model = keras.Sequential(
    [
        layers.Dense(32, activation="relu", input_shape=(X_train.shape[1],)),
        layers.Dropout(0.2),
        layers.Dense(16, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    X_train, y_train, epochs=30, batch_size=16, validation_data=(X_test, y_test), verbose=2
)
scores = model.evaluate(X_test, y_test)
print(f"{model.metrics_names[1]}: {scores[1]:.3f}")

RESULT = {
    "scores": {"accuracy": scores[1]},
    "shapes": {
        "output": model.output_shape,
        "first kernel": model.layers[0].get_weights()[0].shape,
    },
    "history": sorted(history.history),
    "epochs": len(history.history["loss"]),
}
