"""What the networks of the step benchmarks are made of, described once for every framework.

A network is a tuple of parts. A part says what it does to the shape of one example (without the
batch) and draws its starting weights in NumPy, in the layout of Keras. A part's weights come in
leaves: a leaf belongs to one layer of any framework. Each runner makes a framework's layers from
the same parts and lists its leaves in the same order; `conversions.py` says how they are laid out.

Convolutions are followed by ReLU where `relu` says so, and padded with zeros to keep
size / stride positions; sizes must be multiples of the strides.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
Array = NDArray[np.float32]
# Of both normalisations, in every framework. The running averages are Keras's `momentum`.
EPSILON, RUNNING = 1e-5, 0.9
GATES = {"lstm": 4, "gru": 3}


@dataclass(frozen=True)
class Leaf:
    """The starting weights of one layer, in Keras's order and layout."""

    kind: str
    arrays: list[Array]


class Part(Protocol):
    """What every part answers, given the shape of one example."""

    def output(self, shape: Shape) -> Shape: ...
    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]: ...


def kernel(random: np.random.Generator, shape: Shape, inputs: int, outputs: int) -> Array:
    """Return Glorot's uniform numbers for the given numbers of inputs and outputs."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return random.uniform(-limit, limit, shape).astype(np.float32)


def zeros(*shape: int) -> Array:
    """Return zeros in single precision."""
    return np.zeros(shape, np.float32)


def batch_norm(channels: int) -> Leaf:
    """Return scale, offset, running mean and running variance."""
    one, zero = np.ones(channels, np.float32), zeros(channels)
    return Leaf("batch_norm", [one, zero, zero, one])


def layer_norm(width: int) -> Leaf:
    """Return scale and offset."""
    return Leaf("layer_norm", [np.ones(width, np.float32), zeros(width)])


def dense(random: np.random.Generator, inputs: int, units: int) -> Leaf:
    """Return kernel (inputs, units) and bias (units,)."""
    return Leaf("dense", [kernel(random, (inputs, units), inputs, units), zeros(units)])


@dataclass(frozen=True)
class Convolution:
    """A convolution over one or two axes of places, by the rank of its input."""

    filters: int
    size: int = 3
    stride: int = 1
    relu: bool = True
    bias: bool = True

    def output(self, shape: Shape) -> Shape:
        return (*(places // self.stride for places in shape[:-1]), self.filters)

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        """Return kernel (*sizes, channels, filters) and bias (filters,)."""
        sizes, channels = (self.size,) * (len(shape) - 1), shape[-1]
        field = int(np.prod(sizes))
        drawn = kernel(
            random, (*sizes, channels, self.filters), field * channels, field * self.filters
        )
        return [Leaf("convolution", [drawn] + [zeros(self.filters)] * self.bias)]


@dataclass(frozen=True)
class MaxPool:
    """The greatest of each two places along every axis of places."""

    def output(self, shape: Shape) -> Shape:
        return (*(places // 2 for places in shape[:-1]), shape[-1])

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        return []


@dataclass(frozen=True)
class NormalizedReLU:
    """Batch normalisation followed by ReLU."""

    def output(self, shape: Shape) -> Shape:
        return shape

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        return [batch_norm(shape[-1])]


@dataclass(frozen=True)
class Residual:
    """ReLU of the shortcut plus two normalised 3x3 convolutions, the first with the stride.

    Where shape or channels change, the shortcut averages places (2x2) and mixes channels (1x1),
    as ResNet-D does; both are left out where nothing changes.
    """

    filters: int
    stride: int = 1

    def output(self, shape: Shape) -> Shape:
        return (*(places // self.stride for places in shape[:-1]), self.filters)

    def changes(self, channels: int) -> bool:
        """Tell whether the shortcut needs a projection."""
        return self.stride > 1 or channels != self.filters

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        """Return both convolutions and normalisations, then those of the shortcut."""
        first = Convolution(self.filters, 3, self.stride, relu=False, bias=False)
        second = Convolution(self.filters, 3, relu=False, bias=False)
        found = [*first.leaves(shape, random), batch_norm(self.filters)]
        found += [*second.leaves(self.output(shape), random), batch_norm(self.filters)]
        if self.changes(shape[-1]):
            mix = Convolution(self.filters, 1, relu=False, bias=False)
            found += [*mix.leaves(shape, random), batch_norm(self.filters)]
        return found


@dataclass(frozen=True)
class Recurrent:
    """An LSTM or a GRU (kind "lstm" or "gru"), of which the last output goes on."""

    kind: str
    units: int

    def output(self, shape: Shape) -> Shape:
        return (self.units,)

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        """Return kernel, recurrent kernel and bias.

        An LSTM's bias (4 units) starts at 1 for the forget gate; a GRU has two rows of it (2, 3 units).
        """
        width, units = GATES[self.kind] * self.units, self.units
        bias = zeros(2, width) if self.kind == "gru" else zeros(width)
        if self.kind == "lstm":
            bias[units : 2 * units] = 1.0
        drawn = [kernel(random, (n, width), n, width) for n in (shape[-1], units)]
        return [Leaf(self.kind, [*drawn, bias])]


@dataclass(frozen=True)
class Encoder:
    """A transformer's encoder layer, normalised after each sum: attention, then two dense layers."""

    heads: int
    hidden: int

    def output(self, shape: Shape) -> Shape:
        return shape

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        """Return attention, normalisation, both dense layers, normalisation."""
        width = shape[-1]
        return [
            self.attention(width, random),
            layer_norm(width),
            dense(random, width, self.hidden),
            dense(random, self.hidden, width),
            layer_norm(width),
        ]

    def attention(self, width: int, random: np.random.Generator) -> Leaf:
        """Return kernels (width, heads, part) and biases of query, key, value; then the output's."""
        part = width // self.heads
        arrays = []
        for _ in range(3):
            arrays.append(kernel(random, (width, self.heads, part), width, width))
            arrays.append(zeros(self.heads, part))
        arrays += [kernel(random, (self.heads, part, width), width, width), zeros(width)]
        return Leaf("attention", arrays)


@dataclass(frozen=True)
class GlobalAverage:
    """The mean over all places or steps."""

    def output(self, shape: Shape) -> Shape:
        return (shape[-1],)

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        return []


@dataclass(frozen=True)
class Classes:
    """The last layer: dense, with the softmax."""

    units: int = 10

    def output(self, shape: Shape) -> Shape:
        return (self.units,)

    def leaves(self, shape: Shape, random: np.random.Generator) -> list[Leaf]:
        return [dense(random, shape[-1], self.units)]
