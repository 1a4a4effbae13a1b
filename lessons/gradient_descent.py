# %% [markdown]
# # Gradient descent on a parabola
#
# A network learns by walking downhill. The landscape is the loss, the position is the weights, and
# the rule of the walk is
#
# $$\theta^{new} = \theta^{old} - \alpha \, \nabla_\theta J(\theta)$$
#
# with the learning rate $\alpha$. Real losses have thousands of dimensions; everything that can go
# right or wrong with the rule can be seen in one. The exercise is:
#
# 1. Plot a quadratic function between $[-10, 10]$ with 0.1 of gap between the values, $x \cdot x$.
# 2. Compute the derivative of the function.
# 3. Apply gradient descent with a learning rate of 0.1.
# 4. Test with different values.
# 5. Discuss the results.
#
# Then follow three things that a parabola does not have: several minima, a saddle point, and
# directions of different steepness. At the end Pellucid's own optimizers do the same walk, number
# by number.

# %%
import os
from pathlib import Path

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from pellucid import Sequential, layers, optimizers

plt.style.use("tableau-colorblind10")
PICTURES = Path(os.environ.get("PELLUCID_PICTURES", "pictures"))
PICTURES.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## 1. Plot the function
#
# `np.arange(-10, 10.1, 0.1)` would sometimes include a last value too many, because 0.1 has no
# exact binary form; `linspace` with 201 points says what is meant: 200 gaps of 0.1.

# %%
x = np.linspace(-10, 10, 201)


def parabola(x):
    return x * x


# %% [markdown]
# ## 2. The derivative
#
# From the definition,
# $f'(x) = \lim_{h \to 0} \frac{(x + h)^2 - x^2}{h} = \lim_{h \to 0} (2x + h) = 2x$.
#
# Two witnesses: the slope between neighbours, $\frac{f(x + h) - f(x - h)}{2h}$, which is exact for
# a parabola, and `jax.grad`, which differentiates the program itself.


# %%
def slope(x):
    return 2 * x


between_neighbours = (parabola(x + 0.1) - parabola(x - 0.1)) / 0.2
by_jax = jax.vmap(jax.grad(parabola))(jnp.asarray(x))
print("derivative at -10, 0 and 10:", slope(x)[[0, 100, 200]])
difference = np.abs(slope(x) - between_neighbours).max()
print(f"largest difference to the slope between neighbours: {difference:.1e}")

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
left.plot(x, parabola(x))
left.set(title="f(x) = x · x", xlabel="x", ylabel="f(x)")
right.plot(x, slope(x))
right.axhline(0, color="0.6", lw=0.8)
right.plot(0, 0, "o")
right.annotate("slope 0: the minimum", (0, 0), (1.0, -8), arrowprops={"arrowstyle": "->"})
right.set(title="f'(x) = 2x", xlabel="x", ylabel="f'(x)")
figure.savefig(PICTURES / "parabola.png", dpi=120)

# %% [markdown]
# ## 3. Gradient descent with a learning rate of 0.1
#
# Start somewhere, look at the slope, step against it, repeat. Three things have to be chosen: the
# starting point, the size of the steps, and when to stop; here we stop after a fixed number of
# steps.


# %%
def descend(gradient, start, learning_rate, steps):
    """Return all positions of the walk, the start included."""
    path = [np.asarray(start, float)]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


path = descend(slope, start=9.0, learning_rate=0.1, steps=25)
print("step      x     f(x)   slope")
for step in [0, 1, 2, 3, 4, 5, 10, 15, 20, 25]:
    print(f"{step:>4} {path[step]:>7.3f} {parabola(path[step]):>7.3f} {slope(path[step]):>7.3f}")

# %% [markdown]
# Each step is smaller than the one before although the rate stays the same, because the slope gets
# flatter. The walk can even be solved: $x_{k+1} = x_k - \alpha \cdot 2 x_k = (1 - 2\alpha)\, x_k$,
# so
#
# $$x_k = (1 - 2\alpha)^k \, x_0.$$
#
# With $\alpha = 0.1$ every step keeps 80 % of the distance.

