"""``keras.dtype_policies``: names for the dtypes of weights and of what is computed."""

from __future__ import annotations

from typing import Any

from pellucid.keras.mixed_precision import (
    DTypePolicy as DTypePolicy,
    FloatDTypePolicy as FloatDTypePolicy,
    policy_of,
)

get = policy_of


def serialize(policy: DTypePolicy) -> dict[str, Any]:
    """Return a policy as plain data."""
    return {
        "module": "keras",
        "class_name": "DTypePolicy",
        "config": policy.get_config(),
        "registered_name": None,
    }


def deserialize(config: dict[str, Any], custom_objects: Any = None) -> DTypePolicy:
    """Return the policy that :func:`serialize` described."""
    return policy_of(config)
