"""Wide and deep network: two inputs, an auxiliary output, weighted losses.

runs on: Keras 3
reaches: loss <= 0.58, rmse <= 0.75
agrees: loss 0.12
"""

import os

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras

housing = pd.read_csv(
    os.path.join(os.environ["PELLUCID_DATA"], "tabular", "california-housing", "housing.csv")
)
housing = housing.dropna().sample(5000, random_state=1)
y = housing.pop("median_house_value").to_numpy() / 100_000
X = housing.drop(columns="ocean_proximity").to_numpy()
X_train, X_valid, y_train, y_valid = train_test_split(X, y, random_state=42)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_valid = scaler.transform(X_valid)

input_A = keras.layers.Input(shape=[5], name="wide_input")
input_B = keras.layers.Input(shape=[6], name="deep_input")
hidden1 = keras.layers.Dense(30, activation="relu")(input_B)
hidden2 = keras.layers.Dense(30, activation="relu")(hidden1)
concat = keras.layers.concatenate([input_A, hidden2])
output = keras.layers.Dense(1, name="main_output")(concat)
aux_output = keras.layers.Dense(1, name="aux_output")(hidden2)
model = keras.models.Model(inputs=[input_A, input_B], outputs=[output, aux_output])
model.compile(
    loss=["mse", "mse"], loss_weights=[0.9, 0.1], optimizer=keras.optimizers.SGD(learning_rate=0.03)
)

X_train_A, X_train_B = X_train[:, :5], X_train[:, 2:]
X_valid_A, X_valid_B = X_valid[:, :5], X_valid[:, 2:]
history = model.fit(
    [X_train_A, X_train_B],
    [y_train, y_train],
    epochs=30,
    validation_data=([X_valid_A, X_valid_B], [y_valid, y_valid]),
    verbose=2,
)
results = model.evaluate([X_valid_A, X_valid_B], [y_valid, y_valid], verbose=0)
y_pred_main, y_pred_aux = model.predict([X_valid_A, X_valid_B])
rmse = float(np.sqrt(np.mean((y_pred_main[:, 0] - y_valid) ** 2)))

RESULT = {
    "scores": {"loss": results[0], "rmse": rmse},
    "shapes": {"main": y_pred_main.shape, "aux": y_pred_aux.shape, "results": np.shape(results)},
    "history": ["loss" in history.history, "val_loss" in history.history],
}
