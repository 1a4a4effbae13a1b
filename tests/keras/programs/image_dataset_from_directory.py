"""A folder of pictures written by the program, read as training and validation parts, cached and prefetched.

runs on: TensorFlow
reaches: accuracy >= 0.88
agrees: accuracy 0.1
"""

import os
import pathlib

import numpy as np
import tensorflow as tf
from PIL import Image
from sklearn.datasets import load_digits
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential

digits = load_digits()
for number, (image, target) in enumerate(zip(digits.images, digits.target)):
    if target < 4:
        folder = os.path.join("pictures", f"digit{target}")
        os.makedirs(folder, exist_ok=True)
        Image.fromarray((image * 15).astype("uint8")).save(os.path.join(folder, f"{number}.png"))
data_dir = pathlib.Path("pictures")
image_count = len(list(data_dir.glob("*/*.png")))
batch_size, img_height, img_width = 32, 16, 16

train_ds = tf.keras.utils.image_dataset_from_directory(
    data_dir,
    validation_split=0.2,
    subset="training",
    seed=123,
    image_size=(img_height, img_width),
    batch_size=batch_size,
)
val_ds = tf.keras.utils.image_dataset_from_directory(
    data_dir,
    validation_split=0.2,
    subset="validation",
    seed=123,
    image_size=(img_height, img_width),
    batch_size=batch_size,
)
class_names = train_ds.class_names
print(class_names)
for image_batch, labels_batch in train_ds:
    print(image_batch.shape, labels_batch.shape)
    break
AUTOTUNE = tf.data.AUTOTUNE
train_ds = train_ds.cache().shuffle(1000).prefetch(buffer_size=AUTOTUNE)
val_ds = val_ds.cache().prefetch(buffer_size=AUTOTUNE)
normalization_layer = layers.Rescaling(1.0 / 255)
normalized_ds = train_ds.map(lambda x, y: (normalization_layer(x), y))
image_batch, _ = next(iter(normalized_ds))
highest = np.max(image_batch[0])

num_classes = len(class_names)
model = Sequential(
    [
        layers.Rescaling(1.0 / 255, input_shape=(img_height, img_width, 3)),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(num_classes),
    ]
)
model.compile(
    optimizer="adam",
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(train_ds, validation_data=val_ds, epochs=8, verbose=0)
img = tf.keras.utils.load_img(
    next(iter(sorted(data_dir.glob("digit2/*")))), target_size=(img_height, img_width)
)
img_array = tf.expand_dims(tf.keras.utils.img_to_array(img), 0)
score = tf.nn.softmax(model.predict(img_array, verbose=0)[0])
print(f"{class_names[np.argmax(score)]} with {100 * np.max(score):.2f} percent")

RESULT = {
    "scores": {"accuracy": history.history["val_accuracy"][-1], "highest": float(highest <= 1)},
    "shapes": {
        "count": image_count,
        "classes": class_names,
        "batch": tuple(labels_batch.shape),
        "score": tuple(score.shape),
    },
    "history": sorted(history.history),
}
