# %% [markdown]
# # Regularisation: learning without learning by heart
#
# A network with many weights and few examples finds a way to be right on every one of them, and is
# wrong on new ones. *Regularisation* is whatever makes the training harder in order to make the
# result better. This lesson measures each of the usual ways on the same task: read digits after
# having seen two hundred, some of them with a wrong label.

# %%
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import pellucid
from pellucid import Sequential, datasets, layers, losses, optimizers, regularizers
from pellucid.callbacks import EarlyStopping

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## Overfitting
#
# 200 pictures to train, 337 for validation, 360 for the test. Thirty of the 200 labels are false,
# as it happens in life: they can only be learned by heart.

# %%
(images, labels), (test_images, test_labels) = datasets.digits.load_data()
x, x_test = (a.reshape(-1, 64).astype("float32") / 16 for a in (images, test_images))
x_few, y_few = x[:200], labels[:200].astype(int)
x_val, y_val = x[1100:], labels[1100:]
rng = np.random.default_rng(0)
false = rng.choice(200, 30, replace=False)
y_few[false] = (y_few[false] + rng.integers(1, 10, 30)) % 10
EPOCHS = 150


def network(*, penalty=None, dropout=0.0, noise=0.0, seed=0):
    """Return a network of one wide hidden layer with the wanted restraints."""
    return Sequential(
        [
            layers.Input((64,)),
            layers.GaussianNoise(noise),
            layers.Dense(128, "relu", kernel_regularizer=penalty),
            layers.Dropout(dropout),
            layers.Dense(10, "softmax", kernel_regularizer=penalty),
        ],
        seed=seed,
    )


def train(model, x=x_few, y=y_few, callbacks=None, epochs=EPOCHS):
    """Fit with Adam, watching the validation pictures."""
    model.compile(
        optimizer=optimizers.Adam(0.003),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model.fit(
        x,
        y,
        epochs=epochs,
        batch_size=20,
        validation_data=(x_val, y_val),
        callbacks=callbacks,
        verbose=0,
    )


def test_accuracy(model):
    return model.evaluate(x_test, test_labels, verbose=0)[1]


plain = network()
plain_history = train(plain).history
lowest = int(np.argmin(plain_history["val_loss"]))
print(f"accuracy: training {plain_history['accuracy'][-1]:.3f}, test {test_accuracy(plain):.3f}")
column = plain_history["val_loss"]
print(f"validation loss: lowest {column[lowest]:.3f} in epoch {lowest + 1}, last {column[-1]:.3f}")

figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.4), layout="constrained")
for axis, column in zip(axes, ("loss", "accuracy"), strict=True):
    axis.plot(plain_history[column], label="training")
    axis.plot(plain_history["val_" + column], "--", label="validation")
    axis.axvline(lowest, color="0.5", ls=":", lw=1)
    axis.set(xlabel="epoch", ylabel=column)
axes[0].annotate("lowest\nvalidation loss", (lowest + 3, 2.2), color="0.35")
axes[0].set_ylim(0, 2.6)
axes[1].legend(frameon=False, loc="lower right")
figure.suptitle(
    "Overfitting: all training pictures right, false labels included; validation gets worse"
)
figure.savefig(PICTURES / "overfitting.png", dpi=120)

# %% [markdown]
# ## L1 and L2: large weights cost
#
# A *norm penalty* is added to the loss, $\tilde L = L(\theta; X, y) + \lambda \, g(\theta)$, with
# $\lambda \ge 0$:
#
# $$\text{L1:} \quad g(\theta) = \sum_k |\theta_k| \qquad\qquad \text{L2:} \quad g(\theta) = \sum_k \theta_k^2$$
#
# The L2 penalty is sometimes printed with a root, $\|\theta\|_2 = \sqrt{\sum \theta_k^2}$; what is
# used is the square. (For plain gradient descent it is the same as *weight decay*, which shrinks
# every weight by a part of itself at each step.) Its derivative $2\lambda\theta$ pulls large
# weights strongly and small ones hardly; that of L1, $\pm\lambda$, pulls all alike, until they are
# (nearly) zero.
#
# Biases are left alone: there are few, they need little data, and restraining them makes the
# network unable to fit the mean. That is why the argument is called `kernel_regularizer`. One step
# of gradient descent shows both: kernels get the additional $-\eta \cdot 2\lambda\theta$, biases do
# not.

