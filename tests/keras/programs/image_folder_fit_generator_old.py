"""Two classes of photos in folders: flow_from_directory, fit_generator, evaluate_generator, save_weights to .h5.

runs on: old Keras (fit_generator, samples counted in steps, save_weights("first_try.h5"), acc)
reaches: accuracy >= 0.6, by hand <= 0.001
"""

import os
import shutil

import numpy as np
from keras import backend as K, optimizers
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator

source = os.path.join(os.environ["PELLUCID_DATA"], "malaria-cells-subset")
for part, count in (("train", 100), ("test", 40)):
    for name in ("Parasitized", "Uninfected"):
        target = os.path.join("data", part, name)
        os.makedirs(target)
        for file in sorted(os.listdir(os.path.join(source, part, name)))[:count]:
            shutil.copyfile(os.path.join(source, part, name, file), os.path.join(target, file))

img_width, img_height = 32, 32
batch_size = 20
if K.image_data_format() == "channels_first":
    input_shape = (3, img_width, img_height)
else:
    input_shape = (img_width, img_height, 3)
model = Sequential()
model.add(Conv2D(16, (3, 3), input_shape=input_shape))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(16, (3, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(32))
model.add(Activation("relu"))
model.add(Dropout(0.3))
model.add(Dense(1))
model.add(Activation("sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=optimizers.Adam(lr=2e-3), metrics=["acc"])

train_datagen = ImageDataGenerator(
    rescale=1.0 / 255, shear_range=0.1, zoom_range=0.1, horizontal_flip=True
)
test_datagen = ImageDataGenerator(rescale=1.0 / 255)
train_generator = train_datagen.flow_from_directory(
    "data/train", target_size=(img_width, img_height), batch_size=batch_size, class_mode="binary"
)
validation_generator = test_datagen.flow_from_directory(
    "data/test",
    target_size=(img_width, img_height),
    batch_size=batch_size,
    class_mode="binary",
    shuffle=False,
)
print(train_generator.class_indices)
history = model.fit_generator(
    train_generator,
    steps_per_epoch=train_generator.samples // batch_size,
    epochs=15,
    validation_data=validation_generator,
    validation_steps=validation_generator.samples // batch_size,
)
model.save_weights("first_try.h5")
loss, acc = model.evaluate_generator(validation_generator, steps=4)
predicted = model.predict_generator(validation_generator, steps=4)
by_hand = float(np.mean((predicted[:, 0] > 0.5) == validation_generator.classes))

RESULT = {
    "scores": {"accuracy": max(history.history["val_acc"]), "by hand": abs(by_hand - acc)},
    "shapes": {
        "predicted": predicted.shape,
        "classes": train_generator.class_indices,
        "saved": os.path.exists("first_try.h5"),
    },
}
