"""Document 000, "Definitions": the network that stands there three times; the cut-off last line completed.

runs on: Keras 3
reaches: accuracy >= 0.5, training >= 0.85
agrees: accuracy 0.2, training 0.12
document: 000, lines 542-551, 564-573, 588-597
"""

import tensorflow as tf
from tensorflow.keras.datasets import mnist
from tensorflow.keras.layers import Dense, Dropout
from tensorflow.keras.utils import to_categorical

(X_train, y_train), (X_test, y_test) = mnist.load_data()
X_train, X_test = X_train.reshape(-1, 784) / 255, X_test.reshape(-1, 784) / 255
y_train, y_test = to_categorical(y_train), to_categorical(y_test)

model = tf.keras.models.Sequential()
model.add(Dense(28, input_shape=(784,), activation='relu'))
model.add(Dropout(0.5)) # 50 % dropout
model.add(Dense(10, input_shape=(784,), activation='sigmoid'))
# compile the model
opt = tf.keras.optimizers.SGD(learning_rate=0.01, momentum=0.9)
# compile the model
model.compile(optimizer=opt, loss='categorical_crossentropy', metrics=['accuracy'])
# fit the model
res = model.fit(X_train[:100], y_train[:100], epochs=500, batch_size=32, validation_data=(X_test[:100], y_test[:100]), verbose=0)

RESULT = {
    "scores": {"accuracy": res.history["val_accuracy"][-1], "training": res.history["accuracy"][-1]},
    "shapes": {"output": model.output_shape, "epochs": len(res.history["loss"])},
    "history": sorted(res.history),
}
