"""A small U-Net: down, up by Conv2DTranspose, skip connections; masks as targets, a dice score.

runs on: Keras 3
reaches: dice >= 0.85, loss <= 0.1
agrees: dice 0.1
"""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(0)
grid_y, grid_x = np.mgrid[:16, :16]
images, masks = [], []
for _ in range(400):
    cy, cx, radius = *rng.uniform(4, 12, 2), rng.uniform(2, 4)
    mask = ((grid_y - cy) ** 2 + (grid_x - cx) ** 2 < radius**2).astype("float32")
    images.append(mask * rng.uniform(0.5, 1) + rng.normal(0, 0.3, (16, 16)))
    masks.append(mask)
images = np.array(images, "float32")[..., None]
masks = np.array(masks, "float32")[..., None]


def dice(y_true, y_pred):
    y_pred = ops.cast(y_pred > 0.5, "float32")
    intersection = ops.sum(y_true * y_pred)
    return 2 * intersection / (ops.sum(y_true) + ops.sum(y_pred) + 1e-6)


def double_conv(x, filters):
    x = layers.Conv2D(
        filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"
    )(x)
    return layers.Conv2D(
        filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"
    )(x)


inputs = layers.Input((16, 16, 1))
c1 = double_conv(inputs, 8)
p1 = layers.MaxPooling2D((2, 2))(c1)
c2 = double_conv(p1, 16)
u1 = layers.Conv2DTranspose(8, (2, 2), strides=(2, 2), padding="same")(c2)
u1 = layers.concatenate([u1, c1], axis=3)
c3 = double_conv(u1, 8)
outputs = layers.Conv2D(1, (1, 1), activation="sigmoid")(c3)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=[dice])
history = model.fit(
    images[:320],
    masks[:320],
    epochs=10,
    batch_size=16,
    validation_data=(images[320:], masks[320:]),
    verbose=0,
)

RESULT = {
    "scores": {"dice": history.history["val_dice"][-1], "loss": history.history["val_loss"][-1]},
    "shapes": {"up": u1.shape, "output": model.output_shape},
    "history": sorted(history.history),
}