# %%
lam, eta = 0.01, 0.1
free, held = (
    Sequential([layers.Input((64,)), layers.Dense(10, "softmax", kernel_regularizer=penalty)])
    for penalty in (None, regularizers.L2(lam))
)
before = free.get_weights()
before[1] += 1  # biases that a penalty would have something to pull at
for model in (free, held):
    model.set_weights(before)
    model.compile(optimizer=optimizers.SGD(eta), loss="sparse_categorical_crossentropy")
    model.train_on_batch(x_few, y_few)
kernel_pull = held.get_weights()[0] - free.get_weights()[0]
bias_pull = held.get_weights()[1] - free.get_weights()[1]
off = np.abs(kernel_pull + 2 * eta * lam * before[0]).max()
print(f"kernel: the penalty moved it by -2·eta·lambda·weight, to within {off:.1e}")
print(f"bias:   the penalty moved it by {np.abs(bias_pull).max():.1e}")

penalised = {"no penalty": plain}
for name, penalty in [("L1, 0.003", regularizers.L1(0.003)), ("L2, 0.01", regularizers.L2(0.01))]:
    penalised[name] = network(penalty=penalty)
    train(penalised[name])

figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), sharex=True, sharey=True, layout="constrained")
near_zero, lengths = {}, {}
for axis, (name, model) in zip(axes, penalised.items(), strict=True):
    kernel = model.get_weights()[0].ravel()
    near_zero[name] = float((np.abs(kernel) < 1e-3).mean())
    lengths[name] = float(np.linalg.norm(kernel))
    axis.hist(kernel, bins=np.linspace(-0.5, 0.5, 81))
    axis.set(xlabel="weight", yscale="log")
    axis.set_title(f"{name}\n{near_zero[name]:.0%} near zero, length {lengths[name]:.1f}")
    print(f"{name:<10} test accuracy {test_accuracy(model):.3f}, {near_zero[name]:.0%} near zero")
axes[0].set_ylabel("how many")
figure.savefig(PICTURES / "penalties.png", dpi=120)

# %% [markdown]
# ## Dropout: do not rely on one unit
#
# In every training step each unit is silenced with probability $r$, the *rate*, and the others are
# multiplied by $\frac{1}{1 - r}$, so that the expected sum stays the same. At prediction all units
# work and nothing is multiplied.
#
# Mind the convention: some texts mean by the same number the probability that a unit is *kept*, and
# recommend 0.5 to 0.8 for hidden layers and 0.8 or more for inputs. In Keras, PyTorch and Pellucid
# it is the part that is *dropped*: 0.5 to 0.2, and 0.2 or less.

# %%
dropout = layers.Dropout(0.25)
ones = jnp.ones((1000, 100))
trained_with = np.asarray(dropout(ones, training=True))
silenced = (trained_with == 0).mean()
print("values in training:  ", np.unique(trained_with).round(4))
print(f"  mean {trained_with.mean():.3f}, silenced {silenced:.3f}")
print("values at prediction:", np.unique(np.asarray(dropout(ones, training=False))))

# %% [markdown]
# ## Early stopping: end before it learns by heart
#
# `EarlyStopping` watches a column of the history. Its arguments:
#
# | argument | default | meaning |
# | --- | --- | --- |
# | `monitor` | `"val_loss"` | the column that is watched; one that does not exist is an error before the first step |
# | `min_delta` | 0 | a smaller change does not count as improvement |
# | `patience` | 0 | so many epochs without improvement are waited for |
# | `verbose` | 0 | 1 says when it stops |
# | `mode` | `"auto"` | `"min"` if small is good, `"max"` if large is good; "auto" knows it for each measure |
# | `baseline` | None | only what also beats this value ends the waiting |
# | `restore_best_weights` | True (Keras: False) | whether the model gets the weights of the best epoch back |
# | `start_from_epoch` | 0 | epochs before this one are not counted as waiting |
#
# The best epoch must be found by *validation* data; by the test data it would be a choice made with
# the exam's answers.

# %%
stop = EarlyStopping(
    monitor="val_loss",
    min_delta=0.0,
    patience=20,
    verbose=1,
    mode="auto",
    baseline=None,
    restore_best_weights=True,
    start_from_epoch=0,
)
stopped = network()
stopped_history = train(stopped, callbacks=[stop]).history
ran = len(stopped_history["loss"])
print(f"{ran} epochs instead of {EPOCHS}, weights of epoch {stop.best_epoch + 1}")

