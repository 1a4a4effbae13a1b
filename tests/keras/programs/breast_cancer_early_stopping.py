"""Binary classification with early stopping and metric objects.

runs on: Keras 3
reaches: accuracy >= 0.93, auc >= 0.97, recall >= 0.85
agrees: accuracy 0.05, auc 0.03
"""

import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
scaler = StandardScaler().fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)

model = keras.Sequential(name="cancer")
model.add(keras.Input(shape=(30,)))
model.add(layers.Dense(30, activation="relu", kernel_initializer="he_normal"))
model.add(layers.Dropout(0.3))
model.add(layers.Dense(15, activation="relu", kernel_initializer="he_uniform"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(
    loss="binary_crossentropy",
    optimizer="adam",
    metrics=[
        "accuracy",
        keras.metrics.AUC(name="auc"),
        keras.metrics.Precision(name="precision"),
        keras.metrics.Recall(name="recall"),
    ],
)
early_stop = keras.callbacks.EarlyStopping(
    monitor="val_loss", mode="min", verbose=1, patience=8, restore_best_weights=True
)
history = model.fit(
    X_train,
    y_train,
    epochs=200,
    batch_size=32,
    validation_split=0.2,
    callbacks=[early_stop],
    verbose=0,
)
results = model.evaluate(X_test, y_test, verbose=0, return_dict=True)
predictions = (model.predict(X_test) > 0.5).astype("int32")
print(classification_report(y_test, predictions))
print(confusion_matrix(y_test, predictions))

RESULT = {
    "scores": {key: results[key] for key in ("accuracy", "auc", "recall")},
    "shapes": {"predictions": predictions.shape},
    "history": sorted(history.history),
    "stopped early": len(history.history["loss"]) < 200,
}
