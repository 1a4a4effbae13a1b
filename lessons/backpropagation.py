# %% [markdown]
# # Backpropagation, term by term
#
# To learn, a network needs the derivative of its loss with respect to every weight.
# *Backpropagation* is the chain rule, applied from the loss backwards, each intermediate derivative
# computed once and used by all that stand before it. This lesson does it by hand four times, and
# compares every number with what Pellucid's engine finds by itself:
#
# 1. one neuron, forwards;
# 2. logistic regression, every term of the chain;
# 3. a network with one hidden layer, every term of the chain;
# 4. the same in matrices, as a class of thirty lines that learns to read digits.
#
# The last section shows why one goes backwards at all.

# %%
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

import pellucid
from pellucid import Sequential, datasets, layers, losses, optimizers, regularizers

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(0)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# %% [markdown]
# ## 1. The perceptron: forward propagation
#
# A neuron multiplies its inputs by weights, adds them up with a bias, and applies an activation
# $g$:
#
# $$\hat y = g(w_0 + x_1 w_1 + x_2 w_2)$$
#
# The classical example has $w_0 = 1$, $w_1 = 3$, $w_2 = -2$ and the sigmoid. At $x = (-1, 2)$:
#
# $$\hat y = g(1 + 3 \cdot (-1) - 2 \cdot 2) = g(-6) \approx 0.002$$
#
# The line $1 + 3x_1 - 2x_2 = 0$ divides the plane: on one side the sum is negative and
# $\hat y < 0.5$.

# %%
example = np.array([-1.0, 2.0])
by_hand = sigmoid(1 + 3 * example[0] - 2 * example[1])

perceptron = Sequential([layers.Input((2,)), layers.Dense(1, activation="sigmoid")])
perceptron.set_weights([[[3.0], [-2.0]], [1.0]])
by_pellucid = perceptron.predict(example[None]).item()
print(f"by hand g(-6) = {by_hand:.6f}, by Pellucid {by_pellucid:.6f}")

grid = np.stack(np.meshgrid(np.linspace(-4, 4, 81), np.linspace(-4, 4, 81)), -1)
answers = perceptron.predict(grid.reshape(-1, 2).astype("float32")).reshape(81, 81)
figure, axis = plt.subplots(figsize=(5.2, 4), layout="constrained")
drawn = axis.contourf(grid[..., 0], grid[..., 1], answers, np.linspace(0, 1, 11), cmap="cividis")
figure.colorbar(drawn, ax=axis, label="output g(z)")
axis.plot(grid[0, :, 0], (1 + 3 * grid[0, :, 0]) / 2, "w--", lw=2)
axis.annotate("$1 + 3x_1 - 2x_2 = 0$", (-2.2, -3.6))
axis.plot(*example, "o", color="C1", mec="white")
axis.annotate("(-1, 2): z = -6, output 0.002", example, (-3.7, 2.5), color="white")
axis.set(xlabel="$x_1$", ylabel="$x_2$", ylim=(-4, 4))
axis.set_title("One neuron divides the plane by a line")
figure.savefig(PICTURES / "perceptron.png", dpi=120)

# %% [markdown]
# ## 2. Logistic regression
#
# **Forward.** The formulas as they are often printed, with $y^*$ the true label:
#
# $$J = y^* \log y + (1 - y^*) \log(1 - y), \qquad y = \frac{1}{1 + \exp(-a)}, \qquad a = \sum_{j=0}^D \theta_j x_j$$
#
# Here a sign slips easily. This $J$ is the log-*likelihood*, which is largest (zero) for a perfect
# answer; descent on it would learn the opposite. The cross-entropy *loss* is its negative, $-J$.
# All derivatives below are those of $J$ as printed, so the update is
# $\theta \leftarrow \theta - \alpha \frac{d(-J)}{d\theta} = \theta + \alpha \frac{dJ}{d\theta}$.
#
# **Backward**, one factor of the chain after the other:
#
# $$\frac{dJ}{dy} = \frac{y^*}{y} + \frac{1 - y^*}{y - 1}$$
#
# $$\frac{dJ}{da} = \frac{dJ}{dy} \frac{dy}{da}, \qquad \frac{dy}{da} = \frac{\exp(-a)}{(\exp(-a) + 1)^2}$$
#
# $$\frac{dJ}{d\theta_j} = \frac{dJ}{da} \frac{da}{d\theta_j}, \qquad \frac{da}{d\theta_j} = x_j \qquad\qquad
#   \frac{dJ}{dx_j} = \frac{dJ}{da} \frac{da}{dx_j}, \qquad \frac{da}{dx_j} = \theta_j$$
#
# The sum starts at 0 because $x_0 = 1$ stands for the bias $\theta_0$.


