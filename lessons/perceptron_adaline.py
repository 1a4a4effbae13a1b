# %% [markdown]
# # Perceptron, Adaline, and why one layer is not enough
#
# The two oldest learning machines have one neuron each. They differ in a single point, what their
# rule looks at:
#
# | | answer | error that the rule uses | can be derived from a loss |
# | --- | --- | --- | --- |
# | Perceptron (Rosenblatt, 1958) | $\phi(z) = 1$ if $z \ge 0$, else $0$ | $y - \phi(z)$, right or wrong | by a detour |
# | Adaline (Widrow and Hoff, 1960) | the same | $y - z$, how far off | yes: $J = \frac{1}{2} \sum (y - z)^2$ |
#
# with the net input $z = w^T x + b$. This lesson builds both from scratch and by Pellucid, meets
# the limit of a single layer, XOR, and then shows what hidden layers add: any boundary, any
# function.

# %%
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

import pellucid
from pellucid import Sequential, callbacks, datasets, initializers, layers, losses, optimizers

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)
BLUE, ORANGE = "#006BA4", "#FF800E"
SIDES = ListedColormap(["#cfe3f0", "#ffe3c7"])

# %% [markdown]
# ## The data: two kinds of iris
#
# Two of the four measures, sepal and petal length, and at first two of the three species, which a
# line can divide. Both columns are *standardised*, $x' = \frac{x - \mu}{\sigma}$, so that they
# count alike.

# %%
(x_train, y_train), (x_test, y_test) = datasets.iris.load_data()
flowers = np.vstack([x_train, x_test])[:, [0, 2]].astype(float)
species = np.concatenate([y_train, y_test]).astype(int)
order = np.random.default_rng(0).permutation(len(species))
flowers, species = flowers[order], species[order]


def standardised(x):
    return (x - x.mean(0)) / x.std(0)


easy = species < 2
X, y = standardised(flowers[easy]), species[easy]
hard = species > 0
X_hard, y_hard = standardised(flowers[hard]), species[hard] - 1
print(f"setosa and versicolor: {len(X)} flowers; versicolor and virginica: {len(X_hard)}")

# %% [markdown]
# ## The perceptron
#
# For one flower after the other: answer, and if the answer was wrong, move the weights towards the
# flower (or away from it):
#
# $$\Delta w = \eta \, (y - \phi(z)) \, x, \qquad \Delta b = \eta \, (y - \phi(z))$$
#
# Right answers change nothing. If a line can divide the classes, the rule stops by itself after
# finitely many mistakes.


# %%
def step(z):
    return np.where(z >= 0, 1, 0)


def perceptron(X, y, start, eta, epochs):
    """Return the weights (bias first) after training, and the mistakes of each epoch."""
    w, mistakes = np.array(start, float), []
    for _ in range(epochs):
        wrong = 0
        for x, label in zip(X, y, strict=True):
            error = label - step(w[0] + w[1:] @ x)
            w += eta * error * np.array([1, *x])
            wrong += error != 0
        mistakes.append(int(wrong))
    return w, mistakes


start = [0.3, 0.8, -0.6]
w_easy, mistakes_easy = perceptron(X, y, start, 0.05, 10)
w_hard, mistakes_hard = perceptron(X_hard, y_hard, start, 0.05, 10)
print("mistakes per epoch, divisible by a line:    ", mistakes_easy)
print("mistakes per epoch, not divisible by a line:", mistakes_hard)

# %% [markdown]
# ### The perceptron in Pellucid
#
# As a *predictor* it is a layer with the activation `step`. *Training* it by gradient descent is
# impossible: the step is flat on both sides of its jump, its derivative is zero, and so is every
# gradient that passes through it.

# %%
stepper = Sequential([layers.Input((2,)), layers.Dense(1, activation="step")])
stepper.set_weights([w_easy[1:, None], w_easy[:1]])
agrees = (stepper.predict(X)[:, 0] == step(w_easy[0] + X @ w_easy[1:])).all()

params, state = pellucid.init(stepper)


def squared_error(params):
    return jnp.square(pellucid.apply(stepper, params, state, X)[0] - y[:, None]).sum()


gradient = jax.grad(squared_error)(params)
print("predictions agree with ours:", agrees)
largest = {path: float(jnp.abs(g).max()) for path, g in gradient.items()}
print("gradient through the step:", largest)

# %% [markdown]
# The detour: leave the step out and use the *perceptron criterion*, with labels $\pm 1$,
#
# $$J = \max(0, -y z)$$
#
# It is zero for right answers, and for wrong ones its gradient is $-y\,x$. Stochastic gradient
# descent on it, one flower at a time, is Rosenblatt's rule exactly. Any plain function
# `f(y_true, y_pred)` can be a loss:


