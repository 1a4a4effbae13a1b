# %% [markdown]
# # Activations, losses, and how to start
#
# Three choices that are made before any training: what a neuron makes of its sum, what number is
# minimised, and where the weights begin. For each the question is the same: *what does its
# derivative do?* For learning is nothing but multiplying derivatives.

# %%
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import pellucid
from pellucid import Sequential, activations, initializers, layers, losses

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## The activation functions
#
# | name | formula | derivative |
# | --- | --- | --- |
# | step | $1$ if $u \ge 0$, else $0$ | $0$ |
# | sign | $1$ if $u \ge 0$, else $-1$ | $0$ |
# | identity (`linear`) | $u$ | $1$ |
# | sigmoid | $g = \frac{1}{1 + e^{-u}}$ | $g (1 - g)$ |
# | hyperbolic tangent (`tanh`) | $g = \frac{e^u - e^{-u}}{e^u + e^{-u}}$ | $1 - g^2$ |
# | bipolar sigmoid (`half_tanh`) | $g = \frac{e^u - 1}{e^u + 1}$ | $\frac{1}{2} (1 - g^2)$ |
# | rectified linear unit (`relu`) | $\max(0, u)$ | $1$ if $u > 0$, else $0$ |
# | leaky ReLU | $u$ if $u > 0$, else $0.2\,u$ | $1$ or $0.2$ |
#
# The sixth is sometimes printed under the name of the fifth. It is not the same function:
# $\frac{e^u - 1}{e^u + 1} = \tanh\frac{u}{2}$.
#
# Without an activation, layers add nothing: a linear function of a linear function is a linear
# function. The derivatives in the picture are not typed in but computed by `jax.grad`.

# %%
u = jnp.linspace(-5, 5, 401)
names = ["step", "sign", "linear", "sigmoid", "tanh", "half_tanh", "relu", "leaky_relu"]
derivative = {name: jax.vmap(jax.grad(activations.get(name)))(u) for name in names}

figure, axes = plt.subplots(2, 4, figsize=(12, 5.4), sharex=True, layout="constrained")
for axis, name in zip(axes.flat, names, strict=True):
    axis.axhline(0, color="0.85", lw=0.8)
    axis.plot(u, activations.get(name)(u), label="$f(u)$")
    axis.plot(u, derivative[name], "--", label="$f'(u)$")
    axis.set(title=name, ylim=(-1.4, 1.9))
for axis in axes[1]:
    axis.set_xlabel("u")
axes[0, 0].legend(frameon=False, loc="upper left")
figure.savefig(PICTURES / "activations.png", dpi=120)

two_linear = Sequential([layers.Input((3,)), layers.Dense(8), layers.Dense(2)])
kernel_1, bias_1, kernel_2, bias_2 = two_linear.get_weights()
rows = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
as_one = rows @ (kernel_1 @ kernel_2) + (bias_1 @ kernel_2 + bias_2)
print("two linear layers equal one:", np.allclose(two_linear.predict(rows), as_one, atol=1e-5))

# %% [markdown]
# ### Saturation
#
# For large $|u|$ sigmoid and tanh are flat: a node with a large sum has almost no derivative and
# barely learns. That happens for example when the starting weights are huge.

# %%
print("   u   sigmoid'      tanh'      relu'")
slopes = {}
for value in (0.0, 2.0, 5.0, 10.0):
    three = (activations.sigmoid, activations.tanh, activations.relu)
    slopes[value] = [float(jax.grad(function)(value)) for function in three]
    print(f"{value:>4.0f} " + " ".join(f"{slope:>10.6f}" for slope in slopes[value]))

# %% [markdown]
# The sigmoid's derivative is at most $\frac{1}{4}$. Each layer multiplies the gradient by such a
# factor on its way back: through ten layers at most $4^{-10} \approx 10^{-6}$ is left, apart from
# the weights. Gradients *vanish*. ReLU passes them on unchanged where it is open; where $u < 0$ its
# derivative is zero, and a unit that is closed for every input never learns again. `leaky_relu`
# leaves a gap for that.
#
# Below, ten layers of 64 units each; how long is the gradient of each kernel?


# %%
def deep_network(activation, initializer, depth=10, units=64):
    model = Sequential([layers.Input((units,))])
    for i in range(1, depth + 1):
        model.add(
            layers.Dense(units, activation, kernel_initializer=initializer, name=f"layer_{i}")
        )
    return model