# %%
def logistic_forward(theta, x, y_star):
    a = theta @ x
    y = 1 / (1 + np.exp(-a))
    J = y_star * np.log(y) + (1 - y_star) * np.log(1 - y)
    return J, y, a


def logistic_backward(theta, x, y_star):
    _, y, a = logistic_forward(theta, x, y_star)
    dJ_dy = y_star / y + (1 - y_star) / (y - 1)
    dy_da = np.exp(-a) / (np.exp(-a) + 1) ** 2
    dJ_da = dJ_dy * dy_da
    da_dtheta, da_dx = x, theta
    terms = {"dJ/dy": dJ_dy, "dy/da": dy_da, "dJ/da": dJ_da}
    return {**terms, "dJ/dtheta": dJ_da * da_dtheta, "dJ/dx": dJ_da * da_dx}


theta = np.array([0.5, -1.0, 2.0, 0.3])
x = np.array([1.0, 0.2, -0.4, 1.5])
y_star = 1.0
J, y, a = logistic_forward(theta, x, y_star)
terms = logistic_backward(theta, x, y_star)
print(f"a = {a:.4f}, y = {y:.4f}, J = {J:.4f}")
for name, value in terms.items():
    print(f"{name:>10} = {np.round(value, 4)}")
print(f"the first two factors melt into one: y* - y = {y_star - y:.4f}")

# %% [markdown]
# $\frac{dy}{da}$ equals $y(1 - y)$, and it cancels against $\frac{dJ}{dy}$: the derivative of the
# *loss* by $a$ is simply $y - y^*$, answer minus truth. Pellucid uses this: a sigmoid before a
# cross-entropy is computed in one piece, which stays exact where $y$ rounds to 0 or 1 and the two
# factors would be $\infty \cdot 0$.
#
# **The framework's gradient.** The same regression as a model; `jax.grad` differentiates loss and
# model together. We calculate in 64-bit numbers here, so that six digits are no accident.

# %%
with jax.enable_x64(True):
    regression = Sequential([layers.Input((3,)), layers.Dense(1, "sigmoid", dtype="float64")])
    params, state = pellucid.init(regression)
    params = {"dense/kernel": jnp.asarray(theta[1:, None]), "dense/bias": jnp.asarray(theta[:1])}
    cross_entropy = losses.BinaryCrossentropy()

    def loss_of(params, inputs):
        outputs, _ = pellucid.apply(regression, params, state, inputs)
        return cross_entropy(jnp.array([[y_star]]), outputs)

    differentiate = jax.value_and_grad(loss_of, argnums=(0, 1))
    loss, (by_weights, by_inputs) = differentiate(params, jnp.asarray(x[None, 1:]))
    framework_theta = np.concatenate([by_weights["dense/bias"], by_weights["dense/kernel"][:, 0]])
    framework_x = np.asarray(by_inputs[0])
print("Pellucid's gradient of the loss:", framework_theta.round(4))
print("minus our dJ/dtheta:            ", -terms["dJ/dtheta"].round(4))

