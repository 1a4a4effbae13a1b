"""Which layers pass masks on, as Keras says it by ``supports_masking``."""

from __future__ import annotations

MODULES = (
    "activations", "attention", "dense", "dropout", "masking", "merging", "noise", "normalization.batch_normalization",
    "normalization.group", "normalization.layer_normalization", "normalization.unit", "recurrent", "regularization",
    "rescaling", "spatial", "preprocessing.normalization", "wrapping",
)  # fmt: skip
"""Files of :mod:`pellucid.layers` whose layers do."""

ALSO = ("GlobalAveragePooling1D",)


def passes_masks(layer: object) -> bool:
    """Tell whether a layer of Pellucid's passes masks on; an embedding does where it makes them."""
    plain = next((vars(c)["plain"] for c in type(layer).__mro__ if "plain" in vars(c)), type(layer))
    if plain.__name__ in ("Embedding", "ReversibleEmbedding"):
        return bool(getattr(layer, "mask_zero", False))
    inside = plain.__module__.removeprefix("pellucid.layers.")
    return plain.__name__ in ALSO or inside.startswith(MODULES)
