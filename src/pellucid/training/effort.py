"""How hard the compiler tries: less for very small networks, whose compilation takes longer than their training.

On the CPU, XLA's newer fusion emitters make the step of a network of a few thousand weights 0 to 40 % faster, but take
0.3 to 0.5 s longer to compile and 120 MB more memory while they do. At 10,000 weights that pays after some
20,000 steps; most small trainings are shorter. The rule looks at the model alone, so it never changes a result
between two runs of it.
"""

from __future__ import annotations

import jax

from pellucid.modules import Layer

SMALL = 10_000
LITTLE_EFFORT = {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 1}


def compiler_options(model: Layer) -> dict[str, bool | int] | None:
    """Return XLA's options for the programs of a model, None for its defaults.

    Example:
        >>> from pellucid import Input, Sequential, layers
        >>> compiler_options(Sequential([Input(shape=(784,)), layers.Dense(128)])) is None
        True
    """
    small = model.count_params() <= SMALL
    return dict(LITTLE_EFFORT) if small and jax.default_backend() == "cpu" else None