# %% [markdown]
# ## 3. One hidden layer
#
# **Forward**, with $M$ inputs and $D$ hidden units:
#
# $$a_j = \sum_{i=0}^M \alpha_{ji} x_i, \quad z_j = \frac{1}{1 + \exp(-a_j)}, \quad b = \sum_{j=0}^D \beta_j z_j, \quad
#   y = \frac{1}{1 + \exp(-b)}, \quad J = y^* \log y + (1 - y^*) \log(1 - y)$$
#
# with $x_0 = z_0 = 1$ for the biases. **Backward:**
#
# $$\frac{dJ}{dy} = \frac{y^*}{y} + \frac{1 - y^*}{y - 1}, \qquad
#   \frac{dJ}{db} = \frac{dJ}{dy}\frac{dy}{db}, \quad \frac{dy}{db} = \frac{\exp(-b)}{(\exp(-b) + 1)^2}$$
#
# $$\frac{dJ}{d\beta_j} = \frac{dJ}{db} z_j, \qquad \frac{dJ}{dz_j} = \frac{dJ}{db} \beta_j, \qquad
#   \frac{dJ}{da_j} = \frac{dJ}{dz_j} \frac{\exp(-a_j)}{(\exp(-a_j) + 1)^2}, \qquad
#   \frac{dJ}{d\alpha_{ji}} = \frac{dJ}{da_j} x_i$$
#
# The last line is often printed as $\frac{dJ}{dx_i} = \frac{dJ}{da_j} \frac{da_j}{dx_i}$ with
# $\frac{da_j}{dx_i} = \sum_j \alpha_{ji}$. The sum is in the wrong place: a single $a_j$ depends on
# $x_i$ by $\frac{da_j}{dx_i} = \alpha_{ji}$, and $x_i$ acts through *all* hidden units, so their
# contributions add up:
#
# $$\frac{dJ}{dx_i} = \sum_{j=1}^D \frac{dJ}{da_j} \, \alpha_{ji}$$
#
# which is the general chain rule $\frac{dy_i}{dx_k} = \sum_j \frac{dy_i}{du_j} \frac{du_j}{dx_k}$.


# %%
def network_forward(alpha, beta, x, y_star):
    a = alpha @ x
    z = np.concatenate([[1.0], 1 / (1 + np.exp(-a))])
    b = beta @ z
    y = 1 / (1 + np.exp(-b))
    J = y_star * np.log(y) + (1 - y_star) * np.log(1 - y)
    return J, y, b, z, a


def network_backward(alpha, beta, x, y_star):
    _, y, b, z, a = network_forward(alpha, beta, x, y_star)
    dJ_dy = y_star / y + (1 - y_star) / (y - 1)
    dJ_db = dJ_dy * np.exp(-b) / (np.exp(-b) + 1) ** 2
    dJ_dbeta = dJ_db * z
    dJ_dz = dJ_db * beta[1:]
    dJ_da = dJ_dz * np.exp(-a) / (np.exp(-a) + 1) ** 2
    dJ_dalpha = np.outer(dJ_da, x)
    dJ_dx = dJ_da @ alpha
    return {"dJ/dbeta": dJ_dbeta, "dJ/da": dJ_da, "dJ/dalpha": dJ_dalpha, "dJ/dx": dJ_dx}


alpha = rng.normal(size=(5, 4))
beta = rng.normal(size=6)
terms_network = network_backward(alpha, beta, x, y_star)

# %% [markdown]
# Two witnesses: finite differences (change one number a little and see what $J$ does), and the
# framework in 64 bits.

# %%
with jax.enable_x64(True):
    network = Sequential(
        [
            layers.Input((3,)),
            layers.Dense(5, activation="sigmoid", name="hidden", dtype="float64"),
            layers.Dense(1, activation="sigmoid", name="output", dtype="float64"),
        ]
    )
    _, state = pellucid.init(network)
    params = {
        "hidden/kernel": jnp.asarray(alpha[:, 1:].T),
        "hidden/bias": jnp.asarray(alpha[:, 0]),
        "output/kernel": jnp.asarray(beta[1:, None]),
        "output/bias": jnp.asarray(beta[:1]),
    }

    def loss_of_network(params, inputs):
        outputs, _ = pellucid.apply(network, params, state, inputs)
        return cross_entropy(jnp.array([[y_star]]), outputs)

    differentiate = jax.grad(loss_of_network, argnums=(0, 1))
    by_weights, by_inputs = differentiate(params, jnp.asarray(x[None, 1:]))
    hidden_bias, hidden_kernel = by_weights["hidden/bias"], by_weights["hidden/kernel"]
    framework_alpha = np.hstack([hidden_bias[:, None], hidden_kernel.T])
    framework_beta = np.concatenate([by_weights["output/bias"], by_weights["output/kernel"][:, 0]])
    framework_inputs = np.asarray(by_inputs[0])


def finite_difference(function, array, h=1e-6):
    """Return the derivative of function by every number of the array, from both sides."""
    result = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[index] += h
        down[index] -= h
        result[index] = (function(up) - function(down)) / (2 * h)
    return result


numeric_alpha = finite_difference(lambda alpha: network_forward(alpha, beta, x, y_star)[0], alpha)
wrong_dx = terms_network["dJ/da"].sum() * alpha.sum(0)
for name, ours, theirs in [
    ("alpha", terms_network["dJ/dalpha"], framework_alpha),
    ("beta", terms_network["dJ/dbeta"], framework_beta),
    ("x", terms_network["dJ/dx"][1:], framework_inputs),
]:
    difference = np.abs(ours + theirs).max()
    print(f"{name:>6}: {ours.size:>2} derivatives, largest difference to Pellucid {difference:.1e}")
