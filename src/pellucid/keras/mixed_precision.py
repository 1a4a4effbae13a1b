"""``keras.mixed_precision``: policies are accepted; layers compute in the dtype of their weights."""

from __future__ import annotations

from typing import Any

from pellucid.keras.late import late
from pellucid.keras.notices import differs


class Policy:
    """A dtype policy.

    Args:
        name: ``"float32"``, ``"float16"``, ``"bfloat16"``, ``"mixed_float16"`` or ``"mixed_bfloat16"``.

    >>> Policy("mixed_float16").compute_dtype, Policy("mixed_float16").variable_dtype
    ('float16', 'float32')
    """

    quantization_mode = None

    def __init__(self, name: Any = "float32", source_name: str | None = None):
        mixed = str(name).startswith("mixed_")
        self.name = str(name) if mixed else late("ops.settings").standardize_dtype(name)
        self.compute_dtype = self.name.removeprefix("mixed_")
        self.variable_dtype = "float32" if mixed else self.name

    def get_config(self) -> dict[str, Any]:
        """Return the argument."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Policy:
        """Return the policy of a configuration."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


def policy_of(given: Any) -> Policy:
    """Return the policy that a name, a dtype, a policy or its configuration means; None means the default one."""
    if isinstance(given, dict):
        given = given["config"]["name"]
    return given if isinstance(given, Policy) else Policy(given)


def weights_dtype(given: Any) -> Any:
    """Return the dtype in which a layer computes, for its argument ``dtype``; what names no policy stays as it is."""
    mixed = isinstance(given, str) and given.startswith("mixed_")
    if not (mixed or isinstance(given, (Policy, dict))):
        return given
    policy = policy_of(given)
    if policy.compute_dtype != policy.variable_dtype:
        _tell()
    return policy.variable_dtype


def set_global_policy(policy: Any) -> None:
    """Accept a policy and say that all is computed in float32."""
    if getattr(policy, "name", policy) != "float32":
        _tell()


def _tell() -> None:
    differs(
        "mixed precision",
        "All layers compute in float32; mixed precision has no effect on their results.",
    )


set_policy = set_dtype_policy = set_global_policy
DTypePolicy = FloatDTypePolicy = Policy


class LossScaleOptimizer:
    """The optimizer that Keras 2 put around another in mixed precision; here it is that other one.

    >>> from pellucid.keras.optimizers import SGD
    >>> isinstance(LossScaleOptimizer(SGD(0.1)), SGD)
    True
    """

    def __new__(cls, inner_optimizer: Any, *scale: Any, **more: Any) -> Any:
        """Return the inner optimizer."""
        _tell()
        return inner_optimizer


def global_policy() -> Policy:
    """Return the policy in use."""
    return Policy("float32")


dtype_policy = global_policy
