"""Everything imported by stars, as in many notebooks; a callable per layer, an optimizer's full name.

runs on: Keras 3
reaches: accuracy >= 0.82
agrees: accuracy 0.06
"""

from keras.callbacks import *  # noqa: F403
from keras.datasets import mnist
from keras.layers import *  # noqa: F403
from keras.models import *  # noqa: F403
from keras.optimizers import *  # noqa: F403
from keras.utils import *  # noqa: F403

(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train, x_test = x_train[:3000] / 255.0, x_test[:1000] / 255.0
y_train, y_test = to_categorical(y_train[:3000]), to_categorical(y_test[:1000])  # noqa: F405

a = Input(shape=(28, 28))  # noqa: F405
b = Flatten()(a)  # noqa: F405
b = Dense(64)(b)  # noqa: F405
b = LeakyReLU()(b)  # noqa: F405
b = BatchNormalization()(b)  # noqa: F405
c = Dense(10, activation="softmax")(b)  # noqa: F405
model = Model(a, c)  # noqa: F405
model.compile(loss="categorical_crossentropy", optimizer=Adam(), metrics=["accuracy"])  # noqa: F405
stop = EarlyStopping(monitor="val_accuracy", patience=3)  # noqa: F405
history = model.fit(
    x_train, y_train, epochs=6, batch_size=64, validation_data=(x_test, y_test), callbacks=[stop]
)

RESULT = {
    "scores": {"accuracy": max(history.history["val_accuracy"])},
    "shapes": {"output": model.output_shape},
    "history": sorted(history.history),
}
