"""LeCun's initializers: the plain rule of variance one over fan-in; for SELU."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.initializers.scaling import VarianceScaling


class LecunUniform(VarianceScaling):
    r"""Start with uniform numbers of variance $1 / n_{in}$.

    Signals of mean square 1 keep that size through a linear layer.

    $$w \sim \mathcal U(-b, b), \qquad b = \sqrt{\tfrac{3}{n_{in}}}$$

    where $n_{in}$ is fan-in; see `compute_fans`.

    Args:
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = LecunUniform()((400, 600))
        >>> print(f"{values.std():.3f} {abs(values).max():.3f}")
        0.050 0.087

    Reference: LeCun et al., "Efficient BackProp" (1998); Klambauer et al., "Self-normalizing neural
        networks" (2017).
    Keras: the same. PyTorch: no initializer of that name; `kaiming_uniform_(nonlinearity="linear")`
        is equal.
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes)


class LecunNormal(VarianceScaling):
    r"""Start with normal numbers of variance $1 / n_{in}$, cut at two deviations.

    Signals of mean square 1 keep that size through a linear layer; SELU's theory needs this start.

    $$w \sim \mathcal N\left(0,\; \tfrac{1}{n_{in}}\right)$$

    where $n_{in}$ is fan-in; see `compute_fans`.

    Args:
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = LecunNormal()((400, 600))
        >>> print(f"{values.std():.3f} {abs(values).max():.3f}")
        0.050 0.114

    Reference: LeCun et al., "Efficient BackProp" (1998); Klambauer et al., "Self-normalizing neural
        networks" (2017).
    Keras: the same. PyTorch: `kaiming_normal_(nonlinearity="linear")` does not cut.
    """

    def __init__(
        self,
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)
