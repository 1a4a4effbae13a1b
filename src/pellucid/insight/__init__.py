"""What happens inside a network, asked for by name. Read ``README.md`` first.

A file is imported when one of its names is first used: nobody pays for a picture they do not draw.
"""

from __future__ import annotations

from pellucid.core.late import late_attributes

_FILES: dict[str, tuple[str, ...]] = {
    "attribution.attribution": ("Attribution",),
    "attribution.grad_cam": ("grad_cam",),
    "attribution.gradient_x_input": ("gradient_x_input",),
    "attribution.importance": ("Importance",),
    "attribution.integrated_gradients": ("integrated_gradients",),
    "attribution.occlusion": ("occlusion",),
    "attribution.permutation_importance": ("permutation_importance",),
    "attribution.saliency": ("saliency",),
    "doctor.watching.watch_keras": ("watch_keras",),
    "doctor.watching.watch_torch": ("watch_torch",),
    "explaining.explain": ("explain",),
    "explaining.explanation": ("Activated", "Explanation", "Parameter", "Step"),
    "explaining.graph": ("ScalarGraph", "ScalarNode"),
    "derivatives.gradient_check": ("CheckedArray", "GradientCheck", "check_gradients"),
    "derivatives.modes": ("Modes", "compare_modes"),
    "inside.activations": ("activations",),
    "inside.attention_maps": ("AttentionMaps", "attention_maps"),
    "inside.embedding_map": ("EmbeddingMap", "embedding_map"),
    "inside.feature_maps": ("FeatureMaps", "feature_maps"),
    "inside.filters": ("Filters", "filters"),
    "pictures.boundary": (
        "DecisionBoundaries", "DecisionBoundary", "decision_boundaries", "decision_boundary",
    ),
    "pictures.calibration": ("Calibration", "calibration"),
    "pictures.confusion": ("Confusion", "confusion_matrix"),
    "pictures.descent": ("Descent", "descent_path"),
    "pictures.distributions": ("Distributions", "Spread"),
    "pictures.landscape": ("LossLandscape", "loss_landscape"),
    "pictures.surfaces": ("SURFACES", "Surface"),
    "pictures.weight_path": ("WeightPath",),
    "pictures.worst": ("WorstPredictions", "worst_predictions"),
}  # fmt: skip

_NAMES = sorted(name for names in _FILES.values() for name in names)
__all__ = [*_NAMES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__, __dir__ = late_attributes(__name__, _FILES)