print("dJ/dx with the sum in the right place:", terms_network["dJ/dx"][1:].round(4))
print("and in the wrong place:               ", wrong_dx[1:].round(4))

# %% [markdown]
# ## 4. In matrices: a network from scratch that reads digits
#
# With $n$ samples as the rows of a matrix and $a_0 = 1$ as its first column, one sample or a
# thousand are the same two products. **Forward propagation:**
#
# $$Z^{(h)} = A^{(in)} W^{(h)}, \quad A^{(h)} = \phi(Z^{(h)}), \quad Z^{(out)} = A^{(h)} W^{(out)}, \quad
#   A^{(out)} = \phi(Z^{(out)})$$
#
# **The cost** of $t$ output units, each a logistic regression of its own, with the L2 penalty:
#
# $$J(W) = -\left[\sum_{i=1}^n \sum_{j=1}^t y_j^{[i]} \log a_j^{[i]} + (1 - y_j^{[i]}) \log(1 - a_j^{[i]})\right]
#   + \frac{\lambda}{2} \sum_l \|W^{(l)}\|_2^2$$
#
# (The square brackets matter: without them the minus would stand before the first half only.)
# **Backpropagation:**
#
# $$\delta^{(out)} = A^{(out)} - Y, \qquad
#   \delta^{(h)} = \delta^{(out)} (W^{(out)})^T \odot \left(A^{(h)} \odot (1 - A^{(h)})\right)$$
#
# $$\Delta^{(h)} = (A^{(in)})^T \delta^{(h)}, \qquad \Delta^{(out)} = (A^{(h)})^T \delta^{(out)}$$
#
# $$\Delta^{(l)} := \Delta^{(l)} + \lambda^{(l)} W^{(l)}, \qquad W^{(l)} := W^{(l)} - \eta \, \Delta^{(l)}$$
#
# The penalty leaves the biases alone, the rows of $W$ that belong to $a_0$.


# %%
def with_ones(A):
    """Put the column a_0 = 1 in front."""
    return np.hstack([np.ones((len(A), 1)), A])


class MatrixNetwork:
    """A network of one hidden layer in NumPy: forward, backward, update; nothing else."""

    def __init__(self, features, hidden, outputs, eta=0.02, l2=0.01, seed=1):
        draw = np.random.default_rng(seed).normal
        self.W_h = draw(0, 0.1, size=(1 + features, hidden))
        self.W_out = draw(0, 0.1, size=(1 + hidden, outputs))
        self.eta, self.l2 = eta, l2

    def forward(self, X):
        A_in = with_ones(X)
        Z_h = A_in @ self.W_h
        A_h = with_ones(sigmoid(Z_h))
        Z_out = A_h @ self.W_out
        A_out = sigmoid(Z_out)
        return A_in, A_h, A_out

    def gradients(self, X, Y):
        A_in, A_h, A_out = self.forward(X)
        delta_out = A_out - Y
        delta_h = delta_out @ self.W_out[1:].T * (A_h[:, 1:] * (1 - A_h[:, 1:]))
        Delta_h = A_in.T @ delta_h
        Delta_out = A_h.T @ delta_out
        Delta_h[1:] += self.l2 * self.W_h[1:]
        Delta_out[1:] += self.l2 * self.W_out[1:]
        return Delta_h, Delta_out

    def update(self, X, Y):
        Delta_h, Delta_out = self.gradients(X, Y)
        self.W_h -= self.eta * Delta_h
        self.W_out -= self.eta * Delta_out

    def cost(self, X, Y):
        A_out = self.forward(X)[-1]
        penalty = self.l2 / 2 * ((self.W_h[1:] ** 2).sum() + (self.W_out[1:] ** 2).sum())
        return -(Y * np.log(A_out) + (1 - Y) * np.log(1 - A_out)).sum() + penalty

    def accuracy(self, X, labels):
        return (self.forward(X)[-1].argmax(1) == labels).mean()


(images, labels), (test_images, test_labels) = datasets.digits.load_data()
X, X_test = images.reshape(-1, 64) / 16, test_images.reshape(-1, 64) / 16
Y = np.eye(10)[labels]