# %%
closed_form = (1 - 2 * 0.1) ** np.arange(26) * 9.0
print(f"after 25 steps: {path[-1]:.6f}, closed form {closed_form[-1]:.6f}")

# %% [markdown]
# ## 4. Different learning rates

# %%
rates = [0.01, 0.1, 0.5, 0.9, 1.0, 1.1]
walks = {rate: descend(slope, 9.0, rate, 10) for rate in rates}
print("rate   factor   x after 10 steps")
for rate, walk in walks.items():
    print(f"{rate:<5} {1 - 2 * rate:>7.2f} {walk[-1]:>18.4f}")

figure, axes = plt.subplots(2, 3, figsize=(10, 6), layout="constrained")
comments = ["too slow", "steady", "one step", "zigzags, arrives", "bounces for ever", "runs away"]
for axis, (rate, walk), comment in zip(axes.flat, walks.items(), comments, strict=True):
    reach = max(10, np.abs(walk).max())
    wide = np.linspace(-reach, reach, 201)
    axis.plot(wide, parabola(wide), color="0.75")
    axis.plot(walk, parabola(walk), "o-", ms=4, lw=1)
    axis.plot(walk[0], parabola(walk[0]), "s", ms=7)
    axis.annotate("start", (walk[0], parabola(walk[0])), (-34, 5), textcoords="offset points")
    axis.set(title=f"rate {rate}: {comment}", xlim=(-62, 62) if rate > 1 else (-12, 12.5))
    axis.set_xlabel("x")
for axis in axes[:, 0]:
    axis.set_ylabel("f(x)")
figure.savefig(PICTURES / "learning_rates.png", dpi=120)

# %% [markdown]
# ## 5. Discussion
#
# All six walks follow from the factor $1 - 2\alpha$:
#
# | rate | factor | what happens |
# | --- | --- | --- |
# | $0 < \alpha < 0.5$ | between 0 and 1 | comes closer from one side |
# | $\alpha = 0.5$ | 0 | arrives in a single step |
# | $0.5 < \alpha < 1$ | between -1 and 0 | jumps across the valley, each time less far |
# | $\alpha = 1$ | -1 | jumps between two points for ever |
# | $\alpha > 1$ | below -1 | runs away: *exploding* |
#
# The border depends on the curvature: for $f(x) = \frac{c}{2} x^2$ the factor is $1 - c\alpha$, the
# best rate is $1/c$ and the border $2/c$. A loss with many weights has many curvatures at once, and
# the steepest decides what rate is still safe.

# %% [markdown]
# ## Several minima: the start decides
#
# $f(x) = \frac{x^4}{4} - 2x^2 + x$ has two valleys. From the right, descent ends in the shallower
# one, a *local* minimum: it sees nothing but the slope where it stands.


# %%
def valleys(x):
    return x**4 / 4 - 2 * x**2 + x


def valleys_slope(x):
    return x**3 - 4 * x + 1


ends = {start: descend(valleys_slope, start, 0.05, 200)[-1] for start in (-3.0, 0.0, 1.0, 3.0)}
for start, end in ends.items():
    print(f"start {start:>4}: ends at x = {end:.4f} with f(x) = {valleys(end):.4f}")

figure, axis = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
wide = np.linspace(-3.2, 3.2, 200)
axis.plot(wide, valleys(wide), color="0.6")
for number, (start, shift) in enumerate([(-3.0, 14), (3.0, -46)]):
    walk = descend(valleys_slope, start, 0.05, 40)
    axis.plot(walk, valleys(walk), "o-", ms=4, color=f"C{number}", label=f"start at {start:g}")
    place = {"xytext": (shift, 0), "textcoords": "offset points", "color": f"C{number}"}
    axis.annotate("start", (start, valleys(start)), **place)
axis.annotate("global minimum", (ends[-3.0], valleys(ends[-3.0])), (-2.9, -8.6))
axis.annotate("local minimum", (ends[3.0], valleys(ends[3.0])), (1.2, -5))
axis.set(xlabel="x", ylabel="f(x)", ylim=(-9.5, 7.5), xlim=(-3.6, 3.6))
axis.set_title("Two starts, two ends")
axis.legend(frameon=False, loc="upper center")
figure.savefig(PICTURES / "two_minima.png", dpi=120)

