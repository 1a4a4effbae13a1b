# %% [markdown]
# # One training, three loops
#
# Training is a loop: predict, compare, go backwards, step. This lesson writes the same training
# three times in Pellucid,
#
# - (a) `model.fit`, where the loop is inside,
# - (b) a loop in Python, every line visible,
# - (c) the same loop inside a compiled program,
#
# beside the loops that one writes in PyTorch and in TensorFlow, and then checks that all of them
# compute the same numbers.
#
# ## The data and the model
#
# A hundred rows with two features, $y = 2 x_1^3 + \frac{1}{2} x_2^2 + \text{noise}$, and a fully
# connected network with two hidden layers.

# %%
import os
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import pellucid
from pellucid import layers, losses, optimizers

try:
    import torch
except ImportError:
    torch = None

# The loops of other frameworks, which the text below shows, are no code that was commented out:
# ruff: noqa: ERA001

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 2)).astype(np.float32)  # 100 samples, 2 features
y = (2 * X[:, 0] ** 3 + 0.5 * X[:, 1] ** 2 + rng.normal(size=100) * 0.5).astype(np.float32)
y = y.reshape(-1, 1)  # Reshape y to (100, 1)

# %% [markdown]
# The model in three languages. PyTorch:
#
# ```text
# class SimpleMLP(nn.Module):
#     def __init__(self):
#         super(SimpleMLP, self).__init__()
#         self.fc1 = nn.Linear(2, 20)   # Input layer to 1st hidden layer
#         self.fc2 = nn.Linear(20, 10)  # 1st hidden layer to 2nd hidden layer
#         self.fc3 = nn.Linear(10, 1)   # 2nd hidden layer to output layer
#
#     def forward(self, x):
#         x = torch.relu(self.fc1(x))   # ReLU activation after first layer
#         x = torch.relu(self.fc2(x))   # ReLU activation after second layer
#         x = self.fc3(x)               # Output layer (no activation for regression tasks)
#         return x
# ```
#
# TensorFlow and Keras:
#
# ```text
# class SimpleMLP(Model):
#     def __init__(self):
#         super(SimpleMLP, self).__init__()
#         self.fc1 = layers.Dense(20, activation='relu')  # Input layer to 1st hidden layer
#         self.fc2 = layers.Dense(10, activation='relu')  # 1st hidden layer to 2nd hidden layer
#         self.fc3 = layers.Dense(1)  # 2nd hidden layer to output layer (no activation for regression)
#
#     def call(self, inputs):
#         x = self.fc1(inputs)
#         x = self.fc2(x)
#         return self.fc3(x)
# ```
#
# Pellucid:


# %%
class SimpleMLP(pellucid.Model):
    def __init__(self):
        super().__init__()
        self.fc1 = layers.Dense(20, activation="relu")  # Input layer to 1st hidden layer
        self.fc2 = layers.Dense(10, activation="relu")  # 1st hidden layer to 2nd hidden layer
        self.fc3 = layers.Dense(1)  # 2nd hidden layer to output layer (no activation)

    def call(self, inputs):
        x = self.fc1(inputs)
        x = self.fc2(x)
        return self.fc3(x)


# %% [markdown]
# ## (a) `fit`
#
# All of it in two lines. The whole training, a thousand epochs of four steps, is one compiled
# program. To compare the three loops number by number, none of them shuffles in this lesson.

# %%
batch_size, epochs = 32, 1000

model = SimpleMLP()
model.compile(optimizer=optimizers.SGD(learning_rate=0.01), loss=losses.MeanSquaredError())
began = time.perf_counter()
history = model.fit(X, y, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0)
seconds = {"(a) fit": time.perf_counter() - began}
fit_losses = np.array(history.history["loss"])
print(f"(a) Loss: {fit_losses[-1]:.4f}, {seconds['(a) fit']:.2f} s with compilation")

