"""Layers that break one contract each, as users write them, and sound ones beside them."""

from __future__ import annotations

import random
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np

import pellucid


class Scaled(pellucid.Layer):
    """The base of the broken layers: a sound layer with one weight and one argument."""

    def __init__(self, power: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.power = power

    def build(self, input_shape):
        self.factor = self.add_weight((input_shape[-1],), "ones")

    def call(self, inputs):
        return inputs * self.factor * self.power


class MixesRows(Scaled):
    def call(self, inputs):
        return (inputs - jnp.mean(inputs, axis=0)) * self.factor


class ForgetsArgument(Scaled):
    def get_config(self):
        return {name: value for name, value in super().get_config().items() if name != "power"}


class ChangesArgument(Scaled):
    def get_config(self):
        return {**super().get_config(), "power": self.power * 2}


class NeedsWhatItForgets(Scaled):
    """Its one argument has no default, and the configuration has no argument."""

    def __init__(self, power: float):
        super().__init__(power)

    def get_config(self):
        return {}


class IgnoresMask(pellucid.Layer):
    """Averages all steps, padding included."""

    def call(self, inputs, mask=None):
        return jnp.mean(inputs, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


class LeaksNaN(pellucid.Layer):
    """Averages the valid steps, but NaN times zero is NaN."""

    def call(self, inputs, mask=None):
        if mask is None:
            return jnp.mean(inputs, axis=1)
        weights = jnp.asarray(mask, inputs.dtype)[..., None]
        return jnp.sum(inputs * weights, axis=1) / jnp.sum(weights, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


class LeaksNaNIntoGradient(Scaled):
    """The outputs are clean; the gradient of the weight is NaN times zero."""

    def call(self, inputs, mask=None):
        scaled = inputs * self.factor
        if mask is None:
            return jnp.mean(scaled, axis=1)
        valid = jnp.where(mask[..., None], scaled, 0)
        return jnp.sum(valid, axis=1) / jnp.sum(mask, axis=1)[:, None]

    def compute_mask(self, inputs, mask=None):
        return None


class CountsPadding(pellucid.Layer):
    """Keeps garbage out, but divides by the number of all steps."""

    def call(self, inputs, mask=None):
        valid = inputs if mask is None else jnp.where(mask[..., None], inputs, 0)
        return jnp.mean(valid, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


class PassesMaskOn(pellucid.Layer):
    """Mixes neighbouring steps and lets the default pass the mask on."""

    def call(self, inputs):
        return inputs + jnp.roll(inputs, 1, axis=1)


class ReshapesUnderMask(pellucid.Layer):
    """Joins the steps in pairs; the mask that is passed on has twice as many."""

    def call(self, inputs):
        return inputs.reshape(inputs.shape[0], inputs.shape[1] // 2, -1)


class ConstantOfSinglePrecision(Scaled):
    def call(self, inputs):
        return inputs * self.factor * jnp.float32(0.1)


class WidensToDouble(Scaled):
    """NumPy's numbers have a dtype: those of 64 bits make doubles of a layer of float32."""

    def call(self, inputs):
        return inputs * self.factor * np.sqrt(np.float64(2))


class WeightOfFixedDtype(Scaled):
    def build(self, input_shape):
        self.factor = self.add_weight((input_shape[-1],), "ones", dtype="float32")


class Rounds(Scaled):
    """Has a derivative of zero wherever it has one."""

    def call(self, inputs):
        return jnp.round(inputs * self.factor * 10) / 10


class StopsGradient(Scaled):
    def call(self, inputs):
        return inputs * jax.lax.stop_gradient(self.factor)


class DerivesWrongly(Scaled):
    def call(self, inputs):
        return double(inputs * self.factor)


@jax.custom_jvp
def double(x):
    return 2 * x


@double.defjvp
def double_jvp(primals, tangents):
    return double(*primals), 3 * tangents[0]


class ForgetsState(Scaled):
    """Notes a running mean where it dies with the throw-away copy."""

    _mean = 0.0

    def call(self, inputs):
        self._mean = 0.9 * self._mean + 0.1 * jnp.mean(inputs)
        return inputs * self.factor


class PythonRandomness(Scaled):
    def call(self, inputs):
        return inputs * self.factor * random.random()


class PythonCounter(Scaled):
    """Counts traces, not calls."""

    calls: ClassVar[list[int]] = []

    def call(self, inputs):
        self.calls.append(1)
        return inputs * self.factor * len(self.calls)


class DecidesOnValues(Scaled):
    def call(self, inputs):
        if jnp.sum(inputs) > 0:
            return inputs * self.factor
        return -inputs * self.factor


class ReadsHyperparameterInPython(Scaled):
    hyperparameters: ClassVar[tuple[str, ...]] = ("power",)

    def call(self, inputs):
        return inputs * self.factor * float(self.power)


class DividesByZero(Scaled):
    def call(self, inputs):
        return inputs * self.factor / jnp.sum(jnp.zeros_like(inputs), axis=-1, keepdims=True)


class InfiniteSlope(Scaled):
    """Its value is finite for all numbers; the derivative of the unused branch is not."""

    def call(self, inputs):
        x = inputs * self.factor
        return jnp.where(x > 0, jnp.sqrt(x), 0.0)


class LearnsOutsideWeights(pellucid.Layer):
    """What it was taught is a plain attribute, which no file keeps."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shift = random.random()

    def call(self, inputs):
        return inputs - self.shift


class KnowsNoVmap(Scaled):
    """A rule of its own for many models, which forgets that each has its factor; such rules have no gradient."""

    def call(self, inputs):
        return (100 * product(inputs, self.factor)).astype("int32")


@jax.custom_batching.custom_vmap
def product(x, factor):
    return x * factor


@product.def_vmap
def product_of_many(axis_size, in_batched, x, factor):
    first = factor[0] if in_batched[1] else factor
    return jnp.broadcast_to(x * first, (axis_size, *x.shape)), True


class Counts(pellucid.Layer):
    """Sound: counts the rows that it was trained on, and draws noise that grows with them."""

    hyperparameters: ClassVar[tuple[str, ...]] = ("noise",)

    def __init__(self, noise: float = 0.1, **kwargs):
        super().__init__(**kwargs)
        self.noise = noise

    def build(self, input_shape):
        self.factor = self.add_weight((input_shape[-1],), "ones")
        self.seen = self.add_weight((), "zeros", trainable=False)

    def call(self, inputs, training=False):
        if not training:
            return inputs * self.factor
        self.seen = self.seen + inputs.shape[0]
        noise = jax.random.normal(self.random_key(), inputs.shape, inputs.dtype)
        return inputs * self.factor + self.noise * noise * self.seen


class AlwaysRandom(pellucid.Layer):
    """Sound: draws at inference too."""

    def call(self, inputs):
        return inputs + jax.random.uniform(self.random_key(), inputs.shape, inputs.dtype)


class Splits(pellucid.Layer):
    """Sound: two outputs by name, one of whole numbers."""

    def call(self, inputs):
        return {"sign": (inputs > 0).astype("int32"), "size": jnp.abs(inputs)}


class Weighs(pellucid.Layer):
    """Sound: a query picks from values by name, with a composite of layers that know nothing of dtypes."""

    def __init__(self):
        super().__init__()
        self.project = pellucid.layers.Dense(2)

    def call(self, query, value, scale=1.0):
        scores = jax.nn.softmax(jnp.einsum("bqd,bkd->bqk", query, self.project(value)) * scale)
        return jnp.einsum("bqk,bkd->bqd", scores, value)

    def compute_mask(self, inputs, mask=None):
        return None


class MaskedMean(pellucid.Layer):
    """Sound: the mean of the valid steps."""

    def call(self, inputs, mask=None):
        if mask is None:
            return jnp.mean(inputs, axis=1)
        total = jnp.sum(jnp.where(mask[..., None], inputs, 0), axis=1)
        return total / jnp.sum(mask, axis=1)[:, None]

    def compute_mask(self, inputs, mask=None):
        return None