# %% [markdown]
# ## A saddle point
#
# $f(x, y) = \frac{x^2}{2} - \frac{y^2}{2} + \frac{y^4}{4}$ has its minima at $(0, \pm 1)$. At
# $(0, 0)$ the slope is zero too, but it is no minimum: along $x$ the ground rises, along $y$ it
# falls. Started exactly on the ridge $y = 0$, descent walks into the saddle and stays. A push of a
# ten-thousandth sends it down, after a long plateau on which a loss curve looks finished. In
# networks the noise of the mini-batches is that push.


# %%
def saddle(position):
    x, y = position[..., 0], position[..., 1]
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def saddle_slope(position):
    x, y = position
    return np.array([x, -y + y**3])


on_the_ridge = descend(saddle_slope, [1.5, 0.0], 0.2, 100)
beside_it = descend(saddle_slope, [1.5, 1e-4], 0.2, 100)
print("on the ridge ends at ", on_the_ridge[-1].round(4), f"f = {saddle(on_the_ridge[-1]):.4f}")
print("beside it ends at    ", beside_it[-1].round(4), f"f = {saddle(beside_it[-1]):.4f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.8), layout="constrained")
grid = np.stack(np.meshgrid(np.linspace(-1.7, 1.7, 90), np.linspace(-1.5, 1.5, 90)), -1)
drawn = left.contourf(grid[..., 0], grid[..., 1], saddle(grid), 20, cmap="cividis", alpha=0.75)
figure.colorbar(drawn, ax=left, label="f(x, y)")
for walk, marker, size, name in [
    (on_the_ridge, "s", 8, "on the ridge"),
    (beside_it, "o", 4, "0.0001 beside it"),
]:
    left.plot(walk[:, 0], walk[:, 1], marker + "-", ms=size, label=name, mec="white", mew=0.5)
    right.plot(saddle(walk), label=name)
left.plot(0, 0, "k*", ms=11, label="saddle point")
left.set(xlabel="x", ylabel="y", title="The walk, seen from above")
left.legend(loc="lower right", fontsize="small")
right.set(xlabel="step", ylabel="f", title="The plateau is not the end")
right.legend(frameon=False)
figure.savefig(PICTURES / "saddle.png", dpi=120)

# %% [markdown]
# ## The same walk by Pellucid
#
# An optimizer of Pellucid is the rule of the walk and nothing else: `start` makes its memory,
# `apply` takes gradients and gives new weights. `SGD(0.1)` on $x \cdot x$ must visit the same
# points as our loop. (Pellucid calculates in 32-bit numbers, which have seven digits.)

# %%
optimizer = optimizers.SGD(learning_rate=0.1)
weights = {"x": jnp.array(9.0)}
state = optimizer.start(weights)
visited = [float(weights["x"])]
for step in range(25):
    gradients = jax.grad(lambda weights: parabola(weights["x"]))(weights)
    weights, state = optimizer.apply(gradients, state, weights, optimizer.hyper(), step)
    visited.append(float(weights["x"]))
print(f"largest difference to the loop above: {np.abs(np.array(visited) - path).max():.1e}")

# %% [markdown]
# And as a network: one neuron with one weight $w$, no bias, the input always 1 and the target
# always 0. Its squared error is $(w \cdot 1 - 0)^2 = w \cdot w$, our parabola again; an epoch of
# one row is one step.

# %%
model = Sequential([layers.Input((1,)), layers.Dense(1, use_bias=False)])
model.set_weights([[[9.0]]])
model.compile(optimizer=optimizers.SGD(0.1), loss="mse")
history = model.fit(np.ones((1, 1), "float32"), np.zeros((1, 1), "float32"), epochs=25, verbose=0)
learned = float(model.get_weights()[0].item())
print(f"the network's weight after 25 epochs: {learned:.6f}")
first_losses = np.round(history.history["loss"][:3], 4)
print(f"its losses begin with {first_losses}, the parabola at 9, 7.2 and 5.76")

# %% [markdown]
# ## Rules with a memory
#
# In a long narrow valley, $f(x, y) = \frac{1}{2}(x^2 + 25 y^2)$, the steep direction forbids rates
# above $2/25 = 0.08$, and the flat one then takes for ever. *Momentum* rolls on in a steady
# direction; *RMSprop* divides each direction's step by how large its gradients have been; *Adam*
# does both.


# %%
def valley(weights):
    return (weights["p"] ** 2 * jnp.array([1.0, 25.0])).sum() / 2


def walk_with(optimizer, start, steps):
    weights = {"p": jnp.asarray(start)}
    hyper = optimizer.hyper()

    def one_step(carry, step):
        weights, state = carry
        gradients = jax.grad(valley)(weights)
        weights, state = optimizer.apply(gradients, state, weights, hyper, step)
        return (weights, state), weights["p"]

    _, path = jax.lax.scan(one_step, (weights, optimizer.start(weights)), jnp.arange(steps))
    return np.vstack([start, path])


rules = {
    "SGD, 0.03": optimizers.SGD(0.03),
    "momentum 0.8, 0.03": optimizers.SGD(0.03, momentum=0.8),
    "RMSprop, 0.2": optimizers.RMSprop(0.2),
    "Adam, 0.3": optimizers.Adam(0.3),
}
figure, axes = plt.subplots(2, 2, figsize=(9.6, 5), sharex=True, sharey=True, layout="constrained")
grid = np.stack(np.meshgrid(np.linspace(-10, 2.5, 100), np.linspace(-2.4, 2.4, 80)), -1)
height = (grid**2 * [1, 25]).sum(-1) / 2
distance = {}
for axis, (name, rule) in zip(axes.flat, rules.items(), strict=True):
    walk = walk_with(rule, np.array([-9.0, 2.0], np.float32), 60)
    distance[name] = float(np.linalg.norm(walk[-1]))
    axis.contour(grid[..., 0], grid[..., 1], height, 12, colors="0.8", linewidths=0.8)
    axis.plot(walk[:, 0], walk[:, 1], "o-", ms=3, lw=1)
    axis.plot(0, 0, "k*", ms=10)
    axis.set_title(f"{name}: {distance[name]:.2f} away after 60 steps")
for axis in axes[1]:
    axis.set_xlabel("x")
for axis in axes[:, 0]:
    axis.set_ylabel("y")
figure.savefig(PICTURES / "rules_with_memory.png", dpi=120)
print({name: round(value, 3) for name, value in distance.items()})

# %% [markdown]
# ## What this lesson claims, checked

# %%
assert len(x) == 201
assert np.allclose(np.diff(x), 0.1)
assert np.allclose(slope(x), between_neighbours, atol=1e-9)
assert np.allclose(slope(x), by_jax, rtol=1e-6)
for rate, walk in walks.items():
    assert np.allclose(walk, (1 - 2 * rate) ** np.arange(11) * 9.0, atol=1e-9), rate
assert walks[0.5][1] == 0
assert set(np.abs(walks[1.0])) == {9.0}
assert abs(walks[1.1][-1]) > 50
assert np.allclose([ends[-3.0], ends[0.0]], -2.1149, atol=1e-4)
assert np.allclose([ends[1.0], ends[3.0]], 1.8608, atol=1e-4)
assert valleys(ends[-3.0]) < valleys(ends[3.0])
assert np.allclose(on_the_ridge[-1], [0, 0], atol=1e-8)
assert np.allclose(beside_it[-1], [0, 1], atol=1e-4)
assert np.allclose(visited, path, rtol=1e-5)
assert np.isclose(learned, closed_form[-1], rtol=1e-5)
assert np.allclose(history.history["loss"], closed_form[:-1] ** 2, rtol=1e-4)
assert distance["momentum 0.8, 0.03"] < distance["SGD, 0.03"]
assert distance["Adam, 0.3"] < distance["SGD, 0.03"]
