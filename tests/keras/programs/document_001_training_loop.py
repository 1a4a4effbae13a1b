"""Document 001, "Tensorflow + Keras": the training loop as it stands; `loss`, which it never names, added.

runs on: TensorFlow
reaches: last <= 1.5, fell <= 0.1
agrees: fell 0.06
document: 001, lines 389-434
"""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, Model

np.random.seed(0)


class SimpleMLP(Model):
    def __init__(self):
        super(SimpleMLP, self).__init__()
        self.fc1 = layers.Dense(20, activation='relu')
        self.fc2 = layers.Dense(10, activation='relu')
        self.fc3 = layers.Dense(1)

    def call(self, inputs):
        x = self.fc1(inputs)
        x = self.fc2(x)
        return self.fc3(x)


# Generate some simple data
X = np.random.randn(100, 2).astype(np.float32)  # 100 samples, 2 features
y = (2 * X[:, 0]**3 + 0.5 * X[:, 1]**2 + np.random.randn(100) * 0.5).astype(np.float32)
y = y.reshape(-1, 1)  # Reshape y to (100, 1)

# Create a Dataset for batching
batch_size = 32
dataset = tf.data.Dataset.from_tensor_slices((X, y)).batch(batch_size)

# Instantiate the model
model = SimpleMLP()  # A simple model that is assumed to be defined before

# Define a loss function and optimizer
loss_fn = tf.keras.losses.MeanSquaredError()  # Mean Squared Error Loss
optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)  # Stochastic Gradient Descent

# Training loop
epochs = 1000
epoch_losses = []  # List to store average loss at each epoch

for epoch in range(epochs):
    epoch_loss = 0.0  # Accumulate loss for this epoch
    for batch_X, batch_y in dataset:
        # Forward pass
        with tf.GradientTape() as tape:
            predictions = model(batch_X)  # Compute the model's predictions
            batch_loss = loss_fn(batch_y, predictions)  # Compare predictions to true values
            loss = batch_loss

        # Backward pass and optimization
        gradients = tape.gradient(loss, model.trainable_variables)  # Backward pass
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))  # Update parameters

        # Accumulate weighted loss for the batch
        epoch_loss += batch_loss.numpy() * len(batch_X)

    epoch_loss /= len(X)  # Normalize by dataset size to get average epoch loss
    epoch_losses.append(epoch_loss)  # Store the epoch's total loss

    # Print loss every 10 epochs
    if (epoch + 1) % 100 == 0:
        print(f"Epoch {epoch + 1:>4}/{epochs}, Loss: {epoch_loss:.4f}")

RESULT = {
    "scores": {"last": float(epoch_losses[-1]), "fell": float(epoch_losses[-1] / epoch_losses[0])},
    "shapes": {"losses": len(epoch_losses), "batch": tuple(batch_X.shape)},
}