inputs = np.random.default_rng(1).normal(size=(200, 64)).astype("float32")


def gradient_lengths(activation, initializer):
    """Return the length of the gradient of every kernel, for a squared error of the outputs."""
    model = deep_network(activation, initializer)
    params, state = pellucid.init(model)

    def loss(params):
        return jnp.square(pellucid.apply(model, params, state, inputs)[0] - 1.0).mean()

    gradients = jax.grad(loss)(params)
    return np.array([float(jnp.linalg.norm(gradients[f"layer_{i}/kernel"])) for i in range(1, 11)])


too_large = initializers.VarianceScaling(18.0, "fan_in", "untruncated_normal")  # He has 2.0
passed_back = {
    "sigmoid, Xavier": gradient_lengths("sigmoid", "glorot_normal"),
    "tanh, Xavier": gradient_lengths("tanh", "glorot_normal"),
    "relu, He": gradient_lengths("relu", "he_normal"),
    "relu, three times He": gradient_lengths("relu", too_large),
}
for name, lengths in passed_back.items():
    print(f"{name:<22} first layer {lengths[0]:.1e}, last layer {lengths[-1]:.1e}")

figure, axis = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
for (name, lengths), marker in zip(passed_back.items(), "osv^", strict=True):
    axis.semilogy(range(1, 11), lengths, marker + "-", label=name)
axis.set(xlabel="layer", ylabel="length of the kernel's gradient")
axis.set_title("Vanishing and exploding gradients")
axis.set_xticks(range(1, 11))
axis.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
figure.savefig(PICTURES / "vanishing_gradients.png", dpi=120)

# %% [markdown]
# ### Softmax
#
# The last layer of a classifier turns $k$ numbers into probabilities that add up to one,
# $p_i = \frac{e^{u_i}}{\sum_j e^{u_j}}$. Only differences count: adding the same number to all
# changes nothing. Two classes make it the sigmoid of the difference.

# %%
logits = jnp.array([2.0, 1.0, -1.0])
print("softmax of (2, 1, -1):  ", activations.softmax(logits).round(4))
print("softmax of (102, 101, 99):", activations.softmax(logits + 100).round(4))

# %% [markdown]
# ## The losses
#
# | name | formula for one sample | derivative by the prediction |
# | --- | --- | --- |
# | half squared error (`HalfSquaredError`) | $\frac{1}{2}(y - y^*)^2$ | $y - y^*$ |
# | mean squared error (`MeanSquaredError`) | $(y - y^*)^2$ | $2(y - y^*)$ |
# | yes or no (`BinaryCrossentropy`) | $-y^* \log y - (1 - y^*) \log(1 - y)$ | $\frac{y - y^*}{y (1 - y)}$ |
# | one of $k$ (`CategoricalCrossentropy`) | $-\sum_i y^*_i \log y_i$ | $-\frac{y^*_i}{y_i}$ |
# | the same with integer labels (`SparseCategoricalCrossentropy`) | $-\log y_{label}$ | the same |
#
# $y^*$ is the truth, $y$ the prediction. Of the cross-entropy one often reads the formula without
# the minus: then it is the log-likelihood, and has to be made large instead of small.
#
# Squared error with a real output; cross-entropy with sigmoid or softmax. Why not the squared error
# there? On the right one sees both as functions of the sum $a$ before the sigmoid, with the truth
# 1. Where the network is confidently wrong ($a \ll 0$), the squared error is flat: the worst
# mistakes teach least. The cross-entropy's derivative is $y - y^*$, steepest there. It is also
# convex (a chord lies above the curve); the squared error of a sigmoid is not.


# %%
def per_row(loss, y_true, predictions):
    """Return a loss for each of many predictions with one and the same truth."""
    return loss.call(jnp.full((len(predictions), 1), y_true), predictions[:, None])


sum_a = jnp.linspace(-8, 8, 321)


def cross_entropy_of_sum(a):
    return losses.BinaryCrossentropy().call_on_logits(jnp.ones((1, 1)), a.reshape(1, 1))[0]


def squared_error_of_sum(a):
    return losses.MeanSquaredError().call(jnp.ones((1, 1)), activations.sigmoid(a).reshape(1, 1))[0]


