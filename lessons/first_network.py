# %% [markdown]
# # Let's build our first neural network
#
# Eighteen steps lead from a file of pictures to a network that reads handwritten digits: first with
# the small digits of scikit-learn (8 x 8 pixels), then with MNIST (28 x 28 pixels, 60,000
# pictures). The first models see only a hundred pictures, and each step tries one way to make that
# better. The table at the end says what each way was worth.
#
# The code is what one would write for Keras; only the import differs.

# %%
import os
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import pellucid
from pellucid.callbacks import EarlyStopping
from pellucid.core.errors import DataError, PellucidError
from pellucid.layers import BatchNormalization, Dense, Dropout
from pellucid.models import Sequential
from pellucid.optimizers import SGD, Adam

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## 1. Load with `from sklearn.datasets import load_digits`
#
# The pictures are shuffled, and divided at once: 360 for the *test*, which no model sees before it
# is finished; 237 for *validation*, to compare models and to stop in time; the rest to *train*.

# %%
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.target))
images, labels = digits.images[order], digits.target[order]
small = SimpleNamespace(name="digits", x_train=images[:1200], y_train=labels[:1200])
small.x_val, small.y_val = images[1200:1437], labels[1200:1437]
small.x_test, small.y_test = images[1437:], labels[1437:]
print("training", small.x_train.shape, "validation", small.x_val.shape, "test", small.x_test.shape)

# %% [markdown]
# ## 2. Perform quick EDA
#
# *Exploratory data analysis*: what is in the data, before anything is built on them? Kind and range
# of the numbers, anything missing, how many of each class, and whether some columns say nothing.


# %%
def explore(data):
    """Print what one should know about a set of pictures."""
    x, y = data.x_train, data.y_train
    counts = np.bincount(y)
    silent = (x.reshape(len(x), -1).std(0) == 0).sum()
    missing = np.isnan(x.astype(float)).sum()
    print(f"{data.name}: {x.dtype} from {x.min():g} to {x.max():g}, missing: {missing}")
    print(f"  pictures of each digit: {counts.tolist()}")
    print(f"  the most frequent is {counts.max() / counts.sum():.1%} of all")
    print(f"  {silent} of {x[0].size} pixels never change")


explore(small)

# %% [markdown]
# The classes are almost equally frequent, so guessing is right one time in ten, and plain accuracy
# is a fair measure.
#
# ## 3. Plot one example of each different image with `plt.imshow()`


# %%
def show_one_of_each(data):
    """Draw the first picture of each digit."""
    figure, axes = plt.subplots(2, 5, figsize=(7, 3.2), layout="constrained")
    for digit, axis in enumerate(axes.flat):
        axis.imshow(data.x_train[data.y_train == digit][0], cmap="gray_r")
        axis.set(title=str(digit), xticks=[], yticks=[])
    figure.suptitle(f"{data.name}: one of each")
    figure.savefig(PICTURES / f"one_of_each_{data.name}.png", dpi=120)


show_one_of_each(small)

# %% [markdown]
# ## 4. Let's do the same with mnist
#
# `pellucid.datasets.mnist` takes the files from the folder that the environment variable
# `PELLUCID_DATA` names, or downloads them once (11.6 MB). Without either, this lesson goes on with
# the small digits alone, and says so.

# %%
studied = [small]
try:
    (images, labels), (test_images, test_labels) = pellucid.datasets.mnist.load_data()
except DataError as error:
    print("MNIST is not here, the lesson goes on with the small digits:", error)
else:
    large = SimpleNamespace(name="mnist", x_train=images[:58000], y_train=labels[:58000])
    large.x_val, large.y_val = images[58000:], labels[58000:]
    large.x_test, large.y_test = test_images, test_labels
    studied.append(large)
    explore(large)
    show_one_of_each(large)

# %% [markdown]
# ## 5. Let's perform a min-max scaler
#
# $$x' = \frac{x - \min}{\max - \min}$$
#
# brings every pixel between 0 and 1; large inputs would make large gradients. Smallest and largest
# value come from the *training* pictures alone: the test must not leak into the preparation. Each
# picture becomes a row of numbers.


# %%
def min_max(data):
    low, high = float(data.x_train.min()), float(data.x_train.max())
    for part in ("x_train", "x_val", "x_test"):
        pictures = getattr(data, part)
        rows = pictures.reshape(len(pictures), -1).astype("float32")
        setattr(data, part, (rows - low) / (high - low))


