"""``keras.config`` and the settings that old Keras kept in its backend."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import ArgumentError
from pellucid.keras.function import Function
from pellucid.keras.notices import differs

FORMATS = ("channels_last", "channels_first")


class _Settings:
    """The settings of this process."""

    epsilon = 1e-7
    flash_attention: bool | None = None
    floatx = "float32"
    image_data_format = "channels_last"


def epsilon() -> float:
    """Return the small number that keeps divisions finite."""
    return _Settings.epsilon


def set_epsilon(value: float) -> None:
    """Set the small number that keeps divisions finite."""
    _Settings.epsilon = float(value)


def floatx() -> str:
    """Return the dtype of weights."""
    return _Settings.floatx


def set_floatx(value: str) -> None:
    """Accept a dtype; weights stay float32, other dtypes are given to layers."""
    if value != "float32":
        differs("floatx", f"Weights stay float32; {value!r} is given to single layers by `dtype=`.")


def image_data_format() -> str:
    """Return where images have their channels."""
    return _Settings.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Set where images have their channels, for all layers and functions that are not told otherwise."""
    if data_format not in FORMATS:
        raise ArgumentError(
            "set_image_data_format",
            f"{data_format!r} came; 'channels_last' and 'channels_first' are allowed.",
            "keras.config.set_image_data_format('channels_last')",
        )
    _Settings.image_data_format = data_format


def backend() -> str:
    """Return the backend whose way of writing steps works here: the tape's."""
    return "tensorflow"


def run_functions_eagerly(flag: Any = True) -> None:
    """Let ``tf.function`` run its code uncompiled."""
    Function.eagerly = bool(flag)


def enable_traceback_filtering() -> None:
    """Accepted; messages point at the script's line."""


disable_traceback_filtering = enable_interactive_logging = disable_interactive_logging = (
    enable_traceback_filtering
)
enable_unsafe_deserialization = enable_traceback_filtering


def enable_flash_attention() -> None:
    """Note the wish; a fused kernel is used where the platform has one, as without it."""
    _Settings.flash_attention = True


def disable_flash_attention() -> None:
    """Note that no fused kernel is wished for."""
    _Settings.flash_attention = False


def is_flash_attention_enabled() -> bool | None:
    """Return what was wished for; None if nothing was said."""
    return _Settings.flash_attention


def dtype_policy() -> str:
    """Return the dtype policy."""
    return "float32"


def set_dtype_policy(policy: Any) -> None:
    """Accept a policy; layers compute in the dtype they are given."""