# %% [markdown]
# ## More data, bought and made
#
# *Noise* on the inputs makes every epoch's pictures slightly different. *Augmentation* makes new
# examples that keep their meaning: a digit that is moved by a pixel is the same digit. (A mirrored
# one is not.) And sometimes one can simply get more.


# %%
def moved(pictures, right, down):
    """Shift pictures by whole pixels; what comes in is empty."""
    square = np.pad(pictures.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    return square[:, 1 - down : 9 - down, 1 - right : 9 - right].reshape(-1, 64)


moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
x_moved = np.vstack([moved(x_few, *move) for move in moves])
y_moved = np.tile(y_few, len(moves))

# %% [markdown]
# ## All of them compared
#
# One run proves little with so few pictures; each way runs from three different starts. (The second
# and third run of a way, and any other strength of it, start at once: strengths are numbers that
# the compiled program is given, not a part of it.)

# %%
# The larger set has its share of false labels too, 15 in a hundred.
x_more, y_more = x[:1000], labels[:1000].astype(int)
y_more[:200] = y_few
false = rng.choice(np.arange(200, 1000), 120, replace=False)
y_more[false] = (y_more[false] + rng.integers(1, 10, 120)) % 10
ways = {
    "nothing": ({}, {}),
    "L1, 0.003": ({"penalty": regularizers.L1(0.003)}, {}),
    "L2, 0.01": ({"penalty": regularizers.L2(0.01)}, {}),
    "dropout 0.5": ({"dropout": 0.5}, {}),
    "noise 0.5": ({"noise": 0.5}, {}),
    "early stopping": ({}, {"callbacks": [EarlyStopping(patience=20)]}),
    "augmentation": ({}, {"x": x_moved, "y": y_moved, "epochs": EPOCHS // 5}),
    "five times the data": ({}, {"x": x_more, "y": y_more, "epochs": EPOCHS // 5}),
}
scores, test_losses = {}, {}
for name, (build, how) in ways.items():
    results = []
    model = network(**build)
    for seed in range(3):
        if seed:
            model.reset(seed)
        train(model, **how)
        results.append(model.evaluate(x_test, test_labels, verbose=0))
    test_losses[name] = np.array(results)[:, 0]
    scores[name] = np.array(results)[:, 1]
    mean, deviation = scores[name].mean(), scores[name].std()
    print(
        f"{name:<20} test accuracy {mean:.3f} ± {deviation:.3f}, loss {test_losses[name].mean():.2f}"
    )

figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True, layout="constrained")
for axis, values in zip(axes, (scores, test_losses), strict=True):
    for row, (name, runs) in enumerate(values.items()):
        if values is test_losses and name.startswith("L"):
            continue  # their loss contains the penalty
        axis.plot(runs, np.full(3, row), "o", color="C0", alpha=0.55)
        axis.plot(runs.mean(), row, "|", color="C1", ms=18, mew=3)
    axis.grid(axis="x", alpha=0.3)
axes[0].set_xlabel("test accuracy")
axes[1].set_xlabel("test loss")
axes[0].set_yticks(range(len(ways)), ways)
axes[0].invert_yaxis()
figure.suptitle("Three runs each (points) and their mean (bar)")
figure.savefig(PICTURES / "ways_compared.png", dpi=120)

# %% [markdown]
# ## Bias and variance
#
# The expected error of a model on new data has three parts. With $f$ the truth, $\hat f$ the model
# fitted to a random sample, and $\sigma^2$ the variance of the noise:
#
# $$E\left[(y - \hat f)^2\right] = \underbrace{(E[\hat f] - f)^2}_{\text{bias}^2}
#   + \underbrace{E[(\hat f - E[\hat f])^2]}_{\text{variance}} + \sigma^2$$
#
# Too simple a model is wrong in the same way for every sample: high *bias*, underfitting. Too free
# a model follows every sample's noise: high *variance*, overfitting. The remedies are opposite, and
# are easily mixed up:
#
# | | what helps |
# | --- | --- |
# | high bias | a larger network, longer training, less regularisation |
# | high variance | more data, regularisation, a smaller network |
#
# To see the parts one needs many samples. Forty samples of 20 points each, three networks; all
# forty trainings of a network run at once, as one `vmap` over the training loop.

# %%
grid = np.linspace(-1, 1, 100, dtype="float32")[:, None]
points = np.linspace(-1, 1, 20, dtype="float32")[:, None]


def truth(x):
    return np.sin(np.pi * x)


samples = truth(points) + 0.3 * rng.normal(size=(40, 20, 1)).astype("float32")
squared_error = losses.MeanSquaredError()
adam = optimizers.Adam(0.02)


def fit_all(units, steps=3000):
    """Return what forty networks answer on the grid, each trained on its own sample."""
    if units:
        spread = pellucid.initializers.RandomUniform(-4, 4)
        hidden = [layers.Dense(units, "tanh", kernel_initializer=spread, bias_initializer=spread)]
    else:
        hidden = []
    model = Sequential([layers.Input((1,)), *hidden, layers.Dense(1)])
    starts = [pellucid.init(model, seed)[0] for seed in range(len(samples))]
    params = jax.tree.map(lambda *each: jnp.stack(each), *starts)

    def loss(params, sample):
        return squared_error(sample, pellucid.apply(model, params, {}, points)[0])

    def fit_one(params, sample):
        def one_step(carry, step):
            params, memory = carry
            gradients = jax.grad(loss)(params, sample)
            return adam.apply(gradients, memory, params, adam.hyper(), step), None

        (params, _), _ = jax.lax.scan(one_step, (params, adam.start(params)), jnp.arange(steps))
        return pellucid.apply(model, params, {}, grid)[0]

    return np.asarray(jax.jit(jax.vmap(fit_one))(params, samples))


parts = {}
figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), sharey=True, layout="constrained")
for axis, units in zip(axes, (0, 3, 60), strict=True):
    answers = fit_all(units)
    squared_bias = float(((answers.mean(0) - truth(grid)) ** 2).mean())
    variance = float(answers.var(0).mean())
    parts[units] = (squared_bias, variance)
    for answer in answers[:15]:
        axis.plot(grid, answer, color="C0", lw=0.6, alpha=0.5)
    axis.plot(grid, truth(grid), color="k", lw=2, label="truth")
    axis.plot(grid, answers.mean(0), "--", color="C1", lw=2, label="mean of 40 networks")
    name = f"{units} hidden units" if units else "no hidden layer"
    axis.set(xlabel="x", ylim=(-2, 2))
    axis.set_title(f"{name}: bias² {squared_bias:.3f}, variance {variance:.3f}")
    both = squared_bias + variance
    print(f"{name:<16} bias² {squared_bias:.4f}, variance {variance:.4f}, sum {both:.4f}")
axes[0].legend(frameon=False)
figure.savefig(PICTURES / "bias_variance.png", dpi=120)

# %% [markdown]
# ## What this lesson claims, checked

# %%
assert plain_history["accuracy"][-1] == 1.0, "false labels are learned by heart"
assert plain_history["val_loss"][-1] > 1.15 * plain_history["val_loss"][lowest]
assert np.allclose(kernel_pull, -2 * eta * lam * before[0], atol=1e-6)
assert np.all(bias_pull == 0)
assert near_zero["L1, 0.003"] > 0.5 > near_zero["no penalty"]
assert lengths["L2, 0.01"] < lengths["no penalty"] / 2
assert np.allclose(np.unique(trained_with), [0, 1 / 0.75])
assert abs(trained_with.mean() - 1) < 0.01
assert abs(silenced - 0.25) < 0.01
assert np.asarray(dropout(ones, training=False) == 1).all()
assert len(stopped_history["loss"]) == stop.best_epoch + 1 + stop.patience
best_loss = stopped.evaluate(x_val, y_val, verbose=0)[0]
assert np.isclose(best_loss, min(stopped_history["val_loss"]), rtol=1e-4)
assert test_losses["early stopping"].mean() < test_losses["nothing"].mean()
for name in ways:
    if name not in ("nothing", "augmentation"):
        assert scores[name].mean() > scores["nothing"].mean() + 0.02, name
assert parts[0][0] > parts[3][0]
assert parts[0][1] < parts[3][1] < parts[60][1]
assert sum(parts[3]) < sum(parts[0])
assert sum(parts[3]) < sum(parts[60])