entropy_slope = jax.vmap(jax.grad(cross_entropy_of_sum))(sum_a)
squared_slope = jax.vmap(jax.grad(squared_error_of_sum))(sum_a)
print(
    f"slope at a = -8: cross-entropy {entropy_slope[0]:.4f}, squared error {squared_slope[0]:.4f}"
)

figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
error = jnp.linspace(-2, 2, 201)
axes[0].plot(error, per_row(losses.MeanSquaredError(), 0.0, error), label="squared error")
half = per_row(losses.HalfSquaredError(), 0.0, error)
axes[0].plot(error, half, "--", label="half squared error")
axes[0].plot(error, error, ":", color="0.3", label="derivative of the half")
axes[0].set(xlabel="prediction − truth", ylabel="loss", title="Regression")
probability = jnp.linspace(0.005, 0.995, 199)
entropy = losses.BinaryCrossentropy()
axes[1].plot(probability, per_row(entropy, 1.0, probability), label="truth 1")
axes[1].plot(probability, per_row(entropy, 0.0, probability), "--", label="truth 0")
axes[1].set(xlabel="predicted probability y", ylabel="loss", title="Cross-entropy")
axes[2].plot(sum_a, jax.vmap(cross_entropy_of_sum)(sum_a), color="C0", label="cross-entropy")
axes[2].plot(sum_a, entropy_slope, "--", color="C0", label="its derivative")
axes[2].plot(sum_a, jax.vmap(squared_error_of_sum)(sum_a), color="C1", label="squared error")
axes[2].plot(sum_a, squared_slope, "--", color="C1", label="its derivative")
axes[2].set(xlabel="sum a before the sigmoid", title="Sigmoid and loss, truth 1", ylim=(-1.4, 4))
for axis in axes:
    axis.legend(frameon=False, fontsize="small")
figure.savefig(PICTURES / "losses.png", dpi=120)

# %% [markdown]
# ### In one piece
#
# Softmax and cross-entropy taken one after the other lose everything when a probability rounds to
# zero: $\log 0 = -\infty$. In one piece, $\log \sum_j e^{u_j} - u_{label}$, they are exact. When a
# model ends in softmax or sigmoid and trains with cross-entropy, Pellucid uses the joint form by
# itself.

# %%
far_off = jnp.array([[200.0, 0.0]])
naive = -jnp.log(activations.softmax(far_off))[0, 1]
joint = losses.SparseCategoricalCrossentropy().call_on_logits(jnp.array([1]), far_off)[0]
print(f"true class at logit 0, another at 200: one after the other {naive}, in one piece {joint}")

# %% [markdown]
# ## Where the weights begin
#
# Biases start at zero. Weights must not start equal: units with equal weights get equal gradients,
# stay equal for ever, and the layer is as good as one unit. Random numbers break the symmetry.

# %%
rng = np.random.default_rng(2)
table = rng.normal(size=(200, 4)).astype("float32")
target = np.sin(2 * table[:, :1]) + table[:, 1:2] * table[:, 2:3]
ends = {}
for name, initializer in [("all 0.5", initializers.Constant(0.5)), ("random", "glorot_uniform")]:
    model = Sequential(
        [
            layers.Input((4,)),
            layers.Dense(8, "tanh", kernel_initializer=initializer),
            layers.Dense(1, kernel_initializer=initializer),
        ]
    )
    model.compile(optimizer="adam", loss="mse")
    history = model.fit(table, target, epochs=200, verbose=0)
    kernel = model.get_weights()[0]
    ends[name] = (np.abs(kernel - kernel[:, :1]).max(), history.history["loss"][-1])
    print(f"{name:>8}: units differ by up to {ends[name][0]:.4f}, loss {ends[name][1]:.3f}")

# %% [markdown]
# How large? The spread of the activations should stay the same from layer to layer. A sum of $n$
# products has $n$ times the variance of one, so the weights' variance must be about $\frac{1}{n}$:
#
# - **Xavier** (Glorot), for sigmoid and tanh: $\mathrm{Var}(w) = \frac{2}{n_{in} + n_{out}}$, a compromise between the
#   way there and the way back.
# - **He**, for ReLU: $\mathrm{Var}(w) = \frac{2}{n_{in}}$, twice as much, because half of the values are cut off.