# %% [markdown]
# ## (b) The loop in Python
#
# PyTorch's loop:
#
# ```text
# model = SimpleMLP()
# criterion = nn.MSELoss()
# optimizer = optim.SGD(model.parameters(), lr=0.01)
#
# for epoch in range(epochs):
#     epoch_loss = 0.0
#     for batch_X, batch_y in dataloader:
#         # Forward pass
#         predictions = model(batch_X)
#         batch_loss = criterion(predictions, batch_y)
#
#         # Backward pass and optimization
#         optimizer.zero_grad()
#         batch_loss.backward()
#         optimizer.step()
#
#         epoch_loss += batch_loss.item() * batch_X.size(0)
#     epoch_loss /= len(dataloader.dataset)
# ```
#
# TensorFlow's, with the tape that remembers the forward pass (one often reads
# `tape.gradient(loss, ...)`; the name must be that of the batch's loss):
#
# ```text
# model = SimpleMLP()
# loss_fn = tf.keras.losses.MeanSquaredError()
# optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)
#
# for epoch in range(epochs):
#     epoch_loss = 0.0
#     for batch_X, batch_y in dataset:
#         # Forward pass
#         with tf.GradientTape() as tape:
#             predictions = model(batch_X)
#             batch_loss = loss_fn(batch_y, predictions)
#
#         # Backward pass and optimization
#         gradients = tape.gradient(batch_loss, model.trainable_variables)
#         optimizer.apply_gradients(zip(gradients, model.trainable_variables))
#
#         epoch_loss += batch_loss.numpy() * len(batch_X)
#     epoch_loss /= len(X)
# ```
#
# In Pellucid the weights are not hidden in the model but stand in a dictionary, `params`, by path
# (`"fc1/kernel"`). `pellucid.apply` computes the outputs from model *and* weights;
# `jax.value_and_grad` turns a function of the weights into one that gives its value and all
# derivatives. No tape, no `zero_grad`: nothing is remembered, so nothing has to be forgotten.

# %%
model = SimpleMLP()
params, state = pellucid.init(model, seed=0, inputs=X)
loss_fn = losses.MeanSquaredError()  # Mean Squared Error Loss
optimizer = optimizers.SGD(learning_rate=0.01)  # Stochastic Gradient Descent
memory, hyper = optimizer.start(params), optimizer.hyper()


def forward(params, batch_X, batch_y):
    predictions, _ = pellucid.apply(model, params, state, batch_X)  # Compute the predictions
    return loss_fn(batch_y, predictions)  # Compare predictions to true values


@jax.jit
def update(params, memory, step, batch_X, batch_y):
    # Forward and backward pass
    batch_loss, gradients = jax.value_and_grad(forward)(params, batch_X, batch_y)
    # Update parameters
    params, memory = optimizer.apply(gradients, memory, params, hyper, step)
    return params, memory, batch_loss


print({path: weight.shape for path, weight in params.items()})
epoch_losses = []  # List to store average loss at each epoch
step = 0
began = time.perf_counter()
for epoch in range(epochs):
    epoch_loss = 0.0  # Accumulate loss for this epoch
    for start in range(0, len(X), batch_size):
        batch_X, batch_y = X[start : start + batch_size], y[start : start + batch_size]
        params, memory, batch_loss = update(params, memory, step, batch_X, batch_y)
        step += 1

        # Accumulate weighted loss for the batch
        epoch_loss += float(batch_loss) * len(batch_X)

    epoch_loss /= len(X)  # Normalise by data set size to get average epoch loss
    epoch_losses.append(epoch_loss)  # Store the epoch's total loss

    # Print loss every 100 epochs
    if (epoch + 1) % 100 == 0:
        print(f"Epoch {epoch + 1:>4}/{epochs}, Loss: {epoch_loss:.4f}")
seconds["(b) Python loop"] = time.perf_counter() - began

# %% [markdown]
# The last batch holds 4 rows, not 32; the average over the epoch counts each batch by its rows.
# `@jax.jit` compiles the step, once for 32 rows and once for 4. Without that line the loop computes
# the same, many times slower.
#
# ## (c) The loop in the program
#
# In (b) Python starts each of the 4,000 steps by itself, and starting costs more than computing.
# `jax.lax.scan` is a loop that is compiled too: it carries `(params, memory, step)` from turn to
# turn, and collects the losses. The body is (b)'s, word for word.

# %%
full = len(X) // batch_size * batch_size
batches = X[:full].reshape(-1, batch_size, 2), y[:full].reshape(-1, batch_size, 1)
last_batch = X[full:], y[full:]


def train_batch(carry, batch):
    params, memory, step = carry
    batch_X, batch_y = batch
    batch_loss, gradients = jax.value_and_grad(forward)(params, batch_X, batch_y)
    params, memory = optimizer.apply(gradients, memory, params, hyper, step)
    return (params, memory, step + 1), batch_loss * len(batch_X)


def train_epoch(carry, _):
    carry, weighted = jax.lax.scan(train_batch, carry, batches)
    carry, last = train_batch(carry, last_batch)
    return carry, (weighted.sum() + last) / len(X)


