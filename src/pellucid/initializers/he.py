"""He's initializers (PyTorch says Kaiming, his first name): for ReLU and its relatives."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.initializers.scaling import VarianceScaling


class HeUniform(VarianceScaling):
    r"""Start with uniform numbers of variance $2 / n_{in}$.

    ReLU sets half of the signal to zero, and twice the variance makes up for it. Also called
    `kaiming_uniform`.

    $$w \sim \mathcal U(-b, b), \qquad b = \sqrt{\tfrac{6}{n_{in}}}$$

    where $n_{in}$ is fan-in; see `compute_fans`.

    Args:
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = HeUniform()((400, 600))
        >>> print(f"{values.std():.3f} {abs(values).max():.3f}")
        0.071 0.122

    Reference: He et al., "Delving deep into rectifiers" (2015).
    Keras: the same. PyTorch: `kaiming_uniform_(nonlinearity="relu")`.
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    r"""Start with normal numbers of variance $2 / n_{in}$, cut at two deviations.

    ReLU sets half of the signal to zero, and twice the variance makes up for it. Also called
    `kaiming_normal`.

    $$w \sim \mathcal N\left(0,\; \tfrac{2}{n_{in}}\right)$$

    where $n_{in}$ is fan-in; see `compute_fans`.

    Args:
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = HeNormal()((400, 600))
        >>> print(f"{values.std():.3f} {abs(values).max():.3f}")
        0.071 0.161

    Reference: He et al., "Delving deep into rectifiers" (2015).
    Keras: the same. PyTorch: `kaiming_normal_(nonlinearity="relu")` does not cut.
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)
