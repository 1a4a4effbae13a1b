"""Two inputs, two outputs of different kinds; losses, weights and targets by name.

runs on: Keras 3
reaches: priority mae <= 0.2, department >= 0.6
agrees: priority mae 0.12, department 0.12
"""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

num_tags, num_words, num_departments, n = 12, 60, 4, 1500
rng = np.random.default_rng(0)
department = rng.integers(0, num_departments, n)
title_data = np.where(
    rng.random((n, 8)) < 0.4,
    department[:, None] * 10 + rng.integers(1, 10, (n, 8)),
    rng.integers(40, num_words, (n, 8)),
)
tags_data = rng.integers(2, size=(n, num_tags)).astype("float32")
priority_targets = tags_data[:, :3].mean(axis=1, keepdims=True)
dept_targets = keras.utils.to_categorical(department, num_departments)

title_input = keras.Input(shape=(None,), name="title", dtype="int32")
tags_input = keras.Input(shape=(num_tags,), name="tags")
title_features = layers.Embedding(num_words, 16)(title_input)
title_features = layers.LSTM(16)(title_features)
x = layers.concatenate([title_features, tags_input])
priority_pred = layers.Dense(1, name="priority", activation="sigmoid")(x)
department_pred = layers.Dense(num_departments, name="department")(x)
model = keras.Model(
    inputs=[title_input, tags_input],
    outputs={"priority": priority_pred, "department": department_pred},
)
model.compile(
    optimizer=keras.optimizers.RMSprop(5e-3),
    loss={
        "priority": keras.losses.BinaryCrossentropy(),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    metrics={"priority": ["mae"], "department": ["accuracy"]},
    loss_weights={"priority": 1.0, "department": 0.5},
)
history = model.fit(
    {"title": title_data[:1200], "tags": tags_data[:1200]},
    {"priority": priority_targets[:1200], "department": dept_targets[:1200]},
    epochs=10,
    batch_size=32,
    verbose=0,
)
predicted = model.predict({"title": title_data[1200:], "tags": tags_data[1200:]})

RESULT = {
    "scores": {
        "priority mae": float(np.abs(predicted["priority"] - priority_targets[1200:]).mean()),
        "department": float(np.mean(predicted["department"].argmax(axis=1) == department[1200:])),
        "kept": float(abs(history.history["priority_mae"][-1]) < 0.3),
    },
    "shapes": {key: value.shape for key, value in sorted(predicted.items())},
    "history": sorted(history.history),
}
