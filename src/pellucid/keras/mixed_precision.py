"""``keras.mixed_precision``: accepted; layers compute in the dtype that they are given."""

from __future__ import annotations

from typing import Any

from pellucid.keras.notices import differs


class Policy:
    """A dtype policy.

    Args:
        name: ``"float32"``, ``"mixed_float16"`` or ``"mixed_bfloat16"``.
    """

    def __init__(self, name: str):
        self.name = name
        self.compute_dtype = name.removeprefix("mixed_")
        self.variable_dtype = "float32"


def set_global_policy(policy: Any) -> None:
    """Accept a policy and say that all is computed in float32."""
    if getattr(policy, "name", policy) != "float32":
        differs(
            "mixed precision",
            "All layers compute in float32; mixed precision has no effect on their results.",
        )


set_policy = set_dtype_policy = set_global_policy
DTypePolicy = Policy


def global_policy() -> Policy:
    """Return the policy in use."""
    return Policy("float32")


dtype_policy = global_policy