# %%
def perceptron_criterion(y_true, y_pred):
    return jnp.maximum(0.0, -y_true * y_pred)[:, 0]


criterion = losses.LossFunction(perceptron_criterion, "perceptron_criterion")
rosenblatt = Sequential([layers.Input((2,)), layers.Dense(1)])
rosenblatt.set_weights([np.array(start)[1:, None], start[:1]])
rosenblatt.compile(optimizer=optimizers.SGD(0.05), loss=criterion)
rosenblatt.fit(X, 2 * y - 1, batch_size=1, epochs=10, shuffle=False, verbose=0)
kernel, bias = rosenblatt.get_weights()
w_pellucid = np.array([bias[0], *kernel[:, 0]])
print("from scratch:", w_easy.round(5), " by Pellucid:", w_pellucid.round(5))

# %% [markdown]
# ## Adaline
#
# The *adaptive linear neuron* compares the truth with the net input itself, before any step. Then
# there is a loss,
#
# $$J(w) = \frac{1}{2} \sum_i \left(y^{(i)} - z^{(i)}\right)^2, \qquad
#   \Delta w = -\eta \nabla J(w) = \eta \sum_i (y^{(i)} - z^{(i)}) \, x^{(i)}$$
#
# and with it gradient descent, the idea of all that follows. *Batch* descent sums over all flowers
# before it moves; *stochastic* descent moves after each. Labels are $\pm 1$ now, so that 0 is the
# border.


# %%
def half_squared_error(w, X, y):
    return 0.5 * ((y - (w[0] + X @ w[1:])) ** 2).sum()


def adaline_batch(X, y, start, eta, epochs):
    w, costs = np.array(start, float), []
    for _ in range(epochs):
        costs.append(half_squared_error(w, X, y))
        error = y - (w[0] + X @ w[1:])
        w += eta * np.array([error.sum(), *(X.T @ error)])
    return w, costs


def adaline_stochastic(X, y, start, eta, epochs):
    w, costs = np.array(start, float), []
    for _ in range(epochs):
        costs.append(half_squared_error(w, X, y))
        for x, label in zip(X, y, strict=True):
            w += eta * (label - (w[0] + w[1:] @ x)) * np.array([1, *x])
    return w, costs


sign_labels = 2.0 * y - 1
w_batch, costs_batch = adaline_batch(X, sign_labels, start, 0.005, 60)
_, costs_wild = adaline_batch(X, sign_labels, start, 0.012, 6)
w_stochastic, costs_stochastic = adaline_stochastic(X, sign_labels, start, 0.005, 60)
best, *_ = np.linalg.lstsq(np.hstack([np.ones((len(X), 1)), X]), sign_labels, rcond=None)
print("batch, 60 epochs:     ", w_batch.round(4), f"J = {costs_batch[-1]:.3f}")
print("stochastic, 60 epochs:", w_stochastic.round(4), f"J = {costs_stochastic[-1]:.3f}")
least = half_squared_error(best, X, sign_labels)
print("least squares, exact: ", best.round(4), f"J = {least:.3f}")
print("batch with a rate of 0.012:", np.round(costs_wild, 1))

# %% [markdown]
# ### Adaline in Pellucid
#
# One linear unit, half the squared error, plain SGD. The batch size makes the difference between
# the two rules.

# %%
adaline = {}
for name, batch_size in [("batch", len(X)), ("stochastic", 1)]:
    model = Sequential([layers.Input((2,)), layers.Dense(1)])
    model.set_weights([np.array(start)[1:, None], start[:1]])
    model.compile(optimizer=optimizers.SGD(0.005), loss=losses.HalfSquaredError(reduction="sum"))
    model.fit(X, sign_labels, batch_size=batch_size, epochs=60, shuffle=False, verbose=0)
    kernel, bias = model.get_weights()
    adaline[name] = np.array([bias[0], *kernel[:, 0]])
    print(f"{name:>10} by Pellucid: {adaline[name].round(4)}")

figure, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
axes[0].plot(range(1, 11), mistakes_easy, "o-", color=BLUE, label="setosa, versicolor")
axes[0].plot(range(1, 11), mistakes_hard, "s--", color=ORANGE, label="versicolor, virginica")
axes[0].set(xlabel="epoch", ylabel="mistakes", title="Perceptron", ylim=(-1, None))
axes[0].legend(frameon=False)
axes[1].plot(range(60), costs_batch, "-", color=BLUE, label="batch")
axes[1].plot(range(60), costs_stochastic, "--", color=ORANGE, label="stochastic")
axes[1].plot(range(6), costs_wild, ":", color="0.3", label="batch, rate too high")
axes[1].set(xlabel="epochs done", ylabel="J", title="Adaline", ylim=(0, 120))
axes[1].legend(frameon=False)
for label, marker, colour, name in [(0, "o", BLUE, "setosa"), (1, "s", ORANGE, "versicolor")]:
    axes[2].scatter(*X[y == label].T, marker=marker, color=colour, s=18, label=name)