# %% [markdown]
# Before it learns, its gradient is checked against finite differences, on ten weights of each
# layer:

# %%
checked = MatrixNetwork(64, 30, 10)
Delta_h, Delta_out = checked.gradients(X[:20], Y[:20])
worst = 0.0
for W, Delta in [(checked.W_h, Delta_h), (checked.W_out, Delta_out)]:
    for _ in range(10):
        place = tuple(rng.integers(0, W.shape))
        kept = W[place]
        W[place] = kept + 1e-5
        above = checked.cost(X[:20], Y[:20])
        W[place] = kept - 1e-5
        below = checked.cost(X[:20], Y[:20])
        W[place] = kept
        worst = max(worst, abs((above - below) / 2e-5 - Delta[place]))
print(f"largest difference to finite differences: {worst:.1e}")

# %% [markdown]
# Now it learns, in mini-batches of 32.

# %%
scratch = MatrixNetwork(64, 30, 10)
costs = []
for _epoch in range(60):
    for start in range(0, len(X), 32):
        scratch.update(X[start : start + 32], Y[start : start + 32])
    costs.append(scratch.cost(X, Y) / len(X))
score = scratch.accuracy(X_test, test_labels)
print(f"from scratch, after 60 epochs: cost per image {costs[-1]:.3f}, test accuracy {score:.3f}")

# %% [markdown]
# ### The same network in Pellucid
#
# What differs is only how things are counted. Keras and Pellucid *average* a binary cross-entropy
# over the outputs where the formulas above *sum*; with `reduction="sum"` over the rows, our cost is
# ten times theirs, so $\eta$ becomes $10\,\eta$ and $\frac{\lambda}{2}$ becomes
# $\frac{\lambda}{20}$. `L2(l2)` penalises kernels only. From the same starting weights and with the
# rows in the same order, every update must agree.


# %%
def same_network(start, dtype=None):
    """Return Pellucid's model with the weights and settings of a MatrixNetwork."""
    penalty = regularizers.L2(start.l2 / 20)
    model = Sequential(
        [
            layers.Input((64,)),
            layers.Dense(30, "sigmoid", name="hidden", kernel_regularizer=penalty, dtype=dtype),
            layers.Dense(10, "sigmoid", name="output", kernel_regularizer=penalty, dtype=dtype),
        ]
    )
    model.set_weights([start.W_h[1:], start.W_h[0], start.W_out[1:], start.W_out[0]])
    return model


model = same_network(MatrixNetwork(64, 30, 10))
model.compile(
    optimizer=optimizers.SGD(10 * 0.02),
    loss=losses.BinaryCrossentropy(reduction="sum"),
    metrics=["categorical_accuracy"],
)
model.fit(X, Y, batch_size=32, epochs=60, shuffle=False, verbose=0)
after_sixty = np.abs(model.get_weights()[0] - scratch.W_h[1:]).max()
model_score = model.evaluate(X_test, np.eye(10)[test_labels], verbose=0)[1]
print(f"Pellucid's fit, 2,700 updates in 32-bit numbers: test accuracy {model_score:.3f}")
print(f"largest difference of a hidden weight: {after_sixty:.1e}")

# %% [markdown]
# 32-bit numbers drift apart by rounding. In 64-bit numbers, by the pure functions, ten updates
# agree to the last digits:

# %%
with jax.enable_x64(True):
    start = MatrixNetwork(64, 30, 10)
    twin = same_network(start, "float64")
    params, state = pellucid.init(twin)
    params = {
        "hidden/kernel": jnp.asarray(start.W_h[1:]),
        "hidden/bias": jnp.asarray(start.W_h[0]),
        "output/kernel": jnp.asarray(start.W_out[1:]),
        "output/bias": jnp.asarray(start.W_out[0]),
    }
    summed = losses.BinaryCrossentropy(reduction="sum")
    penalty = regularizers.L2(start.l2 / 20)

    def cost_of(params, X, Y):
        outputs, _ = pellucid.apply(twin, params, state, X)
        penalties = penalty(params["hidden/kernel"]) + penalty(params["output/kernel"])
        return summed(Y, outputs) + penalties

    slope_of = jax.jit(jax.grad(cost_of))
    for step in range(10):
        rows = slice(32 * step, 32 * step + 32)
        gradients = slope_of(params, jnp.asarray(X[rows]), jnp.asarray(Y[rows]))
        params = {path: params[path] - 10 * start.eta * gradients[path] for path in params}
        start.update(X[rows], Y[rows])
    ten_steps = max(
        np.abs(np.asarray(params["hidden/kernel"]) - start.W_h[1:]).max(),
        np.abs(np.asarray(params["hidden/bias"]) - start.W_h[0]).max(),
        np.abs(np.asarray(params["output/kernel"]) - start.W_out[1:]).max(),
        np.abs(np.asarray(params["output/bias"]) - start.W_out[0]).max(),
    )