@jax.jit
def train(params):
    start = params, optimizer.start(params), jnp.int32(0)
    (params, _, _), losses_of_epochs = jax.lax.scan(train_epoch, start, length=epochs)
    return params, losses_of_epochs


first_params, _ = pellucid.init(model, seed=0)
began = time.perf_counter()
scanned_params, scanned_losses = jax.block_until_ready(train(first_params))
seconds["(c) compiled loop"] = time.perf_counter() - began
began = time.perf_counter()
jax.block_until_ready(train(first_params))
again = time.perf_counter() - began
print(f"(c) Loss: {scanned_losses[-1]:.4f}, {seconds['(c) compiled loop']:.2f} s with compilation")
print(f"    once more: {again:.3f} s, for {epochs:,} epochs of 4 steps")

# %% [markdown]
# `fit` is (c) with everything that a real training wants besides: shuffling, validation, early
# stopping, progress, metrics, Ctrl-C.
#
# ## The same numbers
#
# If PyTorch is installed, it gets our starting weights. (Its `Linear` keeps the kernel the other
# way round, outputs first.)

# %%
torch_losses = None
if torch is not None:
    torch.set_num_threads(1)
    linears = [torch.nn.Linear(2, 20), torch.nn.Linear(20, 10), torch.nn.Linear(10, 1)]
    for name, linear in zip(("fc1", "fc2", "fc3"), linears, strict=True):
        linear.weight.data = torch.tensor(np.array(first_params[f"{name}/kernel"].T))
        linear.bias.data = torch.tensor(np.array(first_params[f"{name}/bias"]))
    relu = torch.nn.ReLU()
    torch_model = torch.nn.Sequential(linears[0], relu, linears[1], relu, linears[2])
    criterion = torch.nn.MSELoss()
    torch_optimizer = torch.optim.SGD(torch_model.parameters(), lr=0.01)
    torch_X, torch_y = torch.tensor(X), torch.tensor(y)
    torch_losses = []
    began = time.perf_counter()
    for _ in range(epochs):
        epoch_loss = 0.0
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            batch_X, batch_y = torch_X[rows], torch_y[rows]
            batch_loss = criterion(torch_model(batch_X), batch_y)
            torch_optimizer.zero_grad()
            batch_loss.backward()
            torch_optimizer.step()
            epoch_loss += batch_loss.item() * batch_X.size(0)
        torch_losses.append(epoch_loss / len(X))
    seconds["PyTorch's loop"] = time.perf_counter() - began
else:
    print("PyTorch is not installed; the comparison with it is left out.")

print("loss of epoch        1        10       100      1000")
curves = {"(a)": fit_losses, "(b)": epoch_losses, "(c)": scanned_losses, "PyTorch": torch_losses}
for name, values in curves.items():
    if values is not None:
        shown = [float(values[epoch - 1]) for epoch in (1, 10, 100, 1000)]
        print(f"{name:>13} " + " ".join(f"{value:>9.5f}" for value in shown))
for name, value in seconds.items():
    print(f"{name:<18} {value:6.2f} s")

figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.4), layout="constrained")
left.semilogy(fit_losses, lw=6, alpha=0.35, label="(a) fit")
left.semilogy(epoch_losses, lw=2.5, ls="--", label="(b) loop in Python")
left.semilogy(scanned_losses, lw=1, color="k", label="(c) loop in the program")
left.set(xlabel="epoch", ylabel="mean squared error", title="Three loops, one curve")
left.legend(frameon=False)
right.barh(list(seconds), list(seconds.values()), color="C0")
right.bar_label(right.containers[0], fmt="%.2f s", padding=3)
right.margins(x=0.18)
right.invert_yaxis()
right.set(xlabel="seconds, compilation included", title="1,000 epochs")
figure.savefig(PICTURES / "three_loops.png", dpi=120)

# %% [markdown]
# ## What this lesson claims, checked

# %%
assert len(epoch_losses) == len(scanned_losses) == len(fit_losses) == epochs
assert np.allclose(epoch_losses, scanned_losses, rtol=1e-5)
assert np.allclose(fit_losses, scanned_losses, rtol=1e-4)
for path, weight in params.items():
    assert np.allclose(weight, scanned_params[path], atol=1e-5), path
assert scanned_losses[-1] < scanned_losses[0] / 5
if torch_losses is not None:
    difference = np.abs(np.array(torch_losses) - np.array(scanned_losses))
    assert (difference / np.array(scanned_losses)).max() < 1e-4