for data in studied:
    min_max(data)
    low, high = data.x_train.min(), data.x_train.max()
    print(f"{data.name}: rows of {data.x_train.shape[1]} numbers from {low:g} to {high:g}")

# %% [markdown]
# ## 6. Perform one hot encoding
#
# The digit 3 becomes $(0, 0, 0, 1, 0, 0, 0, 0, 0, 0)$: the probabilities that a perfect network
# would answer. Row $k$ of the unit matrix is just that. (With
# `loss="sparse_categorical_crossentropy"` the labels could stay as they are.)

# %%
for data in studied:
    for part in ("y_train", "y_val", "y_test"):
        setattr(data, part + "_hot", np.eye(10, dtype="float32")[getattr(data, part)])
print(small.y_train[:3], "becomes")
print(small.y_train_hot[:3].astype(int))

# %% [markdown]
# ## 7. Please fill the `input_shape` and the number of nodes in the layer
#
# - `input_shape`: one row, 64 numbers for the small digits and 784 for MNIST.
# - nodes of the last layer: one for each class, 10. The 28 hidden nodes are a choice.
# - last activation: a picture shows exactly one digit, so the ten answers must add up to one: *softmax*.
#   (A sigmoid is sometimes printed here. Each node then answers yes or no by itself, and the loss has to
#   divide by their sum. It trains, but softmax says what is meant.)
#
# A wrong number is noticed before anything is trained, and the message says what to write:

# %%
mistaken = Sequential()
mistaken.add(Dense(28, input_shape=(64,), activation="relu"))
mistaken.add(Dense(9, activation="softmax"))
mistaken.compile(optimizer="sgd", loss="categorical_crossentropy")
refusal = ""
try:
    mistaken.fit(small.x_train[:100], small.y_train_hot[:100], verbose=0)
except PellucidError as error:
    refusal = str(error)
print(refusal)


# %%
def build(data, *extra_layers):
    """Return the network of the lesson, with extra layers before the last one."""
    model = Sequential()
    model.add(Dense(28, input_shape=data.x_train.shape[1:], activation="relu"))
    for layer in extra_layers:
        model.add(layer)
    model.add(Dense(10, activation="softmax"))
    return model


def train(model, data, optimizer, rows=100, epochs=500, batch_size=32, callbacks=None):
    """Compile and fit, measuring on the validation pictures after each epoch."""
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model.fit(
        data.x_train[:rows],
        data.y_train_hot[:rows],
        epochs=epochs,
        batch_size=batch_size,
        validation_data=(data.x_val, data.y_val_hot),
        validation_batch_size=len(data.x_val),
        callbacks=callbacks,
        verbose=0,
    )


table = {}


def note(step, words, model, history, data):
    """Evaluate on the test pictures, and keep the line for the table."""
    loss, accuracy = model.evaluate(data.x_test, data.y_test_hot, batch_size=2000, verbose=0)
    seen = history.history["accuracy"][-1]
    table.setdefault((step, words), {})[data.name] = (accuracy, loss, len(history.epoch))
    print(
        f"{data.name}: training accuracy {seen:.3f}, test accuracy {accuracy:.3f}, loss {loss:.3f}"
    )


models, histories = {}, {}
for data in studied:
    models[data.name] = build(data)
    histories[data.name] = train(models[data.name], data, SGD(learning_rate=0.01, momentum=0.9))

# %% [markdown]
# ## 8. Evaluate the model and check accuracy. What do you think?

# %%
for data in studied:
    note(8, "the first network, 100 pictures", models[data.name], histories[data.name], data)

# %% [markdown]
# Every training picture is read without a mistake, many new ones are not. The network has learned
# its hundred pictures by heart as well as something general: *overfitting*. Measured against
# guessing (0.1) it is still good.
#
# ## 9. Predict for test data and check some results