ends = np.array([-2.2, 2.2])
for w, style, name in [(w_easy, "k-", "perceptron"), (w_batch, "k--", "Adaline")]:
    axes[2].plot(ends, -(w[0] + w[1] * ends) / w[2], style, label=name)
axes[2].set(xlabel="sepal length, standardised", ylabel="petal length, standardised")
axes[2].set(title="Their borders", ylim=(-1.9, 1.9))
axes[2].legend(fontsize="small")
figure.savefig(PICTURES / "perceptron_adaline.png", dpi=120)

# %% [markdown]
# The perceptron stops as soon as it makes no mistake; its line may pass close by a flower. Adaline
# goes on and moves its line between the two clouds, to where the squared errors balance.
#
# ## XOR: what no single layer can do
#
# The *exclusive or* is 1 when just one of two inputs is 1. No line has $(0, 1)$ and $(1, 0)$ on one
# side and $(0, 0)$ and $(1, 1)$ on the other: the first pair would ask for $w_2 + b > 0$ and
# $w_1 + b > 0$, the second for $b < 0$ and $w_1 + w_2 + b < 0$; adding up, $w_1 + w_2 + 2b$ would
# be positive and negative. A line gets three of four right at best, and logistic regression gives
# up: probability 0.5 everywhere, loss $\log 2$.

# %%
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
exclusive_or = np.array([0, 1, 1, 0])
angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
borders = [(np.cos(t), np.sin(t), b) for t in angles for b in np.linspace(-2, 2, 41)]
right_answers = [((corners @ (u, v) + b >= 0) == exclusive_or).sum() for u, v, b in borders]
print(f"the best of {len(borders)} lines gets {max(right_answers)} of 4 right")

single = Sequential([layers.Input((2,)), layers.Dense(1, activation="sigmoid")])
single.compile(optimizer=optimizers.Adam(0.05), loss="binary_crossentropy")
single_history = single.fit(corners, exclusive_or, batch_size=4, epochs=600, verbose=0).history
single_loss = single_history["loss"][-1]
print(f"one layer, trained: {single.predict(corners)[:, 0].round(3)}, loss {single_loss:.4f}")

# %% [markdown]
# Two layers do it, even with steps. One hidden unit says OR, the other AND, and the output says *OR
# but not AND*:

# %%
by_hand = Sequential([layers.Input((2,)), layers.Dense(2, "step"), layers.Dense(1, "step")])
by_hand.set_weights([[[1.0, 1.0], [1.0, 1.0]], [-0.5, -1.5], [[1.0], [-1.0]], [-0.5]])
print("weights by hand:", by_hand.predict(corners)[:, 0])

double = Sequential([layers.Input((2,)), layers.Dense(4, "tanh"), layers.Dense(1, "sigmoid")])
double.compile(optimizer=optimizers.Adam(0.05), loss="binary_crossentropy", metrics=["accuracy"])
double_history = double.fit(corners, exclusive_or, batch_size=4, epochs=600, verbose=0).history
double_loss = double_history["loss"][-1]
print(f"two layers, trained: {double.predict(corners)[:, 0].round(3)}, loss {double_loss:.4f}")


def draw_sides(axis, model, low, high, size=120):
    """Colour the plane by what the model answers, and draw its border."""
    grid = np.stack(np.meshgrid(np.linspace(low, high, size), np.linspace(low, high, size)), -1)
    answers = model.predict(grid.reshape(-1, 2).astype("float32")).reshape(size, size)
    axis.contourf(grid[..., 0], grid[..., 1], answers, [-0.01, 0.5, 1.01], cmap=SIDES)
    axis.contour(grid[..., 0], grid[..., 1], answers, [0.5], colors="k", linewidths=1)
    axis.set(xlabel="$x_1$", ylabel="$x_2$")


def draw_points(axis, x, y, size):
    """Draw the two classes with different colours and markers."""
    for label, colour, marker in [(0, BLUE, "o"), (1, ORANGE, "s")]:
        dots = axis.scatter(
            *x[y == label].T, c=colour, marker=marker, s=size, label=f"class {label}"
        )
        dots.set(edgecolor="white", linewidth=0.5)


figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
titles = ["one layer: gives up", "two layers, weights by hand", "two layers, trained"]
for axis, model, title in zip(axes, [single, by_hand, double], titles, strict=True):
    draw_sides(axis, model, -0.5, 1.5)
    draw_points(axis, corners, exclusive_or, 90)
    axis.set_title(title)
    axis.set(xticks=[0, 1], yticks=[0, 1])