# %%
starts = {
    "tanh, spread 0.01": ("tanh", initializers.RandomNormal(stddev=0.01)),
    "tanh, spread 1": ("tanh", initializers.RandomNormal(stddev=1.0)),
    "tanh, Xavier": ("tanh", "glorot_normal"),
    "relu, Xavier": ("relu", "glorot_normal"),
    "relu, He": ("relu", "he_normal"),
}
spread, saturated = {}, {}
figure, axes = plt.subplots(2, 5, figsize=(13, 5), sharey="row", layout="constrained")
for column, (name, (activation, initializer)) in zip(axes.T, starts.items(), strict=True):
    model = deep_network(activation, initializer)
    captured = pellucid.run(model, *pellucid.init(model), inputs, capture=True).captured
    outputs = [np.asarray(captured[f"layer_{i}"]) for i in range(1, 11)]
    spread[name] = np.array([np.sqrt((output**2).mean()) for output in outputs])
    saturated[name] = float((np.abs(outputs[-1]) > 0.99).mean())
    column[0].semilogy(range(1, 11), spread[name], "o-", ms=4)
    column[0].set(title=name, xlabel="layer", ylim=(1e-13, 10), xticks=range(1, 11, 3))
    column[1].hist(outputs[-1].ravel(), bins=40, color="C1")
    column[1].set(title="layer 10", xlabel="activation", yscale="log")
    print(f"{name:<18} spread: layer 1 {spread[name][0]:.3f}, layer 10 {spread[name][-1]:.1e}")
axes[0, 0].set_ylabel("spread of activations")
axes[1, 0].set_ylabel("how often")
figure.savefig(PICTURES / "starting_weights.png", dpi=120)
print(f"of the units that start with spread 1, {saturated['tanh, spread 1']:.0%} are saturated")

# %% [markdown]
# ## What this lesson claims, checked

# %%
g = np.asarray(activations.sigmoid(u))
t = np.asarray(activations.tanh(u))
assert np.allclose(derivative["sigmoid"], g * (1 - g), atol=1e-6)
assert np.allclose(derivative["tanh"], 1 - t**2, atol=1e-6)
assert np.allclose(activations.get("half_tanh")(u), np.tanh(np.asarray(u) / 2), atol=1e-6)
assert np.allclose(activations.get("half_tanh")(u), (np.exp(u) - 1) / (np.exp(u) + 1), atol=1e-5)
assert (np.asarray(derivative["step"]) == 0).all()
assert (np.asarray(derivative["sign"]) == 0).all()
assert (np.asarray(derivative["relu"]) == (np.asarray(u) > 0)).all()
assert np.allclose(two_linear.predict(rows), as_one, atol=1e-5)
assert slopes[0.0] == [0.25, 1.0, 0.0]
assert slopes[10.0][0] < 1e-4
assert slopes[10.0][2] == 1.0
assert passed_back["sigmoid, Xavier"][0] < passed_back["sigmoid, Xavier"][-1] * 1e-4
assert passed_back["relu, He"].max() / passed_back["relu, He"].min() < 100
assert passed_back["relu, three times He"][0] > passed_back["relu, He"][0] * 1e4
assert np.allclose(activations.softmax(logits), activations.softmax(logits + 100), atol=1e-6)
of_two = activations.softmax(logits[:2])[0]
assert np.allclose(of_two, activations.sigmoid(logits[0] - logits[1]), atol=1e-6)
assert np.allclose(entropy_slope, activations.sigmoid(sum_a) - 1, atol=1e-6)
assert abs(squared_slope[0]) < 0.001 < abs(entropy_slope[0])
middle = jnp.array([-6.0, -3.0, 0.0])
curves = (cross_entropy_of_sum, squared_error_of_sum)
chord = [(f(middle[0]) + f(middle[2])) / 2 - f(middle[1]) for f in curves]
assert chord[0] > 0
assert chord[1] < 0
assert np.isinf(naive)
assert np.isclose(joint, 200.0)
assert ends["all 0.5"][0] == 0
assert ends["random"][0] > 0.1
assert ends["random"][1] < ends["all 0.5"][1]
assert spread["tanh, spread 0.01"][-1] < 1e-8
assert saturated["tanh, spread 1"] > 0.5
assert spread["tanh, Xavier"][-1] > 0.1
assert spread["relu, Xavier"][-1] < spread["relu, Xavier"][0] / 10
assert 0.3 < spread["relu, He"][-1] / spread["relu, He"][0] < 3