# %%
def show_mistakes(model, data):
    """Draw ten test pictures that were read wrongly, and say how often which digit was."""
    probabilities = model.predict(data.x_test)
    answers = probabilities.argmax(1)
    wrong = np.flatnonzero(answers != data.y_test)
    side = int(np.sqrt(data.x_test.shape[1]))
    figure, axes = plt.subplots(2, 5, figsize=(7.5, 3.8), layout="constrained")
    for row, axis in zip(wrong, axes.flat, strict=False):
        axis.imshow(data.x_test[row].reshape(side, side), cmap="gray_r")
        sure = probabilities[row, answers[row]]
        axis.set_title(f"{data.y_test[row]}, read as {answers[row]}\n({sure:.0%} sure)", fontsize=9)
        axis.set(xticks=[], yticks=[])
    figure.suptitle(f"{data.name}: {len(wrong)} of {len(answers)} read wrongly, for example")
    figure.savefig(PICTURES / f"mistakes_{data.name}.png", dpi=120)
    missed = [(answers[data.y_test == digit] != digit).mean() for digit in range(10)]
    hardest = int(np.argmax(missed))
    print(f"{data.name}: answers {answers[:10].tolist()}, truth {data.y_test[:10].tolist()}")
    print(f"  hardest digit: {hardest}, {missed[hardest]:.0%} of them read wrongly")
    return probabilities


for data in studied:
    probabilities = show_mistakes(models[data.name], data)

# %% [markdown]
# ## 10. Plot learning curve using `model.fit` results
#
# `fit` returns the history: loss and accuracy of every epoch, on the training pictures and on the
# validation ones.


# %%
def draw_curves(history, title, name):
    columns = history.history
    epochs = np.arange(len(history.epoch)) + 1
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for axis, measure in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(epochs, columns[measure], label="training")
        axis.plot(epochs, columns["val_" + measure], "--", label="validation")
        axis.locator_params(axis="x", integer=True)
        axis.set(xlabel="epoch", ylabel=measure)
        axis.legend(frameon=False)
    axes[0].set_ylim(0, None)
    figure.suptitle(title)
    figure.savefig(PICTURES / f"{name}.png", dpi=120)


for data in studied:
    history = histories[data.name]
    draw_curves(history, f"{data.name}: 100 pictures, 500 epochs", f"curve_{data.name}")
    lowest = min(history.history["val_loss"])
    print(f"{data.name}: lowest validation loss {lowest:.3f} in epoch {history.best_epoch + 1}")

# %% [markdown]
# *How to read it.* Both curves falling: still learning (stopping here would be *underfitting*). The
# training loss falls on to zero while the validation loss stays, or rises: from there on it learns
# by heart.
#
# ## 11. Compute `model.summary()`

# %%
models["digits"].summary()
by_hand = 64 * 28 + 28 + 28 * 10 + 10
print(f"by hand: 64 · 28 + 28 + 28 · 10 + 10 = {by_hand:,}")

# %% [markdown]
# ## 12. Improve model by adding dropout
#
# In each training step half of the hidden nodes are silenced at random, so that no node can rely on
# another. At prediction all of them work. (That is why the training accuracy is now below the true
# one: it is measured with the silenced nodes.) Half of 28 nodes is much to lose; a narrow network
# gains nothing from it.

# %%
for data in studied:
    model = build(data, Dropout(0.5))
    history = train(model, data, SGD(learning_rate=0.01, momentum=0.9))
    note(12, "dropout 0.5", model, history, data)

# %% [markdown]
# ## 13. Training with batch normalisation
#
# Each hidden node's values are shifted and scaled to mean 0 and variance 1 over the batch, then by
# two learned numbers. It allows larger rates and makes training faster. Here it does harm, and one
# can say why: a hundred pictures in batches of 32 leave four for the last batch, whose mean and
# variance are little more than noise; and what trains faster also learns by heart faster. It shows
# its worth in deep networks with plenty of data.

# %%
for data in studied:
    model = build(data, BatchNormalization())
    history = train(model, data, SGD(learning_rate=0.01, momentum=0.9))
    note(13, "batch normalisation", model, history, data)

# %% [markdown]
# ## 14. Halt training at the right time with early stopping
#
# Stop when the validation loss has not improved for 20 epochs, and give back the weights of the
# best epoch. It does not make a better network here, but one of equal quality in a part of the
# time.

# %%
for data in studied:
    stop = EarlyStopping(monitor="val_loss", patience=20, restore_best_weights=True)
    model = build(data, Dropout(0.5))
    history = train(model, data, SGD(learning_rate=0.01, momentum=0.9), callbacks=[stop])
    note(14, "dropout, early stopping", model, history, data)
    print(f"  stopped after {len(history.epoch)} epochs, best was epoch {stop.best_epoch + 1}")

# %% [markdown]
# ## 15. Try Adam
#
# Adam gives each weight a step size of its own. It needs less tuning than SGD, and mostly fewer
# epochs.

# %%
for data in studied:
    stop = EarlyStopping(monitor="val_loss", patience=20)
    model = build(data, Dropout(0.5))
    history = train(model, data, Adam(learning_rate=0.003), callbacks=[stop])
    note(15, "dropout, early stopping, Adam", model, history, data)