axes[0].legend(loc="center")
figure.savefig(PICTURES / "xor.png", dpi=120)

# %% [markdown]
# ## A network approximates functions
#
# With one hidden layer, a network is a sum of bent curves, one per hidden unit, and with enough of
# them it comes as close to any continuous function as one likes (the *universal approximation*
# theorem). It says nothing about points between and beyond the data. (With $\tanh(w x + b)$ the
# bend sits at $x = -b/w$. Biases that start at zero would put all bends into the same place; here
# both start spread out.)

# %%
t = np.linspace(-1, 1, 200, dtype="float32")[:, None]
wanted = np.sin(3 * np.pi * t) * np.exp(-t) / 2
spread = initializers.RandomUniform(-6, 6)
fits, errors = {}, {}
for units in (2, 5, 40):
    hidden = layers.Dense(units, "tanh", kernel_initializer=spread, bias_initializer=spread)
    model = Sequential([layers.Input((1,)), hidden, layers.Dense(1)])
    rate = optimizers.schedules.CosineDecay(0.02, decay_steps=1500 * 4)
    model.compile(optimizer=optimizers.Adam(rate), loss="mse")
    model.fit(t, wanted, batch_size=50, epochs=1500, verbose=0)
    fits[units] = model.predict(t)
    errors[units] = float(np.sqrt(np.mean((fits[units] - wanted) ** 2)))
    print(f"{units:>3} hidden units: root mean squared error {errors[units]:.4f}")

figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
axis.plot(t, wanted, color="0.7", lw=6, label="the function")
for (units, fit), style in zip(fits.items(), ["C0:", "C1--", "k-"], strict=True):
    axis.plot(t, fit, style, lw=1.5, label=f"{units} hidden units")
axis.set(xlabel="x", ylabel="y", title="Function approximation")
axis.legend(frameon=False)
figure.savefig(PICTURES / "function_approximation.png", dpi=120)

# %% [markdown]
# ## The effect of the number of layers
#
# The more layers of decisions, the more complex the border can be. Two spirals, wound into each
# other; networks with one, two and three layers of weights, the hidden layers of 16 units each.

# %%
draw = np.random.default_rng(3)
turn = np.sqrt(draw.uniform(0.05, 1, 300)) * 1.35 * 2 * np.pi
arm = np.stack([np.cos(turn), np.sin(turn)], 1) * (turn / 9)[:, None]
points = (np.concatenate([arm, -arm]) + draw.normal(0, 0.035, (600, 2))).astype("float32")
sides = np.repeat([0, 1], 300)

figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained")
accuracy = {}
for axis, depth in zip(axes, (1, 2, 3), strict=True):
    hidden = [layers.Dense(16, activation="tanh") for _ in range(depth - 1)]
    model = Sequential([layers.Input((2,)), *hidden, layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer=optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    stop = callbacks.EarlyStopping(monitor="loss", patience=100)
    model.fit(points, sides, batch_size=100, epochs=800, callbacks=[stop], verbose=0)
    accuracy[depth] = model.evaluate(points, sides, verbose=0)[1]
    draw_sides(axis, model, -1.15, 1.15)
    draw_points(axis, points, sides, 10)
    axis.set_title(f"{depth} layer{'s' if depth > 1 else ''}: {accuracy[depth]:.1%} right")
    print(f"{depth} layer(s): {model.count_params():>4} weights, {accuracy[depth]:.1%} right")
figure.savefig(PICTURES / "number_of_layers.png", dpi=120)

# %% [markdown]
# ## What this lesson claims, checked

# %%
assert mistakes_easy[-1] == 0
assert min(mistakes_hard) > 0
assert agrees
assert all(np.all(np.asarray(g) == 0) for g in gradient.values())
assert np.allclose(w_pellucid, w_easy, atol=1e-5)
assert np.allclose(adaline["batch"], w_batch, atol=1e-5)
assert np.allclose(adaline["stochastic"], w_stochastic, atol=1e-5)
assert (np.sign(w_batch[0] + X @ w_batch[1:]) == sign_labels).all()
assert costs_wild[-1] > costs_wild[0]
assert half_squared_error(best, X, sign_labels) <= min(costs_batch)
assert max(right_answers) == 3
assert np.isclose(single_loss, np.log(2), atol=2e-3)
assert by_hand.predict(corners)[:, 0].tolist() == [0, 1, 1, 0]
assert double_history["accuracy"][-1] == 1.0
assert double_history["loss"][-1] < 0.05
assert errors[2] > errors[5] > errors[40]
assert errors[40] < 0.03
assert accuracy[1] < 0.75
assert accuracy[1] < accuracy[2] < accuracy[3]
assert accuracy[3] > 0.97