print(f"largest difference after ten updates in 64 bits: {ten_steps:.1e}")

figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.6), layout="constrained", width_ratios=[1, 1.15])
axes[0].semilogy(range(1, 61), costs)
axes[0].set(xlabel="epoch", ylabel="cost per image", title="The network from scratch learns")
squares = scratch.W_h[1:].T.reshape(3, 10, 8, 8)
mosaic = np.pad(squares, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=np.nan)
picture = mosaic.transpose(0, 2, 1, 3).reshape(27, 90)
reach = np.nanmax(np.abs(picture))
shown = axes[1].imshow(picture, cmap="PuOr", vmin=-reach, vmax=reach)
figure.colorbar(shown, ax=axes[1], label="weight", shrink=0.55)
axes[1].set(title="What its 30 hidden units look for", xticks=[], yticks=[])
figure.savefig(PICTURES / "from_scratch.png", dpi=120)

# %% [markdown]
# ## 5. Forwards or backwards?
#
# Take a composition $F(x) = f(g(h(u(v(x)))))$ with the chain rule
#
# $$\frac{dF}{dx} = \frac{df}{dg} \cdot \frac{dg}{dh} \cdot \frac{dh}{du} \cdot \frac{du}{dv} \cdot \frac{dv}{dx}$$
#
# where every factor is a matrix. The product is the same from either side, but not the work.
# *Forward mode* starts at $x$ and multiplies matrix by matrix, or, with one direction of $x$ at a
# time, matrix by vector: one pass *per input*. *Reverse mode* starts at the loss, a single number,
# so there is a vector times a matrix from the first product on: one pass for *all* inputs. A
# network has a million inputs to its loss (its weights) and one output. JAX has both: `jvp` and
# `vjp`.

# %%
matrices = [jnp.asarray(rng.normal(size=(6, 6)) / 2) for _ in range(5)]


def composed(x):
    for matrix in matrices:
        x = jnp.tanh(matrix @ x)
    return x.sum()


point = jnp.asarray(rng.normal(size=6))
directions = jnp.eye(6)
forward_mode = jnp.stack([jax.jvp(composed, (point,), (direction,))[1] for direction in directions])
value, pull_back = jax.vjp(composed, point)
(reverse_mode,) = pull_back(jnp.ones_like(value))
print("forward mode, 6 passes:", forward_mode.round(4))
print("reverse mode, 1 pass:  ", reverse_mode.round(4))

# %% [markdown]
# ## What this lesson claims, checked

# %%
assert abs(by_hand - 0.002) < 5e-4
assert np.isclose(by_pellucid, by_hand, rtol=1e-5)
assert np.isclose(terms["dJ/da"], y_star - y, atol=1e-12)
assert np.isclose(terms["dy/da"], y * (1 - y), atol=1e-12)
assert np.isclose(loss, -J, atol=1e-6)
assert np.abs(framework_theta + terms["dJ/dtheta"]).max() < 1e-6
assert np.abs(framework_x + terms["dJ/dx"][1:]).max() < 1e-6
assert np.abs(framework_alpha + terms_network["dJ/dalpha"]).max() < 1e-6
assert np.abs(framework_beta + terms_network["dJ/dbeta"]).max() < 1e-6
assert np.abs(framework_inputs + terms_network["dJ/dx"][1:]).max() < 1e-6
assert np.abs(numeric_alpha - terms_network["dJ/dalpha"]).max() < 1e-6
assert not np.allclose(wrong_dx[1:], terms_network["dJ/dx"][1:], rtol=0.1)
assert worst < 1e-5
assert costs[-1] < costs[0] / 5
assert score > 0.95
assert abs(model_score - score) < 0.01
assert after_sixty < 5e-5
assert ten_steps < 1e-6
assert np.allclose(forward_mode, reverse_mode, atol=1e-6)