# %% [markdown]
# ## 16. Try a bigger batch size
#
# With all 100 pictures in one batch an epoch is a single step: quicker, a smoother gradient, but
# fewer steps for the same number of epochs.

# %%
for data in studied:
    stop = EarlyStopping(monitor="val_loss", patience=20)
    model = build(data, Dropout(0.5))
    history = train(model, data, Adam(learning_rate=0.003), batch_size=100, callbacks=[stop])
    note(16, "the same, batch of 100", model, history, data)

# %% [markdown]
# ## 17. Try more data
#
# All training pictures instead of a hundred. Nothing else helps as much.

# %%
for data in studied:
    rows = len(data.x_train)
    stop = EarlyStopping(monitor="val_loss", patience=10)
    model = build(data, Dropout(0.2))
    epochs, batch_size = (150, 30) if rows < 10_000 else (8, 100)
    history = train(model, data, Adam(0.003), rows, epochs, batch_size, [stop])
    note(17, "all training pictures", model, history, data)

# %% [markdown]
# ## 18. Create a more complex model
#
# Two wide hidden layers with dropout, and all the pictures. With a hundred pictures such a network
# would only learn them by heart more quickly; with enough of them its capacity is used.
#
# In its curve the validation looks better than the training: dropout is at work in training only,
# and the training's values are means over an epoch in which the network was still getting better.

# %%
best = {}
for data in studied:
    stop = EarlyStopping(monitor="val_loss", patience=15)
    model = Sequential()
    model.add(Dense(256, input_shape=data.x_train.shape[1:], activation="relu"))
    model.add(Dropout(0.3))
    model.add(Dense(128, activation="relu"))
    model.add(Dropout(0.3))
    model.add(Dense(10, activation="softmax"))
    epochs, batch_size = (100, 30) if len(data.x_train) < 10_000 else (5, 100)
    history = train(model, data, Adam(0.001), len(data.x_train), epochs, batch_size, [stop])
    note(18, "a more complex model", model, history, data)
    title = f"{data.name}: the more complex model, all pictures"
    draw_curves(history, title, f"curve_complex_{data.name}")
    best[data.name] = model

# %% [markdown]
# ## What each step was worth

# %%
names = [data.name for data in studied]
print("test accuracy                            " + "".join(f"{name:>10}" for name in names))
for (step, words), scores in table.items():
    print(f"{step:>3}. {words:<36}" + "".join(f"{scores[name][0]:>10.3f}" for name in names))

figure, axis = plt.subplots(figsize=(8, 3.8), layout="constrained")
lines = [f"{step}. {words}" for step, words in table]
for shift, (name, marker) in enumerate(zip(names, "os", strict=False)):
    values = [scores[name][0] for scores in table.values()]
    axis.plot(values, np.arange(len(lines)) + 0.12 * shift, marker, ms=8, label=name)
axis.set(yticks=range(len(lines)), yticklabels=lines, xlabel="test accuracy", xlim=(None, 1.0))
axis.invert_yaxis()
axis.grid(axis="x", alpha=0.3)
axis.legend(frameon=False, loc="center")
figure.savefig(PICTURES / "scores.png", dpi=120)

# %% [markdown]
# ## What this lesson claims, checked

# %%
accuracy = {step: {name: scores[name][0] for name in names} for (step, _), scores in table.items()}
assert small.x_train.min() == 0
assert small.x_train.max() == 1
assert (small.y_train_hot.sum(1) == 1).all()
assert (small.y_train_hot.argmax(1) == small.y_train).all()
assert "Dense(10" in refusal
assert models["digits"].count_params() == by_hand
assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
assert list(accuracy) == [8, 12, 13, 14, 15, 16, 17, 18]
for name in names:
    assert histories[name].history["accuracy"][-1] == 1.0, "100 pictures can be learned by heart"
    assert accuracy[8][name] > 0.6
    assert accuracy[17][name] > accuracy[8][name] + 0.05, "more data help most"
    assert accuracy[18][name] > accuracy[17][name] - 0.005
    assert table[14, "dropout, early stopping"][name][2] < 500
assert accuracy[8]["digits"] > 0.8
assert accuracy[18]["digits"] > 0.96
if "mnist" in names:
    assert accuracy[17]["mnist"] > 0.94
    assert accuracy[18]["mnist"] > 0.97
