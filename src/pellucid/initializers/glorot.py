"""Glorot's initializers (Xavier is his first name): for sigmoid, tanh and softmax layers."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.initializers.scaling import VarianceScaling


class GlorotUniform(VarianceScaling):
    r"""Start with uniform numbers of variance $2 / (n_{in} + n_{out})$, the default of kernels.

    A compromise between signals that keep their size forwards and gradients that keep it backwards;
    it suits tanh, sigmoid and softmax. Also called `xavier_uniform`.

    $$w \sim \mathcal U(-b, b), \qquad b = \sqrt{\tfrac{6}{n_{in} + n_{out}}}$$

    where $n_{in}$ is fan-in and $n_{out}$ is fan-out; see `compute_fans`.

    Args:
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = GlorotUniform()((400, 600))
        >>> print(f"{values.std():.3f} {abs(values).max():.3f}")
        0.045 0.077

    Reference: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
        networks" (2010).
    Keras: the same. PyTorch: `xavier_uniform_`; its layers start smaller by default, uniformly in
        $\pm 1/\sqrt{n_{in}}$.
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    r"""Start with normal numbers of variance $2 / (n_{in} + n_{out})$, cut at two deviations.

    As `GlorotUniform`, with another shape of the distribution. Also called `xavier_normal`.

    $$w \sim \mathcal N\left(0,\; \tfrac{2}{n_{in} + n_{out}}\right)$$

    where $n_{in}$ is fan-in and $n_{out}$ is fan-out; see `compute_fans`.

    Args:
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = GlorotNormal()((400, 600))
        >>> print(f"{values.std():.3f} {abs(values).max():.3f}")
        0.045 0.102

    Reference: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
        networks" (2010).
    Keras: the same. PyTorch: `xavier_normal_` does not cut.
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes)
